"""Validates the XML document on standard input: validate_xml.py SCHEMA [SCHEMA_OF_DUBLIN_CORE]"""

import sys

from lxml import etree

schema_path = sys.argv[1]
parser = etree.XMLParser(no_network=True)
schema_document = etree.parse(schema_path, parser)
if len(sys.argv) > 2:
    # the schema imports a file that is not beside it
    for found in schema_document.getroot().iter("{http://www.w3.org/2001/XMLSchema}import"):
        found.set("schemaLocation", sys.argv[2])
schema = etree.XMLSchema(schema_document)
document = etree.fromstring(sys.stdin.buffer.read(), parser)
if not schema.validate(document):
    sys.exit("\n".join(str(error) for error in schema.error_log))
print("valid")
