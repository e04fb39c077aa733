"""Harvests a repository by OAI-PMH with a client that others wrote.

    harvest.py CLIENT URL PREFIX [PAUSE_AFTER...] [--from=DATESTAMP] [--set=SPEC]

CLIENT is sickle, scythe, pyoai (which asks by POST), or strict: a client of our own that validates every answer against
the schemas (--schemas=FOLDER, --dublin-core=FILE) and asks by GET and POST in turn. After so many records it writes
"pause" and waits for a line, so that something can happen between two pages. The last line is JSON: [identifier,
datestamp, is deleted, title] of each record, and the time of the first answer.
"""

import json
import sys

OAI = "{http://www.openarchives.org/OAI/2.0/}"
TITLES = ("{http://purl.org/dc/elements/1.1/}title", "{http://datacite.org/schema/kernel-4}title")


def title_in(element):
    found = [one.text for name in TITLES for one in element.iter(name)]
    return found[0] if found else None


def sickle(url, prefix, more):
    from sickle import Sickle

    for record in Sickle(url).ListRecords(metadataPrefix=prefix, **more):
        header = record.header
        yield header.identifier, header.datestamp, header.deleted, title_in(record.xml)


def scythe(url, prefix, more):
    from oaipmh_scythe import Scythe

    more = {{"from": "from_", "set": "set_"}[name]: value for name, value in more.items()}
    with Scythe(url) as client:
        for record in client.list_records(metadata_prefix=prefix, **more):
            header = record.header
            yield header.identifier, header.datestamp, header.deleted, title_in(record.xml)


def for_pyoai():
    """lxml as pyoai knows it: since 5.0 an evaluator is only called, and has no method of that name."""
    from types import SimpleNamespace

    from lxml import etree

    class Evaluator:
        def __init__(self, node, namespaces):
            self.evaluate = etree.XPathEvaluator(node, namespaces=namespaces)

    return SimpleNamespace(**{**vars(etree), "XPathEvaluator": Evaluator})


def pyoai(url, prefix, more):
    from datetime import datetime

    import oaipmh.client
    from oaipmh.client import Client
    from oaipmh.metadata import MetadataRegistry

    if "from" in more:
        more = {**more, "from_": datetime.strptime(more["from"], "%Y-%m-%dT%H:%M:%SZ")}
        del more["from"]
    oaipmh.client.etree = for_pyoai()
    registry = MetadataRegistry()
    registry.registerReader(prefix, title_in)
    client = Client(url, registry)
    client.updateGranularity()
    for header, metadata, _ in client.listRecords(metadataPrefix=prefix, **more):
        stamp = header.datestamp().strftime("%Y-%m-%dT%H:%M:%SZ")
        yield header.identifier(), stamp, header.isDeleted(), metadata


first_date = None


def strict(url, prefix, more, schema):
    from urllib.parse import urlencode
    from urllib.request import urlopen

    from lxml import etree

    global first_date
    asked, by_post = {"metadataPrefix": prefix, **more}, False
    while asked:
        arguments = urlencode({"verb": "ListRecords", **asked})
        with urlopen(url, arguments.encode()) if by_post else urlopen(f"{url}?{arguments}") as answer:
            assert answer.headers["Content-Type"] == "text/xml; charset=utf-8", answer.headers
            tree = etree.fromstring(answer.read())
        schema.assertValid(tree)
        first_date = first_date or tree.findtext(OAI + "responseDate")
        for record in tree.iter(OAI + "record"):
            header = record.find(OAI + "header")
            deleted = header.get("status") == "deleted"
            assert deleted == (record.find(OAI + "metadata") is None)
            yield header.findtext(OAI + "identifier"), header.findtext(OAI + "datestamp"), deleted, title_in(record)
        token = tree.findtext(f"{OAI}ListRecords/{OAI}resumptionToken")
        asked, by_post = {"resumptionToken": token} if token else None, not by_post


def main():
    options = dict(one[2:].split("=", 1) for one in sys.argv[1:] if one.startswith("--"))
    client, url, prefix, *pauses = [one for one in sys.argv[1:] if not one.startswith("--")]
    more = {name: options[name] for name in ("from", "set") if name in options}
    if client == "strict":
        from validate import schema_of

        records = strict(url, prefix, more, schema_of(options["schemas"], options["dublin-core"]))
    else:
        records = {"sickle": sickle, "scythe": scythe, "pyoai": pyoai}[client](url, prefix, more)
    pauses, harvested = {int(pause) for pause in pauses}, []
    for record in records:
        harvested.append(record)
        if len(harvested) in pauses:
            print("pause", flush=True)
            sys.stdin.readline()
    print(json.dumps({"records": harvested, "date": first_date}))


main()
