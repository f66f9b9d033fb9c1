"""One queue for each host, and its pauses: the politeness that Scrapy's downloader lacks."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Self, cast

from scrapy import signals
from scrapy.core.downloader import Downloader
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.utils.httpobj import urlparse_cached

from scraper.clock import utc_now
from scraper.fetch.hosts import HostTable, queue_of
from scraper.fetch.outcomes import Refused
from scraper.fetch.scrapy_internals import begin_delay, hold, set_least_delay
from scraper.text.sentence import Sentence

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

MAX_PAUSE = 600.0
"""The longest Retry-After, in seconds, that a night waits for. If it is longer, the host is left until the next."""

MAX_CRAWL_DELAY = 30.0
"""The longest Crawl-delay, in seconds, that is obeyed. With a longer one, a night would get only a few pages."""

PAUSE_UNASKED = 60.0
"""Seconds of pause after a 429 that does not say how long."""

FAILURES_IN_A_ROW = 6
"""After this many requests without an answer, a host is left alone: two addresses, each tried three times."""

_CHALLENGE = re.compile(
    rb"<title>[^<]{0,40}(just a moment|attention required|checking your browser|ddos-guard|captcha|"
    rb"security check|are you a robot)",
    re.I,
)


class HostDownloader(Downloader):
    """Scrapy's downloader with one queue for each host, even after redirects, with pauses and hosts left alone.

    The delay runs from the end of one answer to the next request, so the server's own log shows it too.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._hosts = cast(HostTable, crawler.settings["TINKHOI_HOSTS"] or HostTable())
        self._stopped: dict[str, Refused] = {}
        self._asked: dict[str, int] = {}
        self._failures: dict[str, int] = {}

    def get_slot_key(self, request: Request) -> str:
        """The host's queue, by the request's own address. The meta that a redirect copies names the old queue."""
        return queue_of(urlparse_cached(request).hostname or "")

    def slow_down(self, queue: str, delay: float) -> None:
        """Makes ``delay`` seconds the minimum between two requests of ``queue``, for the rest of the run."""
        set_least_delay(self, queue, delay)

    def pause(self, queue: str, seconds: float) -> None:
        """Sends nothing from ``queue`` for ``seconds``."""
        slot = self.slots.get(queue)
        if slot is not None:
            hold(self, slot, seconds)

    def stop(self, queue: str, outcome: str, detail: str) -> None:
        """Leaves the host alone for the rest of the run. Waiting requests are refused with ``outcome``."""
        if queue not in self._stopped:
            self._stopped[queue] = Refused(outcome, detail)
            self.crawler.stats.set_value(f"hosts/stopped/{queue}", f"{outcome}: {detail}")

    def refusal(self, request: Request) -> Refused | None:
        """Why ``request`` is not to be sent, or None."""
        queue = self.get_slot_key(request)
        if queue in self._stopped:
            return Refused(self._stopped[queue].outcome, self._stopped[queue].detail)
        most = self._hosts.rule(queue).max_requests
        if self._asked.get(queue, 0) >= most:
            return Refused("capped", Sentence("{most} requests to {host}", most=most, host=queue))
        return None

    def begin(self, request: Request) -> None:
        """Counts a request that is about to be sent."""
        queue = self.get_slot_key(request)
        self._asked[queue] = self._asked.get(queue, 0) + 1

    def end(self, request: Request, *, silent: bool) -> None:
        """Restarts the delay at the end of an exchange, and gives up a host that no longer answers."""
        queue = self.get_slot_key(request)
        slot = self.slots.get(queue)
        if slot is not None:
            begin_delay(slot)
        self._failures[queue] = self._failures.get(queue, 0) + 1 if silent else 0
        if self._failures[queue] >= FAILURES_IN_A_ROW:
            self.stop(
                queue, "unreachable", Sentence("{some} requests in a row had no answer", some=FAILURES_IN_A_ROW)
            )


class PauseMiddleware:
    """Obeys Retry-After, and leaves a host alone if it turns us away.

    The pause begins when the answer arrives (``response_downloaded``), before the queue sends its next request.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The middleware of a crawl."""
        middleware = cls(crawler)
        crawler.signals.connect(middleware.response_downloaded, signals.response_downloaded)
        return middleware

    @property
    def _downloader(self) -> HostDownloader:
        return cast(HostDownloader, self._crawler.engine.downloader)

    def process_request(self, request: Request) -> None:
        """Refuses a request to a host that is left alone."""
        refusal = self._downloader.refusal(request)
        if refusal is not None:
            raise refusal

    def response_downloaded(self, response: Response, request: Request) -> None:
        """Pauses or stops the queue if the answer asks for it. RobotsMiddleware does so for robots.txt."""
        if request.meta.get("robots"):
            return
        queue = self._downloader.get_slot_key(request)
        if response.status == 403 or is_challenge(response):
            self._downloader.stop(
                queue, "blocked", Sentence("{status} for {url}", status=response.status, url=request.url)
            )
        elif is_pause(response):
            seconds = retry_after(_header(response, "Retry-After"), utc_now())
            if seconds is None:
                seconds = PAUSE_UNASKED
            if seconds > MAX_PAUSE:
                self._downloader.stop(
                    queue,
                    "paused",
                    Sentence("{status} asks to wait {seconds:.0f} s", status=response.status, seconds=seconds),
                )
            else:
                self._crawler.stats.inc_value("hosts/pauses")
                self._downloader.pause(queue, seconds)

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """Repeats the request after the pause, a few times. A host that still refuses is then left alone."""
        if request.meta.get("robots") or not is_pause(response):
            return response
        queue = self._downloader.get_slot_key(request)
        if self._downloader.refusal(request) is not None:
            return response
        spider: Any = self._crawler.spider
        again = get_retry_request(request, spider=spider, reason=str(response.status), priority_adjust=0)
        if again is None:
            self._downloader.stop(
                queue,
                "paused",
                Sentence("{status} again and again for {url}", status=response.status, url=request.url),
            )
            return response
        return again


def is_pause(response: Response) -> bool:
    """Whether the server asks for a pause: 429, or 503 with a duration (a bare 503 is an error like any other)."""
    return response.status == 429 or (response.status == 503 and "Retry-After" in response.headers)


def is_challenge(response: Response) -> bool:
    """Whether the answer is a captcha or a browser check instead of the page."""
    if _header(response, "cf-mitigated") == "challenge":
        return True
    return bool(_CHALLENGE.search(response.body[:4096]))


def retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks for, as a number or HTTP date; None if it cannot be read."""
    if value is None:
        return None
    if value.strip().isdigit():
        return float(value.strip()[:9])
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value is not None else None
