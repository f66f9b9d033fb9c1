"""Báo Ấp Bắc's family: rebuilt pages beside what they say, and what must be refused."""

# ruff: noqa: E501 - addresses are long

from __future__ import annotations

import json
import random
import re
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest

from scraper.items import NotAnArticle, Paragraph, Picture, PrintedArticle
from scraper.pages import load_family
from scraper.pages.apbac.lines import ONLY_DATE, LinkedWords
from scraper.pages.apbac.targets import targets_of

FIXTURES = Path(__file__).parent / "fixtures" / "apbac"
ARTICLES = ["seed_desktop", "seed_mobile", "dongnai", "brvt", "quangngai"]
LISTS = ["apbac_list", "quangngai_list"]
APBAC = load_family("apbac")


def page(name: str) -> tuple[str, dict[str, Any]]:
    html = (FIXTURES / f"{name}.html").read_text(encoding="utf-8")
    return html, json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8"))


def told(printed: PrintedArticle) -> dict[str, Any]:
    return {
        "url": printed.url,
        "canonical_url": printed.canonical_url,
        "key": printed.native_id,
        "month": list(APBAC.month(printed.url) or ()),
        "kicker": printed.kicker,
        "title": printed.title,
        "lead": printed.lead,
        "body": [block.text for block in printed.body if isinstance(block, Paragraph)],
        "figures": [
            {"src": block.src, "alt": block.alt, "caption": block.caption}
            for block in printed.body
            if isinstance(block, Picture)
        ],
        "byline": printed.byline,
        "section": printed.section,
        "published_text": printed.published_text,
        "updated_text": printed.updated_text,
    }


def read(html: str, url: str) -> dict[str, Any]:
    return told(APBAC.article(html, url))


@pytest.mark.parametrize("name", ARTICLES)
def test_an_article_page_is_read_as_it_is_printed(name: str) -> None:
    html, says = page(name)
    assert read(html, says["url"]) == says


@pytest.mark.parametrize("name", LISTS)
def test_a_list_page_shows_its_articles_in_order(name: str) -> None:
    html, says = page(name)
    shown = APBAC.list_page(html, says["url"])
    entries = [{"url": e.url, "title": e.title, "date_text": e.date_text, "lead": e.lead} for e in shown.entries]
    assert {"url": says["url"], "next_url": shown.next_url, "entries": entries} == says


@pytest.mark.parametrize("name", ARTICLES)
@pytest.mark.parametrize("new", [r'\1="x\2y"', ""], ids=["renamed", "removed"])
def test_no_class_and_no_id_is_relied_on(name: str, new: str) -> None:
    html, says = page(name)
    changed = re.sub(r'\b(class|id)="([^"]*)"', new, html)
    assert name in {"quangngai"} or changed != html
    assert read(changed, says["url"]) == says


@pytest.mark.parametrize("name", ARTICLES)
def test_the_shape_decides_where_address_and_head_say_other_words(name: str) -> None:
    html, says = page(name)
    html = re.sub(r"<title>.*?</title>|<meta property[^>]*>", "", html)
    url = re.sub(r"/[^/]*-(\d+)", r"/bai-viet-\1", says["url"])
    assert read(html, url) | {"url": 0, "canonical_url": 0} == says | {"url": 0, "canonical_url": 0}


@pytest.mark.parametrize(
    ("url", "key", "desktop", "month"),
    [
        ("https://baoapbac.vn/a/202407/b-c-1016437/index.htm", "1016437", "https://baoapbac.vn/a/202407/b-c-1016437/", (2024, 7)),
        ("http://www.baoapbac.vn/a/b/202109/c-934020", "934020", "http://www.baoapbac.vn/a/b/202109/c-934020/", (2021, 9)),
        ("https://baoapbac.vn/chinh-tri/202011/viet-nam--913819/index.htm", "913819", "https://baoapbac.vn/chinh-tri/202011/viet-nam--913819/", (2020, 11)),
        ("https://baoapbac.vn/a/202205/so-23-5-951495/?utm_source=x#top", "951495", "https://baoapbac.vn/a/202205/so-23-5-951495/", (2022, 5)),
        ("https://baoquangngai.vn/channel/2023/201611/a-2758748/", "2758748", "https://baoquangngai.vn/channel/2023/201611/a-2758748/", (2016, 11)),
        ("http://baoquangngai.vn/channel/2023/", None, "http://baoquangngai.vn/channel/2023/", None),
        ("https://baoapbac.vn/xa-hoi/index.rss", None, "https://baoapbac.vn/xa-hoi/index.rss", None),
        ("https://baoapbac.vn/a/202413/b-1016437/", None, "https://baoapbac.vn/a/202413/b-1016437/", None),
        ("http://baohagiang.vn/xa-hoi/202305/a-aa0049e/", None, "http://baohagiang.vn/xa-hoi/202305/a-aa0049e/", None),
    ],
)  # fmt: skip
def test_addresses(url: str, key: str | None, desktop: str, month: tuple[int, int] | None) -> None:
    assert (APBAC.key(url), APBAC.fetch_url(url), APBAC.month(url)) == (key, desktop, month)


