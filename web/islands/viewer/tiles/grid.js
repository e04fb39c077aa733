// Which tiles of which level are to be shown. A tile is a chunk, or a part of one where chunks are very large. Areas are in columns and
// rows of the full image. Pure.

// larger than this is no texture of a telephone
const LARGEST_TILE = 2048;
// columns of a level on one point of the screen: up to here the coarser level is taken
const COARSEST = 1.5;

/** The number of the coarsest level that is still as fine as the screen. `scale`: dots of the screen for a column of the full image. */
export function levelFor(levels, scale) {
  for (let number = levels.length - 1; number > 0; number -= 1) {
    if (levels[number].scaleX * scale <= COARSEST) return number;
  }
  return 0;
}

/** The tiles of a level that touch an area: `{ tx, ty }`. */
export function tilesIn(level, area) {
  const columns = places(level.width, level.chunkWidth, area.x / level.scaleX, (area.x + area.width) / level.scaleX);
  const rows = places(level.height, level.chunkHeight, area.y / level.scaleY, (area.y + area.height) / level.scaleY);
  const tiles = [];
  for (let ty = rows.first; ty <= rows.last; ty += 1) {
    for (let tx = columns.first; tx <= columns.last; tx += 1) tiles.push({ tx, ty });
  }
  return tiles;
}

/** Where a tile is in its level: `{ x, y, width, height }` in columns and rows of the level, and its chunk `{ cx, cy }`. */
export function placeOf(level, { tx, ty }) {
  const across = along(level.width, level.chunkWidth, tx);
  const down = along(level.height, level.chunkHeight, ty);
  return { x: across.start, y: down.start, width: across.length, height: down.length, cx: across.chunk, cy: down.chunk };
}

export function areaOf(level, tile) {
  const { x, y, width, height } = placeOf(level, tile);
  return { x: x * level.scaleX, y: y * level.scaleY, width: width * level.scaleX, height: height * level.scaleY };
}

/**
 * What to draw in an area: of each tile of the wanted level itself where it is there, else what coarser levels have of its area. No two
 * pieces overlap, so that channels can be added up. `has(number, tile)` tells what is there.
 */
export function cover(levels, number, area, has, pieces = []) {
  if (number >= levels.length) return pieces;
  for (const tile of tilesIn(levels[number], area)) {
    const part = intersection(area, areaOf(levels[number], tile));
    if (!part) continue;
    if (has(number, tile)) pieces.push({ number, tile, area: part });
    else cover(levels, number + 1, part, has, pieces);
  }
  return pieces;
}

/** Tiles by their distance from a point, the nearest first. */
export function nearestFirst(level, tiles, point) {
  const distance = (tile) => {
    const area = areaOf(level, tile);
    return Math.hypot(area.x + area.width / 2 - point.x, area.y + area.height / 2 - point.y);
  };
  return tiles.map((tile) => ({ tile, distance: distance(tile) })).sort((one, other) => one.distance - other.distance).map(({ tile }) => tile);
}

function intersection(one, other) {
  const [x, y] = [Math.max(one.x, other.x), Math.max(one.y, other.y)];
  const width = Math.min(one.x + one.width, other.x + other.width) - x;
  const height = Math.min(one.y + one.height, other.y + other.height) - y;
  return width > 1e-6 && height > 1e-6 ? { x, y, width, height } : null;
}

function partsOf(chunk) {
  const parts = Math.ceil(chunk / LARGEST_TILE);
  return { parts, size: Math.ceil(chunk / parts) };
}

function places(length, chunk, from, to) {
  const { parts, size } = partsOf(chunk);
  const at = (place) => {
    const within = Math.min(length - 1, Math.max(0, Math.floor(place)));
    const number = Math.floor(within / chunk);
    return number * parts + Math.floor((within - number * chunk) / size);
  };
  // an area that ends where a tile begins does not touch it
  return { first: at(from + 1e-9), last: at(Math.max(from, to - 1e-9)) };
}

function along(length, chunk, place) {
  const { parts, size } = partsOf(chunk);
  const number = Math.floor(place / parts);
  const within = (place % parts) * size;
  const start = number * chunk + within;
  return { chunk: number, start, length: Math.min(size, chunk - within, length - start) };
}
