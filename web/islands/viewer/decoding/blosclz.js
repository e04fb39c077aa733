// Decompresses BloscLZ, the codec that only blosc has.

import { broken, copyBack } from './lz4.js';

// distances of 13 bits reach so far; greater ones have two bytes more
const FAR = 8191;

/** Tells how many bytes came out. */
export function blosclz(input, output) {
  let from = 0;
  let to = 0;
  const byte = () => {
    if (from >= input.length) throw broken();
    return input[from++];
  };
  let control = byte() & 31;
  for (;;) {
    if (control >= 32) {
      let length = (control >> 5) - 1;
      const high = (control & 31) << 8;
      if (length === 6) {
        let next;
        do {
          next = byte();
          length += next;
        } while (next === 255);
      }
      const low = byte();
      let distance = high + low;
      if (low === 255 && high === 31 << 8) distance = (byte() << 8) + byte() + FAR;
      copyBack(output, to, distance + 1, length + 3);
      to += length + 3;
    } else {
      const length = control + 1;
      if (from + length > input.length || to + length > output.length) throw broken();
      output.set(input.subarray(from, from + length), to);
      from += length;
      to += length;
    }
    if (from >= input.length) return to;
    control = byte();
  }
}
