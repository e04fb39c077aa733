// What the viewer shows: of whole stores, of broken ones, and of servers that are ill.

import assert from "node:assert/strict";

import { PLACES, light, ofCells } from "./viewer-expected.mjs";
import { cells, floats } from "./viewer-stores.mjs";
import { near } from "./viewer-tab.mjs";

export const SHOWN = {
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

  async "an image opens as its page says, and shows what was hidden in the colour that it says"(tab) {
    await tab.open("told", "x=450&y=300&zoom=1");
    const [cell] = PLACES;
    const value = (c, [x, y]) => cells.value(c, 2, y, x);
    near(await tab.colours([cell]), [[light(value(1, cell), [2000, 4000]), 0, 0]], "the second channel in red, of the third plane");
    await tab.page.getByRole("checkbox", { name: "DAPI" }).check();
    await tab.complete();
    near(await tab.colours([cell]), [[light(value(1, cell), [2000, 4000]), 0, light(value(0, cell), [1000, 5000])]], "and the first in blue");
    await tab.open("told", "x=450&y=300&zoom=1&z=1&c=0:1000-5000:00ff00");
    near(await tab.colours([cell]), [[0, light(cells.value(0, 1, cell[1], cell[0]), [1000, 5000]), 0]], "a link says otherwise");
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

  async "marks lie over the picture, in their plane, and are asked for only when they are wanted"(tab) {
    const asked = [];
    tab.page.on("request", (request) => request.url().includes("/annotations") && asked.push(request.url()));
    await tab.open("cells", "x=450&y=300&zoom=1&z=1&c=none");
    near(await tab.colours([[450, 260]]), [[0, 0, 0]], "not yet");
    assert.deepEqual(asked, []);
    await tab.page.getByRole("checkbox", { name: "Marks" }).check();
    await tab.page.getByText("3 marks; those of other planes and times are hidden. 1 of another form cannot be drawn.").waitFor();
    await tab.complete();
    assert.equal(asked.length, 2, "both pages, from the server of the image");
    // Okabe and Ito's first two, of the two sets
    const [orange, blue] = [[0xe6, 0x9f, 0x00], [0x56, 0xb4, 0xe9]];
    near(await tab.colours([[450, 260], [450, 259], [400, 300], [499, 300], [450, 339]]), Array(5).fill(orange), "the four sides");
    near(await tab.colours([[444, 300], [470, 320], [450, 250]]), [blue, [0, 0, 0], [0, 0, 0]], "a ring around the point, and nothing beside");
    // what a depositor wrote is text
    await tab.page.getByText("Outlines <b>by hand</b> (geometrical annotations, 1)").waitFor();
    const link = await tab.link();
    assert.match(link, /&marks=1(&|$)/);
    // nearer than what was seen before, of which the link says how much it was
    await tab.page.goto(link.replace("zoom=1", "zoom=3").replace("y=300", "y=262").replace(/&[wh]=\d+/g, ""));
    await tab.complete();
    near(await tab.colours([[450, 259.5], [430, 259.5], [450, 260], [450, 260.5]]), [orange, orange, [0, 0, 0], [0, 0, 0]], "enlarged, by its link: the line is as thin as before");
    await tab.over([450, 262]);
    assert.match(await tab.page.locator(".viewer-readout").innerText(), /Outlines <b>by hand<\/b> cell <i>one<\/i>/);
    await tab.page.getByText("Marks in view").click();
    await tab.page.getByRole("button", { name: "cell <i>one</i>" }).focus();
    await tab.complete();
    near(await tab.colours([[450, 260]]), [orange], "thicker while it is chosen");
    await tab.accessible("marks");
    await tab.picture("marks");
    await tab.page.getByRole("checkbox", { name: /^Outlines/ }).uncheck();
    await tab.complete();
    near(await tab.colours([[450, 259.5]]), [[0, 0, 0]], "a set is hidden");
    await tab.open("cells", "x=450&y=300&zoom=1&z=2&c=none&marks=1");
    near(await tab.colours([[450, 260], [444, 300]]), [[0, 0, 0], blue], "in another plane only what is in all");
  },

  async "a region that has a plane and a colour of its own is drawn so"(tab) {
    await tab.open("cells", "x=450&y=300&zoom=1&z=0&c=none&marks=1");
    await tab.page.getByText("3 marks; those of other planes and times are hidden.").waitFor();
    await tab.complete();
    const red = [0xff, 0x00, 0x00];
    near(await tab.colours([[500, 350], [480, 360], [520, 360], [500, 370]]), Array(4).fill(red), "the four sides");
    near(await tab.colours([[500, 360], [450, 260]]), [[0, 0, 0], [0, 0, 0]], "nothing inside, and nothing of another plane");
    await tab.picture("regions");
    await tab.open("cells", "x=450&y=300&zoom=1&z=2&c=none&marks=1");
    await tab.complete();
    near(await tab.colours([[500, 350]]), [[0, 0, 0]], "in its plane only");
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
