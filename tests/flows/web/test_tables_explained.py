"""Tables and SQL are explained in place, and what was typed as SQL stays whatever was wrong with it."""

from __future__ import annotations

import asyncio
import re
from html import unescape
from typing import Any
from urllib.parse import quote

import pytest

from flows.outcome.messages import Lang
from flows.outcome.wording import catalogue, translated
from flows.share.study_tables import LINE_FIELDS, WORD_FIELDS, day_fields
from flows.storage.folder import DataFolder
from flows.web import pages_of
from scraper.record import CONTEXT_FIELDS, FIELDS, OPEN_FIELDS
from scraper.store import open_reader
from scraper.store.meanings import column_meaning, table_meaning, told


def get(demo: DataFolder, path: str, lang: Lang = "en") -> Any:
    async def ask() -> Any:
        return await pages_of(demo.database, lang).client.get(path)

    return asyncio.run(ask())


def test_a_table_says_what_it_and_its_columns_mean(demo: DataFolder) -> None:
    page = unescape(get(demo, "/tinkhoi/coverage").text)
    assert str(table_meaning("coverage")) in page
    assert f"<dt><code>late</code></dt><dd>{column_meaning('coverage', 'late')}</dd>" in page
    assert f'title="{column_meaning("coverage", "late")}"' in page
    listed = unescape(get(demo, "/tinkhoi").text)
    for name in ("reading", "missed", "articles", "listed"):
        assert str(table_meaning(name)) in listed


def test_every_meaning_is_told_in_vietnamese_too(demo: DataFolder) -> None:
    meanings = {text for table in told().values() for text in table.values()}
    days = day_fields(["từ: matches", "từ: ratio"])
    fields = (*FIELDS, *OPEN_FIELDS, *CONTEXT_FIELDS, *LINE_FIELDS, *days, *WORD_FIELDS)
    meanings |= {field.meaning for field in fields}
    entries = {str(entry.id) for entry in catalogue("vi") if entry.context == "field"}
    assert meanings == entries and len(meanings) > 200
    late, of_table = column_meaning("coverage", "late"), table_meaning("coverage")
    assert late and of_table
    for path in ("/tinkhoi/coverage", "/tinkhoi?sql=" + quote("select late from coverage")):
        page = unescape(get(demo, path, "vi").text)
        assert translated(late, "field", "vi") in page and late not in page
    assert of_table not in unescape(get(demo, "/tinkhoi", "vi").text)


def test_sql_says_what_its_columns_mean(demo: DataFolder) -> None:
    page = unescape(get(demo, "/tinkhoi?sql=" + quote("select day, bloc, 1 as one from reading limit 3")).text)
    assert f"<dd>{column_meaning('reading', 'bloc')}</dd>" in page
    assert "<dt><code>one</code></dt>" not in page


@pytest.mark.parametrize(
    "sql",
    [
        "select titel from reading",
        "selekt 1",
        "delete from articles",
        "select 1; select 2",
        "select * from no_such",
        "with recursive n(i) as (select 1 union all select i + 1 from n where i < 30000000) select max(i) from n",
    ],
)
def test_what_was_typed_stays_whatever_is_wrong_with_it(sql: str, demo: DataFolder) -> None:
    answer = get(demo, "/tinkhoi?sql=" + quote(f"{sql} -- của tôi"))
    assert answer.status_code >= 400
    (typed,) = re.findall(r"<textarea[^>]*>(.*?)</textarea>", answer.text, re.S)
    assert unescape(typed) == f"{sql} -- của tôi"


def test_tables_of_articles_open_newest_first(demo: DataFolder) -> None:
    with open_reader(demo.database) as archive:
        newest = [row["key"] for row in archive.rows("SELECT key FROM articles ORDER BY id DESC LIMIT 5")]
    for table in ("reading", "articles", "citations"):
        rows = get(demo, f"/tinkhoi/{table}.json?_shape=objects&_size=5").json()["rows"]
        assert [row["key"] for row in rows] == newest


def test_a_table_opens_with_days_and_titles_in_view_and_each_cell_below_its_name(demo: DataFolder) -> None:
    page = get(demo, "/tinkhoi/reading?_size=1").text
    names = re.findall(r'<th scope="col".*?translate="no">([a-z_]+)', page)
    cells = re.findall(r'<td class="c-([a-z_]+) ', page)
    assert names[:3] == ["day", "title", "id"]
    assert cells == names and len(names) > 10
    assert re.findall(r'<td class="c-([a-z_]+) ', get(demo, "/tinkhoi/sites?_size=1").text)[:2] == ["id", "name"]
    problem = re.findall(r'<td class="c-([a-z_]+) ', get(demo, "/tinkhoi/problems?_size=1").text)
    assert problem[:4] == ["id", "site", "kind", "detail"]


def test_one_row_is_one_row(demo: DataFolder) -> None:
    assert "1 row ·" in get(demo, "/tinkhoi?sql=select+1").text
    assert "2 rows ·" in get(demo, "/tinkhoi?sql=select+1+union+select+2").text


@pytest.mark.parametrize(
    ("sql", "why"),
    [("selekt 1", "Statement must be a SELECT"), ("select titel from reading", "no such column: titel")],
)
def test_sql_that_is_refused_is_told_why(sql: str, why: str, demo: DataFolder) -> None:
    assert why in unescape(get(demo, "/tinkhoi?sql=" + quote(sql)).text)


def test_a_row_that_has_no_name_but_its_id_is_named_once(demo: DataFolder) -> None:
    page = get(demo, "/tinkhoi/problems").text
    assert re.search(r'<td class="c-capture[^>]*><a href="/tinkhoi/captures/(\d+)">\1</a></td>', page)
    assert "<em>baomau</em>" in page, "a name keeps its id beside it"


def test_names_in_the_meaning_of_a_table_are_set_as_code(demo: DataFolder) -> None:
    page = get(demo, "/tinkhoi/articles").text
    assert "its earlier words are in <code>revisions</code>." in page


def test_an_empty_filter_of_words_kept_in_english_says_so_in_vietnamese(demo: DataFolder) -> None:
    empty = "/tinkhoi/problems?detail__contains=" + quote("trang đổi bố cục")
    assert "Kho giữ cột detail bằng tiếng Anh" in get(demo, empty, "vi").text
    assert "Kho giữ cột" not in get(demo, "/tinkhoi/problems?kind=none", "vi").text


def test_figures_of_an_answer_are_set_flush_right(demo: DataFolder) -> None:
    sql = "select 'a' as word, 1 as count, null as none, 2.5 as share union select 'b', 10, null, null"
    page = get(demo, "/tinkhoi?sql=" + quote(sql)).text
    assert re.findall(r'<td class="c-([a-z]+) n">', page) == ["count", "share"] * 2
    assert re.findall(r'<th scope="col" class="n" translate="no">([a-z]+)', page) == ["count", "share"]
