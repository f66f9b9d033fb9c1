"""From the bytes of a page to its record: CPU of each family, beside an earlier build, trafilatura and fundus.

    python benchmarks/reading.py [--peers PYTHON] [--tree FOLDER] [--rounds 5] [--pages 12] [--families NAME…]

The pages are those at hand (``pages_at_hand.py``) that are articles: of real servers where they are beside the
repository, generated ones, and for other families the tests' own, which are short. Each program is a process of its
own that has imported all it needs. They read the pages of a family in turn, round by round, fewer than a dozen
several times; told is the median of CPU milliseconds a page, with the least in brackets, and the ratio to ours. Other
work on the machine moves all of them.

``--peers`` is the Python of an environment with ``benchmarks/peers.lock``; without it trafilatura is this project's
own extra. fundus reads the generated pages only, by the parser that was written for them.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from math import ceil
from pathlib import Path
from statistics import fmean, median
from typing import Any

from chart import bars
from targets import Target, at_least, at_most

HERE = Path(__file__).parent
TURN = 12
"""So many pages a program reads in its turn at least. The first page after another program's turn finds the machine's
caches cold, which a small one costs as much as its reading; a night reads many in a row."""

Page = dict[str, str]


def ours(pages: Sequence[Page]) -> Callable[[], Any]:
    """Reads pages as a night does."""
    from datetime import UTC, datetime

    from scraper.reading import read_article
    from scraper.sites import Site

    at = datetime(2026, 11, 28, 1, 30, tzinfo=UTC)
    given = [
        (
            page["body"].encode("latin-1"),
            page["url"],
            Site.model_validate(
                {"id": "bao", "name": "Báo", "kind": "newspaper", "province": "Tiền Giang", "family": page["family"]}
                | {"home": "https://bao.example/"}
            ),
        )
        for page in pages
    ]
    return lambda: [read_article(body, url, site, captured_at=at) for body, url, site in given]


def trafilatura(pages: Sequence[Page]) -> Callable[[], Any]:
    """All of its extraction, with its metadata."""
    from trafilatura import bare_extraction

    given = [(page["body"].encode("latin-1").decode("utf-8", "replace"), page["url"]) for page in pages]
    return lambda: [bare_extraction(html, url=url, with_metadata=True) for html, url in given]


def fundus(pages: Sequence[Page]) -> Callable[[], Any]:
    """A parser written for the generated paper."""
    sys.path.insert(0, str(HERE))
    from peer_crawls import paper_parser

    parser = paper_parser()
    given = [page["body"].encode("latin-1").decode() for page in pages]
    return lambda: [parser().parse(html, "raise") for html in given]


TOOLS = {"ours": ours, "trafilatura": trafilatura, "fundus": fundus}


def child(tool: str) -> None:
    """Reads a line of pages and times reading them, again and again until there are no more lines."""
    said, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        given = json.loads(line)
        try:
            read = TOOLS[tool](given)
            read()
        except Exception as error:  # an earlier build does not know every family
            print(f"no {error!r}".replace("\n", " "), file=said, flush=True)
            continue
        print("ready", file=said, flush=True)
        while sys.stdin.readline() == "go\n":
            times = ceil(TURN / len(given))
            began = time.process_time()
            for _ in range(times):
                read()
            print((time.process_time() - began) * 1000 / len(given) / times, file=said, flush=True)


class Program:
    """One process that reads pages when it is asked to."""

    def __init__(self, python: Path | str, tool: str, tree: Path | None = None) -> None:
        command = [str(python), str(HERE / "reading.py"), "--child", tool]
        environment = {"PATH": "/usr/bin:/bin", "PYTHONWARNINGS": "ignore"}
        if tree is not None:
            environment["PYTHONPATH"] = str(tree)
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=environment,
        )

    def ask(self, line: str) -> str:
        """What it says to a line."""
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise SystemExit(f"{self.process.args!r} ended")
        return answer

    def forget(self) -> None:
        """Other pages come next."""
        assert self.process.stdin is not None
        self.process.stdin.write("next\n")
        self.process.stdin.flush()

    def end(self) -> None:
        """Ends it."""
        self.process.kill()
        self.process.communicate()


def articles(most: int, chosen: Sequence[str]) -> dict[str, list[Page]]:
    """The pages at hand that are articles, by family; the tests' own only where there are no others."""
    from pages_at_hand import PageAtHand, fixtures, generated, of_servers

    from scraper.items import Article

    found: defaultdict[str, list[Page]] = defaultdict(list)

    def add(pages: Iterable[PageAtHand]) -> None:
        for page in pages:
            if (chosen and page.family not in chosen) or len(found[page.family]) >= most:
                continue
            given = {"family": page.family, "url": page.url, "body": page.body.decode("latin-1")}
            if isinstance(ours([given])()[0], Article):
                found[page.family].append(given)

    add((*of_servers(), *generated(most)))
    lacking = {page.family for page in fixtures()} - {family for family, pages in found.items() if pages}
    add(page for page in fixtures() if page.family in lacking)
    return {family: pages for family, pages in sorted(found.items()) if pages}


