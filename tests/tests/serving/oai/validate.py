"""Validates answers of OAI-PMH with their metadata: validate.py SCHEMAS DUBLIN_CORE, documents as a JSON list on standard
input. SCHEMAS is the folder with the public schemas, DUBLIN_CORE a schema of the elements that oai_dc imports."""

import json
import sys
from pathlib import Path

from lxml import etree

XS = "{http://www.w3.org/2001/XMLSchema}"


def schema_of(folder, dublin_core):
    """One schema of all: the protocol's, which wants what stands inside to be valid as well, and those of the metadata."""
    folder = Path(folder).resolve()
    of_dc = etree.parse(str(folder / "oai-pmh/oai_dc.xsd"))
    for found in of_dc.iter(XS + "import"):
        # it names a file that is not beside it
        found.set("schemaLocation", Path(dublin_core).resolve().as_uri())

    class Patched(etree.Resolver):
        def resolve(self, url, _id, context):
            if url == "patched:oai_dc":
                return self.resolve_string(etree.tostring(of_dc), context, base_url=url)
            return None

    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(Patched())
    whole = f"""<schema xmlns="http://www.w3.org/2001/XMLSchema">
      <import namespace="http://www.openarchives.org/OAI/2.0/" schemaLocation="{(folder / 'oai-pmh/OAI-PMH.xsd').as_uri()}"/>
      <import namespace="http://www.openarchives.org/OAI/2.0/oai_dc/" schemaLocation="patched:oai_dc"/>
      <import namespace="http://www.openarchives.org/OAI/2.0/rights/" schemaLocation="{(Path(__file__).resolve().parent / 'rights.xsd').as_uri()}"/>
      <import namespace="http://datacite.org/schema/kernel-4" schemaLocation="{(folder / 'datacite/kernel-4.6/metadata.xsd').as_uri()}"/>
    </schema>"""
    return etree.XMLSchema(etree.fromstring(whole, parser))


def main():
    schema = schema_of(sys.argv[1], sys.argv[2])
    documents = json.load(sys.stdin)
    for document in documents:
        if not schema.validate(etree.fromstring(document.encode())):
            sys.exit("\n".join(str(error) for error in schema.error_log) + "\n" + document)
    print(f"{len(documents)} valid")


if __name__ == "__main__":
    main()
