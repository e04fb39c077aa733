"""Bytes of each derived pyramid beside those of the files it was made of, and of the same pixels as compressed TIFF.

    python storage.py FOLDER TITLE      FOLDER is a node's

Needs numpy, tifffile, imagecodecs and zarr. The TIFFs hold what the pyramid's largest level holds, in strips, with the
horizontal predictor that integers have: only that level, as an archive would keep it. The table has one line for all
images and one for each kind of file.
"""

import pathlib
import sqlite3
import sys
import tempfile

import numpy as np
import tifffile
import zarr

QUESTION = """
select image.id, derivation.version, sum(file.bytes), min(file.path)
from image
join derivation on derivation.image = image.id and derivation.state = 'ready'
join file on file.image = image.id and file.until is null
group by image.id
"""


def as_tiff(pixels, compression, folder):
    path = pathlib.Path(folder) / "pixels.tif"
    has_predictor = pixels.dtype.kind in "iu" and pixels.dtype.itemsize <= 4
    planes = pixels.reshape(-1, *pixels.shape[-2:])
    tifffile.imwrite(
        path,
        planes,
        compression=compression,
        predictor=has_predictor,
        photometric="minisblack",
        bigtiff=pixels.nbytes > 1 << 31,
        metadata=None,
    )
    return path.stat().st_size


def kind_of(path):
    name = path.lower()
    for end, kind in (
        (".ome.tif", "OME-TIFF"),
        (".ome.tiff", "OME-TIFF"),
        (".tif", "TIFF"),
        (".tiff", "TIFF"),
        (".png", "PNG"),
        (".jpg", "JPEG"),
        (".mrc", "MRC"),
        (".map", "MRC"),
    ):
        if name.endswith(end):
            return kind
    return "OME-Zarr" if ".zarr" in name else "other"


def main():
    node, title = pathlib.Path(sys.argv[1]), sys.argv[2]
    rows = sqlite3.connect(node / "db.sqlite").execute(QUESTION).fetchall()
    sums = {}
    as_deposited = 0
    with tempfile.TemporaryDirectory() as folder:
        for image, version, source, path in rows:
            pyramid = node / "derived" / f"{image}.{version}" / "zarr"
            if not pyramid.is_dir():
                # an OME-Zarr that is shown as it is
                as_deposited += 1
                continue
            levels = zarr.open_group(pyramid, mode="r")
            pixels = np.asarray(levels["0"][:])
            sizes = np.array(
                [
                    1,
                    pixels.nbytes,
                    source,
                    sum(file.stat().st_size for file in pyramid.rglob("*") if file.is_file()),
                    sum(file.stat().st_size for file in (pyramid / "0").rglob("*") if file.is_file()),
                    as_tiff(pixels, "lzw", folder),
                    as_tiff(pixels, "zlib", folder),
                ],
                dtype=np.int64,
            )
            for key in ("all", kind_of(path)):
                sums[key] = sums.get(key, 0) + sizes
    print(f"{title}: {len(rows)} images, of which {as_deposited} are shown from the OME-Zarr that they are")
    for key, (count, raw, source, pyramid, first, lzw, deflate) in sums.items():
        print(
            f"{key:9} {count:4} images, {raw / 1e6:8.2f} MB of pixels: files {source / 1e6:8.2f}, pyramid {pyramid / 1e6:8.2f}"
            f" (its largest level {first / 1e6:8.2f}), LZW {lzw / 1e6:8.2f}, deflate {deflate / 1e6:8.2f};"
            f" pyramid / files {pyramid / source:.2f}, / LZW {pyramid / lzw:.2f}, / deflate {pyramid / deflate:.2f}"
        )


if __name__ == "__main__":
    main()
