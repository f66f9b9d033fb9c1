"""A site's page objects over time: a paper may change its CMS, but its older captures keep the old markup."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from scraper.items import ListPage, NotAnArticle, PrintedArticle, time_is_known
from scraper.pages.family import Family

_LAYOUT = frozenset({"no-title", "no-date", "no-body", "not-an-article"})
"""Refusals that may mean another layout. What a page says about itself is true in every layout."""


class FamiliesInTime(Family):
    """A site's present and former page objects.

    ``former`` are the former ones, the latest first, each with the last day on which its pages were served. A page
    is first read by the page objects of the day of its capture. If its layout does not fit them, the others are
    tried, today's first. The record's ``parser`` says which of them read it; where only selectors differ, it names
    the last day of the former ones (``described/1 until 2021-12-31``). If only former page objects know an address,
    its key is marked with their family's name, because each CMS counts for itself.
    """

    def __init__(self, today: Family, former: Sequence[tuple[date, Family]]) -> None:
        self.name, self.version, self.trust = today.name, today.version, today.trust  # type: ignore[misc]
        super().__init__(today.select)
        self.divides = today.divides
        self._today, self._former = today, tuple(sorted(former, key=lambda each: each[0], reverse=True))
        self._parsers = {id(family): self._told_apart(until, family) for until, family in self._former}

    def _told_apart(self, until: date, family: Family) -> str:
        """The family's own ``parser``, or with the last day if other page objects here have the same one."""
        others = [self._today.reader(family.parser), *(each for _, each in self._former if each is not family)]
        is_alone = all(other.parser != family.parser for other in others)
        return family.parser if is_alone else f"{family.parser} until {until}"

    def key(self, url: str) -> str | None:
        """See Family."""
        if (key := self._today.key(url)) is not None:
            return key
        for _, family in self._former:
            if (key := family.key(url)) is not None:
                return f"{family.name}-{key}"
        return None

    def fetch_url(self, url: str) -> str | None:
        """See Family."""
        return self._of(url).fetch_url(url)

    def month(self, url: str) -> tuple[int, int] | None:
        """See Family."""
        return self._of(url).month(url)

    def list_page(self, html: str, url: str) -> ListPage:
        """What today's page objects find in the list, else what the first former ones find that find anything."""
        shown = self._today.list_page(html, url)
        for _, family in () if shown.entries else self._former:
            before = family.list_page(html, url)
            if before.entries:
                return before
        return shown

    def further_pages(self, html: str, url: str) -> tuple[str, ...]:
        """See Family."""
        return self._today.further_pages(html, url)

    def key_of_part(self, url: str) -> str | None:
        """See Family."""
        return self._today.key_of_part(url)

    def article(self, html: str, url: str) -> PrintedArticle:
        """See Family."""
        return self.article_at(html, url, None)

    def article_at(self, html: str, url: str, captured_at: datetime | None) -> PrintedArticle:
        """What the page prints. The page objects of the day of its capture come first. Raises NotAnArticle."""
        first_refusal: NotAnArticle | None = None
        for family in self._in_order(captured_at):
            try:
                printed = family.article(html, url)
                if printed.parser == family.parser and id(family) in self._parsers:
                    return replace(printed, parser=self._parsers[id(family)])
                return printed
            except NotAnArticle as refusal:
                first_refusal = first_refusal or refusal
                if refusal.reason not in _LAYOUT:
                    break
        assert first_refusal is not None  # noqa: S101 - today's page objects are always asked
        raise first_refusal

    def reader(self, parser: str) -> Family:
        """See Family."""
        former = next((family for _, family in self._former if self._parsers[id(family)] == parser), None)
        return former or self._today.reader(parser)

    def _of(self, url: str) -> Family:
        if self._today.key(url) is not None:
            return self._today
        return next((family for _, family in self._former if family.key(url) is not None), self._today)

    def _in_order(self, captured_at: datetime | None) -> list[Family]:
        then = [family for until, family in reversed(self._former) if _is_before(captured_at, until)]
        return list(dict.fromkeys((*then[:1], self._today, *(family for _, family in self._former))))


def _is_before(captured_at: datetime | None, until: date) -> bool:
    return captured_at is not None and time_is_known(captured_at) and captured_at.date() <= until
