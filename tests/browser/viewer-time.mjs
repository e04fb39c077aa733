// How long it takes from opening an image's page to the whole picture in its viewer, each time with an empty cache. Run by
// scripts/bench:
//
//   node viewer-time.mjs CHROMIUM PAGE SCREENSHOT [ROUNDS]

import { chromium } from "playwright-core";

const [, , executablePath, page, screenshot, rounds = "10"] = process.argv;

const browser = await chromium.launch({
  executablePath,
  // WebGL without a graphics card
  args: ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"],
});

async function visit() {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const tab = await context.newPage();
  const network = await context.newCDPSession(tab);
  await network.send("Network.enable");
  const seen = { bytes: 0, requests: 0 };
  network.on("Network.loadingFinished", ({ encodedDataLength }) => {
    seen.bytes += encodedDataLength;
    seen.requests += 1;
  });
  await tab.goto(page);
  await tab.waitForSelector('[data-state="complete"]', { timeout: 60_000 });
  // both count from when the browser was told to go there
  seen.complete = await tab.evaluate(() => performance.getEntriesByName("viewer-complete")[0].startTime);
  seen.paint = await tab.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? Number.NaN);
  await tab.screenshot({ path: screenshot });
  await context.close();
  return seen;
}

const median = (values) => values.sort((one, other) => one - other)[Math.floor((values.length - 1) / 2)];

// the first page of a browser that has just started is not what readers see
await visit();
const visits = [];
for (let round = 0; round < Number(rounds); round += 1) visits.push(await visit());
const of = (what) => visits.map((visit) => visit[what]);
console.log(
  `whole picture after ${median(of("complete")).toFixed(0)} ms (median of ${rounds}), ${Math.max(...of("complete")).toFixed(0)} ms at most; goal 1000. ` +
    `First paint ${median(of("paint")).toFixed(0)} ms; ${(median(of("bytes")) / 1e6).toFixed(2)} MB in ${median(of("requests"))} requests`,
);
await browser.close();
