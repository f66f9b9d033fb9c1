"""What libraries and systems print in Vietnamese for known moments, read back."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import pytest

from scraper.clock import VIETNAM
from scraper.dates.date_line import read_date
from scraper.dates.readings import Reading, Refusal
from tests.places import SHARED

PRODUCED = SHARED / "dates-produced.tsv"
PRINTED = Path(__file__).with_name("data") / "printed_by_libraries.tsv"
"""Printed by the named versions, in Vietnam's time, after the rules of reading were written. Up to timeago.js nothing
was chosen; below stands one string of each form of a later draw of 6,075 (docs/accuracy.md), where it is read."""
BASE = datetime(2024, 7, 11, 19, 0, tzinfo=VIETNAM)

LEFT_OUT = {
    # Read day first it lies four months ahead of its base, so it is refused; the reason says that day and month could
    # change places. Only other dates of its site can prove the order.
    "07-11-2024 15:51": "future",
}


NO_HALF = ("arrow", "ddd D MMM YYYY h:mm a")
"""arrow has no Vietnamese words for the halves of the day and prints none: 18:30 is printed as “6:30 ”."""


def printed() -> list[dict[str, str]]:
    """What libraries printed that are not in the table of ``produced``, or for other moments than there."""
    with PRINTED.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [{**row, "kind": ""} for row in rows]


def scores(rows: Iterable[dict[str, str]]) -> dict[str, dict[str, int]]:
    """For each producer how many of its rows are right, refused and wrong."""
    found: dict[str, dict[str, int]] = {}
    for row in rows:
        found.setdefault(row["producer"], {"right": 0, "refused": 0, "wrong": 0})[verdict(row)] += 1
    return found


def produced() -> list[dict[str, str]]:
    if not PRODUCED.exists():
        return []
    with PRODUCED.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [{**row, "text": row["text"].replace("\\u00A0", "\u00a0")} for row in rows]


def holds(answer: Reading, means: str) -> bool:
    """Whether the reading is, or its interval contains, what was meant, compared as exactly as that is told."""
    if answer.earliest is not None and answer.latest is not None:
        first, last = (f"{end:%Y-%m-%dT%H:%M}"[: len(means)] for end in (answer.earliest, answer.latest))
        return first <= means <= last
    said = f"{answer.moment:%Y-%m-%dT%H:%M}" if answer.moment else f"{answer.day}"
    return said == means


def verdict(row: dict[str, str]) -> str:
    answer = read_date(row["text"], base=BASE)
    if row["means"] == "REFUSE":
        return "right" if isinstance(answer, Refusal) else "wrong"
    if isinstance(answer, Refusal):
        return "right" if LEFT_OUT.get(row["text"]) == answer.kind else "refused"
    if "ambiguous" in row["kind"]:
        return "right" if answer.ambiguous else "wrong"
    return "right" if holds(answer, row["means"]) else "wrong"


@pytest.mark.skipif(not produced(), reason=f"no {PRODUCED}")
def test_what_libraries_print_is_read_or_refused_and_never_wrong() -> None:
    rows = produced()
    found = {(row["producer"], row["text"], row["means"]): verdict(row) for row in rows}
    assert {row: said for row, said in found.items() if said != "right"} == {}
    assert len(LEFT_OUT) <= 0.02 * sum(row["means"] != "REFUSE" for row in rows)


@pytest.mark.skipif(not produced(), reason=f"no {PRODUCED}")
def test_what_is_refused_for_its_order_says_so() -> None:
    for text in LEFT_OUT:
        answer = read_date(text, base=BASE)
        assert isinstance(answer, Refusal)
        assert "could change places" in answer.reason


def test_what_libraries_printed_after_the_rules_were_written_is_never_read_wrong() -> None:
    """Refused are only weeks, which are coarser than a day."""
    rows = [row for row in printed() if (row["producer"], row["form"]) != NO_HALF]
    not_right = {(row["producer"], row["text"]): said for row in rows if (said := verdict(row)) != "right"}
    assert not_right == {("timeago.js", f"{weeks} tuần trước"): "refused" for weeks in (1, 2)}
    assert len({row["producer"] for row in rows}) >= 10
