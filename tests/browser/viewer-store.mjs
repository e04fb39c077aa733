// Writes small OME-Zarr 0.5 as ours are: sharded, each chunk in Zstandard with a checksum. What a pixel is can be computed, so that
// a test knows what has to be on the screen.

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * `shape` is [c, z, y, x]; `value(c, z, y, x)` the value of a pixel of the full image (uint16). Levels halve y and x by taking every other
 * pixel. `without(number, c, z, ty, tx)` tells which chunks are damaged.
 */
export function writeImage(folder, { shape, chunk, value, levels = 3, attributes = {}, scale = null, isDamaged = () => false, type = "uint16" }) {
  const [channels, planes, height, width] = shape;
  const axes = [
    { name: "c", type: "channel" },
    { name: "z", type: "space", ...(scale ? { unit: "micrometer" } : {}) },
    { name: "y", type: "space", ...(scale ? { unit: "micrometer" } : {}) },
    { name: "x", type: "space", ...(scale ? { unit: "micrometer" } : {}) },
  ];
  const datasets = [];
  for (let number = 0; number < levels; number += 1) {
    const step = 2 ** number;
    const size = [channels, planes, Math.ceil(height / step), Math.ceil(width / step)];
    writeArray(join(folder, String(number)), { size, chunk, step, value, isDamaged: (...at) => isDamaged(number, ...at), type });
    const factor = (axis, own) => own * (scale?.[axis] ?? 1);
    datasets.push({
      path: String(number),
      coordinateTransformations: [{ type: "scale", scale: [1, factor(0, 1), factor(1, step), factor(2, step)] }],
    });
  }
  const { ome = {}, ...others } = attributes;
  json(join(folder, "zarr.json"), {
    zarr_format: 3,
    node_type: "group",
    attributes: { ome: { version: "0.5", multiscales: [{ name: "synthetic", axes, datasets }], ...ome }, ...others },
  });
}

/** A group that only names others. */
export function writeGroup(folder, attributes) {
  json(join(folder, "zarr.json"), { zarr_format: 3, node_type: "group", attributes });
}

function writeArray(folder, { size, chunk, step, value, isDamaged, type }) {
  const [channels, planes, height, width] = size;
  const [down, across] = [Math.ceil(height / chunk), Math.ceil(width / chunk)];
  const bytesPerValue = type === "float32" ? 4 : 2;
  json(join(folder, "zarr.json"), {
    zarr_format: 3,
    node_type: "array",
    shape: size,
    data_type: type,
    chunk_grid: { name: "regular", configuration: { chunk_shape: [1, 1, down * chunk, across * chunk] } },
    chunk_key_encoding: { name: "default", configuration: { separator: "/" } },
    fill_value: 0,
    codecs: [
      {
        name: "sharding_indexed",
        configuration: {
          chunk_shape: [1, 1, chunk, chunk],
          codecs: [{ name: "bytes", configuration: { endian: "little" } }, { name: "zstd", configuration: { level: 3, checksum: false } }, { name: "crc32c" }],
          index_codecs: [{ name: "bytes", configuration: { endian: "little" } }, { name: "crc32c" }],
          index_location: "end",
        },
      },
    ],
    attributes: {},
  });
  for (let c = 0; c < channels; c += 1) {
    for (let z = 0; z < planes; z += 1) {
      const chunks = [];
      for (let ty = 0; ty < down; ty += 1) {
        for (let tx = 0; tx < across; tx += 1) {
          const pixels = Buffer.alloc(chunk * chunk * bytesPerValue);
          for (let y = 0; y < Math.min(chunk, height - ty * chunk); y += 1) {
            for (let x = 0; x < Math.min(chunk, width - tx * chunk); x += 1) {
              const at = (y * chunk + x) * bytesPerValue;
              const number = value(c, z, (ty * chunk + y) * step, (tx * chunk + x) * step);
              if (type === "float32") pixels.writeFloatLE(number, at);
              else pixels.writeUInt16LE(number, at);
            }
          }
          const stored = withSum(zstd(pixels));
          if (isDamaged(c, z, ty, tx)) stored[Math.floor(stored.length / 2)] ^= 0xff;
          chunks.push(stored);
        }
      }
      write(join(folder, "c", String(c), String(z), "0", "0"), shard(chunks));
    }
  }
}

function shard(chunks) {
  const index = Buffer.alloc(chunks.length * 16);
  let at = 0;
  chunks.forEach((chunk, number) => {
    index.writeBigUInt64LE(BigInt(at), number * 16);
    index.writeBigUInt64LE(BigInt(chunk.length), number * 16 + 8);
    at += chunk.length;
  });
  return Buffer.concat([...chunks, withSum(index)]);
}

/** A frame of Zstandard (RFC 8878) whose blocks are stored as they are, or as one byte that repeats. */
function zstd(bytes) {
  const head = Buffer.alloc(9);
  head.writeUInt32LE(0xfd2fb528, 0);
  head[4] = 0xa0; // one segment, with four bytes of content size
  head.writeUInt32LE(bytes.length, 5);
  const parts = [head];
  const block = 128 * 1024;
  for (let at = 0; at < bytes.length; at += block) {
    const part = bytes.subarray(at, at + block);
    const isOneByte = part.every((byte) => byte === part[0]);
    const isLast = at + block >= bytes.length;
    const start = Buffer.alloc(3);
    start.writeUIntLE((isLast ? 1 : 0) | (isOneByte ? 2 : 0) | (part.length << 3), 0, 3);
    parts.push(start, isOneByte ? part.subarray(0, 1) : part);
  }
  return Buffer.concat(parts);
}

function withSum(bytes) {
  const sum = Buffer.alloc(4);
  sum.writeUInt32LE(crc32c(bytes));
  return Buffer.concat([bytes, sum]);
}

// another way than that of the viewer: bit by bit, with a table of sixteen
function crc32c(bytes) {
  const table = Array.from({ length: 16 }, (_, value) => {
    for (let bit = 0; bit < 4; bit += 1) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
    return value >>> 0;
  });
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    sum = (sum >>> 4) ^ table[sum & 15];
    sum = (sum >>> 4) ^ table[sum & 15];
  }
  return (sum ^ 0xffffffff) >>> 0;
}

function json(path, value) {
  write(path, JSON.stringify(value));
}

function write(path, bytes) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
}
