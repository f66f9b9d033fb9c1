"""What an answer proved is in the archive or told; seven nights after the last fault archive and truth are equal.

Twenty seeds are played here, and each kind of fault alone on a second night; `make torture` plays three hundred, and
each kind on a first night, too. One seed again: ``python -m tests.faults.property 7 7``.
"""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest

from tests.faults.property import Told, play, seeds
from tests.faults.scenario import (
    ON_ARTICLES,
    ON_FEEDS,
    ON_LISTS,
    ON_ROBOTS,
    ON_SITEMAPS,
    make_scenario,
    single_faults,
)

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    # In a process of its own: its crawls are forked, and must not inherit the reactor that another test has used.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as apart:
        return apart.submit(play, seeds(20), tmp_path_factory.mktemp("property")).result()


@pytest.fixture(scope="module")
def told_of_single(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """Each kind of fault alone, until archive and truth are equal again."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as apart:
        folder = tmp_path_factory.mktemp("single")
        return apart.submit(play, single_faults(2), folder, until_equal=True).result()


def test_what_was_proved_is_held_or_told(told: Told) -> None:
    assert told.silent == []
    assert told.junk == []


def test_a_fault_alone_loses_nothing_in_silence(told_of_single: Told) -> None:
    assert told_of_single.papers == len(single_faults(2))
    assert told_of_single.silent == []
    assert told_of_single.junk == []
    assert told_of_single.lost == []


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


def test_every_kind_of_fault_is_played_alone() -> None:
    played = {(fault.target, fault.kind) for scenario in single_faults(2) for fault in scenario.faults}
    assert played == {
        (target, kind)
        for target, kinds in (
            ("list", ON_LISTS), ("article", ON_ARTICLES), ("feed", ON_FEEDS), ("sitemap", ON_SITEMAPS),
            ("robots", ON_ROBOTS),
        )
        for kind in kinds
    }  # fmt: skip
