"""Good, bad and good nights again: what a night of lies did to an archive."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from flows.outcome.night_summary import NightSummary
from tests.faults.newspaper import FaultNewspaper
from tests.faults.nights import Nights, waiting, wrong
from tests.faults.profiles import LIES


@dataclass(frozen=True)
class Lied:
    """What three nights did, the second of which played a profile."""

    code: int  # the bad night's exit code, were this site alone
    worse: tuple[str, ...]  # good rows that the bad night changed
    junk: tuple[str, ...]  # rows that are not what the paper published
    missing: tuple[str, ...]  # what is wrong after the third night
    verdict: str


def play_lies(root: Path, names: Iterable[str]) -> dict[str, Lied]:
    """Three nights over one site a profile, each on a host of its own."""
    nights = Nights(root)
    names = tuple(names)
    for name in names:
        paper = FaultNewspaper(datetime.now(UTC))
        paper.start()
        nights.add(name, paper)
    try:
        nights.run(1)
        faults = {name: wrong(nights, name, 1) for name in names}
        before = {name: nights.standing(name) for name in names}
        for name in names:
            nights.papers[name].profile = LIES[name].play
        bad = nights.run(2)
        after = {name: nights.standing(name) for name in names}
        junk = {name: [w for w in wrong(nights, name, 2) if not w.endswith("is missing")] for name in names}
        for paper in nights.papers.values():
            paper.profile = None
        nights.run(3)
        return {
            name: Lied(
                code=code_of(bad, name),
                worse=tuple(key for key, row in before[name].items() if after[name].get(key) != row),
                junk=tuple(junk[name]),
                missing=(*faults[name], *wrong(nights, name, 3), *waiting(nights, name)),
                verdict=verdict_of(bad, name),
            )
            for name in names
        }
    finally:
        for paper in nights.papers.values():
            paper.stop()


def code_of(summary: NightSummary, site: str) -> int:
    """The exit code of a night over this site alone: a finding goes before a failure."""
    return 8 if any(f.site == site for f in summary.findings) else 2 if site in summary.failures else 0


def verdict_of(summary: NightSummary, site: str) -> str:
    """The kinds of what the report says of the site."""
    said = [f.kind for f in summary.findings if f.site == site]
    return ", ".join([*said, *(["failed"] if site in summary.failures else [])]) or "nothing to report"
