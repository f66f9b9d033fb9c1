"""Traps end within bounds of time and memory, and the pages beside them are collected."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.torture import MEGABYTES, SECONDS
from tests.faults.traps import LISTS, TRAPS, meet

TOO_LARGE = (
    "17 MB packed by gzip",
    "17 MB packed by brotli",
    "9 MB with their length",
    "9 MB without a length",
)
NO_ARTICLE = (
    "101,000 elements",
    "5,001 attributes",
    "a page of 4.1 MB",
    "a script without an end, not UTF-8",
    "a date of 120 digits",
    *TOO_LARGE,
    "a redirect to itself",
    "a chain of redirects",
    "a redirect to another host",
    "a redirect to a file",
    "a redirect to nowhere",
)
"""One of each kind; `make torture` plays them all."""


def test_a_night_of_traps_ends_and_collects_the_pages_beside_them(tmp_path: Path) -> None:
    met, nights = meet(tmp_path, articles={name: TRAPS[name] for name in NO_ARTICLE})
    assert met.code in {0, 2, 8}, met.said[-2000:]
    assert met.megabytes <= MEGABYTES
    assert met.cpu <= SECONDS
    found = {int(row["key"]) - 900_001: row for row in nights.rows("SELECT key, outcome, reason FROM listed")}
    assert [found[number]["outcome"] for number in range(len(NO_ARTICLE), len(NO_ARTICLE) + 3)] == ["collected"] * 3
    for number, name in enumerate(NO_ARTICLE):
        assert found[number]["outcome"] not in {"waiting", "collected"}, name
        if name in TOO_LARGE:
            assert found[number]["reason"] == "too-large", name


@pytest.mark.parametrize("name", LISTS)
def test_lists_without_end_and_feeds_with_entities_end_by_themselves(tmp_path: Path, name: str) -> None:
    met, nights = meet(tmp_path, lists=name)
    assert met.collected == 3
    assert met.requests <= 50
    assert met.megabytes <= MEGABYTES
    kept = nights.rows("SELECT url, title FROM listed")
    assert not any("ha ha" in f"{row}" or "kill -9" in f"{row}" for row in kept)
