"""What tinkhoi costs beside its peers: ``make bench``.

    python benchmarks/bench.py [--peers PYTHON] [--articles 100 400] [--rounds 5] [--tree FOLDER] [--short]
                               [--parts collect reading starts memory growth asking]

A generated newspaper is served on loopback by a process of its own. Each program collects it whole, once with few and
once with many articles, each time from nothing; what one article costs is the difference of their CPU times, divided
by the difference of articles, so that the start of a program is not counted. CPU is the user and system time of a
program and all its processes. The programs take turns within a round; the tables give medians, and the worst round in
brackets. Only the ratios mean something: other machines and other load move all of them.

``--peers`` is the Python of an environment with ``benchmarks/peers.lock``; without it tinkhoi runs alone. ``--tree``
is a checkout of another version of tinkhoi, run in the same rounds. ``--parts`` runs some parts only: from address to
row (``collect``), from HTML to record by family (``reading``), short commands and quiet nights (``starts``), memory
by number of sites (``memory``, site_memory.py), nights on a large archive (``growth``, quiet_night.py), and its pages
and questions (``asking``, asking.py). Each part prints its table when it is done, so they may run one by one;
standard error says how far it is. At the end stands one table of what was asked of all parts and what was measured.
The exit code is 1 if a limit is broken; an aim that is not reached is only told. ``--short`` runs one small round, to
see that all of it works; it asserts nothing about time.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import fmean, median

import reading
from chart import bars
from newspaper import Newspaper, Serving, serve
from targets import Target, all_hold, at_least, at_most, read, table

HERE = Path(__file__).parent
PARTS = ("collect", "reading", "starts", "memory", "growth", "asking")
PEERS = ("fundus", "trafilatura", "newspaper4k", "news-please", "scrapy+bs4", "bare")
OURS = "SELECT url, title, published_at, coalesce(lead || char(10), '') || body FROM articles"
THEIRS = "SELECT url, title, date, text FROM articles"
SCRIPTS = {
    "memory": ("site_memory.py", (), ("--sites", "2", "4", "--paper", "10")),
    "growth": ("quiet_night.py", (), ("--stories", "30", "--small", "200", "--large", "400", "--rounds", "1")),
    "asking": (
        "asking.py",
        ("--sizes", "10000", "100000", "1000000", "--rounds", "5"),
        ("--sizes", "200", "400", "--rounds", "1"),
    ),
}
"""Parts that are scripts of their own, with what they are told, and what they are told for the short form."""

BEFORE = "4985521"
"""The version at which these aims were set: a ``--tree`` whose folder has its name is held against them."""

COST_AT_MOST = {BEFORE: 0.2, "fundus": 2.4, "bare": 4.7}
"""What an article may cost us, in the cost of others. fundus and the floor keep neither captures nor index."""

CHEAPER_THAN = {"trafilatura": 2.4, "newspaper4k": 8, "news-please": 9, "scrapy+bs4": 1.6}
"""What an article is to cost others, in our cost."""

STARTS_AT_MOST = {
    "help": 0.42, "search": 0.5, "status": 0.5, "show": 0.5, "quiet night": 0.6, "the same through Prefect": 0.5,
}  # fmt: skip
"""What commands and quiet nights may cost, in the cost of BEFORE."""

READ = 20
"""How many articles of each program are held against what the paper printed."""

THROUGH_PREFECT = """
import sys
from pathlib import Path

sys.modules["pandas"] = None
try:
    from flows.runs.request import NightRequest
    from flows.storage.folder import DataFolder
    from flows.with_prefect import run_with_prefect
except ImportError:  # 4985521
    from flows.data_folder import DataFolder
    from flows.night import NightRequest
    from flows.server import run_with_prefect
