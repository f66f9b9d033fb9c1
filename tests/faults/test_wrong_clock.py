"""A wrong clock stops a night with code 4 before it dates anything; what is dated ahead is shown and mended."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.cli import run
from flows.outcome.exit_codes import ExitCode, RunError
from flows.runs.night import run_night
from scraper.store import open_archive
from tests.faults.newspaper import FaultNewspaper, Page, Reply, article_html, html
from tests.faults.nights import Nights, wrong


@pytest.mark.parametrize("ahead", [timedelta(hours=-2), timedelta(days=400)], ids=["ahead", "behind"])
def test_a_clock_that_the_answers_contradict_is_code_4_and_nothing_is_read(tmp_path: Path, ahead: timedelta) -> None:
    with FaultNewspaper(datetime.now(UTC)).serving() as one, FaultNewspaper(datetime.now(UTC)).serving() as two:
        nights = Nights(tmp_path)
        nights.add("mot", one)
        nights.add("hai", two)
        one.clock = two.clock = ahead
        with pytest.raises(RunError, match=r"set the clock") as refused:
            nights.run(1)
        assert refused.value.exit_code is ExitCode.CONFIGURATION
        assert nights.rows("SELECT * FROM captures") == []
        assert [row["exit_code"] for row in nights.rows("SELECT exit_code FROM runs")] == [ExitCode.CONFIGURATION]
        assert [path.suffix for path in (tmp_path / "captures").glob("*warc*")][:1] == [".wrong-clock"]
        one.clock = two.clock = timedelta()
        assert nights.run(1).exit_code is ExitCode.OK
        assert wrong(nights, "mot", 1) == wrong(nights, "hai", 1) == []


def test_one_server_with_a_wrong_clock_stops_no_night(tmp_path: Path) -> None:
    papers = [FaultNewspaper(datetime.now(UTC)) for _ in range(3)]
    nights = Nights(tmp_path)
    papers[0].clock = timedelta(days=3)
    for number, paper in enumerate(papers):
        paper.start()
        nights.add(f"bao{number}", paper)
    try:
        assert nights.run(1).exit_code is ExitCode.OK
        assert wrong(nights, "bao0", 1) == []
    finally:
        for paper in papers:
            paper.stop()


def test_a_site_whose_own_clock_is_known_to_be_wrong_is_no_witness(tmp_path: Path) -> None:
    with FaultNewspaper(datetime.now(UTC)).serving() as paper:
        paper.clock = timedelta(hours=-7)
        nights = Nights(tmp_path)
        nights.add("mot", paper, fetch="wrong_clock = true")
        assert nights.run(1).exit_code is ExitCode.OK


def test_captures_dated_ahead_stop_a_night_and_are_mended(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def edited(paper: FaultNewspaper, page: Page) -> Reply:
        if page.story is None or page.story.number > 2:
            return page.good
        if page.story.number == 1:
            return html("<html><body>404</body></html>", status=404)
        return html(article_html(page.story, title="Tựa bài sai của một ngày chưa đến"))

    with FaultNewspaper(datetime.now(UTC)).serving() as paper:
        nights = Nights(tmp_path)
        nights.add("mot", paper)
        assert nights.run(1).exit_code is ExitCode.OK
        paper.profile = edited
        run_night(nights.request(40))  # the clock is wrong by weeks; the articles are looked at again
        assert wrong(nights, "mot", 1) != []
        paper.profile = None
        with pytest.raises(RunError, match="mend-times") as refused:
            nights.run(2)
        assert refused.value.exit_code is ExitCode.CONFIGURATION

        data = ["--data", str(tmp_path)]
        before = nights.rows("SELECT * FROM articles ORDER BY id")
        assert run(["mend-times", *data]) == ExitCode.OK
        said = capsys.readouterr().out
        assert "dated after the present" in said and "Nothing was written" in said and "mot/900002" in said
        assert nights.rows("SELECT * FROM articles ORDER BY id") == before
        assert run(["mend-times", "--write", *data]) == ExitCode.OK
        assert wrong(nights, "mot", 1) == []
        assert nights.rows("SELECT number, why FROM revisions WHERE number > 1") == []
        assert run(["mend-times", *data]) == ExitCode.OK
        assert "no capture is dated after the present" in capsys.readouterr().out
        summary = nights.run(2)
        assert [*map(str, summary.failures.values()), *(str(each.message) for each in summary.findings)] == []
        assert wrong(nights, "mot", 2) == []


def test_a_long_pause_is_no_wrong_clock(tmp_path: Path) -> None:
    with FaultNewspaper(datetime.now(UTC)).serving() as paper:
        nights = Nights(tmp_path)
        nights.add("mot", paper)
        nights.run(1)
        past = (datetime.now(UTC) - timedelta(days=4000)).isoformat()
        with open_archive(tmp_path / "tinkhoi.db") as archive, archive.transaction():
            archive.execute("UPDATE captures SET fetched_at = ?", (past,))
        assert nights.run(2).exit_code is ExitCode.OK
