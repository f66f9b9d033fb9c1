"""Oddities of the ``cmsbody`` papers: second copies, two kinds of number, related stories in the body."""

from __future__ import annotations

from pathlib import Path

import pytest

from scraper.items import WitnessSource
from scraper.pages.cmsbody import CmsBody

ARTICLE = (Path(__file__).parent / "fixtures/cmsbody/article.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://baogialai.com.vn/dang-uy-khoi-so-ket-post330384.html", "330384"),
        ("https://m.baogialai.com.vn/dang-uy-khoi-so-ket-post330384.html", "330384"),
        ("https://m.baogialai.com.vn/dang-uy-khoi-so-ket-post127004.amp", "127004"),
        ("https://www.sggp.org.vn/ten-khac-post816767.html?zarsrc=30", "816767"),
        ("https://baohatinh.vn/chinh-tri/dai-hoi/218261.htm", "htm-218261"),
        ("https://sggp.org.vn/dang-uy-khoi-so-ket-767050.html", "html-767050"),
        ("http://www.baolaocai.vn/bai-viet/348666-dang-uy-khoi-so-ket", "html-348666"),
        ("https://baogialai.com.vn/tu-khoa/dang-bo-khoi.html", None),
        ("https://baogialai.com.vn/cung-chu-de-2024.html", None),
        ("https://baogialai.com.vn/chinh-tri/?page=2", None),
    ],
)
def test_key_is_the_number(url, key):
    assert CmsBody().key(url) == key


@pytest.mark.parametrize(
    "url",
    [
        "https://baogialai.com.vn/so-ket-post127004.html",
        "https://m.baogialai.com.vn/so-ket-post127004.html",
        "https://m.baogialai.com.vn/so-ket-post127004.amp?utm_source=x#a",
    ],
)
def test_second_copies_are_asked_for_at_the_desktop_address(url):
    assert CmsBody().fetch_url(url) == "https://baogialai.com.vn/so-ket-post127004.html"


def test_mobile_copy_met_alone_keeps_the_desktop_address_as_its_own():
    html = ARTICLE.replace('<link rel="canonical"', '<link rel="alternate"')
    printed = CmsBody().article(html, "https://m.baogialai.com.vn/dang-uy-khoi-so-ket-6-thang-post330384.html")
    assert printed.canonical_url == "https://baogialai.com.vn/dang-uy-khoi-so-ket-6-thang-post330384.html"


def test_canonical_of_another_article_is_not_believed():
    html = ARTICLE.replace("post330384.html", "post1.html", 1)
    url = "https://baogialai.com.vn/dang-uy-khoi-so-ket-6-thang-post330384.html"
    assert CmsBody().article(html, url).canonical_url == url


def test_machine_dates_are_witnesses_and_an_organisation_is_no_author():
    html = ARTICLE.replace('<span class="author cms-author">Thanh Nhật</span>', "")
    printed = CmsBody().article(html, "https://baogialai.com.vn/dang-uy-khoi-so-ket-6-thang-post330384.html")
    assert [(w.source, w.text) for w in printed.witnesses] == [
        (WitnessSource.MICRODATA, "2024-07-11T15:51:00+0700"),
        (WitnessSource.META, "2024-07-11T15:51:00+0700"),
        (WitnessSource.JSONLD, "2024-07-11T15:51:00+07:00"),
    ]
    assert printed.updated_text == "2024-07-11T16:20:00+0700"
    assert printed.byline is None
