"""Makes `written_by_others.zip` and `decoded.tsv`, which tests compare our readers with.

    python make_fixtures.py IMAGES

IMAGES is the folder of real images. Needs zarr 3, numcodecs, mrcfile and Pillow. The zip holds small files that these write
out of computed pixels, in each way that the readers have to know; the table has, of each image in it and of the real ones,
the SHA-256 of all decoded samples of a level (little endian, axes in the order t, c, z, y, x), or for JPEG, whose decoders
may differ by a step, the mean of each quarter of each channel.
"""

import hashlib
import json
import pathlib
import sys
import tempfile
import zipfile

import mrcfile
import numcodecs
import numpy as np
import zarr
from PIL import Image

HERE = pathlib.Path(__file__).parent


def pixels(shape, dtype):
    """A smooth picture with some noise: every codec has something to do, and no two samples of a row are swapped unseen."""
    dtype = np.dtype(dtype)
    random = np.random.default_rng(7)
    smooth = sum(np.sin(0.1 * (n + 1) * axis) for n, axis in enumerate(np.indices(shape)))
    noisy = smooth * 50 + 100 + random.integers(0, 9, shape)
    if dtype.kind == "b":
        return noisy > 100
    if dtype.kind == "i":
        noisy -= 100
    if dtype.kind == "f":
        noisy = noisy / 7
    elif dtype.itemsize > 1:
        noisy *= 200 if dtype.itemsize == 2 else 70000
    return noisy.astype(dtype)


def axes(names):
    kinds = {"t": "time", "c": "channel"}
    return [{"name": name, "type": kinds.get(name, "space")} for name in names]


def multiscale(names, count, version):
    levels = [
        {"path": str(n), "coordinateTransformations": [{"type": "scale", "scale": [1.0] * len(names)}]}
        for n in range(count)
    ]
    return {"version": version, "axes": axes(names), "datasets": levels}


def v2(root, name, names, array, **options):
    store = root / name
    group = zarr.open_group(store, mode="w", zarr_format=2)
    group.attrs["multiscales"] = [multiscale(names, 1, "0.4")]
    stored = group.create_array("0", shape=array.shape, dtype=array.dtype, **options)
    stored[...] = array


def v3(root, name, names, array, **options):
    store = root / name
    group = zarr.open_group(store, mode="w", zarr_format=3)
    group.attrs["ome"] = {"version": "0.5", "multiscales": [multiscale(names, 1, "0.5")]}
    stored = group.create_array("0", shape=array.shape, dtype=array.dtype, dimension_names=list(names), **options)
    stored[...] = array


def write_zarrs(root):
    image = pixels((2, 66, 70), "<u2")
    for codec in ["blosclz", "lz4", "lz4hc", "zlib", "zstd"]:
        for shuffle, word in enumerate(["plain", "bytes", "bits"]):
            blosc = numcodecs.Blosc(cname=codec, clevel=5, shuffle=shuffle)
            v2(root, f"v2-{codec}-{word}.zarr", "cyx", image, chunks=(1, 64, 64), compressors=blosc)
    # several blocks, the last one short, each split by the bytes of samples
    for codec in ["blosclz", "lz4", "zstd"]:
        blosc = numcodecs.Blosc(cname=codec, clevel=9, shuffle=1, blocksize=4096)
        v2(root, f"v2-{codec}-blocks.zarr", "cyx", image, chunks=(2, 50, 60), compressors=blosc)
    v2(root, "v2-blosc-f64.zarr", "yx", pixels((70, 90), "<f8"), chunks=(64, 64), compressors=numcodecs.Blosc(cname="lz4", shuffle=2))
    v2(root, "v2-blosc-u1.zarr", "yx", pixels((70, 90), "|u1"), chunks=(64, 64), compressors=numcodecs.Blosc(cname="blosclz", shuffle=1))
    v2(root, "v2-zlib.zarr", "cyx", image, chunks=(1, 64, 64), compressors=numcodecs.Zlib(5))
    v2(root, "v2-gzip.zarr", "cyx", image, chunks=(1, 64, 64), compressors=numcodecs.GZip(5))
    v2(root, "v2-zstd.zarr", "cyx", image, chunks=(1, 64, 64), compressors=numcodecs.Zstd(5))
    v2(root, "v2-none.zarr", "cyx", image, chunks=(1, 64, 64), compressors=None)
    v2(root, "v2-fortran.zarr", "tzyx", pixels((2, 3, 30, 40), "<i2"), chunks=(2, 2, 16, 24), compressors=None, order="F")
    v2(root, "v2-big-endian.zarr", "yx", pixels((30, 40), ">i4"), chunks=(16, 24), compressors=numcodecs.Zstd(1))
    slashes = {"name": "v2", "separator": "/"}
    v2(root, "v2-slashes.zarr", "zyx", pixels((3, 30, 40), "<f4"), chunks=(1, 16, 24), compressors=None, chunk_key_encoding=slashes)
    v2(root, "v2-half.zarr", "yx", pixels((30, 40), "<f2"), chunks=(16, 24), compressors=None)
    v2(root, "v2-bool.zarr", "yx", pixels((30, 40), "|b1"), chunks=(16, 24), compressors=None)
    for dtype in ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float16", "float32", "float64", "bool"]:
        v3(root, f"v3-{dtype}.zarr", "yx", pixels((30, 40), dtype), chunks=(16, 24))
    codecs = zarr.codecs
    v3(root, "v3-big-endian.zarr", "yx", pixels((30, 40), "uint32"), chunks=(16, 24), serializer=codecs.BytesCodec(endian="big"), compressors=codecs.GzipCodec())
    v3(root, "v3-blosc.zarr", "cyx", image, chunks=(1, 64, 64), compressors=codecs.BloscCodec(cname="zstd", shuffle="bitshuffle", typesize=2))
    v3(root, "v3-crc32c.zarr", "cyx", image, chunks=(1, 64, 64), compressors=[codecs.ZstdCodec(), codecs.Crc32cCodec()])
    v3(root, "v3-transposed.zarr", "tzyx", pixels((2, 3, 30, 40), "int16"), chunks=(2, 2, 16, 24), filters=codecs.TransposeCodec(order=(3, 0, 2, 1)))
    v3(root, "v3-sharded.zarr", "zyx", pixels((3, 70, 90), "uint16"), chunks=(1, 16, 24), shards=(2, 64, 96))
    at_start = codecs.ShardingCodec(chunk_shape=(1, 16, 24), index_location="start", codecs=[codecs.BytesCodec(), codecs.ZstdCodec()])
    v3(root, "v3-index-at-start.zarr", "zyx", pixels((3, 70, 90), "uint16"), chunks=(2, 64, 96), serializer=at_start, compressors=None)
    v3(root, "v3-dots.zarr", "yx", pixels((30, 40), "uint8"), chunks=(16, 24), chunk_key_encoding={"name": "default", "separator": "."})
    holes = np.full((3, 64, 64), -5, "int16")
    holes[1, :20, :20] = pixels((20, 20), "int16")
    v3(root, "v3-holes.zarr", "zyx", holes, chunks=(1, 16, 16), shards=(1, 32, 32), fill_value=-5)
    nan = np.full((40, 40), np.nan, "float32")
    nan[:10, :10] = pixels((10, 10), "float32")
    v3(root, "v3-nan.zarr", "yx", nan, chunks=(16, 16), fill_value=np.nan)
    plate(root)


