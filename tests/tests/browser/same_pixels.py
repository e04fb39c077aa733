"""same_pixels.py URL FILE: says whether the largest level of the OME-Zarr at URL has the samples of the TIFF in FILE."""

import sys

import numpy
import tifffile
import zarr

level = zarr.open_group(sys.argv[1], mode="r")["0"][...]
samples = tifffile.imread(sys.argv[2])
is_same = level.dtype == samples.dtype and numpy.array_equal(numpy.squeeze(level), numpy.squeeze(samples))
print("the same" if is_same else f"different: {level.shape} {level.dtype} and {samples.shape} {samples.dtype}")
