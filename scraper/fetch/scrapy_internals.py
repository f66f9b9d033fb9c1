"""Every undocumented part of Scrapy and Twisted that we use. No other module names any of it.

Measured with Scrapy 2.19. ``tests/fetch/test_scrapy_internals.py`` fails when a name or its meaning changes.
"""

from __future__ import annotations

import asyncio
import zlib
from functools import lru_cache
from inspect import iscoroutine
from time import monotonic
from typing import TYPE_CHECKING, Any, cast

from scrapy import signals
from scrapy.core.downloader import Downloader, Slot
from scrapy.core.downloader.contextfactory import _get_creator_context, _ScrapyClientContextFactory
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
)
from scrapy.core.downloader.middleware import DownloaderMiddlewareManager
from scrapy.core.engine import ExecutionEngine
from scrapy.core.scraper import Scraper
from scrapy.crawler import Crawler
from scrapy.http import Request, Response
from scrapy.signalmanager import SignalManager
from scrapy.statscollectors import MemoryStatsCollector
from scrapy.utils.asyncio import call_later
from scrapy.utils.defer import iter_errback
from twisted.internet import endpoints
from twisted.python.failure import Failure
from twisted.web._newclient import BODY, DONE

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import scrapy
    from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
    from scrapy.settings import Settings
    from twisted.internet.defer import Deferred

REQUESTS_AT_A_TIME = 20
"""How many requests of one page are scheduled before the crawl goes on with others. A sitemap names thousands."""

_PIECE = 64 * 1024
"""So many bytes of a body are unpacked at once, of which none is kept."""

ClientContextFactory = _ScrapyClientContextFactory
"""Makes the TLS settings of a connection; ``verify_certificates=False`` accepts every certificate."""


def set_tls_option(creator: Any, option: int) -> None:
    """Sets an OpenSSL option on the connections that ``creator`` (of a ClientContextFactory) makes."""
    _get_creator_context(creator).set_options(option)


class PlainStats(MemoryStatsCollector):
    """Scrapy's statistics. Its own collector looks twice at each use of itself, for spiders of an earlier form."""

    __getattribute__ = object.__getattribute__


class PlainSignals(SignalManager):
    """Scrapy's signals. Its own look for listeners each time, also to the five of each answer that have none."""

    def __init__(self, sender: object) -> None:
        super().__init__(sender)
        self._heard: set[object] = set()

    def connect(self, receiver: Any, signal: Any, **kwargs: Any) -> None:
        """Lets ``receiver`` hear ``signal``."""
        self._heard.add(signal)
        super().connect(receiver, signal, **kwargs)

    def send_catch_log(self, signal: Any, **kwargs: Any) -> list[tuple[Any, Any]]:
        """Tells those who listen to ``signal``."""
        return super().send_catch_log(signal, **kwargs) if signal in self._heard else []


class PlainMiddlewares(DownloaderMiddlewareManager):
    """Scrapy's middlewares of a download. Its own wraps what each of them says, to wait for it."""

    async def _process_request(
        self, request: Request, download_func: Callable[[Request], Awaitable[Response]]
    ) -> Response | Request:
        methods: Any = self.methods["process_request"]
        for method in methods:
            said = method(request=request)
            if iscoroutine(said):
                said = await said
            if said is not None:
                return cast(Response | Request, said)
        return await download_func(request)

    async def _process_response(self, response: Response | Request, request: Request) -> Response | Request:
        methods: Any = self.methods["process_response"]
        for method in methods:
            if isinstance(response, Request):
                break
            said = method(request=request, response=response)
            response = await said if iscoroutine(said) else said
        return response


