// What the record of an image says of its channels and steps: it holds, whatever the OME-Zarr says that was deposited. Pure.

import { metres, seconds } from '../look/units.js';

const LONGEST_NAME = 200;
const PRIMARIES = ['ff0000', '00ff00', '0000ff'];
// what rounding does is no difference
const CLOSE = 1e-3;

/** Reads `data-stated`: `{ channels: [{ name, colour }], steps: { x, y, z, t } }`, steps in micrometres and seconds; null where it says nothing. */
export function parseStated(text) {
  try {
    const { channels, steps } = JSON.parse(text ?? 'null') ?? {};
    return { channels: Array.isArray(channels) ? channels : [], steps: steps ?? {} };
  } catch {
    return null;
  }
}

/** The image as `readImage` gives it, with what is stated in the place of what its file says. */
export function withStated(image, stated) {
  if (!stated) return image;
  return { ...image, channels: channelsWith(image, stated.channels), pixel: pixelWith(image.pixel, stated.steps) };
}

function channelsWith({ channels, dataType, isColour: isSaid }, stated) {
  // red, green and blue of one picture are what they are, and one name for all is none of theirs
  const isColour = isSaid || (dataType === 'uint8' && channels.length === 3 && channels.every(({ colour }, place) => colour === PRIMARIES[place]));
  if (isColour && stated.length !== channels.length) return channels;
  return channels.map((channel) => {
    const { name, colour } = stated[channel.index] ?? {};
    return {
      ...channel,
      name: typeof name === 'string' && name.trim() !== '' ? name.trim().slice(0, LONGEST_NAME) : channel.name,
      colour: !isColour && /^[0-9a-f]{6}$/i.test(String(colour ?? '')) ? colour.toLowerCase() : channel.colour,
    };
  });
}

function pixelWith(pixel, steps) {
  const step = (name, unit, inWords) => {
    const value = steps[name];
    if (!(value > 0)) return pixel[name];
    const known = pixel[name] && inWords(pixel[name]);
    // the file's own unit stays where it says the same in it
    return known && Math.abs(known - value) <= CLOSE * value ? pixel[name] : { value, unit };
  };
  const micrometres = (length) => (metres(length) ?? NaN) * 1e6;
  return { x: step('x', 'micrometer', micrometres), y: step('y', 'micrometer', micrometres), z: step('z', 'micrometer', micrometres), t: step('t', 'second', seconds) };
}
