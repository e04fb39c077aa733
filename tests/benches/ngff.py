"""An OME-TIFF to an OME-Zarr 0.5 by ngff-zarr, with levels halved in y and x.

    python ngff.py SOURCE TARGET LEVELS METHOD

It is what its own command does (tiff_file_to_ngff_images, to_multiscales, to_ome_zarr), which cannot be told how many levels
there are to be. METHOD is its name for how pixels become fewer: itkwasm_gaussian is its default, dask_bin_shrink the mean of
four, as ours. Its default codec is zstd of level 0, which stands for 3, as ours.
"""

import sys

from ngff_zarr import Methods, to_multiscales, to_ome_zarr
from ngff_zarr.tiff_to_ngff_image import tiff_file_to_ngff_images


def main():
    source, target, levels, method = sys.argv[1:]
    [(_, image)] = tiff_file_to_ngff_images(source)
    factors = [{"z": 1, "y": 2**level, "x": 2**level} for level in range(1, int(levels))]
    to_ome_zarr(target, to_multiscales(image, factors, Methods(method)), version="0.5")


if __name__ == "__main__":
    main()
