"""Images to measure with, the same at every run. Needs numpy, tifffile and imagecodecs.

    python pictures.py stack FILE CHANNELS PLANES SIDE    an OME-TIFF of 16 bit, axes CZYX, not compressed
    python pictures.py slide FILE SIDE COMPRESSION        a pyramid TIFF, RGB of 8 bit, in tiles of 256, one directory a level

A stack is what a camera with an offset sees of cells: smooth structures, and on them the noise of counted photons, which
is what no compression gets below. A slide is a stained section with the grain of its scanner. COMPRESSION is "deflate" or
"jpeg" of quality 90.
"""

import sys

import numpy as np
import tifffile

OFFSET = 100  # what a camera gives in the dark
TILE = 256
SMALLEST = 256


def cells(generator, side, count, radius):
    """Brightness from 0 to 1 of round things at random places, as many as are asked for."""
    plane = np.zeros((side, side), np.float32)
    for x, y, size, height in zip(
        generator.integers(0, side, count),
        generator.integers(0, side, count),
        generator.uniform(radius / 2, radius * 1.5, count),
        generator.uniform(0.2, 1.0, count),
    ):
        reach = int(size * 2.5)
        top, bottom = max(0, y - reach), min(side, y + reach)
        left, right = max(0, x - reach), min(side, x + reach)
        down = np.arange(top, bottom, dtype=np.float32)[:, None] - y
        across = np.arange(left, right, dtype=np.float32)[None, :] - x
        spot = height * np.exp(-(down * down + across * across) / (2 * size * size))
        plane[top:bottom, left:right] += spot
    return np.minimum(plane, 1.0)


def planes(channels, depth, side):
    """The planes of a stack, the channel the slowest."""
    generator = np.random.default_rng(7)
    # drawn once, and laid elsewhere for every plane: to draw it anew for thousands of millions of pixels takes minutes
    grain = generator.normal(0.0, 1.0, (side, side)).astype(np.float32)
    count = max(20, side * side // 10_000)
    for channel in range(channels):
        near = cells(generator, side, count, side / 80)
        far = cells(generator, side, count, side / 80)
        for z in range(depth):
            part = z / max(1, depth - 1)
            photons = 20 + 1500 * ((1 - part) * near + part * far) / (channel + 1)
            down, across = generator.integers(0, side, 2)
            noisy = photons + np.sqrt(photons) * np.roll(grain, (down, across), (0, 1))
            yield np.clip(noisy + OFFSET, 0, 65535).astype(np.uint16)


def stack(path, channels, depth, side):
    metadata = {
        "axes": "CZYX",
        "Channel": {"Name": [f"channel {number}" for number in range(channels)]},
        "PhysicalSizeX": 0.108,
        "PhysicalSizeY": 0.108,
        "PhysicalSizeZ": 0.3,
    }
    is_large = channels * depth * side * side * 2 >= 1 << 32
    tifffile.imwrite(
        path,
        planes(channels, depth, side),
        shape=(channels, depth, side, side),
        dtype=np.uint16,
        ome=True,
        bigtiff=is_large,
        photometric="minisblack",
        metadata=metadata,
    )


def section(side):
    """A stained section: pink ground, violet nuclei, grain."""
    generator = np.random.default_rng(11)
    # structures of many sizes, each made small and enlarged
    ground = np.zeros((side, side), np.float32)
    for size, height in ((8, 0.5), (40, 0.3), (200, 0.2), (1000, 0.15)):
        small = generator.uniform(-1, 1, (size, size)).astype(np.float32)
        rows = np.linspace(0, size - 1, side).astype(int)
        ground += height * small[np.ix_(rows, rows)]
    nuclei = cells(generator, side, side * side // 2500, 9)
    picture = np.empty((side, side, 3), np.uint8)
    for part, (bare, stained, nucleus) in enumerate(((238, 40, 130), (205, 70, 120), (225, 30, 50))):
        grain = generator.normal(0.0, 3.0, (side, side)).astype(np.float32)
        shade = bare - stained * np.clip(0.5 + ground / 2, 0, 1) - nucleus * nuclei + grain
        picture[:, :, part] = np.clip(shade, 0, 255)
    return picture


def halved(picture):
    height, width = (side // 2 * 2 for side in picture.shape[:2])
    four = picture[:height, :width].reshape(height // 2, 2, width // 2, 2, 3)
    return (four.mean(axis=(1, 3), dtype=np.float32) + 0.5).astype(np.uint8)


def slide(path, side, compression):
    how = {
        "deflate": {"compression": "zlib", "predictor": True, "photometric": "rgb"},
        "jpeg": {"compression": "jpeg", "compressionargs": {"level": 90}, "photometric": "rgb"},
    }[compression]
    picture = section(side)
    with tifffile.TiffWriter(path) as writer:
        level = 0
        while True:
            writer.write(picture, tile=(TILE, TILE), subfiletype=int(level > 0), metadata=None, **how)
            if max(picture.shape[:2]) <= SMALLEST:
                return
            picture = halved(picture)
            level += 1


if __name__ == "__main__":
    kind, path, *rest = sys.argv[1:]
    if kind == "stack":
        stack(path, *map(int, rest))
    else:
        slide(path, int(rest[0]), rest[1])
