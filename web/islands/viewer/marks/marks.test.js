import assert from 'node:assert/strict';
import { test } from 'node:test';

import { OverlaidMarks, TAIL } from '../draw/marks.js';
import { Collection, MOST_MARKS, drawnOf, isAt, isShown, stretchOf } from './collection.js';
import { fetchMarks } from './fetch.js';
import { shapeOf } from './shapes.js';

const svg = (inner) => shapeOf({ type: 'SvgSelector', value: `<svg xmlns="http://www.w3.org/2000/svg">${inner}</svg>` });
const fragment = (value) => shapeOf({ type: 'FragmentSelector', value });

test('selectors are numbers', () => {
  assert.deepEqual(fragment('xywh=pixel:10,20.5,30,40'), { lines: [[10, 20.5, 40, 20.5, 40, 60.5, 10, 60.5]], isClosed: true });
  assert.deepEqual(fragment('xywh=7,8,1,1'), { point: [7.5, 8.5] });
  assert.deepEqual(svg('<rect x="-1" y="2" width="3" height="4"/>'), { lines: [[-1, 2, 2, 2, 2, 6, -1, 6]], isClosed: true });
  assert.deepEqual(svg('<circle cx="-3" cy="4" r="0.5"/>'), { point: [-2.5, 4.5] }, 'a point is a pixel, also outside');
  assert.deepEqual(svg('<path fill="none" d="M1 2L3 4L5.25 -6e0"/>'), { lines: [[1, 2, 3, 4, 5.25, -6]], isClosed: false });
  assert.deepEqual(svg('<path fill-rule="evenodd" d="M0 0L9 0L9 9Z M2 2L3 2L3 3Z"/>'), { lines: [[0, 0, 9, 0, 9, 9], [2, 2, 3, 2, 3, 3]], isClosed: true });
  assert.deepEqual(svg("<polygon points='0,0 4,0 4,4'/>"), { lines: [[0, 0, 4, 0, 4, 4]], isClosed: true });
  assert.deepEqual(svg('<polyline points="0 0 4 0"/>'), { lines: [[0, 0, 4, 0]], isClosed: false });
  const { lines: [line], isClosed } = svg('<ellipse cx="10" cy="20" rx="5" ry="2"/>');
  assert.ok(isClosed);
  for (let at = 0; at < line.length; at += 2) assert.ok(Math.abs(((line[at] - 10) / 5) ** 2 + ((line[at + 1] - 20) / 2) ** 2 - 1) < 1e-9);
});

test('what is not understood is nothing, and never something else', () => {
  for (const value of ['', 'xywh=percent:1,2,3,4', 'xywh=pixel:1,2,3', 'xywh=pixel:1,2,0,4', 'xywh=pixel:1,2,3,4,5', 'xywh=1,2,1e999,3', 't=10,20']) assert.equal(fragment(value), null, value);
  const bad = [
    '', '<script>alert(1)</script>', '<text x="1" y="2">a</text>', '<path d=""/>', '<path d="M0 0C1 1 2 2 3 3"/>', '<path d="M0 0l1 1"/>', '<path d="L1 1"/>', '<path d="M1"/>', '<path d="M0 0L1 1Z 2 2"/>',
    '<path d="M0 0L1 1ZM2 2L3 3"/>', '<path d="ZZ"/>', '<rect x="1" y="2" width="0" height="4"/>', '<rect x="1" y="2"/>', '<rect x="1" y="x" width="1" height="1"/>', '<circle cx="1" cy="1" r="-4"/>', '<polygon points="1 2 3"/>',
    '<polygon points="1 2 3 1e99"/>', '<g transform="scale(2)"><rect x="1" y="2" width="3" height="4"/></g>', '<rect x="1" y="2" width="3" height="4"', '<rect x="1',
  ];
  for (const inner of bad) assert.equal(svg(inner), null, inner);
  for (const selector of [{}, { type: 'SvgSelector' }, { type: 'SvgSelector', value: 5 }, { type: 'XPathSelector', value: '/' }]) assert.equal(shapeOf(selector), null);
});

