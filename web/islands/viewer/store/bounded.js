// The bytes of an answer, within bounds: what it says of its own length is believed only where it says too much.

/** All bytes of a response; null where there are more than `most`, and then the rest is not taken. `heard` is called with each piece. */
export async function bounded(response, most, heard = () => {}) {
  if (!response.body) return new Uint8Array(0);
  if (Number(response.headers.get('content-length') ?? 0) > most) {
    await response.body.cancel();
    return null;
  }
  const reader = response.body.getReader();
  const pieces = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    heard();
    if (done) break;
    length += value.length;
    if (length > most) {
      await reader.cancel();
      return null;
    }
    pieces.push(value);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
