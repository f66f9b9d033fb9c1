"""The section of an article on a page of unknown software, by each of the ways in which a page tells it."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from scraper.pages.blocks import parse
from scraper.pages.generic import Generic
from scraper.pages.metadata import linked_article
from scraper.pages.sections import section_of

URL = "https://bao.test/bai-viet-ve-mot-viec-12345.html"
MENU = (
    '<ul class="x"><li><a href="/">Trang chủ</a></li><li{}><a href="/kinh-te">Kinh tế</a></li>'
    '<li><a href="/van-hoa">Văn hóa</a></li><li><a href="/the-thao">Thể thao</a></li></ul>'
)
TITLE = "Một việc đã xảy ra ở xã"


def section(body: str, *, head: str = "", url: str = URL) -> str | None:
    page = parse(f"<html><head><title>{TITLE}</title>{head}</head><body>{body}</body></html>")
    title = page.find("h1")
    assert title is not None
    return section_of(page, title, url, key=Generic().key, linked=linked_article(page))


def linked(said: Mapping[str, object]) -> str:
    return f'<script type="application/ld+json">{json.dumps(said)}</script>'


HEADING = f"<h1>{TITLE}</h1><p>Ngày 2-3, ở xã có một việc.</p>"


@pytest.mark.parametrize(
    "path",
    [
        '<div><a href="/">Trang chủ</a> › <a href="/van-hoa">Văn hóa</a></div>',
        '<ol><li><a href="https://bao.test">Trang nhất</a></li><li><a href="/van-hoa">Văn hóa</a></li></ol>',
        f'<p><a href="/">Home</a> / <a href="/van-hoa">Văn hóa</a> / <a href="{URL}">{TITLE}</a></p>',
        '<div><a href="/"><i></i></a> &gt; <a href="/tin">Tin</a> &gt; <a href="/tin/van-hoa">Văn hóa</a></div>',
        '<div><a href="/">Trang chủ</a> » <span>Văn hóa</span></div>',
        "<div>Trang chủ / Tin tức / Văn hóa</div>",
        '<div class="c-breadcrumb"><a href="/tin-tuc">Tin tức</a><a href="/van-hoa">Văn hóa</a></div>',
        '<div class="c-path"></div><div class="row mt-2 Bread_Crumb"><a href="/van-hoa">Văn hóa</a></div>',
        '<div id="duong-dan"><a href="/van-hoa">Văn hóa</a></div>',
        '<nav aria-label="Breadcrumb"><a href="/tin-tuc">Tin tức</a><a href="/van-hoa">Văn hóa</a></nav>',
        '<ol itemtype="https://schema.org/BreadcrumbList"><li><a href="/van-hoa">Văn hóa</a></li></ol>',
    ],
)
def test_the_path_from_the_home_page_tells_it(path: str) -> None:
    assert section(MENU.format("") + path + HEADING) == "Văn hóa"


def test_the_head_tells_it() -> None:
    article = {"@type": "NewsArticle", "headline": TITLE, "articleSection": "Văn hóa"}
    steps = [
        {"@type": "ListItem", "position": n, "name": name} for n, name in enumerate(("Trang chủ", "Văn hóa", TITLE))
    ]
    path = {"@type": "BreadcrumbList", "itemListElement": steps}
    nested = [{"@type": "ListItem", "item": {"@id": "/x", "name": step["name"]}} for step in steps]
    menu = MENU.format("")
    assert section(menu + HEADING, head=linked(article)) == "Văn hóa"
    assert section(menu + HEADING, head='<meta property="article:section" content="Văn hóa">') == "Văn hóa"
    assert section(menu + HEADING, head=linked(path)) == "Văn hóa"
    assert section(menu + HEADING, head=linked({**path, "itemListElement": nested})) == "Văn hóa"


@pytest.mark.parametrize(
    "heading",
    [
        f'<a href="/van-hoa">Văn hóa</a><h1>{TITLE}</h1>',
        f'<h1>{TITLE}</h1><div>02/03/2024 | <a href="/van-hoa">Văn hóa</a></div>',
        f"<span>VĂN HÓA</span><h1>{TITLE}</h1>",
    ],
)
def test_what_stands_beside_the_title_and_in_the_menu_tells_it(heading: str) -> None:
    assert section(MENU.format("") + heading) == "Văn hóa"


@pytest.mark.parametrize("mark", [' class="active"', ' class="nav-item current"', ' class="menu-selected"'])
def test_the_current_entry_of_the_menu_tells_it(mark: str) -> None:
    assert section(MENU.format(mark) + HEADING) == "Kinh tế"


@pytest.mark.parametrize(
    "url", ["https://bao.test/kinh-te/mot-viec-12345.html", "https://bao.test/tin/kinh-te/12345-a-b"]
)
def test_the_folder_of_the_address_tells_it(url: str) -> None:
    assert section(MENU.format("") + HEADING, url=url) == "Kinh tế"


@pytest.mark.parametrize(
    "page",
    [
        MENU.format("") + HEADING,
        '<div><a href="/">Trang chủ</a></div>' + HEADING,
        f'<div><a href="/">Trang chủ</a> › <a href="{URL}">{TITLE}</a></div>' + HEADING,
        MENU.format("").replace("<li><a", '<li class="active"><a', 1) + HEADING,
    ],
)
def test_nothing_tells_it(page: str) -> None:
    assert section(page) is None
