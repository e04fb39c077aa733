// Puts together what is drawn of an image at one moment, and asks for the tiles that are not there yet.

import { bytesOf } from '../decoding/codecs.js';
import { planeOf } from '../look/look.js';
import { areaOf, cover, levelFor, nearestFirst, tilesIn } from '../tiles/grid.js';
import { Planes } from '../tiles/planes.js';

const BUDGET = 224 * 1024 * 1024;
// a projection goes through all planes: the level is so coarse that these have no more bytes
const MOST_FOR_PROJECTION = 96 * 1024 * 1024;
// so many tiles of the coarsest level tell what values a channel has
const TILES_OF_SAMPLE = 4;

export class Scene {
  constructor(image, changed) {
    this.image = image;
    this.whole = { x: 0, y: 0, width: image.size.x, height: image.size.y };
    this.planes = new Planes(image, BUDGET, changed);
    this.drawn = new Map();
    // whether what was shown last is still shown, of a plane that is not wanted any more
    this.isStale = false;
  }

  /** Pieces of each channel that is shown, by its index; `beside` are looks that are likely to come next. */
  frame(look, viewport, dots, beside = []) {
    const { region } = viewport;
    const shown = look.channels.filter((channel) => channel.shown);
    const { levels } = this.image;
    const number = this.levelOf(look, region, viewport.zoom * dots, shown.length);
    const last = levels.length - 1;
    const planes = shown.map(({ index }) => planeOf(look, index, this.image));
    const wanted = [];
    const want = (plane, level, area) => {
      for (const tile of nearestFirst(levels[level], tilesIn(levels[level], area), viewport)) wanted.push([plane, level, tile]);
    };
    // all that is coarse first: then there is something of everything
    const coarse = levels.length > 1 || region === null ? this.coarseArea(levels[last], region) : region;
    for (const plane of planes) want(plane, last, coarse);
    if (region) {
      // channel by channel for each place, so that a place is soon whole
      const tiles = nearestFirst(levels[number], tilesIn(levels[number], region), viewport);
      for (const tile of tiles) for (const plane of planes) wanted.push([plane, number, tile]);
    }
    this.planes.want(wanted);
    const isComplete = this.planes.isComplete;
    // what may come next is asked for when nothing else is
    if (isComplete && beside.length > 0 && region) {
      for (const next of beside) for (const { index } of shown) want(planeOf(next, index, this.image), number, region);
      this.planes.want(wanted);
    }
    this.isStale = false;
    const pieces = new Map(region ? shown.map(({ index }, place) => [index, this.pieces(index, planes[place], number, region, isComplete)]) : []);
    return { pieces, isComplete, number };
  }

  // of a coarsest level that is large itself only what is to be seen
  coarseArea(level, region) {
    return tilesIn(level, this.whole).length <= TILES_OF_SAMPLE || !region ? this.whole : region;
  }

  levelOf(look, region, scale, channels) {
    let number = levelFor(this.image.levels, scale);
    if (look.z === 'max' || typeof look.z === 'object') {
      const planes = look.z === 'max' ? this.image.size.z : look.z.to - look.z.from + 1;
      const bytes = (at) => {
        const { scaleX, scaleY } = this.image.levels[at];
        return ((region?.width ?? 1) / scaleX) * ((region?.height ?? 1) / scaleY) * planes * channels * bytesOf(this.image.dataType);
      };
      while (number < this.image.levels.length - 1 && bytes(number) > MOST_FOR_PROJECTION) number += 1;
    }
    return number;
  }

  // of the plane that is wanted; as long as another shows more of the place, of that one, so that nothing flashes
  pieces(channel, plane, number, region, isComplete) {
    const now = this.cover(plane, number, region);
    const before = this.drawn.get(channel);
    if (before && !isComplete) {
      const old = this.cover(before, number, region);
      if (areaOfAll(old) > areaOfAll(now) * 1.001) {
        this.isStale = true;
        return old;
      }
    }
    if (now.length > 0) this.drawn.set(channel, plane);
    return now;
  }

  cover(plane, number, region) {
    const { levels } = this.image;
    const has = (level, tile) => this.planes.tile(plane, level, tile) !== undefined;
    return cover(levels, number, region, has).map((piece) => {
      const level = levels[piece.number];
      const { x, y } = areaOf(level, piece.tile);
      return {
        key: this.planes.key(plane, piece.number, piece.tile),
        tile: this.planes.tile(plane, piece.number, piece.tile),
        area: piece.area,
        from: { x, y },
        scale: { x: level.scaleX, y: level.scaleY },
      };
    });
  }

  /** Values of a channel on the coarsest level as arrays, as far as they are there. */
  sample(look, channel) {
    return this.sampled(look, channel).filter(Boolean).slice(0, TILES_OF_SAMPLE).map(valuesOf);
  }

  /** Whether there are as many of them as there will be. */
  isSampled(look, channel) {
    return this.planes.isComplete || !this.sampled(look, channel).includes(undefined);
  }

  sampled(look, channel) {
    const plane = planeOf(look, channel, this.image);
    const last = this.image.levels.length - 1;
    return tilesIn(this.image.levels[last], this.whole).map((tile) => this.planes.tile(plane, last, tile));
  }

  /** The value of a channel at a place of the full image: `{ value, isExact }`, or null where it is not there. */
  value(look, channel, x, y) {
    if (x < 0 || y < 0 || x >= this.image.size.x || y >= this.image.size.y) return null;
    const plane = planeOf(look, channel, this.image);
    for (let number = 0; number < this.image.levels.length; number += 1) {
      const level = this.image.levels[number];
      const [found] = tilesIn(level, { x, y, width: 0, height: 0 });
      const tile = this.planes.tile(plane, number, found);
      if (!tile) continue;
      const from = areaOf(level, found);
      const column = Math.min(tile.width - 1, Math.floor((x - from.x) / level.scaleX));
      const row = Math.min(tile.height - 1, Math.floor((y - from.y) / level.scaleY));
      return { value: tile.data[tile.offset + row * tile.rowLength + column], isExact: number === 0 };
    }
    return null;
  }

  get trouble() {
    const { broken, away } = this.planes.chunks;
    const absent = this.image.levels[0].array.store.absent.size;
    return { away, broken: broken.size, why: broken.values().next().value ?? null, absent };
  }

  retry() {
    this.planes.chunks.retry();
  }

  close() {
    this.planes.close();
  }
}

function areaOfAll(pieces) {
  return pieces.reduce((sum, { area }) => sum + area.width * area.height, 0);
}

function valuesOf({ data, offset, rowLength, width, height }) {
  if (rowLength === width) return data.subarray(offset, offset + width * height);
  const values = new data.constructor(width * height);
  for (let row = 0; row < height; row += 1) values.set(data.subarray(offset + row * rowLength, offset + row * rowLength + width), row * width);
  return values;
}
