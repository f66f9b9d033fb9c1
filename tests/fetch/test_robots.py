import asyncio
import socket
import struct
from http.server import BaseHTTPRequestHandler
from itertools import pairwise
from typing import Any

import pytest
from scrapy import Request
from scrapy.exceptions import CannotResolveHostError, DownloadTimeoutError
from scrapy.http import Response
from scrapy.statscollectors import StatsCollector
from scrapy.utils.test import get_crawler

from scraper.fetch.outcomes import Refused
from scraper.fetch.robots import RobotsMiddleware

from .conftest import Answer, Crawler, Loopback, article, listing, page, redirect


def text(body: str) -> Answer:
    return page(body, Content_Type="text/plain")


def reset(handler: BaseHTTPRequestHandler) -> None:
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.close_connection = True
    handler.connection.close()


@pytest.mark.parametrize("starts", [1, 3, 10, 50])
def test_a_host_that_forbids_all_gives_no_page_however_many_start(
    crawler: Crawler, site: Loopback, starts: int
) -> None:
    site.pages["/robots.txt"] = text("User-agent: *\nDisallow: /")
    sections = [f"/muc-{n}/" for n in range(starts)]
    crawler.write_site(site, sections=str(sections).replace("'", '"'))
    crawl = crawler.run()
    assert site.paths() == ["/robots.txt"]
    assert crawl.outcomes() == {site.url + section: "robots" for section in sections}


@pytest.mark.parametrize("name", ["tinkhoi/1.0", "TinKhoi/2.1-beta", "tinkhoi"])
def test_a_group_that_names_us_with_a_version_binds_us(crawler: Crawler, site: Loopback, name: str) -> None:
    site.pages["/robots.txt"] = text(f"User-agent: {name}\nDisallow: /xd/2024\n\nUser-agent: *\nDisallow:\n")
    site.pages["/xd/"] = page(listing(1))
    crawler.write_site(site)
    crawl = crawler.run()
    assert site.paths() == ["/robots.txt", "/xd/"]
    assert crawl.outcomes() == {site.url + article(1): "robots"}


@pytest.mark.parametrize("answer", [page("", 503), reset])
def test_robots_that_cannot_be_read_forbids_all_and_is_an_alarm(
    crawler: Crawler, site: Loopback, answer: Answer
) -> None:
    site.pages["/robots.txt"] = answer
    crawler.write_site(site)
    crawl = crawler.run()
    assert set(site.paths()) == {"/robots.txt"}
    assert crawl.outcomes()[f"{site.url}/xd/"] == "robots-unreachable"
    assert f"robotstxt/unreachable/{site.url}/robots.txt" in crawl.stats


def test_a_redirected_robots_is_followed(crawler: Crawler, site: Loopback) -> None:
    site.pages["/robots.txt"] = redirect("/r2.txt")
    site.pages["/r2.txt"] = text("User-agent: tinkhoi\nDisallow: /xd/2024\nUser-agent: *\nDisallow: /")
    site.pages["/xd/"] = page(listing(1))
    crawler.write_site(site)
    crawl = crawler.run()
    assert site.paths() == ["/robots.txt", "/r2.txt", "/xd/"]
    assert crawl.outcomes() == {site.url + article(1): "robots"}


def test_a_crawl_delay_is_kept(crawler: Crawler, site: Loopback) -> None:
    site.pages["/robots.txt"] = text("User-agent: *\nCrawl-delay: 0.5")
    site.pages["/xd/"] = page(listing(1, 2))
    crawler.write_site(site)
    crawler.run()
    times = [moment for moment, _, _ in site.log]
    assert len(times) == 4
    assert all(after - before >= 0.5 for before, after in pairwise(times))


class Engine:
    """Answers every download as the test says, after letting others run."""

    def __init__(self, answer: Response | Exception) -> None:
        self.answer = answer
        self.asked: list[str] = []
        self.downloader = self

    async def download_async(self, request: Request) -> Response:
        self.asked.append(request.url)
        await asyncio.sleep(0)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def middleware(answer: Response | Exception) -> tuple[RobotsMiddleware, Engine]:
    crawler: Any = get_crawler()
    crawler.stats = StatsCollector(crawler)
    crawler.engine = engine = Engine(answer)
    return RobotsMiddleware(crawler), engine


def refusals(robots: RobotsMiddleware, *urls: str) -> list[str | None]:
    async def ask(url: str) -> str | None:
        try:
            await robots.process_request(Request(url))
        except Refused as refused:
            return refused.outcome
        return None

    async def ask_all() -> list[str | None]:
        return list(await asyncio.gather(*map(ask, urls)))

    return asyncio.run(ask_all())


@pytest.mark.parametrize(
    "answer",
    [
        DownloadTimeoutError("took longer"),
        CannotResolveHostError("no such name"),
        Refused("redirect-loop", "max redirections reached"),
        *(Response("http://a.vn/robots.txt", status=status) for status in (500, 503, 429, 302)),
    ],
)
def test_a_robots_without_an_answer_of_its_own_forbids_all(answer: Response | Exception) -> None:
    robots, engine = middleware(answer)
    assert refusals(robots, "http://a.vn/1", "http://a.vn/2") == ["robots-unreachable"] * 2
    assert engine.asked == ["http://a.vn/robots.txt"]


@pytest.mark.parametrize("status", [400, 403, 404, 410])
def test_a_missing_robots_allows_all(status: int) -> None:
    robots, _ = middleware(Response("http://a.vn/robots.txt", status=status, body=b"User-agent: *\nDisallow: /"))
    assert refusals(robots, "http://a.vn/1") == [None]


def test_a_page_in_place_of_robots_allows_all() -> None:
    robots, _ = middleware(Response("http://a.vn/robots.txt", body="<html>Trang chủ</html>".encode()))
    assert refusals(robots, "http://a.vn/1") == [None]


@pytest.mark.parametrize("name", ["tinkhoi", "Tinkhoi/1.0", " TINKHOI/1.0 # since May"])
def test_a_group_that_names_us_binds_us_also_with_a_version(name: str) -> None:
    rules = f"User-agent: other/1.0\r\nDisallow: /y\r\n\r\nUser-agent:{name}\r\nDisallow: /x\r\n"
    robots, _ = middleware(Response("http://a.vn/robots.txt", body=rules.encode()))
    assert refusals(robots, "http://a.vn/x", "http://a.vn/y") == ["robots", None]


def test_each_origin_is_asked_once() -> None:
    robots, engine = middleware(Response("http://a.vn/robots.txt", body=b"User-agent: *\nDisallow: /x"))
    urls = ["http://a.vn/x", "http://a.vn/y", "https://a.vn/x", "http://a.vn:8080/x", "http://a.vn/x/2"]
    assert refusals(robots, *urls) == ["robots", None, "robots", "robots", "robots"]
    assert sorted(engine.asked) == [
        "http://a.vn/robots.txt", "http://a.vn:8080/robots.txt", "https://a.vn/robots.txt",
    ]  # fmt: skip


def test_no_more_than_the_first_500_kib_are_read_and_no_cut_rule() -> None:
    filler = b"User-agent: *\nDisallow: /x\n" + b"#" * (500 * 1024 - 27 - 12) + b"\n"
    assert len(filler) == 500 * 1024 - 11
    robots, _ = middleware(Response("http://a.vn/robots.txt", body=filler + b"Disallow: /y/z\nDisallow: /w\n"))
    assert refusals(robots, "http://a.vn/x", "http://a.vn/y", "http://a.vn/w") == ["robots", None, None]
