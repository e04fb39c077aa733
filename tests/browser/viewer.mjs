// The image viewer in a real browser, over stores whose every pixel is known: what is on the screen has to be what was stored.
//
//   node viewer.mjs CONFIGURATION      a JSON file: { chromium, script, stylesheet, derived, screenshots }

import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { chromium } from "playwright-core";

import { HANDLED } from "./viewer-handling.mjs";
import { serve } from "./viewer-server.mjs";
import { storesIn } from "./viewer-stores.mjs";
import { SHOWN } from "./viewer-stories.mjs";
import { Tab } from "./viewer-tab.mjs";

const configuration = JSON.parse(readFileSync(process.argv[2], "utf8"));
const folder = mkdtempSync(join(tmpdir(), "viewer-stores-"));
mkdirSync(configuration.screenshots, { recursive: true });

const server = await serve({
  script: readFileSync(configuration.script),
  stylesheet: readFileSync(configuration.stylesheet),
  stores: storesIn(folder, configuration.derived),
});
const browser = await chromium.launch({
  executablePath: configuration.chromium,
  // WebGL without a graphics card
  args: ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"],
});

let failures = 0;
for (const [name, story] of Object.entries({ ...SHOWN, ...HANDLED })) {
  server.state.isIll = false;
  server.state.pauseFor = () => 0;
  server.state.isHeld = () => false;
  server.state.requests.length = 0;
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: "reduce" });
  const tab = new Tab(await context.newPage(), server, configuration.screenshots);
  const before = performance.now();
  try {
    await story(tab, { server, browser, hasRealData: Boolean(configuration.derived) });
    if (tab.complaints.length > 0) throw new Error(`the browser complains: ${tab.complaints.join("; ")}`);
    console.log(`ok ${name} (${(performance.now() - before).toFixed(0)} ms)`);
  } catch (error) {
    failures += 1;
    console.log(`FOUND ${name}: ${error.stack}`);
  } finally {
    await context.close();
  }
}
await browser.close();
await server.close();
rmSync(folder, { recursive: true });
process.exit(failures === 0 ? 0 : 1);
