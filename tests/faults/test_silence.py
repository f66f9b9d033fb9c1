"""Ways in which an article or an edit could fail to arrive in silence, each on a paper of its own, in whole nights.

All papers are in one archive. On the second night each shows its kind of fault; the third is good again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest

from flows.outcome.exit_codes import ExitCode, RunError
from flows.outcome.night_summary import NightSummary
from flows.runs.night import run_night
from tests.faults.forked import forked_crawls
from tests.faults.generated_paper import GeneratedPaper
from tests.faults.newspaper import FaultNewspaper, Page, Reply, Story
from tests.faults.nights import Nights
from tests.faults.scenario import Fault, PlannedArticle, Scenario

OLD = 200 * 1440
"""Minutes. An article of that age has no planned re-check before it any more."""

GOLD = "Giá vàng hôm nay"


def old_articles(count: int, **edit: int | bool) -> tuple[PlannedArticle, ...]:
    """Old articles, all of them changed as ``edit`` says."""
    return tuple(PlannedArticle(number, 1, OLD + number, **edit) for number in range(1, count + 1))  # type: ignore[arg-type]


def recent(*numbers: int) -> tuple[PlannedArticle, ...]:
    """Articles of the first night."""
    return tuple(PlannedArticle(number, 1, 30 + 11 * number) for number in numbers)


def scenario(articles: tuple[PlannedArticle, ...], *faults: Fault, sitemap: bool = False) -> Scenario:
    return Scenario(1, 10, "none", 2, articles, faults, sitemap=sitemap)


@dataclass(frozen=True)
class Gold(Story):
    """An article of a column that has the same title each day."""

    @property
    def title(self) -> str:
        return GOLD


class GoldPaper(FaultNewspaper):
    """Most of its articles have one title."""

    def stories(self, night: int | None = None) -> list[Story]:
        return [Gold(s.number, s.published, s.since) if s.number != 1 else s for s in super().stories(night)]


def one_is_no_page(paper: FaultNewspaper, page: Page) -> Reply:
    """The newest article is a file."""
    if page.story is not None and page.story.number == 10:
        return Reply(200, b"%PDF-1.4", {"Content-Type": "application/pdf"})
    return page.good


def in_two_parts(paper: FaultNewspaper, page: Page) -> Reply:
    """The newest article goes on on a second page."""
    if page.story is not None and page.story.number == 10:
        body = page.good.body.replace(b"</body>", f'<a href="{page.story.path}2/">2</a></body>'.encode())
        return replace(page.good, body=body)
    return page.good


def thirteen_lead_home(paper: FaultNewspaper, page: Page) -> Reply:
    """On the second night thirteen of thirty articles lead to the first page."""
    if paper.night == 2 and page.story is not None and page.story.number <= 13:
        return Reply(302, b"", {"Location": "/"})
    return page.good


@dataclass
class Played:
    """The nights that were played, and what each said."""

    nights: Nights
    summaries: dict[int, NightSummary]
    asked: dict[str, int]  # paper to its article pages asked for on the second night

    def said(self, site: str, night: int = 2) -> str:
        """What the night's report says of the site; empty where it names it not."""
        summary = self.summaries[night]
        told = [str(summary.failures[site])] if site in summary.failures else []
        return "; ".join([*told, *(str(finding.message) for finding in summary.findings if finding.site == site)])

    def titles(self, site: str) -> list[str]:
        return [row["title"] for row in self.nights.rows("SELECT title FROM articles WHERE site = ?", site)]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    today = datetime.now(UTC)
    edited = {"edited": 2, "retitled": True}
    papers: dict[str, FaultNewspaper] = {
        "retitled": GeneratedPaper(today, scenario=scenario(old_articles(3, **edited))),
        "chained": GeneratedPaper(
            today, scenario=replace(scenario(old_articles(1, **edited), Fault(2, "article", "chain")), canonical=True)
        ),
        "cached": GeneratedPaper(
            today, scenario=scenario(old_articles(1, **edited), Fault(2, "article", "older", 1))
        ),
        "vain": GeneratedPaper(
            today, scenario=scenario(old_articles(1, edited=2), Fault(2, "article", "500", 1), sitemap=True)
        ),
        "unlisted": GeneratedPaper(
            today,
            scenario=replace(
                scenario(
                    (*recent(1, 2, 3, 4, 5), PlannedArticle(6, 2, 20), PlannedArticle(7, 2, 9 * 1440)),
                    Fault(2, "article", "another", 6),
                    sitemap=True,
                ),
                page_size=2,
            ),
        ),
        "alike": GeneratedPaper(
            today,
            scenario=scenario(recent(1, 11), Fault(1, "article", "503", 11), Fault(2, "article", "to-other", 11)),
        ),
        "moved": GeneratedPaper(
            today,
            scenario=scenario(
                (*recent(1, 2), PlannedArticle(3, 1, 30, moved=2)),
                Fault(2, "article", "login", 3),
                Fault(3, "article", "login", 3),
            ),
        ),
        "unseen": GeneratedPaper(today, scenario=scenario(old_articles(1, **edited), Fault(2, "article", "500", 1))),
        "lastmod": GeneratedPaper(today, scenario=scenario(old_articles(3, edited=2), sitemap=True)),
        "theme": GeneratedPaper(today, scenario=scenario(old_articles(30, edited=2), sitemap=True)),
        "aged": GeneratedPaper(
            today,
            scenario=scenario((*old_articles(3), PlannedArticle(4, 2, 20)), Fault(2, "list", "aged", 1, 1)),
        ),
        "gold": GoldPaper(today),
        "file": FaultNewspaper(today, profile=one_is_no_page),
        "parts": FaultNewspaper(today, profile=in_two_parts),
        "away": FaultNewspaper(today, first=30, nightly=0, per_page=40, profile=thirteen_lead_home),
    }
    nights = Nights(tmp_path_factory.mktemp("silence"))
    summaries, asked = {}, {}
    try:
        for name, paper in papers.items():
            paper.start()
            nights.add(name, paper)
        for night in (1, 2, 3):
            for name, paper in papers.items():
                if isinstance(paper, GeneratedPaper):
                    paper.begin(night)
                asked[name] = len(paper.log)
            with forked_crawls():
                summaries[night] = nights.run(night, processes=1)
            for name, paper in papers.items():
                if night == 2:
                    asked[name] = sum("bai-so" in line.path for line in paper.log[asked[name] :])
            if night == 2:
                of_second = dict(asked)
        yield Played(nights, summaries, of_second)
    finally:
        for paper in papers.values():
            paper.stop()


