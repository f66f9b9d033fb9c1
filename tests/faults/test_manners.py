"""What whole nights look like in the server's own log."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults import manners
from tests.faults.newspaper import Reply
from tests.faults.nights import wrong


def test_a_host_that_forbids_all_gives_no_page_to_fifty_simultaneous_starts(tmp_path: Path) -> None:
    paper, summary = manners.play_robots(tmp_path, lambda: Reply(body=b"User-agent: *\nDisallow: /\n"), 50)
    assert manners.pages(paper) == []
    assert paper.paths() == ["/robots.txt"]
    assert summary.exit_code == 2


@pytest.mark.parametrize("reply", [Reply(503), Reply(429), Reply(raw=lambda _: None)], ids=["503", "429", "reset"])
def test_a_robots_that_cannot_be_read_gives_no_page_and_a_reason(tmp_path: Path, reply: Reply) -> None:
    paper, summary = manners.play_robots(tmp_path, lambda: reply, 5)
    assert manners.pages(paper) == []
    assert "robots-unreachable" in str(summary.failures["bao"])


def test_two_site_files_on_one_host_keep_the_longer_delay_together(tmp_path: Path) -> None:
    paper = manners.play_delay(tmp_path, two_sites=True)
    assert len(paper.log) > 8
    assert min(manners.gaps(paper)) >= 0.5


def test_a_retry_after_is_waited_for_and_the_page_collected(tmp_path: Path) -> None:
    pauses, _, nights = manners.play_retry_after(tmp_path, 503, 2)
    assert max(pauses) >= 2
    assert wrong(nights, "bao", 1) == []


def test_a_host_that_refuses_is_asked_nothing_more_this_night(tmp_path: Path) -> None:
    paper = manners.play_refusal(tmp_path)
    assert len([path for path in paper.paths() if "bai-so" in path]) == 1


def test_no_way_leads_to_the_canary(tmp_path: Path) -> None:
    paper, canary, _ = manners.play_canary(tmp_path)
    assert len(paper.log) > 20
    assert canary.paths() == []


def test_a_night_costs_its_sources_its_new_articles_and_robots(tmp_path: Path) -> None:
    nights, (_, second, quiet) = manners.play_economy(tmp_path, 60, 10)
    assert wrong(nights, "bao", 2) == []
    assert [asked.path for asked in second if "/bai-so-" not in asked.path] == [
        "/robots.txt",
        "/xay-dung-dang/",
        "/xay-dung-dang/?page=2",
    ]
    assert len(second) == 3 + 10
    assert [(asked.path, asked.status) for asked in quiet] == [("/robots.txt", 200), ("/xay-dung-dang/", 304)]
