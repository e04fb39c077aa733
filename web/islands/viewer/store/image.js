// Opens an OME-Zarr image (0.4 or 0.5) and says in one value all that the viewer needs to know of it.

import * as zarr from 'zarrita';

import { bytesOf } from '../decoding/codecs.js';
import { channelsOf, isColour } from './channels.js';
import { HttpStore } from './http-store.js';

// larger pieces are nothing for a browser's memory
const LARGEST_PIECE = 192 * 1024 * 1024;
const MOST_LEVELS = 32;
const MOST_LABELS = 200;

/** What keeps an image from being shown, in a sentence for the reader. */
export class CannotShow extends Error {}

/** Opens the group at an address: its attributes are those of an image, or of a plate. `format` is that of Zarr (2 or 3), where it is known. */
export async function openGroup(address, format = null) {
  const location = zarr.root(new HttpStore(address, LARGEST_PIECE));
  for (const version of [3, 2].filter((one) => format === null || one === format)) {
    const group = await groupAt(location, version);
    if (!group) continue;
    const attributes = group.attrs ?? {};
    return { location, version, attributes, ome: attributes.ome ?? attributes, address };
  }
  throw new CannotShow('There is no OME-Zarr at the address of this image.');
}

/** The group itself; of the layout of bioformats2raw, in which a group holds several images, the first of them. */
export function firstOf(group) {
  const isSeries = group.attributes['bioformats2raw.layout'] ?? group.ome['bioformats2raw.layout'];
  return isSeries && !group.ome.multiscales ? openGroup(new URL('0/', group.address).href, group.version) : group;
}

/** Null where there is none. */
async function groupAt(location, version) {
  const open = version === 3 ? zarr.open.v3 : zarr.open.v2;
  try {
    return await open(location, { kind: 'group' });
  } catch (error) {
    if (zarr.isZarritaError(error, 'NotFoundError')) return null;
    throw error;
  }
}

/** The image of a group. */
export async function readImage({ location, version, attributes, ome, address }) {
  const multiscale = ome.multiscales?.[0];
  if (!Array.isArray(multiscale?.datasets) || multiscale.datasets.length === 0) {
    throw new CannotShow('The description of this image names no picture data.');
  }
  const datasets = multiscale.datasets.slice(0, MOST_LEVELS);
  const opened = await Promise.allSettled(datasets.map(({ path }) => openArray(location, path, version)));
  const first = opened[0];
  if (first.status === 'rejected') {
    const isAbsent = zarr.isZarritaError(first.reason, 'NotFoundError');
    throw isAbsent ? new CannotShow('The picture data that the description of this image names are not there.') : first.reason;
  }
  const axes = axesOf(multiscale, first.value);
  const levels = [];
  const absent = [];
  opened.forEach((result, number) => {
    // a level that is not there is not needed: the others are shown
    if (result.status === 'fulfilled' && result.value.shape.length === axes.length) {
      levels.push(levelOf(result.value, axes, levels[0]));
    } else absent.push(datasets[number].path);
  });
  const image = { address, version, axes, levels, absent, dataType: first.value.dtype, name: multiscale.name ?? null };
  image.size = { x: levels[0].width, y: levels[0].height, z: length(axes, levels[0], 'z'), t: length(axes, levels[0], 't') };
  image.other = axes
    .map((axis, place) => ({ ...axis, place, length: levels[0].array.shape[place] }))
    .filter(({ name }) => !['t', 'c', 'z', 'y', 'x'].includes(name));
  image.pixel = pixelOf(multiscale, axes);
  const count = length(axes, levels[0], 'c');
  const own = attributes.ommatidia?.colour;
  image.isColour = typeof own === 'boolean' ? own && count === 3 : isColour(image, ome.omero, count);
  image.channels = channelsOf(image, ome.omero, attributes.ommatidia?.histograms, count);
  image.start = startOf(image, ome.omero?.rdefs);
  image.isLabel = Boolean(ome['image-label']);
  return image;
}

