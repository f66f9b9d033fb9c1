"""What an answer proved is in the archive or told; seven nights after the last fault archive and truth are equal."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.property import Told, play
from tests.faults.scenario import ON_ARTICLES, ON_LISTS, Fault, PlannedArticle, Scenario, make_scenario

pytestmark = pytest.mark.slow

SEEDS = range(1, 21)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    return play([make_scenario(seed) for seed in SEEDS], tmp_path_factory.mktemp("property"))


def test_what_was_proved_is_held_or_told(told: Told) -> None:
    assert told.silent == []
    assert told.junk == []


def test_all_is_there_after_seven_good_nights(told: Told) -> None:
    assert told.lost == []


def test_good_nights_raise_no_alarm(told: Told) -> None:
    assert told.good_nights >= 100
    assert len(told.false_alarms) * 365 <= told.good_nights, told.false_alarms


def test_the_nights_were_bad_enough_to_prove_something(told: Told) -> None:
    often = ("wrong answer", "site named", "re-check", "refused", "redirect", "gap opened", "gap healed", "edit")
    assert {what: told.sometimes[what] for what in often if told.sometimes[what] < 10} == {}


def test_a_seed_always_makes_the_same() -> None:
    assert make_scenario(7) == make_scenario(7) != make_scenario(8)


def small(seed: int, *faults: Fault) -> Scenario:
    """Twelve articles in lists of five, one more each night."""
    articles = [PlannedArticle(number, 1, 30 + 11 * number) for number in range(1, 13)]
    articles += [PlannedArticle(12 + night, night, 20) for night in (2, 3)]
    return Scenario(seed, 5, False, 2, tuple(articles), faults)


def single_faults() -> list[tuple[str, Scenario]]:
    """Every kind of fault alone, on the first night and on the second."""
    cases = [("list", kind, place) for kind in ON_LISTS for place in (1, 2)]
    cases += [("article", kind, place) for kind in ON_ARTICLES for place in (0, 12)]
    return [
        (f"{target} {place} {kind}, night {night}", small(1000 + number, Fault(night, target, kind, place, 6)))
        for number, ((target, kind, place), night) in enumerate(
            (case, night) for case in cases for night in (1, 2)
        )
    ]  # fmt: skip


def test_each_fault_alone_is_told_or_unseen_and_heals(tmp_path: Path) -> None:
    """One archive for all of them: a site is judged by itself."""
    told = play([scenario for _, scenario in single_faults()], tmp_path)
    assert told.silent == []
    assert told.lost == []
    assert told.junk == []
    assert told.false_alarms == []
