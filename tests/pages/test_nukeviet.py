"""NukeViet: pages rebuilt from the themes of several versions beside what they say, refusals, a real server."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from scraper.cleaning import refine
from scraper.items import Article, NotAnArticle, Paragraph, Picture, Witness, WitnessSource
from scraper.pages.nukeviet import NukeViet
from tests.realsite import REALPAGES, manifest, needs_realpages

FIXTURES = Path(__file__).parent / "fixtures" / "nukeviet"
VERSIONS = ["v34", "v34_modern", "v40_mobile", "v46"]
CAPTURED = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
NV = NukeViet()


def page(name: str) -> str:
    return (FIXTURES / f"{name}.html").read_text(encoding="utf-8")


def expected(name: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8"))
    return told


def understood(html: str, url: str) -> Article:
    printed = NV.article(html, url)
    key = NV.key(printed.canonical_url or url) or ""
    article = refine(printed, site="khoi", key=key, trust=NV.trust, captured_at=CAPTURED)
    assert isinstance(article, Article), article
    return article


@pytest.mark.parametrize("name", VERSIONS)
@pytest.mark.parametrize(
    "field", ["canonical_url", "native_id", "title", "lead", "byline", "section", "published_text", "updated_text"]
)
def test_page_prints(name, field):
    assert getattr(NV.article(page(name), expected(name)["address"]), field) == expected(name)[field]


@pytest.mark.parametrize("name", VERSIONS)
def test_page_says(name):
    told = expected(name)
    article = understood(page(name), told["address"])
    assert list(article.body) == told["body"]
    assert [[figure.src, figure.caption] for figure in article.figures] == told["pictures"]
    assert list(article.tags) == told["tags"]
    assert article.author == told.get("author", told["byline"])
    assert article.masthead == told["masthead"]
    assert article.published_at is not None
    assert article.published_at.isoformat() == told["published_at"]
    assert article.problems == ()


@pytest.mark.parametrize("name", ["v34", "v46"])
def test_other_names_of_a_theme_are_not_relied_upon(name):
    kept = {"bodytext", "news-bodyhtml", "hometext", "hidden", "d-none"}

    def rename(found: re.Match[str]) -> str:
        return f'{found[1]}="{" ".join(n if n in kept else f"x{hash(n) % 997}" for n in found[2].split())}"'

    renamed = re.sub(r'\b(class|id)="([^"]*)"', rename, page(name))
    assert renamed != page(name)
    assert NV.article(renamed, expected(name)["address"]) == NV.article(page(name), expected(name)["address"])


@pytest.mark.parametrize(
    ("reason", "pattern", "left"),
    [
        ("no-title", r"<h1 class=\"title.*?</h1>", ""),
        ("no-title", r"(<h1 class=\"title[^>]*>).*?</h1>", r"\1</h1>"),
        ("no-date", r"Thứ năm - 11/07/2024 15:51", ""),
        ("no-body", r"(<div id=\"news-bodyhtml\"[^>]*>).*?(<div class=\"panel panel-default\">)", r"\1</div>\2"),
        ("no-body", r"id=\"news-bodyhtml\" class=\"bodytext", 'class="other'),
    ],
)
def test_a_layout_that_has_changed_is_refused(reason, pattern, left):
    changed = re.sub(pattern, left, page("v46"), flags=re.S)
    assert changed != page("v46")
    with pytest.raises(NotAnArticle) as refusal:
        NV.article(changed, expected("v46")["address"])
    assert refusal.value.reason == reason


@pytest.mark.parametrize(
    ("reason", "html"),
    [
        ("soft-404", "<title>Lỗi truy cập 404</title><h2>Lỗi truy cập 404</h2>Trang web không tồn tại trên máy chủ"),
        ("blocked", "<title>Hãy đợi...</title><p>Hệ thống đang từ chối truy cập của bạn</p>"),
        ("maintenance", "<title>Website tạm ngưng hoạt động</title><p>Vì lý do kỹ thuật</p>"),
        ("not-an-article", page("list")),
        (
            "not-an-article",
            page("v46").replace("<header>", '<a onclick="window.print()" href="javascript:;">In ra</a>'),
        ),
    ],
)
def test_other_pages_are_no_articles(reason, html):
    with pytest.raises(NotAnArticle) as refusal:
        NV.article(html, "https://khoi.example.vn/kiem-tra/so-ket-108.html")
    assert refusal.value.reason == reason


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("https://khoi.vn/kiem-tra/so-ket-108.html", "108"),
        ("http://www.khoi.vn/vi/news/kiem-tra/so-ket-108.html?utm_source=zalo#comment", "108"),
        ("https://khoi.vn/news/kiem-tra/so-ket-108.html", "108"),
        ("https://khoi.vn/index.php?language=vi&nv=news&op=kiem-tra/so-ket-108.html", "108"),
        ("https://khoi.vn/index.php?nv=news&amp;op=x/y-108", None),
        ("https://khoi.vn/vi/news/Kiem-tra/So-ket-cong-tac-108/", "108"),
        ("https://khoi.vn/vi/tin-tuc/kiem-tra/so-ket-108.html", "tin-tuc:108"),
        ("https://khoi.vn/kiem-tra/", None),
        ("https://khoi.vn/kiem-tra/page-2/", None),
        ("https://khoi.vn/vi/news/nghi-quyet-35/", None),
        ("https://khoi.vn/news/nghi-quyet-35/", None),
        ("https://khoi.vn/tin-tuc/nghi-quyet-35/", None),
        ("https://khoi.vn/about/gioi-thieu-2.html", None),
        ("https://khoi.vn/tag/nghi-quyet-35/", None),
        ("https://khoi.vn/topic/dai-hoi-13/", None),
        ("https://khoi.vn/print/kiem-tra/so-ket-108.html", None),
        ("https://khoi.vn/uploads/news/2024_07/bao-cao-2.html", None),
    ],
)
def test_key_is_the_number_in_every_form_of_address(address, key):
    assert NV.key(address) == key


@pytest.mark.parametrize(
    ("address", "asked"),
    [
        ("https://khoi.vn/a/so-ket-108.html?utm_source=zalo#comment", "https://khoi.vn/a/so-ket-108.html"),
        ("https://khoi.vn/a/so-ket-108.html/", "https://khoi.vn/a/so-ket-108.html"),
        ("https://khoi.vn/vi/news/A/So-ket-108/", "https://khoi.vn/vi/news/A/So-ket-108/"),
        ("https://khoi.vn/index.php?nv=news&op=a/so-ket-108", "https://khoi.vn/index.php?nv=news&op=a/so-ket-108"),
        ("https://khoi.vn/kiem-tra/?page=2", "https://khoi.vn/kiem-tra/?page=2"),
        ("https://khoi.vn/print/a/so-ket-108.html", None),
        ("https://khoi.vn/vi/news/savefile/A/So-ket-108/", None),
        ("https://khoi.vn/index.php?language=vi&nv=news&op=print/a/so-ket-108.html", None),
    ],
)
def test_second_copies_are_never_asked_for(address, asked):
    assert NV.fetch_url(address) == asked


def test_list_page_shows_its_articles_with_their_dates():
    host = "https://khoi.example.vn"
    shown = NV.list_page(page("list"), f"{host}/kiem-tra/page-2/")
    assert [(entry.url.removeprefix(host), entry.title, entry.date_text) for entry in shown.entries] == [
        ("/kiem-tra/bai-mot-105.html", "Bài một: mở đầu", "08/11/2024 09:19:42"),
        ("/kiem-tra/bai-hai-104.html", "Bài hai", "07-11-2024 03:05:10 PM"),
        ("/giam-sat/bai-ba-103.html", "Bài ba", None),
        ("/kiem-tra/bai-bon-102.html", "Bài bốn", "06/11/2024"),
    ]


@pytest.mark.parametrize(
    ("asked", "following"),
    [
        ("/kiem-tra/page-2/", "/kiem-tra/page-3/"),
        ("/kiem-tra/page-3/", "/kiem-tra/page-4/"),
        ("/kiem-tra/page-4/", None),
        ("/kiem-tra/page-99/", None),
    ],
)
def test_pager_goes_up_only_and_stays_in_its_list(asked, following):
    shown = NV.list_page(page("list"), f"https://khoi.example.vn{asked}")
    assert shown.next_url == (f"https://khoi.example.vn{following}" if following else None)


def test_sitemap_decides_where_the_page_shows_the_time_of_the_visitors_country():
    html = page("v46").replace("2024-07-11+0715:51:20", "").replace("11/07/2024 15:51", "11/07/2024 04:51")
    printed = NV.article(html, expected("v46")["address"])
    article = refine(
        printed,
        site="khoi",
        key="108",
        trust=NV.trust,
        captured_at=CAPTURED,
        other_witnesses=[Witness(WitnessSource.SITEMAP, "2024-07-11T15:51:20+07:00")],
    )
    assert isinstance(article, Article)
    assert article.published_at is not None
    assert article.published_at.isoformat() == "2024-07-11T15:51:20+07:00"
    assert [problem.kind for problem in article.problems] == ["date-zone"]


def test_zone_inside_the_machine_stamp_is_read():
    html = (
        page("v46").replace("2024-07-11+0715:51:20", "2024-07-11EDT04:51:20").replace("15:51</span>", "04:51</span>")
    )
    article = understood(html, expected("v46")["address"])
    assert article.published_at is not None
    assert article.published_at.astimezone(UTC) == datetime(2024, 7, 11, 8, 51, 20, tzinfo=UTC)


@needs_realpages
def test_accuracy_on_the_pages_of_a_real_server():
    """Field by field, against the rows of the server's database."""
    truth = {article["id"]: article for article in manifest()["articles"] if article["site"] == "nukeviet"}
    right: Counter[str] = Counter()
    wrong: list[str] = []
    for served in manifest()["pages"]:
        file, url = served["file"], served["url"]
        if not file.startswith("nukeviet/") or served["status"] not in {200, 404}:
            continue
        html = (REALPAGES / file).read_text(encoding="utf-8")
        if "html" not in served["content_type"] or not html:
            continue
        try:
            article = understood(html, url)
        except NotAnArticle:
            continue
        row = truth[int(article.key)]
        assert row["state"] == "published", file
        pairs = {
            "title": (article.title, row["title"]),
            "lead": (article.lead, row["lead"]),
            "body": (list(article.body), row["body"]),
            "minute": (f"{article.published_at:%Y-%m-%dT%H:%M}", row["published"][:16]),
            "author": (article.author or "", row["author"]),
            "captions": ([figure.caption for figure in article.figures if figure.caption], row["captions"]),
            "section": (article.section, row["category"]),
            "tags": (sorted(article.tags), sorted(row["tags"])),
            "address": (article.url, row["url"]),
        }
        for field, (said, told) in pairs.items():
            right[field] += said == told
            wrong += [f"{file} {field}: {said!r}, not {told!r}"] if said != told else []
    assert wrong == []
    copies = {"nukeviet/special/query.html", "nukeviet/special/index_php.html"}
    pages = [p for p in manifest()["pages"] if p["file"].startswith("nukeviet/") and p["status"] == 200]
    assert set(right.values()) == {sum(p["kind"] == "article" or p["file"] in copies for p in pages)}


@needs_realpages
def test_real_lists_name_every_article_and_end():
    family = NukeViet()
    for served in manifest()["pages"]:
        if (
            served["kind"] != "listing"
            or not served["file"].startswith("nukeviet/cat_tin-hoat-dong")
            or not served["bytes"]
        ):
            continue
        shown = family.list_page((REALPAGES / served["file"]).read_text(encoding="utf-8"), served["url"])
        number = int(served["file"][-6])
        assert len(shown.entries) >= 7
        assert all(entry.title and "&#" not in entry.title and entry.date_text for entry in shown.entries)
        assert shown.next_url == (f"http://127.0.0.1:18081/tin-hoat-dong/page-{number + 1}/" if number < 3 else None)


def test_signature_and_pictures_stand_in_the_printed_body():
    printed = NV.article(page("v40_mobile"), expected("v40_mobile")["address"])
    assert isinstance(printed.body[0], Picture)
    assert printed.body[-1] == Paragraph(text="P. MAI", align="right", bold=True)
