"""Pages of other servers and papers, field by field: what is read right, and each field that is not, by name."""

from __future__ import annotations

import pytest

from scraper.pages.feeds import looks_like_feed, looks_like_sitemap, read_feed, read_sitemap
from tests.servers import SHARED, Outcome, outcomes

needs_shared = pytest.mark.skipif(
    not all((SHARED / name).is_dir() for name in ("realpages2", "realpages3", "realhtml")),
    reason="the folder shared, with pages of other servers, is not beside the repository",
)

KNOWN_WRONG = {
    # ColorMag prints no tags. The post's classes tell them without marks and capitals; its text writes one of
    # them with a capital that the tag does not have.
    ("colormag", "tags"): 1,
    # The second and third page of a post are pages of their own, and not at hand.
    ("colormag", "body"): 1,
    ("t25", "body"): 1,
    # A figcaption that says nothing but the photographer's name is text to the server's own truth.
    ("egovm", "body"): 1,
    ("egovm", "captions"): 1,
}


@pytest.fixture(scope="module")
def seen() -> list[Outcome]:
    return outcomes()


@needs_shared
def test_no_page_that_is_no_article_is_read_as_one(seen):
    assert [outcome for outcome in seen if outcome.is_junk] == []


@needs_shared
def test_every_article_is_read(seen):
    """Ten of Astra and Twenty Twenty-Five by the date of a feed that is rebuilt (see tests/servers.py)."""
    refused = [(outcome.server, outcome.page) for outcome in seen if outcome.refused and outcome.truth]
    assert refused == []


@needs_shared
def test_a_body_that_goes_on_elsewhere_is_told(seen):
    short = [outcome for outcome in seen if outcome.server in {"colormag", "t25"} and "body" in outcome.wrong]
    assert len(short) == 2
    assert all("parts" in outcome.problems for outcome in short)


@needs_shared
def test_every_field_is_right_but_for_those_named(seen):
    wrong: dict[tuple[str, str], int] = {}
    for outcome in seen:
        for name in outcome.wrong:
            wrong[outcome.server, name] = wrong.get((outcome.server, name), 0) + 1
    assert wrong == KNOWN_WRONG


@needs_shared
@pytest.mark.parametrize("server", ["national", "baoangiang", "baocantho", "baodanang", "baonghean", "baotayninh"])
def test_papers_are_right_in_every_field(seen, server):
    pages = [outcome for outcome in seen if outcome.server == server]
    assert pages
    assert all(not outcome.wrong and not outcome.refused for outcome in pages)


FEEDS = sorted((SHARED / "cases" / "feeds").glob("[fs]*.xml"))
NEITHER = {"f17_uppercase", "f18_json_feed", "s04_gz_in_gz", "s11_html_404"}
FEWER = {"f19_guid_only_nolink": 1, "s02_multi_member": 1, "s13_empty_urlset": 0}


@pytest.mark.skipif(not FEEDS, reason="the folder shared, with small feeds, is not beside the repository")
def test_feeds_and_sitemaps_give_their_two_entries():
    for path in FEEDS:
        body, url = path.read_bytes(), "https://mc.example.vn/danh-sach"
        if path.stem in NEITHER:
            assert not looks_like_feed(body), path.stem
            assert not looks_like_sitemap(body), path.stem
            continue
        shown = read_feed(body, url) if looks_like_feed(body) else read_sitemap(body, url)
        assert len(shown.entries) == FEWER.get(path.stem, 2), path.stem
