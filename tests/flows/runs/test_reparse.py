"""All captures again: the difference first, then as a change of the parser."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from flows.cli import run
from flows.outcome.exit_codes import ExitCode
from flows.runs.reparse import run_reparse, tasks
from flows.storage.folder import DataFolder
from scraper import cleaning
from scraper.clock import utc_now
from scraper.items import Article, Reject
from scraper.reading.parallel import read_again
from scraper.sample import SEED_KEY
from scraper.sites import load_sites
from scraper.store import open_archive, open_reader
from scraper.store.articles import find_key
from scraper.store.watches import watch, watches
from tests.conftest import ThreeNights


@pytest.fixture
def data(three_nights: ThreeNights, tmp_path: Path) -> DataFolder:
    """A copy of the three nights' archive."""
    shutil.copytree(three_nights.data.root, tmp_path / "data")
    return DataFolder(root=tmp_path / "data")


@pytest.fixture
def an_hour_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """A date rule that reads each date of publication an hour later than before."""
    refine = cleaning.refine

    def changed(*given: Any, **named: Any) -> Article | Reject:
        found = refine(*given, **named)
        if isinstance(found, Reject) or found.published_at is None:
            return found
        return replace(found, published_at=found.published_at + timedelta(hours=1))

    monkeypatch.setattr(cleaning, "refine", changed)


def rows(data: DataFolder, query: str) -> list[tuple[Any, ...]]:
    with open_reader(data.database) as archive:
        return [tuple(row) for row in archive.rows(query)]


STATE = "SELECT key, published_at, updated_at, revision, last_seen, title, body FROM articles ORDER BY key"


def test_with_the_same_rules_nothing_would_change(data: DataFolder) -> None:
    done = run_reparse(data)
    assert done.read >= len(rows(data, "SELECT 1 FROM articles"))
    assert (done.differences, done.found, done.refused, done.lost) == ([], [], [], [])


def test_watchwords_are_no_difference_and_stay(data: DataFolder) -> None:
    with open_archive(data.database) as archive:
        assert watch(archive, "kỷ luật", utc_now())
        (followed,) = watches(archive)
    assert followed.articles > 0
    assert run_reparse(data).differences == []
    run_reparse(data, accept=True)
    with open_reader(data.database) as archive:
        assert watches(archive) == [followed]


@pytest.mark.usefixtures("an_hour_later")
def test_the_difference_is_shown_first_and_nothing_written(data: DataFolder) -> None:
    before = rows(data, STATE)
    done = run_reparse(data)
    assert rows(data, STATE) == before
    assert set(done.by_field()) == {"published_at"}
    seed = next(each for each in done.differences if each.key == SEED_KEY)
    assert (seed.before, seed.after) == ("2024-07-11T15:51:00+07:00", "2024-07-11T16:51:00+07:00")
    assert done.articles_that_differ == len(before)


@pytest.mark.usefixtures("an_hour_later")
def test_accepted_it_is_a_change_of_the_parser_and_no_edit(data: DataFolder) -> None:
    before = rows(data, STATE)
    edited = rows(data, "SELECT count(*) FROM edits WHERE why = 'edited'")
    done = run_reparse(data, accept=True)
    after = rows(data, STATE)
    assert done.written == len(before)
    assert [row[2] for row in after] == [row[2] for row in before]  # updated_at
    assert [row[4:] for row in after] == [row[4:] for row in before]
    assert all(new[1] != old[1] and new[3] == old[3] + 1 for new, old in zip(after, before, strict=True))
    newest = "SELECT DISTINCT why FROM revisions JOIN articles ON id = article WHERE number = revision"
    assert rows(data, newest) == [("parser",)]
    assert rows(data, "SELECT count(*) FROM edits WHERE why = 'edited'") == edited
    again = run_reparse(data, accept=True)
    assert (again.differences, again.written) == ([], 0)


def test_no_request_is_made(
    data: DataFolder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a connection was made")

    monkeypatch.setattr("socket.socket.connect", refuse)
    assert run(["--data", str(data.root), "reparse", "--accept", "--workers", "1"]) == ExitCode.OK
    assert "0 articles differ" in capsys.readouterr().out


def test_several_processes_read_what_one_reads(data: DataFolder) -> None:
    with open_reader(data.database) as archive:
        asked = tasks(archive, data, load_sites(data.site_folders))
    assert len(asked) > 60
    assert list(read_again(asked, 2)) == list(read_again(asked, 1))


def test_a_page_that_was_refused_is_found_by_a_better_page_object(data: DataFolder) -> None:
    with open_archive(data.database) as archive, archive.transaction():
        id_ = archive.value("SELECT id FROM articles WHERE key = ?", (SEED_KEY,))
        archive.execute(
            "UPDATE captures SET kind = 'rejected' WHERE id = (SELECT capture FROM articles WHERE id = ?)", (id_,)
        )
        archive.execute("DELETE FROM articles WHERE id = ?", (id_,))
    assert len(run_reparse(data).found) == 1
    assert run_reparse(data, accept=True).written == 1
    with open_reader(data.database) as archive:
        id_ = find_key(archive, "baomau", SEED_KEY)
        assert id_ is not None
        assert archive.value("SELECT outcome FROM listed WHERE key = ?", (SEED_KEY,)) == "collected"


def test_a_page_that_would_be_refused_today_stays(data: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    before = rows(data, STATE)

    def refuse(printed: Any, **_: Any) -> Reject:
        return Reject(reason="no-body", detail="a new rule", url="")

    monkeypatch.setattr(cleaning, "refine", refuse)
    done = run_reparse(data, accept=True)
    assert len(done.refused) == len(before)
    assert rows(data, STATE) == before


def test_an_article_that_cannot_be_judged_costs_no_other_and_is_told(
    data: DataFolder, an_hour_later: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = cleaning.refine

    def fails_for_the_seed(printed: Any, **named: Any) -> Article | Reject:
        if SEED_KEY in printed.url:
            raise ArithmeticError("an odd page")
        return changed(printed, **named)

    monkeypatch.setattr(cleaning, "refine", fails_for_the_seed)
    before = dict(rows(data, "SELECT key, published_at FROM articles WHERE published_at IS NOT NULL"))
    done = run_reparse(data, accept=True)
    after = dict(rows(data, "SELECT key, published_at FROM articles WHERE published_at IS NOT NULL"))
    assert [key for key, moment in before.items() if after[key] == moment] == [SEED_KEY]
    assert [(each.reason, each.detail) for each in done.refused] == [("parser", "ArithmeticError: an odd page")]
    assert SEED_KEY in done.refused[0].url


def test_a_capture_that_is_not_there_any_more_is_told(data: DataFolder) -> None:
    for path in data.captures.glob("*.warc.gz"):
        path.unlink()
    done = run_reparse(data)
    assert len(done.lost) == done.read > 0