def test_an_edit_behind_a_chain_of_redirects_is_kept(played: Played) -> None:
    assert [title.partition(": ")[2] for title in played.titles("chained")] == ["tin sửa lần 1"]


def test_an_edited_article_of_which_a_cache_gave_the_old_page_is_asked_for_again(played: Played) -> None:
    assert [title.partition(": ")[2] for title in played.titles("cached")] == ["tin sửa lần 1"]


def test_an_edit_that_a_sitemap_shows_and_that_could_not_be_had_is_told(played: Played) -> None:
    assert "edited, by their lists" in played.said("vain")
    assert played.said("vain", 3) == ""
    (body,) = (row["body"] for row in played.nights.rows("SELECT body FROM articles WHERE site = 'vain'"))
    assert "Bản sửa lần 1" in body


def test_the_page_of_an_article_that_no_list_has_shown_yet_is_not_kept_as_another_one(played: Played) -> None:
    assert "another-article" in played.said("unlisted")
    assert sorted(title[-1] for title in played.titles("unlisted")) == ["1", "2", "3", "4", "5", "6", "7"]


def test_an_article_that_leads_to_one_with_a_title_much_like_its_own_is_not_that_one(played: Played) -> None:
    assert sorted(title.rpartition(" ")[2] for title in played.titles("alike")) == ["1", "11"]


