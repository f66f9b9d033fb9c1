"""English sentences that other languages can word: each remembers the pattern and the values of which it was made."""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self


class Sentence(str):
    """A text for people. As text it is English; ``pattern`` and ``values`` let another language say the same.

    A value may be a sentence itself, or an exception that holds one.
    """

    pattern: str
    values: Mapping[str, object]
    parts: tuple[str, ...]  # of a row of sentences, which has no pattern
    between: str

    def __new__(cls, pattern: str, /, **values: object) -> Self:
        """``pattern`` with its values put in; without values it stands as it is, braces and all."""
        made = super().__new__(cls, pattern.format(**values) if values else pattern)
        made.pattern, made.values, made.parts, made.between = pattern, values, (), ""
        return made

    @classmethod
    def row(cls, parts: Iterable[str], between: str = "; ") -> Self:
        """Sentences one after the other."""
        kept = tuple(parts)
        made = cls(between.join(kept))
        made.pattern, made.parts, made.between = "", kept, between
        return made


def as_data(text: str) -> object:
    """A text as JSON keeps it, with what other languages need; :func:`from_data` reads it."""
    if not isinstance(text, Sentence):
        return text
    if text.parts:
        return {"parts": [as_data(part) for part in text.parts], "between": text.between}
    values = {name: _value(value) for name, value in text.values.items()}
    return {"pattern": text.pattern, "values": values}


def _value(value: object) -> object:
    if isinstance(value, BaseException):
        value = sentence_of(value)
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    return as_data(value) if isinstance(value, str) else value if isinstance(value, int | float) else str(value)


def from_data(kept: Any) -> str:
    """The text that :func:`as_data` wrote."""
    if isinstance(kept, str):
        return kept
    if "parts" in kept:
        return Sentence.row(map(from_data, kept["parts"]), kept["between"])
    return Sentence(kept["pattern"], **{name: _from_value(value) for name, value in kept["values"].items()})


def _from_value(kept: Any) -> object:
    if isinstance(kept, dict) and "day" in kept:
        return date.fromisoformat(kept["day"])
    if isinstance(kept, dict) and "moment" in kept:
        return datetime.fromisoformat(kept["moment"])
    return from_data(kept) if isinstance(kept, str | dict) else kept


def sentence_of(error: BaseException) -> str:
    """What an error says, as the sentence that it was raised with, if it was."""
    said = error.args[0] if error.args else ""
    return said if isinstance(said, Sentence) else str(error)


class Known:
    """Finds, for a text that was kept as text alone, the sentence that it once was.

    Details of captures, links and problems pass through WARC records, other processes and columns that SQL reads, so
    they are kept as English. A text that fits no known pattern stays a text. So does one that was cut short.
    """

    def __init__(self, patterns: Iterable[str]) -> None:
        shapes = [_Shape.of(pattern) for pattern in dict.fromkeys(patterns)]
        self._plain = {shape.pattern for shape in shapes if not shape.has_values}
        self._shapes = sorted((each for each in shapes if each.has_values and each.marks), key=lambda s: -s.marks)

    def read(self, text: str) -> str:
        """The sentence that ``text`` is; ``text`` itself if it is none.

        Also several sentences one after the other, and one that stands after a name and a colon.
        """
        if (found := self._whole(text, 1)) is not None:
            return found
        parts = [self._whole(part, _ENOUGH) for part in text.split("; ")]
        if len(parts) > 1 and (known := [part for part in parts if part is not None]) == parts:
            return Sentence.row(known)
        name, colon, rest = text.partition(": ")
        after = self._whole(rest, _ENOUGH) if colon else None
        return text if after is None else Sentence.row([name, after], ": ")

    def _whole(self, text: str, marks: int) -> Sentence | None:
        """The sentence that ``text`` is, of those with at least so many letters and signs between their values."""
        if text in self._plain:
            return Sentence(text)
        for shape in self._shapes:
            if shape.marks >= marks and shape.longest in text and (found := shape.expression.fullmatch(text)):
                values = {
                    name: self._whole(value, _ENOUGH) or _Printed(value) for name, value in found.groupdict().items()
                }
                return Sentence(shape.pattern, **values)
        return None


_ENOUGH = 6
"""The letters and signs by which a pattern is known whatever its values are. With fewer, they are single words."""


class _Printed(str):
    """A value as it stood in a text: no format changes it again."""

    def __format__(self, spec: str) -> str:
        return str(self)

    def __repr__(self) -> str:
        return str(self)


@dataclass(frozen=True, slots=True)
class _Shape:
    """What the texts of one pattern look like."""

    pattern: str
    expression: re.Pattern[str]
    marks: int  # the letters and signs between its values; 0 without a letter
    longest: str  # of the texts between them
    has_values: bool

    @classmethod
    def of(cls, pattern: str) -> Self:
        parsed = list(string.Formatter().parse(pattern))
        between = [literal for literal, *_ in parsed]
        has_words = any(map(str.isalpha, "".join(between)))
        marks = len("".join("".join(between).split())) if has_words else 0
        value = ".+?" if marks >= _ENOUGH else r"\S+"
        told, written = set[str](), ""
        for literal, name, *_ in parsed:
            written += re.escape(literal)
            if name:
                written += value if name in told else f"(?P<{name}>{value})"  # again, perhaps in another format
                told.add(name)
        return cls(pattern, re.compile(written, re.S), marks, max(between, key=len, default=""), bool(told))
