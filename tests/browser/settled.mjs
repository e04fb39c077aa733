// When a page is what it will be: the image viewer takes the place of the server's picture after the page has come.

const PATIENCE = 30_000;

/** Waits for the viewer of a page that has one; what it says instead of showing the image is thrown. */
export async function settled(tab) {
  if ((await tab.locator("[data-viewer]").count()) === 0) return;
  await tab.waitForSelector('[data-viewer] [data-state="complete"], [data-viewer] [role="alert"]', { timeout: PATIENCE });
  const complaint = tab.locator('[data-viewer] [role="alert"]');
  if ((await complaint.count()) > 0) throw new Error(`the viewer says: ${await complaint.first().innerText()}`);
}
