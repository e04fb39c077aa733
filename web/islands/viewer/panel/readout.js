// Which values are under the pointer, with the names of their channels; for who has none, those in the middle, said.

import { lengthText, metres } from '../look/units.js';
import { h } from './elements.js';
import { tidy } from './channels.js';

export class Readout {
  constructor(viewer) {
    this.viewer = viewer;
    this.place = h('span', { class: 'viewer-place' });
    this.values = h('span', { class: 'viewer-values' });
    this.element = h('p', { class: 'viewer-readout', 'aria-hidden': 'true' }, this.place, this.values);
    // what is said is changed only when it was asked for: not at every move of a mouse
    this.said = h('p', { class: 'visually-hidden', 'aria-live': 'polite' });
    this.at = null;
  }

  point(at) {
    this.at = at;
    this.show();
  }

  show() {
    const { size } = this.viewer.image;
    const { at } = this;
    const isInside = at && at.x >= 0 && at.y >= 0 && at.x < size.x && at.y < size.y;
    this.place.textContent = isInside ? this.placeText(at) : `${size.x} × ${size.y} pixels${this.extent()}`;
    this.values.replaceChildren(
      ...(isInside ? this.viewer.valuesAt(at) : []).map(({ name, colour, value, isExact }) =>
        h('span', { class: 'viewer-value' }, swatch(colour), h('bdi', {}, name), ` ${valueText(value, isExact)}`),
      ),
    );
  }

  say() {
    const { viewport } = this.viewer;
    const at = { x: viewport.x, y: viewport.y };
    this.point(at);
    const values = this.viewer.valuesAt(at).map(({ name, value, isExact }) => `${name} ${valueText(value, isExact)}`);
    this.said.textContent = `${this.placeText(at)}: ${values.join(', ') || 'no value'}`;
  }

  placeText({ x, y }) {
    return `x ${Math.floor(x)}, y ${Math.floor(y)}${this.lengths(x, y)}`;
  }

  lengths(x, y) {
    const { pixel } = this.viewer.image;
    const [across, down] = [pixel.x && metres(pixel.x), pixel.y && metres(pixel.y)];
    return across && down ? ` (${lengthText(x * across)}, ${lengthText(y * down)})` : '';
  }

  extent() {
    const { pixel, size } = this.viewer.image;
    const [across, down] = [pixel.x && metres(pixel.x), pixel.y && metres(pixel.y)];
    return across && down ? `, ${lengthText(size.x * across)} × ${lengthText(size.y * down)}` : '';
  }
}

function swatch(colour) {
  const element = h('span', { class: 'viewer-swatch' });
  element.style.backgroundColor = `#${colour}`;
  return element;
}

function valueText(value, isExact) {
  if (value === null) return 'not loaded';
  if (typeof value === 'string') return value;
  const text = Number.isInteger(value) ? String(value) : tidy(value);
  // of a coarser level it is a mean of several
  return isExact ? text : `about ${tidy(value)}`;
}
