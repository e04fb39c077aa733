"""The queries of docs/queries on three stores: questions.py OURS-BASE IN-PROCESS.txt DUMP.nq VIRTUOSO-BASE|- QUERY.rq…

Ours is asked over HTTP; beside it stands what it takes inside the process (the output of the bench `questions`), and the engine of the same build alone. pyoxigraph has the same
statements in a store of RocksDB (PLACE=memory: in memory) and is asked inside this process, its result written as SPARQL JSON.
Virtuoso is asked over HTTP. All times are the least of at least ROUNDS (15) and two seconds after one that warms up: the one that
was disturbed least. Where a query searches words, which only ours can,
the others get what the search found as VALUES, so that they have the join to do.

Prints a Markdown table. A result is equal when the rows are the same, whatever their order, with numbers compared as numbers.
"""

import http.client
import json
import os
import re
import sys
import tempfile
import time
import urllib.parse

import pyoxigraph

ROUNDS = int(os.environ.get("ROUNDS", "15"))
SECONDS = 2
LONGEST = float(os.environ.get("LONGEST", "60"))
SERVICE = re.compile(r"SERVICE\s+omma:search\s*\{([^}]*)\}")
# Any of the values may come, or the parts in any order
ANY_OF = {"person"}
LISTS = {"archives"}


class Http:
    """A SPARQL endpoint, asked over one connection."""

    def __init__(self, base, path="/sparql", extra=""):
        base = urllib.parse.urlsplit(base)
        self.base = base
        self.connection = None
        self.path = path
        self.extra = extra

    def begin(self):
        """A connection of its own for each query: a server closes one that was silent for long."""
        if self.connection:
            self.connection.close()
        self.connection = http.client.HTTPConnection(self.base.hostname, self.base.port, timeout=600)
        self.connection.connect()

    def ask(self, query):
        body = urllib.parse.urlencode({"query": query}) + self.extra
        headers = {
            "Accept": "application/sparql-results+json",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        self.connection.request("POST", self.path, body, headers)
        response = self.connection.getresponse()
        answer = response.read()
        if response.status != 200:
            raise RuntimeError(f"{response.status}: {answer[:300]!r}")
        return answer


class InProcess:
    """pyoxigraph on the same statements."""

    def __init__(self, dump):
        in_memory = os.environ.get("PLACE") == "memory"
        self.folder = None if in_memory else tempfile.TemporaryDirectory()
        self.store = pyoxigraph.Store() if in_memory else pyoxigraph.Store(self.folder.name)
        self.store.bulk_load(path=dump, format=pyoxigraph.RdfFormat.N_QUADS)

    def begin(self):
        """Nothing: it is asked where it is."""

    def ask(self, query):
        return self.store.query(query).serialize(format=pyoxigraph.QueryResultsFormat.JSON)


def timed(store, query):
    """The least milliseconds and the last answer; one round only of what takes very long."""
    times = []
    store.begin()
    begun = time.perf_counter()
    store.ask(query)
    while len(times) < ROUNDS or time.perf_counter() - begun < SECONDS:
        started = time.perf_counter()
        answer = store.ask(query)
        elapsed = time.perf_counter() - started
        times.append(elapsed * 1000)
        if elapsed > LONGEST:
            break
    return min(times), answer


def value(name, term):
    if name in ANY_OF:
        return "any"
    text = term["value"]
    if name in LISTS:
        return tuple(sorted(text.split(", ")))
    if term["type"] == "uri":
        return ("iri", text)
    try:
        # stores differ in the digits of a float that they write
        return ("number", float(f"{float(text):.6g}"))
    except ValueError:
        return ("text", text, term.get("xml:lang", "").lower())


def rows(answer):
    table = json.loads(answer)["results"]["bindings"]
    return sorted(repr(sorted((name, value(name, term)) for name, term in row.items())) for row in table)


def with_values(query, ours):
    """What each search found in the place of the search."""
    prefixes = "".join(re.findall(r"^PREFIX.*\n", query, re.MULTILINE))

    def found(search):
        ours.begin()
        answer = json.loads(ours.ask(f"{prefixes}SELECT * WHERE {{ {search.group(0)} }}"))
        names = answer["head"]["vars"]
        lines = " ".join(f"({' '.join(as_sparql(row[name]) for name in names)})" for row in answer["results"]["bindings"])
        return f"VALUES ({' '.join('?' + name for name in names)}) {{ {lines} }}"

    return SERVICE.sub(found, query)


def as_sparql(term):
    """An IRI, or a literal with a datatype, as it is written in a query."""
    if term["type"] == "uri":
        return f"<{term['value']}>"
    return f"\"{term['value']}\"^^<{term['datatype']}>"


def cell(outcome, ours_rows):
    if isinstance(outcome, str):
        return outcome, outcome
    least, answer = outcome
    theirs = rows(answer)
    equal = "yes" if theirs == ours_rows else f"no: {len(theirs)} rows"
    return f"{least:.1f}", equal


def attempt(store, query):
    if store is None:
        return "–"
    try:
        return timed(store, query)
    except Exception as error:  # what another store cannot do is a figure of the table, not the end of it
        print(f"  {type(error).__name__}: {str(error)[:300]}", file=sys.stderr)
        return "refused"


def main():
    ours_base, in_process, dump, virtuoso_base, *files = sys.argv[1:]
    ours = Http(ours_base)
    inside = {}
    with open(in_process, encoding="utf-8") as lines:
        for line in lines:
            name, least, alone = line.split()
            inside[os.path.basename(name)] = (float(least), alone)
    theirs = InProcess(dump)
    virtuoso = None if virtuoso_base == "-" else Http(virtuoso_base, "/sparql", "&default-graph-uri=urn%3Aomma&format=application%2Fsparql-results%2Bjson")
    print("| query | rows | ours, HTTP | ours, in process | oxigraph of our build | pyoxigraph, in process | ratio | equal | Virtuoso, HTTP | equal |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    total_ours = total_theirs = 0.0
    failed = False
    for file in files:
        name = os.path.basename(file)
        with open(file, encoding="utf-8") as text:
            query = text.read()
        over_http, answer = timed(ours, query)
        our_rows = rows(answer)
        alike = with_values(query, ours)
        oxigraph = attempt(theirs, alike)
        oxigraph_ms, oxigraph_equal = cell(oxigraph, our_rows)
        virtuoso_ms, virtuoso_equal = cell(attempt(virtuoso, alike), our_rows)
        ratio = "–"
        if not isinstance(oxigraph, str):
            total_ours += inside[name][0]
            total_theirs += oxigraph[0]
            ratio = f"{inside[name][0] / oxigraph[0]:.2f}"
        failed |= oxigraph_equal != "yes"
        print(
            f"| {name[:-3]} | {len(our_rows)} | {over_http:.1f} | {inside[name][0]:.1f} | {inside[name][1]} | {oxigraph_ms} | {ratio} |"
            f" {oxigraph_equal} | {virtuoso_ms} | {virtuoso_equal} |",
            flush=True,
        )
    print(f"| all | | | {total_ours:.1f} | | {total_theirs:.1f} | {total_ours / total_theirs:.2f} | | | |")
    if failed:
        sys.exit("a result of ours is not what oxigraph alone gives")


main()