def test_an_article_that_has_moved_to_where_a_log_in_stands_tonight_is_not_gone(played: Played) -> None:
    assert played.nights.rows("SELECT DISTINCT state FROM articles WHERE site = 'moved'") == [{"state": "live"}]


def test_a_title_that_a_list_shows_anew_is_a_reason_to_look_again(played: Played) -> None:
    assert len(played.titles("retitled")) == 3
    assert all("tin sửa lần 1" in title for title in played.titles("retitled"))
    assert played.asked["retitled"] == 3
    assert played.said("retitled") == ""


def test_an_edit_that_could_not_be_looked_at_is_told_and_had_the_next_night(played: Played) -> None:
    assert "were edited, by their lists" in played.said("unseen")
    assert "tin sửa lần 1" in played.titles("unseen")[0]
    assert played.said("unseen", 3) == ""


def test_a_lastmod_after_the_last_look_is_a_reason_to_look_again(played: Played) -> None:
    bodies = [row["lead"] + row["body"] for row in played.nights.rows(
        "SELECT lead, body FROM articles WHERE site = 'lastmod'"
    )]  # fmt: skip
    assert len(bodies) == 3
    assert all("Bản sửa lần 1" in body for body in bodies)


def test_a_new_theme_that_changes_every_lastmod_costs_a_night_its_budget_alone(played: Played) -> None:
    assert played.asked["theme"] == 20
    changed = played.nights.rows("SELECT count(*) AS n FROM articles WHERE site = 'theme' AND revision > 1")
    assert changed[0]["n"] == 30  # the others the night after


def test_a_list_from_an_old_cache_is_not_whole(played: Played) -> None:
    assert "from an old cache" in played.said("aged")
    assert len(played.titles("aged")) == 4


def test_a_column_that_has_one_title_each_day_is_kept(played: Played) -> None:
    assert played.titles("gold").count(GOLD) == 11


def test_an_article_address_that_gives_a_file_is_told_and_does_not_wait_for_ever(played: Played) -> None:
    assert "not-html" in played.said("file")
    assert [tuple(row.values()) for row in played.nights.rows(
        "SELECT outcome, reason FROM listed WHERE site = 'file' AND outcome <> 'collected'"
    )] == [("rejected", "not-html")]  # fmt: skip


def test_an_article_of_two_pages_is_told(played: Played) -> None:
    assert "further pages" in played.said("parts")


def test_a_share_of_known_articles_that_lead_elsewhere_is_told(played: Played) -> None:
    assert "13 of 30 known articles that were looked at again lead elsewhere" in played.said("away")


@pytest.mark.parametrize("site", ["unlisted", "lastmod", "theme"])
def test_listed_and_collected_are_counted_by_article_however_many_lists_show_it(played: Played, site: str) -> None:
    shown = played.nights.rows("SELECT count(*) AS n, count(DISTINCT key) AS keys FROM listed WHERE site = ?", site)[
        0
    ]
    counted = played.nights.rows(
        "SELECT sum(listed) AS listed, sum(collected) AS collected FROM coverage WHERE site = ?", site
    )[0]
    published = len(played.nights.papers[site].truth(3))
    assert (shown["n"], shown["keys"]) == (published, published)
    assert (counted["listed"], counted["collected"]) == (published, published)


def test_articles_that_are_named_are_looked_at_whatever_their_age(played: Played) -> None:
    paper = played.nights.papers["lastmod"]
    before = len(paper.log)
    with forked_crawls():
        request = replace(played.nights.request(4, processes=1), sites=("lastmod",), recheck=("lastmod/900002",))
        run_night(request)
        asked = [line.path for line in paper.log[before:] if "bai-so" in line.path]
        with pytest.raises(RunError, match="--recheck 77: no article") as failed:
            run_night(replace(request, recheck=("77",)))
    assert len(asked) == 1
    assert failed.value.exit_code == ExitCode.CONFIGURATION
