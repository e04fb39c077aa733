import assert from 'node:assert/strict';
import { test } from 'node:test';

import { declaration, insertion, isDeclared, shortName, variables } from './query.js';
import { compare } from './sort.js';

test('a prefix is declared once, behind the comment', () => {
  const query = '# A question.\nSELECT * WHERE { ?s a schema:Dataset }\n';
  assert.equal(isDeclared('schema', query), false);
  const at = insertion(query);
  const declared = query.slice(0, at) + declaration('schema', 'http://schema.org/') + query.slice(at);
  assert.equal(declared, '# A question.\nPREFIX schema: <http://schema.org/>\nSELECT * WHERE { ?s a schema:Dataset }\n');
  assert.equal(isDeclared('schema', declared), true);
  assert.equal(declared.slice(insertion(declared)).startsWith('PREFIX schema:'), true);
  assert.equal(insertion(''), 0);
});

test('terms have short names where these need no escape', () => {
  const prefixes = { obo: 'http://purl.obolibrary.org/obo/' };
  assert.equal(shortName('http://purl.obolibrary.org/obo/NCBITaxon_7955', prefixes), 'obo:NCBITaxon_7955');
  assert.equal(shortName('http://www.ebi.ac.uk/efo/EFO_1', prefixes), '<http://www.ebi.ac.uk/efo/EFO_1>');
  assert.equal(shortName('http://purl.obolibrary.org/obo/a/b', prefixes), '<http://purl.obolibrary.org/obo/a/b>');
});

test('variables are those of the query, each once', () => {
  assert.deepEqual(variables('SELECT ?a $b WHERE { ?a ?p ?a1 FILTER(?a > 5) }'), ['?a', '$b', '?p', '?a1']);
});

test('numbers sort by size, words as people sort them, and what is empty comes last', () => {
  const sorted = (values, direction) => [...values].sort((one, other) => compare(one, other, direction));
  assert.deepEqual(sorted(['10', '9', '', '1e3'], 1), ['9', '10', '1e3', '']);
  assert.deepEqual(sorted(['10', '9', '', '1e3'], -1), ['1e3', '10', '9', '']);
  assert.deepEqual(sorted(['S10', 'S9', 'a', 'B'], 1), ['a', 'B', 'S9', 'S10']);
});
