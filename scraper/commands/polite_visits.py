"""Requests a few pages of some sites through Scrapy, one after another, with the usual politeness and guard."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import scrapy
from scrapy import Request
from scrapy.http import Response
from scrapy.settings import Settings

from scraper.addresses import DEFAULT_PORTS, endpoint
from scraper.fetch.address_guard import refused_host
from scraper.fetch.hosts import HostRule, HostTable, queue_of
from scraper.fetch.identity import user_agent
from scraper.fetch.outcomes import outcome_of
from scraper.fetch.scrapy_internals import attach
from scraper.sites import Site
from scraper.sites.site import Fetch
from scraper.spiders.host_table import host_table
from scraper.spiders.news import LEAST_DELAY
from scraper.text import decode
from scraper.text.sentence import Sentence

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


@dataclass(frozen=True, slots=True)
class VisitRefused:
    """Why an address gave no answer of its own."""

    url: str
    outcome: str  # a key of scraper.fetch.outcomes.OUTCOMES
    detail: str

    def __str__(self) -> str:
        return f"{self.url}: {self.outcome}: {self.detail}"


Ask = Callable[[str], Awaitable[Answer | None]]
"""Requests one address. None if there was no answer; a note of that is kept."""

AskOf = Callable[[str], Awaitable[Answer | VisitRefused]]
"""Requests one address of a site."""


class VisitFailed(Exception):
    """The visit failed. The message says where."""


def crawler_process(contact: str | None) -> CrawlerProcessBase:
    """Scrapy's process for one visit outside the ``scrapy`` command, which names ``contact`` in its requests."""
    from scrapy.crawler import AsyncCrawlerProcess

    settings = Settings()
    settings.setmodule("scraper.settings", priority="project")
    settings.setdict({"TINKHOI_CONTACT": contact or "", "LOG_ENABLED": False}, priority="cmdline")
    return AsyncCrawlerProcess(settings)


def is_private(url: str) -> bool:
    """Whether ``url``, typed by the user, is on this machine or in a private network."""
    host, _ = endpoint(url)
    return host == "localhost" or host.endswith(".localhost") or refused_host(host) is not None


def visit(process: CrawlerProcessBase, home: str, fetch: Fetch, work: Callable[[Ask], Awaitable[None]]) -> list[str]:
    """Runs ``work`` inside one crawl of the host of ``home``. Returns notes on the addresses that gave no answer.

    Raises VisitFailed if the crawl could not start or ``work`` failed.
    """
    notes: list[str] = []

    async def noting(ask_of: Callable[[str], AskOf]) -> None:
        async def ask(url: str) -> Answer | None:
            answer = await ask_of(_SITE)(url)
            if isinstance(answer, VisitRefused):
                notes.append(str(answer))
                return None
            return answer

        await work(ask)

    def is_own(_site: str, url: str) -> bool:
        return queue_of(endpoint(url)[0]) == queue_of(endpoint(home)[0])

    _run(process, _State(lambda contact: _one_host(home, fetch, contact), is_own, noting))
    return notes


def visit_sites(
    process: CrawlerProcessBase, sites: Sequence[Site], work: Callable[[Site, AskOf], Awaitable[None]]
) -> None:
    """Runs ``work`` for all sites at the same time, inside one crawl. Each host has its own queue and delay.

    Raises VisitFailed if the crawl could not start or ``work`` failed.
    """
    by_id = {site.id: site for site in sites}

    async def each(ask_of: Callable[[str], AskOf]) -> None:
        await asyncio.gather(*(work(site, ask_of(site.id)) for site in sites))

    def is_own(site: str, url: str) -> bool:
        return by_id[site].owns(url)

    _run(process, _State(lambda contact: host_table(sites, contact=contact), is_own, each))


def _one_host(home: str, fetch: Fetch, contact: bool) -> HostTable:
    """A table with the host of ``home`` only."""
    where = endpoint(home)
    rule = HostRule(
        delay=fetch.delay,
        max_requests=fetch.max_requests,
        legacy_tls=fetch.legacy_tls,
        any_certificate=fetch.expired_certificate,
    )
    return HostTable(
        rules={queue_of(where[0]): rule},
        ports=frozenset() if where[1] in DEFAULT_PORTS.values() else frozenset({where}),
        allowed={_SITE: frozenset(endpoint(f"http://{pair}/") for pair in fetch.allow)},
        contact=contact,
    )


def _run(process: CrawlerProcessBase, state: _State) -> None:
    process.crawl(_Visitor, state=state)
    process.start()
    if state.error is not None:
        raise VisitFailed(str(state.error)) from state.error
    if not state.is_done:
        raise VisitFailed(Sentence("the crawl ended before its work; run it again with -s LOG_ENABLED=1"))


class _State:
    """What the visitor and its starter share."""

    def __init__(
        self,
        table: Callable[[bool], HostTable],
        is_own: Callable[[str, str], bool],
        work: Callable[[Callable[[str], AskOf]], Awaitable[None]],
    ) -> None:
        self.table = table  # from whether a contact address is set
        self.is_own = is_own
        self.work = work
        self.error: Exception | None = None
        self.is_done = False


class _Visitor(scrapy.Spider):
    """The spider of a visit. It follows no link by itself and stays on the hosts that it was sent to."""

    name = "visit"
    custom_settings = {"FEEDS": {}, "EXTENSIONS": {}}  # noqa: RUF012 - Scrapy's own attribute

    def __init__(self, state: _State) -> None:
        super().__init__()
        self._state = state

    @classmethod
    def from_crawler(cls, crawler: Crawler, state: _State) -> Self:
        """The visitor, with the settings that its hosts need."""
        settings = crawler.settings
        contact = str(settings["TINKHOI_CONTACT"] or "")
        table = state.table(bool(contact))
        settings.set("TINKHOI_HOSTS", table, priority="spider")
        slots = {
            host: {"concurrency": 1, "delay": max(rule.delay, LEAST_DELAY)} for host, rule in table.rules.items()
        }
        settings.set("DOWNLOAD_SLOTS", slots, priority="spider")
        settings.set("CONCURRENT_REQUESTS", 2 * len(slots) + 2, priority="spider")
        settings.set("USER_AGENT", user_agent(contact), priority="spider")
        spider = cls(state)
        attach(spider, crawler)
        return spider

    def owns(self, site: str, url: str) -> bool:
        """Whether a redirect to ``url`` stays on the visited site."""
        return self._state.is_own(site, url)

    async def start(self) -> AsyncIterator[Request]:
        """Does the work of the visit. No request goes through the scheduler."""
        try:
            await self._state.work(self.ask_of)
            self._state.is_done = True
        except Exception as error:
            self._state.error = error
        nothing: tuple[Request, ...] = ()
        for request in nothing:
            yield request

    def ask_of(self, site: str) -> AskOf:
        """A function that requests addresses of the site with the id ``site``."""

        async def ask(url: str) -> Answer | VisitRefused:
            meta = {"site": site, "robots": True} if url.endswith("/robots.txt") else {"site": site}
            request = Request(url, dont_filter=True, meta=meta)
            try:
                response: Response = await self.crawler.engine.download_async(request)
            except Exception as error:
                return VisitRefused(url, *outcome_of(error))
            headers = [(name, value) for name, values in response.headers.items() for value in values]
            pairs = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers)
            return Answer(url=response.url, status=response.status, headers=pairs, body=response.body)

        return ask
