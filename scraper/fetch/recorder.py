"""Hands every exchange and every outcome of a crawl to the feed that keeps the captures."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from statistics import median
from typing import TYPE_CHECKING, Self
from urllib.parse import urldefrag, urlsplit

from scrapy import signals
from scrapy.exceptions import CloseSpider
from scrapy.extensions.feedexport import FeedExporter
from scrapy.utils.defer import deferred_from_coro

from scraper.clock import utc_now
from scraper.fetch.exchange import CLOCK, Exchange, Headers, NoAnswer
from scraper.fetch.outcomes import outcome_decided

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Headers as ScrapyHeaders
    from scrapy.http import Response

_logger = logging.getLogger(__name__)

MOST_DATES = 200

WRITE_FAILED = "captures/write_failed"
"""Statistic: the error number of a failed write, for which the crawl was stopped."""


class Recorder:
    """Extension on ``response_downloaded``, fired before any middleware, also for redirects, errors, retries."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._feed: FeedExporter | None = None
        self._clocks: dict[str, list[float]] = {}  # host to seconds

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The extension of a crawl."""
        recorder = cls(crawler)
        crawler.signals.connect(recorder.spider_opened, signals.spider_opened)
        crawler.signals.connect(recorder.response_downloaded, signals.response_downloaded)
        crawler.signals.connect(recorder.spider_closed, signals.spider_closed)
        crawler.signals.connect(recorder.outcome_decided, outcome_decided)
        return recorder

    def spider_opened(self) -> None:
        """Refuses a crawl that has no feed to keep its exchanges."""
        self._feed = self._crawler.get_extension(FeedExporter)
        if self._feed is None:
            raise CloseSpider("no feed keeps the captures")

    def response_downloaded(self, response: Response, request: Request) -> None:
        """Keeps one exchange."""
        self._note_clock(response)
        self._keep(
            Exchange(
                url=urldefrag(request.url).url,
                method=request.method,
                request_headers=_plain(request.headers),
                status=response.status,
                headers=_plain(response.headers),
                body=response.body,
                protocol=response.protocol or "HTTP/1.1",
                fetched_at=utc_now(),
                ip_address=str(response.ip_address) if response.ip_address else None,
                repeats=_repeats(request) if response.status == 304 else None,
            )
        )

    def spider_closed(self) -> None:
        """Tells what each host's clock says."""
        for host, seconds in self._clocks.items():
            if seconds:
                self._crawler.stats.set_value(CLOCK + host, median(seconds))

    def _note_clock(self, response: Response) -> None:
        """Notes when the answer was sent, by its server's clock. A cache tells the age of what it sends."""
        seen = self._clocks.setdefault(urlsplit(response.url).hostname or "", [])
        if len(seen) >= MOST_DATES:
            return
        try:
            sent = parsedate_to_datetime((response.headers.get("Date") or b"").decode("latin-1"))
            age = int(response.headers.get("Age") or 0)
            ahead = (sent.replace(tzinfo=sent.tzinfo or UTC) - utc_now()).total_seconds() + age
        except (ValueError, TypeError, OverflowError):
            return
        seen.append(ahead)

    def outcome_decided(self, outcome: NoAnswer) -> None:
        """Keeps one outcome."""
        self._keep(outcome)

    def _keep(self, item: Exchange | NoAnswer) -> None:
        stats = self._crawler.stats
        if self._feed is None or stats.get_value(WRITE_FAILED) is not None:
            return
        try:
            self._feed.item_scraped(item, self._crawler.spider)  # type: ignore[arg-type]
        except OSError as error:
            stats.set_value(WRITE_FAILED, error.errno or -1)
            _logger.critical("The captures cannot be written, so the crawl stops: %s", error)
            deferred_from_coro(self._crawler.engine.close_spider_async(reason="captures cannot be written"))
        else:
            stats.inc_value("captures/count")


def _plain(headers: ScrapyHeaders) -> Headers:
    return tuple(
        (name.decode("latin-1"), value.decode("latin-1")) for name, values in headers.items() for value in values
    )


def _repeats(request: Request) -> datetime | None:
    """When the page that a 304 leaves standing was captured. Validators do not travel to another address."""
    said = request.meta.get("repeats")
    return datetime.fromisoformat(said) if said and not request.meta.get("redirect_urls") else None
