"""The party blocs' own sites: numbers in addresses, one of them a Unix time; a page clock."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scraper.cleaning import refine
from scraper.pages import load_family
from scraper.record import record

FIXTURES = Path(__file__).parent / "fixtures/bloc"
SAID = json.loads((FIXTURES / "article.json").read_text("utf-8"))
HTML = (FIXTURES / "article.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("url", "key", "month"),
    [
        ("https://dukccq.daknong.gov.vn/lich-su-truyen-thong/qua-trinh-1636530381.html", "1636530381", (2021, 11)),
        ("https://dukccq.daknong.gov.vn/tin-tuc/dem-giao-thua-1640970000.html?utm_source=x", "1640970000", (2022, 1)),
        ("https://danguykhoi.laichau.gov.vn/tin-hoat-dong-dang-uy-khoi/hoi-nghi-612481", "612481", None),
        ("http://dukccqold.binhdinh.gov.vn/newsdetail.php?id=210&newsid=2394", "2394", None),
        ("http://dukccqold.binhdinh.gov.vn/newsdetail.php?newsid=2394&id=210", "2394", None),
        ("http://dukccqold.binhdinh.gov.vn/news.php?id=210", None, None),
        ("https://dukccq.daknong.gov.vn/tin-tuc.html", None, None),
        ("https://dukccq.daknong.gov.vn/tin-tuc/so-1234567890.html", "1234567890", (2009, 2)),
        ("https://dukccq.daknong.gov.vn/tin-tuc/so-0000000001.html", "0000000001", None),
    ],
)
def test_number_in_the_address_is_the_key_and_may_be_the_time(url, key, month):
    family = load_family("bloc")
    assert (family.key(url), family.month(url)) == (key, month)


def understood(html: str):
    pytest.importorskip("trafilatura", reason="the extractor (extra 'generic') is not installed")
    family = load_family("bloc")
    printed = family.article(html, SAID["url"])
    return printed, refine(
        printed,
        site="s",
        key=family.key(SAID["url"]),  # type: ignore[arg-type]
        trust=family.trust,
        captured_at=datetime(2026, 11, 23, 11, 30, tzinfo=UTC),
        month=family.month(SAID["url"]),
    )


def test_page_says_what_its_fixture_says():
    printed, article = understood(HTML)
    found = record(article)
    for field in ("title", "lead", "body", "published_at"):
        assert found[field] == SAID[field], field
    assert (printed.native_id, printed.parser) == (SAID["key"], "bloc/1")
    assert article.problems == ()


def test_date_that_the_address_contradicts_is_a_problem():
    _, article = understood(HTML.replace("29/12/2021 09:30", "29/10/2022 09:30"))
    assert article.published_day.isoformat() == "2022-10-29"
    assert len(article.problems) == 1


def test_page_clock_is_never_the_date():
    pytest.importorskip("trafilatura", reason="the extractor (extra 'generic') is not installed")
    page = HTML.replace('<p class="date">29/12/2021 09:30</p>', "")
    printed = load_family("bloc").article(page, SAID["url"])
    assert (printed.published_text, printed.witnesses, printed.needs_date) == (None, (), True)
