// Which of the pages that were found are looked at in the browser: of each route some that differ in what they are made of.

const MOST_OF_A_ROUTE = 5;

/** Pages to look at; each gets a name for its pictures. */
export function choose(answers) {
  const byRoute = new Map();
  for (const answer of answers.filter((answer) => answer.html !== undefined)) {
    const route = answer.site.routeOf(new URL(answer.url).pathname)?.pattern ?? "nothing";
    const key = `${answer.site.program}${slug(route)}`;
    if (!byRoute.has(key)) byRoute.set(key, []);
    byRoute.get(key).push({ ...answer, parts: partsOf(answer) });
  }
  return [...byRoute].flatMap(([key, pages]) => differing(pages).map((page, place) => ({ ...page, name: `${key}-${place + 1}` })));
}

/** Those that are wanted, and of the others again and again the one that has most of what no other had. */
function differing(pages) {
  const chosen = pages.filter((page) => page.isWanted);
  const seen = new Set(chosen.flatMap((page) => page.parts));
  const others = new Set(pages.filter((page) => !page.isWanted));
  const news = (page) => page.parts.filter((part) => !seen.has(part)).length;
  for (let number = 0; number < MOST_OF_A_ROUTE && others.size > 0; number += 1) {
    const [best] = [...others].sort((one, other) => news(other) - news(one));
    if (news(best) === 0) break;
    for (const part of best.parts) seen.add(part);
    others.delete(best);
    chosen.push(best);
  }
  return chosen;
}

/** What a page is made of: its status, the ids of its sections, and the kinds of its elements. */
function partsOf({ status, html }) {
  const main = html.slice(html.indexOf("<main"));
  const sections = [...main.matchAll(/<section[^>]*\sid="([^"]*)"/g)].map(([, id]) => `#${id}`);
  const elements = [...main.matchAll(/<([a-z][a-z0-9]*)/g)].map(([, name]) => name);
  const classes = [...main.matchAll(/\sclass="([^"]*)"/g)].flatMap(([, names]) => names.split(/\s+/).map((name) => `.${name}`));
  return [...new Set([`status ${status}`, ...sections, ...elements, ...classes])];
}

function slug(route) {
  return route === "/" ? "-home" : route.replace(/[{}]/g, "").replace(/:[^/]*/g, "").replace(/[^a-z0-9]+/gi, "-").replace(/^-?/, "-");
}

/**
 * Routes that no link has led to, though they are pages, or may be: whoever adds a page has to link it, or to say in
 * unlinked.json why not.
 */
export async function unreached(sites, answers, unlinked, report) {
  for (const program of new Set(sites.map((site) => site.program))) {
    const site = sites.find((site) => site.program === program);
    const reached = new Set(
      answers.filter((answer) => answer.site.program === program).map((answer) => site.routeOf(new URL(answer.url).pathname)?.pattern),
    );
    const excused = unlinked[program] ?? {};
    for (const { pattern } of site.routes) {
      if (reached.has(pattern) || pattern in excused) continue;
      if (!pattern.includes("{")) {
        const response = await fetch(site.origin + pattern, { headers: { accept: "text/html,*/*;q=0.8" } });
        await response.text();
        if (!response.headers.get("content-type")?.startsWith("text/html")) continue;
      }
      report(`${program} ${pattern}`, "reach", "no link leads here from any start page: link it, or say in tests/browser/unlinked.json why not");
    }
    for (const [pattern, reason] of Object.entries(excused)) {
      const stale = (why) => report(`${program} ${pattern}`, "reach", `stands in unlinked.json, but ${why}`);
      if (!site.routes.some((route) => route.pattern === pattern)) stale("is no route any more");
      if (reached.has(pattern)) stale("a link leads here: take it out there");
      if (typeof reason !== "string" || reason.trim() === "") stale("without a reason");
    }
  }
}
