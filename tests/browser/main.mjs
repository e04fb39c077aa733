// The pages of portal and nodes in a real browser. Run by tests/tests/browser.rs, which starts the servers:
//
//   node main.mjs CONFIGURATION.json
//
// The configuration: { chromium, screenshots, unlinked, sites: [{ program, url, routes, pages: [{ path, status }] }] }.
// ONLY=part looks only at pages whose name or address has that part in it.

import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { chromium } from "playwright-core";

import { choose, unreached } from "./choose.mjs";
import { crawl } from "./crawl.mjs";
import { look } from "./look.mjs";
import { routesOf } from "./routes.mjs";

const AT_ONCE = 3;

const configuration = JSON.parse(readFileSync(process.argv[2], "utf8"));
const findings = [];
const report = (where, check, message) => findings.push({ where, check, message });

const sites = configuration.sites.map(({ program, url, routes }) => {
  const all = routesOf(routes);
  return { program, url, origin: new URL(url).origin, routes: all, routeOf: (path) => all.find((route) => route.matches.test(path)) };
});
const starts = configuration.sites.flatMap(({ url, pages }) => [
  { url, status: null },
  ...pages.map(({ path, status }) => ({ url: new URL(path, url).href, status })),
]);

const answers = await crawl(sites, starts, report);
const wanted = new Set(starts.map((start) => start.url));
for (const answer of answers) answer.isWanted = wanted.has(answer.url);
await unreached(sites, answers, configuration.unlinked, report);
const chosen = choose(answers).filter(({ name, url }) => !process.env.ONLY || name.includes(process.env.ONLY) || url.includes(process.env.ONLY));

rmSync(configuration.screenshots, { recursive: true, force: true });
mkdirSync(configuration.screenshots, { recursive: true });
// Pages with the image viewer are drawn without a graphics card, by the processors: in a browser of their own, one at a time,
// since with that one takes no pictures of others meanwhile. Only they ask another site of these for something.
const hasViewer = ({ html }) => html.includes("data-viewer");
const origins = configuration.sites.map(({ url }) => new URL(url).origin);
await Promise.all([
  lookAtAll(chosen.filter((page) => !hasViewer(page)), [], { at_once: AT_ONCE, friends: [] }),
  lookAtAll(chosen.filter(hasViewer), ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"], { at_once: 1, friends: origins }),
]);

async function lookAtAll(pages, further, { at_once, friends }) {
  // a container's user is root, for whom Chromium has no sandbox; it opens nothing but our own pages
  const browser = await chromium.launch({ executablePath: configuration.chromium, args: ["--no-sandbox", ...further] });
  const waiting = [...pages];
  await Promise.all(
    Array.from({ length: at_once }, async () => {
      for (let page = waiting.shift(); page; page = waiting.shift()) await look(browser, { ...page, friends }, configuration.screenshots, report);
    }),
  );
  await browser.close();
}

for (const { name, url, status } of chosen) console.log(`looked at ${name}: ${status} ${url}`);
console.log(`${answers.length} answers, ${chosen.length} pages looked at, ${findings.length} findings`);
for (const { where, check, message } of findings) console.log(`FOUND ${check}: ${where}: ${message}`);
process.exitCode = findings.length === 0 && chosen.length > 0 ? 0 : 1;
