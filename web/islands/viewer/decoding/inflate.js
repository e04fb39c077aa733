// zlib and gzip, by the browser itself.

/** What comes out of `deflate` (zlib) or `gzip`, which may be at most `limit` bytes. */
export async function inflated(input, format, limit) {
  const stream = new Blob([input]).stream().pipeThrough(new DecompressionStream(format));
  const parts = [];
  let length = 0;
  for (const reader = stream.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > limit) {
      await reader.cancel();
      throw new Error('a piece of the image is larger than it may be');
    }
    parts.push(value);
  }
  const output = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    output.set(part, at);
    at += part.length;
  }
  return output;
}
