"""Sentences that other languages can word: kept as data, or found again in the English text that was kept."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest

from scraper.text.sentence import Known, Sentence, as_data, from_data

NIGHT = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "said",
    [
        Sentence("published {day}", day=date(2024, 7, 11)),
        Sentence("on {day:%d/%m/%Y}, at {at:%H:%M}", day=date(2024, 7, 11), at=NIGHT),
        Sentence.row([Sentence("{some:,} links", some=1846), "and more"]),
        Sentence("{what}: {why}", what="bao.vn", why=Sentence("silent since {day:%d/%m}", day=date(2024, 7, 11))),
        Sentence("not opened: {error}", error=ValueError(Sentence("more than {most} files", most=3))),
    ],
)
def test_what_is_kept_as_data_says_the_same_and_can_be_worded_again(said: Sentence) -> None:
    again = from_data(json.loads(json.dumps(as_data(said))))
    assert isinstance(again, Sentence)
    assert again == said
    assert (again.pattern, list(again.values)) == (said.pattern, list(said.values))


KNOWN = Known(
    [
        "the address says {stated}, the page {day}",
        "not {own!r} but {found!r}",
        "“{text}” was not read: {why}",
        "it prints no date",
        "clocks were set forward over this time of day",
        "{status} at {address}",
        "{path}: {error}",
        "{seconds:.0f} seconds are asked for",
    ]
)


@pytest.mark.parametrize(
    ("kept", "pattern", "values"),
    [
        (
            "the address says 2024-07, the page 2024-08-01",
            "the address says {stated}, the page {day}",
            {"stated": "2024-07", "day": "2024-08-01"},
        ),
        ("not 'Thi đua' but 'Bầu cử'", "not {own!r} but {found!r}", {"own": "'Thi đua'", "found": "'Bầu cử'"}),
        ("404 at http://bao.vn/a", "{status} at {address}", {"status": "404", "address": "http://bao.vn/a"}),
        ("12 seconds are asked for", "{seconds:.0f} seconds are asked for", {"seconds": "12"}),
        ("it prints no date", "it prints no date", {}),
    ],
)  # fmt: skip
def test_a_kept_text_is_the_sentence_that_it_was(kept: str, pattern: str, values: dict[str, str]) -> None:
    found = KNOWN.read(kept)
    assert isinstance(found, Sentence)
    assert (str(found), found.pattern, dict(found.values)) == (kept, pattern, values)


def test_a_sentence_within_a_sentence_and_sentences_in_a_row_are_found() -> None:
    within = KNOWN.read("“hôm qua” was not read: it prints no date")
    assert isinstance(within, Sentence)
    why = within.values["why"]
    assert isinstance(why, Sentence) and why.pattern == "it prints no date"
    row = KNOWN.read("it prints no date; clocks were set forward over this time of day")
    assert isinstance(row, Sentence) and [getattr(part, "pattern", None) for part in row.parts] == [
        "it prints no date",
        "clocks were set forward over this time of day",
    ]
    after = KNOWN.read("dates: it prints no date")
    assert isinstance(after, Sentence) and after.parts[0] == "dates"


@pytest.mark.parametrize(
    "kept",
    [
        "",
        "Đảng ủy Khối",
        "[Errno 5] Input/output error: disk",  # a pattern of values alone fits everything, so it fits nothing
        "the address says 2024-07",  # cut short
        "chuyện hôm nay at nhà hát lớn",  # few letters of ours: only single words are values
        "it prints no date; and something else",
    ],
)
def test_any_other_text_stays_what_it_is(kept: str) -> None:
    found = KNOWN.read(kept)
    assert found == kept and not isinstance(found, Sentence)
