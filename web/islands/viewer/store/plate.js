// Plates of OME-Zarr: wells by rows and columns, and the fields of a well.

import { CannotShow, openGroup } from './image.js';

const MOST_WELLS = 6144;
const MOST_FIELDS = 10_000;

/** `{ name, rows, columns, wells: [{ path, row, column }], fieldsOf(well) }`; rows and columns of a well are places in these. */
export function readPlate({ ome: { plate }, address, version }) {
  const named = (list) => (Array.isArray(list) ? list.map(({ name } = {}) => String(name)) : []);
  const [rows, columns] = [named(plate.rows), named(plate.columns)];
  const wells = (Array.isArray(plate.wells) ? plate.wells : [])
    .slice(0, MOST_WELLS)
    .filter(({ path }) => typeof path === 'string' && /^[A-Za-z0-9]+\/[A-Za-z0-9]+$/.test(path))
    .map(({ path }) => ({ path, row: rows.indexOf(path.split('/')[0]), column: columns.indexOf(path.split('/')[1]) }))
    .filter(({ row, column }) => row >= 0 && column >= 0);
  if (wells.length === 0) throw new CannotShow('The description of this plate names no well.');
  return { name: plate.name ?? 'Plate', rows, columns, wells, fieldsOf: (well) => fieldsOf(well, address, version) };
}

/** Addresses of the pictures of a well. */
async function fieldsOf({ path }, address, version) {
  const base = new URL(`${path}/`, address).href;
  const { ome } = await openGroup(base, version);
  const images = (Array.isArray(ome.well?.images) ? ome.well.images : []).slice(0, MOST_FIELDS);
  const fields = images.filter(({ path }) => /^[\w.-]+$/.test(path ?? '') && path !== '..');
  if (fields.length === 0) throw new CannotShow(`Well ${path.replace('/', '')} has no picture.`);
  return fields.map((field) => new URL(`${field.path}/`, base).href);
}
