"""What a night over many sites costs: CPU a site, wall time beside the sites' own politeness, memory of each process.

    python benchmarks/capacity.py [--sites 100] [--rounds 3]

So many generated papers are served on loopback, each on an address of its own, with robots.txt, two section pages and
ten articles; one night collects all of them into an empty archive with the delay of 2 s that real sites get, and the
next round begins with another empty archive. CPU time is user and system of the night and of all its processes, the
server's left out.

A site's politeness time is the number of its requests, as the server's log counts them, times the delay: what no
crawler that keeps the delay after each request can go below. The wall time is from the start of the night's process
to its end. Limits hold for the round with the shortest wall time; that each site gave its ten articles, each address
was asked for once, and no two requests of a host lie less than the delay apart, must hold in all.
Everything is deleted at the end. Exit code 1 where a limit is broken.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from newspaper import Asked, Newspaper, Serving, serve
from nights import Night, night, write_site

from flows.storage.folder import DataFolder
from scraper.store import open_reader

ARTICLES = 10
REQUESTS = 1 + 2 + ARTICLES  # robots.txt, the lists, the articles
DELAY = 2.0
CPU, WALL = 1.0, 2.0  # seconds a site; times the slowest site's politeness time
POLL = 0.2


@dataclass(frozen=True)
class Round:
    """One night and what the server and the archive say of it."""

    cost: Night
    peaks: list[int]  # bytes, the most that each process had, the largest first
    politeness: float  # seconds, of the slowest site
    span: float  # seconds from the first request of a host to its last, of the slowest
    gap: float  # seconds, the least between two requests of a host
    after: float  # seconds from the last request of all to the night's end
    wrong: list[str]  # what is not as it must be
    database: int  # bytes
    captures: int

    @property
    def wall_ratio(self) -> float:
        """Wall time in politeness times."""
        return self.cost.wall / self.politeness


def papers(count: int, began: datetime, articles: int = ARTICLES) -> dict[str, Newspaper]:
    """So many papers by site id, each with a host of its own."""
    hosts = [f"127.8.{n // 250}.{n % 250 + 1}" for n in range(count)]
    return {f"paper-{n:05}": Newspaper(host, articles, began) for n, host in enumerate(hosts)}


def play(folder: Path, shown: dict[str, Newspaper], serving: Serving) -> Round:
    """One night on an empty archive."""
    for site, paper in shown.items():
        write_site(folder, site, paper, serving.port, delay=DELAY)
    serving.log()
    with peak_memory(lambda process: None if process == serving.process.pid else "") as peaks:
        cost = night(folder, datetime.now(UTC))
        ended = time.monotonic()
    data = DataFolder(root=folder)
    by_host: dict[str, list[Asked]] = defaultdict(list)
    for asked in serving.log():
        by_host[asked.host].append(asked)
    return Round(
        cost=cost,
        peaks=sorted(peaks.values(), reverse=True),
        politeness=max(map(len, by_host.values())) * DELAY,
        span=max(log[-1].time - log[0].time for log in by_host.values()),
        gap=min(after.time - before.time for log in by_host.values() for before, after in pairwise(log)),
        after=ended - max(log[-1].time for log in by_host.values()),
        wrong=[*wrong_requests(shown, by_host), *wrong_articles(data, shown), *wrong_end(cost)],
        database=sum(path.stat().st_size for path in folder.glob("tinkhoi.db*")),
        captures=sum(path.stat().st_size for path in data.captures.glob("*.warc.gz")),
    )


def wrong_requests(shown: dict[str, Newspaper], by_host: dict[str, list[Asked]]) -> Iterator[str]:
    """Hosts that were not asked once for each of their pages and for nothing else."""
    for paper in shown.values():
        wanted = ["/robots.txt", *paper.sources(), *(paper.path(n) for n in range(1, ARTICLES + 1))]
        if Counter(asked.path for asked in by_host[paper.host] if asked.status == 200) != Counter(wanted):
            yield f"{paper.host}: {len(by_host[paper.host])} requests, not each of {REQUESTS} pages once"


def wrong_articles(data: DataFolder, shown: dict[str, Newspaper]) -> Iterator[str]:
    """Sites of which the archive has not exactly the articles that are out."""
    with open_reader(data.database) as archive:
        rows = archive.rows("SELECT site, key FROM articles")
    got: dict[str, list[str]] = defaultdict(list)
    for site, key in rows:
        got[site].append(key)
    for site, paper in shown.items():
        if sorted(got[site]) != sorted(paper.key(n) for n in range(1, ARTICLES + 1)):
            yield f"{site}: {len(got[site])} articles instead of {ARTICLES}"


def wrong_end(cost: Night) -> Iterator[str]:
    """A night that did not end well."""
    if cost.exit_code:
        yield f"the night ended with code {cost.exit_code}"


@contextmanager
def peak_memory(role: Callable[[int], str | None]) -> Iterator[dict[tuple[str, int], int]]:
    """The most memory, in bytes, of each process below ours while the block lasts, by its role and its id.

    ``role`` tells what a process does; one for which it is None is left out.
    """
    peaks: dict[tuple[str, int], int] = {}
    over = threading.Event()

    def watch() -> None:
        while not over.wait(POLL):
            for process in below(os.getpid()):
                if (does := role(process)) is not None and (most := high_water(process)):
                    peaks[does, process] = most

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield peaks
    finally:
        over.set()
        watcher.join()


def below(process: int) -> Iterator[int]:
    """The ids of a process's children, their children, and so on."""
    for listed in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            children = [int(child) for child in listed.read_text(encoding="ascii").split()]
        except OSError:  # it ended
            continue
        for child in children:
            yield child
            yield from below(child)


