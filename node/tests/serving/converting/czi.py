"""Makes a CZI, and converts one as bioformats2raw does: a converter for the tests of the node.

    czi.py make FILE SCENES     2 channels, 3 focal planes; scenes of 64 x 40, 65 x 41 ... pixels
    czi.py convert FILE FOLDER  to OME-Zarr 0.4 in the layout of bioformats2raw
"""

import sys
from xml.sax.saxutils import quoteattr

import numpy as np
import zarr
from pylibCZIrw import czi

CHANNELS, PLANES = 2, 3
COLOURS = ["0000FF", "00FF00"]


def plane(scene, channel, z):
    """The value of a pixel says where it is; the test has the same sum."""
    y, x = np.mgrid[0 : 40 + scene, 0 : 64 + scene]
    return (scene * 20000 + channel * 10000 + z * 3000 + y * 65 + x).astype(np.uint16)


def make(path, scenes):
    with czi.create_czi(path) as document:
        for scene in range(scenes):
            for channel in range(CHANNELS):
                for z in range(PLANES):
                    document.write(
                        plane(scene, channel, z)[..., np.newaxis],
                        location=(scene * 1000, 0),
                        plane={"C": channel, "Z": z, "T": 0},
                        scene=scene,
                    )
        document.write_metadata(
            document_name="cells",
            channel_names={0: "DAPI", 1: "GFP"},
            scale_x=1e-7,
            scale_y=1e-7,
            scale_z=3e-7,
        )


def convert(path, folder):
    root = zarr.open_group(folder, mode="w-", zarr_format=2)
    root.attrs["bioformats2raw.layout"] = 3
    names = []
    with czi.open_czi(path) as document:
        planes = document.total_bounding_box["Z"][1]
        channels = document.total_bounding_box["C"][1]
        scenes = document.scenes_bounding_rectangle or {None: document.total_bounding_rectangle}
        for number, (scene, area) in enumerate(scenes.items()):
            image = root.create_group(str(number))
            array = image.create_array(
                "0",
                shape=(1, channels, planes, area.h, area.w),
                chunks=(1, 1, 1, area.h, area.w),
                dtype="uint16",
                chunk_key_encoding={"name": "v2", "separator": "/"},
            )
            for c in range(channels):
                for z in range(planes):
                    pixels = document.read(plane={"C": c, "Z": z, "T": 0}, scene=scene, roi=tuple(area))
                    array[0, c, z] = pixels[..., 0]
            image.attrs["multiscales"] = [multiscale()]
            image.attrs["omero"] = {"channels": [omero(c, name) for c, name in enumerate(["DAPI", "GFP"])]}
            names.append(f"cells.czi #{number + 1}")
        attachments(root, names)


def multiscale():
    units = {"z": "micrometer", "y": "micrometer", "x": "micrometer"}
    kinds = {"t": "time", "c": "channel"}
    axes = [{"name": name, "type": kinds.get(name, "space")} for name in "tczyx"]
    for axis in axes:
        if axis["name"] in units:
            axis["unit"] = units[axis["name"]]
    scale = {"type": "scale", "scale": [1.0, 1.0, 0.3, 0.1, 0.1]}
    levels = [{"path": "0", "coordinateTransformations": [scale]}]
    return {"version": "0.4", "axes": axes, "datasets": levels}


def omero(number, name):
    window = {"start": 0, "end": 65535, "min": 0, "max": 65535}
    return {"label": name, "color": COLOURS[number], "active": True, "window": window}


def attachments(root, names):
    """The picture of a slide's label, as Zeiss's slide scanners attach it, and the document that gives all images their names."""
    label = root.create_group(str(len(names)))
    label.create_array("0", shape=(1, 1, 1, 8, 8), dtype="uint16")
    label.attrs["multiscales"] = [multiscale()]
    ome = root.create_group("OME")
    names = [*names, "label image"]
    ome.attrs["series"] = [str(number) for number in range(len(names))]
    images = "".join(
        f'<Image ID="Image:{number}" Name={quoteattr(name)}>'
        f'<Pixels ID="Pixels:{number}" DimensionOrder="XYZCT" Type="uint16" SizeX="1" SizeY="1" SizeZ="1" SizeC="1" SizeT="1"/>'
        "</Image>"
        for number, name in enumerate(names)
    )
    document = f'<OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06">{images}</OME>'
    with open(f"{root.store.root}/OME/METADATA.ome.xml", "w", encoding="utf-8") as file:
        file.write(document)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["make", path, scenes]:
            make(path, int(scenes))
        case ["convert", path, folder]:
            convert(path, folder)
        case _:
            sys.exit(__doc__)
