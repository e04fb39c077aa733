// What the reader has to know: something is broken or not there, the server does not answer, something was done.

import { h } from './elements.js';

const SECONDS_OF_A_NOTE = 5;
// a picture that comes sooner is not worth a word
const SECONDS_UNTIL_STALE = 1;

export class Messages {
  constructor(retry) {
    this.text = h('p', {});
    this.again = h('button', { type: 'button', class: 'quiet viewer-small', onclick: retry }, 'Try again');
    this.trouble = h('div', { class: 'viewer-trouble notice warn', role: 'status', hidden: true }, this.text, this.again);
    this.note = h('p', { class: 'viewer-note', role: 'status', hidden: true });
    this.stale = h('p', { class: 'viewer-stale', role: 'status', hidden: true }, 'This is still the picture from before. The one you asked for has not come yet.');
    this.elements = [this.stale, this.note, this.trouble];
    this.absent = h('p', { class: 'soft small', role: 'status', hidden: true });
  }

  /** `{ away, broken, why, absent }` of the scene; `extra` is a sentence or null. */
  show({ away, broken, why, absent }, extra) {
    // no fault by the format, and yet it may be one
    const pieces = absent === 1 ? 'One piece of this image is not stored and is' : `${absent} pieces of this image are not stored and are`;
    if (absent > 0) this.absent.textContent = `${pieces} shown as empty.`;
    this.absent.hidden = absent === 0;
    const sentences = [];
    if (away) sentences.push(`Parts of this picture did not come: ${away}. What is here stays; it is asked for again in a moment.`);
    if (broken > 0) sentences.push(`${broken === 1 ? 'One piece' : `${broken} pieces`} of this image cannot be shown (${why}). The rest is.`);
    if (extra) sentences.push(extra);
    this.trouble.hidden = sentences.length === 0;
    this.again.hidden = !away && broken === 0;
    const text = sentences.join(' ');
    // said once, and not at every picture
    if (this.text.textContent !== text) this.text.textContent = text;
  }

  /** Whether what is on the screen is another plane than the controls say: told when it lasts. */
  showStale(isStale) {
    if (!isStale) {
      clearTimeout(this.staleTimer);
      this.staleTimer = null;
      this.stale.hidden = true;
      return;
    }
    this.staleTimer ??= setTimeout(() => {
      this.stale.hidden = false;
    }, SECONDS_UNTIL_STALE * 1000);
  }

  /** Something that was done: it goes by itself. */
  tell(text) {
    clearTimeout(this.timer);
    this.note.textContent = text;
    this.note.hidden = false;
    this.timer = setTimeout(() => {
      this.note.hidden = true;
    }, SECONDS_OF_A_NOTE * 1000);
  }
}
