"""What a night costs of a site that is known: its requests and bytes, and whether it grows with what is known.

    python benchmarks/quiet_night.py [--stories 2000] [--small 1000] [--large 1000000] [--rounds 3]

First a paper of ``--stories`` stories is collected whole; a night with 20 new ones is then held against a bare
client (standard library, knows the paper by heart) that asks for the same: request for request, byte for byte. The
night after that nothing is new. Then archives that know ``--small`` and ``--large`` addresses of one site are made,
and nights with 20 new stories are run on one and the other in turn, then nights with nothing new; medians of CPU
time, all processes counted. On some of the latter 20 articles are due for a re-check, on the others none. The first
night of each archive is told and left out: it makes the snapshot whole, which stands from then on.
Everything is deleted at the end; ``--stories 0`` leaves the first part out. Exit code 1 where a limit is broken.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from newspaper import Asked, Newspaper, Serving, serve
from nights import Night, know, make_due, night, write_site
from targets import Target, all_hold, at_most, none_of, write

NEW = DUE = 20
RECHECK_DAYS = (1, 3, 7, 30)
BYTES = 1.05  # of the bare client's on a night with news, at most
GROWTH, QUIET_GROWTH = 1.5, 1.2  # from the small archive to the large: a night with news, and one without, at most
AHEAD = timedelta(hours=6)
"""How far the clock of nights on known archives is ahead, so that no article comes due while they run: the first of
them looks at all that come due until then."""

_LINK = re.compile(r'(?:href="|<link>http://[^/]*)(/muc-\d+/\d{6}/tin-(\d+)/)')
_NEXT = re.compile(r'rel="next" href="([^"]+)"')


class BareClient:
    """Asks for what is needed and keeps nothing but the ETags it was given."""

    def __init__(self, paper: Newspaper, port: int) -> None:
        self.paper = paper
        self.connection = http.client.HTTPConnection(paper.host, port)
        self.etags: dict[str, str] = {}

    def ask(self, path: str) -> str:
        """The page, or nothing where it is unchanged."""
        headers = {"User-Agent": "bare/1.0 (+archive@example.vn)", "Accept-Encoding": "gzip", "Accept-Language": "vi"}
        if path in self.etags:
            headers["If-None-Match"] = self.etags[path]
        self.connection.request("GET", path, headers=headers)
        answer = self.connection.getresponse()
        answer.read()
        self.etags[path] = answer.headers["ETag"]
        return "" if answer.status == 304 else path

    def night(self, number: int, due: Iterable[str]) -> None:
        """One night: robots.txt, what is listed, what of it is new, and the stories that are ``due`` again."""
        self.ask("/robots.txt")
        old = {self.paper.key(n) for n in range(1, self.paper.out(number - 1) + 1)}
        new: dict[str, str] = {}
        for source in self.paper.sources():
            page: str | None = source
            while page and self.ask(page):
                html = self.paper.answer(page, number)[2].decode()
                shown = {key: path for path, key in _LINK.findall(html) if key not in old}
                new |= shown
                following = _NEXT.search(html)
                page = following[1] if following and shown else None
        for path in (*new.values(), *due):
            self.ask(path)


def due(paper: Newspaper, known: int, looked: datetime, now: datetime) -> list[str]:
    """The stories one of whose days for a re-check came since they were ``looked`` at."""
    days = [timedelta(days=day) for day in RECHECK_DAYS]
    return [
        paper.path(n) for n in range(1, known + 1) if any(looked < paper.published(n) + day <= now for day in days)
    ]


def size(log: Iterable[Asked]) -> int:
    """Bytes sent and received."""
    return sum(asked.received + asked.sent for asked in log)


def against_bare(folder: Path, stories: int) -> list[Target]:
    """A night with new stories, and one without, beside the bare client."""
    began = datetime.now(UTC).replace(second=0, microsecond=0)
    paper = Newspaper("127.7.0.1", stories, began, nightly=NEW, sections=4, feeds=True)
    with serve([paper]) as serving:
        write_site(folder, "paper", paper, serving.port, delay=0)
        first = night(folder, datetime.now(UTC))
        serving.log()
        tell(f"first night, {stories} stories", first)
        now = datetime.now(UTC) + timedelta(days=1)
        rechecks = due(paper, stories, datetime.now(UTC), now)
        bare = BareClient(paper, serving.port)
        for path in (*paper.sources(), *rechecks):
            bare.ask(path)
        serving.log()
        serving.night(2)
        bare.night(2, rechecks)
        bares = serving.log()
        second = night(folder, now)
        ours = serving.log()
        tell(f"{NEW} new of {stories}", second)
        bytes_ratio = compare("20 new", ours, bares)
        later = now + timedelta(minutes=1)
        again = due(paper, stories, now, later)
        third = night(folder, later)
        quiet = serving.log()
        tell("quiet night", third)
        bare.night(3, again)
        compare("quiet night", quiet, serving.log())
        pages = [asked for asked in quiet if asked.path != "/robots.txt"]
        changed = [asked.path for asked in pages if asked.status != 304]
        print(f"  quiet night: robots.txt and {len(pages)} pages, {len(pages) - len(changed)} of them 304")
    wrong = [
        f"{night.new} on the {what} night"
        for what, night, new in (("second", second, NEW), ("quiet", third, 0))
        if night.new != new
    ]
    return [
        at_most("growth", "bytes of a night with news ÷ a bare client's, for the same requests", bytes_ratio, BYTES),
        none_of("growth", "pages of a night without news that are sent again", changed, len(pages)),
        none_of("growth", "nights with another number of new articles than appeared", wrong, 2),
    ]


def compare(what: str, ours: list[Asked], bares: list[Asked]) -> float:
    """Prints both and gives the ratio of our bytes to the bare client's; without end where the requests differ."""
    mine, theirs = (Counter((asked.path, asked.status) for asked in log) for log in (ours, bares))
    for extra, who in ((mine - theirs, "tinkhoi"), (theirs - mine, "the bare client")):
        for (path, status), count in sorted(extra.items())[:10]:
            print(f"  only {who}: {path} {status} × {count}")
    ratio = size(ours) / size(bares)
    print(
        f"  {what}: requests {len(ours)}, bare {len(bares)}; bytes {size(ours):,}, bare {size(bares):,}: {ratio:.3f}"
    )
    return ratio if mine == theirs else float("inf")


