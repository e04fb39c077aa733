import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';

import { registerCodecs } from '../decoding/codecs.js';
import { HttpStore } from './http-store.js';
import { firstOf, labelNames, openGroup, readImage } from './image.js';
import { readPlate } from './plate.js';

registerCodecs();

const ROOT = 'https://node.example.org/zarr/A/';
const real = globalThis.fetch;
let asked = [];
let answer = () => new Response(null, { status: 404 });

beforeEach(() => {
  asked = [];
  globalThis.fetch = async (address, options) => {
    asked.push(String(address));
    return answer(String(address), options);
  };
});
after(() => {
  globalThis.fetch = real;
});

/** Answers with documents by their paths below the root. */
function serving(documents) {
  answer = (address) => {
    const value = documents[address.slice(ROOT.length)];
    return value === undefined ? new Response(null, { status: 404 }) : new Response(typeof value === 'string' ? value : JSON.stringify(value));
  };
}

const group = (attributes) => ({ zarr_format: 3, node_type: 'group', attributes });
const array = (changes = {}) => ({
  zarr_format: 3, node_type: 'array', shape: [3, 20, 30], data_type: 'uint16', fill_value: 0, attributes: {},
  chunk_grid: { name: 'regular', configuration: { chunk_shape: [1, 10, 10] } },
  chunk_key_encoding: { name: 'default', configuration: { separator: '/' } },
  codecs: [{ name: 'bytes', configuration: { endian: 'little' } }],
  ...changes,
});
const axes = [{ name: 'c', type: 'channel' }, { name: 'y', unit: 'micrometer' }, { name: 'x', unit: 'micrometer' }];
const image = (changes = {}, ome = {}) =>
  group({ ome: { version: '0.5', multiscales: [{ axes, datasets: [{ path: '0', coordinateTransformations: [{ type: 'scale', scale: [1, 0.5, 0.25] }] }], ...changes }], ...ome } });

test('a range is asked for, and what a server without ranges sends is cut', async () => {
  const whole = Uint8Array.from({ length: 100 }, (_, at) => at);
  answer = () => new Response(whole, { status: 200 });
  const store = new HttpStore(ROOT, 1000);
  assert.deepEqual([...(await store.getRange('/0/c/0', { offset: 5, length: 3 }))], [5, 6, 7]);
  assert.deepEqual([...(await store.getRange('/0/c/0', { suffixLength: 2 }))], [98, 99]);
});

test('what is cut off, or larger than it may be, is broken', async () => {
  const store = new HttpStore(ROOT, 50);
  answer = () => new Response(new Uint8Array(2), { status: 206 });
  await assert.rejects(store.getRange('/a', { offset: 0, length: 3 }), { kind: 'broken', message: /only in part/ });
  await assert.rejects(store.getRange('/a', { offset: 0, length: 2 ** 40 }), { kind: 'broken', message: /larger than it may be/ });
  answer = () => new Response(new Uint8Array(60), { headers: { 'content-length': '60' } });
  await assert.rejects(store.get('/a'), { kind: 'broken', message: /larger than it may be/ });
});

test('what does not say its length is taken only as far as it may be', async () => {
  const store = new HttpStore(ROOT, 50);
  let sent = 0;
  let isCancelled = false;
  const endless = () => new ReadableStream({
    pull(controller) {
      sent += 1;
      controller.enqueue(new Uint8Array(20));
    },
    cancel() {
      isCancelled = true;
    },
  });
  answer = () => new Response(endless());
  await assert.rejects(store.get('/a'), { kind: 'broken', message: /larger than it may be/ });
  assert.ok(isCancelled && sent < 6, `${sent}`);
  answer = () => new Response(endless(), { status: 206, headers: { 'content-length': '3' } });
  await assert.rejects(store.getRange('/a', { offset: 0, length: 3 }), { kind: 'broken', message: /larger than it may be/ });
  const pieces = [[1, 2], [3], [4, 5]].map((bytes) => Uint8Array.from(bytes));
  answer = () => new Response(new ReadableStream({ pull: (controller) => (pieces.length > 0 ? controller.enqueue(pieces.shift()) : controller.close()) }));
  assert.deepEqual([...(await store.get('/a'))], [1, 2, 3, 4, 5]);
  answer = () => new Response(null);
  assert.deepEqual([...(await store.get('/a'))], []);
  answer = () => new Response(new ReadableStream({ pull: (controller) => controller.error(new TypeError('cut')) }));
  await assert.rejects(store.get('/a'), { kind: 'away', message: /in the middle/ });
});

test('a server that is busy or gone is told from one that refuses', async () => {
  const store = new HttpStore(ROOT, 50);
  answer = () => new Response(null, { status: 503, headers: { 'retry-after': '7' } });
  await assert.rejects(store.get('/a'), { kind: 'away', afterSeconds: 7 });
  answer = () => Promise.reject(new TypeError('failed'));
  await assert.rejects(store.get('/a'), { kind: 'away', message: 'the server of this image does not answer' });
  answer = () => new Response(null, { status: 410 });
  await assert.rejects(store.get('/a'), { kind: 'broken', message: /taken back/ });
  answer = () => new Response(null, { status: 404 });
  assert.equal(await store.get('/a'), undefined);
  assert.deepEqual([...store.absent], ['/a']);
});

test('whatever path a deposit names, nothing beside the image is asked for', async () => {
  for (const path of ['../../secret', 'http%3a%2f%2fevil.example.org', 'http://evil.example.org/x', '//evil.example.org/x', 'a%2f..%2f..%2f..%2fsecret', '\\\\evil', '?x', '#y']) {
    serving({ 'zarr.json': image({ datasets: [{ path }] }) });
    await assert.rejects(readImage(await openGroup(ROOT)), path);
    assert.ok(asked.every((address) => address.startsWith(ROOT) && !new URL(address).pathname.includes('..')), `${path}: ${asked}`);
    assert.ok(asked.every((address) => new URL(address).href.startsWith(ROOT)), path);
  }
});

