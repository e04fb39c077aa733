// Decompresses a block of LZ4 (without frame) into a buffer of known size.

/** Tells how many bytes came out. */
export function lz4(input, output) {
  let from = 0;
  let to = 0;
  const more = (length) => {
    let whole = length;
    if (length === 15) {
      let next;
      do {
        if (from >= input.length) throw broken();
        next = input[from++];
        whole += next;
      } while (next === 255);
    }
    return whole;
  };
  while (from < input.length) {
    const token = input[from++];
    const literals = more(token >> 4);
    if (from + literals > input.length || to + literals > output.length) throw broken();
    output.set(input.subarray(from, from + literals), to);
    from += literals;
    to += literals;
    // the last sequence has literals only
    if (from >= input.length) return to;
    const distance = input[from] | (input[from + 1] << 8);
    from += 2;
    const length = more(token & 15) + 4;
    copyBack(output, to, distance, length);
    to += length;
  }
  return to;
}

/** Copies what stands `distance` before; it may overlap, and then repeats. */
export function copyBack(output, to, distance, length) {
  if (!(distance > 0) || distance > to || to + length > output.length) throw broken();
  if (distance >= length) output.copyWithin(to, to - distance, to - distance + length);
  else for (let at = to; at < to + length; at += 1) output[at] = output[at - distance];
}

export function broken() {
  return new Error('a piece of the image cannot be decompressed');
}
