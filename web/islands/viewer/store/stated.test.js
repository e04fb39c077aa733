import assert from 'node:assert/strict';
import { test } from 'node:test';

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
  const picture = { ...image, dataType: 'uint8', channels: primaries.map((colour, index) => channel(index, `Channel ${index + 1}`, colour)) };
  assert.deepEqual(withStated(picture, { channels: [{ name: 'H&E', colour: 'ffff00' }], steps: {} }).channels, picture.channels);
  const three = ['Actin', 'Tubulin', 'DNA'].map((name) => ({ name, colour: 'ffff00' }));
  const named = [['Actin', 'ff0000'], ['Tubulin', '00ff00'], ['DNA', '0000ff']];
  // as a pyramid of ours says it of more bits
  for (const one of [picture, { ...picture, dataType: 'uint16', isColour: true }]) {
    assert.deepEqual(withStated(one, { channels: three, steps: {} }).channels.map(({ name, colour }) => [name, colour]), named);
  }
});

test('a page that states nothing, or nothing that can be read, changes nothing', () => {
  for (const text of [undefined, '', 'null', '{', '[]', '{"channels":7,"steps":null}', '{"steps":{"x":-1,"y":"a"}}']) {
    const said = withStated(image, parseStated(text));
    assert.deepEqual([said.channels, said.pixel], [image.channels, image.pixel], text);
  }
});
