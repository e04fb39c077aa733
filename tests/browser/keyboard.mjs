// A page without a mouse: the way past the head, an order that is that of reading, and always a sign of where one is.

import { settled } from "./settled.mjs";

// no page here has so many stops that the rest would be of another kind
const MOST_STOPS = 60;

/** Goes through a page with the Tab key. */
export async function keyboard(tab, say) {
  const url = tab.url();
  await skips(tab, say);
  // from the beginning, without the fragment that leads to the content
  await tab.goto(url, { waitUntil: "load" });
  await settled(tab);
  const seen = new Set();
  for (let stop = 0; stop < MOST_STOPS; stop += 1) {
    await tab.keyboard.press("Tab");
    const at = await tab.evaluate(whereItIs);
    if (at === null) break;
    if (at.isBefore) say("keyboard", `${at.what} comes after what stands behind it on the page`);
    if (!at.isSeen) say("keyboard", `${at.what} has the focus and is not to be seen`);
    if (!at.isMarked) say("keyboard", `${at.what} does not show that it has the focus`);
    seen.add(at.what);
  }
  if (seen.size === 0) say("keyboard", "nothing can be reached");
}

async function skips(tab, say) {
  await tab.keyboard.press("Tab");
  const first = await tab.evaluate(() => {
    const link = document.activeElement;
    const box = link.getBoundingClientRect();
    return link.matches("a.skip-link") && box.left >= 0 && box.top >= 0 && box.width > 0;
  });
  if (!first) return say("keyboard", "the first stop is not the visible link to the content");
  await tab.keyboard.press("Enter");
  const isThere = await tab.evaluate(() => document.activeElement?.id === "content");
  if (!isThere) say("keyboard", "the link to the content does not lead there");
}

/** In the page: what has the focus, and how it shows. */
function whereItIs() {
  const outer = document.activeElement;
  if (!outer || outer === document.body || outer === document.documentElement) return null;
  let now = outer;
  while (now.shadowRoot?.activeElement) now = now.shadowRoot.activeElement;
  const before = window.ommatidiaWasAt;
  window.ommatidiaWasAt = outer;
  const box = now.getBoundingClientRect();
  const hasMark = (element) => {
    const style = getComputedStyle(element);
    return (style.outlineStyle !== "none" && Number.parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== "none";
  };
  // a component may put the mark around the whole of it
  const marks = [now];
  for (let around = now; around !== outer && around.parentElement; around = around.parentElement) marks.push(around.parentElement);
  const isBefore = Boolean(before && outer.compareDocumentPosition(before) & Node.DOCUMENT_POSITION_FOLLOWING);
  return {
    what: `<${now.localName}> "${(now.getAttribute("aria-label") ?? now.textContent ?? "").trim().slice(0, 50)}"`,
    isBefore,
    isSeen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < window.innerHeight && box.right > 0 && box.left < window.innerWidth,
    isMarked: marks.some(hasMark),
  };
}
