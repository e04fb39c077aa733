// What has to be on the screen, computed from what was stored.

import { cells } from "./viewer-stores.mjs";

/** Light of a value in a window, of 255. */
export const light = (value, [least, greatest], gamma = 1) => 255 * Math.min(1, Math.max(0, (value - least) / (greatest - least))) ** gamma;

/** Blue and green, as the file of `cells` has them. */
export const ofCells = (z, windows = [[1000, 5000], [2000, 4000]], gamma = 1) => ([x, y]) =>
  [0, light(cells.value(1, z, y, x), windows[1], gamma), light(cells.value(0, z, y, x), windows[0], gamma)];

/** Columns and rows; some are beside the border of a tile. */
export const PLACES = [[450, 300], [460, 300], [450, 310], [300, 200], [600, 420], [383, 255], [384, 256]];
