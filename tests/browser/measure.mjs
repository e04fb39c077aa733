// What pages cost: the server's time over many of a kind, bytes and requests with an empty cache, and when the browser
// paints something for the first time. Run by scripts/bench:
//
//   node measure.mjs CHROMIUM PORTAL [REQUESTS]

import { chromium } from "playwright-core";

const [, , executablePath, portal, requests = "500"] = process.argv;
const PAINTS = 9;
const WORDS = ["cell", "microscopy", "nuclei", "mouse", "membrane", "time", "protein", "human", "actin", "z-stack"];

const at = (path) => new URL(path, portal).href;

/** Results pages that differ: words, filters that the first page offers, orders and pages. */
async function resultsPages() {
  const first = await (await fetch(at("search"))).text();
  const filters = [...first.matchAll(/<a class="towards" href="([^"]*)"/g)].map(([, href]) => at(href.replaceAll("&#38;", "&").replaceAll("&amp;", "&")));
  const words = WORDS.flatMap((word) => [`search?q=${word}`, `search?q=${word}&sort=newest`, `search?q=${word}&page=3`].map(at));
  return [...words, ...filters.slice(0, 30), at("search"), at("search?kind=image")];
}

/** Study pages by the links of results pages; none where those lead to another host. */
async function studyPages(results) {
  const found = new Set();
  for (const page of results.slice(0, 20)) {
    const html = await (await fetch(page)).text();
    for (const [, href] of html.matchAll(/<h2[^>]*><a href="([^"]*)"/g)) found.add(at(href));
  }
  const pages = [...found];
  if (pages.length === 0) return [];
  const first = await fetch(pages[0], { redirect: "manual", headers: { accept: "text/html" } });
  return first.status === 200 ? pages : [];
}

/** Milliseconds until the last byte, of so many requests one after the other, the slowest last. */
async function serverTimes(pages) {
  const times = [];
  for (let number = 0; number < Number(requests); number += 1) {
    const url = pages[number % pages.length];
    const before = performance.now();
    const response = await fetch(url, { headers: { accept: "text/html" } });
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`${url} answers ${response.status}`);
    times.push(performance.now() - before);
  }
  return times.sort((one, other) => one - other);
}

/** Bytes over the wire, requests, and the first paint, each time with an empty cache. */
async function visit(browser, url) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const tab = await context.newPage();
  const network = await context.newCDPSession(tab);
  await network.send("Network.enable");
  const types = new Map();
  const seen = { bytes: 0, requests: 0, pictures: 0 };
  network.on("Network.responseReceived", ({ requestId, type }) => types.set(requestId, type));
  network.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    seen.bytes += encodedDataLength;
    if (types.get(requestId) === "Image") seen.pictures += 1;
    else seen.requests += 1;
  });
  await tab.goto(url, { waitUntil: "networkidle" });
  const paint = await tab.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? null);
  await context.close();
  return { ...seen, paint };
}

const quantile = (sorted, part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
const median = (values) => quantile([...values].sort((one, other) => one - other), 0.5);

async function measure(browser, name, pages) {
  if (pages.length === 0) return console.log(`${name}: none on this host`);
  const times = await serverTimes(pages);
  const visits = [];
  for (let number = 0; number < PAINTS; number += 1) visits.push(await visit(browser, pages[number % pages.length]));
  const most = (what) => Math.max(...visits.map((visit) => visit[what]));
  console.log(
    `${name}: server ${quantile(times, 0.5).toFixed(1)} ms p50, ${quantile(times, 0.99).toFixed(1)} ms p99 (${times.length} requests to ${pages.length} pages); ` +
      `${(most("bytes") / 1000).toFixed(1)} kB and ${most("requests")} requests at most, and ${most("pictures")} pictures; ` +
      `first paint ${median(visits.map((visit) => visit.paint)).toFixed(0)} ms (median of ${PAINTS}), ${most("paint").toFixed(0)} ms at most`,
  );
}

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
const results = await resultsPages();
// the first page of a browser that has just started is not what readers see
await visit(browser, portal);
await measure(browser, "start page", [portal]);
await measure(browser, "results", results);
await measure(browser, "study page", await studyPages(results));
console.log("goals: 150 kB and 10 requests without pictures; first paint of results under 200 ms");
await browser.close();
