// Serves pages with a viewer, its script, and stores as a node does: with ranges, under the policy of our pages. It can be told to be ill.

import { createReadStream, existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { join, normalize } from "node:path";

import { MARKED } from "./viewer-marks.mjs";

/** As `EDITOR_POLICY` in web/src/http/headers.rs. */
const POLICY =
  "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/** `stores` are folders by name: `/view/<name>` is a page, `/zarr/<name>/` the store. */
export async function serve({ script, stylesheet, stores }) {
  const state = { isIll: false, requests: [], pauseFor: () => 0, isHeld: () => false, released: null };
  const server = createServer((request, response) => answer(request, response, { script, stylesheet, stores, state }));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  return { ...state, state, origin: `http://127.0.0.1:${port}`, close: () => new Promise((resolve) => server.closeAllConnections() ?? server.close(resolve)) };
}

async function answer(request, response, { script, stylesheet, stores, state }) {
  const { pathname } = new URL(request.url, "http://localhost");
  const [, kind, name, ...rest] = decodeURIComponent(pathname).split("/");
  if (kind === "view" && stores[name]) return send(response, 200, "text/html; charset=utf-8", page(name), { "content-security-policy": POLICY });
  if (pathname === "/viewer.js") return send(response, 200, "text/javascript", script);
  if (pathname === "/style.css") return send(response, 200, "text/css", stylesheet);
  if (kind === "id" && rest.join("/") === "annotations" && MARKED[name]) return send(response, 200, "application/ld+json", JSON.stringify(MARKED[name](request.url)));
  if (pathname === "/favicon.ico") return send(response, 204, "text/plain", "");
  if (kind !== "zarr" || !stores[name]) return send(response, 404, "text/plain", "nothing is here");
  state.requests.push(rest.join("/"));
  if (state.isIll) return request.socket.destroy();
  const pause = state.pauseFor(rest.join("/"));
  // the only clock here: it stands for a slow network, and nobody waits for it
  if (pause) await new Promise((resolve) => setTimeout(resolve, pause));
  // it keeps the connection, and says nothing
  if (state.isHeld(rest.join("/"))) await state.released;
  if (response.destroyed) return;
  file(join(stores[name], normalize(`/${rest.join("/")}`)), request, response);
}

function file(path, request, response) {
  if (!existsSync(path) || !statSync(path).isFile()) return send(response, 404, "text/plain", "no such key");
  const { size } = statSync(path);
  const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? "") ?? [];
  if (from === undefined) return send(response, 200, "application/octet-stream", readFileSync(path));
  const start = from === "" ? Math.max(0, size - Number(to)) : Number(from);
  const end = from === "" || to === "" ? size - 1 : Math.min(size - 1, Number(to));
  response.writeHead(206, { "content-type": "application/octet-stream", "content-length": end - start + 1, "content-range": `bytes ${start}-${end}/${size}` });
  createReadStream(path, { start, end }).pipe(response);
}

function send(response, status, type, body, headers = {}) {
  response.writeHead(status, { "content-type": type, ...headers });
  response.end(body);
}

// What the page says of a store. Of one it says nothing: the viewer then has to find out.
const SAID = { cells: 'data-labels="nuclei" data-format="3" data-annotations="/id/cells/annotations"', embryo: 'data-labels="" data-format="2"', tracks: 'data-labels="" data-format="2"', fly: "" };

function page(name) {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<title>${name}</title><link rel="stylesheet" href="/style.css"><script type="module" src="/viewer.js"></script></head>
<body><a class="skip-link" href="#content">Skip to the content</a>
<main id="content" tabindex="-1"><div class="frame"><div class="opening"><h1>Image ${name}</h1></div>
<section><h2>Picture</h2>
<div class="viewer" data-viewer ${SAID[name] ?? 'data-labels="" data-format="3"'} data-zarr="/zarr/${name}/" data-iiif="/iiif/3/${name}" data-id="https://ids.example.org/id/${name}" data-title="Image ${name}"
 data-citation="Doe J, Roe R (2026). Image ${name}. Example Institute of Cell Biology." data-licence="CC BY 4.0"><p id="plain">The picture of the server.</p></div></section>
</div></main></body></html>`;
}
