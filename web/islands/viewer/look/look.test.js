import assert from 'node:assert/strict';
import { test } from 'node:test';

import { histogramOf } from './histogram.js';
import { defaultLook, withSpot } from './look.js';
import { lengthText, scaleBar, timeText } from './units.js';
import { Viewport } from './viewport.js';

const image = {
  size: { x: 100, y: 80, z: 5, t: 1 },
  other: [{ name: 'angle', length: 3 }],
  start: { z: 2, t: 0 },
  channels: [0, 1].map((index) => ({ index, shown: true, window: [0, 10], colour: 'ffffff' })),
};

test('a link shows what it names and nothing else', () => {
  const { look, ignored } = withSpot(defaultLook(image), { z: 4, channels: [{ index: 1, window: [1, 2] }], other: { angle: 2 } }, image);
  assert.deepEqual(ignored, []);
  assert.equal(look.z, 4);
  assert.deepEqual(look.channels.map(({ shown }) => shown), [false, true]);
  assert.deepEqual(look.channels[1].window, [1, 2]);
  assert.equal(look.other.angle, 2);
});

test('what the image does not have is told', () => {
  const { look, ignored } = withSpot(defaultLook(image), { z: 5, t: 1, channels: [{ index: 2 }], other: { angle: 3 }, box: { x: 100, y: 0, width: 5, height: 5 } }, image);
  assert.deepEqual(ignored, ['z', 't', 'axis.angle', 'c', 'box']);
  assert.deepEqual(look, defaultLook(image));
});

test('what is under the pointer stays there when one zooms', () => {
  const viewport = new Viewport({ width: 1000, height: 500 });
  viewport.resize(400, 300);
  viewport.fit();
  assert.equal(viewport.zoom, 0.4);
  const before = viewport.toImage(100, 150);
  for (const factor of [3, 1.1, 0.7, 2]) {
    viewport.zoomAt(factor, 100, 150);
    const after = viewport.toImage(100, 150);
    const dot = 1 / viewport.zoom + 1 / viewport.fitting;
    assert.ok(Math.abs(after.x - before.x) <= dot && Math.abs(after.y - before.y) <= dot);
  }
});

test('pixels lie on dots of the screen, whatever its size', () => {
  const viewport = new Viewport({ width: 1000, height: 500 });
  viewport.resize(401, 299, 2);
  viewport.goTo(333.3, 222.2, 1);
  const { left, top } = viewport.toScreen(100, 100);
  assert.ok(Number.isInteger(left * 2) && Number.isInteger(top * 2));
  const back = viewport.toImage(left, top);
  assert.ok(Math.abs(back.x - 100) < 1e-9 && Math.abs(back.y - 100) < 1e-9);
});

test('one cannot leave the image, nor zoom without end', () => {
  const viewport = new Viewport({ width: 1000, height: 500 });
  viewport.resize(400, 300);
  viewport.goTo(-5000, 1e9, 1e9);
  assert.deepEqual([viewport.x, viewport.y, viewport.zoom], [0, 500, 64]);
  assert.ok(viewport.region.width > 0);
});

test('what was seen on a wide screen is seen on a narrow one, and elsewhere nothing changes', () => {
  const image = { width: 4000, height: 3000 };
  const sent = new Viewport(image);
  sent.resize(1200, 800);
  sent.goTo(1000, 2900, 2);
  const spot = { x: sent.x, y: sent.y, zoom: sent.zoom, ...sent.seen };
  assert.deepEqual(sent.seen, { w: 600, h: 400 });
  const opened = (width, height) => {
    const viewport = new Viewport(image);
    viewport.resize(width, height);
    viewport.goToSeen(spot);
    return viewport;
  };
  for (const [width, height] of [[390, 500], [1200, 300], [360, 200]]) {
    const { region } = opened(width, height);
    assert.ok(region.x <= 700 && region.x + region.width >= 1300 && region.y <= 2700 && region.y + region.height >= 3000, JSON.stringify(region));
  }
  for (const [width, height] of [[1200, 800], [1600, 900]]) assert.equal(opened(width, height).zoom, 2);
  // beside the image nothing is seen
  sent.goTo(2000, 1500, 0.2);
  assert.deepEqual(sent.seen, { w: 4000, h: 3000 });
});

test('lengths and times are in units that people use', () => {
  assert.deepEqual([1.5e-3, 2e-6, 1.08e-4, 5e-9, 0].map(lengthText), ['1.5 mm', '2 µm', '108 µm', '5 nm', '0 pm']);
  assert.deepEqual([0, 1, 60, 1000].map((place) => timeText({ value: 10, unit: 'second' }, place)), ['0 s', '10 s', '10 min', '2.778 h']);
  assert.equal(timeText({ value: 10, unit: 'parsec' }, 1), null);
});

test('a scale bar is round, and of a fifth of the width or so', () => {
  for (const zoom of [0.01, 0.3, 1, 7, 64]) {
    const bar = scaleBar({ value: 0.108, unit: 'micrometer' }, zoom, 800);
    assert.match(bar.text, /^(1|2|5)0{0,2} (nm|µm|mm)$/);
    assert.ok(bar.points > 60 && bar.points <= 800 / 4.5, `${bar.points}`);
  }
  assert.equal(scaleBar(null, 1, 800), null);
  assert.match(scaleBar({ value: 2, unit: 'furlong' }, 1, 800).text, /furlong$/);
});

test('a window leaves out the rarest values, and copes with what is no number', () => {
  const values = Float32Array.from({ length: 10_000 }, (_, at) => at);
  values[5] = NaN;
  values[6] = Infinity;
  const { least, greatest, window, counts } = histogramOf([values]);
  assert.deepEqual([least, greatest], [0, 9999]);
  assert.ok(window[0] >= 5 && window[0] < 20 && window[1] > 9980 && window[1] < 9999, window.join());
  assert.equal(counts.reduce((sum, count) => sum + count, 0), 9998);
  assert.deepEqual(histogramOf([new Uint8Array(9).fill(7)]).window, [6.5, 7.5]);
  assert.equal(histogramOf([Float32Array.of(NaN)]), null);
});
