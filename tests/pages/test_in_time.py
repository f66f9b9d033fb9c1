"""A site with several page objects in time: which one reads a page, and what its key is."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from scraper.items import Article, NotAnArticle, Reject
from scraper.pages import pages_of
from scraper.reading import read_article
from scraper.sites import Site
from scraper.sites.site import Former

FIXTURES = Path(__file__).parent / "fixtures"
SITE = Site(
    id="thu",
    name="Báo Thử",
    kind="newspaper",
    province="Tây Ninh",
    family="mediatech",
    home="https://thu.example.vn/",
    former=(Former(family="anumber", until=date(2025, 12, 31)), Former(family="apbac", until=date(2015, 6, 30))),
)
TODAY = "https://thu.example.vn/dang-uy-khoi-so-ket-88123.html"
BEFORE = "https://thu.example.vn/dang-uy-khoi-so-ket-a56001.html"
FIRST = "http://thu.example.vn/chinh-tri/201407/dang-uy-khoi-so-ket-5601/"


def read(name: str, url: str, year: int) -> Article | Reject:
    body = (FIXTURES / name).read_bytes()
    return read_article(body, url, SITE, captured_at=datetime(year, 11, 1, tzinfo=UTC), content_type="text/html")


@pytest.mark.parametrize(
    ("page", "url", "year", "parser", "key"),
    [
        ("mediatech/article.html", TODAY, 2026, "mediatech/1", "88123"),
        ("anumber/article.html", BEFORE, 2025, "anumber/1", "anumber-56001"),
        ("anumber/article.html", BEFORE, 2026, "anumber/1", "anumber-56001"),  # served longer than was known
        ("mediatech/article.html", TODAY, 2025, "mediatech/1", "88123"),  # changed sooner than was known
    ],
)
def test_page_is_read_by_the_page_objects_of_its_day_or_of_its_layout(page, url, year, parser, key):
    article = read(page, url, year)
    assert isinstance(article, Article)
    assert (article.parser, article.key) == (parser, key)
    assert article.title


def test_each_cms_counts_for_itself():
    pages = pages_of(SITE)
    assert [pages.key(url) for url in (TODAY, BEFORE, FIRST)] == ["88123", "anumber-56001", "apbac-5601"]
    assert pages.key("https://thu.example.vn/chinh-tri/") is None
    assert (pages.month(FIRST), pages.month(TODAY)) == ((2014, 7), None)


def test_page_that_fits_no_page_objects_is_refused_for_what_those_of_its_day_missed():
    with pytest.raises(NotAnArticle) as refused:
        pages_of(SITE).article_at("<html><body><p>Chào</p></body></html>", TODAY, None)
    assert refused.value.reason == "no-title"


def test_list_page_of_before_is_read_by_its_own_page_objects():
    html = '<html><body><h3><a href="/bai-mot-cua-bao-a1.html">Bài một của báo</a></h3></body></html>'
    shown = pages_of(SITE).list_page(html, "https://thu.example.vn/chinh-tri/")
    assert [entry.url for entry in shown.entries] == ["https://thu.example.vn/bai-mot-cua-bao-a1.html"]
