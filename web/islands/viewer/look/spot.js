// A link to a spot: what the address of a page says about what is looked at, and back. Pure; the server reads the same words
// (docs/design/0007-viewer.md), and those of z, t, c and axis.<name> are those of an IIIF identifier of ours.
//
//   x, y         the middle of the view, in columns and rows of the full image
//   zoom         how many points of the screen (CSS pixels) a column of the full image takes
//   w, h         how many columns and rows were seen where the link was made: a smaller screen shows them too
//   z            a plane from 0, `max` for the greatest values of all, `3-20` for those of some
//   t            a time point from 0;  axis.<name>  a place on any other axis
//   c            channels that are shown: number, then by `:` a window, a colour, a gamma: 0:100-4000:ff00ff:g0.8,2
//                `none` for no channel
//   box          x,y,width,height of what is marked
//   labels       a label image and how opaque it is: nuclei:0.5
//   marks        `1` where what the annotations mark is shown
//   well, field  which picture of a plate: B/3 and a number from 0

const NUMBER = /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i;
const WINDOW = /^(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)-(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/i;
const MOST_CHANNELS = 1000;

/** Reads `URLSearchParams`: a spot with what they say, and the names of those that say nothing that can be understood. */
export function parseSpot(parameters) {
  const spot = { other: {} };
  const ignored = [];
  const read = (name, reader) => {
    const text = parameters.get(name);
    if (text === null || text === '') return;
    const value = reader(text);
    if (value === null) ignored.push(name);
    else spot[name === 'c' ? 'channels' : name] = value;
  };
  read('x', number);
  read('y', number);
  read('zoom', (text) => positive(number(text)));
  read('w', (text) => positive(number(text)));
  read('h', (text) => positive(number(text)));
  read('z', planes);
  read('t', whole);
  read('c', channels);
  read('box', box);
  read('labels', labels);
  read('marks', (text) => (text === '1' ? true : null));
  read('well', (text) => (/^[A-Za-z0-9]+\/[A-Za-z0-9]+$/.test(text) ? text : null));
  read('field', whole);
  for (const [name, text] of parameters) {
    if (!name.startsWith('axis.')) continue;
    const place = whole(text);
    if (place === null) ignored.push(name);
    else spot.other[name.slice(5)] = place;
  }
  return { spot, ignored };
}

/** Writes a spot as the query of an address, without `?`. Numbers are as short as the screen can tell apart. */
export function serialiseSpot(spot) {
  const parts = [];
  const write = (name, value) => parts.push(`${name}=${value}`);
  if (isNumber(spot.x) && isNumber(spot.y)) {
    write('x', short(spot.x, 2));
    write('y', short(spot.y, 2));
  }
  if (isNumber(spot.zoom)) write('zoom', significant(spot.zoom, 5));
  for (const name of ['w', 'h']) if (isNumber(spot[name])) write(name, short(spot[name], 2));
  if (spot.z !== undefined && spot.z !== null) write('z', planesText(spot.z));
  if (isNumber(spot.t)) write('t', spot.t);
  for (const [name, place] of Object.entries(spot.other ?? {})) write(`axis.${encodeURIComponent(name)}`, place);
  if (spot.channels) write('c', channelsText(spot.channels) || 'none');
  if (spot.box) write('box', boxNumbers(spot.box).join(','));
  if (spot.labels) write('labels', `${encodeURIComponent(spot.labels.name)}:${short(spot.labels.opacity, 2)}`);
  if (spot.marks) write('marks', 1);
  if (spot.well) write('well', spot.well.split('/').map(encodeURIComponent).join('/'));
  if (isNumber(spot.field)) write('field', spot.field);
  return parts.join('&');
}

/** Planes as an address has them: a number, `max`, or `from-to`. */
export function planesText(z) {
  return typeof z === 'object' ? `${z.from}-${z.to}` : String(z);
}

/** Channels as an address has them. */
export function channelsText(channels) {
  return channels
    .map(({ index, window, colour, gamma }) => {
      const parts = [String(index)];
      if (window) parts.push(`${significant(window[0], 7)}-${significant(window[1], 7)}`);
      if (colour) parts.push(colour);
      if (isNumber(gamma) && gamma !== 1) parts.push(`g${short(gamma, 2)}`);
      return parts.join(':');
    })
    .join(',');
}

/** A box in whole pixels, `[x, y, width, height]`: never empty. */
export function boxNumbers({ x, y, width, height }) {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  return [left, top, Math.max(1, Math.ceil(x + width) - left), Math.max(1, Math.ceil(y + height) - top)];
}

function isNumber(value) {
  return typeof value === 'number' && Number.isFinite(value);
}

function number(text) {
  const value = NUMBER.test(text) ? Number(text) : NaN;
  return Number.isFinite(value) ? value : null;
}

function positive(value) {
  return value > 0 ? value : null;
}

function whole(text) {
  return /^\d{1,9}$/.test(text) ? Number(text) : null;
}

function planes(text) {
  if (text === 'max') return 'max';
  const range = /^(\d{1,9})-(\d{1,9})$/.exec(text);
  if (!range) return whole(text);
  const [from, to] = [Number(range[1]), Number(range[2])];
  return from <= to ? { from, to } : null;
}

function channels(text) {
  if (text === 'none') return [];
  const parts = text.split(',');
  if (parts.length > MOST_CHANNELS) return null;
  const all = parts.map(channel);
  const isEachOnce = new Set(all.map((one) => one?.index)).size === all.length;
  return all.includes(null) || !isEachOnce ? null : all;
}

function channel(text) {
  const [index, ...settings] = text.split(':');
  const one = { index: whole(index) };
  if (one.index === null) return null;
  for (const setting of settings) {
    const window = WINDOW.exec(setting);
    // six digits are a colour, whatever else they might be
    if (/^[0-9a-f]{6}$/i.test(setting)) one.colour = setting.toLowerCase();
    else if (/^g\d+(\.\d+)?$/.test(setting) && Number(setting.slice(1)) > 0) one.gamma = Number(setting.slice(1));
    else if (window && Number(window[1]) < Number(window[2])) one.window = [Number(window[1]), Number(window[2])];
    else return null;
  }
  return one;
}

function box(text) {
  const [x, y, width, height, ...more] = text.split(',').map((part) => number(part));
  const isWhole = [x, y].every(isNumber) && width > 0 && height > 0 && more.length === 0;
  return isWhole ? { x, y, width, height } : null;
}

function labels(text) {
  const [, name, opacity] = /^([^:]{1,200}):([\d.]+)$/.exec(text) ?? [];
  const value = number(opacity ?? '');
  return name && value !== null && value <= 1 ? { name, opacity: value } : null;
}

function short(value, digits) {
  return String(Number(value.toFixed(digits)));
}

// as short as it is, without the `+` of an exponent, which an address would make a space of
function significant(value, digits) {
  return String(Number(value.toPrecision(digits))).replace('e+', 'e');
}
