"""The public validator of the IIIF Image API (iiif-validator), and the picture that it wants to see.

    validate.py picture OUT.png
    validate.py validate HOST:PORT PREFIX IDENTIFIER
"""

import runpy
import sys
import sysconfig
import types

try:
    import magic  # noqa: F401
except ImportError:
    # two of its tests (PDF, JPEG 2000, which are not of level 2) use it, with a library of the system; all are imported
    sys.modules["magic"] = types.ModuleType("magic")

from iiif_validator.validator import ValidationInfo
from PIL import Image


def picture(path):
    colours = ValidationInfo().colorInfo
    image = Image.new("RGB", (1000, 1000))
    for x, column in enumerate(colours):
        for y, colour in enumerate(column):
            image.paste(colour, (x * 100, y * 100, x * 100 + 100, y * 100 + 100))
    image.save(path)


def validate(server, prefix, identifier):
    sys.argv = [
        "iiif-validate.py", "--server", server, "--prefix", prefix, "--identifier", identifier,
        "--version", "3.0", "--level", "2", "--verbose",
    ]
    runpy.run_path(f"{sysconfig.get_path('scripts')}/iiif-validate.py", run_name="__main__")


if __name__ == "__main__":
    {"picture": picture, "validate": validate}[sys.argv[1]](*sys.argv[2:])
