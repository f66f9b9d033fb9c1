"""A new site that fits no family: what a dozen of its own pages teach is written into its file."""

from __future__ import annotations

import asyncio
import tomllib
from pathlib import Path

import pytest

from scraper.commands.polite_visits import Answer, Ask
from scraper.commands.site_survey import Findings, look_at_site, site_file
from scraper.items import Paragraph
from scraper.pages import pages_of
from scraper.sites.site import Fetch, read_site
from tests.learning.markup import Paper
from tests.learning.truth import Truth


def server(pages: dict[str, str]) -> Ask:
    """A server that has these pages and nothing else."""

    async def ask(url: str) -> Answer | None:
        html = pages.get(url)
        headers = (("Content-Type", "text/html; charset=utf-8"),)
        return Answer(url=url, status=404 if html is None else 200, headers=headers, body=(html or "").encode())

    return ask


def looked_at(paper: Paper, articles: list[Truth], family: str | None = None) -> Findings:
    pages = {paper.url(truth): paper.article(truth) for truth in articles}
    return asyncio.run(look_at_site(server(pages | {paper.home: paper.list_page()}), paper.home, family))


@pytest.mark.parametrize("seed", [1, 3, 8])
def test_what_the_pages_teach_is_written_and_reads_the_others(seed: int, tmp_path: Path) -> None:
    paper = Paper(seed)
    found = looked_at(paper, paper.articles)
    assert found.is_read
    assert "learned from 12 of them" in found.recognition.evidence[0]
    path = tmp_path / "giay.toml"
    path.write_text(site_file(found, Fetch(), kind="newspaper", province="Tiền Giang", today="2026-11-28"), "utf-8")
    site = read_site(path)
    assert {"title", "body"} <= site.select.keys()
    shown = [truth for truth in paper.articles if truth is not None][-3:]
    for truth in shown:
        printed = pages_of(site).article(paper.article(truth), paper.url(truth))
        assert printed.parser.startswith("learned/")
        assert printed.title == truth.title
        texts = [block.text for block in printed.body if isinstance(block, Paragraph)]
        assert all(text in texts for text in truth.body)


def test_below_five_pages_nothing_is_written(tmp_path: Path) -> None:
    paper = Paper(1)
    found = looked_at(paper, paper.articles[:4])
    assert not found.learned
    written = site_file(found, Fetch(), kind=None, province=None, today="2026-11-28")
    assert "select" not in tomllib.loads(written)


def test_a_family_that_a_person_chose_stays() -> None:
    paper = Paper(3)
    assert not looked_at(paper, paper.articles, "generic").learned
