"""Words over time, in context and compared, against plain SQL over one large generated archive; and what pages cost.

    python benchmarks/studies.py [--size 100000] [--rounds 5] [--keep FOLDER]

The archive is that of ``search.py``: eight papers, 60 articles a day, words by Zipf's law. SQL reads the articles
themselves (``GLOB`` with classes of marked letters, ``replace``): it shares neither the search index nor the reader
of words with what is held against it. Then each page for research is asked for through Datasette, as a browser asks;
CPU is the time of this process, medians of the rounds after one that is not counted. Exit code 1 where a number
differs, or a page costs more than the limit of ``asking.py``.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from asking import LIMIT_MS, measure
from search import LAST_DAY, generate

from scraper.store import Archive, open_reader
from scraper.store.filters import Filters
from scraper.study.concordance import concordance
from scraper.study.keywords import Keyword, keywords_of
from scraper.study.trend import count_by_day, first_day

TERMS = {
    "hoi nghi": "* h[oóòỏõọôốồổỗộơớờởỡợ][iíìỉĩị] ngh[iíìỉĩị] *",
    "đảng ủy khối": "* [dđ][aáàảãạăâ]ng [uúùủũụư][yýỳỷỹỵ] kh[oôốồổỗộơ][iíìỉĩị] *",
    "cán bộ": "* c[aáàảãạâă]n b[oóòỏõọôốồổỗộơờ] *",
}
"""Terms as they are asked for, and what their articles look like to GLOB."""

SCOPES = (
    ("all articles", Filters(), "1"),
    ("one site", Filters(site="site3"), "site = 'site3'"),
    ("one province", Filters(province="Lai Châu"), "site = 'site3'"),
    ("one topic", Filters(topic="khoi"), "id IN (SELECT article FROM topics WHERE topic = 'khoi')"),
)
PARTS = "' ' || title || ' | ' || lead || ' | ' || body || ' | ' || captions || ' '"
LOWER = f"replace(replace({PARTS}, 'Đảng', 'đảng'), 'Khối', 'khối')"
FLOWING = f"replace({LOWER}, char(10) || char(10), ' ')"
"""The words of an article as search has them: a phrase may go on in the next paragraph, but not in another part."""

IN_LINES = f"replace({LOWER}, char(10), ' ' || char(10) || ' ')"
SPACED = f"replace({IN_LINES}, ' ', '  ')"
"""The words of an article with two blanks between any two, so that neighbours share none."""


def places(words: str) -> str:
    """How often the words stand side by side in a line of an article, as SQL."""
    wanted = f" {words.replace(' ', '  ')} "
    return f"((length(spaced) - length(replace(spaced, '{wanted}', ''))) / {len(wanted)})"


def trends(archive: Archive) -> Iterator[tuple[str, object, object]]:
    """What is asked, the trend's answer, and SQL's."""
    first, last = first_day(archive), LAST_DAY.date()
    assert first is not None
    for scope, filters, where in SCOPES:
        found = count_by_day(archive, list(TERMS), filters, first, last)
        columns = ", ".join(f"sum({FLOWING} GLOB ?)" for _ in TERMS)
        rows = archive.rows(
            f"SELECT published_day, count(*), {columns} FROM articles WHERE {where} GROUP BY 1",
            tuple(TERMS.values()),
        )
        days = [date.fromisoformat(row[0]) for row in rows]
        yield f"articles by day, {scope}", found.total, {day: row[1] for day, row in zip(days, rows, strict=True)}
        for number, term in enumerate(TERMS, 2):
            counted = {day: row[number] for day, row in zip(days, rows, strict=True) if row[number]}
            yield f"{term} by day, {scope}", found.matches[term], counted


def contexts(archive: Archive) -> Iterator[tuple[str, object, object]]:
    """What is asked, how many lines there are, and how many places SQL finds."""
    for term in ("kỷ luật", "kiểm tra", "chi bộ"):
        lines = concordance(archive, term, Filters(), exact=True, limit=10_000_000)
        counted = archive.row(
            f"SELECT sum(n), sum(n > 0) FROM (SELECT {places(term)} AS n"
            f" FROM (SELECT {SPACED} AS spaced FROM articles))"
        )
        assert counted is not None
        yield f"lines and articles of {term}", (len(lines.lines), lines.articles), tuple(counted)


def comparisons(archive: Archive) -> Iterator[tuple[str, object, object]]:
    """What is asked, the comparison's counts, and SQL's."""
    for scope, filters, where in (SCOPES[1], SCOPES[3]):
        found = keywords_of(archive, filters)
        spaced = f"SELECT id, {where} AS inside, {SPACED} AS spaced FROM articles"
        told: list[Keyword] = [*found.keywords[1][:6], *found.keywords[2][:6]]
        numbers = ", ".join(f"{places(word.word)} AS n{number}" for number, word in enumerate(told))
        columns = ", ".join(
            f"sum(iif(inside, {n}, 0)), sum(inside AND {n} > 0),"
            f" sum(iif(inside, 0, {n})), sum(NOT inside AND {n} > 0)"
            for n in (f"n{number}" for number in range(len(told)))
        )
        # A subquery with a limit is computed once; without one SQLite computes its columns wherever they are named.
        row = archive.row(f"SELECT {columns} FROM (SELECT inside, {numbers} FROM ({spaced} LIMIT -1) LIMIT -1)")
        assert row is not None
        for number, word in enumerate(told):
            counts = (word.count, word.articles, word.rest, word.rest_articles)
            yield f"{word.word}: {scope} and the rest", counts, tuple(row[4 * number : 4 * number + 4])


def agree(archive: Archive) -> int:
    """Prints how many numbers agree; how many do not."""
    wrong = 0
    for name, asked in (("trend", trends), ("context", contexts), ("comparison", comparisons)):
        began, done = time.process_time(), 0
        for what, answer, counted in asked(archive):
            done += 1
            if answer != counted:
                wrong += 1
                print(f"DIFFERS {what}: {str(answer)[:200]} / SQL: {str(counted)[:200]}")
        print(f"{name}: {done} answers held against SQL, {time.process_time() - began:.0f} s of CPU", flush=True)
    return wrong


def main() -> int:
    """Prints what agrees and what pages cost; 1 where a number or a limit is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--keep", type=Path, help="keep the archive in this folder, and use the one that is there")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tinkhoi-studies-") as temporary:
        folder = chosen.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "tinkhoi.db"
        if not path.exists():
            generate(path, chosen.size).close()
        with open_reader(path) as archive:
            wrong = agree(archive)
        print(f"| page | {chosen.size:,} articles: CPU ms (status) |\n|---|---|")
        found = asyncio.run(measure([path], chosen.rounds, "study"))
    slow = [name for name, ((ms, status),) in found.items() if ms > LIMIT_MS or status != 200]
    print(f"{wrong} numbers differ; {len(slow)} of {len(found)} pages over {LIMIT_MS:.0f} ms")
    return 1 if wrong or slow else 0


if __name__ == "__main__":
    sys.exit(main())
