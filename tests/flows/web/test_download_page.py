"""The downloads of the web pages: all hits of a search, bounded, and a wrong filter is no empty finding."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import tempfile
from pathlib import Path
from typing import Any

import pandas
import pytest
import rispy

from flows.share.downloads import KINDS
from flows.share.exports import EXPORT
from flows.storage.folder import DataFolder
from flows.web import download_page, pages_of
from flows.web.search_request import SearchRequest
from scraper.store import open_reader
from scraper.store.filters import Filters
from scraper.store.search import search

QUERY = "q=dang+uy+khoi&topic=khoi"


def get(demo: DataFolder, path: str) -> Any:
    async def ask() -> Any:
        return await pages_of(demo.database, "vi").client.get(path)

    return asyncio.run(ask())


@pytest.fixture(scope="module")
def keys(demo: DataFolder) -> list[str]:
    with open_reader(demo.database) as archive:
        return [hit.key for hit in search(archive, "dang uy khoi", Filters(topic="khoi"), order="newest", limit=1000)]


def test_each_form_holds_all_hits(demo: DataFolder, keys: list[str], tmp_path: Path) -> None:
    assert len(keys) > 5
    before = set(Path(tempfile.gettempdir()).glob("tinkhoi-*"))
    answers = {form: get(demo, f"/tai-ve/{form}?{QUERY}") for form in KINDS}
    for form, answer in answers.items():
        assert answer.status_code == 200, form
        assert answer.headers["content-disposition"] == f'attachment; filename="dang-uy-khoi.{KINDS[form].ending}"'
        assert answer.headers["content-type"] == KINDS[form].media_type
        assert int(answer.headers["content-length"]) == len(answer.content)
    table = list(csv.DictReader(io.StringIO(answers["csv"].content.decode("utf-8-sig"), newline="")))
    assert [row["key"] for row in table] == keys
    assert [json.loads(line)["key"] for line in answers["jsonl"].text.splitlines()] == keys
    (tmp_path / "a.parquet").write_bytes(answers["parquet"].content)
    assert list(pandas.read_parquet(tmp_path / "a.parquet")["key"]) == keys
    assert len(rispy.loads(answers["ris"].text)) == len(answers["csl-json"].json()) == len(keys)
    assert answers["bibtex"].text.count("@article{") == len(keys)
    assert answers["xlsx"].content[:2] == answers["wacz"].content[:2] == b"PK"
    assert set(Path(tempfile.gettempdir()).glob("tinkhoi-*")) <= before


def test_the_dictionary_stands_beside(demo: DataFolder) -> None:
    told = csv.DictReader(io.StringIO(get(demo, "/tai-ve/fields.csv").content.decode("utf-8-sig"), newline=""))
    assert [row["field"] for row in told] == list(EXPORT)


def test_the_page_of_results_leads_to_each_form(demo: DataFolder) -> None:
    page = get(demo, f"/tim?{QUERY}&order=relevance").text
    for form in KINDS:
        assert f'href="/tai-ve/{form}?q=dang+uy+khoi&amp;topic=khoi"' in page


def test_more_than_a_download_holds_is_refused_and_not_cut(demo: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download_page, "DOWNLOADED", 3)
    answer = get(demo, "/tai-ve/csv?q=dang")
    assert answer.status_code == 413
    assert "Quá 3 bài" in answer.text and "content-disposition" not in answer.headers


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("site=baomua", "Kho không có nguồn “baomua”."),
        ("province=Tien+Gaing", "Không tỉnh, thành nào mang hay từng mang tên “Tien Gaing”."),
        ("topic=khoii", "Không có chủ đề hay từ theo dõi “khoii”."),
        ("section=Xay+dung", "Không bài nào thuộc chuyên mục “Xay dung”."),
        ("author=khong+ai", "Không bài nào ký tên “khong ai”."),
        ("since=2024-08-01&until=2024-07-01", "Ngày đầu 2024-08-01 sau ngày cuối."),
        ("since=2024-13-01", "Không hiểu ngày “2024-13-01”"),
    ],
)
def test_a_mistyped_filter_is_an_error_and_no_empty_finding(demo: DataFolder, query: str, said: str) -> None:
    page = get(demo, f"/tim?q=dang&{query}").text
    assert said in page and 'role="alert"' in page
    if "misread" not in query and "13-01" not in query:
        assert "Không thấy bài nào" not in page
    answer = get(demo, f"/tai-ve/csv?q=dang&{query}")
    assert answer.status_code == 400 and said in answer.text


def test_a_right_filter_that_finds_nothing_is_an_empty_finding(demo: DataFolder) -> None:
    page = get(demo, "/tim?q=khong-co-tu-nay&topic=khoi&province=tien+giang").text
    assert "Không thấy bài nào" in page and 'role="alert"' not in page


def test_addresses_keep_the_search_and_drop_its_order() -> None:
    query = SearchRequest.read({"q": "đảng", "order": "relevance", "page": "3", "exact": "1"})
    addresses = dict(download_page.download_addresses(query))
    assert addresses["CSL-JSON"] == "/tai-ve/csl-json?q=%C4%91%E1%BA%A3ng&exact=1"
