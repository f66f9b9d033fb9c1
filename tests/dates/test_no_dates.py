"""Two hundred sentences of news, full of numbers, in which no date of publication stands."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from scraper.clock import VIETNAM
from scraper.dates.date_line import read_date
from scraper.dates.readings import Reading

SENTENCES = Path(__file__).with_name("data") / "no_dates_of_publication.txt"
BASE = datetime(2026, 3, 2, 1, 30, tzinfo=VIETNAM)


def sentences() -> list[str]:
    lines = SENTENCES.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def test_no_sentence_is_read_as_a_date_of_publication() -> None:
    assert len(sentences()) == 200
    read = {line: answer.iso for line in sentences() if isinstance(answer := read_date(line, base=BASE), Reading)}
    assert read == {}


def test_no_sentence_is_refused_for_its_length_alone() -> None:
    assert max(len(line) for line in sentences()) <= 100
