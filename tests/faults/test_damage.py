"""A few of the damages and losses of power that `make torture` plays by the hundred."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from flows.storage.folder import DataFolder
from tests.faults import damage, power


def test_no_damage_is_silent_and_every_way_back_works(demo: DataFolder, tmp_path: Path) -> None:
    played = list(damage.play(demo, tmp_path / "played", (5, 3, 3), seed=7))
    assert [what for what, _, _ in played] == ["the database", "a capture file", "the snapshot"]
    assert [told.wrong for _, _, told in played] == [[], [], []]


def test_what_was_acknowledged_outlives_a_loss_of_power(tmp_path: Path) -> None:
    if shutil.which("strace") is None:
        pytest.skip("strace, which records what is written and synced, is not installed")
    wrong, with_rows = power.play(tmp_path / "played", cuts=12, seed=3, rounds=2)
    assert wrong == []
    assert with_rows >= 1  # how many cuts fall behind a row depends on how the writes came


def test_a_write_that_was_never_synced_is_lost_in_the_model(tmp_path: Path) -> None:
    path = str(tmp_path / "writer" / "a")
    events = [power.Event("write", path, 0, b"one"), power.Event("sync", path), power.Event("write", path, 3, b"two")]
    seen = set()
    for seed in range(20):
        power.fail(events, 3, power.random.Random(seed), tmp_path)
        seen.add((tmp_path / "a").read_bytes())
    assert b"one" in seen and all(content.startswith(b"one") for content in seen)
