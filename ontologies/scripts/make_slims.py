#!/usr/bin/env python3
"""Cuts the slims in data/slims out of whole ontologies.

    make_slims.py ONTOLOGIES [OUTPUT]

ONTOLOGIES is a folder with the files named in RECIPES below; OUTPUT is data/slims beside this script's folder when it is not
given. Terms are chosen by RECIPES, by wanted.tsv (labels, which must exist) and by facts.tsv (terms that stand in no file); all
ancestors of a chosen term come with it. Only facts are copied: identifiers, labels, exact synonyms, parents.
"""

import json
import re
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

HERE = Path(__file__).resolve().parent
OBO = "http://purl.obolibrary.org/obo/"
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
RDFS = "{http://www.w3.org/2000/01/rdf-schema#}"
OWL = "{http://www.w3.org/2002/07/owl#}"
OIO = "{http://www.geneontology.org/formats/oboInOwl#}"


class Term:
    def __init__(self, label="", synonyms=(), parents=(), part_of=(), state=""):
        self.label, self.state = label, state
        self.synonyms, self.parents, self.part_of = list(synonyms), list(parents), list(part_of)


def read_obo(path):
    """Terms of an OBO file; relations with qualifiers (all_only, gci_…) hold for some instances only and are left out."""
    terms, term = {}, None
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            term = Term() if line == "[Term]" else None
        elif term is not None and ": " in line:
            tag, value = line.split(": ", 1)
            plain = value.split(" ! ")[0].strip()
            if tag == "id":
                terms[plain] = term
            elif tag == "name":
                term.label = value
            elif tag == "is_a" and "{" not in plain:
                term.parents.append(plain)
            elif tag == "relationship" and "{" not in plain and plain.split()[0] in ("part_of", "BFO:0000050"):
                term.part_of.append(plain.split()[1])
            elif tag == "is_obsolete" and value.startswith("true"):
                term.state = term.state or "obsolete"
            elif tag == "replaced_by":
                term.state = plain
            elif tag == "synonym":
                match = re.match(r'"((?:[^"\\]|\\.)*)" EXACT', value)
                if match:
                    term.synonyms.append(match[1].replace('\\"', '"'))
    return terms


def read_ancestor_table(path):
    """Terms of a cellxgene-ontology-guide file: the parents are the ancestors at distance 1 (for UBERON some are wholes)."""
    terms = {}
    for identifier, entry in json.loads(path.read_text(encoding="utf-8")).items():
        parents = [ancestor for ancestor, distance in entry["ancestors"].items() if distance == 1]
        state = entry.get("replaced_by", "obsolete") if entry["deprecated"] else ""
        terms[identifier] = Term(entry["label"], entry.get("synonyms", []), parents, [], state)
    return terms


def read_owl(path):
    """Named classes of an RDF/XML file with their named superclasses and part-of restrictions."""
    terms = {}
    for node in ElementTree.parse(path).getroot().findall(OWL + "Class"):
        iri = node.get(RDF + "about")
        if not iri:
            continue
        term = terms.setdefault(compact(iri), Term())
        term.label = node.findtext(RDFS + "label") or term.label
        term.synonyms += [synonym.text for synonym in node.findall(OIO + "hasExactSynonym") if synonym.text]
        for superclass in node.findall(RDFS + "subClassOf"):
            parent = superclass.get(RDF + "resource")
            restriction = superclass.find(OWL + "Restriction")
            if parent:
                term.parents.append(compact(parent))
            elif restriction is not None:
                on, some = restriction.find(OWL + "onProperty"), restriction.find(OWL + "someValuesFrom")
                if on is not None and some is not None and on.get(RDF + "resource") == OBO + "BFO_0000050":
                    if some.get(RDF + "resource"):
                        term.part_of.append(compact(some.get(RDF + "resource")))
        if node.findtext(OWL + "deprecated") == "true":
            term.state = "obsolete"
    return terms


