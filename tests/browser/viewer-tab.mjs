// A tab with a viewer in it, and what one does with it.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export class Tab {
  constructor(page, server, screenshots) {
    this.page = page;
    this.server = server;
    this.screenshots = screenshots;
    this.complaints = [];
    this.expected = null;
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type()) && !this.expected?.test(message.text())) this.complaints.push(message.text());
    });
    page.on("pageerror", (error) => this.complaints.push(error.message));
    page.on("request", (request) => {
      const { origin, protocol } = new URL(request.url());
      if (origin !== server.origin && !["data:", "blob:"].includes(protocol)) this.complaints.push(`asks ${request.url()}`);
    });
  }

  async open(name, query = "") {
    await this.page.goto(`${this.server.origin}/view/${name}${query && `?${query}`}`);
    await this.complete();
  }

  complete() {
    return this.page.waitForSelector('[data-state="complete"]', { timeout: 20_000 });
  }

  get stage() {
    return this.page.getByRole("application");
  }

  /** Colours [red, green, blue] of places of the image, by their columns and rows. */
  async colours(places) {
    const view = await this.view();
    const frame = await this.frame();
    // what lies over the picture is no part of it
    const picture = await this.page.evaluate(() => document.querySelectorAll(".viewer-bar, .viewer-toolbar, .viewer-note").forEach((one) => (one.style.visibility = "hidden"))).then(() => this.page.screenshot());
    const points = places.map((place) => pointOf(place, view, frame));
    return this.page.evaluate(
      async ([data, points]) => {
        const response = await createImageBitmap(new Blob([Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0))]));
        const canvas = new OffscreenCanvas(response.width, response.height);
        const context = canvas.getContext("2d", { willReadFrequently: true });
        context.drawImage(response, 0, 0);
        return points.map(([left, top]) => [...context.getImageData(Math.floor(left), Math.floor(top), 1, 1).data.slice(0, 3)]);
      },
      [picture.toString("base64"), points],
    );
  }

  /** Moves the pointer over a pixel of the image. */
  async over([x, y]) {
    await this.page.mouse.move(...pointOf([x, y], await this.view(), await this.frame()));
  }

  /** Where the picture is on the screen, in whole dots. */
  frame() {
    return this.stage.locator("canvas").first().evaluate((canvas) => {
      const { left, top } = canvas.getBoundingClientRect();
      return { left: Math.round(left), top: Math.round(top), width: canvas.width, height: canvas.height };
    });
  }

  /** Where one looks, by the link that can be copied. */
  async view() {
    const parameters = await this.parameters();
    return { x: Number(parameters.get("x")), y: Number(parameters.get("y")), zoom: Number(parameters.get("zoom")) };
  }

  async parameters() {
    return new URL(await this.link()).searchParams;
  }

  async link() {
    await this.unfold("Link and cite");
    // it is written when the fold has opened
    await this.until(() => document.querySelector(".viewer-share textarea").value !== "");
    return this.page.getByRole("textbox", { name: "Link to this view" }).inputValue();
  }

  async unfold(title) {
    const details = this.page.locator("details", { has: this.page.locator("summary", { hasText: title }) });
    if (!(await details.evaluate((element) => element.open))) await details.locator("summary").click();
    await this.page.waitForFunction((title) => [...document.querySelectorAll("details")].some((one) => one.open && one.textContent.includes(title)), title);
  }

  /** Waits until something that is asked of the page is true. */
  async until(question, argument) {
    await this.page.waitForFunction(question, argument, { timeout: 20_000 });
  }

  async picture(name) {
    await this.page.screenshot({ path: join(this.screenshots, `viewer-${name}.png`) });
  }

  async accessible(view) {
    await this.page.evaluate(axe);
    const { violations } = await this.page.evaluate(() => window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
    const found = violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${target} ${failureSummary}`));
    assert.deepEqual(found, [], view);
  }
}

/** Where the middle of a pixel is on the screen: the corner of the image is on a whole dot. */
function pointOf([x, y], view, { left, top, width, height }) {
  const at = (length, middle, place) => Math.round(length / 2 - middle * view.zoom) + (place + 0.5) * view.zoom;
  return [left + at(width, view.x, x), top + at(height, view.y, y)];
}

/** Asserts that colours are those that were computed, but for rounding. */
export function near(shown, computed, message) {
  shown.forEach((colour, place) =>
    colour.forEach((value, part) => assert.ok(Math.abs(value - computed[place][part]) <= 2, `${message}: place ${place} is ${colour}, not ${computed[place].map(Math.round)}`)),
  );
}
