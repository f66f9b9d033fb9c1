"""English sentences that other languages can word: each remembers the pattern and the values of which it was made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
    return as_data(value) if isinstance(value, str) else value if isinstance(value, int | float) else str(value)


def from_data(kept: Any) -> str:
    """The text that :func:`as_data` wrote."""
    if isinstance(kept, str):
        return kept
    if "parts" in kept:
        return Sentence.row(map(from_data, kept["parts"]), kept["between"])
    values = {
        name: from_data(value) if isinstance(value, str | dict) else value for name, value in kept["values"].items()
    }
    return Sentence(kept["pattern"], **values)


def sentence_of(error: BaseException) -> str:
    """What an error says, as the sentence that it was raised with, if it was."""
    said = error.args[0] if error.args else ""
    return said if isinstance(said, Sentence) else str(error)