def read_slim_rows(path):
    terms = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            identifier, label, synonyms, parents, part_of, state = line.split("\t")
            terms[identifier] = Term(label, *([item for item in cell.split("|") if item] for cell in (synonyms, parents, part_of)), state)
    return terms


def compact(iri):
    return iri.rsplit("/", 1)[-1].replace("_", ":", 1)


def prefix(identifier):
    return identifier.split(":")[0]


def with_ancestors(chosen, terms):
    found, open_ends = set(), list(chosen)
    while open_ends:
        identifier = open_ends.pop()
        if identifier in terms and identifier not in found:
            found.add(identifier)
            open_ends += terms[identifier].parents + terms[identifier].part_of
            if terms[identifier].state not in ("", "obsolete"):
                open_ends.append(terms[identifier].state)
    return found


def merge(*tables):
    """The first table that has a label for a term gives it; a later one may add synonyms."""
    terms = {}
    for table in tables:
        for identifier, term in table.items():
            known = terms.get(identifier)
            if known is None or not known.label:
                terms[identifier] = term
            elif term.label.lower() == known.label.lower():
                known.synonyms += term.synonyms
    return terms


def write(path, header, terms, chosen):
    lines = [f"# {key}: {value}" for key, value in header.items()]
    for identifier in sorted(chosen):
        term = terms[identifier]
        if not term.label:
            continue
        taken = {term.label}
        synonyms = [s for s in term.synonyms if s.strip() and "|" not in s and not (s in taken or taken.add(s))]
        parents = [p for p in dict.fromkeys(term.parents) if p in chosen and p != identifier]
        part_of = [p for p in dict.fromkeys(term.part_of) if p in chosen and p != identifier and p not in parents]
        cells = [identifier, term.label, "|".join(synonyms), "|".join(parents), "|".join(part_of), term.state]
        lines.append("\t".join(" ".join(cell.split()) for cell in cells))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{path.name}\t{len(lines) - len(header)} terms\t{path.stat().st_size} bytes")


def wanted_labels():
    """(prefix, label) of the rows of wanted.tsv, with what follows "*": all narrower terms too."""
    rows = (line.split("\t") for line in (HERE / "wanted.tsv").read_text(encoding="utf-8").splitlines() if line and line[0] != "#")
    return [(row[0], row[1]) for row in rows]


