"""Measures OAI-PMH of a harvester that serves.

    oai.py pages URL               the first and the last page of ListRecords, turn about, and the median
    oai.py harvest URL SYNC_JSON   everything by Sickle, beside what our own harvest of the same records took (sync --json)
"""

import json
import re
import statistics
import sys
import time
from urllib.parse import quote
from urllib.request import urlopen

ROUNDS = 50
TOKEN = re.compile(r"<resumptionToken[^>]*>([^<]+)</resumptionToken>")


def page(url, arguments):
    with urlopen(f"{url}?verb=ListRecords&{arguments}") as answer:
        return answer.read().decode()


def pages(url):
    first = "metadataPrefix=oai_dc"
    whole, following = [first], page(url, first)
    while token := TOKEN.search(following):
        whole.append("resumptionToken=" + quote(token.group(1)))
        following = page(url, whole[-1])
    # the last may have a few records only; the one before is full
    last = whole[max(len(whole) - 2, 0)]
    took = {first: [], last: []}
    for _ in range(ROUNDS):
        for arguments in took:
            before = time.perf_counter()
            page(url, arguments)
            took[arguments].append(time.perf_counter() - before)
    of_first, of_last = (statistics.median(took[arguments]) * 1000 for arguments in (first, last))
    print(f"{len(whole)} pages; the first {of_first:.1f} ms, the last full one {of_last:.1f} ms, ratio {of_last / of_first:.2f} (goal: the same)")


def harvest(url, sync):
    from sickle import Sickle

    before = time.perf_counter()
    records = sum(1 for _ in Sickle(url).ListRecords(metadataPrefix="oai_dc"))
    theirs = time.perf_counter() - before
    [member] = json.load(open(sync))["members"]
    assert member["current"] == records, (member, records)
    ours = member["seconds"]
    print(f"{records} records: Sickle {theirs:.1f} s, ours fetched, verified and judged in {ours:.2f} s, ratio {theirs / ours:.0f} (goal 30)")


if sys.argv[1] == "pages":
    pages(sys.argv[2])
else:
    harvest(sys.argv[2], sys.argv[3])
