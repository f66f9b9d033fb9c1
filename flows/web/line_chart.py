"""Computes a chart of lines over time, and the scale of any chart. Places are in percent of the plot."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from scraper.study.ledger import Unproven
from scraper.study.periods import Period


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the scale, from the top in percent."""

    value: float
    y: float


@dataclass(frozen=True, slots=True)
class Point:
    """One period of a line."""

    period: Period
    count: int
    total: int
    x: float
    y: float
    address: str
    said: str = ""  # the same in words

    @property
    def share(self) -> float | None:
        """Matches per 1,000 articles; None where there are no articles."""
        return 1000 * self.count / self.total if self.total else None


@dataclass(frozen=True, slots=True)
class Line:
    """A term with its points, and the pieces of its line: a period without articles breaks a share's line."""

    term: str
    words: str  # as a search asks for it
    number: int
    points: tuple[Point, ...]
    pieces: tuple[str, ...]  # of SVG's polyline, in hundredths


@dataclass(frozen=True, slots=True)
class Strip:
    """Days that are not proven complete, as a part of the strip below the plot."""

    days: Unproven
    x: float
    width: float


def scale(most: float, *, whole: bool = False) -> list[Tick]:
    """The lines of a scale from 0 to ``most`` or a little above: at most five, at round numbers."""
    if most <= 0:
        most = 1.0
    rough = most / 4
    unit = 10.0 ** math.floor(math.log10(rough))
    step = next(unit * times for times in (1, 2, 2.5, 5, 10) if unit * times >= rough)
    if whole:
        step = max(1.0, math.ceil(step))
    count = math.ceil(most / step - 1e-9)
    return [Tick(round(step * number, 6), round(100 - 100 * number / count, 2)) for number in range(count + 1)]


def x_of(number: float, of: int) -> float:
    """The middle of the period ``number`` of ``of``: each has the same width."""
    return round(100 * (number + 0.5) / of, 2)


def line(
    term: str,
    words: str,
    number: int,
    values: Sequence[tuple[Period, int, int, str]],
    top: float,
    *,
    share: bool,
    say: Callable[[Period, int, int], str] = lambda *_: "",
) -> Line:
    """The line of a term whose ``values`` are periods with matches, articles and the address of the matches.

    ``say`` puts a period, its matches and its articles into words.
    """
    points, pieces, piece = [], [], list[str]()
    for place, (period, count, total, address) in enumerate(values):
        height = (1000 * count / total if total else None) if share else float(count)
        x, y = x_of(place, len(values)), 100.0 if height is None else round(100 - 100 * height / top, 2)
        points.append(Point(period, count, total, x, y, address, say(period, count, total)))
        if height is not None:
            piece.append(f"{x:g},{y:g}")
        elif piece:
            pieces.append(" ".join(piece))
            piece = []
    pieces.append(" ".join(piece))
    return Line(term, words, number, tuple(points), tuple(each for each in pieces if " " in each))


def strips(days: Sequence[Unproven], periods: Sequence[Period]) -> list[Strip]:
    """The parts of the strip below the plot. A period's days lie around its point."""
    found = []
    for span in days:
        inside = [period for period in periods if span.first <= period.last and span.last >= period.first]
        if inside:
            begin, end = _edge(span.first, inside[0], periods), _edge(span.last, inside[-1], periods, after=True)
            found.append(Strip(span, begin, round(end - begin, 2)))
    return found


def _edge(day: date, period: Period, periods: Sequence[Period], *, after: bool = False) -> float:
    """Where the day of this period begins, or ends with ``after``; the period's own edge for a day beyond it."""
    passed = min(max((day - period.first).days + after, 0), period.days)
    return round(100 * (periods.index(period) + passed / period.days) / len(periods), 2)
