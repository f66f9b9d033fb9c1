"""The generated paper has as much on a page as its documentation says, and what its reader is to find."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from lxml import html

from scraper.items import Article
from scraper.reading import read_article
from scraper.sites import Site
from tests.benchmarks.loading import benchmark

NIGHT = datetime(2026, 11, 28, 1, 30, tzinfo=UTC)
BASE = "http://127.7.9.2:80"
PAPER = benchmark("newspaper").Newspaper("127.7.9.2", 100, NIGHT, nightly=20, sitemap=True)

BOUNDS = {
    "KB": (77, 419),
    "KB gzipped": (15, 75),
    "elements": (700, 1386),
    "links": (108, 257),
    "links around a picture": (4, 26),
    "pictures": (10, 33),
    "paragraphs": (16, 44),
    "meta elements": (26, 44),
    "scripts and styles": (20, 50),
    "svg and their paths": (3, 98),
    "comments": (3, 38),
    "deepest element": (14, 21),
    "mean depth": (7.9, 10.5),
    "attributes an element": (1.6, 2.1),
    "KB in scripts and styles": (26, 206),
    "KB of text": (7, 14),
}
"""Between the quartiles of real articles, or as in Vietnamese papers where those differ (paper_page.py has both)."""


def story(number: int, night: int = 1) -> bytes:
    status, kind, body = PAPER.answer(PAPER.path(number), night)
    assert status == 200 and kind.startswith("text/html")
    return bytes(body).replace(b"{base}", BASE.encode())


def parsed(page: bytes) -> Any:
    return html.document_fromstring(page.decode())


def counts(page: bytes) -> dict[str, float]:
    whole = parsed(page)
    elements = [each for each in whole.iter() if isinstance(each.tag, str)]
    depths = [sum(1 for _ in each.iterancestors()) for each in elements]
    code = [each for each in elements if each.tag in {"script", "style"}]

    def number(*tags: str) -> int:
        return sum(each.tag in tags for each in elements)

    text = "".join(whole.xpath("//body//text()[not(parent::script or parent::style or parent::noscript)]"))
    return {
        "KB": len(page) / 1000,
        "KB gzipped": len(gzip.compress(page, 6)) / 1000,
        "elements": len(elements),
        "links": len(whole.xpath("//a[@href]")),
        "links around a picture": len(whole.xpath("//a[@href][.//img]")),
        "pictures": number("img"),
        "paragraphs": number("p"),
        "meta elements": number("meta"),
        "scripts and styles": len(code),
        "svg and their paths": number("svg", "path"),
        "comments": len(whole.xpath("//comment()")),
        "deepest element": max(depths),
        "mean depth": sum(depths) / len(depths),
        "attributes an element": sum(len(each.attrib) for each in elements) / len(elements),
        "KB in scripts and styles": sum(len(each.text or "") for each in code) / 1000,
        "KB of text": len(" ".join(text.split()).encode()) / 1000,
    }


@pytest.mark.parametrize("number", [1, 50, 100])
def test_a_story_has_as_much_as_real_ones(number: int) -> None:
    found = counts(story(number))
    assert {name: value for name, value in found.items() if not BOUNDS[name][0] <= value <= BOUNDS[name][1]} == {}


def test_a_story_says_the_same_on_every_later_night() -> None:
    assert story(100, night=1) == story(100, night=9)
    assert PAPER.answer(PAPER.path(101), 1)[0] == 404
    assert PAPER.answer(PAPER.path(101), 2)[0] == 200


def test_a_story_is_read_as_it_was_printed() -> None:
    site = Site.model_validate(
        {"id": "bao", "name": "Báo", "kind": "newspaper", "province": "Tiền Giang", "family": "apbac", "home": BASE}
    )
    for number in (1, 2, 63):
        read = read_article(story(number), BASE + PAPER.path(number), site, captured_at=NIGHT + timedelta(hours=1))
        printed = PAPER.words_of(number)
        assert isinstance(read, Article)
        assert (read.title, read.lead, list(read.body)) == (
            PAPER.title(number),
            f"(ABO) {printed.lead}",
            printed.paragraphs,
        )
        assert [figure.alt for figure in read.figures] == printed.captions
        assert read.published_at == PAPER.published(number)
        assert read.problems == ()


def test_the_head_tells_what_the_page_prints() -> None:
    whole = parsed(story(7))
    (linked,) = (json.loads(each) for each in whole.xpath("//script[@type='application/ld+json']/text()"))
    assert linked["headline"] == PAPER.title(7)
    assert datetime.fromisoformat(linked["datePublished"]) == PAPER.published(7)
    assert whole.xpath("string(//meta[@property='article:published_time']/@content)") == linked["datePublished"]
    assert whole.xpath("string(//meta[@property='og:image']/@content)") == linked["image"]["url"]


def test_every_picture_of_a_story_is_there_and_tells_its_size() -> None:
    whole = parsed(story(7))
    pictures = whole.xpath("//div[@id='content']//img/@src") + whole.xpath(
        "//img[contains(@data-src, '/data')]/@data-src"
    )
    assert len(pictures) > 20
    for path in pictures:
        status, kind, body = PAPER.answer(path, 1)
        assert (status, kind, body[:8]) == (200, "image/png", b"\x89PNG\r\n\x1a\n")
        assert (int.from_bytes(body[16:20]), int.from_bytes(body[20:24])) == (480, 320)
