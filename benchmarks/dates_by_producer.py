"""How the dates that each library prints are read: `python benchmarks/dates_by_producer.py [--left-out]`.

Printed are, for each producer, how many strings were read right, refused and read wrong: first of the table that was
visible when the rules of reading were written, then of strings that libraries printed afterwards for other moments,
some of them libraries that the table does not name. The strings are those of tests/dates/test_producers.py.

``--left-out`` tells what would be read if a producer had been unknown. A rule is one alternative, one part that may
be missing or one guard of a pattern of ``scraper.dates``, or one name of a zone. Each rule is taken away in turn. If
only strings of one producer then fail, and no string of another, no date line of a newspaper and no sentence without
a date, the rule exists for that producer alone. All of these are taken away together, until no further rule is of
that kind, and the strings of the producer are scored by what is left. Rules written as code (the hours of a part of
the day, the ends of an interval) stay. It takes half an hour.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from re import _compiler, _constants, _parser  # type: ignore[attr-defined]
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scraper.dates import free_text, timestamps, zones
from scraper.dates.date_line import read_date
from tests.dates.test_dates import NOT_IN_THE_TEXT, collected, said
from tests.dates.test_no_dates import BASE, EVENTS, sentences
from tests.dates.test_producers import printed, produced, scores, verdict

_REPEATS = (_constants.MAX_REPEAT, _constants.MIN_REPEAT)
Rule = tuple[str, str]
"""Where a rule stands, and what it is. The same words in several patterns are one rule."""


@dataclass
class Pattern:
    """A compiled pattern of ``scraper.dates``, with the rules in it by their number."""

    module: Any
    name: str
    compiled: re.Pattern[str]
    rules: list[Rule] = field(default_factory=list)

    def without(self, rules: set[Rule]) -> re.Pattern[str]:
        """The pattern without some of its rules."""
        tree = _tree(self.compiled)
        for (rule, take_away), known in zip(_rules_in(tree), self.rules, strict=True):
            assert rule == known
            if rule in rules:
                take_away()
        return _compiler.compile(tree, self.compiled.flags)  # type: ignore[no-any-return]


def _tree(pattern: re.Pattern[str]) -> Any:
    return _parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE)


def _rules_in(tree: Any) -> list[tuple[Rule, Any]]:
    """Each rule of a parsed pattern, and how to take it away without moving another."""
    found: list[tuple[Rule, Any]] = []

    def emptied(sequence: Any, place: int) -> Any:
        def take_away() -> None:
            sequence[place] = (_constants.SUBPATTERN, (None, 0, 0, _parser.SubPattern(tree.state, [])))

        return take_away

    def failing(alternative: Any) -> Any:
        def take_away() -> None:
            alternative.data = [(_constants.FAILURE, None)]

        return take_away

    def walk(sequence: Any) -> None:
        for place, (kind, value) in enumerate(list(sequence)):
            told = repr(value)
            for number, inner in enumerate(_within(kind, value)):
                walk(inner)
                if kind is _constants.BRANCH:
                    found.append((("alternative", f"{number} of {told}"), failing(inner)))
            if kind is _constants.ASSERT_NOT or (kind in _REPEATS and value[0] == 0):
                found.append(((str(kind), told), emptied(sequence, place)))

    walk(tree)
    return found


def _within(kind: Any, value: Any) -> list[Any]:
    """The sequences inside a part of a parsed pattern."""
    if kind is _constants.BRANCH:
        return list(value[1])
    if kind in _REPEATS:
        return [value[2]]
    if kind is _constants.SUBPATTERN:
        return [value[-1]]
    return [value[1]] if kind in (_constants.ASSERT, _constants.ASSERT_NOT) else []


def _patterns() -> list[Pattern]:
    modules = [module for name, module in sorted(sys.modules.items()) if name.startswith("scraper.dates.")]
    patterns = [
        Pattern(module, name, value)
        for module in modules
        for name, value in vars(module).items()
        if isinstance(value, re.Pattern)
    ]
    for pattern in patterns:
        pattern.rules = [rule for rule, _ in _rules_in(_tree(pattern.compiled))]
    return patterns


def _can_go(pattern: Pattern, rule: Rule) -> bool:
    """Whether the pattern is one without the rule; what looks behind must keep its width."""
    try:
        pattern.without({rule})
    except re.error:
        return False
    return True


@contextmanager
def _taken_away(patterns: list[Pattern], rules: set[Rule]) -> Iterator[None]:
    """The reader without ``rules`` for the time of the block."""
    touched = [pattern for pattern in patterns if not rules.isdisjoint(pattern.rules)]
    tables: list[tuple[dict[str, Any], str, Any]] = []
    for table in _tables():
        tables += [(table, name, table[name]) for kind, name in rules if kind == "name" and name in table]
    try:
        for pattern in touched:
            setattr(pattern.module, pattern.name, pattern.without(rules))
        for table, name, _ in tables:
            del table[name]
        yield
    finally:
        for pattern in touched:
            setattr(pattern.module, pattern.name, pattern.compiled)
        for table, name, value in tables:
            table[name] = value


@cache
def _tables() -> tuple[dict[str, Any], ...]:
    return (zones._names(), zones.LETTERS, zones._GENERAL)


@dataclass(frozen=True, eq=False)
class Line:
    """A text that must be read in one way, and whom it is of."""

    of: str
    text: str
    row: dict[str, str] | None

    def score(self) -> str:
        """Right, refused or wrong."""
        try:
            if self.row is not None:
                return verdict(self.row)
            if self.of == "sentence":
                return "right" if isinstance(read_date(self.text, base=BASE), free_text.Refusal) else "wrong"
            known = NOT_IN_THE_TEXT.get(self.text, dict(collected())[self.text])
            return "right" if said(self.text, base=None) == known else "wrong"
        except (KeyError, ValueError, IndexError, TypeError, AttributeError):
            return "refused"  # a half of a rule without its other half


def _lines() -> list[Line]:
    rows = [Line(row["producer"].split()[0], row["text"], row) for row in produced()]
    papers = [Line("paper", text, None) for text, _ in collected()]
    return rows + papers + [Line("sentence", text, None) for text in (*sentences(), *sentences(EVENTS))]


def _candidates(patterns: list[Pattern], lines: Iterable[Line]) -> list[Rule]:
    found = dict.fromkeys(rule for pattern in patterns for rule in pattern.rules)
    for pattern in patterns:
        for rule in set(pattern.rules) & found.keys():
            if not _can_go(pattern, rule):
                del found[rule]
    texts = [line.text.lower() for line in lines]
    names = [name for table in _tables() for name in table if any(name.lower() in text for text in texts)]
    return [*found, *(("name", name) for name in names)]


def _failing(patterns: list[Pattern], rules: set[Rule], lines: Iterable[Line]) -> list[Line]:
    """The lines that are no longer read right."""
    with _taken_away(patterns, rules):
        return [line for line in lines if line.score() != "right"]


class _Watched:
    """A pattern that notes when it is used, and when it finds something."""

    def __init__(self, pattern: Pattern) -> None:
        self._compiled = pattern.compiled
        self.used = self.found = False

    def __getattr__(self, name: str) -> Any:
        kept = getattr(self._compiled, name)
        if not callable(kept):
            return kept

        def use(*given: Any, **named: Any) -> Any:
            self.used = True
            self.found = self.found or self._compiled.search(given[-1] if name == "sub" else given[0]) is not None
            return kept(*given, **named)

        return use


def _reach(patterns: list[Pattern], lines: list[Line], candidates: list[Rule]) -> dict[Rule, list[Line]]:
    """The lines that a rule can touch: a guard where its pattern is used, anything else where it finds something."""
    used: dict[str, list[Line]] = {}
    found: dict[str, list[Line]] = {}
    for line in lines:
        watched = {f"{pattern.module}.{pattern.name}": _Watched(pattern) for pattern in patterns}
        for pattern in patterns:
            setattr(pattern.module, pattern.name, watched[f"{pattern.module}.{pattern.name}"])
        line.score()
        for name, each in watched.items():
            used.setdefault(name, []).extend([line] * each.used)
            found.setdefault(name, []).extend([line] * each.found)
    for pattern in patterns:
        setattr(pattern.module, pattern.name, pattern.compiled)
    holding: dict[Rule, list[str]] = {}
    for pattern in patterns:
        for rule in set(pattern.rules):
            holding.setdefault(rule, []).append(f"{pattern.module}.{pattern.name}")
    reach = {}
    for rule in candidates:
        of = used if rule[0] == str(_constants.ASSERT_NOT) else found
        some = [line for name in holding.get(rule, ()) for line in of[name]]
        if rule[0] == "name":
            some = [line for line in lines if rule[1].lower() in line.text.lower()]
        reach[rule] = list(dict.fromkeys(some))
    return reach


def left_out() -> None:
    """Prints the scores of each producer without the rules that exist for it alone."""
    assert timestamps  # loaded: its patterns are among those that are taken apart
    patterns, lines = _patterns(), _lines()
    already = [line for line in lines if line.score() != "right"]
    assert not already, already
    candidates = _candidates(patterns, lines)
    reach = _reach(patterns, lines, candidates)
    serves = {rule: {line.of for line in _failing(patterns, {rule}, reach[rule])} for rule in candidates}
    print(
        f"{len(candidates)} rules, of which {sum(map(bool, serves.values()))} are needed by one of {len(lines)} lines"
    )
    print(f"  {'producer':<24} rules strings right refused wrong")
    sums = [0, 0, 0, 0]
    for producer in sorted({line.of for line in lines if line.row}):
        own = [line for line in lines if line.of == producer]
        others = [line for line in lines if line.of != producer]
        away = {rule for rule in candidates if serves[rule] == {producer}}
        while True:
            right = [line for line in own if line not in _failing(patterns, away, own)]
            more = {
                rule
                for rule in candidates
                if rule not in away
                and not serves[rule] - {producer}
                and any(line.of == producer for line in reach[rule])
                and _failing(patterns, {*away, rule}, right)
                and not _failing(patterns, {*away, rule}, others)
            }
            if not more:
                break
            away |= more
        with _taken_away(patterns, away):
            scored = [(line, line.score()) for line in own]
        counts = [sum(score == kind for _, score in scored) for kind in ("right", "refused", "wrong")]
        sums = [have + now for have, now in zip(sums, (len(own), *counts), strict=True)]
        print(f"  {producer:<24} {len(away):5} {len(own):7} {counts[0]:5} {counts[1]:7} {counts[2]:5}", flush=True)
        for line, score in scored:
            if score == "wrong":
                with _taken_away(patterns, away):
                    print(f"    wrong: “{line.text}” means {line.row and line.row['means']}: {read_date(line.text)}")
    print(f"  {'all':<24}       {sums[0]:7} {sums[1]:5} {sums[2]:7} {sums[3]:5}")


if __name__ == "__main__":
    if "--left-out" in sys.argv:
        left_out()
    else:
        for title, rows in (("the table", produced()), ("printed afterwards", printed())):
            print(f"{title}: {len(rows)} strings\n  {'producer':<50} right refused wrong")
            for producer, found in sorted(scores(rows).items()):
                print(f"  {producer:<50} {found['right']:5} {found['refused']:7} {found['wrong']:5}")
