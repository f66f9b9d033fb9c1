"""A few pages of one site, asked for one after another through Scrapy, under the project's manners and guard."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import scrapy
from scrapy import Request
from scrapy.http import Response

from scraper import __version__
from scraper.fetch.guard import refused_host
from scraper.fetch.hosts import DEFAULT_PORTS, HostRule, HostTable, endpoint, queue_of
from scraper.fetch.outcomes import outcome_of
from scraper.sites.site import Fetch
from scraper.text import decode

if TYPE_CHECKING:
    from scrapy.crawler import Crawler, CrawlerProcessBase

_SITE = "visited"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a server answered at the end of its redirects."""

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def content_type(self) -> str | None:
        """The server's own statement of what the body is."""
        return next((value for name, value in self.headers if name.lower() == "content-type"), None)

    @property
    def text(self) -> str:
        """The body as text."""
        return decode(self.body, self.content_type).text


Ask = Callable[[str], Awaitable[Answer | None]]
"""Asks for one address; None where there was no answer, of which a note is kept."""


class VisitFailed(Exception):
    """The visit broke off. The message says where."""


def is_private(url: str) -> bool:
    """Whether ``url``, typed by the user, is on this machine or in a private network."""
    host, _ = endpoint(url)
    return host == "localhost" or host.endswith(".localhost") or refused_host(host) is not None


def visit(process: CrawlerProcessBase, home: str, fetch: Fetch, work: Callable[[Ask], Awaitable[None]]) -> list[str]:
    """Runs ``work`` inside one crawl of the host of ``home``; the notes say which addresses gave no answer.

    Raises VisitFailed where the crawl could not start or ``work`` failed.
    """
    state = _State(home, fetch, work)
    process.crawl(_Visitor, state=state)
    process.start()
    if state.error is not None:
        raise VisitFailed(str(state.error)) from state.error
    if not state.is_done:
        raise VisitFailed("the crawl ended before its work; run it again with -s LOG_ENABLED=1")
    return state.notes


class _State:
    """What the visitor and its starter share."""

    def __init__(self, home: str, fetch: Fetch, work: Callable[[Ask], Awaitable[None]]) -> None:
        self.home = home
        self.fetch = fetch
        self.work = work
        self.notes: list[str] = []
        self.error: Exception | None = None
        self.is_done = False


class _Visitor(scrapy.Spider):
    """The spider of a visit: it follows nothing by itself and stays on the host it was sent to."""

    name = "visit"
    custom_settings = {"FEEDS": {}, "EXTENSIONS": {}}  # noqa: RUF012 - Scrapy's own attribute

    def __init__(self, state: _State) -> None:
        super().__init__()
        self._state = state

    @classmethod
    def from_crawler(cls, crawler: Crawler, state: _State) -> Self:
        """The visitor, with the settings that follow from the host it asks."""
        settings = crawler.settings
        contact = str(settings["TINKHOI_CONTACT"] or "")
        where = endpoint(state.home)
        fetch = state.fetch
        rule = HostRule(
            delay=fetch.delay,
            max_requests=fetch.max_requests,
            legacy_tls=fetch.legacy_tls,
            any_certificate=fetch.expired_certificate,
        )
        table = HostTable(
            rules={queue_of(where[0]): rule},
            ports=frozenset() if where[1] in DEFAULT_PORTS.values() else frozenset({where}),
            allowed={_SITE: frozenset(endpoint(f"http://{pair}/") for pair in fetch.allow)},
            contact=bool(contact),
        )
        settings.set("TINKHOI_HOSTS", table, priority="spider")
        slots = {queue_of(where[0]): {"concurrency": 1, "delay": rule.delay}}
        settings.set("DOWNLOAD_SLOTS", slots, priority="spider")
        named = f"tinkhoi/{__version__} (+{contact})" if contact else f"tinkhoi/{__version__}"
        settings.set("USER_AGENT", named, priority="spider")
        spider = cls(state)
        spider._set_crawler(crawler)
        return spider

    def owns(self, site: str, url: str) -> bool:
        """Whether a redirect to ``url`` stays on the host that is visited."""
        return queue_of(endpoint(url)[0]) == queue_of(endpoint(self._state.home)[0])

    async def start(self) -> AsyncIterator[Request]:
        """Does the visit's work; no request goes through the scheduler."""
        try:
            await self._state.work(self.ask)
            self._state.is_done = True
        except Exception as error:
            self._state.error = error
        nothing: tuple[Request, ...] = ()
        for request in nothing:
            yield request

    async def ask(self, url: str) -> Answer | None:
        """The answer at ``url``, or None."""
        meta = {"site": _SITE, "robots": True} if url.endswith("/robots.txt") else {"site": _SITE}
        request = Request(url, dont_filter=True, meta=meta)
        try:
            response: Response = await self.crawler.engine.download_async(request)
        except Exception as error:
            outcome, detail = outcome_of(error)
            self._state.notes.append(f"{url}: {outcome}: {detail}")
            return None
        headers = [(name, value) for name, values in response.headers.items() for value in values]
        pairs = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers)
        return Answer(url=response.url, status=response.status, headers=pairs, body=response.body)
