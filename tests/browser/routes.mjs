// The URLs that a program answers, read from its routes.rs: a page that is added there is looked for here without anybody
// having to think of it.

import { readFileSync } from "node:fs";

/** The routes of a file, in the order in which they are tried: each its pattern as written, and a regular expression. */
export function routesOf(file) {
  const text = readFileSync(file, "utf8").replace(/\/\/.*$/gm, "");
  const routes = [];
  const scopes = [];
  let depth = 0;
  let naming = null;
  for (const [token, literal] of text.matchAll(/web::scope\(|\(|\)|"(\/[^"\s]*)"/g)) {
    if (literal !== undefined) {
      if (naming && depth === naming.depth + 1) naming.prefix = literal;
      else routes.push(scopes.map((scope) => scope.prefix).join("") + literal);
    } else if (token === ")") {
      depth -= 1;
      naming = null;
      while (scopes.length > 0 && depth < scopes.at(-1).depth) scopes.pop();
    } else {
      if (token !== "(") {
        naming = { prefix: "", depth };
        scopes.push(naming);
      }
      depth += 1;
    }
  }
  return [...new Set(routes)].map((pattern) => ({ pattern, matches: expression(pattern) }));
}

/** `/id/{name}/{rest:.*}` as a regular expression. */
function expression(pattern) {
  const parts = pattern.split(/(\{[^}]*\})/).map((part) => {
    if (!part.startsWith("{")) return part.replace(/[.*+?^$()|[\]\\]/g, "\\$&");
    const [, own] = /^\{[^:]*(?::(.*))?\}$/.exec(part);
    return own ?? "[^/]+";
  });
  return new RegExp(`^${parts.join("")}$`);
}
