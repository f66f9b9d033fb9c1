"""What libraries and systems print in Vietnamese for known moments, read back."""

from __future__ import annotations

import csv
from datetime import datetime

import pytest

from scraper.clock import VIETNAM
from scraper.dates.date_line import read_date
from scraper.dates.readings import Reading, Refusal
from tests.places import SHARED

PRODUCED = SHARED / "dates-produced.tsv"
BASE = datetime(2024, 7, 11, 19, 0, tzinfo=VIETNAM)

LEFT_OUT = {
    # Read day first it lies four months ahead of its base, so it is refused; the reason says that day and month could
    # change places. Only other dates of its site can prove the order.
    "07-11-2024 15:51": "future",
}


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
