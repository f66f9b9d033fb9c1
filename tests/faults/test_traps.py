"""Bombs and traps end within bounds of time and memory, and the pages beside them are collected."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.torture import MEGABYTES
from tests.faults.traps import LISTS, TRAPS, meet

TOO_LARGE = ("gzip bomb", "deflate bomb", "brotli bomb", "gzip bomb in gzip", "200 MB with its length")


def test_a_night_of_traps_ends_and_collects_the_pages_beside_them(tmp_path: Path) -> None:
    met, nights = meet(tmp_path, articles=TRAPS)
    assert met.code in {0, 2, 8}, met.said[-2000:]
    assert met.megabytes <= MEGABYTES
    found = {int(row["key"]) - 900_001: row for row in nights.rows("SELECT key, outcome, reason FROM listed")}
    assert len(found) == len(TRAPS) + 3
    assert [found[number]["outcome"] for number in range(len(TRAPS), len(TRAPS) + 3)] == ["collected"] * 3
    for number, name in enumerate(TRAPS):
        assert found[number]["outcome"] != "waiting", name
        if name in TOO_LARGE:
            assert found[number]["reason"] == "too-large", name


@pytest.mark.parametrize("name", LISTS)
def test_lists_without_end_and_xml_bombs_end_by_themselves(tmp_path: Path, name: str) -> None:
    met, nights = meet(tmp_path, lists=name)
    assert met.collected == 3
    assert met.requests <= 50
    assert met.megabytes <= MEGABYTES
    kept = nights.rows("SELECT url, title FROM listed")
    assert not any("hahaha" in f"{row}" or "root:" in f"{row}" for row in kept)
