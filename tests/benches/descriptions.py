"""How fast tifffile reads the descriptions of TIFF files: the series in each, their axes and types, and the OME-XML.

    python descriptions.py FOLDER [ROUNDS]

The same files that `cargo bench -p node --bench descriptions` counts as TIFF. The best of the rounds counts; a file that
it refuses is one too.
"""

import logging
import pathlib
import sys
import time

import tifffile

logging.disable(logging.CRITICAL)


def describe(path):
    with tifffile.TiffFile(path) as file:
        said = file.ome_metadata or file.imagej_metadata
        return said, [(series.axes, series.shape, series.dtype) for series in file.series]


def main():
    folder = pathlib.Path(sys.argv[1])
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix.lower() in (".tif", ".tiff"))
    best = None
    for _ in range(rounds):
        refused = 0
        before = time.perf_counter()
        for path in paths:
            try:
                describe(path)
            except Exception:  # whatever it says of a file that is no TIFF, or a broken one
                refused += 1
        took = time.perf_counter() - before
        best = min(best or took, took)
    print(f"tifffile {tifffile.__version__}: {len(paths)} TIFF files, {refused} refused, {len(paths) / best:.0f} files/s")


if __name__ == "__main__":
    main()