def high_water(process: int) -> int:
    """The most resident memory a process has had, in bytes; 0 where it has ended."""
    try:
        lines = Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:")), 0)


def tell(number: int, one: Round, sites: int) -> None:
    """Prints a round's row and what was wrong in it."""
    peaks = " + ".join(f"{peak / 1e6:.0f}" for peak in one.peaks)
    cost = one.cost
    print(
        f"| {number} | {cost.cpu:.1f} | {cost.crawl_cpu:.1f} | {cost.cpu / sites:.3f} | {cost.wall:.1f} |"
        f" {one.politeness:.0f} | {one.wall_ratio:.2f} | {one.span:.1f} | {one.after:.1f} | {one.gap:.3f} |"
        f" {peaks} | {cost.new} | {one.database / 1e6:.1f} | {one.captures / 1e6:.1f} |",
        flush=True,
    )
    for line in one.wrong[:10]:
        print(f"  WRONG: {line}")


def main() -> int:
    """Runs all; 1 where a limit is broken."""
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ask.add_argument("--sites", type=int, default=100)
    ask.add_argument("--rounds", type=int, default=3)
    asked = ask.parse_args()
    shown = papers(asked.sites, datetime.now(UTC).replace(second=0, microsecond=0))
    print(
        "| round | CPU s | of it crawls and reading ahead | CPU s a site | wall s | politeness s | ratio"
        " | first to last request s | last request to end s | least gap s"
        " | peak MB of each process | new | database MB | captures MB |"
    )
    print("|" + "---|" * 14, flush=True)
    rounds: list[Round] = []
    with serve(list(shown.values())) as serving:
        for number in range(1, asked.rounds + 1):
            with tempfile.TemporaryDirectory() as folder:
                rounds.append(play(Path(folder), shown, serving))
            tell(number, rounds[-1], asked.sites)
    best = min(rounds, key=lambda one: one.cost.wall)
    cpu = best.cost.cpu / asked.sites
    print(f"best: {cpu:.3f} CPU s a site, {CPU} at most; wall {best.wall_ratio:.2f} politeness times, {WALL} at most")
    held = cpu <= CPU and best.wall_ratio <= WALL
    held &= all(not one.wrong and one.gap >= DELAY for one in rounds)
    print("every limit holds" if held else "A LIMIT IS BROKEN")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