test('a long text keeps nobody busy', () => {
  const start = performance.now();
  for (const inner of [`<rect ${'a'.repeat(1e6)}/>`, `<path d="${'M0 0L1 1'.repeat(1e5)}"/>`, `<path d="${'1'.repeat(1e6)}"/>`, '<path '.repeat(2e5), ' '.repeat(1e6)]) svg(inner);
  assert.ok(performance.now() - start < 5000);
});

const mark = (value, more = {}, item = {}) => ({ type: 'Annotation', via: 'https://n/f.csv', target: { selector: { type: 'FragmentSelector', value: `xywh=pixel:${value}`, ...more } }, ...item });

test('sets, names, planes and times are told', () => {
  const collection = new Collection();
  collection.add({
    items: [
      { body: { id: 'https://n/f.csv' }, label: 'Nuclei <b>by hand</b>', 'omma:annotationType': 'point_annotations' },
      mark('1,2,1,1', { 'omma:plane': 3, 'omma:timePoint': 4 }, { 'omma:strokeColour': '00FF7F', body: [{ value: 'n1', purpose: 'identifying' }, { value: 'mitotic', purpose: 'classifying' }] }),
      mark('1,2,5,5', {}, { via: 'https://n/files/other%20one.csv', 'omma:strokeColour': 'red;x' }),
      mark('a,b,c,d'),
      null,
      { target: { selector: 5 } },
    ],
  });
  assert.deepEqual(collection.sets.map(({ title, kind, count }) => [title, kind, count]), [['Nuclei <b>by hand</b>', 'point_annotations', 1], ['other one.csv', undefined, 1]]);
  const [first, second] = collection.marks;
  assert.deepEqual([first.colour, second.colour], ['00ff7f', null], 'a colour is six digits or none');
  assert.deepEqual([first.name, first.kind, first.z, first.times, first.bounds], ['n1', 'mitotic', 3, [4], [1.5, 2.5, 1.5, 2.5]]);
  assert.deepEqual([second.name, second.z, second.times], [undefined, null, null]);
  assert.equal(collection.notUnderstood, 2);
  for (const page of [null, {}, { items: 'x' }, []]) collection.add(page);
});

test('marks are shown in their planes and at their times', () => {
  const at = (z, times) => ({ z, times });
  assert.ok(isShown(at(null, null), { z: 3, t: 7 }, 10));
  assert.ok(isShown(at(3, [7]), { z: 3, t: 7 }, 10));
  assert.ok(!isShown(at(2, [7]), { z: 3, t: 7 }, 10));
  assert.ok(!isShown(at(3, [6]), { z: 3, t: 7 }, 10));
  assert.ok(isShown(at(3, null), { z: 'max', t: 0 }, 10));
  assert.deepEqual([2, 3, 5, 6].map((z) => isShown(at(z, null), { z: { from: 3, to: 5 }, t: 0 }, 10)), [false, true, true, false]);
  assert.ok(isShown(at(null, [1, 2]), { z: 0, t: 0 }, null), 'without time the whole track');
});

test('of a track the last time points are drawn', () => {
  const times = [0, 1, 2, 5, 6, 30];
  assert.deepEqual([0, 2, 4, 6, 16, 17, 30].map((t) => stretchOf(times, t, 10)), [[0, 0], [0, 2], [0, 2], [0, 4], [4, 4], null, [5, 5]]);
});

const track = (d, times) => ({ via: 'https://n/f.csv', target: { selector: { type: 'SvgSelector', value: `<svg xmlns="http://www.w3.org/2000/svg"><path fill="none" d="${d}"/></svg>`, 'omma:timePoint': times } } });

test('a track and a point that are told at the same place are at the same place', () => {
  const collection = new Collection();
  collection.add({ items: [mark('7,8,1,1'), track('M7 8L9 8', [0, 1]), track('M7 8L9 8', 1)] });
  const [point, way, line] = collection.marks;
  assert.deepEqual([point.shape.point, way.shape.lines, line.shape.lines], [[7.5, 8.5], [[7.5, 8.5, 9.5, 8.5]], [[7, 8, 9, 8]]], 'a line of no track is between pixels');
  assert.deepEqual(drawnOf(way, 0, TAIL).bounds, point.bounds);
});

