"""How search grows with the archive: the same questions of archives of 10,000 and of 300,000 generated articles.

    python benchmarks/search.py [--small 10000] [--large 300000] [--rounds 15]

Both archives are made first; then each question is asked of one and the other in turn, so that whatever else the
machine does meets both. Medians of CPU time (user and system), hot: each question is asked once before. The words
are drawn by Zipf's law from Vietnamese syllables, so that a common word has hits that grow with the archive, as in
life. The files are deleted at the end. Exit code 1 where a limit is broken.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from functools import partial
from itertools import accumulate
from pathlib import Path
from statistics import median
from typing import Any

from scraper.sites import Site, Status
from scraper.store import Archive, open_archive
from scraper.store.article_ids import SLOTS, first_id
from scraper.store.articles import article_ids
from scraper.store.facets import facets
from scraper.store.filters import Filters
from scraper.store.reference import sync_sites
from scraper.store.runs import start_run
from scraper.store.search import search
from scraper.store.search_index import COLUMNS, folded

VIETNAM = timezone(timedelta(hours=7))
LAST_DAY = datetime(2026, 11, 1, tzinfo=VIETNAM)
PROVINCES = ("Tiền Giang", "Đồng Tháp", "Bình Định", "Lai Châu", "Thanh Hóa", "Long An", "Gia Lai", "Hà Tĩnh")
NEWEST, RANKED = 1.5, 4.0  # how much slower at most

_ONSETS = "b c ch d đ g gi h kh l m n ng nh ph qu s t th tr v x".split()  # noqa: SIM905
_RHYMES = "a á à ả ạ an ang anh ao âm ân âu ây e ê êm ên i ia iên inh o oa oàn ông ôi ơi u ủy ưa ường y".split()  # noqa: SIM905
_KNOWN = "đảng ủy khối cơ quan doanh nghiệp tỉnh hội nghị công tác cán bộ kỷ luật kiểm tra chi bộ".split()  # noqa: SIM905

QUESTIONS: tuple[tuple[str, float, str, dict[str, Any]], ...] = (
    ("newest: a very common word", NEWEST, "hoi nghi", {}),
    ("newest: a very common word, the first hit alone", NEWEST, "hoi nghi", {"limit": 1}),
    ("newest: a phrase, typed without marks", NEWEST, '"dang uy khoi"', {}),
    ("newest: a phrase, the first hit alone", NEWEST, '"dang uy khoi"', {"limit": 1}),
    ("newest: three words", NEWEST, "đảng ủy khối", {}),
    ("newest: a beginning", NEWEST, "ngh*", {}),
    ("newest: page 5", NEWEST, "hoi nghi", {"offset": 80}),
    ("newest: no words at all", NEWEST, "", {}),
    ("ranked: a very common word", RANKED, "hoi nghi", {"order": "relevance"}),
    ("ranked: the first hit alone", RANKED, "hoi nghi", {"order": "relevance", "limit": 1}),
    ("ranked: a phrase", RANKED, '"dang uy khoi"', {"order": "relevance"}),
    ("ranked: three words", RANKED, "đảng ủy khối", {"order": "relevance"}),
    ("ranked: exact marks", RANKED, "đảng ủy", {"order": "relevance", "exact": True}),
    ("filtered: a site", RANKED, "hoi nghi", {"site": "site3"}),
    ("filtered: a province since a month", RANKED, "khối", {"province": "Gia Lai", "since": date(2026, 10, 1)}),
    ("filtered: a topic, ranked", RANKED, "hoi nghi", {"topic": "khoi", "order": "relevance"}),
    ("filtered: an author", RANKED, "hoi nghi", {"author": "p. mai"}),
    ("filtered: a topic, the first hit alone", RANKED, "hoi nghi", {"topic": "khoi", "limit": 1}),
    ("filtered: one day", RANKED, "khoi", {"since": date(2026, 7, 1), "until": date(2026, 7, 1)}),
)
"""Name, how much slower it may be, words, and what else is asked."""

IN_PROPORTION: tuple[tuple[str, Callable[[Archive], object]], ...] = (
    ("counts by month of a common word", lambda archive: facets(archive, "hoi nghi", Filters()).by_month),
    ("ids of a whole site, for export", lambda archive: list(article_ids(archive, Filters(site="site3")))),
)
"""What must look at every hit: told, not limited."""


def main() -> int:
    """Prints the table of docs/performance.md and gives the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", type=int, default=10_000)
    parser.add_argument("--large", type=int, default=300_000)
    parser.add_argument("--rounds", type=int, default=15)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tinkhoi-search-") as folder:
        archives = []
        for count in (chosen.small, chosen.large):
            began = time.process_time()
            archives.append(generate(Path(folder) / f"{count}.db", count))
            size = (Path(folder) / f"{count}.db").stat().st_size
            print(f"{count} articles: {size / 1e6:.0f} MB, made in {time.process_time() - began:.0f} s of CPU")
        small, large = archives
        print(f"\n| question | articles that match | {chosen.small:,} ms | {chosen.large:,} ms | ratio | at most |")
        print("|---|---|---|---|---|---|")
        broken = 0
        for name, limit, words, asked in QUESTIONS:
            filters, how = _parted(asked)
            ask = partial(search, words=words, filters=filters, **how)
            times = interleaved(ask, small, large, chosen.rounds)
            broken += times[1] > limit * times[0]
            print(line(name, [matching(archive, words, asked) for archive in archives], times, f"{limit}"))
        for name, ask in IN_PROPORTION:
            print(line(name, ["—"], interleaved(ask, small, large, 3), "—"))
        for archive in archives:
            archive.close()
    print(f"\n{broken} of {len(QUESTIONS)} limits broken")
    return 1 if broken else 0


