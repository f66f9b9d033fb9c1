"""The table in docs/reliability.md is that of whole runs in which all was as promised; a run broken off goes on."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from tests.faults import property as papers
from tests.faults import torture, year
from tests.faults.costs import FILES, SEARCHES, SQL
from tests.faults.profiles import LIES
from tests.faults.property import Told
from tests.faults.scenario import Scenario
from tests.faults.torture import PARTS, Row, read_record, row
from tests.faults.traps import LISTS, SLOW, TRAPS, UNKNOWN


def test_the_record_is_whole_and_good() -> None:
    rows = read_record()
    assert [row for row in rows if row.as_promised != "yes"] == []
    assert {row.part for row in rows} == set(PARTS)
    assert next(int(row.times) for row in rows if row.part == "year") == year.NIGHTS
    assert int(next(row.times for row in rows if row.part == "silence" and "papers" in row.played)) >= 300
    played = {row.played.partition(":")[0] for row in rows}
    assert set(LIES) <= played
    assert {*TRAPS, *UNKNOWN, *SLOW, *LISTS, *FILES, *SQL, *SEARCHES} <= {row.played for row in rows}
    assert sum(int(row.times) for row in rows if "kill -9" in row.played) >= 100


def test_a_run_that_was_broken_off_plays_only_what_is_left(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    played: list[str] = []

    def part(options: argparse.Namespace, folder: Path) -> Iterator[Row]:
        for what in ("one", "two", "three"):
            if kept := options.progress.of("lies", what):
                yield kept
                continue
            played.append(what)
            if played == ["one", "two"]:
                raise KeyboardInterrupt
            yield row("lies", what, 1, f"{what} happened", [])

    monkeypatch.setattr(torture, "ROOT", tmp_path)
    monkeypatch.setattr(torture, "RECORD", tmp_path / "played.tsv")
    monkeypatch.setitem(torture.PLAYS, "lies", part)
    with pytest.raises(KeyboardInterrupt):
        torture.main(["lies", "--record"])
    assert read_record_of(tmp_path) == []
    assert torture.main(["lies", "--record"]) == 0
    assert played == ["one", "two", "two", "three"]
    assert [line.played for line in read_record_of(tmp_path)] == ["one", "two", "three"]
    assert "one happened" in capsys.readouterr().out
    assert torture.main(["lies", "--anew"]) == 0
    assert played[4:] == ["one", "two", "three"]


def read_record_of(folder: Path) -> list[Row]:
    return torture.read_rows(folder / "played.tsv")


def test_papers_that_were_played_are_not_played_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    batches: list[int] = []

    def play(scenarios: Sequence[Scenario], folder: Path) -> Told:
        batches.append(scenarios[0].seed)
        if batches == [1, 21]:
            raise KeyboardInterrupt
        folder.mkdir(parents=True)
        told = Told(papers=len(scenarios), silent=[f"seed {scenarios[0].seed}"])
        told.sometimes["edit"] += len(scenarios)
        return told

    monkeypatch.setattr(papers, "play", play)
    for _ in range(2):
        try:
            told = papers.play_all(papers.seeds(45), tmp_path / "papers", tmp_path / "kept")
        except KeyboardInterrupt:
            continue
    assert batches == [1, 21, 21, 41]
    assert (told.papers, told.sometimes["edit"]) == (45, 45)
    assert told.silent == ["seed 1", "seed 21", "seed 41"]


@pytest.mark.slow
def test_a_year_that_was_broken_off_goes_on_after_its_last_whole_night(tmp_path: Path) -> None:
    # In processes of their own: their crawls are forked, and must not inherit the reactor that another test has used.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as apart:
        assert apart.submit(play_year_until, tmp_path, broken_off_on=4).result() == [1, 2, 3]
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as apart:
        assert apart.submit(play_year_until, tmp_path).result() == list(range(1, 11))
    assert [night.night for night in year.read_nights(tmp_path)] == list(range(1, 11))


def of_night(number: int, **more: int) -> year.YearNight:
    usual = {
        "night": number,
        "code": 0,
        "wrong": 0,
        "named": 0,
        "held": number,
        "missed": 0,
        "archive": 1,
        "files": 1,
    }
    measured = {"captures": 150_000, "lists": 50_000, "asked": 9, "new_files": 6, "temporary": 0, "memory": 0}
    return year.YearNight(**(usual | measured | more))


GROWTH = {
    "bytes beside the lists": lambda number: {"captures": 150_000 + 400 * number},
    "memory": lambda number: {"memory": 0 if number % 5 else 100_000 + 300 * number},
    "list pages of one paper": lambda number: {"asked": 51 if number == 60 else 9},
    "new files": lambda number: {"new_files": 9 if number == 60 else 6},
    "temporary files": lambda number: {"temporary": number // 10},
}


@pytest.mark.parametrize("what", GROWTH)
def test_what_grows_in_a_year_is_told(what: str) -> None:
    (told,) = year.grown([of_night(number, **GROWTH[what](number)) for number in range(1, 101)])
    assert what in told


def test_longer_lists_and_a_first_night_of_many_articles_are_no_growth() -> None:
    nights = [
        of_night(number, lists=50_000 + 900 * number, captures=150_000 + 900 * number) for number in range(2, 101)
    ]
    assert year.grown([of_night(1, captures=9_000_000, new_files=40, asked=400), *nights]) == []


def play_year_until(folder: Path, broken_off_on: int = 0) -> list[int]:
    """Plays ten nights of two papers, or breaks off in one of them after it was crawled. Returns the nights kept."""
    measure = year._measure

    def measure_or_break_off(*seen: Any) -> year.YearNight:
        if seen[2] == broken_off_on:
            raise KeyboardInterrupt
        return measure(*seen)

    year.PAPERS = 2
    vars(year)["_measure"] = measure_or_break_off
    try:
        _, told = year.play_year(folder, 10)
    except KeyboardInterrupt:
        return [night.night for night in year.read_nights(folder)]
    assert (told.silent, told.lost, told.junk) == ([], [], [])
    return [night.night for night in year.read_nights(folder)]
