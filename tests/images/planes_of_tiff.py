"""Digests of the pixels of TIFF files, as another program reads them.

    python tests/images/planes_of_tiff.py FOLDER > node/src/image/tiff/tests/planes.tsv

FOLDER is the folder of real images beside the workspace. Needs tifffile and imagecodecs (made with 2026.3.3 and
2026.3.6), which the tests do not: figures are facts, and the table is checked in. A line is: file, image, type, number of
samples, SHA-256 of all samples, each channel on its own, the least byte first. What a reader for people does to samples
is done here in the plainest way: white is 255 where the file stores it as 0, palettes and inks become red, green and
blue (palettes of greys one channel), transparency is left out, small floating-point numbers become those of four bytes. Files that tifffile does not
decode have no line; those in JPEG have the mean of each channel instead of a digest, because decoders may differ by one.
"""

import hashlib
import logging
import pathlib
import sys

import numpy as np
import tifffile

logging.disable(logging.CRITICAL)

UNREAD = {6, 50001, 34676, 34677, 32809, 34925}


def channels_first(page):
    """Samples of a page as (channel, row, column)."""
    data = page.asarray()
    samples = page.samplesperpixel
    if samples == 1:
        return data.reshape(1, page.imagelength, page.imagewidth)
    if page.planarconfig == 2:
        return data.reshape(samples, page.imagelength, page.imagewidth)
    return np.moveaxis(data.reshape(page.imagelength, page.imagewidth, samples), 2, 0)


def palette(page, data):
    colours = np.asarray(page.colormap)
    eight = (colours & 0xFF == 0) | (colours & 0xFF == colours >> 8)
    if (colours < 256).all():
        colours = colours.astype("uint8")
    elif eight.all():
        colours = (colours >> 8).astype("uint8")
    if (colours == colours[0]).all():
        # shades of grey are one channel; of even ones from black on, the indices
        return data[:1] if is_even(colours[0].astype("i8")) else colours[:1, data[0]]
    return colours[:, data[0]]


def is_even(shades):
    steps = len(shades) - 1
    expected = np.arange(steps + 1) * shades[-1]
    return shades[-1] >= steps and (abs(shades * steps - expected) < steps).all()


def inks(page, data):
    ink, black = data[:3], data[3]
    if data.dtype.kind == "f":
        return ((1 - ink.astype("f8")) * (1 - black.astype("f8"))).astype(data.dtype)
    full = (1 << page.bitspersample) - 1
    light = (full - ink.astype("u8")) * (full - black.astype("u8"))
    return ((light + full // 2) // full).astype(data.dtype)


def shown(page):
    """What readers are given of a page."""
    data = channels_first(page)
    if data.dtype == bool:
        data = data.astype("uint8")
    samples = page.samplesperpixel
    # tifffile takes white for 0 where the file does not say; libtiff does so of faxes only
    photometric = int(page.photometric) if 262 in page.tags or page.bitspersample == 1 else 1
    extra = [int(kind) for kind in page.extrasamples]
    if photometric in (0, 1, 4):
        alpha = 0
        for kind in reversed(extra):
            if kind not in (1, 2):
                break
            alpha += 1
        data = data[: max(1, samples - alpha)]
        if photometric == 0 and data.dtype.kind == "u":
            data = ((1 << page.bitspersample) - 1) ^ data
        elif photometric == 0 and data.dtype.kind == "i":
            data = ~data
    elif photometric == 2 and samples > 3:
        if all(kind in (1, 2) for kind in extra) and extra:
            data = data[:3]
        elif samples == 4 and data.dtype.kind == "u":
            data = data[:3]
    elif photometric == 3:
        data = palette(page, data)
    elif photometric == 5 and samples >= 4 and data.dtype.kind != "i":
        data = inks(page, data)
    elif photometric in (6, 8, 9, 10, 32803, 32844, 32845) and int(page.compression) != 7:
        return None
    if data.dtype == np.float16:
        data = data.astype("float32")
    return data


def line(name, index, pages):
    stack = [shown(page) for page in pages]
    if any(data is None for data in stack):
        return
    data = np.stack(stack, axis=1)
    data = np.ascontiguousarray(data.astype(data.dtype.newbyteorder("<")))
    if int(pages[0].compression) == 7:
        means = ",".join(f"{channel.mean():.2f}" for channel in data)
        result = f"mean {means}"
    else:
        result = hashlib.sha256(data.tobytes()).hexdigest()
    print(name, index, data.dtype.name, data.size, result, sep="\t")


def main(folder):
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if not name.startswith(("tiff/", "ome-tiff/")) or not path.is_file():
            continue
        try:
            with tifffile.TiffFile(path) as file:
                sizes = {}
                seen = set()
                for page in file.pages:
                    page = page.aspage()
                    if page.offset in seen:
                        # the list of pages runs in a circle, and tifffile with it
                        break
                    seen.add(page.offset)
                    if page.subfiletype & 5:
                        continue
                    if int(page.compression) in UNREAD:
                        raise ValueError("a compression that is not read")
                    key = (page.imagewidth, page.imagelength, page.dtype, page.samplesperpixel, page.photometric == 3)
                    sizes.setdefault(key, []).append(page)
                for index, pages in enumerate(sizes.values()):
                    line(name, index, pages)
        except Exception as error:
            print(f"# {name}\t{type(error).__name__}: {str(error)[:100]}")


main(pathlib.Path(sys.argv[1]))
