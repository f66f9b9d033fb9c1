"""Whether another build of tinkhoi reads the same records, byte for byte.

    python benchmarks/equality.py EARLIER [--spoilt 1] [--articles 60]

EARLIER is a checkout of the other build (``git worktree add --detach DIR COMMIT``). Both builds read every page at
hand (``pages_at_hand.py``: the tests' own, generated and drawn ones, those of real servers where they are beside the
repository, and spoilt copies of all) with the family of the page and with another one, as an article, and as a list.
Then both collect one generated paper in a whole night each, and the rows of their archives are compared. The exit
code is 1 where anything differs; what differs is named, field by field. A reading that ended in an error and does not
now is counted apart.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from sqlite3 import connect
from typing import Any

from bench import Collecting
from newspaper import Newspaper, serve
from pages_at_hand import PageAtHand, all_pages

HERE = Path(__file__).parent
READ = """
import json, sys, zlib
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from scraper.pages import FAMILIES, load_family
from scraper.items import Reject
from scraper.reading import read_printed, understand
from scraper.sites import Site

AT = datetime(2026, 11, 28, 1, 30, tzinfo=UTC)
SLOW = {"generic", "bloc"}


def told(result):
    if not is_dataclass(result):
        return {"all": repr(result)}
    return {"kind": type(result).__name__} | {f.name: repr(getattr(result, f.name)) for f in fields(result)}


def reading(function):
    try:
        return told(function())
    except Exception as error:
        return {"raised": type(error).__name__, "said": str(error)}


FAMILY = {name: load_family(name) for name in FAMILIES}
for line in sys.stdin:
    page = json.loads(line)
    body, url = page["body"].encode("latin-1"), page["url"]
    chance = zlib.crc32(page["name"].encode())
    others = [name for name in FAMILIES if name not in SLOW or chance % 10 == 0]
    for name in dict.fromkeys((page["family"], others[chance % len(others)])):
        site = Site(id="bao", name="Báo", kind="newspaper", province="Tiền Giang", family=name, home="https://bao.example/")
        found = {}
        try:
            printed = read_printed(body, url, site, captured_at=AT)
            found["printed"] = told(printed)
            found["article"] = found["printed"] if isinstance(printed, Reject) else reading(
                lambda: understand(printed, site, captured_at=AT)
            )
        except Exception as error:
            found["printed"] = found["article"] = {"raised": type(error).__name__, "said": str(error)}
        found["list"] = reading(lambda: FAMILY[name].list_page(body.decode("utf-8", "replace"), url))
        print(json.dumps([page["name"], name, found]), flush=True)
