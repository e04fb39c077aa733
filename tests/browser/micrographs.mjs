// A biologist at the portal: finds images, looks at each, finds a cell in one of them, and hands on the link to the spot.
//
//   node micrographs.mjs CONFIGURATION      a JSON file: { chromium, portal, asked, images, chosen, screenshots }
//
// Prints what they took with them, as JSON: { link, zarr }.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { chromium } from "playwright-core";

const configuration = JSON.parse(readFileSync(process.argv[2], "utf8"));
const { portal, screenshots } = configuration;
mkdirSync(screenshots, { recursive: true });
const browser = await chromium.launch({
  executablePath: configuration.chromium,
  // WebGL without a graphics card
  args: ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"],
});
const WINDOW = { viewport: { width: 1280, height: 900 }, reducedMotion: "reduce" };

async function opened(address, options = {}) {
  const context = await browser.newContext({ ...WINDOW, ...options });
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (message) => {
    // which format a store has, and whether it has labels, is found out by asking
    const isAsking = /\/zarr\/.*\/(zarr\.json|\.z(attrs|group|array))$/.test(message.location().url) && message.text().includes("404");
    if (["error", "warning"].includes(message.type()) && !isAsking) complaints.push(`${message.text()} ${message.location().url}`);
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(address);
  return {
    page,
    async close() {
      assert.deepEqual(complaints, [], `what the browser says at ${page.url()}`);
      await context.close();
    },
  };
}

const complete = (page) => page.waitForSelector('[data-state="complete"]', { timeout: 60_000 });

/** The picture on the screen, without what lies over it. */
async function picture(page) {
  // who has the focus is no part of it
  await page.evaluate(() => document.activeElement?.blur());
  await page.mouse.move(0, 0);
  await page.evaluate(() => document.querySelectorAll(".viewer-bar, .viewer-toolbar, .viewer-note, .viewer-readout").forEach((one) => (one.style.visibility = "hidden")));
  return page.getByRole("application").locator("canvas").first().screenshot();
}

/** The colours of a picture, a number each. */
const decoded = (page, png) =>
  page.evaluate(async (data) => {
    const bitmap = await createImageBitmap(new Blob([Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0))]));
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
    context.drawImage(bitmap, 0, 0);
    return [...new Uint32Array(context.getImageData(0, 0, bitmap.width, bitmap.height).data.buffer)];
  }, png.toString("base64"));

const colours = async (page, png) => new Set(await decoded(page, png)).size;

/** Which share of two pictures is not the same: a link is written in so many digits that an edge here and there falls to the next dot. */
async function different(page, one, other) {
  const [first, second] = [await decoded(page, one), await decoded(page, other)];
  assert.equal(first.length, second.length, "the pictures are of different sizes");
  return first.filter((colour, place) => colour !== second[place]).length / first.length;
}

/** All pictures of a page are there, those further down too. */
async function hasPictures(page, selector, count) {
  const pictures = page.locator(selector);
  assert.equal(await pictures.count(), count, `pictures of ${page.url()}`);
  for (const one of await pictures.all()) {
    await one.scrollIntoViewIfNeeded();
    const handle = await one.elementHandle();
    await page.waitForFunction((image) => image.complete && image.naturalWidth > 0, handle, { timeout: 20_000 });
  }
}

/** The images that are found, each with a picture of itself; answers with the addresses of their pages. */
async function found() {
  const { page, close } = await opened(`${portal}search?kind=image&${configuration.asked}`);
  await hasPictures(page, ".gallery .card img", configuration.images);
  await page.screenshot({ path: join(screenshots, "micrographs-found.png"), fullPage: true });
  const links = await page.locator(".gallery h3 a").evaluateAll((all) => all.map((one) => one.href));
  await close();
  return [...new Set(links)];
}

/** Every image opens as a picture; answers with the page of the one that is looked at closely. */
async function lookedAt(addresses) {
  let chosen;
  for (const [number, address] of addresses.entries()) {
    const { page, close } = await opened(address);
    await complete(page);
    const seen = await colours(page, await picture(page));
    assert.ok(seen > 8, `${address} shows ${seen} colours`);
    await page.screenshot({ path: join(screenshots, `micrographs-${number + 1}.png`) });
    if ((await page.locator("main").innerText()).includes(configuration.chosen)) chosen = address;
    await close();
  }
  assert.ok(chosen, `no image of ${configuration.chosen}`);
  return chosen;
}

async function link(page) {
  const fold = page.locator("details", { has: page.locator("summary", { hasText: "Link and cite" }) });
  if (!(await fold.evaluate((element) => element.open))) await fold.locator("summary").click();
  const field = page.getByRole("textbox", { name: "Link to this view" });
  await page.waitForFunction(() => document.querySelector(".viewer-share textarea").value !== "");
  return field.inputValue();
}

/** Finds a cell: one channel less, nearer, to the side, and a box around it. */
async function spot(address) {
  const { page, close } = await opened(address);
  await complete(page);
  const before = await picture(page);
  const channels = page.locator('[data-viewer] input[type=checkbox]');
  await channels.first().uncheck();
  await complete(page);
  const stage = page.getByRole("application");
  await stage.focus();
  for (const key of ["+", "+", "ArrowRight", "ArrowDown", "b"]) await page.keyboard.press(key);
  await complete(page);
  const address_of_spot = await link(page);
  assert.match(address_of_spot, /[?&]box=\d+,\d+,\d+,\d+/);
  // the address says the same spot, of whichever version is newest; the link names the version that was seen
  assert.match(address_of_spot, /\/images\/TST-S1-I\d+\.1\?/);
  await page.waitForFunction((spot) => location.search === spot, new URL(address_of_spot).search);
  const shown = await picture(page);
  assert.notDeepEqual(shown, before, "nothing changed");
  await page.screenshot({ path: join(screenshots, "micrographs-spot.png") });
  const zarr = await page.locator("[data-viewer]").getAttribute("data-zarr");
  await close();
  return { link: address_of_spot, shown, zarr: new URL(zarr, address).href };
}

/** The link shows the same to somebody else, with a script and without. */
async function handedOn({ link: address, shown }) {
  const other = await opened(address);
  await complete(other.page);
  assert.equal(await link(other.page), address);
  const share = await different(other.page, await picture(other.page), shown);
  assert.ok(share < 0.01, `${share} of the picture is another by the link`);
  await other.close();

  const plain = await opened(address, { javaScriptEnabled: false });
  await showsWithoutScript(plain.page, new URL(address).searchParams);
  await plain.page.screenshot({ path: join(screenshots, "micrographs-spot-plain.png") });
  await plain.close();
}

/** Without a script the portal has a small picture, and leads to the institution's page of the same spot. */
async function showsWithoutScript(page, spot) {
  await page.locator("#look img").first().waitFor();
  const there = await page.locator("#look a").first().getAttribute("href");
  await page.goto(new URL(there, page.url()).href);
  const box = await page.locator("#look img").first().boundingBox();
  for (const [word, value] of spot) assert.equal(new URL(page.url()).searchParams.get(word), value, `${word} of the link`);
  assert.doesNotMatch(await page.locator("#look").innerText(), /the whole image/i);
  assert.ok(box.width >= 256 && box.height >= 128, `the picture without a script is ${box.width} by ${box.height}`);
}

const chosen = await lookedAt(await found());
const taken = await spot(chosen);
await handedOn(taken);
await browser.close();
console.log(JSON.stringify({ link: taken.link, zarr: taken.zarr }));
