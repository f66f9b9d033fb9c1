"""What all families that are read by selectors have in common, tested on every pair of their fixtures."""

from __future__ import annotations

import inspect
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from scraper.cleaning import refine
from scraper.items import Article, NotAnArticle
from scraper.pages import load_family
from scraper.pages.article_region import DATE_LINE
from scraper.pages.blocks import words
from scraper.pages.selected import SelectorFamily
from scraper.record import record
from scraper.sites import families

FIXTURES = Path(__file__).parent / "fixtures"
LISTED = ("sc", "anumber", "cmsbody", "maincontent", "sharepoint", "liferay", "joomla")
FAMILIES = (*LISTED, "mediatech", "newscontent", "newsimg", "pbody")
PAIRS = [(name, path) for name in FAMILIES for path in sorted((FIXTURES / name).glob("*.json"))]
ARTICLES = [pytest.param(name, path, id=f"{name}/{path.stem}") for name, path in PAIRS if path.stem != "list"]
RENAMED = [each for each in ARTICLES if each.id not in {"newscontent/soctrang", "newsimg/yenbai"}]
BARE = [
    each
    for each in ARTICLES
    if each.values[0] in LISTED and each.id not in {"sc/phuyen", "anumber/cantho", "cmsbody/sggp_2019"}
]
LISTS = [pytest.param(name, path, id=f"{name}/{path.stem}") for name, path in PAIRS if path.stem == "list"]
CAPTURED = datetime(2026, 11, 23, 18, 30, tzinfo=UTC)
FIELDS = ("title", "lead", "body", "figures", "author", "section", "tags", "published_text", "published_at")


def pair(path: Path) -> tuple[dict[str, Any], str]:
    return json.loads(path.read_text("utf-8")), path.with_suffix(".html").read_text("utf-8")


def understood(family: SelectorFamily, html: str, url: str) -> dict[str, Any]:
    article = refine(
        family.article(html, url), site="a-site", key=family.key(url) or url, trust=family.trust, captured_at=CAPTURED
    )
    assert isinstance(article, Article), article
    assert article.problems == ()
    return record(article)


@pytest.mark.parametrize(("name", "path"), ARTICLES)
def test_page_says_what_its_fixture_says(name, path):
    said, html = pair(path)
    family = load_family(name)
    found = understood(family, html, said["url"])  # type: ignore[arg-type]
    for field in FIELDS:
        assert found[field] == said[field], field
    assert family.key(said["url"]) == said["key"]
    assert family.month(said["url"]) == (tuple(said["month"]) if said["month"] else None)
    assert found["parser"] == f"{name}/1"


@pytest.mark.parametrize(("name", "path"), LISTS)
def test_list_page_shows_what_its_fixture_says(name, path):
    said, html = pair(path)
    shown = load_family(name).list_page(html, said["url"])
    assert [[entry.url, entry.title, entry.date_text] for entry in shown.entries] == said["entries"]
    assert shown.next_url == said["next"]


@pytest.mark.parametrize(("name", "path"), RENAMED)
def test_renaming_what_the_family_does_not_name_changes_nothing(name, path):
    said, html = pair(path)
    family = load_family(name)
    relied_on = inspect.getsource(inspect.getmodule(type(family)))  # type: ignore[arg-type]
    page = BeautifulSoup(html, "lxml")
    renamed = 0
    for tag in page.find_all(True):
        for attribute in ("class", "id"):
            if attribute in tag.attrs:
                names = tag.get_attribute_list(attribute)
                other = [
                    n if re.search(rf"(?<![\w-]){re.escape(n)}(?![\w-])", relied_on) else f"x-{n}" for n in names
                ]
                renamed += other != names
                tag[attribute] = " ".join(other)
    assert renamed
    assert family.article(str(page), said["url"]) == family.article(html, said["url"])


@pytest.mark.parametrize(("name", "path"), BARE)
@pytest.mark.parametrize("field", ["title", "body", "date"])
def test_page_that_no_longer_prints_a_field_is_no_article(name, path, field):
    said, html = pair(path)
    page = BeautifulSoup(html, "lxml")
    gone = {"title": [said["title"]], "date": [said["published_text"]], "body": [*said["body"], said["lead"]]}[field]
    for tag in [tag for tag in page.body.find_all(True) if words(tag) in gone]:
        tag.decompose()
    for tag in page.select(".ms-descriptiontext") if field == "date" else ():
        tag.decompose()
    if field == "body":
        for tag in page.select("img, figure, figcaption, em, script, td.desc"):
            tag.decompose()
        for tag in page.find_all("p", string=said["author"]):
            tag.decompose()
    with pytest.raises(NotAnArticle) as refused:
        load_family(name).article(str(page), said["url"])
    assert refused.value.reason == f"no-{field}"


