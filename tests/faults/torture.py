"""Everything the fault newspaper plays, many times over: `python -m tests.faults.torture`.

Prints what was played and what happened; ``--record`` keeps the table, from which docs/reliability.md is made. Ends
with 1 where anything was not as it must be. Takes about an hour on two cores. A run that was broken off goes on where
it was, as long as the code is the same; ``--any-code`` goes on in any case, after a small change, and ``--anew``
begins anew.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import astuple, dataclass
from pathlib import Path

from flows.share.demo import run_demo
from flows.storage.folder import DataFolder
from tests.faults import damage, manners, power, survival
from tests.faults.costs import ENDINGS, FILES, SEARCHES, SQL, asked, measured
from tests.faults.lying import play_lies
from tests.faults.newspaper import Reply
from tests.faults.nights import wrong
from tests.faults.profiles import LIES
from tests.faults.property import SOMETIMES, play_all, seeds, write_ways
from tests.faults.scenario import single_faults
from tests.faults.traps import LISTS, SLOW, TRAPS, UNKNOWN, meet
from tests.faults.year import grown, of_year, play_year

RECORD = Path(__file__).with_name("played.tsv")
MEGABYTES = 300
"""The most memory that a process of ours may hold."""

SECONDS = 30
"""The most seconds of CPU that one page, file or question may take; here with all that is started for it."""

PARTS = ("survival", "damage", "lies", "traps", "manners", "silence", "year")
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    part: str
    played: str
    times: str
    happened: str
    as_promised: str  # "yes", or what was not


Part = Callable[[argparse.Namespace, Path], Iterator[Row]]


class Progress:
    """The rows of a run of torture so far, in ``folder``; they outlive a run that is broken off."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._file = folder / "rows.tsv"
        self.rows = read_rows(self._file)

    def of(self, part: str, played: str) -> Row | None:
        """The row of what was played already."""
        return next((row for row in self.rows if (row.part, row.played) == (part, played)), None)

    def keep(self, row: Row) -> None:
        """Keeps a row at once."""
        self.rows.append(row)
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._file.open("a", encoding="utf-8") as file:
            file.write("\t".join(astuple(row)) + "\n")


def code_hash() -> str:
    """What names the code that is played: the program, and the faults."""
    digest = hashlib.blake2b(digest_size=6)
    for room in ("scraper", "flows", "tests/faults"):
        for path in sorted((ROOT / room).rglob("*")):
            if path.suffix in {".py", ".sql", ".toml", ".po", ".html"}:
                digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()


def row(part: str, played: str, times: int, happened: str, faults: list[str]) -> Row:
    """``happened`` is what is said where nothing was at fault; measured numbers stand in it either way."""
    return Row(part, played, str(times), happened, "; ".join(faults)[:300].replace("\t", " ") or "yes")


KILLS = (
    "kill -9 at a random moment of the night, its crawl with it",
    "kill -9 between a list page and its articles",
)


def _lasts(folder: Path) -> float:
    """How many seconds an undisturbed night takes."""
    began = time.monotonic()
    nights, paper = survival.new_night(folder / "whole", first=14)
    code, said = survival.end(survival.begin(nights))
    paper.stop()
    if code:
        raise RuntimeError(said)
    return time.monotonic() - began


