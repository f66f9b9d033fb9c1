"""Reads one date from one printed text."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from scraper.clock import VIETNAM
from scraper.dates.free_text import cut_lead, read_free_text
from scraper.dates.known_forms import read_known_form
from scraper.dates.readings import Order, Reading, Refusal
from scraper.dates.timestamps import read_timestamp
from scraper.text import squeeze
from scraper.text.sentence import Sentence

LONGEST = 100  # characters; dateparser took 6.5 s over 100,000 digits


def read_date(text: str, *, base: datetime | None = None, order: Order = "dmy") -> Reading | Refusal:
    """The one date that ``text`` prints, or why it cannot be read.

    ``base`` (aware, else Vietnam's time) is the moment from which “3 giờ trước” and dates without a year are counted.
    It is usually that of the capture. A date more than two days after ``base`` (or after now, if there is none) is
    refused. ``order`` is "mdy" only for sites known to print the month first. A time without a zone is Vietnam's.
    """
    line = squeeze(text[: 20 * LONGEST])
    if not line:
        return Refusal("empty", Sentence("there is nothing to read"), text)
    if base is not None and base.tzinfo is None:
        base = base.replace(tzinfo=VIETNAM)
    answer = read_known_form(line, base, order) if len(line) <= LONGEST else None
    return _as_given(answer or _read(line, base, order), text)


def _read(line: str, base: datetime | None, order: Order) -> Reading | Refusal:
    """Reads ``line``, which as a whole is no known form."""
    shown = cut_lead(line)
    if len(shown) > LONGEST:
        return Refusal(
            "too-long", Sentence("longer than {longest} characters: this is no date line", longest=LONGEST), line
        )
    known = read_known_form(shown, base, order) if len(shown) < len(line) else None
    return known or read_timestamp(shown, base) or read_free_text(shown, base, order)


def _as_given(answer: Reading | Refusal, text: str) -> Reading | Refusal:
    return answer if answer.text == text else replace(answer, text=text)