async function openArray(location, path, version) {
  const place = location.resolve(String(path));
  const array = version === 3 ? await zarr.open.v3(place, { kind: 'array' }) : await zarr.open.v2(place, { kind: 'array', attrs: false });
  const bytes = array.chunks.reduce((product, size) => product * size, bytesOf(array.dtype));
  if (!(bytes <= LARGEST_PIECE)) {
    throw new CannotShow(`This image is stored in pieces of ${(bytes / 2 ** 20).toFixed(0)} MiB, which is more than a browser can take at once.`);
  }
  if (!/^(u?int(8|16|32|64)|float(16|32|64)|bool)$/.test(array.dtype)) {
    throw new CannotShow(`The values of this image are of the type ${array.dtype}, which this viewer cannot show.`);
  }
  return array;
}

/** Axes with their names; those of 0.4 and older may be words only, or not be there at all. */
function axesOf({ axes }, array) {
  const rank = array.shape.length;
  const named = Array.isArray(axes) ? axes.map((axis) => (typeof axis === 'string' ? { name: axis } : axis)) : null;
  const all = named ?? ['t', 'c', 'z', 'y', 'x'].slice(-rank).map((name) => ({ name }));
  const names = all.map(({ name }) => String(name).toLowerCase());
  if (names.length !== rank || !names.includes('x') || !names.includes('y')) {
    throw new CannotShow('The axes of this image are not described in a way that says which are its rows and columns.');
  }
  return all.map((axis, place) => ({ name: names[place], unit: axis.unit ?? null, title: String(axis.name) }));
}

function levelOf(array, axes, full) {
  const at = (name) => axes.findIndex((axis) => axis.name === name);
  const [x, y] = [at('x'), at('y')];
  const level = { array, width: array.shape[x], height: array.shape[y], chunkWidth: array.chunks[x], chunkHeight: array.chunks[y] };
  // how many columns and rows of the full image one of these stands for
  level.scaleX = (full?.width ?? level.width) / level.width;
  level.scaleY = (full?.height ?? level.height) / level.height;
  return level;
}

function length(axes, level, name) {
  const place = axes.findIndex((axis) => axis.name === name);
  return place < 0 ? 1 : level.array.shape[place];
}

/** Physical size of a pixel: `{ x, y, z, t, unit, timeUnit }`, each null where it is not known. */
function pixelOf({ datasets, coordinateTransformations }, axes) {
  const own = scaleOf(datasets[0].coordinateTransformations, axes.length);
  const common = scaleOf(coordinateTransformations, axes.length);
  const step = (name) => {
    const place = axes.findIndex((axis) => axis.name === name);
    const value = place < 0 ? NaN : own[place] * common[place];
    // without a unit a number says nothing
    return place >= 0 && axes[place].unit && value > 0 && Number.isFinite(value) ? { value, unit: axes[place].unit } : null;
  };
  return { x: step('x'), y: step('y'), z: step('z'), t: step('t') };
}

function scaleOf(transformations, rank) {
  const scale = (Array.isArray(transformations) ? transformations : []).find(({ type }) => type === 'scale')?.scale;
  return Array.isArray(scale) && scale.length === rank ? scale : Array(rank).fill(1);
}

function startOf({ size }, rdefs) {
  const within = (value, length, otherwise) => (Number.isInteger(value) && value >= 0 && value < length ? value : otherwise);
  return { z: within(rdefs?.defaultZ, size.z, Math.floor(size.z / 2)), t: within(rdefs?.defaultT, size.t, 0) };
}

/** The label images that lie beside an image: `{ name, title, address }`. `known` are their names, where the page told them, and `titles` what they are called. */
export async function labelNames({ location, version, address }, known = null, titles = []) {
  const names = known ?? (await statedLabels(location, version));
  return names
    .map((name, place) => ({ name, title: (known && titles[place]) || name }))
    .filter(({ name }) => typeof name === 'string' && name !== '' && !name.split('/').includes('..'))
    .map(({ name, title }) => ({ name, title, address: new URL(`labels/${name.split('/').map(encodeURIComponent).join('/')}/`, address).href }));
}

// an image is shown, whatever is the matter with its labels
async function statedLabels(location, version) {
  const attributes = (await groupAt(location.resolve('labels'), version).catch(() => null))?.attrs;
  const names = attributes?.ome?.labels ?? attributes?.labels;
  return Array.isArray(names) ? names.slice(0, MOST_LABELS) : [];
}