def growth(folder: Path, small: int, large: int, rounds: int) -> list[Target]:
    """Nights on archives that know few and many addresses, in turn."""
    began = datetime.now(UTC).replace(second=0, microsecond=0)
    papers = {
        count: Newspaper(f"127.7.0.{2 + place}", count, began, nightly=NEW, sections=4, feeds=True)
        for place, count in enumerate((small, large))
    }
    with serve(list(papers.values())) as serving:
        for count, paper in papers.items():
            print(f"making an archive that knows {count:,} addresses", file=sys.stderr, flush=True)
            write_site(folder / str(count), "paper", paper, serving.port, delay=0)
            know(folder / str(count), {"paper": paper}, serving.port)
            megabytes = (folder / str(count) / "tinkhoi.db").stat().st_size / 1e6
            print(f"archive of {count:,} known addresses: {megabytes:,.0f} MB")
        return grows_little(folder, serving, small, large, rounds)


def grows_little(folder: Path, serving: Serving, small: int, large: int, rounds: int) -> list[Target]:
    """Runs the nights and prints what they cost, and how much more on the large archive."""
    clock = (serving.papers[0].began + AHEAD + timedelta(seconds=10 * number) for number in itertools.count())
    nights = play(folder, serving, [small, large], rounds + 1, clock, with_news=True)
    for count, (first, *later) in nights.items():
        tell(f"{count:,} known, first night", first)
        for each in later:
            tell(f"{count:,} known", each)
    news = grown("a night with news", {count: each[1:] for count, each in nights.items()}, small, large, GROWTH)
    wrong = [f"{one.new} new of {NEW}" for each in nights.values() for one in each if one.new != NEW]
    without = []
    for due, what in ((0, "nothing due"), (DUE, f"{DUE} re-checks due")):
        quiet = play(folder, serving, [small, large], rounds, clock, due=due)
        for count, each in quiet.items():
            for one in each:
                tell(f"{count:,} known, nothing new, {what}", one)
        without.append(grown(f"a night without, {what}", quiet, small, large, QUIET_GROWTH))
        wrong += [
            f"{one.new} new, {one.requests['rechecks']} re-checks of {due}"
            for each in quiet.values()
            for one in each
            if (one.new, one.requests["rechecks"]) != (0, due)
        ]
    return [
        news,
        *without,
        none_of("growth", "nights on archives with other numbers of articles than there were", wrong, 6 * rounds + 2),
    ]


def grown(what: str, nights: dict[int, list[Night]], small: int, large: int, limit: float) -> Target:
    """How many times one of the small archive the median night of the large one costs; prints it."""
    cost = {count: median(one.cpu for one in each) for count, each in nights.items()}
    ratio = cost[large] / cost[small]
    print(f"  CPU of {what}: {cost[small]:.2f} s → {cost[large]:.2f} s, {ratio:.2f} times, {limit} at most")
    return at_most("growth", f"CPU of {what}, {large:,} known addresses ÷ {small:,}", ratio, limit)


def play(
    folder: Path,
    serving: Serving,
    counts: list[int],
    rounds: int,
    clock: Iterator[datetime],
    *,
    with_news: bool = False,
    due: int = 0,
) -> dict[int, list[Night]]:
    """The nights, one archive after the other in each round, another first in each.

    In each round the paper is a night further ``with_news``, and ``due`` articles are due for a re-check.
    """
    nights: dict[int, list[Night]] = {count: [] for count in counts}
    for number in range(2, rounds + 2):
        print(f"night {number - 1} of {rounds} on each archive", file=sys.stderr, flush=True)
        if with_news:
            serving.night(number)
        for count in counts if number % 2 else reversed(counts):
            now = next(clock)
            if due:
                make_due(folder / str(count), due, now)
            nights[count].append(night(folder / str(count), now))
    return nights


def tell(what: str, one: Night) -> None:
    """Prints what a night cost."""
    kinds = ", ".join(f"{count} {kind}" for kind, count in one.requests.items() if count)
    print(
        f"{what}: {one.cpu:.2f} CPU s ({one.crawl_cpu:.2f} in the crawl), {one.wall:.1f} s,"
        f" {one.memory / 1e6:.0f} MB at most; {one.new} new; requests: {kinds}; code {one.exit_code}",
        flush=True,
    )


def main() -> int:
    """Runs all; 1 where a limit is broken."""
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ask.add_argument("--stories", type=int, default=2_000)
    ask.add_argument("--small", type=int, default=1_000)
    ask.add_argument("--large", type=int, default=1_000_000)
    ask.add_argument("--rounds", type=int, default=3)
    ask.add_argument("--targets", type=Path, help="add what is to hold to this file")
    asked = ask.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        told = against_bare(Path(folder) / "bare", asked.stories) if asked.stories else []
        told += growth(Path(folder), asked.small, asked.large, asked.rounds)
    write(told, asked.targets)
    held = all_hold(told)
    if asked.targets is None:  # else whoever asked for them judges
        print("every limit holds" if held else "A LIMIT IS BROKEN")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
