"""Nights that are killed, stopped, cut off or left without space lose nothing and double nothing."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.faults import survival


@pytest.mark.parametrize("after", [2.0, None], ids=["somewhere", "between list and articles"])
def test_a_killed_night_is_completed_by_the_next(tmp_path: Path, after: float | None) -> None:
    assert survival.play_kill(tmp_path, after, random.Random(7)) == []


def test_a_stopped_night_says_so_and_is_completed_by_the_next(tmp_path: Path) -> None:
    assert survival.play_stop(tmp_path) == []


def test_a_second_night_at_once_ends_with_code_6_and_asks_nothing(tmp_path: Path) -> None:
    assert survival.play_two_at_once(tmp_path) == []


def test_a_network_lost_in_the_middle_is_reported_and_the_next_night_complete(tmp_path: Path) -> None:
    faults, code = survival.play_network_lost(tmp_path)
    assert faults == []
    assert code in {2, 7}


def test_a_disk_that_fills_while_storing_ends_with_code_3_and_loses_nothing(tmp_path: Path) -> None:
    try:
        with survival.small_disk(tmp_path / "disk", 8000) as disk:
            assert survival.play_disk_full(disk, storing=True) == []
    except PermissionError as error:
        pytest.skip(f"a tmpfs cannot be mounted here: {error}")
