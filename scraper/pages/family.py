"""What a CMS family is: page objects, pure functions of (html, url)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

from scraper.items import ListPage, PrintedArticle, WitnessSource


class Family:
    """The page objects of one CMS.

    A family never fetches and never guesses: a page that does not fit raises
    :class:`~scraper.items.NotAnArticle` with its reason.

    ``select`` holds what a site's file says differs from its family: field name to CSS selector.
    """

    name: ClassVar[str]
    version: ClassVar[int] = 1
    trust: ClassVar[tuple[WitnessSource, ...]] = (
        WitnessSource.VISIBLE,
        WitnessSource.JSONLD,
        WitnessSource.META,
        WitnessSource.MICRODATA,
        WitnessSource.SITEMAP,
        WitnessSource.FEED,
        WitnessSource.LIST,
    )
    """Witnesses of the date of publication, the most trusted first; a source not named here is not heard."""

    def __init__(self, select: Mapping[str, str] | None = None) -> None:
        self.select: Mapping[str, str] = select or {}

    @property
    def parser(self) -> str:
        """Family and version, as records carry it."""
        return f"{self.name}/{self.version}"

    def key(self, url: str) -> str | None:
        """The article's key as its address alone tells it, or None where the address is not an article's.

        All addresses of one article (desktop and mobile, http and https, with and without ``www.``) have one key.
        """
        raise NotImplementedError

    def fetch_url(self, url: str) -> str | None:
        """The address to ask for, given an address met: the canonical one where it can be derived.

        None for an address never to be fetched (a print copy, a download).
        """
        return url

    def month(self, url: str) -> tuple[int, int] | None:
        """Year and month of publication, where the address states them."""
        return None

    def list_page(self, html: str, url: str) -> ListPage:
        """What a list page shows: its articles in order, and its next page."""
        raise NotImplementedError

    def article(self, html: str, url: str) -> PrintedArticle:
        """What an article page prints. Raises NotAnArticle where the page does not fit."""
        raise NotImplementedError

    def article_at(self, html: str, url: str, captured_at: datetime | None) -> PrintedArticle:
        """The same of a page captured then, for sites that had other page objects before."""
        return self.article(html, url)

    def reader(self, parser: str) -> Family:
        """The page objects that read a record with this ``parser``."""
        return self
