"""What the tables, views and columns of the archive mean; docs/fields.md and the web pages tell it."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from scraper.record import CONTEXT_FIELDS, FIELDS, OPEN_FIELDS

_FIELDS = {field.name: field.meaning for field in (*FIELDS, *OPEN_FIELDS, *CONTEXT_FIELDS)}


@cache
def told() -> dict[str, dict[str, str]]:
    """``columns.toml``: ``meanings`` of tables, and of columns those of ``everywhere`` and table by table."""
    found: dict[str, dict[str, str]] = tomllib.loads(
        Path(__file__).with_name("columns.toml").read_text(encoding="utf-8")
    )
    return found


def table_meaning(table: str) -> str | None:
    """What a table or view holds, or None for one of which nothing is told."""
    return told()["meanings"].get(table)


def column_meaning(table: str, column: str) -> str | None:
    """What a column means: said of its own table, of all tables, or of the field of exports that has its name."""
    for meanings in (told().get(table, {}), told()["everywhere"], _FIELDS):
        if column in meanings:
            return meanings[column]
    return None
