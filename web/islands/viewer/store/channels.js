// The channels of an image as its file describes them, and what is chosen where it does not.

// those of the server (node/src/image/render/colours.rs), which compares them in its tests
const COLOURS = ['00ff00', 'ff00ff', '009dff', 'ffb000', '00ffff', 'ff4040', 'ffff60', '9070ff'];
const PRIMARIES = ['ff0000', '00ff00', '0000ff'];
const PRIMARY_NAMES = [['red', 'r'], ['green', 'g'], ['blue', 'b']];
// more at once are hard to tell apart
const SHOWN_AT_FIRST = 6;
const MOST_CHANNELS = 1000;

/**
 * `{ index, name, colour, shown, window: [least, greatest] | null, range, histogram }` of each channel. A window that is null has to be
 * found from the values.
 */
export function channelsOf(image, omero, histograms, count) {
  const stated = Array.isArray(omero?.channels) ? omero.channels : [];
  const colours = stated.map(({ color } = {}) => colourOf(color));
  const areAllAlike = count > 1 && new Set(colours).size <= 1;
  const areHidden = stated.length > 0 && stated.every((channel) => channel?.active === false);
  return Array.from({ length: Math.min(count, MOST_CHANNELS) }, (_, index) => {
    const channel = stated[index] ?? {};
    const isActive = areHidden || channel.active !== false;
    return {
      index,
      name: nameOf(channel.label, index, count),
      colour: (areAllAlike ? null : colours[index]) ?? (count === 1 ? 'ffffff' : (image.isColour ? PRIMARIES : COLOURS)[index % (image.isColour ? 3 : COLOURS.length)]),
      shown: stated.length > 0 ? isActive && (!areHidden || index < SHOWN_AT_FIRST) : index < SHOWN_AT_FIRST,
      window: windowOf(channel.window, image, histograms?.[index]),
      histogram: histogramOf(histograms?.[index]),
    };
  });
}

function nameOf(label, index, count) {
  if (typeof label === 'string' && label.trim() !== '') return label.trim().slice(0, 200);
  return count === 1 ? 'Intensity' : `Channel ${index + 1}`;
}

function colourOf(text) {
  return /^#?[0-9a-f]{6}/i.exec(String(text ?? ''))?.[0].replace('#', '').toLowerCase() ?? null;
}

/** Whether three channels are red, green and blue of one picture, by what they are called and shown as. */
export function isColour({ dataType }, omero, count) {
  const stated = Array.isArray(omero?.channels) ? omero.channels : [];
  const isPrimary = ({ label, color } = {}, index) =>
    PRIMARY_NAMES[index].includes(String(label ?? '').trim().toLowerCase()) && [PRIMARIES[index], null].includes(colourOf(color));
  return dataType === 'uint8' && count === 3 && stated.length === 3 && stated.every(isPrimary);
}

// A window of all that the type can hold says nothing about the picture, except of a colour picture of one byte.
function windowOf(window, { dataType, isColour }, histogram) {
  if (isColour && dataType === 'uint8') return [0, 255];
  const [start, end] = [window?.start, window?.end];
  if (Number.isFinite(start) && Number.isFinite(end) && start < end && !isWhole(dataType, start, end)) return [start, end];
  const own = histogram?.window;
  return Array.isArray(own) && own.every(Number.isFinite) && own[0] < own[1] ? own.slice(0, 2) : null;
}

function isWhole(dataType, start, end) {
  const [, sign, bits] = /^(u?)int(\d+)$/.exec(dataType) ?? [];
  if (!bits) return false;
  const values = 2 ** Number(bits);
  return sign === 'u' ? start === 0 && end === values - 1 : start === -values / 2 && end === values / 2 - 1;
}

function histogramOf(histogram) {
  const { minimum, maximum, counts } = histogram ?? {};
  const isKnown = Number.isFinite(minimum) && Number.isFinite(maximum) && Array.isArray(counts) && counts.length > 0 && counts.length <= 4096;
  return isKnown ? { least: minimum, greatest: maximum, counts: counts.map((count) => Number(count) || 0) } : null;
}
