// Sliders for z, t and whatever other axes there are; playing; the greatest values of all planes.

import { lengthText, metres, timeText } from '../look/units.js';
import { freshId, h, icon } from './elements.js';

const MILLISECONDS_PER_STEP = 120;

export class PlaneSliders {
  /** `viewer` has `image`, `look`, `change(changes)` and `isComplete`. */
  constructor(viewer) {
    const { image } = viewer;
    this.viewer = viewer;
    this.axes = [
      image.size.z > 1 && { name: 'z', title: 'Plane (z)', length: image.size.z },
      image.size.t > 1 && { name: 't', title: 'Time (t)', length: image.size.t },
      ...image.other.filter(({ length }) => length > 1).map(({ name, title, length }) => ({ name, title, length, isOther: true })),
    ].filter(Boolean);
    this.rows = this.axes.map((axis) => this.row(axis));
    this.element = h('div', { class: 'viewer-planes' }, this.rows.map(({ element }) => element));
    this.element.hidden = this.rows.length === 0;
    this.playing = null;
  }

  row(axis) {
    const id = freshId(axis.name);
    const slider = h('input', { type: 'range', id, min: '0', max: String(axis.length - 1), step: '1', oninput: () => this.go(axis, Number(slider.value)) });
    const output = h('output', { for: id });
    const play = h('button', { type: 'button', class: 'viewer-button', 'aria-pressed': 'false', onclick: () => this.toggle(axis) }, icon('play'));
    const max = axis.name === 'z' && this.maximum();
    const element = h('div', { class: 'viewer-plane' }, h('label', { for: id }, axis.title), play, slider, output, max);
    return { axis, element, slider, output, play };
  }

  maximum() {
    const id = freshId('max');
    this.max = h('input', { type: 'checkbox', id, onchange: () => this.project(this.max.checked) });
    return h('span', { class: 'viewer-check' }, this.max, h('label', { for: id, title: 'For each point the greatest value of all planes (m)' }, 'Maximum'));
  }

  project(isOn = this.viewer.look.z !== 'max') {
    if (this.viewer.image.size.z < 2) return;
    if (isOn) {
      this.plane = typeof this.viewer.look.z === 'number' ? this.viewer.look.z : this.viewer.image.start.z;
      this.stop();
    }
    this.viewer.change({ z: isOn ? 'max' : this.plane ?? this.viewer.image.start.z }, { isStep: true });
  }

  place({ name, isOther }) {
    const { look, image } = this.viewer;
    if (isOther) return look.other[name];
    if (name === 't') return look.t;
    return typeof look.z === 'number' ? look.z : this.plane ?? image.start.z;
  }

  go(axis, place) {
    const changes = axis.isOther ? { other: { ...this.viewer.look.other, [axis.name]: place } } : { [axis.name]: place };
    this.viewer.change(changes);
  }

  /** One further, or one back. */
  step(name, by) {
    const axis = this.axes.find((axis) => axis.name === name);
    if (axis) this.go(axis, Math.min(axis.length - 1, Math.max(0, this.place(axis) + by)));
  }

  toggle(axis = this.axes.find(({ name }) => name === 't') ?? this.axes[0]) {
    if (!axis) return;
    const isSame = this.playing === axis;
    this.stop();
    if (isSame) return;
    this.playing = axis;
    this.timer = setInterval(() => {
      // no faster than the pictures come
      if (this.viewer.isComplete) this.go(axis, (this.place(axis) + 1) % axis.length);
    }, MILLISECONDS_PER_STEP);
    this.show(this.viewer.look);
  }

  stop() {
    clearInterval(this.timer);
    this.playing = null;
    this.show(this.viewer.look);
  }

  /** Looks that are likely to come next. */
  beside() {
    const { look } = this.viewer;
    if (!this.playing) return [];
    const place = (this.place(this.playing) + 1) % this.playing.length;
    const { name, isOther } = this.playing;
    return [isOther ? { ...look, other: { ...look.other, [name]: place } } : { ...look, [name]: place }];
  }

  show(look) {
    for (const { axis, slider, output, play } of this.rows) {
      const place = this.place(axis);
      const isAll = axis.name === 'z' && typeof look.z !== 'number';
      slider.value = place;
      slider.disabled = isAll;
      play.disabled = isAll;
      output.textContent = isAll ? this.allText(look.z, axis) : `${place + 1} of ${axis.length}${this.measure(axis, place)}`;
      slider.setAttribute('aria-valuetext', output.textContent);
      const isPlaying = this.playing === axis;
      play.setAttribute('aria-pressed', String(isPlaying));
      play.setAttribute('aria-label', `${isPlaying ? 'Pause' : 'Play'} ${axis.title}`);
      play.title = play.getAttribute('aria-label');
      play.replaceChildren(icon(isPlaying ? 'pause' : 'play'));
    }
    if (this.max) this.max.checked = typeof look.z !== 'number';
  }

  allText(z, { length }) {
    return z === 'max' ? `all ${length}` : `${z.from + 1} to ${z.to + 1}`;
  }

  measure({ name }, place) {
    const step = this.viewer.image.pixel[name];
    if (!step) return '';
    const length = name === 'z' ? metres(step) : null;
    const text = name === 't' ? timeText(step, place) : length && lengthText(length * place);
    return text ? `, ${text}` : '';
  }
}
