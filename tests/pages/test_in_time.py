"""A site with several page objects in time: which one reads a page, and what its key is."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from scraper.items import Article, NotAnArticle, Reject
from scraper.pages import pages_of
from scraper.reading import read_article
from scraper.record import record
from scraper.sites import Site, load_sites
from scraper.sites.site import Former

FIXTURES = Path(__file__).parent / "fixtures"
SITES = load_sites()
FIELDS = ("title", "lead", "body", "figures", "author", "section", "tags", "published_text", "published_at", "parser")
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


@pytest.mark.parametrize(
    ("site", "url", "key"),
    [
        ("baogialai", "https://baogialai.com.vn/channel/8208/202110/dang-uy-khoi-so-ket-5752708/", "apbac-5752708"),
        ("baothainguyen", "https://baothainguyen.vn/tin-tuc/chinh-tri/so-ket-292443-97.html", "described-292443"),
        ("baoninhbinh", "https://baoninhbinh.org.vn/so-ket/d2021100914262592.htm", "2021100914262592"),
    ],
)
def test_addresses_of_2021_have_keys(site, url, key):
    assert pages_of(SITES[site]).key(url) == key


def test_every_former_layout_that_a_site_file_describes_has_a_rebuilt_page():
    described = {site.id for site in SITES.values() for each in site.former if each.select}
    assert described == {path.stem for path in (FIXTURES / "former").glob("*.json")}


@pytest.mark.parametrize("year", [2019, 2026])
@pytest.mark.parametrize("path", sorted((FIXTURES / "former").glob("*.json")), ids=lambda path: path.stem)
def test_rebuilt_page_of_before_is_read_right(path, year):
    """With the site's own file, whether it was captured in its time or served longer than was known."""
    said = json.loads(path.read_text("utf-8"))
    captured = datetime(max(year, int(said["published_at"][:4])), 11, 1, tzinfo=UTC)
    body = path.with_suffix(".html").read_bytes()
    article = read_article(body, said["url"], SITES[path.stem], captured_at=captured, content_type="text/html")
    assert isinstance(article, Article), article
    found = record(article)
    assert {field: found[field] for field in FIELDS} == {field: said[field] for field in FIELDS}
    assert article.key == said["key"]


SELECTED = Site(
    id="thu",
    name="Báo Thử",
    kind="newspaper",
    province="Tây Ninh",
    family="described",
    home="https://thu.example.vn/",
    select={"body": "#noi-dung"},
    former=(
        Former(family="described", until=date(2021, 12, 31), select={"body": ".entry-main", "title": ".ten"}),
        Former(family="described", until=date(2015, 6, 30), select={"body": ".text"}),
    ),
)


@pytest.mark.parametrize(
    ("body", "parser"),
    [
        ('<div id="noi-dung">{}</div>', "described/1"),
        ('<div class="entry-main">{}</div>', "described/1 until 2021-12-31"),
        ('<div class="text">{}</div>', "described/1 until 2015-06-30"),
    ],
)
@pytest.mark.parametrize("year", [2014, 2020, 2026])
def test_the_parser_tells_page_objects_apart_that_differ_in_selectors_alone(body, parser, year):
    text = "<p>Sáng 11-7, Đảng ủy Khối sơ kết 6 tháng.</p><p>Hội nghị thảo luận nhiệm vụ cuối năm.</p>"
    page = f'<h1 class="ten">Đảng ủy Khối sơ kết</h1><p>11/07/2014 15:51</p>{body.format(text)}'
    pages = pages_of(SELECTED)
    printed = pages.article_at(page, TODAY, datetime(year, 11, 1, tzinfo=UTC))
    assert printed.parser == parser
    assert pages.reader(printed.parser).parser == "described/1"
