"""Oddities of the ``maincontent`` papers: the header and related lists inside the body, lists without pages."""

from __future__ import annotations

import pytest

from scraper.items import NotAnArticle, WitnessSource
from scraper.pages.feeds import read_sitemap
from scraper.pages.maincontent import MainContent

URL = "https://hanoimoi.vn/bai-703456.html"


def page(body: str) -> str:
    return f"""<html><body><div class="b-maincontent"><div class="sc-longform-header">
        <h1 class="sc-longform-header-title">Tít</h1>
        <span class="sc-longform-header-date">14/08/2025 - 15:25</span></div>
        {body}</div></body></html>"""


@pytest.mark.parametrize(
    ("url", "key"),
    [
        (URL, "703456"),
        ("https://baodanang.vn/slug-3140715.html?gidzl=x", "3140715"),
        ("https://baodanang.vn/chinhtri/202312/slug-3962334/index.htm", "apbac-3962334"),
        ("https://baodanang.vn/chinh-tri", None),
        ("https://baodanang.vn/tu-khoa/so-ket.html", None),
    ],
)
def test_key_is_the_number(url, key):
    assert MainContent().key(url) == key


@pytest.mark.parametrize(
    "title",
    ["Bài liên quan", "BÀI ĐỌC TIẾP", "Tin liên quan", "Bài viết liên quan", "Đọc thêm"],
)
def test_box_that_lists_other_articles_is_not_the_body(title):
    other = '<ul><li><a href="/b-703400.html">Tít khác</a> 13/08/2025 - 09:00</li></ul>'
    box = f'<div class="c-box"><p>{title}</p>{other}</div>'
    printed = MainContent().article(page(f"<p>Đoạn một.</p>{box}<p>Đoạn hai.</p>"), URL)
    assert [block.text for block in printed.body] == ["Đoạn một.", "Đoạn hai."]


def test_box_of_the_article_itself_stays():
    box = '<div class="c-box"><p>Bài học kinh nghiệm</p><p>Nêu gương.</p></div>'
    printed = MainContent().article(page(f"<p>Đoạn một.</p>{box}"), URL)
    assert [block.text for block in printed.body] == ["Đoạn một.", "Bài học kinh nghiệm", "Nêu gương."]


def test_boxes_in_boxes():
    inner = '<div class="c-box"><p>Bài liên quan</p><p>Tít khác</p></div>'
    listing = f'<div class="c-box"><p>Bài đọc tiếp</p>{inner}</div>'
    own = f'<div class="c-box"><p>Nêu gương.</p>{inner}</div>'
    html = page(f"<p>Đoạn một.</p>{listing}{own}").replace("<body>", '<body><div class="c-box">')
    assert [block.text for block in MainContent().article(html, URL).body] == ["Đoạn một.", "Nêu gương."]


def test_header_alone_is_no_body():
    with pytest.raises(NotAnArticle, match="no-body"):
        MainContent().article(page(""), URL)


def test_news_sitemap_lists_articles_of_the_family():
    xml = b"""<?xml version="1.0" encoding="UTF-8"?>
        <urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
        <url><loc>https://baodanang.vn/bai-mot-3140715.html</loc><news:news>
        <news:publication_date>2025-08-14T15:25:00+07:00</news:publication_date><news:title>T</news:title></news:news></url>
        </urlset>"""
    (entry,) = read_sitemap(xml, "https://baodanang.vn/sitemap-news.xml").entries
    assert MainContent().key(entry.url) == "3140715"
    assert (entry.date_text, entry.source) == ("2025-08-14T15:25:00+07:00", WitnessSource.SITEMAP)
