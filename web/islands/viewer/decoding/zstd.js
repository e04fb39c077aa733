// Zstandard, by a decompressor without WebAssembly.

import { Decompress, decompress } from 'fzstd';

const MAGIC = 0xfd2fb528;
// encoders announce a window of their level, however little there is
const LARGEST_WINDOW = 128 * 1024 * 1024;
// so many bytes at a time go in, so that what comes out is counted before there is too much of it
const STEP = 64 * 1024;

/** What comes out, which may be at most `limit` bytes. */
export function unzstd(input, limit) {
  const { size, window } = announced(input);
  if ((size ?? 0) > limit) throw new Error('a piece of the image says that it is larger than it may be');
  if (window > Math.max(limit, LARGEST_WINDOW)) throw new Error('a piece of the image asks for too much memory');
  // into a buffer of the right size it writes without a window of its own, and nothing beyond
  return size === null ? inSteps(input, limit) : decompress(input, new Uint8Array(size));
}

function inSteps(input, limit) {
  const parts = [];
  let length = 0;
  const stream = new Decompress((part) => {
    length += part.length;
    if (length > limit) throw new Error('a piece of the image is larger than it may be');
    parts.push(part.slice());
  });
  for (let at = 0; at < input.length; at += STEP) stream.push(input.subarray(at, at + STEP), at + STEP >= input.length);
  const output = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    output.set(part, at);
    at += part.length;
  }
  return output;
}

// What the head of the frame says (RFC 8878, section 3.1.1.1): bytes of the content, where told, and of the window.
function announced(input) {
  const magic = input.length < 6 ? 0 : new DataView(input.buffer, input.byteOffset).getUint32(0, true);
  if (magic !== MAGIC) throw new Error('a piece of the image is not what it should be: no Zstandard frame');
  const descriptor = input[4];
  const isOnePiece = Boolean(descriptor & 0x20);
  const bytes = [isOnePiece ? 1 : 0, 2, 4, 8][descriptor >> 6];
  const at = 5 + (isOnePiece ? 0 : 1) + [0, 1, 2, 4][descriptor & 3];
  let size = bytes === 2 ? 256 : 0;
  for (let byte = 0; byte < bytes; byte += 1) size += (input[at + byte] ?? 0) * 2 ** (8 * byte);
  const window = isOnePiece ? size : 2 ** (10 + (input[5] >> 3)) * (1 + (input[5] & 7) / 8);
  return { size: bytes === 0 ? null : size, window };
}
