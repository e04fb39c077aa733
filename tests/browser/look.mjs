// Everything that is asked of one page in the browser.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

import { keyboard } from "./keyboard.mjs";
import { settled } from "./settled.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// 320: what 1280 is to a reader who magnifies four times (WCAG 1.4.10)
const WIDTHS = [320, 360, 768, 1280, 1600];
const PICTURES = [360, 768, 1280];
const HEIGHT = 900;
const TALLEST = 5000;
// a third of the screen of most telephones
const TALLEST_NAME = 300;

/** Looks at a page as readers of all kinds see it. */
export async function look(browser, page, folder, report) {
  const say = (check, message) => report(page.url, check, message);
  try {
    await all(browser, page, folder, say);
  } catch (error) {
    say("browser", error.message);
  }
}

async function all(browser, page, folder, say) {
  await inLight(browser, page, folder, say);
  await inDark(browser, page, folder, say);
  await withoutScript(browser, page, say);
}

async function inLight(browser, page, folder, say) {
  const { name } = page;
  const { tab, close } = await open(browser, page, { colorScheme: "light" }, say);
  try {
    for (const width of WIDTHS) {
      await tab.setViewportSize({ width, height: HEIGHT });
      for (const finding of await tab.evaluate(tooWide)) say("width", `at ${width} px: ${finding}`);
      for (const finding of await tab.evaluate(tooTall, TALLEST_NAME)) say("titles", `at ${width} px: ${finding}`);
      if (PICTURES.includes(width)) await picture(tab, join(folder, `${name}-${width}-light.png`));
      if (width === 360 || width === 1280) await accessible(tab, `light, ${width} px`, say);
    }
    await tab.setViewportSize({ width: 1280, height: HEIGHT });
    await keyboard(tab, say);
  } finally {
    await close();
  }
}

async function inDark(browser, page, folder, say) {
  const { name } = page;
  const { tab, close } = await open(browser, page, { colorScheme: "dark" }, say);
  try {
    await picture(tab, join(folder, `${name}-1280-dark.png`));
    await accessible(tab, "dark, 1280 px", say);
  } finally {
    await close();
  }
}

async function withoutScript(browser, page, say) {
  const { tab, close } = await open(browser, page, { javaScriptEnabled: false }, say);
  try {
    for (const idle of await tab.locator('main button[type="button"]:visible, main a[href="#"]:visible').allTextContents()) {
      say("without JavaScript", `"${idle.trim()}" is there and does nothing`);
    }
    if ((await tab.locator("main h1").count()) !== 1) say("without JavaScript", "there is not one h1");
  } finally {
    await close();
  }
}

/** A page in a context of its own, watched: other hosts, the console, reports of the policy. */
async function open(browser, { url, status, friends }, options, say) {
  const context = await browser.newContext({ viewport: { width: 1280, height: HEIGHT }, reducedMotion: "reduce", ...options });
  const tab = await context.newPage();
  const own = new URL(url).origin;
  await context.route("**/*", (route) => {
    const target = route.request().url();
    if (target.startsWith("data:") || new URL(target).origin === own || friends.includes(new URL(target).origin)) return route.continue();
    say("other hosts", `asks for ${target}`);
    return route.abort();
  });
  tab.on("console", (message) => {
    // a browser says so of every page that is not there
    const isTheStatus = status >= 400 && message.location().url.split("#")[0] === url;
    if (["error", "warning"].includes(message.type()) && !isTheStatus) say("console", message.text());
  });
  tab.on("pageerror", (error) => say("console", error.message));
  tab.on("requestfailed", (request) => {
    // what a page that is left does not want any more
    const isLeft = request.failure()?.errorText === "net::ERR_ABORTED";
    if (!isLeft && new URL(request.url()).origin === own) say("requests", `${request.url()}: ${request.failure()?.errorText}`);
  });
  tab.on("response", (response) => {
    if (response.status() >= 400 && response.url() !== url) say("requests", `${response.url()} answers ${response.status()}`);
  });
  try {
    await tab.goto(url, { waitUntil: "load" });
    if (options.javaScriptEnabled !== false) await settled(tab);
  } catch (error) {
    await context.close();
    throw error;
  }
  return { tab, close: () => context.close() };
}

/** axe-core: WCAG 2.2 AA, and what its authors hold for good practice. */
async function accessible(tab, view, say) {
  await tab.evaluate(`if (!window.axe) { ${axe} }`);
  const violations = await tab.evaluate(async () => {
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    const { violations } = await window.axe.run(document, { runOnly: { type: "tag", values: tags }, rules: { "target-size": { enabled: true } }, resultTypes: ["violations"] });
    return violations.map(({ id, help, nodes }) => ({
      id, help, number: nodes.length,
      first: `${nodes[0].target.join(" ")}: ${nodes[0].html.slice(0, 160)} ${nodes[0].any.map((check) => check.message).join("; ").slice(0, 240)}`,
    }));
  });
  for (const { id, help, number, first } of violations) say("accessibility", `${view}: ${help} (${id}, ${number} times): ${first}`);
}

/** In the page: what makes it scroll sideways. */
function tooWide() {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const guilty = [...document.body.querySelectorAll("*")].filter((element) => {
    const box = element.getBoundingClientRect();
    const scrolls = element.parentElement?.closest(".table, pre");
    return box.right > width + 1 && box.width > 0 && !scrolls;
  });
  const last = guilty.at(-1);
  return [`scrolls sideways to ${document.documentElement.scrollWidth} px${last ? `, because of <${last.localName} class="${last.className}"> ${last.textContent.trim().slice(0, 60)}` : ""}`];
}

/** In the page: what a depositor named without end, and so fills the screen; and a name of the window that is no name. */
function tooTall(most) {
  const named = [...document.querySelectorAll("main :is(h1, h2, h3, summary, .crumbs, .citation, td[dir])")];
  // what is folded away has a height all the same
  const seen = named.filter((element) => !element.parentElement.closest("details:not([open])") || element.matches("summary"));
  const tall = seen.filter((element) => element.getBoundingClientRect().height > most);
  const found = tall.map((element) => `<${element.localName}> is ${Math.round(element.getBoundingClientRect().height)} px tall: ${element.textContent.trim().slice(0, 60)}`);
  if (document.title.length > 300) found.push(`the window has a name of ${document.title.length} characters`);
  return found.slice(0, 3);
}

async function picture(tab, path) {
  const { width } = tab.viewportSize();
  const tall = await tab.evaluate(() => document.documentElement.scrollHeight);
  const clip = { x: 0, y: 0, width, height: Math.max(HEIGHT, Math.min(tall, TALLEST)) };
  await tab.screenshot({ path, fullPage: true, clip, animations: "disabled" });
}