class PlainScraper(Scraper):
    """Scrapy's scraper for callbacks that are generators of requests, as our spider's are.

    Its own makes asynchronous generators of them, and starts two tasks for what each answer yields.
    """

    async def _scrape(self, result: Response | Failure, request: Request) -> None:
        if isinstance(result, Failure):
            await super()._scrape(result, request)
            return
        asked: Any = result.request  # after a redirect another one than ``request``
        output = asked.callback(result, **asked.cb_kwargs)
        for middleware in reversed(self.spidermw.middlewares):
            output = middleware.process_spider_output(result, output)
        await self.handle_spider_output_async(output, request, result)

    async def scrape_at_once(self, result: Response | Failure, request: Request) -> None:
        """Does all that an answer or a failed download asks for. The slot counts its bytes for so long."""
        slot = cast(Any, self.slot)
        slot.add_response_request(result, request)
        slot.next_response_request_deferred()
        try:
            await self._scrape(result, request)
        finally:
            slot.finish_response(result, request)
            self._check_if_closing()

    async def handle_spider_output_async(self, result: Any, request: Request, response: Response | Failure) -> None:
        """Schedules the requests that a callback yields. After some the crawl looks at what else is to be done."""
        for number, found in enumerate(iter_errback(result, self.handle_spider_error, request, response), 1):
            await self._process_spidermw_output_async(found, response)
            if not number % REQUESTS_AT_A_TIME:
                await asyncio.sleep(0)


class PlainEngine(ExecutionEngine):
    """Scrapy's engine, which takes a request through its download and its callback in one task.

    Its own hands the request from one to the next by four chains of Deferreds and two tasks.
    """

    def __init__(self, crawler: Crawler, spider_closed_callback: Callable[[scrapy.Spider], Any]) -> None:
        super().__init__(crawler, spider_closed_callback)
        self.scraper.__class__ = PlainScraper
        self.downloader.middleware.__class__ = PlainMiddlewares
        self._under_way: dict[Request, asyncio.Task[None]] = {}

    def _start_scheduled_request(self) -> bool:
        slot = cast(Any, self._slot)
        request = slot.scheduler.next_request()
        if request is None:
            self.signals.send_catch_log(signals.scheduler_empty)
            return False
        slot.add_request(request)
        self.downloader.active.add(request)
        self._under_way[request] = asyncio.create_task(self._to_its_end(request))
        return True

    async def _to_its_end(self, request: Request) -> None:
        slot = cast(Any, self._slot)
        try:
            found = await self._downloaded(request)
            slot.nextcall.schedule()
            if isinstance(found, Request):
                self.crawl(found)
            else:
                await cast(PlainScraper, self.scraper).scrape_at_once(found, request)
        except Exception:
            failure = Failure()  # type: ignore[no-untyped-call]
            self.scraper.handle_spider_error(failure, request, failure)
        finally:
            del self._under_way[request]
            slot.remove_request(request)
            slot.nextcall.schedule()

    async def _downloaded(self, request: Request) -> Response | Request | Failure:
        downloader = self.downloader
        try:
            found = await downloader.middleware.download_async(downloader._enqueue_request, request)
        except Exception:
            return Failure()  # type: ignore[no-untyped-call]
        finally:
            downloader.active.remove(request)
        if isinstance(found, Response):
            found.request = found.request or request
            told = {"response": found, "request": found.request, "spider": self.spider}
            self.signals.send_catch_log(signals.response_received, **told)
        return found


class PlainCrawler(Crawler):
    """Scrapy's crawler, with the parts above in place of those that it makes for itself."""

    def __init__(self, spidercls: type[scrapy.Spider], settings: Settings) -> None:
        super().__init__(spidercls, settings)
        self.signals = PlainSignals(self)

    def _create_engine(self) -> ExecutionEngine:
        return PlainEngine(self, lambda _: self.stop_async())


def attach(spider: scrapy.Spider, crawler: Crawler) -> None:
    """Gives a spider its crawler, as ``Spider.from_crawler`` does. Our own version has other parameters."""
    spider._set_crawler(crawler)


def set_least_delay(downloader: Downloader, queue: str, delay: float) -> None:
    """Makes ``delay`` seconds the minimum between two requests of ``queue``, whether or not it is in use already."""
    settings = downloader.per_slot_settings.setdefault(queue, {"delay": downloader._delay})
    settings["delay"] = max(delay, float(settings.get("delay", downloader._delay)))
    if queue in downloader.slots:
        downloader.slots[queue].delay = max(delay, downloader.slots[queue].delay)