@pytest.mark.parametrize(("name", "path"), LISTS)
def test_last_list_page_has_no_next(name, path):
    said, html = pair(path)
    url = said["next"] or said["url"]
    page = BeautifulSoup(html, "lxml")
    for link in page.find_all("a", href=True):
        if load_family(name).key(link["href"]) is None:  # type: ignore[arg-type]
            link["href"] = said["url"]
    assert name == "sc" or load_family(name).list_page(str(page), url).next_url is None


@pytest.mark.parametrize("name", LISTED)
def test_page_cut_off_is_refused(name):
    said, html = pair(FIXTURES / name / "article.json")
    cut = html[: html.index(said["body"][-1][:40]) + 20]
    with pytest.raises(NotAnArticle) as refused:
        load_family(name).article(cut, said["url"])
    assert refused.value.reason == "truncated"


@pytest.mark.parametrize("name", LISTED)
def test_page_without_its_optional_end_tags_is_whole(name):
    said, html = pair(FIXTURES / name / "article.json")
    article = load_family(name).article(html.replace("</body>", "").replace("</html>", ""), said["url"])
    assert article.title == said["title"]


@pytest.mark.parametrize("name", LISTED)
def test_list_page_is_no_article(name):
    said, html = pair(FIXTURES / name / "list.json")
    with pytest.raises(NotAnArticle):
        load_family(name).article(html, said["url"])


@pytest.mark.parametrize(("name", "capture"), [("sc", "dongnai"), ("sc", "quangngai"), ("maincontent", "dongnai")])
def test_capture_from_before_the_site_changed_is_read_by_its_former_family(name, capture):
    said, html = pair(FIXTURES / "apbac" / f"{capture}.json")
    family = load_family(name)
    assert family.article(html, said["url"]) == load_family("apbac").article(html, said["url"])
    assert family.month(said["url"]) == load_family("apbac").month(said["url"])
    assert family.key(said["url"])


def test_page_with_todays_marks_is_never_read_by_the_former_family():
    said, html = pair(FIXTURES / "apbac" / "dongnai.json")
    with pytest.raises(NotAnArticle, match="sc/1"):
        load_family("sc").article(html.replace("</body>", '<div class="content-detail"></div></body>'), said["url"])


def test_site_file_replaces_single_selectors():
    said, html = pair(FIXTURES / "cmsbody" / "article.json")
    html = (
        html.replace("cms-title", "tit").replace("article__title", "tit").replace("article__sapo cms-desc", "intro")
    )
    with pytest.raises(NotAnArticle):
        load_family("cmsbody").article(html, said["url"])
    family = load_family(
        "cmsbody", {"title": "h1.tit", "lead": "div.intro", "date": "meta[property='article:published_time']"}
    )
    printed = family.article(html, said["url"])
    assert (printed.title, printed.lead) == (said["title"], said["lead"])
    assert printed.published_text == "2024-07-11T15:51:00+0700"


def test_selector_for_the_list_narrows_it():
    said, html = pair(FIXTURES / "maincontent" / "list.json")
    shown = load_family("maincontent", {"list": "li[pid='3140700']"}).list_page(html, said["url"])
    assert [entry.url for entry in shown.entries] == ["https://baodanang.vn/bai-hai-3140700.html"]


@pytest.mark.parametrize("select", [{"headline": "h1"}, {"title": "h1[["}])
def test_selector_that_cannot_be_used_is_refused_at_once(select):
    with pytest.raises(ValueError, match="select"):
        load_family("sc", select)


@pytest.mark.parametrize(
    ("printed", "line"),
    [
        ("<p><b>Hoàng Anh</b> <span>16/10/2015 - 16:39</span></p>", "16/10/2015 - 16:39"),
        ("<p>Hoàng Anh | 16/10/2015 - 16:39</p>", "Hoàng Anh | 16/10/2015 - 16:39"),
        ("<p>Cập nhật: <b>16:39</b>, <i>16/10/2015</i> (GMT+7)</p>", "Cập nhật: 16:39, 16/10/2015 (GMT+7)"),
        ("<div><span>Thứ Sáu,</span> <span>16/10/2015 16:39</span></div>", "Thứ Sáu, 16/10/2015 16:39"),
        ("<p>16/10/2015 - 16:39</p><p>17/10/2015 - 07:00</p>", "16/10/2015 - 16:39"),
        ("<script>var t = '16/10/2015 16:39'</script><p>16/10/2015 16:40</p>", "16/10/2015 16:40"),
    ],
)
def test_date_line_is_found_by_its_shape_with_its_label(printed, line):
    html = f'<html><body><div><h1>Tít</h1>{printed}<div id="newscontents">Đoạn.</div></div></body></html>'
    assert load_family("anumber").article(html, "https://baolongan.vn/bai-a5.html").published_text == line


