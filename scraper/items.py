"""The records: what a page prints, and what is understood from it.

A ``Printed…`` record holds what a page shows, in NFC and with its white space squeezed; nothing else is changed. An
:class:`Article` is what the archive keeps. Only :mod:`scraper.cleaning` turns one into the other. A field that a
page does not have is ``None`` or empty; nothing is invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Literal

from scraper.text.sentence import Sentence


class WitnessSource(StrEnum):
    """Where a date was printed. A family's order of trust is a sequence of these values."""

    VISIBLE = "visible"  # the date line of the article page, read by people
    LIST = "list"  # beside the article's link on a list page
    FEED = "feed"  # pubDate of an RSS item, published of an Atom entry
    SITEMAP = "sitemap"  # lastmod or news:publication_date
    META = "meta"  # article:published_time and its like
    JSONLD = "jsonld"  # datePublished in JSON-LD
    MICRODATA = "microdata"  # itemprop=datePublished, time[datetime]


@dataclass(frozen=True, slots=True)
class Witness:
    """One printed statement about the moment of publication, as printed."""

    source: WitnessSource
    text: str
    order: Literal["dmy", "mdy"] | None = None  # of day and month; None means the site's own order
    seen: datetime | None = None  # when it was printed, if that was not when the page was captured; aware
    title: str | None = None  # the article's title as a list or feed prints it beside the date


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """One printed paragraph of a body, with the traits that distinguish a caption or a signature from prose."""

    text: str
    align: str | None = None  # "center", "right", "left", or None if the page does not say
    bold: bool = False  # every word of it is bold
    italic: bool = False  # every word of it is italic


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One printed picture of a body.

    ``caption`` is set only if the markup itself binds the words to the picture (figcaption, a cell of the picture's
    table). If a caption is printed as a paragraph of its own, cleaning pairs it by its likeness to ``alt``.
    """

    src: str
    alt: str | None = None
    caption: str | None = None


Block = Paragraph | Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedArticle:
    """What an article page prints. ``body`` keeps the page's order of paragraphs and pictures."""

    url: str  # the address that was read
    canonical_url: str | None  # rel=canonical or og:url, if the family trusts it; absolute
    native_id: str | None  # the CMS's own number of the article
    title: str
    other_urls: tuple[str, ...] = ()  # further addresses of this article that the page names, such as a mobile one
    kicker: str | None = None  # the line above the title, its colon kept
    lead: str | None = None  # the sapo, its masthead kept
    body: tuple[Block, ...] = ()
    byline: str | None = None  # only if the markup names it; cleaning finds a signature in the body
    section: str | None = None
    tags: tuple[str, ...] = ()
    published_text: str | None = None  # the visible date line, as printed
    updated_text: str | None = None  # a visible or machine date of the last edit, as printed
    witnesses: tuple[Witness, ...] = ()  # every other date of publication that the page states
    further_pages: tuple[str, ...] = ()  # the addresses at which the article goes on, in order
    needs_date: bool = False  # no date is printed: it is an article only if a list or feed tells its title and date
    parser: str = ""  # family and version, for example "apbac/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListEntry:
    """One article that a list page, feed or sitemap shows."""

    url: str  # absolute
    title: str | None = None
    date_text: str | None = None  # the date printed beside it
    lead: str | None = None
    source: WitnessSource = WitnessSource.LIST  # what ``date_text`` is a witness of


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """What a list page, feed or sitemap shows."""

    entries: tuple[ListEntry, ...]
    next_url: str | None = None  # the next page of the same list
    children: tuple[str, ...] = ()  # a sitemap index's sitemaps
    whole: bool = True  # False if it was cut off: entries are missing, and its validators are not kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One picture of an article: its address, its alternative text, and the words printed under it."""

    src: str
    alt: str | None
    caption: str | None


