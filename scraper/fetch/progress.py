"""Reports a crawl's progress while it runs: one JSON line on standard output, a few times a minute."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any, Self

from scrapy import signals
from scrapy.exceptions import NotConfigured
from scrapy.utils.asyncio import create_looping_call

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler

INTERVAL = 10.0
"""Seconds between two lines."""


class ProgressLines:
    """Extension of crawls that a flow started (``TINKHOI_RUN`` is set). The flow reads their standard output."""

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings["TINKHOI_RUN"]:
            raise NotConfigured
        self._crawler = crawler
        self._site: str | None = None
        self._loop: Any = create_looping_call(self.say)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The extension of a crawl."""
        progress = cls(crawler)
        crawler.signals.connect(progress.spider_opened, signals.spider_opened)
        crawler.signals.connect(progress.response_received, signals.response_received)
        crawler.signals.connect(progress.spider_closed, signals.spider_closed)
        return progress

    def spider_opened(self) -> None:
        """Begins."""
        self._loop.start(INTERVAL, now=False)

    def response_received(self, request: Request) -> None:
        """Remembers which site answered last."""
        self._site = request.meta.get("site", self._site)

    def spider_closed(self) -> None:
        """Writes the last line."""
        if self._loop.running:
            self._loop.stop()
        self.say()

    def say(self) -> None:
        """Writes one line. If the parent is gone, the crawl goes on without waiting."""
        stats = self._crawler.stats
        line = {
            "requests": stats.get_value("downloader/request_count", 0),
            "responses": stats.get_value("downloader/response_count", 0),
            "found": stats.get_value("scheduler/enqueued", 0),  # addresses to ask for, those already asked included
            "articles": stats.get_value("articles", 0),
            "site": self._site,
        }
        try:
            sys.stdout.write(json.dumps(line) + "\n")
            sys.stdout.flush()
        except (OSError, ValueError):
            self._loop = create_looping_call(lambda: None)