def main() -> int:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--child", choices=TOOLS)
    parser.add_argument("--peers", type=Path)
    parser.add_argument("--tree", type=Path, nargs="*", default=[])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--pages", type=int, default=12, help="of each family")
    parser.add_argument("--families", nargs="*", default=[])
    chosen = parser.parse_args()
    if chosen.child:
        child(chosen.child)
        return 0
    tell(articles(chosen.pages, chosen.families), programs(chosen.peers, chosen.tree), chosen.rounds)
    return 0


def programs(peers: Path | None, trees: Sequence[Path]) -> dict[str, Program]:
    """The programs that read, each begun."""
    began = {"tinkhoi": Program(sys.executable, "ours", HERE.parent)}
    began |= {f"tinkhoi {tree.name}": Program(sys.executable, "ours", tree.absolute()) for tree in trees}
    began["trafilatura"] = Program(peers or sys.executable, "trafilatura")
    if peers is not None:
        began["fundus"] = Program(peers, "fundus")
    return began


def tell(by_family: dict[str, list[Page]], read_by: dict[str, Program], rounds: int) -> list[Target]:
    """Prints a row for each family; what was aimed at."""
    print(f"\nFrom HTML to record, CPU ms a page, medians of {rounds} rounds [least] and × tinkhoi\n")
    print("| family, pages, KB | " + " | ".join(read_by) + " |\n|---" + "|---" * len(read_by) + "|")
    ratios: defaultdict[str, list[float]] = defaultdict(list)
    cheaper: dict[str, float] = {}
    for family, pages in by_family.items():
        chosen = {name: one for name, one in read_by.items() if name != "fundus" or family == "apbac"}
        chosen = {name: one for name, one in chosen.items() if one.ask(json.dumps(pages)) == "ready\n"}
        spent: defaultdict[str, list[float]] = defaultdict(list)
        for number in range(rounds):
            for name in list(chosen) if number % 2 else reversed(list(chosen)):
                spent[name].append(float(chosen[name].ask("go")))
        for program in chosen.values():
            program.forget()
        own = median(spent["tinkhoi"])
        cells = []
        for name in read_by:
            if name in spent:
                ratio = median(spent[name]) / own
                ratios[name].append(ratio)
                cells.append(f"{median(spent[name]):.1f} [{min(spent[name]):.1f}] {ratio:.2f}")
            else:
                cells.append("–")
        if "trafilatura" in spent:
            cheaper[family] = median(spent["trafilatura"]) / own
        size = fmean(len(page["body"]) for page in pages) / 1000
        print(f"| {family}, {len(pages)}, {size:.0f} | " + " | ".join(cells) + " |", flush=True)
    print(
        "| mean of the ratios | "
        + " | ".join(f"{fmean(ratios[name]):.2f}" if ratios[name] else "–" for name in read_by)
        + " |"
    )
    print("\n" + bars("From HTML to record: CPU of trafilatura ÷ ours", "times", cheaper))
    for program in read_by.values():
        program.end()
    dearest = min(cheaper, key=cheaper.__getitem__)
    what = "CPU of trafilatura's reading ÷ ours"
    return [
        at_least("reading", f"{what}, mean of the families", fmean(cheaper.values()), 3, aim=True),
        at_least("reading", f"{what}, {dearest}, where it is least", cheaper[dearest], 1.5, aim=True),
        *(
            at_most("reading", "CPU of our reading ÷ a fundus parser's", 1 / ratio, 3, aim=True)
            for ratio in ratios["fundus"]
        ),
    ]


if __name__ == "__main__":
    sys.exit(main())
