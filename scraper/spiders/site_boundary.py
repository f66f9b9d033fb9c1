"""A redirect must not lead out of the site whose address was requested."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self, cast

from scraper.fetch.outcomes import Refused
from scraper.spiders.news import NewsSpider
from scraper.text.sentence import Sentence

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler


class OwnSiteMiddleware:
    """Downloader middleware that refuses redirects off the site, except those of robots.txt (RFC 9309, 2.3.1.2)."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The middleware of a crawl."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Refuses the request if a redirect led it off the site."""
        if "redirect_urls" not in request.meta or request.meta.get("robots"):
            return
        spider = cast(NewsSpider, self._crawler.spider)
        if not spider.owns(request.meta["site"], request.url):
            raise Refused("offsite", Sentence("redirected to {url}", url=request.url))
