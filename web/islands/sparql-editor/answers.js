// Asks by fetch what the form would ask by loading a page, and puts the answer into this one. The server writes the same page
// either way, so that a table is written in one place only.

import { makeSortable } from './sort.js';

// a longer address is cut somewhere on its way
const LONGEST_ADDRESS = 6000;

export class Answers {
  constructor(form, result, editor) {
    this.form = form;
    this.result = result;
    this.editor = editor;
    this.running = null;
  }

  listen() {
    this.form.addEventListener('submit', (event) => {
      this.editor.save();
      // a form of the answer is a download: the browser's own business
      if (this.form.elements.format.value !== '') return;
      event.preventDefault();
      this.ask(true);
    });
    document.getElementById('examples').addEventListener('click', (event) => {
      const link = event.target.closest('a[href*="query="]');
      const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
      if (!link || !isPlain) return;
      event.preventDefault();
      this.editor.replace(new URL(link.href).searchParams.get('query'));
      this.form.elements.format.value = '';
      this.ask(true);
      document.getElementById('ask').scrollIntoView();
    });
    window.addEventListener('popstate', () => {
      const query = new URL(location.href).searchParams.get('query');
      if (query === null) {
        this.result.hidden = true;
        return;
      }
      this.editor.replace(query);
      this.ask(false);
    });
  }

  async ask(isNew) {
    this.running?.abort();
    const running = new AbortController();
    this.running = running;
    const query = this.editor.text();
    this.editor.save();
    this.say('Asking …');
    try {
      const response = await fetch(this.form.action, {
        method: 'POST',
        headers: { Accept: 'text/html' },
        body: new URLSearchParams({ query }),
        signal: running.signal,
      });
      const page = new DOMParser().parseFromString(await response.text(), 'text/html');
      const answer = page.getElementById('result');
      if (!answer) throw new Error(`the server answered with status ${response.status}`);
      this.show(answer);
      if (isNew) this.remember(query);
    } catch (error) {
      if (!running.signal.aborted) this.say(`There is no answer: ${error.message}. Is the server within reach? Ask again.`);
    } finally {
      if (this.running === running) this.running = null;
    }
  }

  show(answer) {
    this.result.replaceChildren(...document.importNode(answer, true).childNodes);
    this.result.hidden = false;
    for (const table of this.result.querySelectorAll('table.sortable')) makeSortable(table);
    this.editor.showTrouble(this.result);
  }

  say(text) {
    const heading = document.createElement('h2');
    heading.textContent = 'Answer';
    const line = document.createElement('p');
    line.setAttribute('role', 'status');
    line.textContent = text;
    this.result.replaceChildren(heading, line);
    this.result.hidden = false;
  }

  // the address of the page asks the same again
  remember(query) {
    const address = new URL(this.form.action);
    address.search = new URLSearchParams({ query });
    if (address.href.length <= LONGEST_ADDRESS && address.href !== location.href) history.pushState(null, '', address);
  }
}
