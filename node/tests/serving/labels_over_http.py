"""Prints the label images that zarr-python and ome-zarr find below an OME-Zarr over HTTP, each with its largest number."""

import sys

import zarr
from ome_zarr.io import parse_url
from ome_zarr.reader import Reader

group = zarr.open_group(sys.argv[1], mode="r")
attributes = dict(group["labels"].attrs)
for name in sorted(attributes.get("ome", attributes)["labels"]):
    print("zarr", name, int(group[f"labels/{name}/0"][...].max()))

found = []
for node in Reader(parse_url(sys.argv[1]))():
    path = str(node.zarr)
    if "/labels/" in path and node.data:
        name = path.split("/labels/")[1].split("/")[0].split(" ")[0].rstrip("]")
        found.append(f"ome-zarr {name} {int(node.data[0].max().compute())}")
print("\n".join(sorted(found)))