def without(html: str, *texts: str) -> str:
    for text in texts:
        assert text in html
        html = html.replace(text, "")
    return html


def refused(html: str, url: str) -> str:
    with pytest.raises(NotAnArticle) as caught:
        APBAC.article(html, url)
    return caught.value.reason


@pytest.mark.parametrize(
    ("name", "gone", "reason"),
    [
        ("seed_desktop", "Quyết tâm hoàn thành và vượt các chỉ tiêu, nhiệm vụ năm 2024 và nhiệm kỳ 2020 - 2025", "no-title"),
        ("seed_desktop", "Thứ Năm, 11/07/2024, 15:51 (GMT+7)", "no-date"),
        ("seed_mobile", "Quyết tâm hoàn thành và vượt các chỉ tiêu, nhiệm vụ năm 2024 và nhiệm kỳ 2020 - 2025", "no-title"),
        ("seed_mobile", "Cập nhật: 15:51, 11/07/2024 (GMT+7)", "no-date"),
        ("dongnai", "Kết nạp 141 đảng viên", "no-title"),
        ("brvt", "Thứ Bảy, 18/12/2021, 21:07 [GMT+7]", "no-date"),
        ("quangngai", "09:11, 26/11/2016", "no-date"),
    ],
)  # fmt: skip
def test_a_page_without_a_part_is_refused(name: str, gone: str, reason: str) -> None:
    html, says = page(name)
    assert refused(without(html, gone), says["url"]) == reason


def test_a_page_without_a_text_is_refused() -> None:
    html, says = page("seed_desktop")
    start, end = html.index('<div class="s">'), html.index('<div class="z2">')
    assert refused(html[:start] + html[end:], says["url"]) == "no-body"


def test_a_page_cut_short_is_refused() -> None:
    html, says = page("seed_desktop")
    assert refused(html[: html.index("Phát biểu kết luận")], says["url"]) == "truncated"


@pytest.mark.parametrize(
    ("says", "reason"),
    [
        ("Bài viết không tồn tại hoặc đã bị gỡ bỏ.", "soft-404"),
        ("Hệ thống đang được bảo trì, mời quý vị trở lại sau.", "maintenance"),
        ("Bạn cần đăng nhập để xem trang này.", "login"),
        ("Tin nổi bật trong ngày", "no-date"),
    ],
)
def test_a_page_that_lies_with_status_200_is_refused(says: str, reason: str) -> None:
    html = f"""<html><body><div>Thứ 5, 11/07/2024, 15:51</div><h1>Báo Ấp Bắc</h1><p>{says}</p>
        <ul><li><a href="/a/202407/mot-bai-1015001/">Một bài</a> Thứ Năm, 11/07/2024, 08:00 (GMT+7)</li>
        <li><a href="/a/202407/hai-bai-1015002/">Hai bài</a> Thứ Năm, 11/07/2024, 09:00 (GMT+7)</li></ul></body></html>"""
    assert refused(html, "https://baoapbac.vn/a/202407/mot-bai-da-go-1015551/") == reason


def test_the_name_of_the_paper_is_not_taken_for_a_title() -> None:
    html, says = page("seed_mobile")
    named = without(html, f"<h1>{says['title']}</h1>").replace("<p>.</p>", "<p>Báo Ấp Bắc điện tử</p>", 1)
    assert refused(named, says["url"]) == "no-title"


def test_a_title_reworded_after_publication_is_known_by_the_head() -> None:
    html, says = page("brvt")
    reworded = html.replace("Giao chỉ tiêu cho 64 tổ chức cơ sở đảng", "Phiên họp cuối năm của Đảng ủy Khối.")
    assert read(reworded, says["url"])["title"] == "Phiên họp cuối năm của Đảng ủy Khối."


def test_an_address_that_is_no_article_s_is_refused() -> None:
    html, _ = page("seed_desktop")
    assert refused(html, "https://baoapbac.vn/chinh-tri/") == "not-an-article"


@pytest.mark.parametrize(
    "clock",
    [
        "Thứ 5, 11/07/2024, 15:5",
        "Thứ 5, 11/07/2024, 15:51",
        "Thứ Ba, 24/11/2026, 10:20 (GMT+7)",
        "Chủ nhật, ngày 08 tháng 12 năm 2024 16:02 (GMT +7)",
    ],
)
@pytest.mark.parametrize("name", ARTICLES)
def test_a_page_clock_is_never_the_article_s_date(name: str, clock: str) -> None:
    html, says = page(name)
    clocked = html.replace("<body>", f"<body><div>{clock}</div>")
    assert clocked != html
    assert read(clocked, says["url"]) == says


