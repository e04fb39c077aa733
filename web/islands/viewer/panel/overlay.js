// What lies over the picture: the scale bar, and the box that is marked.

import { scaleBar } from '../look/units.js';
import { h } from './elements.js';

export class Overlay {
  constructor(viewer) {
    this.viewer = viewer;
    this.line = h('span', { class: 'viewer-bar-line' });
    this.text = h('span', { class: 'viewer-bar-text' });
    this.bar = h('div', { class: 'viewer-bar' }, this.text, this.line);
    this.box = h('div', { class: 'viewer-box', hidden: true });
    this.elements = [this.box, this.bar];
  }

  /** The scale bar of the moment, or null. */
  get scale() {
    const { image, viewport } = this.viewer;
    return scaleBar(image.pixel.x, viewport.zoom, viewport.width);
  }

  show({ box }) {
    const { scale } = this;
    this.line.hidden = !scale;
    this.bar.classList.toggle('viewer-unknown', !scale);
    this.text.textContent = scale ? scale.text : 'size of a pixel unknown';
    if (scale) this.line.style.inlineSize = `${scale.points}px`;
    this.box.hidden = !box;
    if (!box) return;
    for (const [side, points] of Object.entries(this.place(box))) this.box.style.setProperty(side, `${points}px`);
  }

  /** Where a box of the image is on the screen: `{ left, top, width, height }`, or null. */
  place(box) {
    if (!box) return null;
    const { viewport } = this.viewer;
    return { ...viewport.toScreen(box.x, box.y), width: box.width * viewport.zoom, height: box.height * viewport.zoom };
  }
}