test('of a track only what is drawn is found, and listed', () => {
  const collection = new Collection();
  collection.add({ items: [track('M0 0L100 0L100 100L500 100', [0, 5, 20, 22])] });
  const marks = Object.assign(Object.create(OverlaidMarks.prototype), { isOn: true, loaded: { collection }, hidden: new Set(), tail: TAIL });
  const at = (t, x, y) => marks.at({ z: 0, t }, { zoom: 1 }, x, y).length;
  assert.deepEqual([at(5, 50, 0), at(5, 100, 50), at(22, 50, 0), at(22, 300, 100)], [1, 0, 0, 1]);
  assert.deepEqual([at(0, 0, 0), at(20, 100, 100), at(20, 100, 50)], [1, 1, 0]);
  assert.equal(at(32, 500, 100), 0, 'of one point where it was nothing is drawn');
  const listed = (t, x, y) => marks.inView({ z: 0, t }, { region: { x, y, width: 20, height: 20 } }).count;
  assert.deepEqual([listed(5, 40, 0), listed(22, 40, 0), listed(22, 290, 90), listed(5, 290, 90)], [1, 0, 1, 0]);
  marks.tail = null;
  assert.deepEqual([at(0, 300, 100), listed(0, 40, 0)], [1, 1], 'without time the whole track');
});

test('what is under the pointer is found', () => {
  const found = (shape, bounds, x, y) => isAt({ shape, bounds }, x, y, 1);
  const ring = { lines: [[0, 0, 20, 0, 20, 20, 0, 20], [5, 5, 15, 5, 15, 15, 5, 15]], isClosed: true };
  assert.deepEqual([[2, 2], [10, 10], [21, 10], [23, 10]].map(([x, y]) => found(ring, [0, 0, 20, 20], x, y)), [true, false, true, false]);
  const line = { lines: [[0, 0, 10, 10]], isClosed: false };
  assert.deepEqual([[5, 5.5], [5, 8], [8, 2]].map(([x, y]) => found(line, [0, 0, 10, 10], x, y)), [true, false, false]);
  assert.deepEqual([[3.5, 3], [9, 3]].map(([x, y]) => found({ point: [3, 3] }, [3, 3, 3, 3], x, y)), [true, false]);
});

const answering = (pages) => {
  const asked = [];
  const get = async (address) => {
    asked.push(address);
    return new Response(JSON.stringify(pages(asked.length)));
  };
  return { asked, get };
};

test('pages are followed, and no answer leads elsewhere', async () => {
  const { asked, get } = answering((page) => ({ partOf: { total: 3 }, items: [mark('1,2,3,4')], ...(page < 3 && { next: `https://evil.example.org/x?page=${page + 1}` }) }));
  const { collection, total, isWhole } = await fetchMarks('https://n/id/A/annotations', undefined, get);
  assert.deepEqual(asked, ['https://n/id/A/annotations', 'https://n/id/A/annotations?page=2', 'https://n/id/A/annotations?page=3']);
  assert.deepEqual([collection.marks.length, total, isWhole], [3, 3, true]);
});

test('more marks than are taken are not asked for', async () => {
  const { asked, get } = answering((page) => ({ partOf: { total: 99_999 }, items: Array.from({ length: 3000 }, () => mark('1,2,3,4')), next: `?page=${page + 1}` }));
  const { collection, total, isWhole } = await fetchMarks('https://n/id/A/annotations', undefined, get);
  assert.deepEqual([collection.marks.length, total, isWhole, asked.length], [MOST_MARKS, 99_999, false, 7]);
});

test('a list that is broken is told', async () => {
  const told = (response, words) => assert.rejects(fetchMarks('https://n/a', undefined, async () => response()), words);
  await told(() => new Response('<html>'), /no JSON/);
  await told(() => new Response('', { status: 503 }), /status 503/);
  await told(() => new Response(JSON.stringify({ items: [], next: 'https://n/a' })), /never end/);
  await told(() => Promise.reject(new TypeError('failed')), /does not answer/);
  await told(() => new Response(new Uint8Array(33 * 1024 * 1024)), /larger than it may be/);
});
