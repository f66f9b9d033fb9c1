"""What a question typed into the SQL page may cost: memory, and time inside one function.

Datasette interrupts a query between two steps of SQLite's virtual machine. A single function call is one step,
however long it takes, so strings are short, and functions that compare every part of one string with every part of
another are replaced by ones that take linear time.
"""

from __future__ import annotations

import sqlite3
import weakref
from collections.abc import Callable
from typing import Any

LONGEST = 1_000_000
"""Bytes of one value. The words of an article are shorter: a page of more than 4 MB of markup is not read."""

HEAP = 128 * 1024**2
"""Bytes of memory that SQLite may use in the process of `tinkhoi browse`."""

MOST_BYTES = 16_000_000
"""Bytes of all values of one answer."""

TOO_LONG = " " * (LONGEST + 1)
"""What a function answers that gives up: SQLite refuses it with an error of its own."""

LONGEST_SET = 100
"""Characters of the second argument of ``trim``."""


def bound(connection: sqlite3.Connection) -> None:
    """Bounds what a query on ``connection`` may cost, and makes its rows count their size."""
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST)
    connection.setlimit(sqlite3.SQLITE_LIMIT_SQL_LENGTH, 100_000)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 500)
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    connection.row_factory = _CountedRows()
    connection.create_function("instr", 2, _instr, deterministic=True)
    connection.create_function("replace", 3, _replace, deterministic=True)
    for name, strip in (("trim", str.strip), ("ltrim", str.lstrip), ("rtrim", str.rstrip)):
        connection.create_function(name, 2, _trimmed(strip), deterministic=True)
    connection.set_authorizer(_authorize)


def bound_heap(database: str) -> None:
    """Bounds the memory of SQLite in this whole process, which cannot be undone."""
    connection = sqlite3.connect(database)
    try:
        connection.execute(f"PRAGMA hard_heap_limit = {HEAP}")
    finally:
        connection.close()


class _CountedRows:
    """A row factory that ends a query whose answer has too many bytes."""

    def __init__(self) -> None:
        self._cursor: Callable[[], sqlite3.Cursor | None] = lambda: None
        self._bytes = 0

    def __call__(self, cursor: sqlite3.Cursor, values: tuple[Any, ...]) -> sqlite3.Row:
        if self._cursor() is not cursor:
            self._cursor, self._bytes = weakref.ref(cursor), 0
        self._bytes += sum(len(value) for value in values if isinstance(value, str | bytes))
        if self._bytes > MOST_BYTES:
            raise sqlite3.OperationalError(f"more than {MOST_BYTES:,} bytes of answer: ask for fewer rows or columns")
        return sqlite3.Row(cursor, values)


def _instr(text: Any, part: Any) -> int | None:
    if text is None or part is None:
        return None
    if isinstance(text, bytes) and isinstance(part, bytes):
        return text.find(part) + 1
    return _text(text).find(_text(part)) + 1


def _replace(text: Any, old: Any, new: Any) -> str | None:
    if text is None or old is None or new is None:
        return None
    whole, before, after = _text(text), _text(old), _text(new)
    if not before:
        return whole
    if len(whole) + whole.count(before) * (len(after) - len(before)) > LONGEST:
        return TOO_LONG
    return whole.replace(before, after)


def _trimmed(strip: Callable[[str, str], str]) -> Callable[[Any, Any], str | None]:
    def trim(text: Any, characters: Any) -> str | None:
        if text is None or characters is None:
            return None
        unwanted = _text(characters)
        if len(unwanted) > LONGEST_SET:
            return TOO_LONG
        return strip(_text(text), unwanted) if unwanted else _text(text)

    return trim


def _authorize(action: int, _first: str | None, second: str | None, *_: str | None) -> int:
    """Denies what takes longer than linear time and cannot be replaced in a line."""
    is_denied = action == sqlite3.SQLITE_FUNCTION and second == "json_patch"
    return sqlite3.SQLITE_DENY if is_denied else sqlite3.SQLITE_OK


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
