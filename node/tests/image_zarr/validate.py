"""Opens each pyramid in a folder with zarr-python, validates it with ome-zarr-models, and prints what is in its levels."""

import pathlib
import sys

import zarr
from ome_zarr_models.v05.image import Image
from ome_zarr_models.v05.image_label import ImageLabel

rows = []
for folder in pathlib.Path(sys.argv[1]).iterdir():
    group = zarr.open_group(folder, mode="r")
    is_label = "image-label" in group.attrs["ome"]
    model = (ImageLabel if is_label else Image).from_zarr(group)
    for dataset in model.ome_attributes.multiscales[0].datasets:
        array = group[dataset.path]
        shape = "x".join(map(str, array.shape))
        total = array[...].astype("float64").sum()
        mantissa, exponent = f"{total:.6e}".split("e")
        rows.append(f"{folder.name}/{dataset.path} {shape} {array.dtype} {mantissa}e{int(exponent)}")
print("\n".join(sorted(rows)))
