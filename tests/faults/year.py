"""A year of ten papers, with a fault on one of their nights in twenty: ``python -m tests.faults.year FOLDER``.

What is measured stands in ``FOLDER/nights.tsv``, a line a night. A year that was broken off goes on after its last
whole night when the same folder is given again. The last seven nights are good, and after them rows and truth must
be equal.
"""

from __future__ import annotations

import json
import os
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from statistics import mean

from flows.outcome.night_summary import NightSummary
from tests.faults.apart import run_apart
from tests.faults.forked import forked_crawls
from tests.faults.generated_paper import GeneratedPaper
from tests.faults.nights import Nights
from tests.faults.property import Told, judge_paper
from tests.faults.scenario import GOOD_NIGHTS, PlannedArticle, Scenario, a_fault, make_scenario

PAPERS = 10
NIGHTS = 365
A_FAULT = 0.05
EVERY = 15
"""Each such night is run in a process of its own, whose memory is measured."""

MORE = 1.15
"""What the last quarter of the year may have of the first quarter's memory, and of its bytes beside the lists'."""

MAX_LIST_PAGES = 50
"""Requests for list pages of one paper in a night: its thirty pages read whole, and twenty looked at once more."""

NEW_FILES = 8
"""Files that one night leaves: its captures, its reports, and what its crawl was asked and said."""

LISTS = ("list", "feed", "sitemap")
"""The captures that grow with what a paper has published: more list pages to look at again, a longer sitemap."""


@dataclass(frozen=True)
class YearNight:
    """What one night left. Sizes are in bytes, memory is that of the night's largest process in KB."""

    night: int
    code: int
    wrong: int  # papers that gave a wrong answer
    named: int  # papers that the report names
    held: int  # articles in the archive
    missed: int  # proved, not in the archive, and not named
    archive: int
    captures: int  # of this night
    lists: int  # of them, lists, feeds and sitemaps, with their requests
    asked: int  # list pages of the paper that was asked for most of them
    files: int
    new_files: int
    temporary: int
    memory: int  # 0 where the night had no process of its own


def year_of(seed: int, nights: int) -> Scenario:
    """The scenario of one paper of the year: about an article and a half a night."""
    chance = random.Random(seed)
    shape = make_scenario(seed)
    last_bad = nights - GOOD_NIGHTS
    articles: list[PlannedArticle] = []
    for night in range(1, last_bad + 1):
        for _ in range(12 if night == 1 else chance.choice((0, 1, 1, 2, 3))):
            fate, then = chance.random(), night + chance.randint(1, 3)
            articles.append(
                PlannedArticle(
                    len(articles) + 1,
                    night,
                    30 + 11 * len(articles) % 900,
                    edited=then if fate < 0.04 else None,
                    retitled=fate < 0.02,
                    removed=then if 0.04 <= fate < 0.05 else None,
                    moved=then if 0.05 <= fate < 0.06 else None,
                )
            )
    faults = tuple(
        a_fault(chance, night, articles, feed=bool(shape.feed), sitemap=shape.sitemap)
        for night in range(2, last_bad + 1)
        if chance.random() < A_FAULT
    )
    validators = "right" if shape.validators == "stuck" else shape.validators
    return replace(
        shape, page_size=20, last_bad=last_bad, articles=tuple(articles), faults=faults, validators=validators
    )


def play_year(folder: Path, nights_of_year: int = NIGHTS) -> tuple[list[YearNight], Told]:
    """Plays the nights that are not played yet, and returns all of them."""
    folder.mkdir(parents=True, exist_ok=True)
    today, ports = _begin(folder)
    _own_temporary_folder(folder / "temporary")
    nights = Nights(folder / "data")
    papers: dict[str, GeneratedPaper] = {}
    played = read_nights(folder)
    kept = folder / "told.json"
    told = Told(papers=PAPERS)
    if played and kept.exists():
        told = Told(**json.loads(kept.read_text()))
        told.sometimes = Counter(told.sometimes)
    try:
        for number in range(PAPERS):
            name = f"nam{number + 1}"
            papers[name] = GeneratedPaper(today, scenario=year_of(7000 + number, nights_of_year))
            papers[name].host = f"127.0.7.{number + 1}"
            papers[name].start(ports.get(name, 0))
            ports[name] = papers[name].port
            nights.add(name, papers[name])
            for night in range(1, len(played) + 1):
                papers[name].begin(night)
            for story in papers[name].all_stories() if played else ():
                papers[name].shown.add(story.key)
                papers[name].retold |= {story.key} if story.version and story.retitled else set()
        (folder / "begun.json").write_text(json.dumps({"today": today.isoformat(), "ports": ports}))
        for night in range(len(played) + 1, nights_of_year + 1):
            for paper in papers.values():
                paper.begin(night)
            summary, memory = _run(nights, night)
            silent = len(told.silent)
            for name, paper in papers.items():
                judge_paper(told, nights, name, paper, night, summary)
            before = played[-1].files if played else 0
            played.append(_measure(nights, papers, night, summary, len(told.silent) - silent, before, memory))
            _keep(folder, played, told)
            print("\t".join(map(str, vars(played[-1]).values())), file=sys.stderr, flush=True)
    finally:
        for paper in papers.values():
            paper.stop()
    return played, told


def read_nights(folder: Path) -> list[YearNight]:
    """The nights that were played whole."""
    file = folder / "nights.tsv"
    if not file.exists():
        return []
    return [YearNight(*map(int, line.split("\t"))) for line in file.read_text().splitlines()]


def _own_temporary_folder(folder: Path) -> None:
    """Whatever this process and its children leave there is ours."""
    folder.mkdir(exist_ok=True)
    os.environ["TMPDIR"] = tempfile.tempdir = str(folder)