def line(name: str, matches: Sequence[object], times: tuple[float, float], limit: str) -> str:
    """One line of the table."""
    one, other = times
    counts = " / ".join(f"{count:,}" if isinstance(count, int) else f"{count}" for count in matches)
    return f"| {name} | {counts} | {one:.2f} | {other:.2f} | {other / one:.2f} | {limit} |"


def matching(archive: Archive, words: str, asked: Mapping[str, Any]) -> int:
    """How many articles have the words and pass the filters; exact marks aside."""
    return facets(archive, words, _parted(asked)[0]).total


def _parted(asked: Mapping[str, Any]) -> tuple[Filters, dict[str, Any]]:
    """The filters, and how the hits are asked for."""
    filters = {name: value for name, value in asked.items() if name in Filters.__dataclass_fields__}
    return Filters(**filters), {name: value for name, value in asked.items() if name not in filters}


def interleaved(ask: Callable[[Archive], object], small: Archive, large: Archive, rounds: int) -> tuple[float, float]:
    """The median CPU milliseconds of ``ask`` of one archive and the other, asked in turn."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds + 1):
        for archive, spent in zip((small, large), times, strict=True):
            began = time.process_time_ns()
            for _ in range(5):
                ask(archive)
            spent.append((time.process_time_ns() - began) / 5e6)
    return median(times[0][1:]), median(times[1][1:])


def generate(path: Path, count: int) -> Archive:
    """An archive of ``count`` articles, 60 a day: the same newest ones for any count."""
    archive = open_archive(path)
    sites = {f"site{number}": _site(number) for number in range(len(PROVINCES))}
    sync_sites(archive, sites)
    start_run(archive, "night-1", started=datetime.now(UTC), trigger="manual", sites=list(sites), version="0")
    # The index is filled in one go at the end, as `reindex` fills it.
    triggers = archive.rows("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'articles'")
    with archive.transaction():
        archive.execute(
            "INSERT INTO captures (id, site, url, fetched_at, status, kind, purpose, origin, file, offset, record_id,"
            " bytes, run) VALUES (1, 'site0', 'x', 'x', 200, 'response', 'article', 'live', 'x', 0, 'x', 0,"
            " 'night-1')"
        )
        for trigger in triggers:
            archive.execute(f"DROP TRIGGER {trigger['name']}")
        columns: tuple[str, ...] = ()
        for row, is_bloc in _rows(count):
            columns = columns or tuple(row)
            archive.execute(
                f"INSERT INTO articles ({', '.join(columns)}) VALUES ({', '.join('?' * len(row))})",
                tuple(row.values()),
            )
            if is_bloc:
                archive.execute("INSERT INTO topics VALUES (?, 'khoi', 'khối', 'khối')", (row["id"],))
        names = ", ".join(COLUMNS)
        archive.execute(f"INSERT INTO articles_fts (rowid, {names}) SELECT id, {folded('articles')} FROM articles")
        archive.execute("INSERT INTO articles_fts (articles_fts) VALUES ('optimize')")
        for trigger in triggers:
            archive.execute(trigger["sql"])
    archive.execute("ANALYZE")
    archive.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return archive


def _site(number: int) -> Site:
    return Site(
        id=f"site{number}",
        name=f"Báo {PROVINCES[number]}",
        kind="newspaper",
        province=PROVINCES[number],
        family="apbac",
        home=f"https://site{number}.example/",
        status=Status.LIVE,
    )


def _rows(count: int) -> Iterator[tuple[dict[str, Any], bool]]:
    chance = random.Random(11)
    words = [*_KNOWN, *(f"{onset}{rhyme}" for rhyme in _RHYMES for onset in _ONSETS)]
    weights = list(accumulate(1 / (rank + 5) for rank in range(len(words))))

    def draw(number: int) -> str:
        return " ".join(chance.choices(words, cum_weights=weights, k=number))

    for number in range(count):
        at = LAST_DAY - timedelta(minutes=24 * number)
        is_bloc = chance.random() < 0.05
        title = ("Đảng ủy Khối " if is_bloc else "") + draw(10)
        yield (
            {
                "id": first_id(at, None) + (number & ((1 << SLOTS) - 1)),
                "site": f"site{number % len(PROVINCES)}",
                "key": str(number),
                "published_day": at.date().isoformat(),
                "published_at": at.isoformat(),
                "published_precision": "minute",
                "state": "live",
                "since": at.isoformat(),
                "origin": "live",
                "first_seen": at.isoformat(),
                "last_seen": at.isoformat(),
                "last_looked": at.isoformat(),
                "words": 240,
                "text_hash": str(number),
                "parser": "apbac/1",
                "revision": 1,
                "capture": 1,
                "captured_at": at.isoformat(),
                "url": f"https://site{number % len(PROVINCES)}.example/{number}/",
                "section": "Xây dựng Đảng",
                "author": "P. MAI" if number % 7 == 0 else "BÁO MẪU",
                "kicker": None,
                "title": title,
                "lead": draw(30),
                "tags": json.dumps([]),
                "date_evidence": json.dumps([]),
                "captions": draw(12),
                "body": "\n\n".join(draw(40) for _ in range(5)),
            },
            is_bloc,
        )


if __name__ == "__main__":
    sys.exit(main())