"""
TABLES = {
    "articles": "SELECT * FROM articles ORDER BY id",
    "revisions": "SELECT * FROM revisions ORDER BY article, number",
    "addresses": "SELECT * FROM addresses ORDER BY url",
    "listed": "SELECT * FROM listed ORDER BY site, key",
    "figures": "SELECT * FROM figures ORDER BY 1, 2",
    "topics": "SELECT * FROM topics ORDER BY 1, 2",
    "problems": "SELECT * FROM problems ORDER BY id",
    "sources": "SELECT * FROM sources ORDER BY url",
    "search": "SELECT * FROM articles_terms ORDER BY term",
    "shingles": "SELECT * FROM shingles ORDER BY article, hash",
    "captures": "SELECT url, kind, purpose, status, site, origin FROM captures ORDER BY url",
}
_OF_THE_RUN = {
    "first_seen", "last_seen", "last_looked", "captured_at", "since", "seen_at", "first_listed", "last_listed", "run",
    "decided_at", "decided_run", "listed_run", "last_whole", "last_sent", "last_walked", "capture", "etag",
    "last_modified",
}  # fmt: skip
"""Columns that tell when and where a page was fetched: two nights cannot have them in common."""


def read(tree: Path, pages: Sequence[PageAtHand]) -> list[Any]:
    """What the build in ``tree`` reads from the pages."""
    lines = "\n".join(
        json.dumps({"name": p.name, "family": p.family, "url": p.url, "body": p.body.decode("latin-1")})
        for p in pages
    )
    with tempfile.TemporaryFile("w+") as given:
        given.write(lines)
        given.seek(0)
        done = subprocess.run(
            [sys.executable, "-c", READ],
            stdin=given,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
            cwd=tempfile.gettempdir(),
            env={"PYTHONPATH": str(tree), "PYTHONHASHSEED": "0", "PATH": "/usr/bin:/bin"},
        )
    return [json.loads(line) for line in done.stdout.splitlines()]


def compare_pages(earlier: Path, pages: Sequence[PageAtHand]) -> int:
    """Prints what the two builds read differently, and returns the number of such readings."""
    with ThreadPoolExecutor(2) as both:
        theirs, ours = both.map(read, (earlier, HERE.parent), (pages, pages))
    wrong: Counter[str] = Counter()
    shown = mended = 0
    for before, now in zip(theirs, ours, strict=True):
        if before == now:
            continue
        name, family, found = now
        for kind, values in found.items():
            other = before[2][kind]
            if values == other:
                continue
            if other.get("raised", "NotAnArticle") != "NotAnArticle" and "raised" not in values:
                mended += 1
                continue
            fields = sorted(key for key in values.keys() | other.keys() if values.get(key) != other.get(key))
            wrong.update(f"{kind} {field}" for field in fields)
            shown += 1
            if shown <= 20:
                print(f"DIFFERS {name} as {family}: {kind}: {', '.join(fields)}")
                for field in fields[:3]:
                    print(f"    before {other.get(field, '')[:200]}\n    now    {values.get(field, '')[:200]}")
    kinds = Counter(found["article"].get("kind", "raised") for _, _, found in ours)
    print(
        f"{len(pages)} pages, {len(ours)} readings as an article ({kinds.get('Article', 0)} of them articles), "
        f"as many as a list: {shown} differ {dict(wrong) if wrong else ''}"
        + (f", {mended} that failed do not now" if mended else ""),
        flush=True,
    )
    return shown


def compare_nights(earlier: Path, articles: int) -> int:
    """Collects one paper with both builds and prints which rows differ. Returns their number."""
    paper = Newspaper("127.7.2.1", articles, datetime.now(UTC).replace(second=0, microsecond=0), feeds=True)
    differing = 0
    with serve([paper]) as serving, tempfile.TemporaryDirectory(prefix="tinkhoi-equality-") as folder:
        collecting = Collecting(paper, serving, Path(folder))
        for tree, name in ((earlier, "before"), (HERE.parent, "now")):
            collecting.ours(tree, name)
        for table, query in TABLES.items():
            before, now = (rows(Path(folder) / name / "tinkhoi.db", query) for name in ("before", "now"))
            pairs = [(one, other) for one, other in zip(before, now, strict=False) if one != other]
            differing += len(pairs) + abs(len(before) - len(now))
            print(
                f"{table}: {len(now)} rows, {len(pairs)} differ"
                + (f", before {len(before)}" if len(before) != len(now) else "")
            )
            for one, other in pairs[:2]:
                print(f"    { ({k: (v, other.get(k)) for k, v in one.items() if v != other.get(k)}) }")
    return differing


def rows(database: Path, query: str) -> list[dict[str, Any]]:
    """The rows of a query, without what belongs to the run."""
    with closing(connect(database)) as connection:
        cursor = connection.execute(query)
        names = [column[0] for column in cursor.description]
        return [{k: v for k, v in zip(names, row, strict=True) if k not in _OF_THE_RUN} for row in cursor]


def main() -> int:
    """Compares both; 1 where anything differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("earlier", type=Path)
    parser.add_argument("--spoilt", type=int, default=1, help="spoilt copies of each page")
    parser.add_argument("--articles", type=int, default=60, help="of the paper that is collected; 0: none")
    chosen = parser.parse_args()
    earlier = chosen.earlier.absolute()
    differing = compare_pages(earlier, all_pages(chosen.spoilt))
    differing += compare_nights(earlier, chosen.articles) if chosen.articles else 0
    print("all the same" if not differing else f"{differing} DIFFER")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
