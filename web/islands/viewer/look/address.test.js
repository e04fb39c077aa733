import assert from 'node:assert/strict';
import { test } from 'node:test';

import { addressOf, pageOf } from './address.js';

test('an address keeps the words that are none of ours, and has ours once', () => {
  const page = 'https://node.example.org/id/A?lang=en&x=1&zoom=9&axis.angle=4&c=none#notes';
  assert.equal(addressOf({ x: 5, y: 6, zoom: 2, other: { angle: 1 } }, page), 'https://node.example.org/id/A?x=5&y=6&zoom=2&axis.angle=1&lang=en');
});

test('a link to others leads to the version of the image that is seen, with the words of the address', () => {
  const here = 'https://node.example.org/a/id/DND-S1-I1?lang=en&x=1#look';
  assert.equal(addressOf({ x: 5, y: 6, zoom: 2 }, pageOf('/a/id/DND-S1-I1.2', here)), 'https://node.example.org/a/id/DND-S1-I1.2?x=5&y=6&zoom=2&lang=en');
  assert.equal(pageOf(undefined, here), here);
});
