"""What each web page and each canned question costs as the archive grows.

    python benchmarks/asking.py [--sizes 10000 1000000] [--rounds 3] [--keep FOLDER] [--only study]

An archive of each size is made by SQL (``full_archive.py``). Every page is then asked for on one archive and the
next in turn, through Datasette, as a browser asks. CPU is the time of this process, user and system; medians of the
rounds, after one that is not counted. Exit code 1 where a page is not answered (an error costs little), costs more
than LIMIT_MS on the largest archive, or more than GROWTH times its cost on the smallest (with a tenth of LIMIT_MS for
nothing) although it names no bound.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from chart import lines
from full_archive import make
from targets import Target, all_hold, none_of, write

from flows.web import pages_of
from flows.web.questions import QUESTIONS
from scraper.clock import vietnam_today
from scraper.store import open_archive

BOUNDED = ("results: ", "study: ", "table: ", "moved", "taken_down", "open_problems")
"""Names of pages begin so that look at no more than they say on the page; fuller archives fill them to that bound."""

FILES = ("study: a word over time, by day",)
"""What is no page but a file to take along, with all that was asked for."""

LIMIT_MS = 150.0
GROWTH = 3.0
STUDIES = {
    "study: a word over time": "/xu-huong?q=khoi",
    "study: six terms over time, by week": "/xu-huong?q=hoi+nghi,dang+uy,khoi,dang+uy+khoi,thu,cua&by=week",
    "study: a word of one topic over time": "/xu-huong?q=hoi+nghi&topic=khoi",
    "study: a word over time, by day": "/xu-huong.csv?q=khoi",
    "study: a word in context": "/ngu-canh?q=khoi",
    "study: a phrase in context, sorted": "/ngu-canh?q=dang+uy+khoi&order=left",
    "study: a topic compared": "/so-sanh?topic=khoi",
    "study: a month compared": f"/so-sanh?since={vietnam_today() - timedelta(days=30)}",
    "study: the map of articles": "/ban-do?tiles=articles",
    "study: the map of a word's share": "/ban-do?tiles=share&q=hoi+nghi&map=63",
    "study: the map of coverage": "/ban-do?tiles=coverage",
}
"""The pages for research, by name."""

TABLES = (
    "reading", "articles", "captures", "listed", "revisions", "addresses", "figures", "topics", "citations",
    "open_corpus", "edits", "vanished", "missed", "stories", "moves", "coverage", "monthly", "daily", "watch_hits",
    "last_night", "nights", "site_nights", "gap_days", "quiet_sites", "problems",
)  # fmt: skip
"""Tables and views that are shown."""


def addresses(path: Path) -> dict[str, str]:
    """The pages that are asked for, by name."""
    with open_archive(path) as archive:
        site, key, url = archive.rows("SELECT site, key, url FROM articles ORDER BY id DESC LIMIT 1")[0]
    name = f"{site}/{key}"
    yesterday = (vietnam_today() - timedelta(days=1)).isoformat()
    month = (vietnam_today() - timedelta(days=30)).isoformat()
    pages = {
        "home": "/",
        "coverage": "/lich",
        "results: all": "/tim",
        "results: a common word": "/tim?q=hoi+nghi",
        "results: a rare word": "/tim?q=125",
        "results: a site": f"/tim?site={site}&q=hoi+nghi",
        "results: a topic": "/tim?topic=khoi",
        "results: a section": "/tim?section=chuyen+muc+5",
        "results: a section that is not there": "/tim?section=khong+co",
        "results: an author": "/tim?author=tac+gia+5",
        "results: a month": f"/tim?since={month}",
        "article": f"/bai/{name}",
        "watchwords": "/theo-doi",
        "feed": "/tim.atom?q=hoi+nghi",
        "questions and tables": "/tinkhoi",
        **{f"table: {table}": f"/tinkhoi/{table}" for table in TABLES},
        **STUDIES,
    }
    for question in QUESTIONS:
        said = urlencode(
            {
                "article": name,
                "url": url,
                "province": "",
                "words": "hội nghị",
                "day": yesterday,
                "site": "",
            }
        )
        pages[question.name] = f"/tinkhoi/{question.name}?{said}"
    pages["captions_that_say"] = "/tinkhoi/captions_that_say?words="
    return pages


async def measure(paths: list[Path], rounds: int, only: str = "") -> dict[str, list[tuple[float, int]]]:
    """For each page whose name begins with ``only``, on each archive: the median of CPU ms, and the status."""
    shown = [pages_of(path, "vi") for path in paths]
    for each in shown:
        await each.invoke_startup()
    asked = [addresses(path) for path in paths]
    found: dict[str, list[tuple[float, int]]] = {}
    for name in [name for name in asked[0] if name.startswith(only)]:
        spent: list[list[float]] = [[] for _ in paths]
        status = [0] * len(paths)
        for _ in range(rounds + 1):
            for place, each in enumerate(shown):
                began = time.process_time()
                answer = await each.client.get(asked[place][name])
                spent[place].append((time.process_time() - began) * 1000)
                status[place] = answer.status_code
        found[name] = [(median(times[1:]), code) for times, code in zip(spent, status, strict=True)]
        print(f"| {name} | " + " | ".join(f"{ms:.0f} ({code})" for ms, code in found[name]) + " |", flush=True)
    return found


def verdict(found: Mapping[str, Sequence[tuple[float, int]]]) -> list[Target]:
    """What is to hold of the pages, from their costs on the smallest archive to the largest, and their status."""
    unanswered = [name for name, costs in found.items() if any(status != 200 for _, status in costs)]
    dear = [name for name, costs in found.items() if name not in FILES and costs[-1][0] > LIMIT_MS]
    growing = [
        name
        for name, costs in found.items()
        if not name.startswith(BOUNDED) and costs[-1][0] > GROWTH * costs[0][0] + LIMIT_MS / 10
    ]
    return [
        none_of("asking", "pages and questions that are not answered", unanswered, len(found)),
        none_of("asking", f"pages and questions over {LIMIT_MS:.0f} ms on the largest archive", dear, len(found)),
        none_of(
            "asking", f"pages and questions that grow over {GROWTH:g} times and name no bound", growing, len(found)
        ),
    ]


def main() -> int:
    """Prints a line for each page; 1 where a limit is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 1_000_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="keep the archives in this folder, and use those that are there")
    parser.add_argument("--only", default="", help="ask only for the pages whose name begins so")
    parser.add_argument("--targets", type=Path, help="add what is to hold to this file")
    parser.add_argument("--json", action="store_true", help="print the numbers as JSON at the end")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tinkhoi-asking-") as temporary:
        root = chosen.keep or Path(temporary)
        paths = []
        for size in chosen.sizes:
            folder = root / str(size)
            path = folder / "tinkhoi.db"
            if not path.exists():
                print(f"making an archive of {size:,} articles", file=sys.stderr, flush=True)
                make(folder, size)
            paths.append(path)
        print("| page | " + " | ".join(f"{size:,} articles: CPU ms (status)" for size in chosen.sizes) + " |")
        print("|---" * (len(paths) + 1) + "|")
        found = asyncio.run(measure(paths, chosen.rounds, chosen.only))
    asked = sorted(costs for name, costs in found.items() if name not in FILES)
    if asked and len(paths) > 1:
        dearest, usual = (
            [choose(costs[place][0] for costs in asked) for place in range(len(paths))] for choose in (max, median)
        )
        print(
            "\n"
            + lines(
                "A page or question",
                "CPU ms",
                [f"{size:,}" for size in chosen.sizes],
                {"the dearest": dearest, "half of them, at most": usual},
            )
        )
    if chosen.json:
        print(json.dumps({name: [ms for ms, _ in costs] for name, costs in found.items()}))
    told = verdict(found)
    write(told, chosen.targets)
    print(*(f"{each.what}: {each.measured}" for each in told), sep="\n")
    return 0 if all_hold(told) else 1


if __name__ == "__main__":
    sys.exit(main())
