// Gets chunks of one image: those that are wanted now, in their order; requests for others are given up. Memory is bounded.

import { Lru } from './lru.js';

const AT_ONCE = 8;
const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 30_000;

export class Chunks {
  /** `changed` is called when a chunk came, or when one could not. */
  constructor(levels, budget, changed) {
    this.levels = levels;
    this.changed = changed;
    this.kept = new Lru(budget);
    this.flying = new Map();
    this.wanted = [];
    // of each chunk that did not come: why, as a sentence
    this.broken = new Map();
    this.away = null;
    this.pause = FIRST_PAUSE;
  }

  static key(number, coordinates) {
    return `${number}/${coordinates.join('.')}`;
  }

  get(number, coordinates) {
    return this.kept.get(Chunks.key(number, coordinates));
  }

  isBroken(number, coordinates) {
    return this.broken.has(Chunks.key(number, coordinates));
  }

  /** `{ number, coordinates }` of each, the most important first. */
  want(list) {
    const keys = new Map(list.map((chunk) => [Chunks.key(chunk.number, chunk.coordinates), chunk]));
    for (const [key, request] of this.flying) {
      if (!keys.has(key)) request.abort();
    }
    this.wanted = [...keys].filter(([key]) => !this.kept.has(key) && !this.broken.has(key));
    this.pump();
  }

  /** Whether everything that is wanted came, or is known not to. */
  get isComplete() {
    return this.wanted.every(([key]) => this.kept.has(key) || this.broken.has(key));
  }

  /** Asks again for all that did not come. */
  retry() {
    this.broken.clear();
    this.pause = FIRST_PAUSE;
    this.comeBack();
  }

  close() {
    clearTimeout(this.timer);
    this.wanted = [];
    for (const request of this.flying.values()) request.abort();
    this.kept.clear();
  }

  pump() {
    if (this.away) return;
    for (const [key, chunk] of this.wanted) {
      if (this.flying.size >= AT_ONCE) return;
      if (!this.flying.has(key) && !this.kept.has(key) && !this.broken.has(key)) this.ask(key, chunk);
    }
  }

  async ask(key, { number, coordinates }) {
    const request = new AbortController();
    this.flying.set(key, request);
    let isNews = true;
    try {
      const chunk = await this.levels[number].array.getChunk(coordinates, { signal: request.signal });
      const kept = { ...chunk, data: plain(chunk.data) };
      this.kept.put(key, kept, kept.data.byteLength);
      this.pause = FIRST_PAUSE;
    } catch (error) {
      // who gave up does not want to know
      if (request.signal.aborted) isNews = false;
      else this.failed(key, error);
    }
    this.flying.delete(key);
    this.pump();
    if (isNews) this.changed();
  }

  failed(key, error) {
    // zarrita wraps what its codecs say
    const reason = error.cause instanceof Error ? error.cause : error;
    if (reason.kind === 'away') return this.goAway(reason);
    this.broken.set(key, reason.message);
  }

  // the server is not there, or wants a rest: nothing is asked for a while
  goAway(reason) {
    if (this.away) return;
    this.away = reason.message;
    const pause = reason.afterSeconds ? reason.afterSeconds * 1000 : this.pause;
    this.pause = Math.min(LONGEST_PAUSE, this.pause * 2);
    this.timer = setTimeout(() => this.comeBack(), Math.min(LONGEST_PAUSE, pause));
  }

  comeBack() {
    clearTimeout(this.timer);
    this.away = null;
    this.pump();
    this.changed();
  }
}

/** Values as the graphics card and sums take them: no integers of 64 bit, no wrapped booleans, no half floats. */
function plain(data) {
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) return Float64Array.from(data, Number);
  if (ArrayBuffer.isView(data) && data.constructor.name !== 'Float16Array') return data;
  return data.constructor.name === 'Float16Array' ? Float32Array.from(data) : Uint8Array.from(data, Number);
}