def play_survival(options: argparse.Namespace, folder: Path) -> Iterator[Row]:
    """Kills, stops, a lost network, full disks."""
    chance = random.Random(options.seed)
    lasted = 1.0 if all(options.progress.of("survival", name) for name in KILLS) else _lasts(folder)
    between = options.kills * 3 // 10
    for name, count, moment in ((KILLS[0], options.kills - between, True), (KILLS[1], between, False)):
        if kept := options.progress.of("survival", name):
            yield kept
            continue
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
    kept = [row for row in options.progress.rows if row.part == "lies"]
    if len(kept) == len(LIES):
        yield from kept
        return
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
    """Traps, each on a night of its own; files to import and questions, each in a process of its own."""
    pages = [(name, trap, "apbac") for name, trap in (TRAPS | SLOW).items()]
    pages += [(name, trap, "generic") for name, trap in UNKNOWN.items()]
    for number, (name, trap, family) in enumerate(pages):
        if kept := options.progress.of("traps", name):
            yield kept
            continue
        met, nights = meet(folder / f"trap-{number}", articles={name: trap}, family=family)
        outcome = nights.rows("SELECT outcome, reason FROM listed WHERE url LIKE '%-900001/%'")[0]
        faults = [] if met.collected >= 3 else [f"only {met.collected} of the 3 good articles were collected"]
        faults += too_much(met.cpu, met.megabytes)
        faults += [f"code {met.code}: {met.said[-200:]}"] if met.code not in {0, 2, 8} else []
        became = " ".join(filter(None, outcome.values()))
        yield row("traps", name, 1, f"{became}; the night took {cost(met.cpu, met.megabytes)}", faults)
    for number, name in enumerate(LISTS):
        if kept := options.progress.of("traps", name):
            yield kept
            continue
        met, nights = meet(folder / f"list-{number}", lists=name)
        faults = [] if met.collected == 3 else [f"{met.collected} of 3 articles were collected"]
        faults += too_much(met.cpu, met.megabytes)
        yield row("traps", name, 1, f"{met.requests} requests; the night took {cost(met.cpu, met.megabytes)}", faults)
    yield from play_costs(options, folder)


def play_costs(options: argparse.Namespace, folder: Path) -> Iterator[Row]:
    """Files to import, and questions."""
    base = DataFolder(root=folder / "questions")
    left = [name for name in (*SQL, *SEARCHES) if not options.progress.of("traps", name)]
    if left and run_demo(base, "en", plain=True, say=lambda _: None):
        raise RuntimeError("the demo made no archive to ask")
    data = DataFolder(root=base.root / "demo")
    for number, name in enumerate((*FILES, *SQL, *SEARCHES)):
        if kept := options.progress.of("traps", name):
            yield kept
            continue
        if name in FILES:
            path = folder / f"{number}{ENDINGS[name.partition(' file')[0]]}"
            FILES[name](path)
            spent = measured("import", str(path), "--data", str(folder / f"import-{number}"))
            codes = {0, 4, 8}
        elif name in SQL:
            spent, codes = asked(data.database, SQL[name]), {0}
        else:
            spent, codes = measured("search", *SEARCHES[name], "--data", str(data.root)), {0, 1, 2, 4}
        faults = too_much(spent.cpu, spent.megabytes)
        faults += [f"code {spent.code}: {spent.said[-200:]}"] if spent.code not in codes else []
        faults += ["a traceback"] if "Traceback" in spent.said else []
        yield row("traps", name, 1, f"code {spent.code}; {cost(spent.cpu, spent.megabytes)}", faults)


def cost(cpu: float, megabytes: float) -> str:
    """CPU and memory, in words."""
    return f"{cpu:.0f} s of CPU, {megabytes:.0f} MB at most"


def too_much(cpu: float, megabytes: float) -> list[str]:
    """Which bound was passed: that of a process's memory, or of a page's, file's or question's CPU."""
    return [cost(cpu, megabytes)] if megabytes > MEGABYTES or cpu > SECONDS else []


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


def play_silence(options: argparse.Namespace, folder: Path) -> Iterator[Row]:
    """Generated papers, and each kind of fault alone: what was proved is held or told."""
    for played, scenarios, kinds in (
        (f"{options.papers} papers generated by seeds 1 to {options.papers}", seeds(options.papers), False),
        ("each kind of fault alone, on a first and on a second night", [*single_faults(1), *single_faults(2)], True),
    ):
        if kept := options.progress.of("silence", played):
            yield kept
            continue
        told = play_all(scenarios, folder / str(kinds), options.progress.folder)
        faults = [*told.silent, *told.lost, *told.junk]
        if len(told.false_alarms) * 365 > told.good_nights:
            faults.append(f"{len(told.false_alarms)} false alarms: {told.false_alarms[0]}")
        if not kinds:
            faults += [f"{what} only {told.sometimes[what]} times" for what in SOMETIMES if told.sometimes[what] < 10]
        happened = (
            f"{told.nights} nights of papers; proved and neither held nor told: {len(told.silent)}; "
            f"not there after seven good nights: {len(told.lost)}; words never printed: {len(told.junk)}; "
            f"false alarms: {len(told.false_alarms)} on {told.good_nights} good nights; "
            + ", ".join(f"{what} {told.sometimes[what]}" for what in SOMETIMES)
        )
        if kinds:
            write_ways(told.ways)
        yield row("silence", played, told.papers, happened, faults)