def plate(root):
    """A plate of two wells, the first with two fields."""
    group = zarr.open_group(root / "plate.zarr", mode="w", zarr_format=3)
    wells = [{"path": "A/1", "rowIndex": 0, "columnIndex": 0}, {"path": "B/2", "rowIndex": 1, "columnIndex": 1}]
    names = {"rows": [{"name": "A"}, {"name": "B"}], "columns": [{"name": "1"}, {"name": "2"}]}
    group.attrs["ome"] = {"version": "0.5", "plate": {"name": "test plate", "wells": wells, "field_count": 2, **names}}
    for path, fields in [("A/1", 2), ("B/2", 1)]:
        well = group.create_group(path)
        images = [{"path": str(field), "acquisition": 0} for field in range(fields)]
        well.attrs["ome"] = {"version": "0.5", "well": {"images": images}}
        for field in range(fields):
            v3(root, f"plate.zarr/{path}/{field}", "yx", pixels((20, 30 + field), "uint8"), chunks=(16, 16))


def write_mrcs(root):
    for mode, dtype in {0: "int8", 1: "int16", 2: "float32", 6: "uint16", 12: "float16"}.items():
        for order in "<>":
            array = pixels((3, 10, 14), dtype)
            name = f"mode{mode}-{'little' if order == '<' else 'big'}.mrc"
            with mrcfile.new(root / name, overwrite=True) as file:
                file.set_data(array)
                file.set_volume()
                file.voxel_size = (1.5, 1.5, 2.25)
            if order == ">":
                swap(root / name, dtype)
    with mrcfile.new(root / "stack.mrc") as file:
        file.set_data(pixels((4, 8, 9), "int16"))
        file.set_image_stack()
    with mrcfile.new(root / "volumes.mrc") as file:
        file.set_data(pixels((2, 3, 8, 9), "int16"))
    with mrcfile.new(root / "extended.mrc") as file:
        file.set_data(pixels((7, 9), "uint16"))
        file.set_extended_header(np.frombuffer(b"x" * 160, "V1"))


def swap(path, dtype):
    """The same file in the other byte order."""
    with mrcfile.open(path) as file:
        header, data = file.header.copy(), file.data.copy()
    header = header.astype(header.dtype.newbyteorder(">"))
    header["machst"] = [0x11, 0x11, 0, 0]
    path.write_bytes(header.tobytes() + data.astype(np.dtype(dtype).newbyteorder(">")).tobytes())


