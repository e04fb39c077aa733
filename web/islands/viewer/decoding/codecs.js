// Tells zarrita of our codecs: without WebAssembly, bounded by what a piece may be, and with checksums that are looked at.

import { registry } from 'zarrita';

import { decompressed } from './pool.js';
import { withoutSum } from './crc32c.js';

const BYTES = { 8: 1, 16: 2, 32: 4, 64: 8 };
// what filters before the compressor may have added
const SLACK = 64 * 1024;

export function registerCodecs() {
  for (const way of ['blosc', 'zstd', 'gzip', 'zlib']) {
    registry.set(way, () => compressor(way));
    registry.set(`numcodecs.${way}`, () => compressor(way));
  }
  registry.set('crc32c', () => Checksum);
}

function compressor(way) {
  return class {
    kind = 'bytes_to_bytes';

    static fromConfig(_, { shape, dataType }) {
      const codec = new this();
      codec.limit = shape.reduce((product, length) => product * length, 1) * bytesOf(dataType) + SLACK;
      return codec;
    }

    decode(bytes) {
      return decompressed(way, bytes, this.limit);
    }
  };
}

class Checksum {
  kind = 'bytes_to_bytes';

  static fromConfig() {
    return new Checksum();
  }

  decode(bytes) {
    return withoutSum(bytes);
  }

  computeEncodedSize(size) {
    return size + 4;
  }
}

/** Bytes of a value of a type of zarrita. */
export function bytesOf(dataType) {
  return BYTES[/\d+$/.exec(dataType)?.[0]] ?? 1;
}
