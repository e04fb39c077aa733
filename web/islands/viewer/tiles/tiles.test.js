import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Chunks } from './chunks.js';
import { areaOf, cover, levelFor, placeOf, tilesIn } from './grid.js';
import { Lru } from './lru.js';

// 1000 × 700 in chunks of 256, and two coarser levels; sizes that are no multiples of anything
const LEVELS = [[1000, 700], [500, 350], [250, 175]].map(([width, height]) => ({
  width, height, chunkWidth: 256, chunkHeight: 256, scaleX: 1000 / width, scaleY: 700 / height,
}));
const WHOLE = { x: 0, y: 0, width: 1000, height: 700 };

const area = (pieces) => pieces.reduce((sum, piece) => sum + piece.area.width * piece.area.height, 0);

test('tiles of a level are all of it, each place once', () => {
  for (const level of [...LEVELS, { ...LEVELS[0], chunkWidth: 5000, chunkHeight: 5000, width: 5000, height: 4500, scaleX: 1, scaleY: 1 }]) {
    const whole = { x: 0, y: 0, width: level.width * level.scaleX, height: level.height * level.scaleY };
    const places = tilesIn(level, whole).map((tile) => placeOf(level, tile));
    assert.equal(places.reduce((sum, { width, height }) => sum + width * height, 0), level.width * level.height);
    assert.ok(places.every(({ width, height }) => width <= 2048 && height <= 2048));
  }
});

test('only tiles that are to be seen are taken', () => {
  assert.deepEqual(tilesIn(LEVELS[0], { x: 256, y: 256, width: 256, height: 256 }), [{ tx: 1, ty: 1 }]);
  assert.deepEqual(tilesIn(LEVELS[0], { x: 255, y: 0, width: 2, height: 1 }), [{ tx: 0, ty: 0 }, { tx: 1, ty: 0 }]);
});

test('the level is as fine as the screen', () => {
  assert.deepEqual([2, 1, 0.75, 0.5, 0.3, 0.01].map((scale) => levelFor(LEVELS, scale)), [0, 0, 1, 1, 2, 2]);
});

test('a place is drawn once, from the finest that is there', () => {
  const fine = new Set(['0/1/0', '0/2/1']);
  const has = (number, { tx, ty }) => number === 2 || fine.has(`${number}/${tx}/${ty}`);
  const pieces = cover(LEVELS, 0, WHOLE, has);
  assert.ok(Math.abs(area(pieces) - 700_000) < 1e-6);
  assert.deepEqual(pieces.filter(({ number }) => number === 0).map(({ tile }) => tile), [{ tx: 1, ty: 0 }, { tx: 2, ty: 1 }]);
  assert.ok(pieces.every(({ number }) => number !== 1));
  for (const { number, tile, area: part } of pieces) {
    const of = areaOf(LEVELS[number], tile);
    assert.ok(part.x >= of.x - 1e-9 && part.x + part.width <= of.x + of.width + 1e-9);
  }
  assert.deepEqual(cover(LEVELS, 0, WHOLE, () => false), []);
});

test('what was used last stays', () => {
  const gone = [];
  const kept = new Lru(10, (value) => gone.push(value));
  kept.put('a', 'A', 4);
  kept.put('b', 'B', 4);
  kept.get('a');
  kept.put('c', 'C', 4);
  assert.deepEqual([gone, [...kept.entries.keys()]], [['B'], ['a', 'c']]);
  kept.put('large', 'L', 99);
  assert.deepEqual([...kept.entries.keys()], ['large']);
});

/** An array whose chunks come when the test says so. */
function controlled() {
  const asked = [];
  const getChunk = (coordinates, { signal }) =>
    new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
      asked.push({ coordinates, signal, come: () => resolve({ data: new Uint8Array(4), shape: [2, 2], stride: [2, 1] }), fail: reject });
    });
  return { asked, levels: [{ array: { getChunk } }] };
}

const chunk = (x) => ({ number: 0, coordinates: [0, x] });
const settled = () => new Promise((resolve) => setImmediate(resolve));

test('requests for what is not wanted any more are given up', async () => {
  const { asked, levels } = controlled();
  const chunks = new Chunks(levels, 1000, () => {});
  chunks.want([chunk(0), chunk(1)]);
  chunks.want([chunk(1), chunk(2)]);
  assert.deepEqual(asked.map(({ signal }) => signal.aborted), [true, false, false]);
  asked[1].come();
  asked[2].come();
  await settled();
  assert.equal(chunks.isComplete, true);
  assert.equal(chunks.flying.size, 0);
});

test('no more than eight are asked for at once, the most important first', async () => {
  const { asked, levels } = controlled();
  const chunks = new Chunks(levels, 1000, () => {});
  chunks.want(Array.from({ length: 20 }, (_, x) => chunk(x)));
  assert.deepEqual(asked.map(({ coordinates }) => coordinates[1]), [0, 1, 2, 3, 4, 5, 6, 7]);
  asked[3].come();
  await settled();
  assert.equal(asked[8].coordinates[1], 8);
});

test('a broken chunk is told and the rest comes; asking again asks for it', async () => {
  const { asked, levels } = controlled();
  const chunks = new Chunks(levels, 1000, () => {});
  chunks.want([chunk(0), chunk(1)]);
  asked[0].fail(new Error('a piece of the image is not what its checksum says'));
  asked[1].come();
  await settled();
  assert.equal(chunks.isComplete, true);
  assert.equal(chunks.broken.size, 1);
  chunks.retry();
  chunks.want([chunk(0), chunk(1)]);
  assert.equal(asked.length, 3);
});

test('a server that is away is left in peace until it is time', async () => {
  const { asked, levels } = controlled();
  const chunks = new Chunks(levels, 1000, () => {});
  chunks.want([chunk(0)]);
  asked[0].fail(Object.assign(new Error('the server of this image does not answer'), { kind: 'away', afterSeconds: 20 }));
  await settled();
  chunks.want([chunk(0), chunk(1)]);
  assert.equal(asked.length, 1);
  assert.equal(chunks.away, 'the server of this image does not answer');
  chunks.retry();
  assert.equal(asked.length, 3);
  chunks.close();
});
