// What can be read off the text of a query without a parser: completion works while the query is half written.

export const KEYWORDS = [
  'SELECT', 'DISTINCT', 'WHERE', 'OPTIONAL', 'UNION', 'MINUS', 'FILTER', 'FILTER NOT EXISTS', 'BIND', 'VALUES', 'SERVICE omma:search',
  'GROUP BY', 'HAVING', 'ORDER BY', 'DESC', 'LIMIT', 'OFFSET', 'COUNT', 'SAMPLE', 'GROUP_CONCAT', 'MAX', 'MIN', 'SUM', 'AVG',
  'ASK', 'CONSTRUCT', 'DESCRIBE', 'PREFIX', 'REGEX', 'CONTAINS', 'STRSTARTS', 'LCASE', 'STR', 'LANG', 'BOUND', 'COALESCE', 'IF', 'YEAR',
];

// Variables, each once, in the order of the query.
export function variables(text) {
  return [...new Set(text.match(/[?$][A-Za-z_]\w*/g) ?? [])];
}

// "omma" needs no declaration here.
export function isDeclared(prefix, text) {
  return prefix === 'omma' || new RegExp(`\\bprefix\\s+${prefix}:`, 'i').test(text);
}

export function declaration(prefix, iri) {
  return `PREFIX ${prefix}: <${iri}>\n`;
}

// Where a declaration goes: before the first that is there, else behind the comments at the beginning.
export function insertion(text) {
  const first = text.search(/^\s*prefix\s/im);
  if (first >= 0) return first + (text.slice(first).match(/^\s*/)?.[0].length ?? 0);
  return text.match(/^(\s*#[^\n]*\n|\s*\n)*/)[0].length;
}

// An IRI with a prefix where that needs no escape, else as it is.
export function shortName(iri, prefixes) {
  for (const [prefix, namespace] of Object.entries(prefixes)) {
    const local = iri.startsWith(namespace) ? iri.slice(namespace.length) : '';
    if (/^\w[\w-]*$/.test(local)) return `${prefix}:${local}`;
  }
  return `<${iri}>`;
}
