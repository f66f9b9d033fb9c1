"""Reads captured pages with their sites' page objects, each within a time limit and none twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from scraper.captures import Capture
from scraper.items import ListPage, PrintedArticle, Reject
from scraper.pages.family import Family
from scraper.reading import read_printed
from scraper.reading.further_pages import second_page
from scraper.sites import Site
from scraper.text import decode
from scraper.text.sentence import Sentence
from scraper.time_limit import READING_SECONDS, TooSlow, time_limit

TOO_SLOW = 3
"""After this many pages of a site have taken too long, no other page of it is read."""


@dataclass(frozen=True, slots=True)
class ReadBody:
    """What the archive keeps of the body of an article page beside what the page prints."""

    size: int  # bytes
    second_page: str | None  # the address of the article's second page, which this one links to


class KnownPages(Protocol):
    """Pages that have been read before, by the id of their record. None for a page that has not been read."""

    def list_page(self, record_id: str) -> ListPage | None:
        """What a list page shows."""

    def printed(self, record_id: str) -> PrintedArticle | Reject | None:
        """What an article page prints, or why it is no article."""

    def body(self, record_id: str) -> ReadBody | None:
        """What else was read from the body of an article page."""


class Pages:
    """Reads captured pages and counts, for each site, those that take too long.

    Pages in ``known`` are not read again.
    """

    def __init__(self, known: KnownPages | None = None) -> None:
        self._known = known
        self._slow: Counter[str] = Counter()

    def list_page(self, capture: Capture, site: Site, family: Family) -> ListPage | None:
        """What a list page shows, or None if the site was given up. Raises TooSlow and what page objects raise."""
        known = self._known.list_page(capture.record_id) if self._known else None
        if known is not None or self.gave_up(site):
            return known
        from scraper.pages.tree import released

        with released(), self.limit(site):
            text = decode(capture.body, capture.header("Content-Type"), site.fetch.encoding).text
            return family.list_page(text, capture.url)

    def body_size(self, record_id: str) -> int | None:
        """The bytes of the body of an article page that has been read before; None for any other page."""
        known = self._known.body(record_id) if self._known else None
        return known.size if known else None

    def second(self, capture: Capture) -> str | None:
        """The address of the second page of an article, if its first page links to one."""
        known = self._known.body(capture.record_id) if self._known else None
        return known.second_page if known else second_page(capture)

    def known(self, capture: Capture) -> PrintedArticle | Reject | None:
        """What an article page prints, or why it is no article, if it has been read before."""
        return self._known.printed(capture.record_id) if self._known else None

    def printed(self, capture: Capture, site: Site) -> PrintedArticle | Reject:
        """What an article page prints, or why it is no article.

        Raises TooSlow, and whatever a page object raises except NotAnArticle.
        """
        known = self.known(capture)
        if known is not None:
            return known
        if self.gave_up(site):
            detail = Sentence("not read: other pages of the site took too long")
            return Reject(reason="parser", detail=detail, url=capture.url)
        from scraper.pages.tree import released

        with released(), self.limit(site):
            return read_printed(
                capture.body,
                capture.url,
                site,
                content_type=capture.header("Content-Type"),
                captured_at=capture.fetched_at,
            )

    def gave_up(self, site: Site) -> bool:
        """Whether so many pages of the site took too long that no more are read."""
        return self._slow[site.id] >= TOO_SLOW

    @contextmanager
    def limit(self, site: Site) -> Iterator[None]:
        """Limits the time that the block may take for a page of ``site``. Raises TooSlow."""
        try:
            with time_limit(READING_SECONDS):
                yield
        except TooSlow:
            self._slow[site.id] += 1
            raise
