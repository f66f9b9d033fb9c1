"""Pages of one truth in markups drawn at random: learned and read, beside an earlier build and trafilatura.

    python benchmarks/markups.py [--seeds 0 1 2 …] [--count 200] [--earlier CHECKOUT]

The generator is tests/learning/markup.py. CHECKOUT is another work tree of this project (``git worktree add DIR
COMMIT``); it reads the same pages with its family for unknown sites, given the same lists' and feeds' dates.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.learning.markup import Paper
from tests.learning.scoring import TAUGHT, expected, heard, outcome, site_of

EARLIER = """
import json, sys
from datetime import UTC, datetime
sys.path.insert(0, sys.argv[1])
from scraper.items import Article, Witness, WitnessSource
from scraper.reading import read_article
from scraper.sites import Site
for line in sys.stdin:
    page = json.loads(line)
    heard = [Witness(WitnessSource(source), text) for source, text in page["heard"]]
    read = read_article(page["html"].encode(), page["url"], Site.model_validate(page["site"]),
        captured_at=datetime(2026, 11, 28, 1, 30, tzinfo=UTC), witnesses=heard)
    if isinstance(read, Article):
        print(json.dumps({"title": read.title, "kicker": read.kicker, "lead": read.lead, "body": list(read.body),
            "minute": (read.published_at or datetime.min).isoformat()[:16], "author": read.author,
            "captions": [f.caption for f in read.figures if f.caption], "section": read.section,
            "tags": sorted(read.tags), "pictures": [f.src.rpartition("/")[2] for f in read.figures]}), flush=True)
    else:
        print("{}", flush=True)
"""


def pages(seeds: list[int]) -> list[dict[str, Any]]:
    """The pages that are not learned from, as data for a child process."""
    found = []
    for seed in seeds:
        paper = Paper(seed)
        site = site_of(paper, None)
        about = site.model_dump(mode="json", include={"id", "name", "kind", "province", "family", "home"})
        for truth in paper.articles[TAUGHT : TAUGHT + 4]:
            found.append(
                {
                    "html": paper.article(truth),
                    "url": paper.url(truth),
                    "site": about,
                    "heard": [(w.source.value, w.text) for w in heard(paper, truth)],
                    "told": expected(paper, truth),
                }
            )
    return found


def earlier(checkout: Path, given: list[dict[str, Any]]) -> float:
    """The share of pages that another build reads right in all fields."""
    lines = "".join(json.dumps(page) + "\n" for page in given)
    child = subprocess.run(
        [sys.executable, "-c", EARLIER, str(checkout)], input=lines, capture_output=True, text=True, check=True,
        cwd=checkout, env={"PYTHONPATH": str(checkout), "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    read = [json.loads(line) for line in child.stdout.splitlines()]
    return sum(answer == page["told"] for answer, page in zip(read, given, strict=True)) / len(given)


def trafilatura_bodies(given: list[dict[str, Any]]) -> float:
    """The share of pages of which trafilatura gives the body, paragraph by paragraph, with the lead or without."""
    import trafilatura

    right = 0
    for page in given:
        text = trafilatura.extract(page["html"], include_comments=False) or ""
        lines = [line.strip().removeprefix("- ") for line in text.splitlines() if line.strip()]
        right += lines in (page["told"]["body"], [page["told"]["lead"], *page["told"]["body"]])
    return right / len(given)


def main() -> None:
    """Prints what was measured."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seeds", type=int, nargs="*")
    arguments.add_argument("--count", type=int, default=200)
    arguments.add_argument("--earlier", type=Path)
    asked = arguments.parse_args()
    seeds = asked.seeds or list(range(asked.count))
    done = [outcome(seed) for seed in seeds]
    wrong = Counter(name for each in done for name, _, _ in each.wrong)
    count = sum(each.pages for each in done)
    print(
        f"{len(seeds)} markups, {count} pages; seeds {seeds[0]}…{seeds[-1]}"
        if asked.seeds is None
        else f"seeds {seeds}"
    )
    print(f"right in all fields: {sum(each.whole for each in done) / count:.4f}; wrong fields: {dict(wrong)}")
    print(f"pages that are no articles and were read: {sum(len(each.junk_read) for each in done)} of {6 * len(done)}")
    print(f"wrong dates that nothing flags: {sum(len(each.silent_dates) for each in done)}")
    given = pages(seeds)
    alone = [outcome(seed, learns=False) for seed in seeds]
    print(f"read one by one, nothing learned: {sum(each.whole for each in alone) / count:.4f}")
    read = sum(len(each.junk_read) + len(each.silent_dates) for each in alone)
    print(f"other pages read or dates wrong in silence then: {read}")
    print(f"trafilatura, the body alone: {trafilatura_bodies(given):.4f}")
    if asked.earlier:
        print(f"{asked.earlier}, right in all fields: {earlier(asked.earlier.resolve(), given):.4f}")


if __name__ == "__main__":
    main()
