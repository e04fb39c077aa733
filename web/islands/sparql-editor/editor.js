// The editor itself: CodeMirror in a shadow root. There it puts its styles into a constructed style sheet, which a strict
// Content-Security-Policy allows; in the page it would need a style element, which the policy forbids.

import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { bracketMatching, HighlightStyle, StreamLanguage, syntaxHighlighting } from '@codemirror/language';
import { setDiagnostics } from '@codemirror/lint';
import { sparql } from '@codemirror/legacy-modes/mode/sparql';
import { EditorState } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';

import { completions } from './complete.js';

// the colours of the page, light and dark: custom properties reach into a shadow root
const look = EditorView.theme({
  '&': {
    color: 'var(--ink)',
    backgroundColor: 'var(--surface)',
    border: '1px solid var(--soft)',
    borderRadius: 'var(--corner)',
    fontSize: '.9rem',
  },
  // at once, and not when the editor comes round to noticing
  '&.cm-focused, &:focus-within': { outline: '.2rem solid var(--accent)', outlineOffset: '.15rem' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.5', minHeight: '16rem', maxHeight: '70vh', overflow: 'auto' },
  '.cm-content': { caretColor: 'var(--ink)' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '.cm-gutters': { backgroundColor: 'var(--sunken)', color: 'var(--soft)', borderRight: '1px solid var(--line)' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'transparent' },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground': { background: 'var(--accent-wash) !important' },
  '&.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--accent-wash)', outline: '1px solid var(--accent)' },
  '.cm-tooltip': { backgroundColor: 'var(--surface)', color: 'var(--ink)', border: '1px solid var(--line)', borderRadius: 'var(--corner)' },
  '.cm-tooltip-autocomplete ul li': { padding: '.2rem .6rem' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { backgroundColor: 'var(--accent)', color: 'var(--accent-ink)' },
  '.cm-completionDetail': { color: 'inherit', fontStyle: 'normal', marginLeft: '.8em' },
  '.cm-completionInfo': { maxWidth: '24rem', padding: '.4rem .6rem' },
  '.cm-diagnostic-error': { borderLeftColor: 'var(--gone-line)' },
});

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: 'var(--accent)', fontWeight: '600' },
  { tag: tags.comment, color: 'var(--soft)', fontStyle: 'italic' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--warn-ink)' },
  { tag: [tags.variableName, tags.special(tags.variableName)], color: 'var(--gone-ink)' },
  { tag: [tags.atom, tags.number, tags.bool], color: 'var(--warn-ink)' },
]);

// Puts the editor in the place of the text field, which stays, hidden, for the form to send.
export function makeEditor(place, ask) {
  const field = place.querySelector('textarea');
  const host = document.createElement('div');
  place.append(host);
  const root = host.attachShadow({ mode: 'open' });
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({ doc: field.value, extensions: extensions(place, ask) }),
  });
  field.hidden = true;
  // the form is checked by the server: a field that cannot be seen must not stop it
  field.required = false;
  const label = document.querySelector(`label[for="${field.id}"]`);
  label?.addEventListener('click', (event) => {
    event.preventDefault();
    view.focus();
  });
  return new Editor(view, field);
}

function extensions(place, ask) {
  return [
    // before the others: there Ctrl-Enter means another thing
    keymap.of([{ key: 'Mod-Enter', run: () => (ask(), true) }]),
    lineNumbers(),
    history(),
    drawSelection(),
    highlightActiveLine(),
    bracketMatching(),
    closeBrackets(),
    autocompletion({ override: completions(place.dataset), icons: false }),
    StreamLanguage.define(sparql),
    syntaxHighlighting(colours),
    look,
    EditorView.lineWrapping,
    // said in so many words that it can have the focus: its frame scrolls, and not everybody knows that what can be edited can
    EditorView.contentAttributes.of({ 'aria-label': 'Query in SPARQL 1.1', spellcheck: 'false', tabindex: '0' }),
    // no key for Tab: it goes on to the button, for whoever has no mouse
    keymap.of([...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...defaultKeymap]),
  ];
}

class Editor {
  constructor(view, field) {
    this.view = view;
    this.field = field;
  }

  text() {
    return this.view.state.doc.toString();
  }

  // what the form sends
  save() {
    this.field.value = this.text();
  }

  replace(text) {
    const { doc } = this.view.state;
    this.view.dispatch({ changes: { from: 0, to: doc.length, insert: text }, selection: { anchor: 0 } });
    this.view.dispatch(setDiagnostics(this.view.state, []));
  }

  // marks the place that an answer complains about
  showTrouble(result) {
    const trouble = result.querySelector('[data-line]');
    this.view.dispatch(setDiagnostics(this.view.state, trouble ? [this.diagnostic(trouble)] : []));
  }

  diagnostic(trouble) {
    const { doc } = this.view.state;
    const line = doc.line(Math.min(Number(trouble.dataset.line), doc.lines));
    const column = Number(trouble.dataset.column) - 1;
    const from = Math.min(line.from + column, line.to);
    const message = trouble.querySelector('p:nth-of-type(2)')?.textContent ?? '';
    // at the end of a line there is nothing to underline but what stands before
    return { from: from === line.to ? line.from : from, to: line.to, severity: 'error', message };
  }
}
