// Tiles of planes, out of chunks: a plane is a place on every axis but x and y, or the greatest values along z.

import { bytesOf } from '../decoding/codecs.js';
import { Chunks } from './chunks.js';
import { placeOf } from './grid.js';
import { Lru } from './lru.js';

// of what may be kept, so much may be wanted at one time
const MOST_WANTED = 0.75;

/** Planes of an image, by `{ c, z, t, other }`; z is a number or `{ from, to }`. */
export class Planes {
  constructor(image, budget, changed) {
    this.image = image;
    this.budget = budget;
    this.places = image.axes.map(({ name }) => name);
    this.chunks = new Chunks(image.levels, budget, () => {
      this.absorb();
      changed();
    });
    this.projections = new Lru(budget / 2);
  }

  key(plane, number, { tx, ty }) {
    return `${this.image.address}|${planeKey(plane)}|${number}/${ty}/${tx}`;
  }

  /**
   * A tile that is there: `{ data, offset, rowLength, width, height, version }`, its values at
   * `data[offset + row * rowLength + column]`; else undefined.
   */
  tile(plane, number, tile) {
    if (typeof plane.z === 'object') return this.projected(plane, number, tile);
    const chunk = this.chunks.get(number, this.coordinates(plane, number, tile, plane.z));
    return chunk && this.cut(chunk, plane, number, tile, plane.z);
  }

  /** `[plane, number, tile]` of each, the most important first. */
  want(list) {
    const chunks = [];
    let bytes = 0;
    for (const [plane, number, tile] of list) {
      if (typeof plane.z === 'number') {
        // more than is kept would drive itself out again and again
        bytes += this.bytesOfChunk(number);
        if (bytes > this.budget * MOST_WANTED) continue;
        chunks.push({ number, coordinates: this.coordinates(plane, number, tile, plane.z) });
      } else chunks.push(...this.wantProjection(plane, number, tile));
    }
    this.chunks.want(chunks);
    this.absorb();
  }

  bytesOfChunk(number) {
    return this.image.levels[number].array.chunks.reduce((product, length) => product * length, bytesOf(this.image.dataType));
  }

  coordinates(plane, number, tile, z) {
    const { cx, cy } = placeOf(this.image.levels[number], tile);
    const { chunks, shape } = this.image.levels[number].array;
    return this.places.map((name, axis) => {
      if (name === 'x') return cx;
      if (name === 'y') return cy;
      return Math.floor(Math.min(this.index(plane, name, z), shape[axis] - 1) / chunks[axis]);
    });
  }

  index(plane, name, z) {
    if (name === 'z') return z;
    return { c: plane.c, t: plane.t }[name] ?? plane.other?.[name] ?? 0;
  }

  cut(chunk, plane, number, tile, z) {
    const level = this.image.levels[number];
    const { x, y, width, height, cx, cy } = placeOf(level, tile);
    let offset = 0;
    let [columnStep, rowStep] = [1, 1];
    this.places.forEach((name, axis) => {
      const size = level.array.chunks[axis];
      const step = chunk.stride[axis];
      if (name === 'x') {
        columnStep = step;
        offset += (x - cx * level.chunkWidth) * step;
      } else if (name === 'y') {
        rowStep = step;
        offset += (y - cy * level.chunkHeight) * step;
      } else offset += (Math.min(this.index(plane, name, z), level.array.shape[axis] - 1) % size) * step;
    });
    if (columnStep === 1) return { data: chunk.data, offset, rowLength: rowStep, width, height, version: 0 };
    return turned(chunk, offset, columnStep, rowStep, width, height);
  }

  wantProjection(plane, number, tile) {
    const key = this.key(plane, number, tile);
    let projection = this.projections.get(key);
    if (!projection) {
      projection = { plane, number, tile, pending: new Map(), data: null, version: 0 };
      for (let z = plane.z.from; z <= plane.z.to; z += 1) {
        const coordinates = this.coordinates(plane, number, tile, z);
        const chunk = Chunks.key(number, coordinates);
        if (!projection.pending.has(chunk)) projection.pending.set(chunk, { number, coordinates, planes: [] });
        projection.pending.get(chunk).planes.push(z);
      }
      const { width, height } = placeOf(this.image.levels[number], tile);
      this.projections.put(key, projection, width * height * 8);
    }
    return projection.pending.values();
  }

  // takes into the projections what has come
  absorb() {
    for (const { value: projection } of this.projections.entries.values()) {
      for (const [key, { number, coordinates, planes }] of projection.pending) {
        const chunk = this.chunks.kept.get(key);
        if (chunk) {
          for (const z of planes) this.add(projection, this.cut(chunk, projection.plane, number, projection.tile, z));
        } else if (!this.chunks.isBroken(number, coordinates)) continue;
        projection.pending.delete(key);
      }
    }
  }

  add(projection, tile) {
    const { width, height } = tile;
    if (!projection.data) {
      projection.data = new tile.data.constructor(width * height);
      Object.assign(projection, { width, height });
      for (let row = 0; row < height; row += 1) projection.data.set(rowOf(tile, row), row * width);
    } else {
      const { data } = projection;
      for (let row = 0, at = 0; row < height; row += 1) {
        for (let from = tile.offset + row * tile.rowLength, end = from + width; from < end; from += 1, at += 1) {
          if (tile.data[from] > data[at] || data[at] !== data[at]) data[at] = tile.data[from];
        }
      }
    }
    projection.version += 1;
  }

  projected(plane, number, tile) {
    const projection = this.projections.get(this.key(plane, number, tile));
    if (!projection?.data) return undefined;
    const { data, width, height, version } = projection;
    return { data, offset: 0, rowLength: width, width, height, version };
  }

  get isComplete() {
    return this.chunks.isComplete;
  }

  close() {
    this.chunks.close();
    this.projections.clear();
  }
}

/** What tells planes apart. */
export function planeKey({ c, z, t, other }) {
  const rest = Object.entries(other ?? {}).map(([name, place]) => `${name}=${place}`);
  return [c, typeof z === 'object' ? `${z.from}-${z.to}` : z, t, ...rest].join(';');
}

function rowOf({ data, offset, rowLength, width }, row) {
  const start = offset + row * rowLength;
  return data.subarray(start, start + width);
}

// of an array whose columns do not stand beside each other
function turned({ data }, offset, columnStep, rowStep, width, height) {
  const copy = new data.constructor(width * height);
  for (let row = 0, at = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1, at += 1) copy[at] = data[offset + row * rowStep + column * columnStep];
  }
  return { data: copy, offset: 0, rowLength: width, width, height, version: 0 };
}
