import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateSync } from 'node:zlib';

import { unblosc, unshuffle, unshuffleBits } from './blosc.js';
import { blosclz } from './blosclz.js';
import { crc32c, withoutSum } from './crc32c.js';
import { lz4 } from './lz4.js';
import { unzstd } from './zstd.js';

const hex = (text) => Uint8Array.from(Buffer.from(text.replace(/\s/g, ''), 'hex'));

test('CRC-32C is that of RFC 3720, appendix B.4', () => {
  assert.equal(crc32c(new Uint8Array(32)), 0x8a9136aa);
  assert.equal(crc32c(new Uint8Array(32).fill(0xff)), 0x62a8ab43);
  assert.equal(crc32c(Uint8Array.from({ length: 32 }, (_, at) => at)), 0x46dd794e);
});

test('a piece whose checksum is not its own is refused', () => {
  const bytes = Uint8Array.from([...new Uint8Array(32), 0xaa, 0x36, 0x91, 0x8a]);
  assert.equal(withoutSum(bytes).length, 32);
  bytes[3] = 1;
  assert.throws(() => withoutSum(bytes), /checksum/);
  assert.throws(() => withoutSum(new Uint8Array(3)), /checksum/);
});

test('LZ4 copies what overlaps, and does not leave its buffers', () => {
  const output = new Uint8Array(21);
  // 'a', then 15 + 1 + 4 bytes from one before
  assert.equal(lz4(hex('1f 61 0100 01 00'), output), 21);
  assert.equal(Buffer.from(output).toString(), 'a'.repeat(21));
  for (const bad of ['1f 61 0200 01', '1f 61 0000 01', 'f0 ff ff', '50 61', '1f 61 0100 ff ff ff 00']) {
    assert.throws(() => lz4(hex(bad), new Uint8Array(21)), bad);
  }
});

test('BloscLZ does not leave its buffers either', () => {
  const output = new Uint8Array(10);
  // three letters, then seven bytes from three before
  assert.equal(blosclz(hex('02 616263 a0 02'), output), 10);
  assert.equal(Buffer.from(output).toString(), 'abcabcabca');
  for (const bad of ['', '02 6162', '00 61 a0 05', '00 61 e0 ff ff ff 00']) assert.throws(() => blosclz(hex(bad), new Uint8Array(10)), bad);
});

test('shuffled bytes and bits come back to their places', () => {
  const to = new Uint8Array(6);
  unshuffle(Uint8Array.of(1, 3, 5, 2, 4, 6), to, 2);
  assert.deepEqual([...to], [1, 2, 3, 4, 5, 6]);
  // eight values of one byte: bit k of all in byte k; value n is 1 << n
  const bits = Uint8Array.from({ length: 8 }, (_, bit) => 1 << bit);
  const values = new Uint8Array(8);
  unshuffleBits(bits, values, 1);
  assert.deepEqual([...values], [1, 2, 4, 8, 16, 32, 64, 128]);
});

test('Blosc with zlib inside is undone, and never gives more than it may', async () => {
  const pixels = new Uint8Array(300).map((_, at) => at % 7);
  const inside = deflateSync(pixels);
  const blosc = Buffer.alloc(24 + inside.length);
  blosc.set([2, 1, (3 << 5) | 0x10, 1]);
  blosc.writeUInt32LE(300, 4);
  blosc.writeUInt32LE(300, 8);
  blosc.writeUInt32LE(blosc.length, 12);
  blosc.writeUInt32LE(20, 16);
  blosc.writeUInt32LE(inside.length, 20);
  blosc.set(inside, 24);
  assert.deepEqual([...(await unblosc(new Uint8Array(blosc), 300))], [...pixels]);
  await assert.rejects(unblosc(new Uint8Array(blosc), 299), /larger than it may be/);
  blosc.writeUInt32LE(0x7fffffff, 16);
  await assert.rejects(unblosc(new Uint8Array(blosc), 300));
});

test('Zstandard is undone within what may come out', () => {
  // one segment of 5 bytes, one raw block
  const frame = hex('28b52ffd 20 05 290000 6865 6c6c6f');
  assert.equal(Buffer.from(unzstd(frame, 5)).toString(), 'hello');
  assert.throws(() => unzstd(frame, 4), /larger than it may be/);
  assert.throws(() => unzstd(hex('00112233 20 05'), 5), /no Zstandard/);
  // a frame that says nothing of its size, with one byte that repeats 128 Ki times, again and again
  const bomb = Uint8Array.from([...hex('28b52ffd 00 00'), ...Array(50).fill([2, 0, 0x10, 0x61]).flat(), 3, 0, 0x10, 0x61]);
  assert.throws(() => unzstd(bomb, 1000), /larger than it may be|zstd|invalid/);
});