def play_a_year(options: argparse.Namespace, folder: Path) -> Iterator[Row]:
    """365 nights of ten papers."""
    played = f"{options.nights} nights of ten papers, a fault on one night in twenty"
    if kept := options.progress.of("year", played):
        yield kept
        return
    nights, told = play_year(options.progress.folder / "year", options.nights)
    yield row(
        "year", played, len(nights), of_year(nights, told), [*told.silent, *told.lost, *told.junk, *grown(nights)]
    )


def play_damage(options: argparse.Namespace, folder: Path) -> Iterator[Row]:
    """Damaged files, and losses of power."""
    base = DataFolder(root=folder / "base")
    if run_demo(base, "en", plain=True, say=lambda _: None):
        raise RuntimeError("the demo made no archive to damage")
    archive = DataFolder(root=base.root / "demo")
    for what, times, told in damage.play(archive, folder / "played", (200, 50, 50), options.seed):
        said = ", ".join(f"{count} {kind}" for kind, count in sorted(told.said.items()))
        happened = f"{said}; no wrong answer in silence, no traceback; every way back worked"
        yield row("damage", f"{what}: bits, bytes and pages changed, or cut off", times, happened, told.wrong)
    wrong, with_rows = power.play(folder / "power", 200, options.seed)
    happened = f"{with_rows} after the first acknowledged row; every acknowledged row and its capture is there"
    yield row("damage", "power lost: writes not synced dropped or torn, by strace's record", 200, happened, wrong)


ALL = (play_survival, play_damage, play_all_lies, play_traps, play_manners, play_silence, play_a_year)
PLAYS: dict[str, Part] = dict(zip(PARTS, ALL, strict=True))


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
    parser.add_argument("--papers", type=int, default=300, help="generated papers")
    parser.add_argument("--nights", type=int, default=365, help="nights of the year")
    parser.add_argument("--record", action="store_true", help="keep the table for docs/reliability.md")
    parser.add_argument("--any-code", action="store_true", help="go on after a change of the code, too")
    parser.add_argument("--anew", action="store_true", help="forget what was played before")
    options = parser.parse_args(arguments)
    options.progress = _progress(options)
    rows: list[Row] = []
    for part in options.parts or PARTS:
        with tempfile.TemporaryDirectory(prefix="torture-") as folder:
            for played in PLAYS[part](options, Path(folder)):
                rows.append(played)
                if options.progress.of(played.part, played.played) is None:
                    options.progress.keep(played)
                print(" · ".join(astuple(played)), file=sys.stderr, flush=True)
    print(table(rows))
    if options.record:
        kept = [line for line in read_record() if line.part not in {r.part for r in rows}] + rows
        kept.sort(key=lambda line: PARTS.index(line.part))
        RECORD.write_text("".join("\t".join(astuple(r)) + "\n" for r in kept), encoding="utf-8")
    return 0 if all(r.as_promised == "yes" for r in rows) else 1


def _progress(options: argparse.Namespace) -> Progress:
    """Where this run goes on."""
    home, code = ROOT / "data" / "torture", code_hash()
    begun = sorted(home.glob("*/"), key=lambda folder: folder.stat().st_mtime)
    if options.any_code and begun:
        return Progress(begun[-1])
    if options.anew and (home / code).exists():
        shutil.rmtree(home / code)
    return Progress(home / code)


def read_record() -> list[Row]:
    """The table that was kept."""
    return read_rows(RECORD)


def read_rows(file: Path) -> list[Row]:
    """The rows in a file; none where it is not there."""
    if not file.exists():
        return []
    return [Row(*line.split("\t")) for line in file.read_text(encoding="utf-8").splitlines()]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
