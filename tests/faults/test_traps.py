"""Bombs and traps end within bounds of time and memory, and the pages beside them are collected."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.torture import MEGABYTES
from tests.faults.traps import LISTS, TRAPS, meet

TOO_LARGE = ("gzip bomb", "brotli bomb", "200 MB with its length", "a body without end")
PLAYED = (
    "<a × 2.7 million (8 MB)", "300,000 attributes", "100,000 elements in each other", "one paragraph of 7 MB",
    "<script × 1 million, not UTF-8", "a date of 100,000 digits", *TOO_LARGE, "a redirect to itself",
    "a chain of redirects", "a redirect to another host", "a redirect to a file", "a redirect to nowhere",
)  # fmt: skip
"""One of each kind; `make torture` plays them all."""


def test_a_night_of_traps_ends_and_collects_the_pages_beside_them(tmp_path: Path) -> None:
    met, nights = meet(tmp_path, articles={name: TRAPS[name] for name in PLAYED})
    assert met.code in {0, 2, 8}, met.said[-2000:]
    assert met.megabytes <= MEGABYTES
    found = {int(row["key"]) - 900_001: row for row in nights.rows("SELECT key, outcome, reason FROM listed")}
    assert [found[number]["outcome"] for number in range(len(PLAYED), len(PLAYED) + 3)] == ["collected"] * 3
    for number, name in enumerate(PLAYED):
        assert found[number]["outcome"] not in {"waiting", "collected"}, name
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
