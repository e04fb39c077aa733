// The same spot for others: as a picture by IIIF, as the selector of a W3C annotation, as a sentence to cite, as a command of other viewers.
// Pure.

import { boxNumbers, channelsText, planesText } from './spot.js';

/** The address of a picture of the box, or of what is to be seen; null where no channel is shown, or no service is known. */
export function iiifAddress(service, spot, region) {
  if (!service || !region || spot.channels?.length === 0) return null;
  const parts = [];
  if (spot.z !== null && spot.z !== undefined) parts.push(`z=${planesText(spot.z)}`);
  if (spot.t !== null && spot.t !== undefined) parts.push(`t=${spot.t}`);
  // encoded once more than the address, as the server reads it
  for (const [name, place] of Object.entries(spot.other ?? {})) {
    parts.push(`axis.${encodeURIComponent(encodeURIComponent(name))}=${place}`);
  }
  if (spot.channels) parts.push(`c=${channelsText(spot.channels)}`);
  const rendering = parts.map((part) => `~${part}`).join('');
  return `${service.replace(/\/$/, '')}${rendering}/${boxNumbers(region).join(',')}/max/0/default.jpg`;
}

/** A Web Annotation (W3C, 2017) whose target is the region; `scope` is the page that shows it with its planes and channels. */
export function annotation({ id, link }, region) {
  return {
    '@context': 'http://www.w3.org/ns/anno.jsonld',
    type: 'Annotation',
    motivation: 'highlighting',
    target: {
      type: 'SpecificResource',
      source: id,
      selector: {
        type: 'FragmentSelector',
        conformsTo: 'http://www.w3.org/TR/media-frags/',
        value: `xywh=pixel:${boxNumbers(region).join(',')}`,
      },
      scope: link,
    },
  };
}

/** How to cite the view: the citation of the image, which part of it, and where it is to be seen. */
export function citationOfView({ citation, title, licence, link, spot, region, sizes, date }) {
  const what = [];
  if (sizes.z > 1) what.push(planesWords(spot.z));
  if (sizes.t > 1) what.push(`time point ${spot.t + 1}`);
  if (region) {
    const [x, y, width, height] = boxNumbers(region);
    what.push(`x ${x} to ${x + width}, y ${y} to ${y + height} (pixels)`);
  }
  const head = (citation || title || 'Image').trim().replace(/\.?$/, '.');
  const licensed = licence ? ` Licence: ${licence}.` : '';
  return `${head} View: ${what.join(', ') || 'whole image'}. ${link} (seen ${date}).${licensed}`;
}

function planesWords(z) {
  if (z === 'max') return 'greatest values of all planes';
  return typeof z === 'object' ? `greatest values of planes ${z.from + 1} to ${z.to + 1}` : `plane ${z + 1}`;
}

/** Where else the image opens: `{ name, kind: 'command' | 'address', text, note }` of each viewer. `zarr` is an absolute address. */
export function elsewhere(zarr, { version, image, viewport, spot, manifest }) {
  const address = zarr.replace(/\/$/, '');
  const needed = version === 3 ? '"ome-zarr>=0.12" ' : '';
  return [
    { name: 'napari', kind: 'command', text: `napari --plugin napari-ome-zarr "${address}"`, note: `Install once: pip install "napari[all]" ${needed}napari-ome-zarr` },
    { name: 'Fiji', kind: 'command', text: address, note: `In Fiji: File › Import › HDF5/N5/Zarr/OME-NGFF…, paste this address.${version === 3 ? ' This image is OME-Zarr 0.5, for which Fiji has to be of 2026 or newer (Help › Update…).' : ''}` },
    { name: 'neuroglancer', kind: 'address', text: neuroglancer(address, version, image, viewport, spot), note: 'Opens at another site, which then asks this server for the image.' },
    { name: 'vizarr', kind: 'address', text: `https://hms-dbmi.github.io/vizarr/?source=${encodeURIComponent(address)}`, note: 'Opens at another site, which then asks this server for the image.' },
    manifest && { name: 'Mirador and other viewers of IIIF', kind: 'command', text: manifest, note: 'Add this address of the manifest there.' },
    { name: 'Python', kind: 'command', text: `import zarr; image = zarr.open_group("${address}", mode="r")`, note: 'Install once: pip install "zarr>=3" aiohttp requests fsspec' },
  ].filter(Boolean);
}

// Its state is JSON behind `#!`. Dimensions keep the units of the image, or none.
function neuroglancer(address, version, image, viewport, spot) {
  const position = { x: viewport.x, y: viewport.y, z: typeof spot.z === 'number' ? spot.z : 0, t: spot.t ?? 0 };
  const names = image.axes.map(({ name }) => name);
  const state = {
    layers: [{ type: image.isLabel ? 'segmentation' : 'image', source: `${address}/|zarr${version}:`, name: image.name || 'image' }],
    layout: 'xy',
  };
  const dimensions = dimensionsOf(image);
  if (dimensions) {
    state.dimensions = dimensions;
    state.position = Object.keys(dimensions).map((name) => position[name] ?? 0);
  }
  if (names.includes('c')) state.layers[0].localPosition = [spot.channels?.[0]?.index ?? 0];
  return `https://neuroglancer-demo.appspot.com/#!${encodeURIComponent(JSON.stringify(state))}`;
}

const PREFIXES = { kilometer: 1e3, meter: 1, centimeter: 1e-2, millimeter: 1e-3, micrometer: 1e-6, nanometer: 1e-9, picometer: 1e-12, angstrom: 1e-10 };

function dimensionsOf({ pixel, axes }) {
  const dimensions = {};
  for (const { name } of axes.filter(({ name }) => ['x', 'y', 'z'].includes(name)).reverse()) {
    const size = pixel[name] && PREFIXES[pixel[name].unit] ? pixel[name].value * PREFIXES[pixel[name].unit] : null;
    if (!size) return null;
    dimensions[name] = [size, 'm'];
  }
  return dimensions;
}
