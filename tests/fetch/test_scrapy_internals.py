from __future__ import annotations

import ast
import subprocess
import sys
from time import monotonic

import pytest
from OpenSSL import SSL
from scrapy import Spider
from scrapy.core.downloader import Slot
from scrapy.statscollectors import StatsCollector
from scrapy.utils.test import get_crawler
from twisted.internet import endpoints

from scraper.fetch.host_queues import HostDownloader
from scraper.fetch.scrapy_internals import (
    ClientContextFactory,
    PlainStats,
    attach,
    begin_delay,
    hold,
    remember_host_names,
    set_least_delay,
    set_tls_option,
)
from tests.places import REPOSITORY

PRIVATE = {
    "_LenientHTTP11ClientFactory",
    "_LenientHTTP11ClientProtocol",
    "_ScrapyClientContextFactory",
    "_contextFactory",
    "_factory",
    "_get_creator_context",
    "_giveUp",
    "_handle_encoding",
    "_idnaBytes",
    "_latercall",
    "_max_size",
    "_pool",
    "_quiescentCallback",
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
