"""Pages of one truth in two hundred markups drawn at random: learned on twelve, read on others."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.learning.markup import NAMES, Paper
from tests.learning.scoring import Outcome, outcome

MARKUPS = 200


@pytest.fixture(scope="module")
def outcomes() -> list[Outcome]:
    return [outcome(seed) for seed in range(MARKUPS)]


@pytest.mark.slow
def test_every_field_is_right_on_nearly_every_page(outcomes: list[Outcome]) -> None:
    pages = sum(each.pages for each in outcomes)
    wrong = Counter(name for each in outcomes for name, _, _ in each.wrong)
    assert pages == 4 * MARKUPS
    assert sum(each.whole for each in outcomes) >= 0.97 * pages, wrong


@pytest.mark.slow
def test_no_page_that_is_no_article_is_read(outcomes: list[Outcome]) -> None:
    assert [url for each in outcomes for url in each.junk_read] == []


@pytest.mark.slow
def test_no_wrong_date_is_silent(outcomes: list[Outcome]) -> None:
    assert [url for each in outcomes for url in each.silent_dates] == []


@pytest.mark.slow
def test_pages_read_one_by_one_without_learning_are_never_wrong_in_silence() -> None:
    """The family for unknown software knows a single page. It reads most right, and nothing that is no article."""
    seen = [outcome(seed, pages=1, learns=False) for seed in range(MARKUPS)]
    assert [url for each in seen for url in each.junk_read + each.silent_dates] == []
    assert sum(each.whole for each in seen) >= 0.6 * MARKUPS
    titles = [(told, read) for each in seen for name, told, read in each.wrong if name == "title"]
    assert [read for _, read in titles if not str(read).startswith("refused")] == []


def test_no_name_tells_what_an_element_holds() -> None:
    """Over many papers each part is called by many names, and each name calls many parts."""
    papers = [Paper(seed) for seed in range(60)]
    for part in ("title", "lead", "body", "date", "author", "caption", "more", "share"):
        assert len({paper.mark[part] for paper in papers}) > 25, part
    called = Counter(
        name for paper in papers for part, name in paper.mark.items() if part in ("title", "body", "more")
    )
    assert called.most_common(1)[0][1] <= 12
    assert set(called) <= {*NAMES, *called} and len(called) > 40
    bodies = {paper.mark["body"] for paper in papers}
    assert bodies & {paper.mark["more"] for paper in papers} and bodies & {paper.mark["share"] for paper in papers}


def test_markups_differ_and_the_same_seed_draws_the_same() -> None:
    pages = {seed: Paper(seed).article(Paper(seed).articles[0]) for seed in range(20)}
    assert len(set(pages.values())) == 20
    assert Paper(7).article(Paper(7).articles[0]) == pages[7]
