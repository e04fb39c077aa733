"""Reads RIS on standard input as a reference manager does: validate_ris.py [TITLE]"""

import io
import sys

import rispy

[study] = rispy.load(io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8", newline=""))
if study["type_of_reference"] != "DATA":
    sys.exit(f"it is of type {study['type_of_reference']}")
# what has a tag that no reference manager knows
if "unknown_tag" in study:
    sys.exit(f"nobody knows the tags {study['unknown_tag']}")
for wanted in ("title", "authors", "year", "publisher", "urls", "accession_number"):
    if not study.get(wanted):
        sys.exit(f"it has no {wanted}")
if len(sys.argv) > 1 and study["title"] != sys.argv[1]:
    sys.exit(f"its title is {study['title']!r}")
print("valid")
