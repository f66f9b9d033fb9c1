"""The two languages of the pages, and which of them a reader gets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from datetime import date, datetime, timedelta
from typing import Any

from flows.outcome import wording
from flows.outcome.messages import Lang, from_json
from flows.outcome.wording import number, reason
from flows.web.words import WORDS
from scraper.clock import VIETNAM
from scraper.study.periods import Period

COOKIE = "tinkhoi_lang"

language: ContextVar[Lang] = ContextVar("language", default="vi")
"""The language of the request that is being answered."""

TOPICS = ("khoi", "ke-thua", "xay-dung-dang")
"""The topics that have a name of their own, in the order in which they are shown."""


def say(name: str, /, **values: object) -> str:
    """The words called ``name`` in the reader's language, those for one thing where ``count`` is 1.

    Raises KeyError for a name there is not.
    """
    one = f"{name}_one"
    vietnamese, english = WORDS[one if values.get("count") == 1 and one in WORDS else name]
    text = vietnamese if language.get() == "vi" else english
    return text.format(**{k: figure(v) if isinstance(v, int) else v for k, v in values.items()})


def lookup_name(key: str) -> str | None:
    """What a comparison of Datasette's filters is called; None for a sign that all can read, such as ``=``."""
    name = f"lookup_{key}"
    return say(name) if name in WORDS else None


def reason_text(kind: str) -> str:
    """The kind of a problem, or why a page was refused; a kind without words stays as it is."""
    return reason(kind, language.get())


def detail_text(kept: str) -> tuple[str, Lang]:
    """What was kept of a page or a problem, and the language it is told in."""
    return wording.detail(kept, language.get())


def messages_text(kept: str | Sequence[Mapping[str, Any]] | None, stored: str) -> str:
    """The messages of a run in the reader's language; ``stored`` if an earlier version kept only that text."""
    return "; ".join(wording.say(each, language.get()) for each in from_json(kept)) or stored


def figure(count: int) -> str:
    """A number as the reader's language writes it."""
    return number(count, language.get())


def decimal_text(value: float, places: int = 1) -> str:
    """``12,5`` in Vietnamese, ``12.5`` in English; without its zeros after the point."""
    whole, point, rest = f"{value:,.{places}f}".partition(".")
    rest = rest.rstrip("0")
    if language.get() == "vi":
        return whole.replace(",", ".") + ("," + rest if rest else "")
    return whole + (point + rest if rest else "")


def period_text(period: Period) -> str:
    """``07/2024`` for a month; for a week ``08/07/2024``, its Monday; else both ends."""
    if period.first.day == 1 and period.days >= 28 and (period.last + timedelta(days=1)).day == 1:
        return month_text(f"{period.first:%Y-%m}")
    if period.days == 7 and period.first.weekday() == 0:
        return say("week_of", day=day_text(period.first))
    return f"{day_text(period.first)} – {day_text(period.last)}"


def topic_name(topic: str) -> str:
    """The name of a topic for people; a watchword is its own name."""
    return say(f"topic_{topic}") if topic in TOPICS else topic


def in_vietnam(moment: str) -> datetime:
    """A stored moment on Vietnam's clock."""
    return datetime.fromisoformat(moment).astimezone(VIETNAM)


def day_text(day: str | date | None) -> str:
    """``11/07/2024``; words for a day that is not known."""
    if day is None:
        return say("no_day")
    return f"{date.fromisoformat(day) if isinstance(day, str) else day:%d/%m/%Y}"


def days_text(day: str | None, first: str | None, last: str | None) -> str:
    """``11/07/2024``; ``10/07/2024 – 11/07/2024`` where only the moments are known that it lies between."""
    if day is None and first is not None and last is not None:
        return f"{day_text(first[:10])} – {day_text(last[:10])}"
    return day_text(day)


def month_text(month: str) -> str:
    """``07/2024``."""
    year, _, number_of_month = month.partition("-")
    return f"{number_of_month}/{year}"


def moment_text(moment: str | datetime) -> str:
    """``11/07/2024 15:51`` on Vietnam's clock."""
    return f"{in_vietnam(moment if isinstance(moment, str) else moment.isoformat()):%d/%m/%Y %H:%M}"


def full_moment_text(moment: datetime) -> str:
    """``15:51, 11/07/2024 (GMT+7)``, as papers print it."""
    return f"{moment.astimezone(VIETNAM):%H:%M, %d/%m/%Y} (GMT+7)"


def interval_text(first: datetime, last: datetime) -> str:
    """``trong khoảng 21:30 – 23:00, 11/07/2024 (GMT+7)``; both days where it reaches over a midnight."""
    first, last = first.astimezone(VIETNAM), last.astimezone(VIETNAM)
    begin = f"{first:%H:%M}" if first.date() == last.date() else f"{first:%H:%M, %d/%m/%Y}"
    return say("between", first=begin, last=f"{last:%H:%M, %d/%m/%Y} (GMT+7)")


def preferred(cookie: str | None, accept_language: str, default: Lang) -> Lang:
    """The language chosen by link (the cookie), else the first of both that the browser accepts, else ``default``."""
    if cookie in {"vi", "en"}:
        return "vi" if cookie == "vi" else "en"
    best, weight = default, 0.0
    for part in accept_language.split(","):
        name, _, quality = part.strip().partition(";q=")
        try:
            asked = float(quality) if quality else 1.0
        except ValueError:
            continue
        tag = name.lower().partition("-")[0]
        if tag in {"vi", "en"} and asked > weight:
            best, weight = ("vi" if tag == "vi" else "en"), asked
    return best