def write_pictures(root):
    Image.fromarray(pixels((20, 30), "uint16")).save(root / "grey16.png")
    Image.fromarray(pixels((20, 30, 3), "uint8")).save(root / "colour.png")
    opaque = np.dstack([pixels((20, 30, 3), "uint8"), np.full((20, 30), 255, "uint8")])
    Image.fromarray(opaque).save(root / "opaque.png")
    opaque[3, 4, 3] = 7
    Image.fromarray(opaque).save(root / "transparent.png")
    Image.fromarray(pixels((20, 30, 3), "uint8")).quantize(16).save(root / "palette.png", bits=4)
    Image.fromarray(pixels((20, 31), "uint8") > 100).save(root / "bits.png")
    Image.fromarray(pixels((40, 60, 3), "uint8")).save(root / "baseline.jpg", quality=90)
    Image.fromarray(pixels((40, 60), "uint8")).save(root / "grey.jpg", quality=90)
    Image.fromarray(pixels((40, 60, 3), "uint8")).save(root / "progressive.jpg", quality=90, progressive=True)
    Image.fromarray(pixels((40, 60, 4), "uint8"), "CMYK").save(root / "cmyk.jpg", quality=90)


def digest(array):
    if array.dtype.kind == "b":
        array = array.astype("uint8")
    if array.dtype.kind == "f" and array.dtype.itemsize == 2:
        array = array.astype("float32")
    array = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
    return f"{array.dtype.name}\t{'x'.join(map(str, array.shape))}\t{hashlib.sha256(array.tobytes()).hexdigest()}"


def zarr_rows(root, store):
    """Of each multiscale image in a store, every level that there is."""
    for document in sorted([*store.rglob("zarr.json"), *store.rglob(".zattrs")]):
        attributes = json.loads(document.read_text())
        attributes = attributes.get("attributes", attributes)
        scales = attributes.get("ome", attributes).get("multiscales")
        for level, dataset in enumerate(scales[0]["datasets"] if scales else []):
            folder = document.parent / dataset["path"]
            if (folder / "zarr.json").exists() or (folder / ".zarray").exists():
                array = zarr.open_array(folder, mode="r")[...]
                if "axes" not in scales[0]:
                    array = array.reshape([n for axis, n in enumerate(array.shape) if n > 1 or axis + 2 >= array.ndim])
                yield f"{document.parent.relative_to(root)}\t{level}\t{digest(array)}"


def picture_row(root, path):
    picture = Image.open(path)
    if picture.format == "JPEG":
        array = np.asarray(picture if picture.mode == "L" else picture.convert("RGB"), "float64")
        array = array[None] if array.ndim == 2 else array.transpose(2, 0, 1)
        middle_y, middle_x = array.shape[1] // 2, array.shape[2] // 2
        quarters = [channel[rows, columns].mean() for channel in array
                    for rows in (slice(0, middle_y), slice(middle_y, None))
                    for columns in (slice(0, middle_x), slice(middle_x, None))]
        shape = array.shape if len(array) > 1 else array.shape[1:]
        return f"{path.relative_to(root)}\tmean\tuint8\t{'x'.join(map(str, shape))}\t{' '.join(f'{mean:.2f}' for mean in quarters)}"
    if picture.mode == "1":
        array = np.asarray(picture).astype("uint8")
    elif picture.mode in ("P", "RGBA"):
        array = np.asarray(picture.convert("RGB") if picture.mode == "P" else picture)[..., :3]
    elif picture.mode == "LA":
        array = np.asarray(picture)[..., 0]
    else:
        array = np.asarray(picture)
    if picture.mode.startswith("I"):
        array = array.astype("uint16")
    array = array.transpose(2, 0, 1) if array.ndim == 3 else array
    return f"{path.relative_to(root)}\t0\t{digest(array)}"


def mrc_row(root, path):
    with mrcfile.open(path) as file:
        return f"{path.relative_to(root)}\t0\t{digest(np.array(file.data))}"


def main():
    real = pathlib.Path(sys.argv[1])
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        write_zarrs(root)
        write_mrcs(root)
        write_pictures(root)
        for path in sorted(root.iterdir()):
            if path.suffix == ".zarr":
                rows += [f"written\t{row}" for row in zarr_rows(root, path)]
            elif path.suffix == ".mrc":
                rows.append(f"written\t{mrc_row(root, path)}")
            else:
                rows.append(f"written\t{picture_row(root, path)}")
        archive = HERE / "written_by_others.zip"
        with zipfile.ZipFile(archive, "w") as file:
            for number, path in enumerate(sorted(path for path in root.rglob("*") if path.is_file())):
                method = zipfile.ZIP_DEFLATED if number % 4 else zipfile.ZIP_STORED
                info = zipfile.ZipInfo(str(path.relative_to(root)), (2026, 1, 1, 0, 0, 0))
                file.writestr(info, path.read_bytes(), compress_type=method)
    rows += [f"real\t{row}" for row in zarr_rows(real, real / "ome-zarr")]
    for path in sorted((real / "other").rglob("*")):
        if path.suffix.lower() in (".png", ".jpg", ".jpeg"):
            rows.append(f"real\t{picture_row(real, path)}")
    (HERE / "decoded.tsv").write_text("".join(f"{row}\n" for row in rows))


main()
