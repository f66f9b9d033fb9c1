"""What a question on the SQL page may cost. Each question here exceeds a limit a little."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flows.storage.folder import DataFolder
from flows.web import pages_of
from flows.web.datasette_plugin import refusal
from flows.web.sql_limits import LONGEST, LONGEST_SET, MOST_BYTES, bound


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    made = sqlite3.connect(":memory:")
    bound(made)
    yield made
    made.close()


@pytest.mark.parametrize(
    "sql",
    [
        f"SELECT zeroblob({LONGEST + 1})",
        f"SELECT replace(hex(zeroblob({LONGEST // 2})), '0', '00')",
        f"SELECT trim('a', hex(zeroblob({LONGEST_SET})))",
        "SELECT json_patch('{}', '{}')",
        "ATTACH ':memory:' AS other",
        f"SELECT 'a' LIKE '{'%' * 501}'",
    ],
)
def test_what_costs_too_much_is_an_error(connection: sqlite3.Connection, sql: str) -> None:
    with pytest.raises(sqlite3.Error):
        connection.execute(sql).fetchall()


def test_the_size_of_a_whole_answer_is_bounded_for_each_question_anew(connection: sqlite3.Connection) -> None:
    rows = MOST_BYTES // 500_000
    numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {}) SELECT {} FROM n"
    for _ in range(2):
        assert len(connection.execute(numbers.format(rows, "zeroblob(500000)")).fetchall()) == rows
    with pytest.raises(sqlite3.OperationalError, match="fewer rows or columns"):
        connection.execute(numbers.format(rows + 1, "zeroblob(500000)")).fetchall()


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT instr('Đảng ủy Khối', 'Khối'), instr('a', 'b'), instr(NULL, 'a')",
        "SELECT instr(x'0102', x'02'), instr(123, 2)",
        "SELECT replace('Đảng uỷ', 'uỷ', 'ủy'), replace('aaa', 'a', '')",
        "SELECT replace('a', '', 'b'), replace(NULL, 'a', 'b')",
        "SELECT trim('  a '), trim('xax', 'x'), ltrim('xax', 'x'), rtrim('xax', 'x'), trim('a', ''), trim(NULL, 'a')",
    ],
)
def test_the_functions_that_were_replaced_answer_as_sqlite_does(connection: sqlite3.Connection, sql: str) -> None:
    plain = sqlite3.connect(":memory:").execute(sql).fetchone()
    assert tuple(connection.execute(sql).fetchone()) == plain


@pytest.mark.parametrize(
    ("headers", "query", "status"),
    [
        ({}, b"", None),
        ({b"sec-fetch-site": b"same-origin"}, b"sql=select+1", None),
        ({b"sec-fetch-site": b"none", b"sec-fetch-mode": b"navigate"}, b"sql=select+1", None),
        ({b"sec-fetch-site": b"cross-site", b"sec-fetch-mode": b"no-cors"}, b"", 403),
        ({b"sec-fetch-site": b"same-site", b"sec-fetch-mode": b"cors"}, b"", 403),
        (
            {b"sec-fetch-site": b"cross-site", b"sec-fetch-mode": b"navigate", b"sec-fetch-dest": b"document"},
            b"",
            None,
        ),
        (
            {b"sec-fetch-site": b"cross-site", b"sec-fetch-mode": b"navigate", b"sec-fetch-dest": b"document"},
            b"sql=select+1",
            403,
        ),
        ({b"sec-fetch-site": b"cross-site", b"sec-fetch-mode": b"navigate", b"sec-fetch-dest": b"iframe"}, b"", 403),
        ({b"origin": b"http://attacker.example"}, b"", 403),
        ({b"origin": b"http://127.0.0.1:8001"}, b"", None),
        ({b"origin": b"null"}, b"", 403),
    ],
)
def test_a_page_of_another_site_may_lead_here_and_read_nothing(
    headers: dict[bytes, bytes], query: bytes, status: int | None
) -> None:
    scope: dict[str, Any] = {"type": "http", "method": "GET", "raw_path": b"/tinkhoi", "query_string": query}
    refused = refusal(scope, {b"host": b"127.0.0.1:8001", **headers})
    assert (refused[0] if refused else None) == status


def test_the_sql_page_answers_with_the_limits(demo: DataFolder, tmp_path: Path) -> None:
    pages = pages_of(demo.database, "en")

    async def ask(sql: str) -> Any:
        return await pages.client.get("/tinkhoi.json", params={"sql": sql, "_shape": "array"})

    good = asyncio.run(ask("select count(*) as n from articles"))
    assert good.status_code == 200 and good.json()[0]["n"] > 0
    assert asyncio.run(ask(f"select zeroblob({LONGEST + 1})")).status_code == 400
