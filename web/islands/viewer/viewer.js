// The viewer of one image: holds what is shown, draws it, and tells its parts when it changes.

import { OverlaidLabels } from './draw/labels.js';
import { OverlaidMarks, colourOf } from './draw/marks.js';
import { Renderer } from './draw/renderer.js';
import { Scene } from './draw/scene.js';
import { screenshot } from './draw/screenshot.js';
import { Remembering, addressOf } from './look/address.js';
import { histogramOf } from './look/histogram.js';
import { defaultLook, spotOf, withSpot } from './look/look.js';
import { parseSpot } from './look/spot.js';
import { Viewport } from './look/viewport.js';
import { ChannelList } from './panel/channels.js';
import { h } from './panel/elements.js';
import { Gestures } from './panel/gestures.js';
import { Keys } from './panel/keys.js';
import { LabelChoice } from './panel/labels.js';
import { MarkChoice, nameOf } from './panel/marks.js';
import { Messages } from './panel/messages.js';
import { Overlay } from './panel/overlay.js';
import { PlaneSliders } from './panel/planes.js';
import { Readout } from './panel/readout.js';
import { Share } from './panel/share.js';
import { toolbar } from './panel/toolbar.js';

const MOST_DOTS = 2;
const MOST_MARKS_UNDER_THE_POINTER = 3;

export class Viewer {
  /** `facts` are those of the page (`main.js`); `more` are words of the address beside the spot: the well and field of a plate. */
  constructor(image, facts, { labels = [], more = {} } = {}) {
    this.image = image;
    this.facts = facts;
    this.zarr = image.address;
    this.more = more;
    this.labelNames = labels;
    this.viewport = new Viewport({ width: image.size.x, height: image.size.y });
    this.look = defaultLook(image);
    this.overlaidMarks = facts.annotations ? new OverlaidMarks(this.absolute(facts.annotations), image, () => this.marksChanged()) : null;
    this.isComplete = false;
    this.isFitted = true;
    this.build();
    const draw = () => this.draw();
    this.scene = new Scene(image, draw);
    this.overlaid = new OverlaidLabels(image, labels, draw, (sentence) => (this.wrong = sentence));
    this.remembering = new Remembering(() => this.link);
    this.goTo(new URL(location.href));
    this.observer = new ResizeObserver((entries) => this.resized(entries.at(-1)));
    this.observeSize();
  }

  build() {
    this.canvas = h('canvas', {});
    this.renderer = new Renderer(this.canvas, () => this.draw());
    this.overlay = new Overlay(this);
    this.messages = new Messages(() => this.retry());
    this.stage = h(
      'div',
      { class: 'viewer-stage', tabindex: '0', role: 'application', 'aria-roledescription': 'image viewer', 'aria-label': `${this.facts.title ?? 'Image'}. Arrow keys move, plus and minus zoom, question mark lists all keys.` },
      this.canvas,
      this.overlaidMarks?.canvas ?? '',
      ...this.overlay.elements,
    );
    // as wide as the page, and as high as the image then is, within what the style sheet allows
    this.stage.style.aspectRatio = `${this.image.size.x} / ${this.image.size.y}`;
    this.gestures = new Gestures(this, this.stage);
    this.keys = new Keys(this, this.stage);
    this.sliders = new PlaneSliders(this);
    this.readout = new Readout(this);
    this.channels = new ChannelList(this);
    this.labels = this.labelNames.length > 0 ? new LabelChoice(this, this.labelNames) : null;
    this.marks = this.overlaidMarks ? new MarkChoice(this, this.overlaidMarks) : null;
    this.share = new Share(this);
    this.element = h(
      'div',
      { class: 'viewer-frame' },
      h('div', { class: 'viewer-picture' }, h('div', { class: 'viewer-ground' }, this.stage, toolbar(this), ...this.messages.elements), this.readout.element, this.readout.said, this.messages.absent, this.sliders.element),
      h('div', { class: 'viewer-panel' }, this.channels.element, this.labels?.element ?? '', this.marks?.element ?? ''),
      this.share.element,
      this.keys.dialog,
    );
  }

