"""How far back each site's lists are followed tonight, until the site is complete from the requested day.

The first night goes back thirty days; each night that reaches the end of its window doubles it. Links that a night
cannot fetch in its time stay pending, and the next night uses the same window again.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from flows.outcome.night_summary import Completeness
from flows.outcome.wording import Number
from scraper.sites import Site
from scraper.store import Archive
from scraper.store.runs import Reach, reach
from scraper.text.sentence import Sentence

FIRST_DAYS = 30
A_DAY = 60
"""Articles a day of a site whose file gives no number: the usual output of a provincial newspaper."""


def windows(
    archive: Archive, sites: Iterable[Site], *, wanted: date | None, today: date, stepwise: bool
) -> dict[str, date]:
    """For each site, the day back to which its lists are followed tonight, even if they show nothing new.

    A site is left out that is complete from ``wanted`` and whose lists were followed whole the last time. With
    ``stepwise`` the window grows night by night; else it reaches ``wanted`` at once.
    """
    found = {}
    for site in sites:
        at = reach(archive, site.id)
        day = window(at, wanted=wanted, today=today, stepwise=stepwise)
        if day is not None:
            found[site.id] = day
    return found


def window(at: Reach, *, wanted: date | None, today: date, stepwise: bool) -> date | None:
    """The day back to which one site's lists are followed; None if they are followed only to known articles.

    A list that broke off midway leaves a gap behind the known articles: it is followed to where it was last whole.
    """
    if wanted is not None and (at.complete_from is None or at.complete_from > wanted):
        if not stepwise:
            return wanted
        if at.complete_from is None:
            return max(wanted, today - timedelta(days=FIRST_DAYS))
        span = max(timedelta(days=FIRST_DAYS), today - at.complete_from)
        return at.complete_from - min(span, at.complete_from - wanted)
    if at.broken:
        return at.last_whole - timedelta(days=2) if at.last_whole is not None else date.min
    return None


def estimate(site: Site, day: date, today: date, seconds: float | None) -> str:
    """The cost of going back to ``day``, in words: pages, politeness, hours, and whether the pages are a guess."""
    pages = round((site.expect / 30.4 if site.expect else A_DAY) * (today - day).days)
    said = Sentence(
        "{site}: back to {day}, about {pages} pages at {delay} s: {time}",
        site=site.id,
        day=f"{day:%d/%m/%Y}",
        pages=Number(pages),
        delay=f"{site.fetch.delay:g}",
        time=_hours(pages * site.fetch.delay),
    )
    if not site.expect:
        said = Sentence(
            "{estimate}; a guess from {count} articles a day, since the site's file has no `expect`",
            estimate=said,
            count=A_DAY,
        )
    if seconds is not None:
        said = Sentence("{estimate}; at most {time} a night", estimate=said, time=_hours(seconds))
    return said


def progress(archive: Archive, sites: Iterable[str], wanted: date | None) -> list[Completeness]:
    """The sites that are not yet complete from ``wanted``."""
    if wanted is None:
        return []
    found = []
    for site in sites:
        at = reach(archive, site)
        if at.complete_from is None or at.complete_from > wanted:
            found.append(Completeness(site, at.complete_from, wanted, at.waiting))
    return found


def _hours(seconds: float) -> str:
    hours, minutes = divmod(round(seconds / 60), 60)
    if not hours:
        return Sentence("{minutes} min", minutes=max(minutes, 1))
    return Sentence("{hours} h {minutes} min", hours=Number(hours), minutes=minutes)
