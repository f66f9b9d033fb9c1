"""Papers that their site files describe: a page rebuilt after the evidence of each, read with its site's own file."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scraper.items import Article
from scraper.reading import read_article
from scraper.record import record
from scraper.sites import load_sites

FIXTURES = Path(__file__).parent / "fixtures" / "described"
SITES = load_sites()
FIELDS = ("title", "lead", "body", "figures", "author", "section", "tags", "published_text", "published_at")


def test_each_described_paper_has_a_rebuilt_page():
    described = {site.id for site in SITES.values() if site.family == "described"}
    assert described == {path.stem for path in FIXTURES.glob("*.json")}


def test_papers_without_a_family_are_those_of_which_only_addresses_are_known():
    papers = [site for site in SITES.values() if site.kind == "newspaper"]
    without = {site.id for site in papers if site.family == "generic"}
    assert without == {"baokiengiang", "baosonla", "baotravinh"}
    assert len(without) <= 5


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*.json")), ids=lambda path: path.stem)
def test_rebuilt_page_is_read_right(path):
    said = json.loads(path.read_text("utf-8"))
    body = path.with_suffix(".html").read_bytes()
    site = SITES[path.stem]
    captured = datetime(2026, 11, 23, 18, 30, tzinfo=UTC)
    article = read_article(body, said["url"], site, captured_at=captured, content_type="text/html; charset=utf-8")
    assert isinstance(article, Article), article
    found = record(article)
    assert {field: found[field] for field in FIELDS} == {field: said[field] for field in FIELDS}
    assert (article.key, article.parser, article.problems) == (said["key"], "described/1", ())
