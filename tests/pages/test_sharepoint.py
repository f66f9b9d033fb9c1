"""Oddities of SharePoint portals: numbers of one list, rows of a table, the month first."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from scraper.cleaning import refine
from scraper.items import NotAnArticle
from scraper.pages.sharepoint import SharePoint

URL = "http://angiang.dcs.vn/Lists/CapUy/DispForm.aspx?ID=128"
ARTICLE = (Path(__file__).parent / "fixtures/sharepoint/article.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("url", "key"),
    [
        (URL, "capuy-128"),
        ("http://angiang.dcs.vn/Lists/CapUy/DispForm.aspx?ID=128&Source=%2FLists%2FCapUy&IsDlg=1", "capuy-128"),
        ("https://dangcongsan.vn/tinhuylaichau/Lists/Xaydungdang/View_Detail.aspx?ItemID=1103", "xaydungdang-1103"),
        ("https://dangcongsan.vn/tinhuylaichau/Lists/Tintuc/View_Detail.aspx?ItemID=1103", "tintuc-1103"),
        ("https://www.quangninh.gov.vn/Trang/ChiTietTinTuc.aspx?nid=113139", "chitiettintuc-113139"),
        ("https://dangcongsan.vn/tinhuylaichau/Lists/Xaydungdang/View.aspx", None),
        ("https://lamdong.gov.vn/vi-VN/a/dukcq/Pages/default.aspx", None),
    ],
)
def test_key_holds_the_list(url, key):
    assert SharePoint().key(url) == key


def test_item_is_asked_for_by_its_number_alone():
    assert SharePoint().fetch_url(URL.replace("?", "?Source=%2FLists&") + "&IsDlg=1") == URL


def test_month_stands_first_where_the_site_says_so():
    printed = SharePoint().article(ARTICLE.replace("22/12/2024", "7/11/2024 3:51 PM"), URL)
    assert printed.published_text == "7/11/2024 3:51 PM"
    captured = datetime(2025, 1, 2, tzinfo=UTC)
    article = refine(printed, site="s", key="1", trust=SharePoint.trust, captured_at=captured, order="mdy")
    assert article.published_at.isoformat() == "2024-07-11T15:51:00+07:00"


def test_moment_of_creation_stands_in_for_a_missing_row():
    html = ARTICLE.replace("Ngày đăng", "Ngày họp")
    assert SharePoint().article(html, URL).published_text == "12/23/2024 8:05 AM"


def test_account_that_made_the_item_is_no_author():
    assert SharePoint().article(ARTICLE.replace("Tác giả", "Người ký"), URL).byline is None


def test_rows_that_say_nothing_known_are_no_article():
    with pytest.raises(NotAnArticle, match="no-title"):
        SharePoint().article(ARTICLE.replace("Tiêu đề", "Mã số"), URL)
