"""Puts learned lines into a site file, with the old lines kept as comments, and takes them out again. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

OPENS = "# >>> learned by `tinkhoi sites learn`; take it back with: tinkhoi sites learn {site} --undo"
CLOSES = "# <<< learned"
_OLD = "#~ "
_HEADER = re.compile(r"\[+\s*([\w.]+)\s*\]+")
_TABLES = frozenset({"select", "learned"})


def with_learned(text: str, site: str, lines: Sequence[str]) -> str:
    """The text of a site file with the learned ``lines`` at its end, and what they replace kept as comments."""
    kept: list[str] = []
    is_old = False
    for line in text.splitlines():
        header = _HEADER.match(line)
        if header is not None:
            is_old = header[1] in _TABLES
        is_marker = line.startswith((OPENS[:13], CLOSES))
        replaced = (is_old and line.strip() != "") or is_marker or line.startswith(_OLD.rstrip())
        kept.append(_OLD + line if replaced else line)
    opens = OPENS.format(site=site)
    return "\n".join([*_without_blank_end(kept), "", opens, *lines, CLOSES]) + "\n"


def without_learned(text: str) -> str | None:
    """The text as it was before the newest learned lines; None if it holds none."""
    lines = text.splitlines()
    starts = [n for n, line in enumerate(lines) if line.startswith(OPENS[:13])]
    ends = [n for n, line in enumerate(lines) if line.startswith(CLOSES)]
    if not starts or not ends or ends[-1] < starts[-1]:
        return None
    left = _without_blank_end(lines[: starts[-1]]) + lines[ends[-1] + 1 :]
    return "\n".join(line.removeprefix(_OLD) if line.startswith(_OLD) else line for line in left) + "\n"


def _without_blank_end(lines: list[str]) -> list[str]:
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    return lines
