"""Everything the fault newspaper plays, many times over: `python -m tests.faults.torture`.

Prints what was played and what happened; ``--record`` keeps the table, from which docs/reliability.md is made. Ends
with 1 where anything was not as it must be. A hundred kills take about twenty minutes on two cores.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import astuple, dataclass
from pathlib import Path

from tests.faults import manners, survival
from tests.faults.lying import play_lies
from tests.faults.newspaper import Reply
from tests.faults.nights import wrong
from tests.faults.profiles import LIES
from tests.faults.traps import LISTS, SLOW, TRAPS, meet

RECORD = Path(__file__).with_name("played.tsv")
MEGABYTES = 300
PARTS = ("survival", "lies", "traps", "manners")


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    part: str
    played: str
    times: str
    happened: str
    as_promised: str  # "yes", or what was not


Part = Callable[[argparse.Namespace, Path], Iterator[Row]]


def row(part: str, played: str, times: int, happened: str, faults: list[str]) -> Row:
    """``happened`` is what is said where nothing was at fault; measured numbers stand in it either way."""
    return Row(part, played, str(times), happened, "; ".join(faults)[:300].replace("\t", " ") or "yes")


def play_survival(options: argparse.Namespace, folder: Path) -> Iterator[Row]:
    """Kills, stops, a lost network, full disks."""
    chance = random.Random(options.seed)
    began = time.monotonic()
    nights, paper = survival.new_night(folder / "whole", first=14)
    code, said = survival.end(survival.begin(nights))
    paper.stop()
    lasted = time.monotonic() - began
    if code:
        raise RuntimeError(said)
    between = options.kills * 3 // 10
    for name, count, moment in (
        ("kill -9 at a random moment of the night, its crawl with it", options.kills - between, True),
        ("kill -9 between a list page and its articles", between, False),
    ):
        faults = []
        for number in range(count):
            after = chance.uniform(0.1, lasted) if moment else None
            for fault in survival.play_kill(folder / f"kill-{moment}-{number}", after, chance):
                faults.append(f"kill {number} at {after}: {fault}")
        failed = {fault.partition(" at ")[0] for fault in faults}
        happened = (
            f"{count - len(failed)} of {count} nights as they must be: after one more night every article once, "
            "nothing waiting, integrity ok, no torn record read as whole"
        )
        yield row("survival", name, count, happened, faults)
    yield row(
        "survival", "SIGTERM in the middle", 1, "code 11; next night complete", survival.play_stop(folder / "stop")
    )
    faults = survival.play_two_at_once(folder / "two")
    yield row("survival", "a second night at once", 1, "code 6, no request; the first undisturbed", faults)
    faults, code = survival.play_network_lost(folder / "network")
    yield row("survival", "the server gone in the middle", 1, f"code {code}; next night complete", faults)
    for storing, when in ((False, "while capturing"), (True, "while storing")):
        try:
            with survival.small_disk(folder / f"disk-{storing}", 8000) as disk:
                faults = survival.play_disk_full(disk, storing=storing)
            happened = "code 3; what was acknowledged stands; next night complete"
        except PermissionError as error:
            faults, happened = [f"not played: {error}"], "a tmpfs could not be mounted"
        yield row("survival", f"disk full {when} (tmpfs of 8 MB)", 1, happened, faults)


def play_all_lies(options: argparse.Namespace, folder: Path) -> Iterator[Row]:
    """Good, bad, good nights."""
    for name, lied in play_lies(folder / "lies", LIES).items():
        lie = LIES[name]
        faults = [*lied.worse, *lied.junk, *lied.missing]
        if lied.code not in lie.codes:
            faults.append(f"code {lied.code}, not {sorted(lie.codes)}")
        third = "complete" if not lied.missing else f"{len(lied.missing)} wrong"
        happened = (
            f"code {lied.code} ({lied.verdict}); {len(lied.worse)} good rows worse, {len(lied.junk)} junk rows, "
            f"{third} on the third night"
        )
        yield row("lies", f"{name}: {lie.what}", 1, happened, faults)


def play_traps(options: argparse.Namespace, folder: Path) -> Iterator[Row]:
    """Traps, each on a night of its own."""
    for number, (name, trap) in enumerate((TRAPS | SLOW).items()):
        met, nights = meet(folder / f"trap-{number}", articles={name: trap})
        outcome = nights.rows("SELECT outcome, reason FROM listed WHERE key = '900001'")[0]
        faults = [] if met.collected >= 3 else [f"only {met.collected} of the 3 good articles were collected"]
        faults += [f"{met.megabytes:.0f} MB"] if met.megabytes > MEGABYTES else []
        faults += [f"code {met.code}: {met.said[-200:]}"] if met.code not in {0, 2, 8} else []
        became = " ".join(filter(None, outcome.values()))
        yield row("traps", name, 1, f"{became}; night {met.seconds:.0f} s, {met.megabytes:.0f} MB at most", faults)
    for number, name in enumerate(LISTS):
        met, nights = meet(folder / f"list-{number}", lists=name)
        faults = [] if met.collected == 3 else [f"{met.collected} of 3 articles were collected"]
        faults += [f"{met.megabytes:.0f} MB"] if met.megabytes > MEGABYTES else []
        happened = f"{met.requests} requests; night {met.seconds:.0f} s, {met.megabytes:.0f} MB at most"
        yield row("traps", name, 1, happened, faults)


def play_manners(options: argparse.Namespace, folder: Path) -> Iterator[Row]:
    """robots.txt, delays, pauses, the canary, the cost of a night: by the server's own log."""
    for starts in (1, 3, 10, 50):
        paper, summary = manners.play_robots(
            folder / f"robots-{starts}", lambda: Reply(body=b"User-agent: *\nDisallow: /\n"), starts
        )
        asked = manners.pages(paper)
        played = f"Disallow: / with {starts} simultaneous starts"
        yield row("manners", played, 1, f"{len(asked)} pages, code {int(summary.exit_code)}", asked)
    for name, reply, code in manners.UNREADABLE:
        paper, summary = manners.play_robots(folder / f"robots-{name}", lambda reply=reply: reply, 10)  # type: ignore[misc]
        faults = [*manners.pages(paper), *([] if summary.failures else ["no reason in the report"])]
        faults += [] if summary.exit_code == code else [f"code {int(summary.exit_code)}, not {int(code)}"]
        said = ", ".join(map(str, summary.failures.values())).rpartition(": ")[2]
        yield row(
            "manners", f"robots.txt: {name}", 1, f"0 pages, code {int(summary.exit_code)}, said: {said}", faults
        )
    for name, more, least in (
        ("a delay of 0.5 s", {}, 0.5),
        ("two site files on one host, 0.5 s and 0.3 s", {"two_sites": True}, 0.5),
        ("Crawl-delay: 1", {"crawl_delay": "Crawl-delay: 1\n"}, 1.0),
    ):
        gap = min(manners.gaps(manners.play_delay(folder / name.replace(" ", "-").replace(":", ""), **more)))
        yield row("manners", name, 1, f"shortest gap {gap:.3f} s", [] if gap >= least else [f"{gap} < {least}"])
    for status in (429, 503):
        pauses, paper, nights = manners.play_retry_after(folder / f"retry-{status}", status, 3)
        faults = ([] if max(pauses) >= 3 else [f"waited {max(pauses):.1f} s"]) + wrong(nights, "bao", 1)
        yield row(
            "manners", f"{status} with Retry-After: 3", 1, f"waited {max(pauses):.2f} s, then all collected", faults
        )
    paper = manners.play_refusal(folder / "refusal")
    asked = [path for path in paper.paths() if "bai-so" in path]
    faults = [] if len(asked) == 1 else asked
    yield row("manners", "403 on an article", 1, "1 article asked for, then none this night", faults)
    paper, canary, _ = manners.play_canary(folder / "canary")
    played = (
        f"{len(manners.SPELLINGS)} spellings of this machine by redirect, refresh, base, link, feed, sitemap, pager"
    )
    yield row("manners", played, 1, f"{len(canary.log)} connections to the canary", canary.paths())
    nights, logs = manners.play_economy(folder / "economy", 2000, 20)
    lists = sum("/bai-so-" not in asked.path for asked in logs[1]) - 1
    faults = [] if len(logs[1]) == 20 + lists + 1 and lists <= 2 else [str(len(logs[1]))]
    yield row(
        "manners", "20 new of 2,000 known", 1, f"{len(logs[1])} requests: robots, {lists} list pages, 20 new", faults
    )
    answers = [asked.status for asked in logs[2] if asked.path != "/robots.txt"]
    faults = [] if answers == [304] else [str(answers)]
    yield row("manners", "a quiet night", 1, f"{len(logs[2])} requests: robots and a 304", faults)