def test_a_page_clock_right_above_the_date_line_is_passed_over() -> None:
    html, says = page("seed_desktop")
    clocked = html.replace('<div class="d">', '<div>Thứ Năm, 11/07/2024, 23:59 (GMT+7)</div>\n<div class="d">')
    assert clocked != html
    assert read(clocked, says["url"]) == says


@pytest.mark.parametrize("name", ARTICLES)
def test_a_related_box_within_the_text_does_not_leak(name: str) -> None:
    html, says = page(name)
    middle = says["body"][len(says["body"]) // 2]
    box = """<div><b>Tin liên quan</b><ul>
        <li><a href="/chinh-tri/202407/bai-khac-1015100/"><img src="/k.jpg" alt="Ảnh khác"></a>
        <a href="/chinh-tri/202407/bai-khac-1015100/">Bài khác đã đưa</a> <i>Thứ Tư, 10/07/2024, 09:11 (GMT+7)</i></li>
        </ul></div>"""
    place = html.rindex(middle.replace("&", "&amp;")[:40])
    place = html.rindex("<", 0, place)
    assert read(html[:place] + box + html[place:], says["url"]) == says


def test_the_text_ends_where_related_lists_begin_without_an_empty_zone() -> None:
    html, says = page("seed_desktop")
    html = without(html, '<div class="z2">.</div>', '<div class="z3">.</div>')
    assert read(html, says["url"]) == says


def test_a_second_date_line_below_the_title_is_the_date_of_an_edit() -> None:
    html, says = page("seed_desktop")
    edited = html.replace('<div class="s">', '<div>Cập nhật: 08:05, 12/07/2024 (GMT+7)</div>\n<div class="s">')
    assert read(edited, says["url"]) == says | {"updated_text": "Cập nhật: 08:05, 12/07/2024 (GMT+7)"}


@pytest.mark.parametrize("html", ["", "<html></html>", "." * 10_000, "<table>" * 50, "\x00<p>Thứ Năm"])
def test_what_is_no_page_at_all_is_refused(html: str) -> None:
    assert refused(html, "https://baoapbac.vn/a/202407/b-1015551/") == "no-date"
    assert APBAC.list_page(html, "https://baoapbac.vn/a/").entries == ()


def test_where_links_lead_is_known_again_on_other_pages_of_the_host_alone() -> None:
    hrefs = [
        "/a/202407/b-1015551/",
        "/a/",
        " /a.pdf",
        "//khac.vn/a/202407/b-1015551/",
        "c/",
        "?page=2",
        "/../a/",
        "#",
    ]
    for url in ("https://baoapbac.vn/x/y/", "https://baoapbac.vn/z/", "http://baodongnai.com.vn/x/"):
        for href, to in zip(hrefs * 2, targets_of(hrefs * 2, url), strict=True):
            address = urljoin(url, href.strip())
            host = urlsplit(address).netloc
            is_here = host == urlsplit(url).netloc
            key = "1015551" if "1015551" in href else None
            assert to.address == address
            assert to.key == (key if is_here or key is None else f"{host}/{key}")
            assert to.path == (urlsplit(address).path.rstrip("/") if is_here else None)
            assert to.leads_away == (is_here and "pdf" not in href)


def _filled(text: str, titles: list[str]) -> bool:
    """The rule of LinkedWords as it is told: without the words of links, the longest first, no word is left."""
    more = re.match(r"(xem|đọc) thêm\s*[:>»-]\s*", text, re.I)
    text = rest = text[more.end() :] if more and not text.endswith(":") else text
    for title in sorted(dict.fromkeys(titles), key=len, reverse=True):
        rest = rest.replace(title, " ")
    left = ONLY_DATE.fullmatch(rest) is None and re.search(r"\w", rest) is not None
    return not text.endswith(":") and rest != text and not left


def test_of_two_links_equally_long_the_first_is_sought_first() -> None:
    assert LinkedWords(["ab", "ba"]).fill("abab")
    assert not LinkedWords(["ba", "ab"]).fill("abab")


def test_lines_of_links_alone_are_told_as_by_trying_every_link() -> None:
    chance = random.Random(7)
    pieces = [
        "Ý",
        "kiến",
        "Ý kiến",
        "Tin",
        "“Tin",
        "1",
        "2",
        ".",
        "-",
        "11/07/2024",
        "15:51",
        "Thứ Năm",
        "a b",
        "b",
        ":",
    ]
    answers = []
    for _ in range(3000):
        titles = [" ".join(chance.choices(pieces, k=chance.randint(1, 3))) for _ in range(chance.randint(1, 4))]
        line = chance.choice(["", " ", "", "-"]).join(
            chance.choices([*pieces, *titles, *titles], k=chance.randint(1, 5))
        )
        answers.append(LinkedWords(titles).fill(line))
        assert answers[-1] == _filled(line, titles), (line, titles)
    assert 300 < sum(answers) < 2700