  /** Shows what an address says; without any spot the whole image as its file has it. */
  goTo(address) {
    const { spot, ignored } = parseSpot(address.searchParams);
    const { look, ignored: absent } = withSpot(defaultLook(this.image), spot, this.image);
    // a window that was found is not looked for again
    look.channels.forEach((channel, place) => (channel.window ??= this.look.channels[place].window));
    this.look = look;
    const wrong = [...ignored, ...absent];
    if (look.marks && !this.overlaidMarks) {
      look.marks = false;
      wrong.push('marks');
    }
    this.wrong = wrong.length > 0 ? `Some of the link was not understood, or this image does not have it: ${wrong.join(', ')}.` : null;
    this.wanted = spot.zoom || spot.x !== undefined ? spot : null;
    this.isFitted = !this.wanted;
    this.place();
    this.overlaid.follow(look.labels);
    this.overlaidMarks?.follow(look.marks);
    this.update();
  }

  // the place of a link needs the size of the stage
  place() {
    if (this.isFitted) this.viewport.fit();
    if (this.wanted) this.viewport.goToSeen(this.wanted);
  }

  // in dots, where the browser tells them: a box of a broken number of points lies on whole dots all the same
  observeSize() {
    try {
      this.observer.observe(this.canvas, { box: 'device-pixel-content-box' });
    } catch {
      this.observer.observe(this.canvas);
    }
  }

  resized({ devicePixelContentBoxSize, contentRect }) {
    const perPoint = window.devicePixelRatio || 1;
    const [size] = devicePixelContentBoxSize ?? [{ inlineSize: contentRect.width * perPoint, blockSize: contentRect.height * perPoint }];
    if (size.inlineSize === 0 || size.blockSize === 0) return;
    this.dots = Math.min(MOST_DOTS, perPoint);
    this.canvas.width = Math.round((size.inlineSize / perPoint) * this.dots);
    this.canvas.height = Math.round((size.blockSize / perPoint) * this.dots);
    this.viewport.resize(this.canvas.width / this.dots, this.canvas.height / this.dots, this.dots);
    this.place();
    // at once: a canvas that has a new size is empty
    this.paint();
    this.update();
  }

  /** What is looked at was moved. */
  moved() {
    this.wanted = null;
    this.isFitted = false;
    this.update();
    this.remembering.soon();
  }

  change(changes, { isStep = false } = {}) {
    this.look = { ...this.look, ...changes };
    this.overlaid.follow(this.look.labels);
    this.overlaidMarks?.follow(this.look.marks);
    this.update();
    if (isStep) this.remembering.step();
    else this.remembering.soon();
  }

  setChannel(index, changes) {
    this.change({ channels: this.look.channels.map((channel) => (channel.index === index ? { ...channel, ...changes } : channel)) });
  }

  toggleChannel(index) {
    const channel = this.look.channels[index];
    if (!channel) return;
    this.setChannel(index, { shown: !channel.shown });
    this.messages.tell(`${channel.name}: ${channel.shown ? 'hidden' : 'shown'}.`);
  }

  /** Sets windows by the values of this plane: of one channel, or of all that are shown. */
  auto(index = null) {
    const channels = this.look.channels.map((channel) => {
      const isMeant = index === null ? channel.shown : channel.index === index;
      const found = isMeant ? histogramOf(this.sample(channel.index)) : null;
      return found ? { ...channel, window: found.window } : channel;
    });
    this.change({ channels });
  }

  sample(index) {
    return this.scene.sample(this.look, index);
  }

  fit() {
    this.viewport.fit();
    this.moved();
    this.isFitted = true;
  }

  actualSize() {
    this.viewport.goTo(this.viewport.x, this.viewport.y, 1);
    this.moved();
  }

  toggleBox() {
    const region = this.viewport.region;
    if (this.look.box || !region) return this.change({ box: null });
    const { x, y, width, height } = region;
    this.change({ box: { x: Math.floor(x + width / 4), y: Math.floor(y + height / 4), width: Math.ceil(width / 2), height: Math.ceil(height / 2) } });
  }

  point(at) {
    this.readout.point(at);
  }

  valuesAt({ x, y }) {
    const values = this.look.channels
      .filter(({ shown }) => shown)
      .map(({ index, name, colour }) => ({ name, colour, value: null, isExact: true, ...this.scene.value(this.look, index, x, y) }));
    const object = this.overlaid.value(this.look, x, y);
    const called = this.labelNames.find(({ name }) => name === this.look.labels?.name);
    if (object) values.push({ name: called?.title ?? this.look.labels.name, colour: 'ffffff', value: object, isExact: true });
    return [...values, ...this.marksAt(x, y)];
  }

  marksAt(x, y) {
    const found = this.overlaidMarks?.at(this.look, this.viewport, x, y) ?? [];
    return found.slice(0, MOST_MARKS_UNDER_THE_POINTER).map((mark) => ({ name: mark.set.title, colour: colourOf(mark.set), value: nameOf(mark), isExact: true }));
  }

