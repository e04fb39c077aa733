import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isColour } from './channels.js';
import { parseStated, withStated } from './stated.js';

const channel = (index, name, colour) => ({ index, name, colour, window: [0, 9] });

const image = {
  dataType: 'uint16',
  channels: [channel(0, 'DAPI', 'ff00ff'), channel(1, 'Channel 2', '00ff00')],
  pixel: { x: { value: 130, unit: 'nanometer' }, y: { value: 500, unit: 'nanometer' }, z: null, t: null },
};

test('what is stated of channels and steps holds, and the file says the rest', () => {
  const stated = parseStated('{"channels":[{"name":"Nuclei","colour":"FFFF00"},{"name":" "}],"steps":{"x":0.5,"y":0.5,"t":30}}');
  const { channels, pixel } = withStated(image, stated);
  assert.deepEqual(channels, [{ ...channel(0, 'Nuclei', 'ffff00') }, channel(1, 'Channel 2', '00ff00')]);
  assert.deepEqual(pixel, { x: { value: 0.5, unit: 'micrometer' }, y: { value: 500, unit: 'nanometer' }, z: null, t: { value: 30, unit: 'second' } });
});

test('red, green and blue of one picture stay what they are', () => {
  const primaries = ['ff0000', '00ff00', '0000ff'];
  const picture = { ...image, dataType: 'uint8', isColour: true, channels: primaries.map((colour, index) => channel(index, `Channel ${index + 1}`, colour)) };
  assert.deepEqual(withStated(picture, { channels: [{ name: 'H&E', colour: 'ffff00' }], steps: {} }).channels, picture.channels);
  const three = ['Actin', 'Tubulin', 'DNA'].map((name) => ({ name, colour: 'ffff00' }));
  const named = [['Actin', 'ff0000'], ['Tubulin', '00ff00'], ['DNA', '0000ff']];
  // as a pyramid of ours says it of more bits
  for (const one of [picture, { ...picture, dataType: 'uint16' }]) {
    assert.deepEqual(withStated(one, { channels: three, steps: {} }).channels.map(({ name, colour }) => [name, colour]), named);
  }
});

test('stains that are shown in red, green and blue are no picture of colours', () => {
  const stains = [['DAPI', 'ff0000'], ['GFP', '00ff00'], ['RFP', '0000ff']].map(([label, color]) => ({ label, color }));
  const isOne = isColour({ dataType: 'uint8' }, { channels: stains }, 3);
  assert.equal(isOne, false);
  const picture = { ...image, dataType: 'uint8', isColour: isOne, channels: stains.map(({ label, color }, index) => channel(index, label, color)) };
  const stated = { channels: [{ colour: '0000ff' }, {}, { name: 'Actin', colour: 'FF0000' }], steps: {} };
  const shown = withStated(picture, stated).channels.map(({ name, colour }) => [name, colour]);
  assert.deepEqual(shown, [['DAPI', '0000ff'], ['GFP', '00ff00'], ['Actin', 'ff0000']]);
});

test('channels that further axes were counted with keep names that say the place', () => {
  const stated = parseStated('{"channels":[{"name":"Nuclei"},{"name":"Walls"}],"axes":1}');
  const names = (one) => withStated(one, stated).channels.map(({ name }) => name);
  const counted = ['angle 1, Nuclei', 'angle 1, Walls', 'angle 2, Nuclei', 'angle 2, Walls'];
  assert.deepEqual(names({ ...image, other: [], channels: counted.map((name, index) => channel(index, name, '00ff00')) }), counted);
  // an OME-Zarr that has the axis has the channels as they were stated
  assert.deepEqual(names({ ...image, other: [{ name: 'angle', length: 2 }] }), ['Nuclei', 'Walls']);
});

test('a page that states nothing, or nothing that can be read, changes nothing', () => {
  for (const text of [undefined, '', 'null', '{', '[]', '{"channels":7,"steps":null}', '{"steps":{"x":-1,"y":"a"}}']) {
    const said = withStated(image, parseStated(text));
    assert.deepEqual([said.channels, said.pixel], [image.channels, image.pixel], text);
  }
});
