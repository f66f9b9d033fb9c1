from __future__ import annotations

import ast
import asyncio
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from time import monotonic
from typing import Any

import pytest
from OpenSSL import SSL
from scrapy import Request, Spider, signals
from scrapy.core.downloader import Slot
from scrapy.core.downloader.middleware import DownloaderMiddlewareManager
from scrapy.core.scraper import Scraper
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.settings import Settings
from scrapy.signalmanager import SignalManager
from scrapy.statscollectors import StatsCollector
from scrapy.utils.test import get_crawler
from twisted.internet import endpoints
from twisted.python.failure import Failure

from scraper.fetch.host_queues import HostDownloader
from scraper.fetch.scrapy_internals import (
    ClientContextFactory,
    PlainCrawler,
    PlainMiddlewares,
    PlainScraper,
    PlainSignals,
    PlainStats,
    attach,
    begin_delay,
    hold,
    remember_host_names,
    set_least_delay,
    set_tls_option,
)
from scraper.settings import SPIDER_MIDDLEWARES_BASE
from tests.places import REPOSITORY

PRIVATE = {
    "_check_if_closing",
    "_enqueue_request",
    "_start_scheduled_request",
    "_LenientHTTP11ClientFactory",
    "_LenientHTTP11ClientProtocol",
    "_ScrapyClientContextFactory",
    "_contextFactory",
    "_create_engine",
    "_factory",
    "_get_creator_context",
    "_giveUp",
    "_handle_encoding",
    "_idnaBytes",
    "_latercall",
    "_max_size",
    "_pool",
    "_process_request",
    "_process_response",
    "_process_spidermw_output_async",
    "_quiescentCallback",
    "_scrape",
    "_set_crawler",
    "bootstrap_failed",
    "lastseen",
    "latercall",
    "per_slot_settings",
    "retryAutomatically",
}


def test_private_names_of_scrapy_stand_in_one_module() -> None:
    found = {}
    for path in sorted((REPOSITORY / "scraper").rglob("*.py")):
        nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        names = {getattr(node, "attr", None) or getattr(node, "name", None) for node in nodes} & PRIVATE
        if names:
            found[path.name] = names
    assert found == {"scrapy_internals.py": PRIVATE}


@pytest.fixture
def downloader() -> HostDownloader:
    crawler = get_crawler(settings_dict={"DOWNLOAD_DELAY": 2.0, "DOWNLOAD_SLOTS": {"a.vn": {"delay": 5.0}}})
    return HostDownloader(crawler)


def test_a_least_delay_holds_for_queues_in_use_and_to_come(downloader: HostDownloader) -> None:
    downloader.slots["b.vn"] = Slot(concurrency=1, delay=2.0)
    for queue, delay, expected in (("a.vn", 3.0, 5.0), ("b.vn", 3.0, 3.0), ("c.vn", 1.0, 2.0)):
        set_least_delay(downloader, queue, delay)
        assert downloader.per_slot_settings[queue]["delay"] == expected
    assert downloader.slots["b.vn"].delay == 3.0


def test_a_slot_that_is_held_waits(downloader: HostDownloader, monkeypatch: pytest.MonkeyPatch) -> None:
    later: list[tuple[float, object]] = []
    monkeypatch.setattr(
        "scraper.fetch.scrapy_internals.call_later", lambda seconds, call, slot: later.append((seconds, slot))
    )
    slot = Slot(concurrency=1, delay=2.0)
    hold(downloader, slot, 30)
    assert later == [(30, slot)]
    assert slot.lastseen + slot.delay >= monotonic() + 29
    before = slot.lastseen
    begin_delay(slot)
    assert slot.lastseen == before  # a pause is not shortened by an answer


def test_a_spider_is_given_its_crawler() -> None:
    crawler = get_crawler()
    spider = Spider("one")
    attach(spider, crawler)
    assert spider.crawler is crawler


def test_tls_options_reach_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    options: list[int] = []
    monkeypatch.setattr(SSL.Context, "set_options", lambda _, option: options.append(option))
    set_tls_option(ClientContextFactory(verify_certificates=False).creatorForNetloc(b"a.vn", 443), 0x4)
    assert options[-1] == 0x4


