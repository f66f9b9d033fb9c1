"""The table at the end of the benchmarks says what holds, and a broken limit is never lost."""

from __future__ import annotations

from pathlib import Path

from tests.benchmarks.loading import benchmark

targets = benchmark("targets")


def test_a_limit_counts_at_its_own_value() -> None:
    assert targets.at_most("growth", "a night", 1.5, 1.5).holds
    assert not targets.at_most("growth", "a night", 1.5001, 1.5).holds
    assert targets.at_least("reading", "trafilatura", 3.0, 3).holds
    assert not targets.at_least("reading", "trafilatura", 2.99, 3).holds


def test_what_is_over_a_limit_is_named() -> None:
    held, broken = (
        targets.none_of("asking", "pages", [], 88),
        targets.none_of("asking", "pages", ["moved", "home"], 88),
    )
    assert held.holds and held.measured == "0 of 88"
    assert not broken.holds and broken.measured == "2 of 88: moved, home"


def test_an_aim_that_is_not_reached_breaks_nothing() -> None:
    aim = targets.at_most("collect", "an article", 0.24, 0.2, aim=True)
    assert targets.all_hold([aim])
    assert not targets.all_hold([aim, targets.at_most("growth", "a night", 9, 1.5)])


def test_a_script_hands_its_lines_over(tmp_path: Path) -> None:
    file = tmp_path / "lines"
    first = targets.at_most("growth", "đêm", 1.29, 1.5, unit=" ×")
    second = targets.none_of("asking", "pages", ["moved"], 88)
    targets.write([first], file)
    targets.write([second], file)
    targets.write([first], None)
    assert targets.read(file) == [first, second]
    assert targets.read(tmp_path / "a part that wrote nothing") == []


def test_the_table_shows_each_and_counts_them() -> None:
    shown = targets.table(
        [
            targets.at_most("growth", "a night", 1.29, 1.5),
            targets.at_most("growth", "a quiet night", 1.31, 1.2),
            targets.at_most("collect", "an article", 0.24, 0.2, aim=True),
        ]
    ).splitlines()
    assert "| growth | a night | 1.5 at most | 1.29 | yes |" in shown
    assert "| growth | a quiet night | 1.2 at most | 1.31 | NO |" in shown
    assert "| collect | an article | 0.2 at most | 0.24 | not yet: an aim |" in shown
    assert shown[-1] == "1 of 2 limits hold, 0 of 1 aims are reached."


def test_a_short_run_judges_nothing() -> None:
    shown = targets.table([targets.at_most("growth", "a night", 9, 1.5)], judged=False)
    assert shown.splitlines()[2:] == ["| growth | a night | 1.5 at most | 9 | not judged |"]