def choose(vocabulary, terms):
    chosen, missing = [], []
    for name, label in wanted_labels():
        if name != vocabulary:
            continue
        matches = [i for i, t in terms.items() if prefix(i) == vocabulary and not t.state and t.label.lower() == label.lower()]
        chosen += matches
        missing += [] if matches else [label]
    if missing:
        sys.exit(f"{vocabulary} has no term called {', '.join(missing)}: correct wanted.tsv")
    return chosen


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    source = Path(sys.argv[1])
    output = Path(sys.argv[2]) if len(sys.argv) == 3 else HERE.parent / "data" / "slims"
    facts = read_slim_rows(HERE / "facts.tsv")
    of = lambda table, *names: {i: t for i, t in table.items() if prefix(i) in names}

    fbbi = read_obo(source / "fbbi/fbbi-derived.obo")
    write(output / "fbbi.tsv", dict(name="FBbi", version="2026-01-30", licence="https://creativecommons.org/licenses/by/4.0/",
          origin="github.com/foundingGIDE/fbbi 62b6ae1, src/ontology/fbbi-edit.owl"), fbbi, set(of(fbbi, "FBbi")))

    taxa = merge(read_obo(source / "go/ncbitaxon_import.obo"), read_ancestor_table(source / "cxg/NCBITaxon-slice.json"), of(facts, "NCBITaxon"))
    taxa = {i: t for i, t in of(taxa, "NCBITaxon").items() if i.split(":")[1].isdigit()}
    for term in taxa.values():
        # "Drosophila <flies,genus>" is how NCBI tells homonyms apart; people write "Drosophila"
        if "<" in term.label:
            term.synonyms.append(term.label.split(" <")[0])
        term.synonyms = [synonym for synonym in term.synonyms if "<" not in synonym]
    write(output / "ncbitaxon.tsv", dict(name="NCBITaxon", version="mixed, see origin", licence="public domain",
          origin="NCBI Taxonomy: the import of Gene Ontology 60d9d98 (2026-07), imaging organisms of NCBITaxon v2026-05-13, and scripts/facts.tsv (not compared with a release)"), taxa, set(taxa))

    upper = read_obo(source / "cl/general_cell_types_upper_slim.obo")
    cells = read_ancestor_table(source / "cxg/CL-ontology-v2026-03-26.json")
    chosen = [i for i in of(upper, "CL") if i in cells] + choose("CL", cells)
    write(output / "cl.tsv", dict(name="CL", version="2026-03-26", licence="https://creativecommons.org/licenses/by/4.0/",
          origin="Cell Ontology v2026-03-26 as in cellxgene-ontology-guide 1.11.1"), cells, with_ancestors(chosen, cells))

    organs = merge(of(upper, "UBERON"), read_ancestor_table(source / "cxg/UBERON-ontology-v2026-04-01.json"))
    write(output / "uberon.tsv", dict(name="UBERON", version="2026-04-01", licence="https://creativecommons.org/licenses/by/3.0/",
          origin="Uberon v2026-04-01 as in cellxgene-ontology-guide 1.11.1; some parents are wholes"), organs,
          with_ancestors(choose("UBERON", organs), organs))

    cmpo = read_obo(source / "cmpo.obo")
    write(output / "cmpo.tsv", dict(name="CMPO", version="2017-12-19", licence="Apache-2.0",
          origin="github.com/EBISPOT/CMPO 34804d1, cmpo.obo"), cmpo, set(of(cmpo, "CMPO")))

    genes = of(merge(read_owl(source / "efo/go_import.owl"), read_obo(source / "go/cl_import.obo"), upper, facts), "GO")
    labelled = {i for i, t in genes.items() if t.label}
    write(output / "go.tsv", dict(name="GO", version="mixed, see origin", licence="https://creativecommons.org/licenses/by/4.0/",
          origin="Gene Ontology: the import of EFO 704cbf6, terms that CL's upper slim names, and scripts/facts.tsv (not compared with a release)"), genes, labelled)

    efo = read_ancestor_table(source / "cxg/EFO-ontology-v3.90.0.json")
    wanted = {i for i in efo if re.fullmatch(r"EFO:00075(5\d|6\d|7[0-3])", i)} | set(choose("EFO", efo))
    write(output / "efo.tsv", dict(name="EFO", version="3.90.0", licence="Apache-2.0",
          origin="Experimental Factor Ontology v3.90.0 as in cellxgene-ontology-guide 1.11.1"), efo, with_ancestors(wanted, efo))

    duo = read_owl(source / "duo/duo.owl")
    write(output / "duo.tsv", dict(name="DUO", version="2021-02-23", licence="https://creativecommons.org/licenses/by/4.0/",
          origin="github.com/EBISPOT/DUO 81f5c3d, duo.owl"), duo, set(of(duo, "DUO")))

    pato = read_obo(source / "pato/pato.obo")
    write(output / "pato.tsv", dict(name="PATO", version="2025-05-14", licence="https://creativecommons.org/licenses/by/3.0/",
          origin="github.com/pato-ontology/pato 83ec869, pato.obo"), pato, with_ancestors(choose("PATO", pato), pato))

    lines = of(facts, "CLO")
    write(output / "clo.tsv", dict(name="CLO", version="unversioned", licence="identifiers and labels only",
          origin="Cell Line Ontology: scripts/facts.tsv (not compared with a release)"), lines, set(lines))
    methods = of(facts, "OBI", "CHMO", "MI", "EDAM")
    write(output / "methods.tsv", dict(name="methods", version="unversioned", licence="identifiers, labels and parents only",
          origin="what the facet tree needs of CHMO, OBI, PSI-MI and EDAM-bioimaging (CC BY-SA 4.0): scripts/facts.tsv"),
          methods, set(methods))


if __name__ == "__main__":
    main()
