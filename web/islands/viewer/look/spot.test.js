import assert from 'node:assert/strict';
import { test } from 'node:test';

import { annotation, citationOfView, elsewhere, iiifAddress } from './forms.js';
import { parseSpot, serialiseSpot } from './spot.js';

const read = (query) => parseSpot(new URLSearchParams(query));

const WHOLE =
  'x=812.25&y=-3&zoom=0.35&w=1371.4&h=900&z=10&t=3&axis.angle=2&c=0:100-4000:ff00ff:g0.8,2:-5--1,3:1e-19-0.001:00ff00&box=10,20,30,40&labels=nuclei:0.5&marks=1&well=B/3&field=1';

test('what an address says is what is written again', () => {
  const { spot, ignored } = read(WHOLE);
  assert.deepEqual(ignored, []);
  assert.equal(serialiseSpot(spot), WHOLE);
  assert.deepEqual(spot.channels[0], { index: 0, window: [100, 4000], colour: 'ff00ff', gamma: 0.8 });
  assert.deepEqual(spot.channels[1], { index: 2, window: [-5, -1] });
  assert.deepEqual(spot.box, { x: 10, y: 20, width: 30, height: 40 });
  assert.deepEqual(spot.other, { angle: 2 });
});

test('projections and empty choices have words', () => {
  for (const query of ['z=max', 'z=3-20', 'c=none']) assert.equal(serialiseSpot(read(query).spot), query);
  assert.deepEqual(read('z=3-20').spot.z, { from: 3, to: 20 });
  assert.deepEqual(read('c=none').spot.channels, []);
});

test('what cannot be understood is named and does nothing else', () => {
  const bad = {
    x: ['abc', 'Infinity', '1e999', '1;2'], zoom: ['0', '-1', 'NaN'], w: ['0', '-5', 'wide'], h: ['0'], z: ['-1', '5-3', 'min', '1.5'], t: ['-1', '99999999999'],
    c: ['x', '0:4000-100', '0:ff00f', '0,0', '0:g0', '0:100', Array.from({ length: 1001 }, (_, at) => at).join(',')], box: ['1,2,3', '1,2,0,4', '1,2,3,4,5', 'a,b,c,d'],
    labels: ['nuclei', ':0.5', 'nuclei:2'], marks: ['0', 'yes'], well: ['../secret', 'B', 'B/3/4'], field: ['-1'], 'axis.angle': ['x'],
  };
  for (const [name, values] of Object.entries(bad)) {
    for (const value of values) {
      const { spot, ignored } = read(new URLSearchParams({ [name]: value, y: '7' }));
      assert.deepEqual(ignored, [name], `${name}=${value}`);
      assert.deepEqual(spot, { other: {}, y: 7 }, `${name}=${value}`);
    }
  }
});

test('no string whatever makes it throw, and what it takes it writes so that it is read the same', () => {
  let seed = 7;
  const random = (below) => (seed = (seed * 48271) % 2147483647) % below;
  const letters = '0123456789abcdefmax:,-.g/%&=+ e';
  for (let round = 0; round < 20_000; round += 1) {
    const names = ['x', 'y', 'zoom', 'w', 'h', 'z', 't', 'c', 'box', 'labels', 'marks', 'well', 'field', 'axis.q'];
    const text = Array.from({ length: random(14) }, () => letters[random(letters.length)]).join('');
    const parameters = new URLSearchParams([[names[random(names.length)], text]]);
    const once = parseSpot(parameters).spot;
    const written = serialiseSpot(once);
    assert.equal(serialiseSpot(read(written).spot), written, parameters.toString());
  }
});

test('the same spot is a picture of IIIF, in the words of its identifiers', () => {
  const { spot } = read('z=10&t=0&c=0:100-4000:ff00ff,2&axis.angle=1');
  const region = { x: 10.6, y: 20.2, width: 99.9, height: 50 };
  assert.equal(
    iiifAddress('https://node.example.org/iiif/3/DMO-S1-I12', spot, region),
    'https://node.example.org/iiif/3/DMO-S1-I12~z=10~t=0~axis.angle=1~c=0:100-4000:ff00ff,2/10,20,101,51/max/0/default.jpg',
  );
  assert.equal(iiifAddress('https://node.example.org/iiif/3/A', read('c=none').spot, region), null);
});

test('it is the selector of an annotation', () => {
  const made = annotation({ id: 'https://ids.example.org/id/A', link: 'https://node.example.org/images/A?x=1' }, { x: 10, y: 20, width: 30, height: 40 });
  assert.equal(made.target.source, 'https://ids.example.org/id/A');
  assert.equal(made.target.selector.value, 'xywh=pixel:10,20,30,40');
  assert.equal(made['@context'], 'http://www.w3.org/ns/anno.jsonld');
});

test('it can be cited', () => {
  const text = citationOfView({
    citation: 'Doe J (2026). Cells.', link: 'https://node.example.org/images/A?z=2', licence: 'CC BY 4.0', spot: { z: 2, t: 0 },
    region: { x: 0, y: 5, width: 10, height: 10 }, sizes: { z: 5, t: 1 }, date: '2026-02-03',
  });
  assert.equal(text, 'Doe J (2026). Cells. View: plane 3, x 0 to 10, y 5 to 15 (pixels). https://node.example.org/images/A?z=2 (seen 2026-02-03). Licence: CC BY 4.0.');
});

test('other programs are told where the image is, and in which form', () => {
  const image = { axes: [{ name: 'c' }, { name: 'y' }, { name: 'x' }], pixel: { x: { value: 0.1, unit: 'micrometer' }, y: { value: 0.1, unit: 'micrometer' } }, name: 'A & B' };
  const ways = elsewhere('https://node.example.org/zarr/A/', { version: 3, image, viewport: { x: 5, y: 6 }, spot: { channels: [{ index: 1 }] } });
  const of = (name) => ways.find((way) => way.name === name);
  assert.equal(of('napari').text, 'napari --plugin napari-ome-zarr "https://node.example.org/zarr/A"');
  assert.match(of('vizarr').text, /\?source=https%3A%2F%2Fnode\.example\.org%2Fzarr%2FA$/);
  const state = JSON.parse(decodeURIComponent(of('neuroglancer').text.split('#!')[1]));
  assert.equal(state.layers[0].source, 'https://node.example.org/zarr/A/|zarr3:');
  assert.deepEqual(state.position, [5, 6]);
});
