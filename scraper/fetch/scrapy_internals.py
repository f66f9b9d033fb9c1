"""Every undocumented part of Scrapy and Twisted that we use. No other module names any of it.

Measured with Scrapy 2.19. ``tests/fetch/test_scrapy_internals.py`` fails when a name or its meaning changes.
"""

from __future__ import annotations

import zlib
from functools import lru_cache
from time import monotonic
from typing import TYPE_CHECKING, Any, cast

from scrapy.core.downloader import Downloader, Slot
from scrapy.core.downloader.contextfactory import _get_creator_context, _ScrapyClientContextFactory
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
)
from scrapy.statscollectors import MemoryStatsCollector
from scrapy.utils.asyncio import call_later
from twisted.internet import endpoints
from twisted.python.failure import Failure
from twisted.web._newclient import BODY, DONE

if TYPE_CHECKING:
    import scrapy
    from scrapy.crawler import Crawler
    from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
    from twisted.internet.defer import Deferred

ClientContextFactory = _ScrapyClientContextFactory
"""Makes the TLS settings of a connection; ``verify_certificates=False`` accepts every certificate."""


def set_tls_option(creator: Any, option: int) -> None:
    """Sets an OpenSSL option on the connections that ``creator`` (of a ClientContextFactory) makes."""
    _get_creator_context(creator).set_options(option)


class PlainStats(MemoryStatsCollector):
    """Scrapy's statistics. Its own collector looks twice at each use of itself, for spiders of an earlier form."""

    __getattribute__ = object.__getattribute__


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
            size = len(unpacking.decompress(body, most + 1))
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
