"""Validates the RO-Crate on standard input: validate_shacl.py SHAPES CONTEXT_OF_RO_CRATE"""

import json
import sys

import pyshacl
from rdflib import Graph, Namespace

SH = Namespace("http://www.w3.org/ns/shacl#")
RO_CRATE = "https://w3id.org/ro/crate/1.2/context"

shapes_path, context_path = sys.argv[1:]
crate = json.load(sys.stdin)
with open(context_path, encoding="utf-8") as file:
    local = json.load(file)["@context"]
# nothing is fetched: the one remote context is put in its place
crate["@context"] = [local if part == RO_CRATE else part for part in crate["@context"]]
if any(isinstance(part, str) for part in crate["@context"]):
    sys.exit("a context that is not RO-Crate's")
data = Graph().parse(data=json.dumps(crate), format="json-ld", publicID="https://crate.example.org/")
if len(data) < 10:
    sys.exit(f"only {len(data)} statements")
shapes = Graph().parse(shapes_path, format="turtle")
_, report, text = pyshacl.validate(data, shacl_graph=shapes)
violations = list(report.subjects(SH.resultSeverity, SH.Violation))
if violations:
    sys.exit(text)
print("valid")
