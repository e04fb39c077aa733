// What keys do while the picture has the focus, and the list of them.

import { h } from './elements.js';

const PART = 1 / 8;

/** Keys, as they are shown, with what they do. */
const LIST = [
  ['←  →  ↑  ↓', 'move (with Shift: further)'],
  ['+  −', 'zoom in, out'],
  ['0', 'show the whole image'],
  ['1', 'one pixel of the image for one of the screen'],
  [',  .', 'plane before, after'],
  ['[  ]', 'time point before, after'],
  ['p', 'play, pause'],
  ['m', 'greatest values of all planes'],
  ['a', 'set brightness by this plane'],
  ['c then 1 to 9', 'show or hide a channel'],
  ['v', 'say the values in the middle'],
  ['b', 'mark a box in the middle, or remove it'],
  ['l', 'copy a link to this view'],
  ['s', 'save the picture'],
  ['f', 'full screen'],
  ['?', 'this list'],
];

export class Keys {
  constructor(viewer, stage) {
    this.viewer = viewer;
    this.isChannelNext = false;
    stage.addEventListener('keydown', (event) => this.pressed(event));
    const close = h('button', { type: 'button', onclick: () => this.dialog.close() }, 'Close');
    this.dialog = h(
      'dialog',
      { class: 'viewer-keys', 'aria-labelledby': 'viewer-keys-title' },
      h('h3', { id: 'viewer-keys-title' }, 'Keys'),
      h('p', { class: 'soft small' }, 'They work while the picture has the focus: click it, or come to it with Tab.'),
      h('dl', {}, LIST.flatMap(([keys, what]) => [h('dt', {}, keys.split(/ {2}/).map((key) => h('kbd', {}, key))), h('dd', {}, what)])),
      h('p', { class: 'soft small' }, 'Mouse: drag moves, wheel zooms, drag with Shift marks a box.'),
      close,
    );
  }

  open() {
    this.dialog.showModal();
  }

  pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const action = this.action(event);
    this.isChannelNext = event.key === 'c';
    if (!action) return;
    event.preventDefault();
    action();
  }

  action({ key, shiftKey }) {
    const { viewer } = this;
    const { viewport } = viewer;
    if (this.isChannelNext && /^[1-9]$/.test(key)) return () => viewer.toggleChannel(Number(key) - 1);
    const far = shiftKey ? 4 : 1;
    const pan = (across, down) => () => {
      viewport.pan(-across * viewport.width * PART * far, -down * viewport.height * PART * far);
      viewer.moved();
    };
    const zoom = (factor) => () => {
      viewport.zoomAt(factor);
      viewer.moved();
    };
    const actions = {
      ArrowLeft: pan(-1, 0), ArrowRight: pan(1, 0), ArrowUp: pan(0, -1), ArrowDown: pan(0, 1),
      '+': zoom(1.4), '=': zoom(1.4), '-': zoom(1 / 1.4), '−': zoom(1 / 1.4),
      0: () => viewer.fit(), 1: () => viewer.actualSize(),
      ',': () => viewer.sliders.step('z', -1), '.': () => viewer.sliders.step('z', 1),
      '[': () => viewer.sliders.step('t', -1), ']': () => viewer.sliders.step('t', 1),
      p: () => viewer.sliders.toggle(), m: () => viewer.sliders.project(), a: () => viewer.auto(),
      v: () => viewer.sayValues(), b: () => viewer.toggleBox(), l: () => viewer.share.copyLink(),
      s: () => viewer.save(), f: () => viewer.fullScreen(), '?': () => this.open(), c: () => {},
    };
    return Object.hasOwn(actions, key) ? actions[key] : null;
  }
}