def hold(downloader: Downloader, slot: Slot, seconds: float) -> None:
    """Sends nothing from ``slot`` for ``seconds``."""
    if slot.latercall:
        slot.latercall.cancel()
    slot.lastseen = max(slot.lastseen, monotonic() + seconds - slot.delay)
    slot.latercall = call_later(seconds, downloader._latercall, slot)


def begin_delay(slot: Slot) -> None:
    """Counts the slot's delay from now."""
    slot.lastseen = max(slot.lastseen, monotonic())


def unpacks(middleware: HttpCompressionMiddleware, body: bytes, encodings: list[bytes]) -> bool:
    """Whether ``middleware`` would undo all ``encodings`` of ``body`` and find no more than it may."""
    most = middleware._max_size
    try:
        if encodings == [b"gzip"]:  # the usual case, without a file object around it
            unpacking = zlib.decompressobj(zlib.MAX_WBITS | 16)
            size = piece = len(unpacking.decompress(body, _PIECE))
            while piece and size <= most:
                piece = len(unpacking.decompress(unpacking.unconsumed_tail, _PIECE))
                size += piece
            return size <= most and unpacking.eof and not unpacking.unused_data
        _, kept = middleware._handle_encoding(body, encodings, most)
    except Exception:
        return False
    return not kept


class AnswerTooLong(Exception):
    """An answer had more bytes before its body, or in all, than may be. Twisted and Scrapy bound only the body."""


class _BoundedProtocol(_LenientHTTP11ClientProtocol):
    """Scrapy's side of a connection, which counts what it is sent."""

    head = whole = 0
    _came = 0

    def request(self, request: Any) -> Deferred[Any]:
        self._came = 0
        return super().request(request)

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 - the interface's name
        self._came += len(data)
        parser = self._parser
        in_head = parser is not None and parser.state not in {BODY, DONE}
        if self._came > self.whole:
            self._end(f"more than {self.whole} bytes, frames of chunks included")
        elif in_head and self._came > self.head:
            self._end(f"more than {self.head} bytes of headers")
        else:
            super().dataReceived(data)  # type: ignore[no-untyped-call]

    def _end(self, why: str) -> None:
        self._giveUp(Failure(AnswerTooLong(why)))  # type: ignore[no-untyped-call]


def bound_answers(handler: HTTP11DownloadHandler, *, head: int, whole: int) -> None:
    """Ends each answer of more than ``head`` bytes before its body, or ``whole`` bytes with all that frames it.

    The download then fails with an error whose cause names AnswerTooLong.
    """

    class Protocol(_BoundedProtocol):
        pass

    class Factory(_LenientHTTP11ClientFactory):
        def buildProtocol(self, _: Any) -> Any:  # noqa: N802 - the interface's name
            return Protocol(self._quiescentCallback)  # type: ignore[no-untyped-call]

    Protocol.head, Protocol.whole = head, whole
    handler._pool._factory = Factory


def connect_by(handler: HTTP11DownloadHandler, context_factory: object) -> None:
    """Makes ``handler`` judge certificates by ``context_factory`` and never repeat a request by itself.

    If a kept connection was closed, Twisted repeats the request at once. Neither the delay nor the captures see it.
    """
    handler._pool.retryAutomatically = False
    handler._contextFactory = cast(Any, context_factory)


def remember_host_names() -> None:
    """Has Twisted keep the encoded form (IDNA) of each host's name. It encodes the name for each request."""
    module = cast(Any, endpoints)
    if not hasattr(module._idnaBytes, "cache_info"):
        module._idnaBytes = lru_cache(maxsize=1024)(module._idnaBytes)


def failed_to_start(process: Any) -> bool:
    """Whether a crawler process ended before its crawl began."""
    return bool(process.bootstrap_failed)


__all__ = [
    "AnswerTooLong",
    "ClientContextFactory",
    "PlainCrawler",
    "PlainStats",
    "attach",
    "begin_delay",
    "bound_answers",
    "connect_by",
    "failed_to_start",
    "hold",
    "remember_host_names",
    "set_least_delay",
    "set_tls_option",
    "unpacks",
]