  marksChanged() {
    this.marks?.show(this.look);
    this.draw();
  }

  sayValues() {
    this.readout.say();
  }

  // every part shows what is so now
  update() {
    this.channels.show(this.look);
    this.sliders.show(this.look);
    this.overlay.show(this.look);
    this.labels?.show(this.look);
    this.marks?.show(this.look);
    this.share.show();
    this.draw();
  }

  /** Draws with the next picture of the screen. */
  draw() {
    // until it is drawn nobody takes what is on the screen for what was asked for
    this.element.dataset.state = 'loading';
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.paint();
    });
  }

  paint() {
    if (!this.dots) return;
    const { pieces, isComplete } = this.scene.frame(this.look, this.viewport, this.dots, this.sliders.beside());
    const isMeasured = this.measure();
    const layers = this.look.channels
      .filter(({ index, shown, window }) => shown && window && pieces.has(index))
      .map(({ index, colour, window, gamma }) => ({ colour: rgb(colour), window, gamma, pieces: pieces.get(index) }));
    const overlaid = this.overlaid.frame(this.look, this.viewport, this.dots);
    this.renderer.draw(this.viewport, [...layers, ...overlaid.layers]);
    this.overlaidMarks?.draw(this.look, this.viewport, this.dots, this.canvas.width, this.canvas.height);
    this.isComplete = isComplete && isMeasured && overlaid.isComplete && (this.overlaidMarks?.isComplete ?? true);
    this.tellState();
    this.readout.show();
  }

  // windows that the file does not tell are found as soon as there are values
  measure() {
    const unknown = this.look.channels.filter(({ shown, window }) => shown && !window);
    if (unknown.length === 0) return true;
    let isChanged = false;
    for (const channel of unknown) {
      if (!this.scene.isSampled(this.look, channel.index)) continue;
      // of values that are none there is none
      channel.window = histogramOf(this.sample(channel.index))?.window ?? [0, 1];
      isChanged = true;
    }
    if (isChanged) {
      this.channels.show(this.look);
      this.draw();
    }
    return false;
  }

  tellState() {
    const trouble = this.scene.trouble;
    this.messages.show(trouble, this.wrong);
    this.messages.showStale(this.scene.isStale);
    const state = trouble.away ? 'away' : this.isComplete ? 'complete' : 'loading';
    this.element.dataset.state = state;
    if (this.state === state) return;
    this.state = state;
    this.stage.setAttribute('aria-busy', String(state === 'loading'));
    if (state === 'complete') {
      performance.mark('viewer-complete');
      this.channels.show(this.look);
      if (this.isToBeSaved) this.save();
    }
  }

  retry() {
    this.scene.retry();
    this.overlaid.retry();
    this.draw();
  }

  get spot() {
    return spotOf(this.look, this.viewport, this.image, this.more);
  }

  /** The address of this page with the view in it. */
  get link() {
    return addressOf(this.spot, location.href);
  }

  absolute(address) {
    return new URL(address, location.href).href;
  }

  fullScreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else this.element.requestFullscreen?.().catch(() => this.messages.tell('The browser does not allow full screen here.'));
  }

  /** Saves what was asked for: its address is written below it, so it is not saved before it is there. */
  save() {
    this.isToBeSaved = false;
    // what was drawn is only there until the browser has shown it
    this.paint();
    if (!this.isComplete) {
      this.isToBeSaved = true;
      this.messages.tell('The picture is saved as soon as all of it is here.');
      return;
    }
    const { title, citation, licence } = this.facts;
    const lines = [citation ?? title, licence && `Licence: ${licence}`, this.link].filter(Boolean);
    const picture = screenshot(this.canvas, { bar: this.overlay.scale, box: this.overlay.place(this.look.box), marks: this.look.marks ? this.overlaidMarks?.canvas : null, lines, dots: this.dots });
    picture.toBlob((blob) => {
      const address = URL.createObjectURL(blob);
      const name = (title ?? 'image').replace(/[^\p{L}\p{N}]+/gu, '-').slice(0, 60);
      h('a', { href: address, download: `${name}.png` }).click();
      setTimeout(() => URL.revokeObjectURL(address), 60_000);
    }, 'image/png');
  }

  close() {
    this.remembering.stop();
    if (this.frame) cancelAnimationFrame(this.frame);
    this.sliders.stop();
    this.messages.showStale(false);
    this.observer.disconnect();
    this.scene.close();
    this.overlaid.close();
    this.overlaidMarks?.close();
  }
}

function rgb(colour) {
  return [0, 2, 4].map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255);
}