HANDLER = """
from scrapy.utils.reactor import install_reactor
install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.statscollectors import StatsCollector
from scrapy.utils.test import get_crawler
from twisted.internet import endpoints
from twisted.python.failure import Failure
from scraper.fetch.scrapy_internals import connect_by
handler = HTTP11DownloadHandler(get_crawler(settings_dict={"TWISTED_REACTOR_ENABLED": True}))
before = handler._contextFactory is not None, handler._pool.retryAutomatically
connect_by(handler, "ours")
print(*before, handler._contextFactory, handler._pool.retryAutomatically)
"""


def test_a_handler_judges_by_ours_and_repeats_nothing() -> None:
    child = subprocess.run(
        [sys.executable, "-c", HANDLER], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert child.stdout.split() == ["True", "True", "ours", "False"], child.stderr


def test_statistics_are_scrapy_s_and_looked_up_without_a_detour() -> None:
    stats = PlainStats(get_crawler())
    stats.inc_value("articles")
    stats.set_value("finish_reason", "finished")
    assert stats.get_stats() == {"articles": 1, "finish_reason": "finished"}
    assert StatsCollector.__getattribute__ is not object.__getattribute__, "no detour is left: PlainStats may go"


def test_a_host_s_name_is_encoded_once() -> None:
    remember_host_names()
    remember_host_names()
    encode = endpoints._idnaBytes
    assert encode("báo.vn") == "báo.vn".encode("idna")
    before = encode.cache_info().hits
    _, told, _ = endpoints.HostnameEndpoint._hostAsBytesAndText("báo.vn")
    assert told == "báo.vn".encode("idna")
    assert encode.cache_info().hits == before + 1


def test_a_signal_reaches_those_who_listen_and_nobody_is_looked_for_where_none_does() -> None:
    heard: list[object] = []

    def listen(told: object) -> None:
        heard.append(told)

    def fail() -> None:
        raise ValueError

    one, other = object(), object()
    for sends in (PlainSignals("a crawl"), SignalManager("another crawl")):
        sends.connect(listen, one)
        sends.connect(fail, one)
        assert sends.send_catch_log(other, told=1) == []
        answers = [answer for _, answer in sends.send_catch_log(one, told=2)]
        assert [getattr(answer, "type", None) for answer in answers] == [None, ValueError]
        sends.disconnect(fail, one)
        assert len(sends.send_catch_log(one, told=3)) == 1
    assert heard == [2, 3, 2, 3]


class First:
    """A middleware that waits before it speaks."""

    async def process_request(self, request: Request) -> Response | None:
        await asyncio.sleep(0)
        return Response(request.url, status=203) if "answered" in request.url else None

    async def process_response(self, request: Request, response: Response) -> Response:
        await asyncio.sleep(0)
        return response.replace(headers={"Last": "first"})


class Second:
    """One that does not wait, and sends some answers back as a request."""

    def process_request(self, request: Request) -> None:
        request.meta["second"] = True
        if "refused" in request.url:
            raise ValueError

    def process_response(self, request: Request, response: Response) -> Response | Request:
        return Request("http://a.vn/again") if "again" in request.url else response

    def process_exception(self, request: Request, exception: Exception) -> Response:
        return Response(request.url, status=599)


@pytest.mark.parametrize("path", ["page", "answered", "again", "refused"])
def test_middlewares_say_the_same_as_with_scrapy_s_own(path: str) -> None:
    async def download(request: Request) -> Response:
        return Response(request.url, status=200)

    told = []
    for kind in (DownloaderMiddlewareManager, PlainMiddlewares):
        middlewares = kind(First(), Second(), crawler=get_crawler())
        request = Request(f"http://a.vn/{path}")
        end: Any = asyncio.run(middlewares.download_async(download, request))
        told.append((type(end), end.url, getattr(end, "status", None), dict(end.headers), "second" in request.meta))
    assert told[0] == told[1]


def yields(_: Response, number: int) -> Iterator[Request]:
    for n in range(number):
        yield Request(f"http://a.vn/{n}{'x' * 3000 if n == 1 else ''}")
    if number == 3:
        raise ValueError


@pytest.mark.parametrize("number", [0, 3, 45])
def test_a_callback_s_requests_are_those_that_scrapy_s_own_scraper_schedules(number: int) -> None:
    told = []

    class Engine:
        def crawl(self, request: Request) -> None:
            asked.append(request.url)

    for kind in (Scraper, PlainScraper):
        asked: list[str] = []
        crawler = get_crawler(settings_dict={"SPIDER_MIDDLEWARES_BASE": SPIDER_MIDDLEWARES_BASE})
        crawler.engine = Engine()  # type: ignore[assignment]
        crawler.spider = Spider("one")
        attach(crawler.spider, crawler)
        request = Request("http://a.vn/", callback=yields, cb_kwargs={"number": number})
        response = Response("http://a.vn/", request=request)
        asyncio.run(kind(crawler)._scrape(response, request))
        told.append((asked, dict(crawler.stats.get_stats())))
    assert told[0] == told[1]
    assert len(told[0][0]) == number - (number > 1)
    assert told[0][1].get("spider_exceptions/ValueError", 0) == (number == 3)


class Site:
    """Answers in place of a server."""

    def process_request(self, request: Request) -> Response | Request:
        if request.url.endswith("moved"):
            return request.replace(url="http://a.vn/new")
        if request.url.endswith("lost"):
            raise ValueError
        return Response(request.url)


class Walker(Spider):
    """Asks for a few pages, of which some go wrong."""

    name = "walker"

    async def start(self) -> AsyncIterator[Request]:
        for path in ("first", "lost"):
            url = f"http://a.vn/{path}"
            yield Request(url, callback=self.read, errback=self.failed, cb_kwargs={"more": ["moved", "lost", "torn"]})

    def read(self, response: Response, more: Sequence[str]) -> Iterator[Request]:
        for path in more:
            yield Request(f"http://a.vn/{path}", callback=self.read, cb_kwargs={"more": []}, dont_filter=True)
        if response.url.endswith("torn"):
            raise ValueError

    def failed(self, failure: Failure) -> Iterator[Request]:
        yield Request("http://a.vn/instead", callback=self.read, cb_kwargs={"more": []})


class Stumbler(Walker):
    """One whose callback is no generator, and fails."""

    def read(self, response: Response, more: Sequence[str]) -> Iterator[Request]:
        raise ValueError


def crawled(kind: type[Crawler], spider: type[Spider]) -> tuple[list[str], dict[str, Any]]:
    settings = Settings({"TWISTED_REACTOR_ENABLED": False, "DOWNLOAD_HANDLERS": {"http": None, "https": None}})
    settings.set("DOWNLOADER_MIDDLEWARES_BASE", {Site: 1})
    settings.set("SPIDER_MIDDLEWARES_BASE", SPIDER_MIDDLEWARES_BASE)
    crawler = kind(spider, settings)
    answered: list[str] = []

    def answer(response: Response) -> None:
        answered.append(response.url)

    crawler.signals.connect(answer, signals.response_received)
    asyncio.run(crawler.crawl_async())
    engine: Any = crawler.engine
    assert not engine.downloader.active
    assert not getattr(engine, "_under_way", None)
    stats = crawler.stats.get_stats()
    return answered, {name: stats[name] for name in stats if not re.search("time|minute|memusage|log_", name)}


def test_a_crawl_by_the_plain_parts_asks_and_counts_as_scrapy_s_own_does() -> None:
    plain, own = crawled(PlainCrawler, Walker), crawled(Crawler, Walker)
    assert (sorted(plain[0]), plain[1]) == (sorted(own[0]), own[1])
    assert {"http://a.vn/new", "http://a.vn/instead"} <= set(plain[0])
    assert plain[1]["spider_exceptions/ValueError"] == 1


def test_a_crawl_with_a_broken_callback_comes_to_its_end_and_tells_of_it() -> None:
    plain, own = crawled(PlainCrawler, Stumbler), crawled(Crawler, Stumbler)
    assert (sorted(plain[0]), plain[1]) == (sorted(own[0]), own[1])
    assert sorted(plain[0]) == ["http://a.vn/first", "http://a.vn/instead"]
    assert plain[1]["spider_exceptions/ValueError"] == 2
    assert plain[1]["finish_reason"] == "finished"
