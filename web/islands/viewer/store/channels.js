// The channels of an image as its file describes them, and what is chosen where it does not.

// those that everybody can tell apart come first
const COLOURS = ['ff00ff', '00ff00', '00ffff', 'ffff00', 'ff0000', '0000ff'];
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
      colour: (areAllAlike ? null : colours[index]) ?? (count === 1 ? 'ffffff' : COLOURS[index % COLOURS.length]),
      shown: stated.length > 0 ? isActive && (!areHidden || index < SHOWN_AT_FIRST) : index < SHOWN_AT_FIRST,
      window: windowOf(channel.window, image.dataType, histograms?.[index]),
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

// A window of all that the type can hold says nothing about the picture, except of one byte.
function windowOf(window, dataType, histogram) {
  const [start, end] = [window?.start, window?.end];
  if (Number.isFinite(start) && Number.isFinite(end) && start < end) {
    const isAll = dataType !== 'uint8' && start === 0 && (end === 65535 || end === 4294967295);
    if (!isAll) return [start, end];
  }
  const own = histogram?.window;
  return Array.isArray(own) && own.every(Number.isFinite) && own[0] < own[1] ? own.slice(0, 2) : null;
}

function histogramOf(histogram) {
  const { minimum, maximum, counts } = histogram ?? {};
  const isWhole = Number.isFinite(minimum) && Number.isFinite(maximum) && Array.isArray(counts) && counts.length > 0 && counts.length <= 4096;
  return isWhole ? { least: minimum, greatest: maximum, counts: counts.map((count) => Number(count) || 0) } : null;
}
