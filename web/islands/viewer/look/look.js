// What is shown of an image, but for where one looks: planes, channels with windows and colours, a box, labels. Pure.

/** The look of an image that has just been opened. */
export function defaultLook(image) {
  return {
    z: image.start.z,
    t: image.start.t,
    other: Object.fromEntries(image.other.map(({ name }) => [name, 0])),
    channels: image.channels.map((channel) => ({ ...channel, gamma: 1 })),
    box: null,
    labels: null,
    marks: false,
  };
}

/** A look with what a link says; what the image does not have is left as it was, and told by name. */
export function withSpot(look, spot, image) {
  const ignored = [];
  const next = { ...look, other: { ...look.other }, box: null, labels: spot.labels ?? null, marks: spot.marks ?? false };
  if (spot.z !== undefined) {
    const z = planesWithin(spot.z, image.size.z);
    if (z === null) ignored.push('z');
    else next.z = z;
  }
  if (spot.t !== undefined) {
    if (spot.t < image.size.t) next.t = spot.t;
    else ignored.push('t');
  }
  for (const [name, place] of Object.entries(spot.other ?? {})) {
    const axis = image.other.find((axis) => axis.name === name);
    if (axis && place < axis.length) next.other[name] = place;
    else ignored.push(`axis.${name}`);
  }
  if (spot.channels) {
    if (spot.channels.every(({ index }) => index < look.channels.length)) next.channels = look.channels.map((channel) => chosen(channel, spot.channels));
    else ignored.push('c');
  }
  if (spot.box) {
    const { x, y, width, height } = spot.box;
    if (x < image.size.x && y < image.size.y && x + width > 0 && y + height > 0) next.box = spot.box;
    else ignored.push('box');
  }
  return { look: next, ignored };
}

function chosen(channel, all) {
  const own = all.find(({ index }) => index === channel.index);
  if (!own) return { ...channel, shown: false };
  return { ...channel, shown: true, window: own.window ?? channel.window, colour: own.colour ?? channel.colour, gamma: own.gamma ?? 1 };
}

function planesWithin(z, length) {
  if (z === 'max') return length > 1 ? 'max' : null;
  if (typeof z === 'number') return z < length ? z : null;
  return z.to < length ? z : null;
}

/** A spot of a look and a viewport, for an address. */
export function spotOf(look, viewport, image, more = {}) {
  return {
    x: viewport.x,
    y: viewport.y,
    zoom: viewport.zoom,
    ...viewport.seen,
    z: image.size.z > 1 ? look.z : undefined,
    t: image.size.t > 1 ? look.t : undefined,
    other: look.other,
    channels: look.channels.filter(({ shown }) => shown).map(({ index, window, colour, gamma }) => ({ index, window, colour, gamma })),
    box: look.box,
    labels: look.labels,
    marks: look.marks,
    ...more,
  };
}

/** The plane of a channel that a look shows, for `Planes`. */
export function planeOf(look, channel, image) {
  const z = look.z === 'max' ? { from: 0, to: image.size.z - 1 } : look.z;
  return { c: channel, z, t: look.t, other: look.other };
}