def _begin(folder: Path) -> tuple[datetime, dict[str, int]]:
    try:
        begun = json.loads((folder / "begun.json").read_text())
        return datetime.fromisoformat(begun["today"]), begun["ports"]
    except OSError:
        return datetime.now(UTC), {}


def _keep(folder: Path, played: list[YearNight], told: Told) -> None:
    (folder / "told.json").write_text(json.dumps(vars(told), ensure_ascii=False, default=sorted))
    (folder / "nights.tsv").write_text("".join("\t".join(map(str, vars(each).values())) + "\n" for each in played))


def _run(nights: Nights, night: int) -> tuple[NightSummary, int]:
    """The night's summary and the memory of its largest process, where it has some of its own."""
    if night % EVERY == 0:
        for paper in nights.papers.values():
            paper.night = night
        return run_apart(nights.request(night, processes=1))
    with forked_crawls():
        return nights.run(night, processes=1), 0


def _measure(
    nights: Nights,
    papers: dict[str, GeneratedPaper],
    night: int,
    summary: NightSummary,
    missed: int,
    files_before: int,
    memory: int,
) -> YearNight:
    files = [path for path in nights.root.rglob("*") if path.is_file()]
    captures = {path.name: path.stat().st_size for path in files if path.name.startswith(summary.counted.run)}
    named = {*summary.failures, *(finding.site for finding in summary.findings)}
    asked = Counter(
        row["site"]
        for row in nights.rows("SELECT site FROM captures WHERE run = ? AND kind = 'list'", summary.counted.run)
    )
    return YearNight(
        night=night,
        code=int(summary.exit_code),
        wrong=sum(paper.wrong > 0 for paper in papers.values()),
        named=len(named),
        held=nights.rows("SELECT count(*) AS n FROM articles")[0]["n"],
        missed=missed,
        archive=(nights.root / "tinkhoi.db").stat().st_size,
        captures=sum(captures.values()),
        lists=_bytes_of_lists(nights, summary.counted.run, captures),
        asked=max(asked.values(), default=0),
        files=len(files),
        new_files=len(files) - files_before,
        temporary=sum(1 for _ in Path(tempfile.gettempdir()).iterdir()),
        memory=memory,
    )


def _bytes_of_lists(nights: Nights, run: str, sizes: Mapping[str, int]) -> int:
    """The bytes in the run's capture files from each list, feed or sitemap to the next capture."""
    rows = nights.rows("SELECT file, offset, kind FROM captures WHERE run = ? ORDER BY file, offset", run)
    ends = [
        after["offset"] if after["file"] == row["file"] else sizes[row["file"]]
        for row, after in pairwise([*rows, {"file": None, "offset": 0}])
    ]
    return sum(end - row["offset"] for row, end in zip(rows, ends, strict=True) if row["kind"] in LISTS)


def grown(played: list[YearNight]) -> list[str]:
    """What grew that must not: memory, and the bytes, files and requests of a night."""
    quarter = max(1, len(played) // 4)
    first, last = played[1 : quarter + 1], played[-quarter:]  # the first night of all finds everything new
    faults = []
    for what, value in (("bytes beside the lists", lambda night: night.captures - night.lists), ("memory", _memory)):
        then, now = ([value(night) for night in part if value(night)] for part in (first, last))
        if then and now and mean(now) > mean(then) * MORE:
            faults.append(f"{what}: {mean(then):,.0f} in the first quarter, {mean(now):,.0f} in the last")
    if (most := max(night.asked for night in played[1:])) > MAX_LIST_PAGES:
        faults.append(f"{most} list pages of one paper in a night")
    if (most := max(night.new_files for night in played[1:])) > NEW_FILES:
        faults.append(f"{most} new files in a night")
    temporary = [night.temporary for night in played]
    if max(temporary) > min(temporary) + 5:
        faults.append(f"temporary files: {min(temporary)} to {max(temporary)}")
    return faults


def _memory(night: YearNight) -> int:
    return night.memory


def of_year(played: list[YearNight], told: Told) -> str:
    """What a year came to, in one line of figures."""
    quarters = [played[len(played) * part // 4 : len(played) * (part + 1) // 4] for part in range(4)]

    def means(value: Callable[[YearNight], int]) -> str:
        found = [[value(night) for night in part if value(night)] for part in quarters]
        return ", ".join(f"{mean(part) / 1024:,.0f}" for part in found if part)

    last = played[-1]
    temporary = [night.temporary for night in played]
    parts = (
        f"{last.held:,} articles",
        f"{sum(n.wrong > 0 for n in played)} nights with a wrong answer",
        f"{sum(n.named > 0 for n in played)} nights that named a site",
        f"{len(told.silent)} missed",
        f"{len(told.lost)} not equal at the end",
        f"{len(told.false_alarms)} false alarms on {told.good_nights} good nights of papers",
        f"KB of lists captured a night, by quarter: {means(lambda night: night.lists)}",
        f"of all else: {means(lambda night: night.captures - night.lists)}",
        f"at most {max(night.asked for night in played[1:])} list pages of one paper in a night",
        f"MB of memory, by quarter: {means(_memory)}",
        f"archive of {last.archive / 2**20:.1f} MB",
        f"at most {max(night.new_files for night in played[1:])} new files a night",
        f"temporary files: {min(temporary)} to {max(temporary)}",
    )
    return "; ".join(parts)


def main(arguments: list[str]) -> int:
    """Ends with 1 where something proved was missed, or is not there at the end."""
    _, told = play_year(Path(arguments[0]), int(arguments[1]) if len(arguments) > 1 else NIGHTS)
    print(json.dumps(vars(told), indent=1, ensure_ascii=False, default=sorted))
    return 1 if told.silent or told.lost or told.junk else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
