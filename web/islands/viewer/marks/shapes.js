// Selectors of W3C annotations as numbers: a point, or lines. Nothing of them is ever put into the page. Pure.

const FARTHEST = 1e8;
const CORNERS_OF_AN_ELLIPSE = 48;
const ELEMENT = /<(rect|circle|ellipse|polygon|polyline|path)\s([^<>]*)>/g;
const TOKEN = /[MLZ]|[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?|[^\s,]/gi;

/**
 * What a selector marks, in pixels of the full image: `{ point: [x, y] }`, or `{ lines: [[x, y, x, y, …], …], isClosed }`; null where it
 * cannot be understood, or says more than the shapes of which annotations here are made.
 */
export function shapeOf({ type, value }) {
  if (typeof value !== 'string') return null;
  if (type === 'FragmentSelector') return ofFragment(value);
  return type === 'SvgSelector' ? ofSvg(value) : null;
}

// Media Fragments URI 1.0, section 4.2.2
function ofFragment(value) {
  const [, list] = /^xywh=(?:pixel:)?([-+\d.e,]{1,120})$/i.exec(value) ?? [];
  const [x, y, width, height, ...more] = numbers(list?.split(',')) ?? [];
  if (height === undefined || more.length > 0 || !(width > 0 && height > 0)) return null;
  return width === 1 && height === 1 ? pixel(x, y) : rectangle(x, y, width, height);
}

function ofSvg(value) {
  // whatever moves or takes shapes away cannot be told from its numbers
  if (/transform|viewBox|<use|<clipPath|<mask/.test(value)) return null;
  const shapes = [...value.matchAll(ELEMENT)].map(([, name, attributes]) => ofElement(name, attributes.replace(/\s/g, ' ').replaceAll("'", '"')));
  if (shapes.length === 0 || shapes.includes(null)) return null;
  if (shapes.length === 1) return shapes[0];
  const isOfOneKind = shapes.every(({ lines, isClosed }) => lines && isClosed === shapes[0].isClosed);
  return isOfOneKind ? { lines: shapes.flatMap(({ lines }) => lines), isClosed: shapes[0].isClosed } : null;
}

function ofElement(name, attributes) {
  const lengths = (...names) => numbers(names.map((one) => attribute(attributes, one)));
  if (name === 'rect') {
    const found = lengths('x', 'y', 'width', 'height');
    return found && found[2] > 0 && found[3] > 0 ? rectangle(...found) : null;
  }
  if (name === 'circle' || name === 'ellipse') {
    const found = name === 'circle' ? lengths('cx', 'cy', 'r', 'r') : lengths('cx', 'cy', 'rx', 'ry');
    if (!found || !(found[2] > 0 && found[3] > 0)) return null;
    // so the node says a point that begins outside of the image, where a fragment cannot
    return name === 'circle' && found[2] === 0.5 ? pixel(found[0], found[1]) : ellipse(...found);
  }
  if (name === 'path') return ofPath(attribute(attributes, 'd'));
  const points = numbers(attribute(attributes, 'points').match(TOKEN));
  return points && points.length >= 4 && points.length % 2 === 0 ? { lines: [points], isClosed: name === 'polygon' } : null;
}

// by its place and not by an expression, which a long text could keep busy
function attribute(attributes, name) {
  const text = ` ${attributes}`;
  const start = text.indexOf(` ${name}="`);
  if (start === -1) return '';
  const from = start + name.length + 3;
  return text.slice(from, Math.max(from, text.indexOf('"', from)));
}

// M, L and Z with places from the corner; curves and relative steps are not drawn as something else
function ofPath(text) {
  const lines = [];
  let closed = 0;
  let pending = [];
  for (const token of text.match(TOKEN) ?? []) {
    if (token === 'M' || token === 'L' || token === 'Z') {
      if (pending.length > 0) return null;
      if (token === 'M') lines.push([]);
      if (token === 'Z') closed += 1;
      if (lines.length === 0 || closed > lines.length) return null;
      continue;
    }
    const [value] = numbers([token]) ?? [];
    // after Z a line begins with M
    if (value === undefined || lines.length === 0 || closed === lines.length) return null;
    pending.push(value);
    if (pending.length === 2) {
      lines.at(-1).push(...pending);
      pending = [];
    }
  }
  const isSound = lines.length > 0 && pending.length === 0 && lines.every((line) => line.length >= 2) && (closed === 0 || closed === lines.length);
  return isSound ? { lines, isClosed: closed > 0 } : null;
}

// the places of points and tracks are those of pixels, and the middle of these is meant
function pixel(x, y) {
  return { point: [x + 0.5, y + 0.5] };
}

/** The shape of a track, whose places are those of pixels as those of points are. */
export function ofTrack({ lines, isClosed }) {
  return { lines: lines.map((line) => line.map((place) => place + 0.5)), isClosed };
}

function rectangle(x, y, width, height) {
  return { lines: [[x, y, x + width, y, x + width, y + height, x, y + height]], isClosed: true };
}

function ellipse(x, y, across, down) {
  // smaller than a pixel: it stands for a point
  if (across <= 0.5 && down <= 0.5) return { point: [x, y] };
  const corners = Array.from({ length: CORNERS_OF_AN_ELLIPSE }, (_, at) => (at / CORNERS_OF_AN_ELLIPSE) * 2 * Math.PI);
  return { lines: [corners.flatMap((angle) => [x + across * Math.cos(angle), y + down * Math.sin(angle)])], isClosed: true };
}

/** Texts as numbers; null unless all of them are. */
function numbers(texts) {
  const found = texts?.map((text) => (text === '' ? NaN : Number(text)));
  return found?.every((value) => Math.abs(value) <= FARTHEST) ? found : null;
}
