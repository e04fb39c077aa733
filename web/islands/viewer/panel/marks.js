// Marks over the picture: whether they are shown, which sets there are, and a list of those in view.

import { colourOf } from '../draw/marks.js';
import { freshId, h } from './elements.js';

export class MarkChoice {
  constructor(viewer, marks) {
    Object.assign(this, { viewer, marks });
    const id = freshId('marks');
    this.isOn = h('input', { type: 'checkbox', id, onchange: () => viewer.change({ marks: this.isOn.checked }) });
    this.said = h('p', { class: 'viewer-small-text', role: 'status' });
    this.again = h('button', { type: 'button', class: 'quiet viewer-small', hidden: true, onclick: () => this.retry() }, 'Try again');
    this.sets = h('ul', { class: 'viewer-sets' });
    this.listed = h('ul', { class: 'viewer-listed' });
    this.list = h('details', { ontoggle: () => this.showList(viewer.look) }, h('summary', {}, 'Marks in view'), this.listed);
    this.element = h('section', { class: 'viewer-group', 'aria-label': 'Marks' }, h('div', { class: 'viewer-group-head' }, h('h3', {}, h('label', { for: id }, 'Marks')), this.isOn), this.said, this.again, this.sets, this.list);
    this.listed.addEventListener('focusout', () => marks.choose(null));
    this.listed.addEventListener('pointerleave', () => marks.choose(null));
  }

  retry() {
    this.marks.load();
    this.viewer.update();
  }

  show(look) {
    this.isOn.checked = Boolean(look.marks);
    const { loaded, trouble } = this.marks;
    const sentence = look.marks ? sentenceOf(this.marks) : '';
    // said once, not with each move
    if (this.said.textContent !== sentence) this.said.textContent = sentence;
    this.said.hidden = sentence === '';
    this.again.hidden = !(look.marks && trouble);
    this.sets.hidden = !look.marks || !loaded;
    this.list.hidden = this.sets.hidden || loaded.collection.marks.length === 0;
    if (loaded && this.sets.childElementCount === 0) this.sets.append(...this.marks.sets.map((set) => this.setLine(set)));
    this.showList(look);
  }

  setLine(set) {
    const box = h('input', { type: 'checkbox', checked: true, onchange: () => this.marks.toggle(set, box.checked) });
    const swatch = h('span', { class: 'viewer-swatch' });
    swatch.style.backgroundColor = `#${colourOf(set)}`;
    const about = [set.kind?.replaceAll('_', ' '), String(set.count)].filter(Boolean).join(', ');
    return h('li', {}, h('label', { class: 'viewer-check' }, box, swatch, h('span', {}, h('bdi', {}, set.title), ` (${about})`)));
  }

  // made anew only when others are in view: whoever goes through it by key stays where they are
  showList(look) {
    if (!look.marks || !this.list.open || !this.marks.loaded) return;
    const { listed, count } = this.marks.inView(look, this.viewer.viewport);
    const state = `${listed.map(({ number }) => number).join()} ${count}`;
    if (state === this.state) return;
    this.state = state;
    const focused = document.activeElement?.dataset.mark;
    const more = count - listed.length;
    this.listed.replaceChildren(...listed.map((mark) => h('li', {}, this.button(mark))), more > 0 ? h('li', {}, `and ${more} more; zoom in to have them listed`) : '', count === 0 ? h('li', {}, 'none') : '');
    if (focused) this.listed.querySelector(`[data-mark="${Number(focused)}"]`)?.focus({ preventScroll: true });
  }

  button(mark) {
    const { viewport } = this.viewer;
    const goThere = () => {
      const [left, top, right, bottom] = (this.marks.drawn(mark, this.viewer.look) ?? mark).bounds;
      viewport.goTo((left + right) / 2, (top + bottom) / 2, viewport.zoom);
      this.viewer.moved();
    };
    const choose = () => this.marks.choose(mark);
    return h('button', { type: 'button', class: 'quiet viewer-small', 'data-mark': mark.number, onclick: goThere, onfocus: choose, onpointerenter: choose }, h('bdi', {}, nameOf(mark)));
  }
}

/** What a mark is called; one without a name by its number. */
export function nameOf({ name, kind, number }) {
  const own = name ?? `mark ${number + 1}`;
  return kind && kind !== name ? `${own} (${kind})` : own;
}

function sentenceOf({ loaded, trouble }) {
  if (trouble) return `The marks cannot be shown: ${trouble}.`;
  if (!loaded) return 'Loading the marks …';
  const { collection, isWhole, total } = loaded;
  const { notUnderstood } = collection;
  const count = collection.marks.length;
  const left = notUnderstood > 0 ? ` ${notUnderstood} of another form cannot be drawn.` : '';
  if (!isWhole) return `The first ${count} marks are shown${total ? ` (there are ${total} annotations)` : ''}; the list for programs has all.${left}`;
  if (count === 0) return `The annotations of this image have no marks that can be drawn.${left}`;
  return `${count === 1 ? 'One mark' : `${count} marks`}; those of other planes and times are hidden.${left}`;
}
