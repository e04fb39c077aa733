// What a reader does with the viewer, and what has to be there then.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { cells, floats } from "./viewer-stores.mjs";
import { near } from "./viewer-tab.mjs";

/** Light of a value in a window, of 255. */
const light = (value, [least, greatest], gamma = 1) => 255 * Math.min(1, Math.max(0, (value - least) / (greatest - least))) ** gamma;

/** Blue and green, as the file of `cells` has them. */
const ofCells = (z, windows = [[1000, 5000], [2000, 4000]], gamma = 1) => ([x, y]) =>
  [0, light(cells.value(1, z, y, x), windows[1], gamma), light(cells.value(0, z, y, x), windows[0], gamma)];

const PLACES = [[450, 300], [460, 300], [450, 310], [300, 200], [600, 420], [383, 255], [384, 256]];

export const STORIES = {
  async "values are shown through windows and colours, to the pixel"(tab) {
    await tab.open("cells", "x=450&y=300&zoom=1");
    near(await tab.colours(PLACES), PLACES.map(ofCells(1)), "as the file has it");
    await tab.open("cells", "x=450&y=300&zoom=1&z=3&c=0:2000-6000:ff0000,1:1000-4000:00ff00:g0.5");
    const expected = ([x, y]) => [light(cells.value(0, 3, y, x), [2000, 6000]), light(cells.value(1, 3, y, x), [1000, 4000], 0.5), 0];
    near(await tab.colours(PLACES), PLACES.map(expected), "as a link has it");
    await tab.open("cells", "x=450&y=300&zoom=4&c=1:2000-4000:ffffff");
    const white = ([x, y]) => Array(3).fill(light(cells.value(1, 1, y, x), [2000, 4000]));
    near(await tab.colours(PLACES.slice(0, 3)), PLACES.slice(0, 3).map(white), "enlarged");
  },

  async "from afar a coarser level is shown"(tab, { server }) {
    await tab.open("cells", "x=450&y=300&zoom=0.25");
    near(await tab.colours([[401, 201], [601, 401]]), [[400, 200], [600, 400]].map(ofCells(1)), "level 2");
    assert.ok(!server.state.requests.some((key) => key.startsWith("0/c/")), "the full image is not asked for");
  },

  async "floating point is windowed, and what is no number is black"(tab) {
    await tab.open("floats", "x=200&y=150&zoom=1&c=0:-0.1-0.2:ffffff");
    const places = [[150, 150], [250, 100], [200, 250], [399, 299]];
    near(await tab.colours(places), places.map(([x, y]) => Array(3).fill(light(floats.value(0, 0, y, x), [-0.1, 0.2]))), "floats");
    near(await tab.colours([[5, 100]]), [[0, 0, 0]], "NaN");
  },

  async "without a window in the file one is found"(tab) {
    await tab.open("floats");
    const [, least, greatest] = /^0:(-?[\d.e-]+)-(-?[\d.e-]+):/.exec((await tab.parameters()).get("c"));
    assert.ok(Number(least) > -0.2 && Number(least) < -0.15, least);
    assert.ok(Number(greatest) > 0.19 && Number(greatest) < 0.24, greatest);
  },

  async "the greatest values of all planes are those"(tab) {
    await tab.open("cells", "x=450&y=300&zoom=1");
    await tab.page.getByRole("checkbox", { name: "Maximum" }).check();
    await tab.until(() => new URL(location.href).searchParams.get("z") === "max");
    await tab.complete();
    await tab.until(() => document.querySelector("[data-state]").dataset.state === "complete");
    near(await tab.colours(PLACES.slice(0, 5)), PLACES.slice(0, 5).map(ofCells(3)), "the last plane is the brightest");
    assert.equal(await tab.page.getByRole("slider", { name: "Plane (z)" }).isDisabled(), true);
    await tab.page.goBack();
    await tab.until(() => !document.querySelector(".viewer-check input").checked);
  },

  async "a link shows the same to whoever opens it"(tab, { browser }) {
    await tab.open("cells");
    await tab.stage.focus();
    for (const key of ["+", "+", "ArrowRight", "ArrowDown", ".", "b"]) await tab.page.keyboard.press(key);
    await tab.page.getByRole("spinbutton", { name: "Greatest value of DAPI, as a number" }).fill("4200");
    await tab.page.getByRole("spinbutton", { name: "Greatest value of DAPI, as a number" }).press("Enter");
    await tab.complete();
    const link = await tab.link();
    const shown = await tab.colours(PLACES.slice(0, 3));
    assert.match(link, /[?&]z=2&/);
    assert.match(link, /c=0:1000-4200:0000ff,/);
    assert.match(link, /&box=\d+,\d+,\d+,\d+/);
    await tab.until((link) => location.href === link, link);
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    try {
      const page = await context.newPage();
      const other = new tab.constructor(page, tab.server, tab.screenshots);
      await page.goto(link);
      await other.complete();
      assert.equal(await other.link(), link);
      assert.deepEqual(await other.colours(PLACES.slice(0, 3)), shown);
    } finally {
      await context.close();
    }
  },

  async "what a link says that is not understood is told"(tab) {
    await tab.open("cells", "z=99&c=0:5-1&zoom=1");
    await tab.page.getByText("not understood, or this image does not have it: c, z.").waitFor();
    near(await tab.colours([[450, 300]]), [[450, 300]].map(ofCells(1)), "the rest is shown");
  },

  async "values under the pointer are those that are stored"(tab) {
    await tab.open("cells", "x=450&y=300&zoom=2");
    await tab.over([460, 320]);
    const text = await tab.page.locator(".viewer-readout").innerText();
    assert.match(text, /x 460, y 320/);
    assert.match(text, /46\.0\d µm, 32\.0\d µm/);
    assert.match(text, new RegExp(`DAPI ${cells.value(0, 1, 320, 460)}`));
    // what a depositor wrote is text
    assert.match(text, new RegExp(`GFP <b>tubulin</b> ${cells.value(1, 1, 320, 460)}`));
    await tab.stage.focus();
    await tab.page.keyboard.press("v");
    assert.match(await tab.page.locator("[aria-live=polite]").innerText(), new RegExp(`x 450, y 300 .*DAPI ${cells.value(0, 1, 300, 450)}`));
  },

  async "channels are switched, coloured and windowed by their controls"(tab) {
    await tab.open("cells", "x=450&y=300&zoom=1");
    await tab.page.getByRole("checkbox", { name: "DAPI" }).uncheck();
    await tab.page.getByLabel("Colour of GFP").fill("#ff8000");
    await tab.page.getByRole("spinbutton", { name: "Least value of GFP" }).fill("1000");
    await tab.page.getByRole("spinbutton", { name: "Least value of GFP" }).press("Enter");
    await tab.complete();
    const expected = ([x, y]) => [1, 128 / 255, 0].map((part) => part * light(cells.value(1, 1, y, x), [1000, 4000]));
    near(await tab.colours(PLACES.slice(0, 3)), PLACES.slice(0, 3).map(expected), "after the controls");
    await tab.stage.focus();
    await tab.page.keyboard.press("c");
    await tab.page.keyboard.press("2");
    assert.equal(await tab.page.getByRole("checkbox", { name: "GFP" }).isChecked(), false);
    near(await tab.colours([[450, 300]]), [[0, 0, 0]], "no channel");
    assert.equal((await tab.parameters()).get("c"), "none");
  },

  async "labels lie over the picture"(tab) {
    await tab.open("cells", "x=450&y=300&zoom=1&c=none&labels=nuclei:1");
    const [inside, outside] = await tab.colours([[500, 300], [440, 300]]);
    assert.ok(Math.max(...inside) > 100, `${inside}`);
    assert.deepEqual(outside, [0, 0, 0]);
    await tab.page.getByRole("slider", { name: "Opacity" }).fill("0.5");
    await tab.complete();
    const [half] = await tab.colours([[500, 300]]);
    near([half], [inside.map((value) => value / 2)], "half as strong");
    await tab.page.getByLabel("Labels", { exact: true }).last().selectOption("");
    near(await tab.colours([[500, 300]]), [[0, 0, 0]], "no labels");
  },

  async "a broken piece is told, and the rest is shown"(tab) {
    await tab.open("damaged", "x=450&y=300&zoom=1&z=1");
    await tab.page.getByText("One piece of this image cannot be shown (a piece of the image is not what its checksum says). The rest is.").waitFor();
    near(await tab.colours(PLACES.slice(0, 4)), PLACES.slice(0, 4).map(ofCells(1)), "beside the broken piece");
    const [coarse] = await tab.colours([[61, 61]]);
    // the other channel is whole there
    near([coarse], [[0, ofCells(1)([61, 61])[1], ofCells(1)([60, 60])[2]]], "in its place the coarser level");
  },

  async "a piece that is not stored is empty by the format, and told"(tab) {
    tab.expected = /404/;
    await tab.open("incomplete", "x=450&y=300&zoom=1&z=2");
    await tab.page.getByText("One piece of this image is not stored and is shown as empty.").waitFor();
    near(await tab.colours(PLACES), PLACES.map((place) => [0, 0, ofCells(2)(place)[2]]), "the other channel is whole");
  },

  async "time and planes are played, and paused"(tab) {
    await tab.open("cells", "zoom=1");
    await tab.stage.focus();
    await tab.page.keyboard.press("p");
    await tab.page.getByRole("button", { name: "Pause Plane (z)" }).waitFor();
    for (const place of ["4 of 4", "1 of 4", "3 of 4"]) {
      await tab.until((place) => document.querySelector(".viewer-plane output").textContent.startsWith(place), place);
    }
    await tab.page.keyboard.press("p");
    await tab.page.getByRole("button", { name: "Play Plane (z)" }).waitFor();
    await tab.complete();
    const z = Number((await tab.parameters()).get("z"));
    near(await tab.colours([[450, 300]]), [[450, 300]].map(ofCells(z)), "the plane that is told is shown");
  },

  async "a graphics card that is lost and found shows the picture again"(tab) {
    tab.expected = /CONTEXT_LOST_WEBGL/;
    await tab.open("cells", "x=450&y=300&zoom=1");
    await tab.page.evaluate(async () => {
      const canvas = document.querySelector(".viewer-stage canvas");
      const extension = canvas.getContext("webgl2").getExtension("WEBGL_lose_context");
      const happened = (name) => new Promise((resolve) => canvas.addEventListener(name, () => setTimeout(resolve), { once: true }));
      const lost = happened("webglcontextlost");
      extension.loseContext();
      await lost;
      const restored = happened("webglcontextrestored");
      extension.restoreContext();
      await restored;
    });
    await tab.complete();
    near(await tab.colours(PLACES), PLACES.map(ofCells(1)), "as before");
  },

  async "without WebGL the picture of the server stays"(tab, { server }) {
    await tab.page.addInitScript(() => {
      HTMLCanvasElement.prototype.getContext = () => null;
    });
    await tab.page.goto(`${server.origin}/view/cells`);
    await tab.page.getByText("The viewer cannot start: this browser has no WebGL 2. Below is a picture that the server made.").waitFor();
    await tab.page.getByText("The picture of the server.").waitFor();
  },

  async "a server that goes away takes nothing from the screen, and is asked again"(tab, { server }) {
    tab.expected = /ERR_EMPTY_RESPONSE|ERR_CONNECTION|Failed to load resource/;
    await tab.open("large");
    const before = await tab.colours([[2000, 1500]]);
    server.state.isIll = true;
    await tab.stage.focus();
    for (let step = 0; step < 5; step += 1) await tab.page.keyboard.press("+");
    await tab.page.getByText("the server of this image does not answer").waitFor();
    near(await tab.colours([[2000, 1500]]), before, "what was there stays");
    server.state.isIll = false;
    await tab.page.getByRole("button", { name: "Try again" }).click();
    await tab.complete();
    await tab.page.getByText("the server of this image does not answer").waitFor({ state: "hidden" });
    near(await tab.colours([[2000, 1500]]), [Array(3).fill(light(((2000 >> 6) + (1500 >> 6)) * 10 + 1, [0, 1200]))], "and comes sharp");
  },

  async "a server that is not there at all leaves the picture of the page"(tab, { server }) {
    tab.expected = /ERR_EMPTY_RESPONSE|ERR_CONNECTION|Failed to load resource/;
    server.state.isIll = true;
    await tab.page.goto(`${server.origin}/view/cells`);
    await tab.page.getByText("The image did not come: the server of this image does not answer.").waitFor();
    await tab.page.getByText("The picture of the server.").waitFor();
    server.state.isIll = false;
    await tab.page.getByRole("button", { name: "Try again" }).click();
    await tab.complete();
    assert.equal(await tab.page.getByText("The picture of the server.").count(), 0);
  },

  async "what cannot be shown is said in a sentence"(tab, { server }) {
    await tab.page.goto(`${server.origin}/view/nothing`);
    await tab.page.getByText("The description of this image names no picture data.").waitFor();
    await tab.page.getByText("The picture of the server.").waitFor();
  },

  async "requests for what left the view are given up"(tab, { server }) {
    await tab.open("large");
    const given = [];
    tab.page.on("requestfailed", (request) => given.push(request.failure()?.errorText));
    let isHeld = true;
    server.state.pauseFor = (key) => (key.startsWith("0/c/") && isHeld ? 60_000 : 0);
    await tab.stage.focus();
    const asked = tab.page.waitForRequest((request) => request.url().includes("/0/c/") && !request.headers().range?.startsWith("bytes=-"), { timeout: 20_000 });
    // the index of the shard must be there before pieces of it are asked for
    server.state.pauseFor = (key) => (key.startsWith("0/c/") && isHeld && server.state.requests.filter((one) => one === key).length > 1 ? 60_000 : 0);
    for (let step = 0; step < 6; step += 1) await tab.page.keyboard.press("+");
    await asked;
    await tab.page.keyboard.press("0");
    await tab.complete();
    isHeld = false;
    assert.ok(given.length > 0 && given.every((reason) => reason === "net::ERR_ABORTED"), given.join());
  },

  async "a plane that is still coming never leaves the screen empty"(tab, { server }) {
    await tab.open("large");
    let release;
    const held = new Promise((resolve) => (release = resolve));
    await tab.page.route("**/zarr/large/*/c/0/2/**", async (route) => {
      await held;
      await route.continue();
    });
    await tab.stage.focus();
    await tab.page.keyboard.press(".");
    await tab.until(() => document.querySelector(".viewer-plane output").textContent.startsWith("3 of 3"));
    await tab.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    const [colour] = await tab.colours([[3000, 2000]]);
    assert.ok(colour[0] > 100, `${colour}`);
    release();
    await tab.complete();
  },

  async "a plate is a grid of wells, and a field has an address"(tab) {
    await tab.open("plate");
    near(await tab.colours([[40, 30]]), [Array(3).fill(light(1000, [0, 5000]))], "the first well");
    await tab.page.getByRole("button", { name: "Well B2" }).click();
    await tab.until(() => new URL(location.href).searchParams.get("well") === "B/2");
    await tab.complete();
    await tab.page.getByLabel("Field", { exact: true }).selectOption("1");
    await tab.until(() => new URL(location.href).searchParams.get("field") === "1" && document.querySelector("[data-state=complete]"));
    near(await tab.colours([[40, 30]]), [Array(3).fill(light(4000, [0, 5000]))], "the second field");
    const link = await tab.link();
    await tab.page.goto(link);
    await tab.complete();
    near(await tab.colours([[40, 30]]), [Array(3).fill(light(4000, [0, 5000]))], "by its link");
    await tab.page.goBack();
    await tab.page.goBack();
    await tab.until(() => document.querySelector('.viewer-well[aria-pressed="true"]')?.title === "Well B2");
    await tab.complete();
    near(await tab.colours([[40, 30]]), [Array(3).fill(light(3000, [0, 5000]))], "back at the first field");
    await tab.picture("plate");
  },

  async "the picture is saved with its scale and how to cite it"(tab) {
    await tab.open("cells");
    const size = await tab.stage.evaluate((stage) => [stage.clientWidth, stage.clientHeight]);
    const [download] = await Promise.all([tab.page.waitForEvent("download"), tab.page.getByRole("button", { name: "Save the picture" }).click()]);
    assert.equal(download.suggestedFilename(), "Image-cells.png");
    const bytes = readFileSync(await download.path());
    assert.equal(bytes.subarray(1, 4).toString(), "PNG");
    const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
    assert.equal(width, size[0]);
    assert.ok(height > size[1] + 30, "lines of text are below the picture");
    const white = await tab.page.evaluate(async (data) => {
      const picture = await createImageBitmap(new Blob([Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0))]));
      const context = new OffscreenCanvas(picture.width, picture.height).getContext("2d");
      context.drawImage(picture, 0, 0);
      return [...context.getImageData(20, Number(document.querySelector(".viewer-stage").clientHeight) - 18, 1, 1).data];
    }, bytes.toString("base64"));
    assert.deepEqual(white, [255, 255, 255, 255], "the scale bar is in it");
  },

  async "the spot is told in the forms of others"(tab) {
    await tab.open("cells", "x=450&y=300&zoom=1&z=2&box=400,250,100,80");
    await tab.link();
    const iiif = await tab.page.getByRole("textbox", { name: "As a picture (IIIF)" }).inputValue();
    assert.equal(iiif, `${tab.server.origin}/iiif/3/cells~z=2~c=0:1000-5000:0000ff,1:2000-4000:00ff00/400,250,100,80/max/0/default.jpg`);
    const selector = JSON.parse(await tab.page.getByRole("textbox", { name: "As a W3C annotation" }).inputValue());
    assert.equal(selector.target.source, "https://ids.example.org/id/cells");
    assert.equal(selector.target.selector.value, "xywh=pixel:400,250,100,80");
    assert.match(await tab.page.getByRole("textbox", { name: "Cite this view" }).inputValue(), /^Doe J, Roe R \(2026\)\. Image cells\. .* plane 3, x 400 to 500, y 250 to 330/);
    await tab.unfold("Open elsewhere");
    await tab.page.getByText(`napari --plugin napari-ome-zarr "${tab.server.origin}/zarr/cells"`).waitFor();
    await tab.picture("forms");
  },

  async "a box is marked by dragging, and removed by its key"(tab) {
    await tab.open("cells", "x=450&y=300&zoom=1");
    const { x, y, width, height } = await tab.stage.boundingBox();
    await tab.page.getByRole("button", { name: "Mark a box" }).click();
    await tab.page.mouse.move(x + width / 2 - 50, y + height / 2 - 40);
    await tab.page.mouse.down();
    await tab.page.mouse.move(x + width / 2 + 50, y + height / 2 + 40, { steps: 4 });
    await tab.page.mouse.up();
    const [left, top, across, down] = (await tab.parameters()).get("box").split(",").map(Number);
    assert.ok(Math.abs(left - 400) <= 1 && Math.abs(top - 260) <= 1 && Math.abs(across - 100) <= 2 && Math.abs(down - 80) <= 2);
    await tab.stage.focus();
    await tab.page.keyboard.press("b");
    assert.equal((await tab.parameters()).get("box"), null);
  },

  async "the picture is as wide as its place, and in the middle of it"(tab) {
    for (const [width, height] of [[1280, 900], [1600, 500], [360, 700]]) {
      await tab.page.setViewportSize({ width, height });
      await tab.open("cells");
      const [stage, around] = await tab.stage.evaluate((stage) => [stage, stage.parentElement].map((one) => one.getBoundingClientRect().width));
      assert.equal(stage, around);
      const view = await tab.view();
      assert.deepEqual([view.x, view.y], [450, 300]);
    }
  },

  async "dragging moves, the wheel zooms where the pointer is"(tab) {
    await tab.open("cells", "x=450&y=300&zoom=1");
    const { x, y, width, height } = await tab.stage.boundingBox();
    await tab.page.mouse.move(x + width / 2, y + height / 2);
    await tab.page.mouse.down();
    await tab.page.mouse.move(x + width / 2 + 60, y + height / 2 - 30, { steps: 3 });
    await tab.page.mouse.up();
    const moved = await tab.view();
    assert.deepEqual([Math.round(moved.x), Math.round(moved.y)], [390, 330]);
    await tab.page.mouse.move(x + 100, y + 100);
    await tab.page.mouse.wheel(0, -500);
    await tab.until(() => Number(new URL(location.href).searchParams.get("zoom")) > 1.5);
    const zoomed = await tab.view();
    const under = (view) => view.x + (100 - width / 2) / view.zoom;
    assert.ok(Math.abs(under(zoomed) - under(moved)) < 0.5);
  },

  async "everybody can use it: axe, light and dark, small and large"(tab) {
    await tab.open("cells", "labels=nuclei:0.5");
    await tab.link();
    await tab.unfold("Open elsewhere");
    for (const colorScheme of ["light", "dark"]) {
      await tab.page.emulateMedia({ colorScheme });
      for (const width of [320, 360, 768, 1280, 1600]) {
        await tab.page.setViewportSize({ width, height: 900 });
        await tab.complete();
        const scroll = await tab.page.evaluate(() => document.documentElement.scrollWidth);
        assert.ok(scroll <= width, `${scroll} points wide at ${width}`);
        await tab.picture(`cells-${width}-${colorScheme}`);
        if ([360, 1280].includes(width)) await tab.accessible(`${colorScheme}, ${width} px`);
      }
    }
    await tab.stage.focus();
    await tab.page.keyboard.press("?");
    await tab.page.getByRole("dialog", { name: "Keys" }).waitFor();
    await tab.accessible("keys");
    await tab.picture("keys");
  },

  async "real micrographs are shown as they are stored"(tab, { hasRealData }) {
    if (!hasRealData) return console.log("skipped: the real stores are not here");
    tab.expected = /404/;
    await tab.open("fly", "x=500&y=503&zoom=1&c=0:0-100:ff0000,1:0-100:00ff00,2:0-100:0000ff");
    await tab.picture("fly");
    for (const place of [[510, 513], [255, 255], [256, 300], [700, 620]]) {
      await tab.over(place);
      const text = await tab.page.locator(".viewer-readout").innerText();
      assert.match(text, new RegExp(`x ${place[0]}, y ${place[1]}`));
      const values = [...text.matchAll(/Channel \d (\d+)/g)].map(([, value]) => Number(value));
      near(await tab.colours([place]), [values.map((value) => light(value, [0, 100]))], "the values that are read are those that are drawn");
    }
    for (const name of ["embryo", "tracks"]) {
      await tab.open(name);
      await tab.picture(name);
    }
  },
};
