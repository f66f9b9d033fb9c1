"""What a CMS family is: page objects, pure functions of (html, url)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from scraper.items import ListPage, PrintedArticle, WitnessSource
from scraper.sites.families import check_select

if TYPE_CHECKING:
    from bs4 import Tag


class Family:
    """The page objects of one CMS.

    A family never fetches and never guesses: a page that does not fit raises
    :class:`~scraper.items.NotAnArticle` with its reason.

    ``select`` maps field names to CSS selectors, for the fields in which a site differs from its family. Raises
    ValueError when it is made with a selector that is not CSS, or for a field of which the family takes none.
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
    """Witnesses of the date of publication, the most trusted first. A source not named here is ignored."""

    divides: bool = False
    """Whether its articles may go on at further addresses; further_pages tells which."""

    def __init__(self, select: Mapping[str, str] | None = None) -> None:
        self.select: Mapping[str, str] = select or {}
        check_select(self.name, self.select)

    @property
    def parser(self) -> str:
        """Family and version, as records carry it."""
        return f"{self.name}/{self.version}"

    def key(self, url: str) -> str | None:
        """The article's key, as far as its address tells it, or None if the address is not an article's.

        All addresses of one article (desktop and mobile, http and https, with and without ``www.``) have one key.
        """
        raise NotImplementedError

    def fetch_url(self, url: str) -> str | None:
        """The address to request for a given one: the canonical address, if it can be derived.

        None for an address that is never fetched (a print copy, a download).
        """
        return url

    def month(self, url: str) -> tuple[int, int] | None:
        """Year and month of publication, if the address states them."""
        return None

    def list_page(self, html: str, url: str) -> ListPage:
        """What a list page shows: its articles in order, and its next page."""
        raise NotImplementedError

    def list_regions(self, page: Tag) -> list[Tag]:
        """The parts of a list page that ``list`` of ``select`` names, or the whole page if it names none."""
        return list(page.select(self.select["list"])) if "list" in self.select else [page]

    def article(self, html: str, url: str) -> PrintedArticle:
        """What an article page prints. Raises NotAnArticle if the page does not fit."""
        raise NotImplementedError

    def article_at(self, html: str, url: str, captured_at: datetime | None) -> PrintedArticle:
        """Like ``article``, for a page captured at that time. Some sites had other page objects before."""
        return self.article(html, url)

    def reader(self, parser: str) -> Family:
        """The page objects that read a record with this ``parser``."""
        return self

    def further_pages(self, html: str, url: str) -> tuple[str, ...]:
        """The addresses at which the article on this page goes on, in order. Only some CMSs divide articles."""
        return ()

    def key_of_part(self, url: str) -> str | None:
        """The key of the article that goes on at this address; None if the address is not that of a further page."""
        return None
