"""What a crawl keeps in mind of one site, and of one list, feed or sitemap that it follows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from scrapy import Request

from scraper.fetch.snapshot import KnownSource, Wanted
from scraper.pages import pages_of
from scraper.pages.family import Family
from scraper.sites import Site


@dataclass
class Trail:
    """How far one list, feed or sitemap has been followed."""

    kind: str  # "list", "feed" or "sitemap"
    visited: set[str] = field(default_factory=set)  # addresses requested and answered
    shown: set[str] = field(default_factory=set)  # keys of the articles shown so far
    pages: int = 0
    known: KnownSource = field(default_factory=KnownSource)
    walk: int = 0  # pages still to be turned although nothing on them is new
    idle: int = 0  # pages in a row that showed nothing that an earlier page had not


@dataclass
class SiteCrawl:
    """What one site's crawl has done so far."""

    site: Site
    open_sources: int = 0
    reached: bool = False  # some source gave an answer, whatever it was
    rest: Iterator[Request] | None = None  # pending articles and re-checks, once their requests have begun
    new: int = 0
    began: float | None = None  # when the first article was requested, on the monotonic clock
    requests: int = 0  # since then
    asked: set[str] = field(default_factory=set)  # keys
    edited: dict[str, Wanted] = field(default_factory=dict)  # by key: lists show that they were edited

    @cached_property
    def family(self) -> Family:
        """The site's page objects. They are loaded once a list shows something."""
        return pages_of(self.site)