PLAYS: dict[str, Part] = dict(zip(PARTS, (play_survival, play_all_lies, play_traps, play_manners), strict=True))


def table(rows: list[Row]) -> str:
    """The rows as Markdown."""
    lines = ["| part | played | times | what happened | as promised |", "|---|---|---|---|---|"]
    lines += [
        "| " + " | ".join(cell.replace("|", "\\|").replace("<", "&lt;") for cell in astuple(r)) + " |" for r in rows
    ]
    return "\n".join(lines)


def main(arguments: list[str]) -> int:
    """Plays what is asked for and returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.torture", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="all, where none is named")
    parser.add_argument("--kills", type=int, default=100, help="three in ten of them between list page and articles")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--record", action="store_true", help="keep the table for docs/reliability.md")
    options = parser.parse_args(arguments)
    rows: list[Row] = []
    for part in options.parts or PARTS:
        with tempfile.TemporaryDirectory(prefix="torture-") as folder:
            for played in PLAYS[part](options, Path(folder)):
                rows.append(played)
                print(" · ".join(astuple(played)), file=sys.stderr, flush=True)
    print(table(rows))
    if options.record:
        kept = [line for line in read_record() if line.part not in {r.part for r in rows}] + rows
        kept.sort(key=lambda line: PARTS.index(line.part))
        RECORD.write_text("".join("\t".join(astuple(r)) + "\n" for r in kept), encoding="utf-8")
    return 0 if all(r.as_promised == "yes" for r in rows) else 1


def read_record() -> list[Row]:
    """The table that was kept."""
    if not RECORD.exists():
        return []
    return [Row(*line.split("\t")) for line in RECORD.read_text(encoding="utf-8").splitlines()]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
