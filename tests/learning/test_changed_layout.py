"""A changed layout on a learned site, end to end: told, no row worse, and what was refused is read after."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.cli import run
from flows.outcome.exit_codes import ExitCode
from tests.faults.newspaper import FaultNewspaper, Page, Reply, Story, html, shell
from tests.faults.nights import Nights, wrong

SITE = "baohong"


def another_layout(story: Story) -> str:
    """The same story in a markup that neither what was learned nor the family fits."""
    paragraphs = "".join(f"{p}<br><br>" for p in story.paragraphs)
    return shell(
        story.title,
        f'<table class="khung"><tr><td class="ten-bai">{story.title}</td></tr>'
        f'<tr><td class="tom-tat">{story.lead}</td></tr><tr><td class="bai-viet">{paragraphs}</td></tr>'
        f'<tr><td>Đăng lúc <i class="luc">{story.date_line}</i></td></tr></table>',
    )


def changed(paper: FaultNewspaper, page: Page) -> Reply:
    """The paper after its new layout: article pages alone."""
    return page.good if page.story is None else html(another_layout(page.story))


@pytest.fixture
def nights(tmp_path: Path) -> Iterator[Nights]:
    paper = FaultNewspaper(datetime.now(UTC), first=10, nightly=6, per_page=40)
    paper.start()
    nights = Nights(tmp_path)
    nights.add(SITE, paper)
    try:
        yield nights
    finally:
        paper.stop()


def tinkhoi(nights: Nights, *arguments: str) -> int:
    return run(["--data", str(nights.root), *arguments])


def test_a_changed_layout_is_told_learned_and_what_was_refused_is_read(
    nights: Nights, capsys: pytest.CaptureFixture[str]
) -> None:
    paper = nights.papers[SITE]
    site_file = nights.root / "sites" / f"{SITE}.toml"
    assert nights.run(1).exit_code == ExitCode.OK
    by_hand = site_file.read_text(encoding="utf-8")
    asked = len(paper.log)
    assert tinkhoi(nights, "sites", "learn", SITE) == ExitCode.OK
    assert site_file.read_text(encoding="utf-8") == by_hand  # it writes nothing by itself
    assert tinkhoi(nights, "sites", "learn", SITE, "--write", "--yes") == ExitCode.OK
    assert len(paper.log) == asked  # and asks nothing of the site
    first_lines = site_file.read_text(encoding="utf-8")
    assert 'title = "h1.title"' in first_lines

    paper.profile = changed
    before = nights.standing(SITE)
    bad = nights.run(2)
    assert bad.exit_code == ExitCode.DATA
    told = {finding.kind: finding.command for finding in bad.findings}
    assert told["layout"] == f"tinkhoi sites learn {SITE}"
    assert told.keys() <= {"layout", "refused"}
    assert nights.standing(SITE) == before
    refused = {row["url"] for row in nights.rows("SELECT url FROM captures WHERE kind = 'rejected'")}
    assert len(refused) >= 6

    capsys.readouterr()
    assert tinkhoi(nights, "sites", "learn", SITE) == ExitCode.OK
    assert 'title = "td.ten-bai"' in capsys.readouterr().out
    assert tinkhoi(nights, "sites", "learn", SITE, "--write", "--yes") == ExitCode.OK
    assert tinkhoi(nights, "reparse", "--site", SITE, "--accept", "--workers", "1") == ExitCode.OK
    assert wrong(nights, SITE, 2) == []
    assert {key: row for key, row in nights.standing(SITE).items() if key in before} == before

    paper.night = 3
    assert nights.run(3).exit_code == ExitCode.OK
    assert wrong(nights, SITE, 3) == []

    assert tinkhoi(nights, "sites", "learn", SITE, "--undo") == ExitCode.OK
    assert site_file.read_text(encoding="utf-8") == first_lines
    assert tinkhoi(nights, "sites", "learn", SITE, "--undo") == ExitCode.OK
    assert site_file.read_text(encoding="utf-8").rstrip() == by_hand.rstrip()
    assert tinkhoi(nights, "sites", "learn", SITE, "--undo") == ExitCode.CONFIGURATION


def test_below_five_pages_nothing_is_learned(nights: Nights, capsys: pytest.CaptureFixture[str]) -> None:
    nights.papers[SITE].first = 4
    nights.run(1)
    before = (nights.root / "sites" / f"{SITE}.toml").read_text(encoding="utf-8")
    assert tinkhoi(nights, "sites", "learn", SITE, "--write", "--yes") == ExitCode.DATA
    assert "4 pages of articles; 5 are needed" in capsys.readouterr().err
    assert (nights.root / "sites" / f"{SITE}.toml").read_text(encoding="utf-8") == before


def test_a_site_that_prints_the_month_first_is_told(nights: Nights, capsys: pytest.CaptureFixture[str]) -> None:
    nights.run(1)
    assert tinkhoi(nights, "sites", "learn", SITE, "--json") == ExitCode.OK
    assert json.loads(capsys.readouterr().out)["date_order"] is None
    with closing(sqlite3.connect(nights.root / "tinkhoi.db")) as archive, archive:
        archive.execute("UPDATE articles SET published_text = '07/08/2024'")
        archive.execute("UPDATE listed SET list_date = '07/25/2024'")
    assert tinkhoi(nights, "sites", "learn", SITE) == ExitCode.OK
    said = capsys.readouterr().out
    assert "07/25/2024" in said and 'date_order = "mdy"' in said


def half_changed(paper: FaultNewspaper, page: Page) -> Reply:
    """The paper while it moves: every second article has the new layout."""
    return page.good if page.story is None or page.story.number % 2 else html(another_layout(page.story))


def test_a_layout_that_changes_by_halves_over_several_nights(nights: Nights) -> None:
    paper = nights.papers[SITE]
    assert nights.run(1).exit_code == ExitCode.OK
    assert tinkhoi(nights, "sites", "learn", SITE, "--write", "--yes") == ExitCode.OK

    paper.profile = half_changed
    for night in (2, 3, 4):
        before = nights.standing(SITE)
        told = nights.run(night)
        assert told.exit_code == ExitCode.DATA
        assert f"tinkhoi sites learn {SITE}" in {finding.command for finding in told.findings}
        standing = nights.standing(SITE)
        assert {key: row for key, row in standing.items() if key in before} == before
        assert len(standing) == len(before) + 3  # the half in the old layout is read as ever

    before = nights.standing(SITE)
    assert tinkhoi(nights, "sites", "learn", SITE, "--write", "--yes") == ExitCode.OK
    assert tinkhoi(nights, "reparse", "--site", SITE, "--accept", "--workers", "1") == ExitCode.OK
    assert {key: row for key, row in nights.standing(SITE).items() if key in before} == before
    assert wrong(nights, SITE, 4) == []

    paper.profile = changed
    paper.night = 5
    assert nights.run(5).exit_code == ExitCode.OK
    assert wrong(nights, SITE, 5) == []
