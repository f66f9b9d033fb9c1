"""Oddities of Joomla sites: one article behind many menu items, print copies, lists counted by article."""

from __future__ import annotations

from pathlib import Path

import pytest

from scraper.pages.joomla import Joomla

HOST = "http://tuyengiaoangiang.vn"
ARTICLE = (Path(__file__).parent / "fixtures/joomla/article.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/index.php/tin-tuc/128-dai-hoi", "128"),
        ("/tin-tuc/128-dai-hoi", "128"),
        ("/xay-dung-dang/8-to-chuc/128-dai-hoi.html", "128"),
        ("/index.php?option=com_content&view=article&id=128:dai-hoi&catid=8&Itemid=101", "128"),
        ("/index.php?option=com_content&id=128&view=article", "128"),
        ("/index.php/xay-dung-dang", None),
        ("/index.php/xay-dung-dang?start=20", None),
        ("/index.php?option=com_content&view=category&id=8", None),
    ],
)
def test_key_is_the_number(path, key):
    assert Joomla().key(HOST + path) == key


@pytest.mark.parametrize("copy", ["?tmpl=component&print=1&layout=default", "?format=pdf", "?format=feed&type=rss"])
def test_copies_are_never_asked_for(copy):
    assert Joomla().fetch_url(f"{HOST}/tin-tuc/128-dai-hoi{copy}") is None
    assert Joomla().fetch_url(f"{HOST}/tin-tuc/128-dai-hoi") == f"{HOST}/tin-tuc/128-dai-hoi"


@pytest.mark.parametrize(("start", "following"), [("", "20"), ("?start=20", "40"), ("?start=40", None)])
def test_list_counts_by_article(start, following):
    pages = "".join(f'<a href="/index.php/xay-dung-dang{s}">.</a>' for s in ("", "?start=20", "?start=40"))
    html = f'<html><body><h2><a href="/index.php/tin-tuc/128-dai-hoi">Bài</a></h2>{pages}</body></html>'
    shown = Joomla().list_page(html, f"{HOST}/index.php/xay-dung-dang{start}")
    assert shown.next_url == (f"{HOST}/index.php/xay-dung-dang?start={following}" if following else None)


def test_edit_is_kept_apart_from_publication():
    printed = Joomla().article(ARTICLE, f"{HOST}/index.php/tin-tuc/128-dai-hoi")
    assert printed.published_text == "Được đăng: Thứ ba, 13 Tháng 10 2015 09:10"
    assert printed.updated_text == "Cập nhật: Thứ tư, 14 Tháng 10 2015 08:00"


def test_page_of_joomla_2_5_without_microdata():
    html = """<html><body><div class="item-page"><h2>Tít</h2><dl class="article-info">
        <dd class="create">Được viết ngày Thứ hai, 12 Tháng 10 2015 07:00</dd>
        <dd class="published">Được đăng: Thứ ba, 13 Tháng 10 2015 09:10</dd>
        <dd class="createdby">Viết bởi Quản trị</dd></dl>
        <p>Đoạn một.</p><p>Đoạn hai.</p></div></body></html>"""
    printed = Joomla().article(html, f"{HOST}/index.php/tin-tuc/128-dai-hoi")
    assert printed.published_text == "Được đăng: Thứ ba, 13 Tháng 10 2015 09:10"
    assert printed.byline is None
    assert [block.text for block in printed.body] == ["Đoạn một.", "Đoạn hai."]
