"""Places for exchanges: how many hosts' answers are awaited at once, without waiting long for silent hosts."""

from __future__ import annotations

import asyncio

from scrapy import Request, signals
from scrapy.crawler import Crawler

EXCHANGES_AT_A_TIME = 128
"""How many hosts are asked at once. Each answer waits in memory until the crawl has looked at it, and where a machine
is too slow for its sites, a thousand would. A host of its own never has two."""

SILENT_AFTER = 5.0
"""Seconds without the head of an answer after which a host makes room for another. Until its time is over (45 s) a
silent host would else hold a place in which many others could be asked. If it answers yet, it needs no place."""


class Places:
    """As many places as EXCHANGES_AT_A_TIME, taken in the order in which they are asked for."""

    def __init__(self, crawler: Crawler) -> None:
        self._free = asyncio.Semaphore(EXCHANGES_AT_A_TIME)
        self._held: dict[Request, asyncio.TimerHandle] = {}  # by whom, and until when if no answer begins
        crawler.signals.connect(self.answer_begins, signals.headers_received)

    async def take(self, request: Request) -> None:
        """Waits for a place for the exchange of ``request``."""
        await self._free.acquire()
        self._held[request] = asyncio.get_running_loop().call_later(SILENT_AFTER, self.leave, request)

    def answer_begins(self, request: Request) -> None:
        """Lets the exchange keep its place to its end: the head of its answer has come."""
        if request in self._held:
            self._held[request].cancel()

    def leave(self, request: Request) -> None:
        """Gives the place to the next, unless that was done before."""
        if request in self._held:
            self._held.pop(request).cancel()
            self._free.release()
