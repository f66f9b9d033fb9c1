"""What the benchmarks were asked to hold, and whether they do: one table at the end of ``bench.py``.

A part that is a script of its own leaves its lines in the file that ``--targets`` names, where ``bench.py`` gathers
them. A *limit* must hold: where it does not, the exit code says so. An *aim* is where the work wants to go.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal, NamedTuple


class Target(NamedTuple):
    """One line of the table."""

    part: str
    what: str
    asked: str
    measured: str
    holds: bool
    kind: Literal["limit", "aim"]


def at_most(part: str, what: str, measured: float, most: float, *, unit: str = "", aim: bool = False) -> Target:
    """A number that is to be small."""
    return _target(part, what, f"{most:.3g}{unit} at most", measured, unit, measured <= most, aim=aim)


def at_least(part: str, what: str, measured: float, least: float, *, unit: str = "", aim: bool = False) -> Target:
    """A number that is to be large."""
    return _target(part, what, f"{least:.3g}{unit} at least", measured, unit, measured >= least, aim=aim)


def _target(part: str, what: str, asked: str, measured: float, unit: str, holds: bool, *, aim: bool) -> Target:
    return Target(part, what, asked, f"{measured:.3g}{unit}", holds, "aim" if aim else "limit")


def none_of(part: str, what: str, over: Sequence[str], of: int) -> Target:
    """Things of which none is to be over a limit; those that are, are named."""
    return Target(
        part, what, "none", f"{len(over)} of {of}" + (f": {', '.join(over)}" if over else ""), not over, "limit"
    )


def write(targets: Iterable[Target], path: Path | None) -> None:
    """Adds the targets to a file; nothing where none was asked for."""
    if path is not None:
        with path.open("a", encoding="utf-8") as file:
            file.writelines(json.dumps(each, ensure_ascii=False) + "\n" for each in targets)


def read(path: Path) -> list[Target]:
    """The targets of a file."""
    if not path.exists():
        return []
    return [Target(*json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def table(targets: Sequence[Target], *, judged: bool = True) -> str:
    """All of them as Markdown, and how many hold; whether they do is left out where nothing is to be ``judged``."""
    lines = ["| part | what | asked | measured | holds |", "|---|---|---|---|---|"]
    for each in targets:
        holds = "yes" if each.holds else "NO" if each.kind == "limit" else "not yet: an aim"
        holds = holds if judged else "not judged"
        lines.append(f"| {each.part} | {each.what} | {each.asked} | {each.measured} | {holds} |")
    if not judged:
        return "\n".join(lines)
    limits, aims = ([each.holds for each in targets if each.kind == kind] for kind in ("limit", "aim"))
    lines.append(f"\n{sum(limits)} of {len(limits)} limits hold, {sum(aims)} of {len(aims)} aims are reached.")
    return "\n".join(lines)


def all_hold(targets: Iterable[Target]) -> bool:
    """Whether no limit is broken."""
    return all(each.holds for each in targets if each.kind == "limit")
