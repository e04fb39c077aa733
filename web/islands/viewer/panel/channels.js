// The channels: which are shown, in which colour, between which values.

import { histogramOf, outline } from '../look/histogram.js';
import { freshId, h, svg } from './elements.js';

export class ChannelList {
  /** `viewer` has `look`, `change(changes)` and `sample(channel)`. */
  constructor(viewer) {
    this.viewer = viewer;
    this.rows = viewer.look.channels.map((channel) => new ChannelRow(viewer, channel.index));
    this.list = h('ul', { class: 'viewer-channels' }, this.rows.map((row) => row.element));
    this.element = h(
      'section',
      { class: 'viewer-group', 'aria-label': 'Channels of the picture' },
      h(
        'div',
        { class: 'viewer-group-head' },
        h('h3', {}, this.rows.length === 1 ? 'Brightness' : 'Channels'),
        h('button', { type: 'button', class: 'quiet viewer-small', title: 'Set the least and the greatest value of all channels by this plane (a)', onclick: () => viewer.auto() }, 'Auto'),
      ),
      this.list,
    );
  }

  show(look) {
    this.rows.forEach((row, place) => row.show(look.channels[place]));
  }
}

class ChannelRow {
  constructor(viewer, index) {
    this.viewer = viewer;
    this.index = index;
    const { name } = viewer.look.channels[index];
    const isOnly = viewer.look.channels.length === 1;
    const id = freshId('channel');
    const set = (changes) => viewer.setChannel(index, changes);
    this.box = h('input', { type: 'checkbox', id, onchange: () => set({ shown: this.box.checked }) });
    this.colour = h('input', { type: 'color', 'aria-label': `Colour of ${name}`, title: 'Colour', oninput: () => set({ colour: this.colour.value.slice(1) }) });
    this.path = svg('path', {});
    this.shade = svg('path', { class: 'viewer-outside' });
    this.plot = svg('svg', { class: 'viewer-histogram', viewBox: '0 0 100 30', preserveAspectRatio: 'none', 'aria-hidden': 'true' }, this.path, this.shade);
    this.low = slider(`Least value of ${name}`, () => this.slide());
    this.high = slider(`Greatest value of ${name}`, () => this.slide());
    this.lowNumber = numberField(`Least value of ${name}, as a number`, () => this.typed());
    this.highNumber = numberField(`Greatest value of ${name}, as a number`, () => this.typed());
    const gammaId = freshId('gamma');
    this.gamma = h('input', { type: 'range', id: gammaId, min: '0.2', max: '3', step: '0.05', 'aria-label': `Gamma of ${name}`, oninput: () => set({ gamma: Number(this.gamma.value) }) });
    this.gammaText = h('output', { for: gammaId });
    this.settings = h(
      'div',
      { class: 'viewer-settings' },
      h('div', { class: 'viewer-window' }, this.plot, this.low, this.high),
      h(
        'div',
        { class: 'viewer-numbers' },
        this.lowNumber,
        h('button', { type: 'button', class: 'quiet viewer-small', 'aria-label': `Auto for ${name}`, onclick: () => viewer.auto(index) }, 'Auto'),
        this.highNumber,
      ),
      h('div', { class: 'viewer-gamma' }, h('label', { for: gammaId }, 'Gamma'), this.gamma, this.gammaText),
    );
    this.element = h(
      'li',
      {},
      h('div', { class: 'viewer-channel-head' }, !isOnly && this.box, isOnly ? h('span', { class: 'viewer-name', dir: 'auto' }, name) : h('label', { for: id, class: 'viewer-name', dir: 'auto' }, name), this.colour),
      this.settings,
    );
  }

  show({ shown, colour, window, gamma, histogram }) {
    this.box.checked = shown;
    this.settings.hidden = !shown;
    this.element.classList.toggle('viewer-off', !shown);
    if (this.colour.value !== `#${colour}`) this.colour.value = `#${colour}`;
    this.element.style.setProperty('--channel', `#${colour}`);
    this.gamma.value = gamma;
    this.gammaText.textContent = gamma.toFixed(2);
    if (!window || !shown) return;
    this.showHistogram(histogram, window);
    const [least, greatest] = this.range;
    for (const [input, field, value] of [[this.low, this.lowNumber, window[0]], [this.high, this.highNumber, window[1]]]) {
      input.min = least;
      input.max = greatest;
      input.value = value;
      input.setAttribute('aria-valuetext', tidy(value));
      if (document.activeElement !== field) field.value = tidy(value);
    }
  }

  showHistogram(histogram, window) {
    const known = histogram ?? this.measured();
    this.range = known ? [Math.min(known.least, window[0]), Math.max(known.greatest, window[1])] : window;
    if (!known) return;
    if (this.known !== known) {
      this.known = known;
      this.path.setAttribute('d', outline(known));
    }
    const [least, greatest] = this.range;
    const width = greatest - least || 1;
    const at = (value) => Math.min(100, Math.max(0, ((value - least) / width) * 100));
    // the histogram has a range of its own, which may be narrower than that of the sliders
    const scale = (known.greatest - known.least) / width;
    this.path.setAttribute('transform', `translate(${at(known.least)} 0) scale(${scale || 1} 1)`);
    this.shade.setAttribute('d', `M0 0H${at(window[0])}V30H0ZM${at(window[1])} 0H100V30H${at(window[1])}Z`);
  }

  // of the values that are there, where the file tells none
  measured() {
    if (this.own) return this.own;
    const found = histogramOf(this.viewer.sample(this.index));
    // of a part of them it is only for the moment
    if (this.viewer.isComplete) this.own = found;
    return found;
  }

  slide() {
    const [low, high] = [Number(this.low.value), Number(this.high.value)];
    this.set(low, high);
  }

  typed() {
    const [low, high] = [Number(this.lowNumber.value), Number(this.highNumber.value)];
    if (this.lowNumber.value !== '' && this.highNumber.value !== '' && Number.isFinite(low) && Number.isFinite(high)) this.set(low, high);
  }

  // the two do not pass each other
  set(low, high) {
    if (low < high) return this.viewer.setChannel(this.index, { window: [low, high] });
    this.show(this.viewer.look.channels[this.index]);
  }
}

function slider(label, oninput) {
  return h('input', { type: 'range', step: 'any', 'aria-label': label, oninput });
}

function numberField(label, onchange) {
  return h('input', { type: 'number', step: 'any', 'aria-label': label, onchange });
}

/** A value in as few digits as tell it apart. */
export function tidy(value) {
  return String(Number(value.toPrecision(6)));
}
