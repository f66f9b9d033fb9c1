"""How many hosts are asked at once, and that silent ones do not hold up the others."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
from collections.abc import Coroutine
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import pytest
from scrapy import Request, signals
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.utils.test import get_crawler

from scraper.fetch import address_guard, places
from scraper.fetch.address_guard import GuardedHandler
from scraper.fetch.places import Places

from .conftest import Crawler, Loopback, article, listing, page


def test_so_many_hosts_are_asked_at_once_and_the_others_after_them(monkeypatch: pytest.MonkeyPatch) -> None:
    now, most, answered = 0, 0, []

    async def answer(_: GuardedHandler, number: int) -> int:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.01)
        now -= 1
        answered.append(number)
        if number == 3:
            raise TimeoutError
        return number

    for name in ("connect_by", "bound_answers"):
        monkeypatch.setattr(address_guard, name, lambda *_, **__: None)
    monkeypatch.setattr(HTTP11DownloadHandler, "__init__", lambda *_: None)  # it needs a reactor that runs
    monkeypatch.setattr(places, "EXCHANGES_AT_A_TIME", 2)
    monkeypatch.setattr(GuardedHandler, "_exchange", answer)
    handler = GuardedHandler(get_crawler())

    async def ask() -> list[object]:
        return await asyncio.gather(*map(handler.download_request, range(7)), return_exceptions=True)  # type: ignore[arg-type]

    told = asyncio.run(ask())
    assert (most, answered) == (2, list(range(7)))
    assert isinstance(told.pop(3), TimeoutError) and told == [0, 1, 2, 4, 5, 6]


SILENT, TALKING, NEXT, LAST = (Request(f"http://{name}.vn/") for name in ("silent", "talking", "next", "last"))


async def is_taken(wanted: Coroutine[None, None, None]) -> bool:
    try:
        await asyncio.wait_for(wanted, 0.2)
    except TimeoutError:
        return False
    return True


def test_a_host_that_stays_silent_makes_room_and_one_whose_answer_began_does_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(places, "EXCHANGES_AT_A_TIME", 2)
    monkeypatch.setattr(places, "SILENT_AFTER", 0.02)

    async def crawl() -> list[bool]:
        crawler = get_crawler()
        held = Places(crawler)
        await held.take(SILENT)
        await held.take(TALKING)
        crawler.signals.send_catch_log(signals.headers_received, request=TALKING)
        taken = [await is_taken(held.take(NEXT))]
        crawler.signals.send_catch_log(signals.headers_received, request=NEXT)
        held.leave(SILENT)  # it gave its place up before, and has none to give
        taken.append(await is_taken(held.take(LAST)))
        held.leave(TALKING)
        taken.append(await is_taken(held.take(LAST)))
        return taken

    assert asyncio.run(crawl()) == [True, False, True]


@dataclass
class Silent:
    """A host that lets a crawl connect and says nothing."""

    host: str
    socket: socket.socket

    @property
    def port(self) -> int:
        return int(self.socket.getsockname()[1])

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"


CODE = """
import sys
import scraper.fetch.places as places, scraper.settings as settings
places.EXCHANGES_AT_A_TIME, places.SILENT_AFTER, settings.DOWNLOAD_TIMEOUT = 2, 0.1, 3
from scraper.crawl import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have one loopback address")
def test_more_silent_hosts_than_places_do_not_hold_up_a_good_one(crawler: Crawler, site: Loopback) -> None:
    site.pages["/xd/"] = page(listing(1, 2))
    with ExitStack() as stack:
        names = []
        for number in range(2, 7):
            host = f"127.0.0.{number}"
            silent: Any = Silent(host, stack.enter_context(socket.create_server((host, 0))))
            names.append(f"a{number}")
            crawler.write_site(silent, names[-1], fetch=f'delay = 0\nallow = ["{host}:{silent.port}"]')
        crawler.write_site(site)
        plan = crawler.plan(*names, "bao")
        command = [sys.executable, "-c", CODE, crawler.command(plan)[-1]]
        ended = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    captures = crawler.read(plan, ended.returncode).captures
    told = [(capture.outcome, capture.url.removeprefix(site.url)) for capture in captures]
    # Each silent host is asked twice for its robots.txt, which is then said to be out of reach.
    assert told[:4] == [(None, "/robots.txt"), (None, "/xd/"), (None, article(1)), (None, article(2))], ended.stderr
    assert [outcome for outcome, url in told[4:] if url.endswith("/robots.txt")] == ["timeout"] * 5
    assert ended.returncode == 0
