// Follows every link of our own from the start pages: nothing may be dead, and every page is found.

// so many of one route are asked for, and of those with the same parameters: a portal has more narrower searches than
// anybody can count
const MOST_OF_A_KIND = 60;
const MOST_ALIKE = 6;
const MOST = 4000;

/**
 * What the sites answer, by URL without its fragment: status, media type, HTML, and who links there.
 * `starts` are URLs; those that are asked for on purpose with another status than 200 say so: { url, status }.
 */
export async function crawl(sites, starts, report) {
  const seen = new Map();
  const queue = [];
  const kinds = new Map();
  const anchors = [];
  const add = (url, from, expected = null) => {
    const target = new URL(url);
    const site = sites.find((site) => site.origin === target.origin);
    const fragment = target.hash;
    target.hash = "";
    if (!site) return;
    if (fragment.length > 1 && from) anchors.push({ to: target.href, id: decodeURIComponent(fragment.slice(1)), from });
    if (seen.has(target.href) || (!expected && isOneTooMany(kinds, site, target))) return;
    const answer = { url: target.href, site, from, expected: expected ?? 200 };
    seen.set(target.href, answer);
    queue.push(answer);
  };
  for (const start of starts) add(start.url, null, start.status);

  while (queue.length > 0 && seen.size < MOST) {
    const answers = queue.splice(0, 4);
    await Promise.all(answers.map((answer) => ask(answer, report)));
    for (const answer of answers) {
      for (const link of answer.links) {
        const bad = whatIsWrongWith(link, answer.url);
        if (bad) report(answer.url, "links", bad);
        else add(new URL(link, answer.url), answer.url);
      }
    }
  }
  for (const { to, id, from } of anchors) {
    const answer = seen.get(to);
    if (answer?.html && !answer.ids.has(id)) report(from, "links", `${to} has nothing with the id "${id}"`);
  }
  return [...seen.values()];
}

function isOneTooMany(kinds, site, target) {
  const names = [...new Set(target.searchParams.keys())].sort().join("&");
  const route = `${site.program} ${site.routeOf(target.pathname)?.pattern}`;
  if (names) return isMore(kinds, `${route}?${names}`, MOST_ALIKE) || isMore(kinds, `${route}?`, MOST_OF_A_KIND);
  return isMore(kinds, route, MOST_OF_A_KIND);
}

function isMore(kinds, kind, most) {
  const number = (kinds.get(kind) ?? 0) + 1;
  kinds.set(kind, number);
  return number > most;
}

function whatIsWrongWith(link, base) {
  let url;
  try {
    url = new URL(link, base);
  } catch {
    return `"${link}" is no address`;
  }
  return ["http:", "https:", "mailto:"].includes(url.protocol) ? null : `"${link}" is no link to a page`;
}

async function ask(answer, report) {
  answer.links = [];
  answer.ids = new Set();
  const response = await fetch(answer.url, { redirect: "manual", headers: { accept: "text/html,*/*;q=0.8" } });
  answer.status = response.status;
  answer.type = (response.headers.get("content-type") ?? "").split(";")[0];
  const body = await response.text();
  const location = response.headers.get("location");
  if (location) answer.links.push(location);
  if (answer.type === "text/html") {
    answer.html = body;
    answer.links.push(...attributes(body, "a", "href"), ...attributes(body, "link", "href"), ...attributes(body, "img", "src"), ...attributes(body, "script", "src"));
    for (const [, id] of body.matchAll(/<[a-z][^<>]*\sid="([^"]*)"/g)) answer.ids.add(unescaped(id));
  }
  const isMet = answer.expected === 200 ? response.status < 400 : response.status === answer.expected;
  if (!isMet) report(answer.url, "links", `answers ${response.status}${answer.from ? `; ${answer.from} links to it` : ""}`);
}

function attributes(html, element, name) {
  const found = html.matchAll(new RegExp(`<${element}\\s[^>]*?\\b${name}="([^"]*)"`, "g"));
  return [...found].map(([, value]) => unescaped(value)).filter((value) => value !== "");
}

function unescaped(text) {
  return text
    .replace(/&#(\d+);/g, (_, number) => String.fromCodePoint(Number(number)))
    .replace(/&#x([0-9a-f]+);/gi, (_, number) => String.fromCodePoint(Number.parseInt(number, 16)))
    .replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
