// What completes a query: prefixes, classes and predicates that the graph has, terms of ontologies by their names, the query's own
// variables, and the words of SPARQL.

import { isDeclared, declaration, insertion, KEYWORDS, shortName, variables } from './query.js';

const SHORTEST_NAME = 3;

// The sources for CodeMirror; addresses are those of the server's two answers.
export function completions({ vocabulary, suggest }) {
  let known = null;
  const words = () => (known ??= load(vocabulary));
  return [
    (context) => ofVariables(context),
    async (context) => ofVocabulary(context, await words()),
    async (context) => ofTerms(context, suggest, await words()),
  ];
}

async function load(address) {
  try {
    const response = await fetch(address, { headers: { Accept: 'application/json' } });
    if (response.ok) return await response.json();
  } catch {
    // completion is a help: without it the editor is still an editor
  }
  return { prefixes: {}, classes: [], predicates: [] };
}

function ofVariables(context) {
  const before = context.matchBefore(/[?$]\w*/);
  if (!before) return null;
  const text = context.state.doc.toString();
  const options = variables(text)
    .filter((name) => name !== before.text)
    .map((label) => ({ label, type: 'variable' }));
  return { from: before.from, options, validFor: /^[?$]\w*$/ };
}

function ofVocabulary(context, words) {
  const declared = context.matchBefore(/\bprefix\s+[\w-]*/i);
  if (declared) return ofPrefixes(context, declared, words);
  const before = context.matchBefore(/[\w-]*:?[\w-]*/);
  if (!isName(context, before)) return null;
  const named = [
    ...words.classes.map((word) => ({ ...word, type: 'class', detail: 'class' })),
    ...words.predicates.map((word) => ({ ...word, type: 'property', detail: 'predicate' })),
  ];
  const options = named.map((word) => ({
    label: word.name,
    type: word.type,
    detail: word.detail,
    info: word.meaning ?? undefined,
    apply: applying(word.name, words.prefixes),
  }));
  const keywords = KEYWORDS.map((label) => ({ label, type: 'keyword', boost: -1 }));
  return { from: before.from, options: [...options, ...keywords], validFor: /^[\w-]*:?[\w-]*$/ };
}

function ofPrefixes(context, before, words) {
  const from = before.from + before.text.search(/[\w-]*$/);
  const options = Object.entries(words.prefixes).map(([prefix, iri]) => ({
    label: `${prefix}:`,
    detail: iri,
    type: 'namespace',
    apply: `${prefix}: <${iri}>`,
  }));
  return { from, options };
}

// "zebraf" becomes obo:NCBITaxon_7955
async function ofTerms(context, address, words) {
  const before = context.matchBefore(/[A-Za-z][\w-]*/);
  if (!isName(context, before) || before.text.length < SHORTEST_NAME) return null;
  const found = await suggestions(address, before.text);
  if (context.aborted) return null;
  const options = found
    .filter((one) => one.kind === 'term' && one.iri)
    .map((one) => {
      const name = shortName(one.iri, words.prefixes);
      return {
        label: one.matched ?? one.label,
        displayLabel: one.matched ? `${one.matched} (${one.label})` : one.label,
        detail: `${one.id}, ${one.facet}`,
        type: 'constant',
        boost: 1,
        apply: name.startsWith('<') ? name : applying(name, words.prefixes),
      };
    });
  return options.length > 0 ? { from: before.from, options, filter: false } : null;
}

async function suggestions(address, text) {
  try {
    const response = await fetch(`${address}?${new URLSearchParams({ q: text })}`);
    return response.ok ? (await response.json()).suggestions : [];
  } catch {
    return [];
  }
}

// Neither in a comment, a text, an IRI, nor a variable; and only once something is typed or asked for.
function isName(context, before) {
  if (!before || (before.from === before.to && !context.explicit)) return false;
  const line = context.state.doc.lineAt(before.from);
  const ahead = line.text.slice(0, before.from - line.from);
  return !/[?$@\\]$/.test(ahead) && !/<[^<>\s]*$/.test(ahead) && !isInText(ahead);
}

function isInText(ahead) {
  const bare = ahead.replace(/<[^<>\s]*>/g, '').replace(/\\./g, '').replace(/"[^"]*"|'[^']*'/g, '');
  return /["'#]/.test(bare);
}

// Writes the name, and declares its prefix where the query does not yet.
function applying(name, prefixes) {
  return (view, completion, from, to) => {
    const text = view.state.doc.toString();
    const prefix = name.slice(0, name.indexOf(':'));
    const changes = [{ from, to, insert: name }];
    let moved = 0;
    if (prefixes[prefix] && !isDeclared(prefix, text)) {
      const line = declaration(prefix, prefixes[prefix]);
      changes.unshift({ from: insertion(text), insert: line });
      moved = line.length;
    }
    view.dispatch({ changes, selection: { anchor: from + moved + name.length }, userEvent: 'input.complete' });
  };
}
