// Marks over the picture: fetched when they are switched on, drawn on a canvas of their own that follows the view.

import { h } from '../panel/elements.js';
import { drawnOf, isAt, isShown } from '../marks/collection.js';
import { fetchMarks } from '../marks/fetch.js';

/** Told apart also by those who see fewer colours (Okabe and Ito, 2008); the darkest of theirs is lighter here, for the black ground. */
export const COLOURS = ['e69f00', '56b4e9', 'cc79a7', '009e73', 'f0e442', 'd55e00', '4a8fd6'];
/** Time points of a track that are drawn behind where it is now. */
export const TAIL = 10;
const RADIUS = 4;
const REACH = 5;
const MOST_LISTED = 200;

export class OverlaidMarks {
  /** `address` of the first page; `changed` when there is something to draw. */
  constructor(address, image, changed) {
    Object.assign(this, { address, image, changed });
    this.canvas = h('canvas', { class: 'viewer-marks', 'aria-hidden': 'true', hidden: true });
    this.context = this.canvas.getContext('2d');
    this.hidden = new Set();
    this.chosen = null;
    this.loaded = null;
    this.trouble = null;
    // of an image without time the whole tracks are shown
    this.tail = image.size.t > 1 ? TAIL : null;
  }

  /** Shows them or not. */
  follow(isOn) {
    this.isOn = Boolean(isOn);
    this.canvas.hidden = !this.isOn;
    if (this.isOn && !this.loaded && !this.loading && !this.trouble) this.load();
  }

  async load() {
    this.trouble = null;
    this.loading = new AbortController();
    const { signal } = this.loading;
    try {
      this.loaded = await fetchMarks(this.address, signal);
    } catch (error) {
      if (signal.aborted) return;
      this.trouble = error.message;
    }
    this.loading = null;
    this.changed();
  }

  get isComplete() {
    return !this.isOn || !this.loading;
  }

  get sets() {
    return this.loaded?.collection.sets ?? [];
  }

  toggle(set, isShown) {
    if (isShown) this.hidden.delete(set);
    else this.hidden.add(set);
    this.changed();
  }

  /** Draws one mark stronger than the others, or none. */
  choose(mark) {
    if (this.chosen === mark) return;
    this.chosen = mark;
    this.changed();
  }

  /** Those that a look shows. */
  shown(look) {
    if (!this.isOn || !this.loaded) return [];
    return this.loaded.collection.marks.filter((mark) => !this.hidden.has(mark.set) && isShown(mark, look, this.tail));
  }

  /** The first ones that are in view, and how many there are. */
  inView(look, viewport) {
    const { region } = viewport;
    const all = region ? this.within(look, region) : [];
    return { listed: all.slice(0, MOST_LISTED), count: all.length };
  }

  within(look, region) {
    // first by the whole of each, which is known
    return this.shown(look).filter((mark) => touches(mark, region) && touches(this.drawn(mark, look), region));
  }

  /** What of a mark a look shows, `{ shape, bounds }`, or null. */
  drawn(mark, look) {
    return drawnOf(mark, look.t, this.tail);
  }

  /** Those at a place, the last drawn first. */
  at(look, viewport, x, y) {
    const reach = REACH / viewport.zoom;
    const isHere = (drawn) => drawn !== null && isAt(drawn, x, y, reach);
    return this.shown(look).filter((mark) => isHere(this.drawn(mark, look))).reverse();
  }

  draw(look, viewport, dots, width, height) {
    if (!this.isOn) return;
    // setting the size empties it
    Object.assign(this.canvas, { width, height });
    const { region } = viewport;
    if (!this.loaded || !region) return;
    const { left, top } = viewport.toScreen(0, 0);
    const pen = { place: (x, y) => [(left + x * viewport.zoom) * dots, (top + y * viewport.zoom) * dots], dots, t: look.t, tail: this.tail };
    const inView = this.within(look, region);
    for (const set of this.sets) {
      const paths = new Map();
      for (const mark of inView) {
        if (mark.set !== set || mark === this.chosen) continue;
        const colour = colourOf(set, mark);
        if (!paths.has(colour)) paths.set(colour, new Path2D());
        outline(paths.get(colour), mark, pen);
      }
      for (const [colour, path] of paths) this.stroke(path, set, colour, 2, dots);
    }
    if (!inView.includes(this.chosen)) return;
    const path = new Path2D();
    outline(path, this.chosen, pen);
    this.stroke(path, this.chosen.set, colourOf(this.chosen.set, this.chosen), 4, dots);
  }

  // dark around light, or light around dark: seen on whatever is behind it
  stroke(path, set, colour, thickness, dots) {
    const { context } = this;
    context.lineJoin = 'round';
    context.setLineDash(set.number < COLOURS.length ? [] : [6 * dots, 4 * dots]);
    context.strokeStyle = isDark(colour) ? 'rgb(255 255 255 / .6)' : 'rgb(0 0 0 / .6)';
    context.lineWidth = (thickness + 2) * dots;
    context.stroke(path);
    context.strokeStyle = `#${colour}`;
    context.lineWidth = thickness * dots;
    context.stroke(path);
  }

  close() {
    this.loading?.abort();
  }
}

/** The colour of a mark as its file says it, else that of its set; the eighth set has that of the first, in dashes. */
export function colourOf(set, mark = null) {
  return mark?.colour ?? COLOURS[set.number % COLOURS.length];
}

// of the light that eyes see (Rec. 709)
function isDark(colour) {
  const [red, green, blue] = [0, 2, 4].map((at) => parseInt(colour.slice(at, at + 2), 16));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue < 70;
}

function touches(drawn, { x, y, width, height }) {
  if (drawn === null) return false;
  const [left, top, right, bottom] = drawn.bounds;
  return right >= x && bottom >= y && left <= x + width && top <= y + height;
}

function outline(path, mark, pen) {
  const { shape, times } = mark;
  if (shape.point) return ring(path, ...shape.point, pen);
  if (times?.length > 1 && pen.tail !== null) return track(path, mark, pen);
  for (const line of shape.lines) {
    follow(path, line, pen);
    if (shape.isClosed) path.closePath();
  }
}

// where it was, and a ring where it is now
function track(path, mark, pen) {
  const drawn = drawnOf(mark, pen.t, pen.tail);
  if (!drawn) return;
  const [line] = drawn.shape.lines;
  follow(path, line, pen);
  if (drawn.isNow) ring(path, ...line.slice(-2), pen);
}

function follow(path, line, pen) {
  for (let at = 0; at < line.length; at += 2) {
    const place = pen.place(line[at], line[at + 1]);
    if (at === 0) path.moveTo(...place);
    else path.lineTo(...place);
  }
}

function ring(path, x, y, { place, dots }) {
  const [left, top] = place(x, y);
  path.moveTo(left + RADIUS * dots, top);
  path.arc(left, top, RADIUS * dots, 0, 2 * Math.PI);
}
