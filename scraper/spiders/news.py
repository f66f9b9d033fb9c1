"""Goes from a site's list pages, feeds and sitemaps to its article pages. Their bytes are kept but not read here."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar, Self
from urllib.parse import urldefrag, urlsplit

import scrapy
from scrapy import Request, signals
from scrapy.exceptions import DontCloseSpider
from scrapy.http import Response, TextResponse

from scraper.fetch.identity import user_agent
from scraper.fetch.outcomes import announce, outcome_of
from scraper.fetch.scrapy_internals import attach
from scraper.fetch.snapshot import Snapshot, Validators, Wanted
from scraper.items import ListEntry, ListPage, NotAnArticle, WitnessSource
from scraper.sites import Site
from scraper.spiders.host_table import host_table
from scraper.spiders.look_back import is_past
from scraper.spiders.site_crawl import SiteCrawl, Trail
from scraper.text import decode
from scraper.text.sentence import Sentence
from scraper.time_limit import READING_SECONDS, time_limit

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from twisted.python.failure import Failure

_logger = logging.getLogger(__name__)

PENDING_PRIORITY = -10_000
DUE_PRIORITY = -20_000
"""New articles come first (0 and below, one list page at a time), then pending articles, then re-checks."""

PART_PRIORITY = 1
"""Further pages of an article come before other articles, so that a stop leaves none half read."""

MOST_PARTS = 30
"""How many further pages of one article are asked for."""

AT_A_TIME = 20
"""How many pending articles and re-checks of a site wait in the queue at once. A backlog may have thousands."""

EDITS_A_NIGHT = 20
"""Known articles of a site that are looked at in one night because lists show that they were edited. A new theme
changes every ``lastmod`` at once."""

HOSTS_AT_A_TIME = 500
"""How many hosts have requests under way at once, those that wait for their delay included. Two requests a host keep
it busy; each takes 30 KB. With the delay of two seconds so many hosts are asked more than a process can take in."""

OF_THE_HOST = frozenset({"blocked", "capped", "no-contact", "paused", "robots-unreachable", "unreachable"})
"""Outcomes after which the host gets no more requests in this run."""

LEAST_DELAY = 0.001
"""Seconds. Without any delay, Scrapy 2.19 sends everything in a queue at once, whatever the concurrency."""


class NewsSpider(scrapy.Spider):
    """Crawls a shard of sites in one engine, so that each host has one queue.

    ``limit`` is the most new articles for each site. With ``full``, lists are followed to their end even if their
    pages show nothing new. ``back`` names a day for some sites: their lists are followed back to that day even if
    they show nothing new. ``seconds`` is the time for one site. It runs from the first article on, so that each
    night gains something.
    """

    name = "news"
    own_sites: ClassVar[tuple[Site, ...]] = ()  # set by the loader if a site file is a spider of its own

    def __init__(
        self,
        sites: Sequence[Site],
        snapshot: Snapshot,
        *,
        limit: int | None = None,
        full: bool = False,
        back: Mapping[str, date] | None = None,
        seconds: float | None = None,
    ) -> None:
        super().__init__()
        self._snapshot = snapshot
        self._limit = limit
        self._full = full
        self._back = back or {}
        self._seconds = seconds
        self._crawls = {site.id: SiteCrawl(site) for site in sites}

    @classmethod
    def from_crawler(
        cls,
        crawler: Crawler,
        *,
        sites: Sequence[Site] | None = None,
        snapshot: Snapshot | None = None,
        limit: int | str | None = None,
        full: bool | str = False,
        back: Mapping[str, date] | None = None,
        seconds: float | None = None,
    ) -> Self:
        """The spider of a crawl, with the settings that follow from its sites.

        ``limit`` and ``full`` may be text: ``scrapy crawl SITE -a limit=5 -a full=1``.
        """
        sites = cls.own_sites if sites is None else sites
        contact = crawler.settings["TINKHOI_CONTACT"]
        table = host_table(sites, contact=bool(contact))
        settings = crawler.settings
        settings.set("USER_AGENT", user_agent(contact), priority="spider")
        settings.set("TINKHOI_HOSTS", table, priority="spider")
        slots = {
            host: {"concurrency": 1, "delay": max(rule.delay, LEAST_DELAY)} for host, rule in table.rules.items()
        }
        settings.set("DOWNLOAD_SLOTS", slots, priority="spider")
        settings.set("CONCURRENT_REQUESTS", 2 * min(len(slots), HOSTS_AT_A_TIME) + 2, priority="spider")
        if not contact:
            _logger.warning("No contact address is set (TINKHOI_CONTACT): nothing is asked of the open web")
        spider = cls(
            sites,
            snapshot or Snapshot(None),
            limit=None if limit is None else int(limit),
            full=full not in (False, "", "0", "false", "no"),
            back=back,
            seconds=seconds,
        )
        attach(spider, crawler)
        crawler.signals.connect(spider.rest_of_all, signals.spider_idle)
        return spider

    def owns(self, site: str, url: str) -> bool:
        """Whether ``url`` belongs to the site with the id ``site``."""
        return self._crawls[site].site.owns(url)

    def reads(self, request: Request, response: Response) -> bool:
        """Whether the answer's body is read here. The captures keep it in any case."""
        if "purpose" not in request.meta or request.meta["purpose"] == "source":
            return True
        crawl: SiteCrawl = request.cb_kwargs["crawl"]
        return response.status == 200 and crawl.family.divides

    async def start(self) -> AsyncIterator[Request]:
        """The first request of every source of every site."""
        for crawl in self._crawls.values():
            for request in self._sources(crawl):
                yield request

    def _sources(self, crawl: SiteCrawl) -> list[Request]:
        site = crawl.site
        kinds = (("feed", site.feeds), ("sitemap", site.sitemaps), ("list", site.sections))
        sources = dict.fromkeys((kind, url) for kind, urls in kinds for url in urls)
        requests = []
        for kind, url in sources or {("list", site.home): None}:
            known = self._snapshot.source(url)
            requests.append(self._source(crawl, url, Trail(kind, known=known, walk=known.walk), priority=1))
            if known.walk_from and known.walk:
                trail = Trail(kind, walk=known.walk)
                requests.append(self._source(crawl, known.walk_from, trail, priority=DUE_PRIORITY // 2))
        return requests

    def _source(self, crawl: SiteCrawl, url: str, trail: Trail, *, priority: int) -> Request:
        crawl.open_sources += 1
        trail.visited.add(url)
        return self._request(
            crawl,
            url,
            "source",
            self.parse_source,
            validators=Validators() if self._turns_on(crawl) else self._snapshot.source(url).validators,
            priority=priority,
            trail=trail,
        )

    def _request(
        self,
        crawl: SiteCrawl,
        url: str,
        purpose: str,
        callback: Any,
        *,
        validators: Validators = Validators(),  # noqa: B008 - frozen
        priority: int,
        **kwargs: Any,
    ) -> Request:
        headers = {}
        if validators.etag:
            headers["If-None-Match"] = validators.etag
        if validators.last_modified:
            headers["If-Modified-Since"] = validators.last_modified
        self._count(crawl, f"asked/{purpose}")
        if purpose != "source":
            crawl.began = crawl.began or time.monotonic()
        crawl.requests += crawl.began is not None
        return Request(
            urldefrag(url).url,
            callback=callback,
            errback=self.failed,
            headers=headers,
            priority=priority,
            # Duplicates are found by key, not by address: a redirect back to a known address must not be dropped.
            dont_filter=True,
            meta={"site": crawl.site.id, "purpose": purpose, "repeats": validators.captured_at if headers else None},
            cb_kwargs={"crawl": crawl, **kwargs},
        )

    def parse_source(self, response: Response, crawl: SiteCrawl, trail: Trail) -> Iterator[Request]:
        """Requests the new articles that a list page, feed or sitemap shows, and its next page."""
        crawl.open_sources -= 1
        crawl.reached = True
        looped = response.url in trail.visited and bool(response.meta.get("redirect_urls"))
        trail.visited.add(response.url)
        trail.pages += 1
        if response.status == 304:
            self._count(crawl, "sources/unchanged")
        elif response.status != 200:
            self._count(crawl, "sources/failed")
        elif looped:
            self._count(crawl, "sources/looped")
        else:
            page = self._read(response, crawl, trail)
            if page is None:
                self._count(crawl, "sources/unreadable")
            else:
                self._count(crawl, "sources/read")
                yield from self._follow(response, crawl, trail, page)
        yield from self._rest(crawl)

    def _read(self, response: Response, crawl: SiteCrawl, trail: Trail) -> ListPage | None:
        """What the source shows, judged by its content and not by the site file. None if it is not a source."""
        # Loaded here, as the page objects are: in a night without news every source answers "not modified".
        from scraper.pages.feeds import looks_like_feed, looks_like_sitemap, read_feed, read_sitemap
        from scraper.pages.tree import released

        try:
            if looks_like_sitemap(response.body):
                return read_sitemap(response.body, response.url)
            if looks_like_feed(response.body):
                return read_feed(response.body, response.url)
            if trail.kind != "list":
                return None
            content_type = response.headers.get("Content-Type", b"") or b""
            with released(), time_limit(READING_SECONDS):
                decoded = decode(response.body, content_type.decode("latin-1") or None, crawl.site.fetch.encoding)
                if decoded.problem is not None and not decoded.text:
                    raise ValueError(decoded.problem)
                return crawl.family.list_page(decoded.text, response.url)
        except (
            Exception
        ) as error:  # whatever is odd about one page must not cost the site's others, nor its neighbours
            self.logger.warning("%s cannot be read as a source: %r", response.url, error)
            return None

    def _follow(self, response: Response, crawl: SiteCrawl, trail: Trail, page: ListPage) -> Iterator[Request]:
        first_shown = unknown = 0
        # A page's articles come before the list's next page, so that a limit or a stop still leaves us the newest.
        priority = max(-2 * (trail.pages - 1), PENDING_PRIORITY // 2)
        for key, entry in self._articles(crawl, page):
            if key in trail.shown:
                continue
            trail.shown.add(key)
            first_shown += 1
            if self._snapshot.is_known(crawl.site.id, key):
                self._note_edit(crawl, key, entry)
                continue
            unknown += 1
            request = self._new_article(crawl, key, entry.url, priority)
            if request is not None:
                yield request
        following = [page.next_url] if page.next_url and self._goes_on(crawl, trail, first_shown, unknown) else []
        for url in [*following, *sorted(page.children, key=_numbers, reverse=True)]:
            if url in trail.visited:
                continue
            why_not = self._why_not_turn(crawl, trail, page) or self._why_not_follow(crawl, trail, url)
            if why_not:
                announce(self.crawler, url, *why_not)
            else:
                yield self._source(crawl, url, trail, priority=priority - 1)

    def _note_edit(self, crawl: SiteCrawl, key: str, entry: ListEntry) -> None:
        lastmod = entry.date_text if entry.source is WitnessSource.SITEMAP else None
        wanted = self._snapshot.edited(crawl.site.id, key, entry.title, lastmod)
        if wanted is not None and len(crawl.edited) < EDITS_A_NIGHT:
            crawl.edited[key] = wanted

    def _goes_on(self, crawl: SiteCrawl, trail: Trail, first_shown: int, unknown: int) -> bool:
        """Whether the list's next page is asked for."""
        trail.idle = 0 if first_shown else trail.idle + 1
        if self._turns_on(crawl):
            return bool(first_shown)
        if unknown:
            return True
        if trail.idle > 1:
            return False
        if not trail.known.is_joined(trail.shown):
            return True
        trail.walk -= 1
        return trail.walk > 0

    def _articles(self, crawl: SiteCrawl, page: ListPage) -> Iterator[tuple[str, ListEntry]]:
        """The site's own articles among those that a page shows, with their keys."""
        entries = page.entries
        if entries and all(e.source == WitnessSource.SITEMAP and (e.date_text or "")[:4].isdigit() for e in entries):
            entries = tuple(sorted(entries, key=lambda entry: entry.date_text or "", reverse=True))
        for entry in entries:
            try:
                if not crawl.site.owns(entry.url):
                    self._count(crawl, "listed/offsite")
                    continue
                key = crawl.family.key(entry.url)
            except Exception as error:
                self.logger.warning("%s cannot be told from other addresses: %r", entry.url, error)
                continue
            if key is not None:
                yield key, entry

    def _new_article(self, crawl: SiteCrawl, key: str, url: str, priority: int) -> Request | None:
        address = crawl.family.fetch_url(url)
        if key in crawl.asked or address is None or not crawl.site.owns(address) or self._is_full(crawl):
            return None
        if crawl.new >= crawl.site.fetch.max_requests:
            self._count(crawl, "listed/capped")
            return None
        crawl.asked.add(key)
        crawl.new += 1
        return self._request(crawl, address, "new", self.parse_article, priority=priority)

    def _turns_on(self, crawl: SiteCrawl) -> bool:
        """Whether lists are followed even if they show nothing new."""
        return self._full or crawl.site.id in self._back

    def _is_full(self, crawl: SiteCrawl) -> bool:
        """Whether the site has used up its new articles or its time. Waiting requests count as used."""
        if self._limit is not None and crawl.new >= self._limit:
            return True
        if self._seconds is None:
            return False
        if crawl.began is None:
            return False
        spent = time.monotonic() - crawl.began
        return max(spent, crawl.requests * crawl.site.fetch.delay) >= self._seconds

    def _why_not_follow(self, crawl: SiteCrawl, trail: Trail, url: str) -> tuple[str, str] | None:
        """The outcome and detail of a further page of a source that is not requested; None if it is requested."""
        if not crawl.site.owns(url):
            return "offsite", Sentence("a further page of a list, feed or sitemap on another host")
        if self._is_full(crawl):
            return "limit", Sentence("{some} new articles of {site}", some=crawl.new, site=crawl.site.id)
        if len(trail.visited) >= crawl.site.fetch.max_pages:
            return "capped", Sentence("{some} pages of one list, feed or sitemap", some=crawl.site.fetch.max_pages)
        return None

    def _why_not_turn(self, crawl: SiteCrawl, trail: Trail, page: ListPage) -> tuple[str, str] | None:
        """The same for the days that the run was asked for. Only a list can tell whether it has passed them."""
        day = self._back.get(crawl.site.id)
        if (
            day is not None
            and trail.kind == "list"
            and is_past(page.entries, day, crawl.family, crawl.site.date_order)
        ):
            return "window", Sentence("all before {day}", day=day)
        return None

    def parse_article(self, response: Response, crawl: SiteCrawl) -> Iterator[Request]:
        """Counts the answer. The recorder has already kept it."""
        self._count(crawl, f"articles/{response.status}")
        if response.status == 200:
            self.crawler.stats.inc_value("articles")
            yield from self._parts(response, crawl)
        yield from self._after(crawl, response.meta["purpose"])

    def _parts(self, response: Response, crawl: SiteCrawl) -> Iterator[Request]:
        """Requests the further pages of an article that its site divides."""
        if not crawl.family.divides or not isinstance(response, TextResponse):
            return
        from scraper.pages.tree import released

        try:
            with released(), time_limit(READING_SECONDS):
                urls = crawl.family.further_pages(response.text, response.url)
        except Exception as error:
            if not isinstance(error, NotAnArticle):
                self.logger.warning("%s: its further pages cannot be told: %r", response.url, error)
            return
        for url in urls[:MOST_PARTS]:
            if url not in crawl.asked and crawl.site.owns(url):
                crawl.asked.add(url)
                yield self._request(crawl, url, "part", self.parse_article, priority=PART_PRIORITY)

    def failed(self, failure: Failure) -> Iterator[Request]:
        """Announces what became of an address that gave no answer."""
        request: Request = failure.request  # type: ignore[attr-defined]
        crawl: SiteCrawl = request.cb_kwargs["crawl"]
        outcome, detail = outcome_of(failure.value or Exception(failure.getErrorMessage()))
        decided = request.meta.get("redirect_urls", [request.url])[0]
        announce(self.crawler, decided, outcome, detail)
        self._count(crawl, f"failed/{outcome}")
        if request.meta["purpose"] == "source":
            crawl.open_sources -= 1
            yield from self._rest(crawl)
        elif outcome not in OF_THE_HOST:
            yield from self._after(crawl, request.meta["purpose"])

    def _rest(self, crawl: SiteCrawl) -> Iterator[Request]:
        """Requests for pending and due articles, once every source has been followed to its end.

        They are sent a few at a time: when one has ended, one more follows. If no source of a site gave an answer,
        the site gets no further requests.
        """
        if not crawl.open_sources and crawl.rest is None and crawl.reached:
            crawl.rest = self._all_rest(crawl)
            yield from islice(crawl.rest, AT_A_TIME)

    def _after(self, crawl: SiteCrawl, purpose: str) -> Iterator[Request]:
        if crawl.rest is not None and purpose in {"pending", "recheck"}:
            yield from islice(crawl.rest, 1)

    def _all_rest(self, crawl: SiteCrawl) -> Iterator[Request]:
        for wanted in self._snapshot.pending(crawl.site.id):
            if not self._is_full(crawl):
                yield from self._wanted(crawl, wanted, "pending", PENDING_PRIORITY)
        for wanted in crawl.edited.values():
            yield from self._wanted(crawl, wanted, "recheck", DUE_PRIORITY)
        for wanted in self._snapshot.due(crawl.site.id):
            yield from self._wanted(crawl, wanted, "recheck", DUE_PRIORITY)

    def _wanted(self, crawl: SiteCrawl, wanted: Wanted, purpose: str, priority: int) -> Iterator[Request]:
        if wanted.key in crawl.asked or not crawl.site.owns(wanted.url):
            return
        crawl.asked.add(wanted.key)
        crawl.new += purpose == "pending"
        yield self._request(
            crawl, wanted.url, purpose, self.parse_article, validators=wanted.validators, priority=priority
        )

    def rest_of_all(self) -> None:
        """Runs on idle. Requests the rest of those sites for which the spider itself failed on a source."""
        waiting = False
        for crawl in self._crawls.values():
            crawl.open_sources = 0
            for request in self._rest(crawl):
                self.crawler.engine.crawl(request)
                waiting = True
        if waiting:
            raise DontCloseSpider

    def _count(self, crawl: SiteCrawl, what: str) -> None:
        self.crawler.stats.inc_value(f"sites/{crawl.site.id}/{what}")


def _numbers(url: str) -> tuple[int, ...]:
    """The numbers in an address. Among a site's sitemaps, the highest month or part is mostly the newest."""
    return tuple(int(number) for number in re.findall(r"\d+", urlsplit(url).path + urlsplit(url).query))