request = NightRequest(data=DataFolder(root=Path(sys.argv[1])), sites=("paper",), trigger="nightly")
sys.exit(run_with_prefect(request, private=True).exit_code)
"""

# sqlite-utils loads pandas where it is installed; it is a tool of our tests, which no command has need of.
COMMAND = "import sys; sys.modules['pandas'] = None; from flows.cli import main; main()"

_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Cost:
    """What one run of a program took."""

    cpu: float  # seconds, user and system, of all its processes
    memory: int  # bytes, the most that any of its processes had


@dataclass
class Measured:
    """One program in all rounds."""

    marginal: list[float] = field(default_factory=list)  # CPU milliseconds an article
    start: list[float] = field(default_factory=list)  # CPU seconds of the small run less its articles
    memory: int = 0
    disk: float = 0.0  # bytes an article
    title: float = 0.0
    minute: float = 0.0
    words: float = 0.0  # F1


def run(command: Sequence[str | Path], *, tree: Path | None = None) -> Cost:
    """Runs a command to its end and measures it. Raises SystemExit if it fails."""
    keep = ("PATH", "HOME", "LANG", "VIRTUAL_ENV")
    environment = {name: os.environ[name] for name in keep if name in os.environ}
    if tree is not None:
        environment["PYTHONPATH"] = str(tree)
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [str(part) for part in command], stdout=said, stderr=said, env=environment, cwd=tempfile.gettempdir()
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            raise SystemExit(f"{command} failed: {said.read().decode('utf-8', 'replace')[-3000:]}")
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss * 1024)


@dataclass(frozen=True)
class Collecting:
    """One paper, collected from nothing by any program."""

    paper: Newspaper
    serving: Serving
    folder: Path

    def ours(self, tree: Path, where: str) -> Cost:
        """tinkhoi, of the checkout ``tree``: a whole night, with captures, revisions, index and ledgers."""
        data = self.folder / where
        (data / "sites").mkdir(parents=True)
        site = self.paper.site_file(self.serving.port, delay=0)
        (data / "sites" / "paper.toml").write_text(site, encoding="utf-8")
        command = [sys.executable, tree / "benchmarks" / "one_night.py", data, datetime.now(UTC).isoformat()]
        return run(command, tree=tree)

    def theirs(self, python: Path, tool: str, where: str) -> Cost:
        """A peer, in its own environment."""
        base = f"http://{self.paper.host}:{self.serving.port}"
        urls = [base + self.paper.path(number) for number in range(self.paper.known, 0, -1)]
        job = self.folder / f"{where}.json"
        job.write_text(json.dumps({"base": base, "urls": urls}), encoding="utf-8")
        (self.folder / where).mkdir()
        out = self.folder / where / "articles.db"
        return run([python, "-I", HERE / "peer_crawls.py", tool, job, out])

    def judge(self, where: str, measured: Measured) -> None:
        """How much of the first articles was read as the paper printed it, and how much disk all of them take."""
        kept = self.folder / where
        ours = kept / "tinkhoi.db"
        with closing(sqlite3.connect(ours if ours.exists() else kept / "articles.db")) as database:
            rows = {
                url.partition("/muc-")[2]: rest for url, *rest in database.execute(OURS if ours.exists() else THEIRS)
            }
        if len(rows) < self.paper.known:
            raise SystemExit(f"{where}: only {len(rows)} of {self.paper.known} articles were collected")
        numbers = range(1, min(READ, self.paper.known) + 1)
        read = [self._read(number, rows[self.paper.path(number).removeprefix("/muc-")]) for number in numbers]
        measured.title, measured.minute, measured.words = (fmean(each) for each in zip(*read, strict=True))
        measured.disk = sum(file.stat().st_size for file in kept.rglob("*") if file.is_file()) / self.paper.known

    def _read(self, number: int, row: Sequence[str | None]) -> tuple[float, float, float]:
        title, date, text = row
        printed = self.paper.words_of(number)
        minute = f"{self.paper.published(number):%Y-%m-%d %H:%M}"
        minutes = (f"{self.paper.published(number):%d/%m/%Y, %H:%M}", minute)
        is_minute = any(each in (date or "").replace("T", " ") for each in minutes)
        whole = "\n".join((printed.lead, *printed.paragraphs))
        return title == self.paper.title(number), is_minute, likeness(text or "", whole)


def likeness(text: str, printed: str) -> float:
    """F1 of the words of ``text`` against those printed."""
    found, wanted = Counter(_WORD.findall(text)), Counter(_WORD.findall(printed))
    both = (found & wanted).total()
    return 2 * both / (found.total() + wanted.total()) if both else 0.0


def collect(
    programs: dict[str, Callable[[Collecting, str], Cost]], counts: Sequence[int], rounds: int
) -> list[Target]:
    """Runs all programs in turn and prints the table of address → row."""
    began = datetime.now(UTC).replace(second=0, microsecond=0)
    few, many = (
        Newspaper(f"127.7.1.{place}", count, began, sitemap=True) for place, count in enumerate(counts, start=1)
    )
    found = {name: Measured() for name in programs}
    with serve([few, many]) as serving, tempfile.TemporaryDirectory(prefix="tinkhoi-bench-") as folder:
        for number in range(rounds):
            for name in list(programs) if number % 2 else reversed(list(programs)):
                costs = []
                for paper in (few, many):
                    collecting = Collecting(paper, serving, Path(folder))
                    where = f"{name}-{number}-{paper.known}"
                    costs.append(programs[name](collecting, where))
                    collecting.judge(where, found[name])
                each = (costs[1].cpu - costs[0].cpu) / (many.known - few.known)
                found[name].marginal.append(each * 1000)
                found[name].start.append(costs[0].cpu - each * few.known)
                found[name].memory = max(found[name].memory, costs[1].memory)
                print(f"round {number + 1}: {name}: {each * 1000:.1f} ms an article", file=sys.stderr, flush=True)
    print(f"\nFrom address to row, {rounds} rounds, {few.known} and {many.known} articles\n")
    print(
        "| program | CPU ms an article | × tinkhoi | start, CPU s | MB | kB an article | title | minute | words F1 |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    ours = median(found["tinkhoi"].marginal)
    for name, one in found.items():
        print(
            f"| {name} | {median(one.marginal):.1f} [{max(one.marginal):.1f}] | {median(one.marginal) / ours:.2f}"
            f" | {median(one.start):.2f} | {one.memory / 1e6:.0f} | {one.disk / 1e3:.1f}"
            f" | {one.title:.0%} | {one.minute:.0%} | {one.words:.3f} |"
        )
    spent = {name: median(one.marginal) for name, one in found.items()}
    if len(found) > 1:
        print("\n" + bars("From address to row", "CPU ms an article", spent))
    return [
        at_least("collect", "share of our titles that are the printed ones", found["tinkhoi"].title, 1),
        at_least("collect", "share of our times that are right to the minute", found["tinkhoi"].minute, 1),
        at_least("collect", "our words' F1", found["tinkhoi"].words, 0.99),
        *(
            at_most("collect", f"CPU of an article ÷ {name}'s", ours / spent[name], most, aim=True)
            for name in spent
            for whose, most in COST_AT_MOST.items()
            if whose in name
        ),
        *(
            at_least("collect", f"{name}'s CPU of an article ÷ ours", spent[name] / ours, least, aim=True)
            for name, least in CHEAPER_THAN.items()
            if name in spent
        ),
        *(
            at_most(
                "collect",
                f"our largest process ÷ that of {name}",
                found["tinkhoi"].memory / one.memory,
                0.8,
                aim=True,
            )
            for name, one in found.items()
            if BEFORE in name
        ),
    ]


def starts(trees: dict[str, Path], rounds: int) -> list[Target]:
    """Prints what short commands cost on an archive of twenty articles, and a night with nothing new."""
    began = datetime.now(UTC).replace(second=0, microsecond=0)
    paper = Newspaper("127.7.1.3", 20, began, sitemap=True)
    commands = {
        "help": ["--help"],
        "search": ["search", "tỉnh"],
        "status": ["status"],
        "show": ["show", paper.key(1)],
    }
    costs: dict[str, dict[str, list[float]]] = {}
    with serve([paper]) as serving, tempfile.TemporaryDirectory(prefix="tinkhoi-bench-") as folder:
        collecting = Collecting(paper, serving, Path(folder))
        for name, tree in trees.items():
            collecting.ours(tree, name)
        for number in range(rounds + 1):
            print(f"starts: round {number} of {rounds}", file=sys.stderr, flush=True)
            for name, tree in trees.items():
                data = Path(folder) / name
                call = [sys.executable, "-c", COMMAND, "--data", data]
                for what, arguments in commands.items():
                    cost = run([*call, *arguments], tree=tree)
                    costs.setdefault(what, {}).setdefault(name, []).append(cost.cpu)
                night = [sys.executable, tree / "benchmarks" / "one_night.py", data, datetime.now(UTC).isoformat()]
                costs.setdefault("quiet night", {}).setdefault(name, []).append(run(night, tree=tree).cpu)
                through = [sys.executable, "-c", THROUGH_PREFECT, data]
                costs.setdefault("the same through Prefect", {}).setdefault(name, []).append(
                    run(through, tree=tree).cpu
                )
    print(f"\nShort commands, and a night with nothing new: CPU seconds, medians of {rounds}\n")
    print("| what | " + " | ".join(trees) + " |\n|---" + "|---" * len(trees) + "|")
    for what, by_tree in costs.items():
        cells = (f"{median(spent[1:]):.2f} [{max(spent[1:]):.2f}]" for spent in by_tree.values())
        print(f"| {what} | " + " | ".join(cells) + " |")
    usual = {what: {name: median(spent[1:]) for name, spent in of.items()} for what, of in costs.items()}
    return [
        at_most("starts", "tinkhoi --help", usual["help"]["tinkhoi"], 0.25, unit=" CPU s", aim=True),
        at_most("starts", "tinkhoi search", usual["search"]["tinkhoi"], 0.3, unit=" CPU s", aim=True),
        *(
            at_most("starts", f"CPU of {what} ÷ {name}'s", usual[what]["tinkhoi"] / usual[what][name], most, aim=True)
            for what, most in STARTS_AT_MOST.items()
            for name in trees
            if BEFORE in name
        ),
    ]


def beside(part: str, *, short: bool) -> list[Target]:
    """Runs a part that is a script of its own, which prints its table itself. Raises SystemExit if it fails."""
    script, whole, small = SCRIPTS[part]
    with tempfile.TemporaryDirectory(prefix="tinkhoi-bench-") as folder:
        told = Path(folder) / "targets"
        command = [sys.executable, HERE / script, *(small if short else whole), "--targets", told]
        done = subprocess.run(command, env=os.environ | {"PYTHONPATH": str(HERE.parent)}, check=False)
        found = read(told)
    if not found:  # it says what it was asked, even where a limit is broken
        raise SystemExit(f"{script} ended with code {done.returncode}")
    return found


def measured_on() -> str:
    """What a reader of the numbers has to know of the machine."""
    asked = ["git", "-C", str(HERE.parent), "describe", "--always", "--dirty"]
    try:
        commit = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        commit = "unknown"
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    return (
        f"tinkhoi {commit}, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC; {os.cpu_count()} cores, load {load};"
        f" Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    )


def main() -> int:
    """Prints the tables; 1 where a limit is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", type=lambda given: Path(given).absolute(), help="their Python")
    parser.add_argument("--only", nargs="+", choices=PEERS, default=PEERS, help="these peers")
    parser.add_argument("--articles", type=int, nargs=2, default=[100, 400], metavar=("FEW", "MANY"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--tree", type=Path, nargs="*", default=[])
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--short", action="store_true")
    chosen = parser.parse_args()
    if chosen.short:
        chosen.articles, chosen.rounds = [3, 6], 1
    trees = {"tinkhoi": HERE.parent} | {f"tinkhoi {tree.name}": tree.absolute() for tree in chosen.tree}
    programs: dict[str, Callable[[Collecting, str], Cost]] = {
        name: lambda collecting, where, tree=tree: collecting.ours(tree, where)  # type: ignore[misc]
        for name, tree in trees.items()
    }
    if chosen.peers:
        for tool in chosen.only:
            programs[tool] = lambda collecting, where, tool=tool: collecting.theirs(chosen.peers, tool, where)  # type: ignore[misc]
    parts: dict[str, Callable[[], list[Target]]] = {
        "collect": lambda: collect(programs, chosen.articles, chosen.rounds),
        "reading": lambda: reading.tell(
            reading.articles(1 if chosen.short else 12, []),
            reading.programs(chosen.peers, chosen.tree),
            chosen.rounds,
        ),
        "starts": lambda: starts(trees, chosen.rounds),
        **{part: lambda part=part: beside(part, short=chosen.short) for part in SCRIPTS},  # type: ignore[misc]
    }
    print(measured_on(), flush=True)
    told: list[Target] = []
    for part in [part for part in PARTS if part in chosen.parts]:
        began = time.monotonic()
        print(f"\n## {part}\n", flush=True)
        told += parts[part]()
        print(f"{part}: {(time.monotonic() - began) / 60:.1f} minutes", file=sys.stderr, flush=True)
    nothing = "\nThe short form: none of these numbers means anything.\n" if chosen.short else ""
    print(f"\n## What was asked\n{nothing}\n{table(told, judged=not chosen.short)}\n\n{measured_on()}")
    return 0 if all_hold(told) or chosen.short else 1


if __name__ == "__main__":
    sys.exit(main())
