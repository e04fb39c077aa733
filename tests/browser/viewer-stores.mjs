// The stores of the stories.

import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";

import { writeGroup, writeImage } from "./viewer-store.mjs";

// tells each pixel from its neighbours
const grain = (y, x) => ((x * 7 + y * 5) % 16) * 60;

/** 16 bit: a slope in x, y and z with a grain; the second channel falls where the first rises. */
export const cells = {
  shape: [2, 4, 600, 900],
  value: (c, z, y, x) => (c === 0 ? 1000 + z * 500 + x + y + grain(y, x) : 4000 + z * 10 - x - y - grain(y, x)),
};

/** Floating point, below zero too, and with values that are none. */
export const floats = {
  shape: [1, 1, 300, 400],
  value: (c, z, y, x) => (x < 10 ? NaN : (x - 200) / 1000 + y * 1e-4),
};

const window = (start, end) => ({ start, end, min: 0, max: 65535 });

const channels = [
  { label: "DAPI", color: "0000FF", active: true, window: window(1000, 5000) },
  { label: "GFP <b>tubulin</b>", color: "00FF00", active: true, window: window(2000, 4000) },
];

/** All by name; the real ones where they are there. */
export function storesIn(folder, derived) {
  const at = (name) => join(folder, name);
  writeImage(at("cells"), { ...cells, chunk: 128, scale: [0.5, 0.1, 0.1], attributes: { ome: { omero: { channels, rdefs: { defaultZ: 1 } } } } });
  writeGroup(join(at("cells"), "labels"), { ome: { version: "0.5", labels: ["nuclei"] } });
  writeImage(join(at("cells"), "labels", "nuclei"), {
    shape: [1, 1, 600, 900],
    chunk: 128,
    value: (c, z, y, x) => (x >= 450 && x < 550 && y >= 250 && y < 350 ? 7 : 0),
    attributes: { ome: { "image-label": { version: "0.5" } } },
  });
  writeImage(at("floats"), { ...floats, chunk: 128, type: "float32", levels: 2 });
  writeImage(at("damaged"), { ...cells, chunk: 128, attributes: { ome: { omero: { channels } } }, isDamaged: (number, c, z, ty, tx) => number === 0 && c === 0 && ty === 0 && tx === 0 });
  writeImage(at("large"), {
    shape: [1, 3, 3000, 4000],
    chunk: 256,
    levels: 5,
    value: (c, z, y, x) => (Math.floor(x / 64) + Math.floor(y / 64)) * 10 + z,
    attributes: { ome: { omero: { channels: [{ label: "one", color: "FFFFFF", window: window(0, 1200) }] } } },
  });
  writeGroup(at("plate"), {
    ome: {
      version: "0.5",
      plate: { name: "Plate 7", rows: [{ name: "A" }, { name: "B" }], columns: ["1", "2", "3", "4"].map((name) => ({ name })), wells: [{ path: "A/1", rowIndex: 0, columnIndex: 0 }, { path: "B/2", rowIndex: 1, columnIndex: 1 }] },
    },
  });
  for (const [path, fields] of [["A/1", 1], ["B/2", 2]]) {
    writeGroup(join(at("plate"), path), { ome: { version: "0.5", well: { images: Array.from({ length: fields }, (_, field) => ({ path: String(field) })) } } });
    for (let field = 0; field < fields; field += 1) {
      const value = path === "A/1" ? 1000 : 3000 + field * 1000;
      writeImage(join(at("plate"), path, String(field)), { shape: [1, 1, 64, 96], chunk: 64, levels: 1, value: () => value, attributes: { ome: { omero: { channels: [{ label: "cells", color: "FFFFFF", window: window(0, 5000) }] } } } });
    }
  }
  writeImage(at("incomplete"), { ...cells, chunk: 128, attributes: { ome: { omero: { channels } } } });
  rmSync(join(at("incomplete"), "0", "c", "1", "2"), { recursive: true });
  writeGroup(at("nothing"), { ome: { version: "0.5" } });
  const stores = Object.fromEntries(["cells", "floats", "damaged", "large", "plate", "incomplete", "nothing"].map((name) => [name, at(name)]));
  // the same, on a page that says how it is to be shown
  stores.told = stores.cells;
  const real = { fly: "fly_pos002_cyx_v0.5.ome.zarr", embryo: "stardist_img3d_zyx_v0.4.ome.zarr", tracks: "track_tyx_v0.4.ome.zarr" };
  for (const [name, store] of Object.entries(real)) {
    if (derived && existsSync(join(derived, store))) stores[name] = join(derived, store);
  }
  return stores;
}