class Precision(StrEnum):
    """How exactly a page tells when it was published."""

    MINUTE = "minute"  # also a relative time in minutes, which is exact to two minutes
    HOUR = "hour"  # a relative time in hours
    DAY = "day"
    NONE = "none"  # no single day is known, but perhaps the first and last of an interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """How one witness was read, and whether it agrees with the moment that was chosen."""

    source: str  # a WitnessSource, or "address" (month in the address), "weekday", "id"
    text: str
    reads: str | None  # ISO moment, day or month, or interval across a midnight; None if it was refused
    agrees: bool | None  # None if it could not be compared
    earliest: str | None = None  # the first moment that a relative time ("3 giờ trước") can mean, ISO
    latest: str | None = None  # the last such moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something that a person should look at. ``kind`` is short and stable, ``detail`` says what was seen."""

    kind: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A topic that an article belongs to, with the words that matched and the rule that matched them."""

    topic: str
    words: str
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """An article as understood: what the archive keeps and shows."""

    site: str
    key: str  # unique within the site: the native id if the family has one, else the canonical address
    url: str  # the canonical address
    urls: tuple[str, ...]  # all known addresses
    title: str
    kicker: str | None
    lead: str | None
    body: tuple[str, ...]  # paragraphs, without lead, captions and byline
    masthead: str | None  # the paper's own sign that opens the lead, without its brackets
    author: str | None
    section: str | None
    tags: tuple[str, ...]
    figures: tuple[Figure, ...]
    published_text: str | None
    published_at: datetime | None  # with offset; None if the page gives no time of day
    published_day: date | None  # the printed local day; None if an interval spans a midnight
    published_precision: Precision
    published_earliest: datetime | None = None  # the first moment that a relative time ("3 giờ trước") can mean
    published_latest: datetime | None = None  # the last such moment; both with offset
    date_evidence: tuple[Evidence, ...]
    updated_at: datetime | None
    topics: tuple[Topic, ...]
    captured_at: datetime  # see time_is_known
    parser: str
    problems: tuple[Problem, ...]


_WITHOUT_TIME = datetime(1970, 1, 1, tzinfo=UTC)


def time_is_known(captured_at: datetime) -> bool:
    """Whether a time of capture is real. The web began in 1990; a clock that was never set says 1970 or 1980."""
    return captured_at.year >= 1990


def filed_without_time(content: bytes) -> datetime:
    """The moment under which a capture without a time of its own is filed: a microsecond of 1 January 1970.

    It therefore comes before all others and never counts as newer than a capture with a time. ``content`` decides
    which microsecond it is, so the same capture in another file gets the same moment.
    """
    return _WITHOUT_TIME + timedelta(microseconds=int.from_bytes(sha256(content).digest()[:6]) % 86_400_000_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """A page that is not an article, and why. It never becomes a row and never overwrites one."""

    reason: str  # one of REASONS
    detail: str
    url: str


REASONS: dict[str, str] = {
    "http": "The server answered with an error.",
    "another-article": "The address shows another article than the one that a list named it for.",
    "redirected": "The address led to another page that is not an article.",
    "soft-404": "The page says with status 200 that it does not exist.",
    "login": "The page asks for a name and a password.",
    "password": "The article is behind a password of its own.",
    "maintenance": "The page says that the site is being maintained.",
    "blocked": "The page says that we are blocked, or asks for a captcha.",
    "parked": "The domain is for sale or parked.",
    "hacked": "The page's words are not those of a Vietnamese newspaper.",
    "no-title": "No title was found where the family prints it.",
    "no-date": "No date of publication was found where the family prints it.",
    "no-body": "Neither lead nor body was found where the family prints them.",
    "future": "The date of publication lies in the future.",
    "same-title": "Many addresses of this night have this same title.",
    "encoding": "The page's bytes could not be read as Vietnamese text.",
    "truncated": "The page ends before its end.",
    "not-an-article": "The page is a list, a search, or another page of the site.",
    "parser": "The page object failed on this page.",
}


class NotAnArticle(Exception):
    """Raised by a page object on a page that is not an article of its family.

    With ``values`` the detail is a pattern that they are put into.
    """

    def __init__(self, reason: str, detail: str, **values: object) -> None:
        if reason not in REASONS:
            raise ValueError(f"unknown reason {reason!r}")
        self.reason = reason
        self.detail = detail if isinstance(detail, Sentence) and not values else Sentence(detail, **values)
        super().__init__(f"{reason}: {self.detail}")
