// What a reader does with the viewer, and what has to be there then.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { PLACES, light, ofCells } from "./viewer-expected.mjs";
import { cells } from "./viewer-stores.mjs";
import { near } from "./viewer-tab.mjs";

export const HANDLED = {
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

  async "a picture from before is told from the one that was asked for, and is never saved in its place"(tab, { server }) {
    await tab.page.clock.install();
    await tab.open("cells", "x=450&y=300&zoom=1&z=0");
    let release;
    server.state.released = new Promise((resolve) => (release = resolve));
    server.state.isHeld = () => true;
    await tab.stage.focus();
    await tab.page.keyboard.press(".");
    const told = tab.page.getByText("This is still the picture from before.");
    await tab.page.clock.fastForward(1100);
    await told.waitFor();
    await tab.picture("stale");
    const downloads = [];
    tab.page.on("download", (download) => downloads.push(download));
    await tab.page.getByRole("button", { name: "Save the picture" }).click();
    await tab.page.getByText("The picture is saved as soon as all of it is here.").waitFor();
    // a server that says nothing for so long is one that is away
    await tab.page.clock.fastForward(21_000);
    await tab.page.getByText("the server of this image does not answer").waitFor();
    assert.deepEqual(downloads, []);
    server.state.isHeld = () => false;
    const saved = tab.page.waitForEvent("download");
    release();
    await tab.page.getByRole("button", { name: "Try again" }).click();
    await tab.complete();
    await saved;
    await told.waitFor({ state: "hidden" });
    near(await tab.colours([[450, 300]]), [[450, 300]].map(ofCells(1)), "the plane that was asked for");
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

  async "one finger moves, two zoom"(tab) {
    await tab.open("cells", "x=450&y=300&zoom=1");
    const { x, y, width, height } = await tab.stage.boundingBox();
    const [left, top] = [x + width / 2, y + height / 2];
    const session = await tab.page.context().newCDPSession(tab.page);
    const touch = (type, ...points) => session.send("Input.dispatchTouchEvent", { type, touchPoints: points.map(([across, down], id) => ({ x: left + across, y: top + down, id })) });
    await touch("touchStart", [0, 0]);
    for (const step of [10, 20, 30, 40]) await touch("touchMove", [step, 0]);
    await touch("touchEnd");
    await tab.until(() => Number(new URL(location.href).searchParams.get("x")) < 450);
    const moved = await tab.view();
    assert.ok(Math.abs(moved.x - 410) <= 1 && moved.y === 300, JSON.stringify(moved));
    await touch("touchStart", [-50, 0], [50, 0]);
    for (const step of [60, 70, 80, 90, 100]) await touch("touchMove", [-step, 0], [step, 0]);
    await touch("touchEnd");
    await tab.until(() => Number(new URL(location.href).searchParams.get("zoom")) > 1.5);
    const zoomed = await tab.view();
    assert.ok(Math.abs(zoomed.zoom - 2) < 0.05 && Math.abs(zoomed.x - moved.x) < 2, JSON.stringify(zoomed));
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
};
