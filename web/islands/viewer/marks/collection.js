// The marks of an image, as they are told by pages of W3C annotations: in sets, with names, planes and time points. Pure.

import { ofTrack, shapeOf } from './shapes.js';

/** More are not kept, and that is said. */
export const MOST_MARKS = 20_000;
const MOST_NUMBERS = 4_000_000;
const MOST_SETS = 100;
const LONGEST_NAME = 200;

export class Collection {
  constructor() {
    /** `{ title, kind, count, number }`, in the order in which they are told of. */
    this.sets = [];
    /** `{ number, set, name, kind, shape, bounds, z, times, colour }`; `z` null: in all planes; `times` null: at all, one: at that, more: of a track; `colour` null: that of its set. */
    this.marks = [];
    this.notUnderstood = 0;
    this.isFull = false;
    this.files = new Map();
    this.numbers = 0;
  }

  /** Takes what a page says. */
  add(page) {
    for (const item of Array.isArray(page?.items) ? page.items : []) {
      const selector = item?.target?.selector;
      if (selector) this.addMark(item, selector);
      else if (typeof item?.body?.id === 'string') this.files.set(item.body.id, { title: text(item.label), kind: text(item['omma:annotationType']) });
    }
  }

  addMark(item, selector) {
    if (this.isFull) return;
    const said = shapeOf(selector);
    if (!said) {
      this.notUnderstood += 1;
      return;
    }
    const count = said.point ? 2 : said.lines.reduce((sum, line) => sum + line.length, 0);
    if (this.marks.length >= MOST_MARKS || this.numbers + count > MOST_NUMBERS) {
      this.isFull = true;
      return;
    }
    this.numbers += count;
    const set = this.setOf(item);
    set.count += 1;
    const { name, kind } = wordsOf(item.body);
    const number = this.marks.length;
    const times = timesOf(selector['omma:timePoint'], said);
    const shape = times && Array.isArray(selector['omma:timePoint']) ? ofTrack(said) : said;
    this.marks.push({ number, set, name, kind, shape, bounds: boundsOf(shape), z: place(selector['omma:plane']), times, colour: colour(item['omma:strokeColour']) });
  }

  // files of one title are one set
  setOf(item) {
    const file = typeof item.via === 'string' ? item.via : '';
    const { title = fileName(file), kind = text(item['omma:annotationType']) } = this.files.get(file) ?? {};
    const known = this.sets.find((set) => set.title === title && set.kind === kind);
    if (known) return known;
    if (this.sets.length >= MOST_SETS) return this.sets.at(-1);
    const set = { title: title ?? 'Marks', kind, count: 0, number: this.sets.length };
    this.sets.push(set);
    return set;
  }
}

/** Whether a mark is in what a look shows; tracks where they were within the last `tail` time points, or always where that is null. */
export function isShown(mark, { z, t }, tail) {
  const isInPlane = mark.z === null || z === 'max' || (typeof z === 'object' ? mark.z >= z.from && mark.z <= z.to : mark.z === z);
  if (!isInPlane) return false;
  if (mark.times === null || (tail === null && mark.times.length > 1)) return true;
  return mark.times.length === 1 ? mark.times[0] === t : stretchOf(mark.times, t, tail) !== null;
}

/** The points of a track from `tail` time points ago until now, `[first, last]` by their numbers; null where there are none. */
export function stretchOf(times, t, tail) {
  const first = times.findIndex((time) => time >= t - tail && time <= t);
  if (first === -1) return null;
  let last = first;
  while (last + 1 < times.length && times[last + 1] <= t) last += 1;
  return [first, last];
}

/**
 * What of a mark is drawn at a time point, `{ shape, bounds }`: of a track its stretch until then, and whether it is still there (`isNow`), or
 * all where `tail` is null; of others everything. Null where nothing is: of a track of which one point is left, and it is not there now.
 */
export function drawnOf(mark, t, tail) {
  const { shape, times } = mark;
  if (tail === null || !(times?.length > 1)) return mark;
  const [first, last] = stretchOf(times, t, tail) ?? [];
  const isNow = times[last] === t;
  if (first === undefined || (first === last && !isNow)) return null;
  const stretch = { lines: [shape.lines[0].slice(2 * first, 2 * last + 2)], isClosed: false };
  return { shape: stretch, bounds: boundsOf(stretch), isNow };
}

/** Whether a place is in a closed shape, or within `reach` pixels of a point or line. */
export function isAt({ shape, bounds }, x, y, reach) {
  const [left, top, right, bottom] = bounds;
  if (x < left - reach || x > right + reach || y < top - reach || y > bottom + reach) return false;
  if (shape.point) return Math.hypot(x - shape.point[0], y - shape.point[1]) <= reach;
  let isInside = false;
  for (const line of shape.lines) {
    const corners = line.length / 2;
    for (let at = 0; at < corners; at += 1) {
      const next = at + 1 < corners ? at + 1 : shape.isClosed ? 0 : at;
      const [fromX, fromY, toX, toY] = [line[2 * at], line[2 * at + 1], line[2 * next], line[2 * next + 1]];
      if (distance(x, y, fromX, fromY, toX, toY) <= reach) return true;
      // even and odd, as areas are taken out of areas
      if (fromY > y !== toY > y && x < ((toX - fromX) * (y - fromY)) / (toY - fromY) + fromX) isInside = !isInside;
    }
  }
  return shape.isClosed && isInside;
}

function distance(x, y, fromX, fromY, toX, toY) {
  const [across, down] = [toX - fromX, toY - fromY];
  const length = across * across + down * down;
  const part = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - fromX) * across + (y - fromY) * down) / length));
  return Math.hypot(x - fromX - part * across, y - fromY - part * down);
}

function boundsOf({ point, lines }) {
  if (point) return [...point, ...point];
  const bounds = [Infinity, Infinity, -Infinity, -Infinity];
  for (const line of lines) {
    for (let at = 0; at < line.length; at += 2) {
      bounds[0] = Math.min(bounds[0], line[at]);
      bounds[1] = Math.min(bounds[1], line[at + 1]);
      bounds[2] = Math.max(bounds[2], line[at]);
      bounds[3] = Math.max(bounds[3], line[at + 1]);
    }
  }
  return bounds;
}

function wordsOf(body) {
  const bodies = Array.isArray(body) ? body : body ? [body] : [];
  const said = (purpose) => text(bodies.find((one) => one?.purpose === purpose)?.value);
  return { name: said('identifying'), kind: said('classifying') };
}

// of a track each point has its own
function timesOf(value, shape) {
  if (!Array.isArray(value)) return place(value) === null ? null : [value];
  const isEach = shape.lines?.length === 1 && shape.lines[0].length === 2 * value.length && value.every((time) => place(time) !== null);
  return isEach ? value : null;
}

function place(value) {
  return Number.isSafeInteger(value) && value >= 0 ? value : null;
}

// six hexadecimal digits, or null
function colour(value) {
  return typeof value === 'string' && /^[\dA-F]{6}$/i.test(value) ? value.toLowerCase() : null;
}

function text(value) {
  return typeof value === 'string' && value.trim() !== '' ? value.trim().slice(0, LONGEST_NAME) : undefined;
}

function fileName(address) {
  const last = address.split('/').at(-1);
  try {
    return text(decodeURIComponent(last));
  } catch {
    return text(last);
  }
}
