// Which of the pages that were found are looked at in the browser: of each route some that differ in what they are made of.

const MOST_OF_A_ROUTE = 5;

/** Pages to look at; each gets a name for its pictures. */
export function choose(answers) {
  const byRoute = new Map();
  for (const answer of answers.filter((answer) => answer.html !== undefined)) {
    const route = answer.site.routeOf(new URL(answer.url).pathname)?.pattern ?? "nothing";
    const key = `${answer.site.program} ${route}`;
    if (!byRoute.has(key)) byRoute.set(key, { route, signatures: new Set(), pages: [], wanted: [] });
    const group = byRoute.get(key);
    const signature = `${answer.status} ${partsOf(answer.html)}`;
    const isNew = !group.signatures.has(signature);
    group.signatures.add(signature);
    if (answer.isWanted) group.wanted.push(answer);
    else if (isNew && group.pages.length < MOST_OF_A_ROUTE) group.pages.push(answer);
  }
  return [...byRoute.values()].flatMap(({ route, wanted, pages }) =>
    [...wanted, ...pages].map((answer, place) => ({ ...answer, name: `${answer.site.program}${slug(route)}-${place + 1}` })),
  );
}

/** What a page is made of: the ids of its sections and the kinds of its parts. */
function partsOf(html) {
  const sections = [...html.matchAll(/<section[^>]*\sid="([^"]*)"/g)].map(([, id]) => id);
  const parts = ["notice warn", "notice gone", "<table", "<details", "<img", 'class="pages"'].filter((part) => html.includes(part));
  return [...sections, ...parts].join(" ");
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
    for (const pattern of Object.keys(excused)) {
      const is = site.routes.some((route) => route.pattern === pattern);
      if (!is || reached.has(pattern)) report(`${program} ${pattern}`, "reach", `stands in unlinked.json, but ${is ? "is linked" : "is no route any more"}`);
    }
  }
}
