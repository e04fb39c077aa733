"""Reads a DCAT catalogue page by page as CKAN's harvester does: harvest_dcat.py URL FORMAT

Prints the IRI of every dataset with its title, each page as it comes; fails on what DCAT-AP makes mandatory.
"""

import sys
import urllib.request

from rdflib import DCAT, DCTERMS, RDF, Graph, Namespace

HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")
ACCEPT = {"turtle": "text/turtle", "xml": "application/rdf+xml", "json-ld": "application/ld+json", "nt": "application/n-quads"}

url, form = sys.argv[1:]
pages = 0
while url:
    pages += 1
    if pages > 100:
        sys.exit("the pages have no end")
    request = urllib.request.Request(url, headers={"Accept": ACCEPT[form]})
    with urllib.request.urlopen(request, timeout=60) as answer:
        graph = Graph().parse(data=answer.read(), format=form)
    [catalogue] = graph.subjects(RDF.type, DCAT.Catalog)
    for wanted in (DCTERMS.title, DCTERMS.description, DCTERMS.publisher):
        if graph.value(catalogue, wanted) is None:
            sys.exit(f"the catalogue has no {wanted}")
    for dataset in sorted(graph.objects(catalogue, DCAT.dataset)):
        if (dataset, RDF.type, DCAT.Dataset) not in graph or graph.value(dataset, DCTERMS.description) is None:
            sys.exit(f"{dataset} is not described")
        if graph.value(dataset, DCTERMS.publisher) is None or graph.value(dataset, DCAT.landingPage) is None:
            sys.exit(f"{dataset} has no publisher or no page")
        title = " ".join(str(graph.value(dataset, DCTERMS.title)).split())
        print(f"{dataset} {title}")
    # CKAN's harvester takes the first of the older Hydra words that it finds
    collections = list(graph.subjects(RDF.type, HYDRA.PagedCollection))
    following = [str(page) for one in collections for page in graph.objects(one, HYDRA.nextPage)]
    url = following[0] if following else None
print(f"pages {pages}", file=sys.stderr)