test('an image is described by its levels, axes, channels and sizes', async () => {
  const omero = { channels: [{ label: 'DAPI', color: '0000FF', window: { start: 5, end: 500 } }, { label: 7, active: false }, {}], rdefs: { defaultZ: 9 } };
  serving({ 'zarr.json': image({}, { omero }), '0/zarr.json': array() });
  const read = await readImage(await openGroup(ROOT));
  assert.deepEqual(read.size, { x: 30, y: 20, z: 1, t: 1 });
  assert.deepEqual(read.pixel.x, { value: 0.25, unit: 'micrometer' });
  assert.equal(read.pixel.z, null);
  assert.deepEqual(read.start, { z: 0, t: 0 });
  assert.deepEqual(read.channels.map(({ name, colour, shown, window }) => [name, colour, shown, window]), [
    ['DAPI', '0000ff', true, [5, 500]],
    ['Channel 2', '00ff00', false, null],
    ['Channel 3', '00ffff', true, null],
  ]);
});

test('a level that is missing is left out; axes beyond z, c and t keep their names', async () => {
  const five = [{ name: 'angle' }, { name: 'y' }, { name: 'x' }];
  serving({ 'zarr.json': image({ axes: five, datasets: [{ path: '0' }, { path: '1' }, { path: '2' }] }), '0/zarr.json': array(), '2/zarr.json': array({ shape: [3, 5, 8] }) });
  const read = await readImage(await openGroup(ROOT));
  assert.deepEqual(read.levels.map(({ width }) => width), [30, 8]);
  assert.deepEqual(read.absent, ['1']);
  assert.deepEqual(read.other.map(({ name, length }) => [name, length]), [['angle', 3]]);
});

test('Zarr 2 is opened where there is no Zarr 3, or at once where the page says so', async () => {
  const multiscales = [{ version: '0.4', axes, datasets: [{ path: '0' }] }];
  const zarray = { zarr_format: 2, shape: [3, 20, 30], chunks: [1, 10, 10], dtype: '<u2', compressor: null, fill_value: 0, filters: null, order: 'C', dimension_separator: '/' };
  serving({ '.zgroup': { zarr_format: 2 }, '.zattrs': { multiscales }, '0/.zarray': zarray });
  assert.equal((await readImage(await openGroup(ROOT))).version, 2);
  asked = [];
  await readImage(await openGroup(ROOT, 2));
  assert.ok(!asked.some((address) => address.endsWith('zarr.json')), `${asked}`);
});

test('what cannot be shown is said in a sentence', async () => {
  const bad = [
    [{}, /no OME-Zarr/],
    [{ 'zarr.json': group({}) }, /names no picture data/],
    [{ 'zarr.json': image({ datasets: [] }) }, /names no picture data/],
    [{ 'zarr.json': image() }, /are not there/],
    [{ 'zarr.json': image({ axes: [{ name: 'a' }, { name: 'b' }, { name: 'c' }] }), '0/zarr.json': array() }, /rows and columns/],
    [{ 'zarr.json': image({ axes: axes.slice(1) }), '0/zarr.json': array() }, /rows and columns/],
    [{ 'zarr.json': image(), '0/zarr.json': array({ chunk_grid: { name: 'regular', configuration: { chunk_shape: [1, 70000, 70000] } } }) }, /pieces of 9346 MiB/],
    [{ 'zarr.json': image(), '0/zarr.json': array({ data_type: 'string', fill_value: '' }) }, /type string/],
  ];
  for (const [documents, sentence] of bad) {
    serving(documents);
    await assert.rejects(async () => readImage(await openGroup(ROOT)), sentence);
  }
});

test('labels are those that the page or the store names, and none leads elsewhere', async () => {
  serving({ 'zarr.json': image(), 'labels/zarr.json': group({ ome: { labels: ['nuclei', '../../x', 7, 'cell walls'] } }) });
  const opened = await openGroup(ROOT);
  assert.deepEqual(await labelNames(opened), [
    { name: 'nuclei', title: 'nuclei', address: `${ROOT}labels/nuclei/` },
    { name: 'cell walls', title: 'cell walls', address: `${ROOT}labels/cell%20walls/` },
  ]);
  asked = [];
  const known = await labelNames(opened, ['mask3d-a2ff51b7', 'two'], ['Nuclei', '']);
  assert.deepEqual(known.map(({ name, title }) => [name, title]), [['mask3d-a2ff51b7', 'Nuclei'], ['two', 'two']]);
  assert.deepEqual(asked, []);
});

test('of a group that holds several images the first is shown', async () => {
  serving({ 'zarr.json': group({ ome: { version: '0.5', 'bioformats2raw.layout': 3 } }), '0/zarr.json': image() });
  assert.equal((await firstOf(await openGroup(ROOT))).address, `${ROOT}0/`);
});

test('a plate has the wells that lie on it', async () => {
  const plate = { rows: [{ name: 'A' }], columns: [{ name: '1' }, { name: '2' }], wells: [{ path: 'A/2' }, { path: 'Z/9' }, { path: '../x' }, {}] };
  serving({ 'zarr.json': group({ ome: { plate } }), 'A/2/zarr.json': group({ ome: { well: { images: [{ path: '0' }, { path: '../../x' }] } } }) });
  const read = readPlate(await openGroup(ROOT));
  assert.deepEqual(read.wells, [{ path: 'A/2', row: 0, column: 1 }]);
  assert.deepEqual(await read.fieldsOf(read.wells[0]), [`${ROOT}A/2/0/`]);
});
