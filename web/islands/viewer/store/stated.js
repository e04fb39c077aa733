// What the record of an image says of its channels and steps: it holds, whatever the OME-Zarr says that was deposited. Pure.

import { metres, seconds } from '../look/units.js';

const LONGEST_NAME = 200;
// what rounding does is no difference
const CLOSE = 1e-3;

/**
 * Reads `data-stated`: `{ channels: [{ name, colour }], axes, steps: { x, y, z, t } }`, `axes` how many further axes the image has, steps in
 * micrometres and seconds; null where it says nothing.
 */
export function parseStated(text) {
  try {
    const { channels, axes, steps } = JSON.parse(text ?? 'null') ?? {};
    return { channels: Array.isArray(channels) ? channels : [], axes: axes > 0 ? axes : 0, steps: steps ?? {} };
  } catch {
    return null;
  }
}

/** The image as `readImage` gives it, with what is stated in the place of what its file says. */
export function withStated(image, stated) {
  if (!stated) return image;
  return { ...image, channels: channelsWith(image, stated), pixel: pixelWith(image.pixel, stated.steps) };
}

// the rules of the server (node/src/derive/stated.rs), which shows the same in its pictures
function channelsWith({ channels, isColour, other = [] }, { channels: stated, axes = 0 }) {
  // further axes that this OME-Zarr does not have were counted as channels, whose names have what is stated in them: `angle 1, GFP`
  if (other.length < axes) return channels;
  // red, green and blue of one picture are what they are, and one name for all is none of theirs
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
