"""A Datasette whose pages cost the same however many rows there are to show, and say so where there are more.

A page of a question shows :data:`SHOWN` rows; its CSV and JSON have :data:`MOST_ROWS`.
Rows of a table are counted for :data:`COUNTING_MS` at most: the page then names no number.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextvars import ContextVar, copy_context
from typing import Any

from datasette.app import Datasette
from datasette.database import Database, QueryInterrupted

from flows.web.page import DATABASE
from flows.web.questions import QUESTIONS

SHOWN = 300
"""How many rows of a question a page shows."""

MOST_ROWS = 5000
"""How many rows its CSV and JSON have."""

KEPT = {
    "articles": "SELECT sum(articles) FROM kept_months",
    "captures": "SELECT sum(captures) FROM kept_captures",
    "listed": "SELECT sum(listed) FROM kept_links",
}
"""How many rows these tables have is kept beside them (scraper.store.kept_counts)."""

MANY = 50_000
"""Where there are more articles, no other table is counted that has a row or more for each of them."""

LARGE = frozenset({"addresses", "figures", "revisions", "topics", "shingles", "uncompared", "known_changes"})

COUNTING_MS = 30
"""How long the rows of a table, and those of each value of a column, are counted."""

_PAGES = {f"/{DATABASE}", *(f"/{DATABASE}/{question.name}" for question in QUESTIONS)}

_is_page: ContextVar[bool] = ContextVar("is_page", default=False)


def bound_rows(path: str) -> None:
    """Bounds the rows of the answer to a request of ``path``, if that is a page of a question."""
    _is_page.set(path in _PAGES)


class BoundedPages(Datasette):  # type: ignore[misc]
    """A Datasette of one archive."""

    @property
    def max_returned_rows(self) -> int:
        """How many rows of a query are fetched in answer to the present request."""
        return SHOWN if _is_page.get() else self._most

    @max_returned_rows.setter
    def max_returned_rows(self, most: int) -> None:
        self._most = most


class BoundedDatabase(Database):  # type: ignore[misc]
    """The archive's file, asked in threads that know which request they answer."""

    async def execute(self, sql: str, *args: Any, **named: Any) -> Any:
        """Answers a query; one that counts a table's rows is interrupted after :data:`COUNTING_MS`."""
        if sql.startswith("select count(*) from "):
            named.setdefault("custom_time_limit", COUNTING_MS)
        return await super().execute(sql, *args, **named)

    async def table_counts(self, limit: int = 10) -> dict[str, int | None]:
        """The rows of each table; None where counting them would take longer than ``limit`` milliseconds."""
        kept = {table: (await self.execute(sql)).rows[0][0] or 0 for table, sql in KEPT.items()}
        is_large = kept["articles"] > MANY
        counts: dict[str, int | None] = {}
        for table in await self.table_names():
            if table in kept:
                counts[table] = kept[table]
            elif is_large and (table in LARGE or table.startswith("articles_")):
                counts[table] = None
            else:
                counts[table] = await self._counted(table, limit)
        return counts

    async def _counted(self, table: str, limit: int) -> int | None:
        try:
            answer = await self.execute(f"select count(*) from [{table}]", custom_time_limit=limit)  # noqa: S608
        except (QueryInterrupted, sqlite3.Error):  # a table whose module is not there cannot be counted
            return None
        return int(answer.rows[0][0])

    async def execute_fn(self, fn: Callable[[Any], Any]) -> Any:
        """Calls ``fn`` with a connection, in a thread that sees what was set for this request."""
        context = copy_context()
        return await super().execute_fn(lambda connection: context.run(fn, connection))
