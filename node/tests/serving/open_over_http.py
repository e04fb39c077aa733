"""Opens an OME-Zarr over HTTP with zarr-python, validates it with ome-zarr-models, and prints its levels and sums; then ome-zarr
reads the same, which has to be the same."""

import sys

import zarr
from ome_zarr.io import parse_url
from ome_zarr.reader import Reader
from ome_zarr_models.v05.image import Image

group = zarr.open_group(sys.argv[1], mode="r")
model = Image.from_zarr(group)
multiscale = model.ome_attributes.multiscales[0]
print(" ".join(axis.name for axis in multiscale.axes))
for dataset in multiscale.datasets:
    array = group[dataset.path]
    shape = "x".join(map(str, array.shape))
    print(dataset.path, shape, array.dtype, int(array[...].astype("uint64").sum()))

# what napari and others read by it: arrays of dask, the largest first
(node,) = (node for node in Reader(parse_url(sys.argv[1]))() if node.data)
print("ome-zarr", " ".join(axis["name"] for axis in node.metadata["axes"]))
for array in node.data:
    shape = "x".join(map(str, array.shape))
    print("ome-zarr", shape, array.dtype, int(array.astype("uint64").sum().compute()))
