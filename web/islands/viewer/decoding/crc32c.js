// CRC-32C (Castagnoli), by which a chunk says whether its bytes are what was written.

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit += 1) rest = rest & 1 ? (rest >>> 1) ^ 0x82f63b78 : rest >>> 1;
  return rest;
});

export function crc32c(bytes) {
  let sum = 0xffffffff;
  for (let at = 0; at < bytes.length; at += 1) sum = TABLE[(sum ^ bytes[at]) & 0xff] ^ (sum >>> 8);
  return (sum ^ 0xffffffff) >>> 0;
}

/** The bytes without the sum behind them; throws where it is not theirs. */
export function withoutSum(bytes) {
  if (bytes.length < 4) throw new Error('a piece of the image is shorter than its checksum');
  const data = bytes.subarray(0, bytes.length - 4);
  const stated = new DataView(bytes.buffer, bytes.byteOffset + data.length, 4).getUint32(0, true);
  if (crc32c(data) !== stated) throw new Error('a piece of the image is not what its checksum says');
  return data;
}
