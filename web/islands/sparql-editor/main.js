// Makes of the plain form of the SPARQL page an editor. Everything on the page works without it; this adds colours,
// completion, answers without loading the page again, and tables that can be sorted.

import { makeEditor } from './editor.js';
import { makeSortable } from './sort.js';
import { Answers } from './answers.js';

const form = document.getElementById('ask-form');
const place = document.getElementById('editor');
const result = document.getElementById('result');

if (form && place && result) {
  const editor = makeEditor(place, () => form.requestSubmit());
  const answers = new Answers(form, result, editor);
  answers.listen();
  document.getElementById('editor-help').hidden = false;
  for (const table of result.querySelectorAll('table.sortable')) makeSortable(table);
  editor.showTrouble(result);
}
