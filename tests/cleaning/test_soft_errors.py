"""Short true news is kept, error pages are not: 45 and 87 pages, all but seven frozen before the rules they judge."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from scraper.cleaning import error_words, soft_errors
from scraper.items import Article, Paragraph, PrintedArticle, Reject
from scraper.reading import read_article
from scraper.sites import Site
from scraper.sites.families import FAMILIES
from scraper.text import fold
from tests.cleaning.frames import FRAMES, page

FROZEN = Path(__file__).parent / "frozen"
PROXIES: dict[str, list[dict[str, str]]] = tomllib.loads((FROZEN / "proxies.toml").read_text(encoding="utf-8"))
NEWS = [*tomllib.loads((FROZEN / "short_news.toml").read_text(encoding="utf-8"))["news"], *PROXIES["news"]]
ERRORS = [*tomllib.loads((FROZEN / "error_pages.toml").read_text(encoding="utf-8"))["page"], *PROXIES["page"]]
SERVED = sorted((FROZEN / "servers").glob("*.html"))
CAPTURED = datetime(2024, 7, 12, 1, 30, tzinfo=UTC)


def read(body: bytes, url: str, site: Site) -> Article | Reject:
    return read_article(body, url, site, captured_at=CAPTURED, content_type="text/html; charset=utf-8")


def in_frame(frame: str, said: dict[str, str]) -> Article | Reject:
    return read(*page(frame, said["title"], said["text"]))


def judged(said: dict[str, str]) -> Reject | None:
    printed = PrintedArticle(
        url="https://thu.example.vn/bai-1.html",
        canonical_url=None,
        native_id=None,
        title=said["title"],
        body=(Paragraph(text=said["text"]),),
    )
    return soft_errors.soft_error(printed)


def wrongly_judged() -> tuple[int, int]:
    """How many of the news are refused and how many of the rebuilt error pages are accepted."""
    return sum(judged(said) is not None for said in NEWS), sum(judged(said) is None for said in ERRORS)


def test_there_are_45_news_and_87_other_pages():
    assert (len(NEWS), len(ERRORS), len(SERVED)) == (45, 62, 25)


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("said", NEWS, ids=lambda said: said["title"][:30])
def test_short_news_is_kept(frame, said):
    article = in_frame(frame, said)
    assert isinstance(article, Article), article
    text = " ".join((article.lead or "", *article.body)).strip()
    assert (article.title, text) == (said["title"], said["text"])


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("said", ERRORS, ids=lambda said: said["text"][:30])
def test_error_page_in_an_articles_frame_is_refused(frame, said):
    refused = in_frame(frame, said)
    assert isinstance(refused, Reject)
    assert refused.reason == said["kind"] or refused.reason in {"no-title", "no-body"}, refused


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("served", SERVED, ids=lambda path: path.stem)
def test_error_page_of_a_server_is_refused_by_every_family(family, served):
    site = Site(
        id="thu",
        name="Báo Thử",
        kind="newspaper",
        province="Tiền Giang",
        family=family,
        home="https://thu.example.vn/",
    )
    urls = {url for _, _, url in FRAMES.values()}
    assert all(isinstance(read(served.read_bytes(), url, site), Reject) for url in urls)


def _phrase_alone(title: str, text: str) -> tuple[str, str] | None:
    return soft_errors._announcement(text) or soft_errors._announcement(title)


def _share_without_marks(text: str) -> float:
    words = re.findall(r"[^\W\d_]+", fold(text))
    return sum(word in error_words.BARE_ERROR_WORDS for word in words) / len(words)


def _without(reason: str) -> tuple[tuple[str, Any], ...]:
    return tuple((name, phrases) for name, phrases in soft_errors._PHRASES if name != reason)


WRONG_RULES: dict[str, tuple[str, Any]] = {
    "no page is refused": ("_announced_error", lambda title, text: None),
    "every short page is refused": ("_announced_error", lambda title, text: ("soft-404", "short")),
    "a phrase alone refuses": ("_announced_error", _phrase_alone),
    "a phrase in the title alone refuses": ("_announced_error", lambda title, text: soft_errors._announcement(title)),
    "half of an error page's words are enough": ("_SAID_BY_ERRORS", 0.5),
    "every word must be an error page's": ("_SAID_BY_ERRORS", 1.01),
    "no page is short": ("_SHORT_PAGE", 0),
    "words are compared without their marks": ("_share_of_error_words", _share_without_marks),
    "English is not known": ("ERROR_WORDS", frozenset()),
    "missing pages are not known": ("_PHRASES", _without("soft-404")),
    "maintenance is not known": ("_PHRASES", _without("maintenance")),
    "log-ins are not known": ("_PHRASES", _without("login")),
    "blocks are not known": ("_PHRASES", _without("blocked")),
    "parked domains are not known": ("_PHRASES", _without("parked")),
}


@pytest.mark.parametrize("wrong", WRONG_RULES)
def test_wrong_rule_judges_some_page_wrongly(wrong, monkeypatch):
    assert wrongly_judged() == (0, 0)
    name, value = WRONG_RULES[wrong]
    monkeypatch.setattr(soft_errors, name, value)
    assert wrongly_judged() != (0, 0)
