// Decompresses a buffer of Blosc 1: blocks of one of several codecs, whose bytes or bits may have been shuffled before.

import { blosclz } from './blosclz.js';
import { broken, lz4 } from './lz4.js';
import { inflated } from './inflate.js';
import { unzstd } from './zstd.js';

const HEADER = 16;
const SHUFFLED = 0x01;
const PLAIN = 0x02;
const BITS_SHUFFLED = 0x04;
const IN_ONE_PIECE = 0x10;
// c-blosc: blocks of less than so many elements, and elements of more bytes than this, are not split
const FEWEST_TO_SPLIT = 128;
const MOST_SPLITS = 16;

const CODECS = [blosclz, lz4, null, viaInflate, viaZstd];

/** All of it; never more than `limit` bytes, whatever the header says. */
export async function unblosc(input, limit) {
  if (input.length < HEADER) throw broken();
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength);
  const flags = input[2];
  const bytesPerElement = input[3];
  const size = view.getUint32(4, true);
  const blockSize = view.getUint32(8, true);
  if (size > limit) throw new Error('a piece of the image says that it is larger than it may be');
  if (flags & PLAIN) {
    if (input.length < HEADER + size) throw broken();
    return input.slice(HEADER, HEADER + size);
  }
  const codec = CODECS[flags >> 5];
  if (!codec) throw new Error('a piece of the image is compressed in a way that this viewer does not know');
  if (blockSize === 0 && size > 0) throw broken();
  const output = new Uint8Array(size);
  const shape = { flags, bytesPerElement, blockSize, codec };
  for (let block = 0; block * blockSize < size; block += 1) {
    const start = view.getUint32(HEADER + block * 4, true);
    const part = output.subarray(block * blockSize, Math.min(size, (block + 1) * blockSize));
    const raw = shape.flags & (SHUFFLED | BITS_SHUFFLED) ? new Uint8Array(part.length) : part;
    await unblock(input, view, start, raw, shape);
    if (flags & BITS_SHUFFLED) unshuffleBits(raw, part, bytesPerElement);
    else if (flags & SHUFFLED) unshuffle(raw, part, bytesPerElement);
  }
  return output;
}

async function unblock(input, view, start, raw, { flags, bytesPerElement, blockSize, codec }) {
  const isWhole = raw.length === blockSize;
  const isSplit =
    !(flags & IN_ONE_PIECE) && isWhole && bytesPerElement <= MOST_SPLITS && blockSize / bytesPerElement >= FEWEST_TO_SPLIT;
  const streams = isSplit ? bytesPerElement : 1;
  const length = raw.length / streams;
  let at = start;
  for (let stream = 0; stream < streams; stream += 1) {
    const compressed = view.getUint32(at, true);
    at += 4;
    if (at + compressed > input.length) throw broken();
    const from = input.subarray(at, at + compressed);
    const to = raw.subarray(stream * length, (stream + 1) * length);
    if (compressed === to.length) to.set(from);
    else if ((await codec(from, to)) !== to.length) throw broken();
    at += compressed;
  }
}

async function viaInflate(input, output) {
  const bytes = await inflated(input, 'deflate', output.length);
  output.set(bytes);
  return bytes.length;
}

function viaZstd(input, output) {
  const bytes = unzstd(input, output.length);
  output.set(bytes);
  return bytes.length;
}

/** First bytes of all elements, then second ones …, back into elements. */
export function unshuffle(from, to, bytesPerElement) {
  const elements = Math.floor(from.length / bytesPerElement);
  for (let byte = 0; byte < bytesPerElement; byte += 1) {
    const start = byte * elements;
    for (let element = 0, at = byte; element < elements; element += 1, at += bytesPerElement) to[at] = from[start + element];
  }
  to.set(from.subarray(elements * bytesPerElement), elements * bytesPerElement);
}

/** First bits of all elements, then second ones …, back into elements; what is no multiple of eight stands as it was. */
export function unshuffleBits(from, to, bytesPerElement) {
  const all = Math.floor(from.length / bytesPerElement);
  const elements = all - (all % 8);
  const row = elements / 8;
  to.fill(0);
  for (let byte = 0; byte < bytesPerElement; byte += 1) {
    for (let bit = 0; bit < 8; bit += 1) {
      const start = (byte * 8 + bit) * row;
      for (let element = 0; element < elements; element += 1) {
        const isSet = (from[start + (element >> 3)] >> (element & 7)) & 1;
        to[element * bytesPerElement + byte] |= isSet << bit;
      }
    }
  }
  to.set(from.subarray(elements * bytesPerElement), elements * bytesPerElement);
}
