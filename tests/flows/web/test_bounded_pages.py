"""Pages stay short where an archive is large, say so, and count what plain SQL counts."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from flows.outcome.messages import Lang
from flows.storage.folder import DataFolder
from flows.web import bounded_pages, pages_of, search_page
from scraper.store import Archive, open_archive, open_reader
from scraper.store.backups import backup
from scraper.store.facets import facets
from scraper.store.filters import Filters

ROWS = 700


def get(database: Path, path: str, lang: Lang = "en") -> Any:
    async def ask() -> Any:
        return await pages_of(database, lang).client.get(path)

    return asyncio.run(ask())


@pytest.fixture(scope="module")
def many(demo: DataFolder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's archive with 700 more nights."""
    path = tmp_path_factory.mktemp("many") / "tinkhoi.db"
    with open_reader(demo.database) as archive:
        backup(archive, path)
    with open_archive(path) as archive, archive.transaction():
        archive.execute(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
            " INSERT INTO runs (id, night, trigger, started, verdict)"
            " SELECT 'x' || i, date('2020-01-01', i || ' days'), 'nightly', '2020-01-01T00:00:00+00:00', 'ok' FROM n",
            (ROWS,),
        )
    return path


@pytest.fixture
def sql(many: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(many)) as connection:
        yield connection


def test_a_question_with_many_rows_shows_some_and_says_so_and_its_csv_has_all(
    many: Path, sql: sqlite3.Connection
) -> None:
    nights = sql.execute("SELECT count(*) FROM nights").fetchone()[0]
    assert nights > ROWS
    page = get(many, "/tinkhoi/how_nights_ended").text
    assert "more than 300 rows; these are shown, CSV and JSON have 5,000 at most" in page
    assert page.count('<td class="c-night">') == 300
    assert "hơn 300 dòng" in get(many, "/tinkhoi/how_nights_ended", "vi").text
    sheet = list(csv.DictReader(io.StringIO(get(many, "/tinkhoi/how_nights_ended.csv").text)))
    assert len(sheet) == nights
    assert len(json.loads(get(many, "/tinkhoi/how_nights_ended.json?_shape=array").text)) == nights
    typed = get(many, "/tinkhoi?sql=select+night+from+runs").text
    assert typed.count('<td class="c-night">') == 300


def test_a_question_with_few_rows_says_how_many_they_are(many: Path, sql: sqlite3.Connection) -> None:
    page = get(many, "/tinkhoi/by_day").text
    days = sql.execute("SELECT count(DISTINCT coalesce(published_day, '')) FROM articles").fetchone()[0]
    assert f">{days} rows ·" in page and "more than" not in page


def test_the_list_of_tables_tells_the_rows_of_each(many: Path, sql: sqlite3.Connection) -> None:
    page = unescape(get(many, "/tinkhoi").text)
    told = dict(re.findall(r'href="/tinkhoi/(\w+)" translate="no">\w+</a> <span class="where">([\d,]+) rows', page))
    for table in ("articles", "captures", "listed", "revisions", "runs", "sites"):
        counted = sql.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        assert told[table] == f"{counted:,}" and counted > 3


def test_a_large_archive_does_not_count_what_grows_with_its_articles(
    many: Path, sql: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded_pages, "MANY", 10)
    page = get(many, "/tinkhoi").text
    count = sql.execute("SELECT count(*) FROM articles").fetchone()[0]
    assert re.search(rf">articles</a> <span class=\"where\">{count:,} rows", page)
    assert re.search(r">revisions</a> <span class=\"where\">many rows", page)


@pytest.mark.parametrize(
    ("asked", "where"),
    [
        ("", "1"),
        ("topic=khoi", "id IN (SELECT article FROM topics WHERE topic = 'khoi')"),
        ("q=khoi", "id IN (SELECT rowid FROM articles_fts WHERE articles_fts MATCH 'khoi')"),
    ],
)
def test_what_a_search_counts_is_what_sql_counts(many: Path, sql: sqlite3.Connection, asked: str, where: str) -> None:
    page = unescape(get(many, f"/tim?{asked}").text)
    total = sql.execute(f"SELECT count(*) FROM articles WHERE {where}").fetchone()[0]
    assert f'<h1 id="found">{total} articles</h1>' in page and total > 5
    sections = dict(
        sql.execute(
            f"SELECT section, count(*) FROM articles WHERE {where} AND section NOT NULL GROUP BY 1"
        ).fetchall()
    )
    told = dict(re.findall(r'section=[^"]*">([^<]*)</a> <span class="n">(\d+)', page))
    assert {name: int(count) for name, count in told.items()} == sections or len(sections) < 2


def test_a_search_with_many_hits_counts_the_newest_says_since_when_and_counts_all_on_demand(
    many: Path, sql: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_page, "COUNTED", 5)
    found = sql.execute(
        "SELECT id, published_day FROM articles WHERE id IN"
        " (SELECT rowid FROM articles_fts WHERE articles_fts MATCH 'khoi') ORDER BY id DESC"
    ).fetchall()
    page = unescape(get(many, "/tim?q=khoi").text)
    assert '<h1 id="found">More than 5 articles</h1>' in page
    year, month, day = found[4][1].split("-")
    assert f"count articles from {day}/{month}/{year} on" in page
    assert "chỉ đếm các bài từ" in get(many, "/tim?q=khoi", "vi").text
    everything = unescape(get(many, "/tim?q=khoi&all=1").text)
    assert f'<h1 id="found">{len(found)} articles</h1>' in everything and "count articles from" not in everything
    assert 'href="/tim?q=khoi&all=1"' in page


def test_counts_that_are_kept_are_those_of_looking_through_all(many: Path) -> None:
    with open_reader(many) as archive:
        for site in (None, archive.value("SELECT site FROM articles LIMIT 1"), "nothing"):
            filters = Filters(site=site)
            kept = facets(archive, "", filters)
            looked = facets(archive, "-nowhere", filters)
            assert (kept.total, dict(kept.by_month)) == (looked.total, dict(looked.by_month))
            assert dict(kept.by_site) == dict(looked.by_site)
            assert dict(kept.by_topic) == dict(looked.by_topic)
            assert dict(kept.by_section) == dict(looked.by_section)
            assert kept.total == _count(archive, site)


def _count(archive: Archive, site: str | None) -> int:
    return int(archive.value("SELECT count(*) FROM articles WHERE ? IS NULL OR site = ?", (site, site)))
