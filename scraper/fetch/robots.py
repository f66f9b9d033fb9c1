"""Obeys robots.txt by RFC 9309, even if many requests to a host start at once."""

from __future__ import annotations

import asyncio
import logging
import re
from typing import TYPE_CHECKING, Self, cast

from protego import Protego
from scrapy import Request
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.httpobj import urlparse_cached

from scraper.fetch.host_queues import MAX_CRAWL_DELAY, HostDownloader
from scraper.fetch.outcomes import Refused, announce, outcome_of
from scraper.text.sentence import Sentence

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response

PRODUCT_TOKEN = "tinkhoi"  # noqa: S105 - the word that robots.txt files know us by
MAX_BYTES = 500 * 1024
"""RFC 9309, 2.5: the part of a robots.txt that must be read."""

_WITH_VERSION = re.compile(rf"^([ \t]*user-agent[ \t]*:[ \t]*{PRODUCT_TOKEN})/[^\s#]*", re.I | re.M)
"""A group that names us with a version. RFC 9309, 2.2.1, knows only the token, but its author means us."""

_OWN_OUTCOMES = {"refused-address", "no-contact", "capped", "blocked", "paused", "tls"}
"""Outcomes of robots.txt that hold for the whole host. They say more than "robots.txt cannot be read"."""

_logger = logging.getLogger(__name__)

Rules = Protego | Refused | None
"""What an origin allows: what its rules say, nothing, or everything."""


class RobotsMiddleware:
    """Downloader middleware that replaces Scrapy's, which checks only the first of several waiting requests.

    Each origin's robots.txt is requested once a run. Statuses 400–499 except 429 allow everything. 429, 5xx and a
    file that cannot be reached forbid everything, and the statistics then show an alarm.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._rules: dict[str, asyncio.Future[Rules]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The middleware of a crawl."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Refuses what the origin's robots.txt forbids."""
        if request.meta.get("robots"):
            return
        parts = urlparse_cached(request)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._rules:
            self._rules[origin] = asyncio.ensure_future(self._read(origin, request))
        # Shielded, because the end of one waiting request must not cancel the answer for which the others wait.
        rules = await asyncio.shield(self._rules[origin])
        if isinstance(rules, Refused):
            raise Refused(rules.outcome, rules.detail)
        if rules is not None and not rules.can_fetch(request.url, PRODUCT_TOKEN):
            self._crawler.stats.inc_value("robotstxt/forbidden")
            raise Refused("robots", Sentence("{url} forbids it", url=f"{origin}/robots.txt"))

    async def _read(self, origin: str, request: Request) -> Rules:
        url = f"{origin}/robots.txt"
        asked = Request(
            url,
            callback=NO_CALLBACK,
            dont_filter=True,
            priority=1000,
            meta={"robots": True, "site": request.meta.get("site"), "max_retry_times": 1},
        )
        self._crawler.stats.inc_value("robotstxt/request_count")
        try:
            response = await self._crawler.engine.download_async(asked)
        except Exception as error:
            outcome, detail = outcome_of(error)
            announce(self._crawler, url, outcome, detail)
            if isinstance(error, Refused) and outcome in _OWN_OUTCOMES:
                return Refused(outcome, detail)
            return self._unreachable(url, f"{outcome}: {detail}")
        if 400 <= response.status < 500 and response.status != 429:
            return None
        if not 200 <= response.status < 300:
            return self._unreachable(url, Sentence("status {status}", status=response.status))
        return self._obey(response, request)

    def _obey(self, response: Response, request: Request) -> Rules:
        body = response.body
        if len(body) > MAX_BYTES:
            body = body[:MAX_BYTES].rpartition(b"\n")[0]  # a rule cut in half would mean something else
        rules = Protego.parse(_WITH_VERSION.sub(r"\1", body.decode("utf-8-sig", "replace")))
        delay = rules.crawl_delay(PRODUCT_TOKEN)
        if delay:
            downloader = cast(HostDownloader, self._crawler.engine.downloader)
            downloader.slow_down(downloader.get_slot_key(request), min(float(delay), MAX_CRAWL_DELAY))
        return rules

    def _unreachable(self, url: str, why: str) -> Refused:
        self._crawler.stats.set_value(f"robotstxt/unreachable/{url}", why)
        _logger.error("%s cannot be read (%s): nothing is asked of this host", url, why)
        return Refused("robots-unreachable", f"{url}: {why}")
