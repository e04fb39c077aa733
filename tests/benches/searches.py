"""Times of searches over HTTP: searches.py BASE [ROUNDS]. Each asks for five facets; one connection, one after the other.

Prints a line for each search of the mix and one for all, with p50 and p99 in milliseconds.
"""

import http.client
import json
import sys
import time
import urllib.parse

FACETS = "organism,method,cell,licence,year"
MIX = [
    ("everything", {}),
    ("everything, newest", {"sort": "newest"}),
    ("everything, by title", {"sort": "title"}),
    ("a word", {"q": "septin"}),
    ("the commonest word", {"q": "cells"}),
    ("two common words", {"q": "cell imaging"}),
    ("two rarer words", {"q": "kinetochores hypoxia"}),
    ("a phrase", {"q": '"nuclear pores"'}),
    ("a beginning", {"q": "mito*"}),
    ("an excluded word", {"q": "septin -yeast"}),
    ("mammals", {"organism": "NCBITaxon:40674"}),
    ("words and filters", {"q": "actin", "method": "FBbi:00000246", "year": "2015.."}),
    ("without a licence", {"licence": "-CC-BY-4.0", "kind": "study"}),
    ("by cursor", {"cursor": "*", "size": "100"}),
]


def share(times, part):
    return sorted(times)[min(int(len(times) * part), len(times) - 1)]


def main():
    base = urllib.parse.urlsplit(sys.argv[1])
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 100
    connection = http.client.HTTPConnection(base.hostname, base.port, timeout=60)
    times = {name: [] for name, _ in MIX}
    totals = {}
    # turn about, so that what else the machine does falls on all; the first round warms up
    for round_ in range(rounds + 1):
        for name, parameters in MIX:
            query = urllib.parse.urlencode({**parameters, "facets": FACETS})
            started = time.perf_counter()
            connection.request("GET", "/api/v1/search?" + query)
            response = connection.getresponse()
            body = response.read()
            elapsed = (time.perf_counter() - started) * 1000
            if response.status != 200:
                sys.exit(f"{name}: {response.status} {body[:300]!r}")
            totals[name] = json.loads(body)["total"]
            if round_:
                times[name].append(elapsed)
    for name, _ in MIX:
        if totals[name] == 0:
            sys.exit(f"{name} finds nothing, so its time says nothing")
        print(f"{name:24} p50 {share(times[name], 0.5):7.2f} ms  p99 {share(times[name], 0.99):7.2f} ms  {totals[name]:7} hits")
    every = [time_ for of_one in times.values() for time_ in of_one]
    print(f"{'all':24} p50 {share(every, 0.5):7.2f} ms  p99 {share(every, 0.99):7.2f} ms  {len(every):7} searches")


main()