def test_crumb_that_repeats_the_title_is_no_section():
    html = """<html><body><div class="breadcrumb-news-detail"><a href="/">Trang chủ</a><a href="/a/">Chính trị</a>
        <a href="/bai-a5.html">Tít</a></div><h1>Tít</h1><p>16/10/2015 16:39</p><div id="newscontents">Đoạn.</div>
        </body></html>"""
    assert load_family("anumber").article(html, "https://baolongan.vn/bai-a5.html").section == "Chính trị"


@pytest.mark.parametrize(
    "line",
    [
        "18:13, 27/05/2023",
        "16/10/2015 - 16:39",
        "Đăng ngày 15-05-2022 10:48",
        "Được đăng: Thứ ba, 13 Tháng 10 2015 09:10",
        "Thứ năm, 2/11/2023, 19:20 (GMT+7)",
        "Cập nhật lúc 10:29, Thứ Hai, 27/08/2018 (GMT+7)",
        "Thứ Bảy, 18/12/2021, 21:07 [GMT+7]",
        "02/08/2021 lúc 18:47",
        "Thứ Ba, ngày 17/06/2025 | 08:39",
    ],
)
def test_date_line_has_a_shape(line):
    assert DATE_LINE.fullmatch(line)


@pytest.mark.parametrize(
    "line", ["Sáng 11-7", "Lượt xem: 7370", "22/12/2024", "Nhiệm kỳ 2015 - 2020", "Điện thoại: 0270 3822 222"]
)
def test_other_lines_have_not(line):
    assert not DATE_LINE.fullmatch(line)


def test_addresses_that_only_count_visitors_are_one():
    family = load_family("maincontent")
    for url in (
        "https://hanoimoi.vn/bai-703456.html?utm_source=x&zarsrc=30#binh-luan",
        "https://hanoimoi.vn/bai-703456.html",
    ):
        assert family.fetch_url(url) == "https://hanoimoi.vn/bai-703456.html"


@pytest.mark.parametrize("href", ["http://[", "javascript:void(0)", "mailto:toasoan@example.vn", "//", ""])
def test_link_that_is_no_address_is_passed_over(href):
    links = f'<h3><a href="{href}">Bài</a></h3><h3><a href="/bai-hai-3140700.html">Bài hai</a></h3>'
    html = f"<html><body>{links}</body></html>"
    shown = load_family("maincontent").list_page(html, "https://baodanang.vn/chinh-tri")
    assert [entry.title for entry in shown.entries] == ["Bài hai"]


@pytest.mark.parametrize("name", [*FAMILIES, "bloc"])
@pytest.mark.parametrize("url", ["http://[", "http://[::1/-a5.html", "", "https://example.vn/%zz-a5.html?p=%"])
def test_no_address_breaks_a_family(name, url):
    family = load_family(name)
    assert family.month(url) is None
    assert all(found is None or isinstance(found, str) for found in (family.key(url), family.fetch_url(url)))


def test_date_of_one_item_is_never_its_neighbours():
    html = """<html><body><div><h3><a href="/bai-mot-1000.html">Bài một</a></h3></div>
        <div><h3><a href="/bai-hai-2000.html">Bài hai</a></h3><span>14/08/2025 15:25</span></div>
        <ul><li><a href="/bai-ba-3000.html">Bài ba</a> 13/08/2025</li>
        <li><a href="/bai-bon-4000.html">Bài bốn</a></li></ul>
        </body></html>"""
    shown = load_family("maincontent").list_page(html, "https://baodanang.vn/chinh-tri")
    assert [(entry.title, entry.date_text) for entry in shown.entries] == [
        ("Bài một", None),
        ("Bài hai", "14/08/2025 15:25"),
        ("Bài ba", "13/08/2025"),
        ("Bài bốn", None),
    ]


def test_same_number_on_another_host_is_another_entry():
    html = """<html><body><h3><a href="https://baogialai.com.vn/x-post5.html">Nơi khác</a></h3>
        <h3><a href="/bai-post5.html">Ở đây</a></h3>
        <h3><a href="https://m.baohatinh.vn/bai-post5.html">Bản di động</a></h3>
        </body></html>"""
    shown = load_family("cmsbody").list_page(html, "https://baohatinh.vn/chinh-tri/")
    assert [entry.title for entry in shown.entries] == ["Nơi khác", "Ở đây"]


def test_every_field_of_a_family_is_one_a_site_may_replace():
    for name in FAMILIES:
        assert set(type(load_family(name)).fields) <= set(families.FIELDS)
