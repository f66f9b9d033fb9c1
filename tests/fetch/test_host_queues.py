import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler

import pytest
from scrapy.http import HtmlResponse

from scraper.fetch.host_queues import is_challenge, retry_after
from scraper.fetch.snapshot import SNAPSHOT_SCHEMA
from scraper.spiders.news import AT_A_TIME

from .conftest import Answer, Crawler, Loopback, article, listing, page

NOW = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        (" 7 ", 7.0),
        ("Tue, 24 Nov 2026 01:31:30 GMT", 90.0),
        ("Tue, 24 Nov 2026 01:00:00 GMT", 0.0),
        ("99999999999999", 999999999.0),
        ("soon", None),
        ("-5", None),
        (None, None),
    ],
)
def test_retry_after_is_read_as_number_and_as_date(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, NOW) == seconds


@pytest.mark.parametrize(
    ("body", "challenge"),
    [
        ("<html><head><title>Just a moment...</title>", True),
        ("<title>Attention Required! | Cloudflare</title>", True),
        ("<title>Đại hội Đảng bộ Khối</title><div class='g-recaptcha'></div>", False),
        ("<title>Just</title><p>a moment</p>", False),
    ],
)
def test_a_browser_check_is_told_from_a_page_with_a_captcha_in_a_form(body: str, challenge: bool) -> None:
    assert is_challenge(HtmlResponse("http://a.vn/", body=body.encode())) is challenge


def first_then(first: Answer, then: Answer) -> Answer:
    answers = iter([first])

    def answer(handler: BaseHTTPRequestHandler) -> None:
        next(answers, then)(handler)

    return answer


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_pauses_the_whole_host_and_the_page_is_asked_for_again(
    crawler: Crawler, site: Loopback, status: int
) -> None:
    site.pages["/xd/"] = page(listing(1, 2, 3))
    site.pages[article(1)] = first_then(page("", status, Retry_After="1"), page("x"))
    crawler.write_site(site)
    crawl = crawler.run()
    assert sorted(site.paths()[2:]) == sorted([article(1), article(1), article(2), article(3)])
    times = [moment for moment, _, _ in site.log]
    assert times[3] - times[2] >= 1
    assert crawl.stats["articles"] == 3


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (page("Forbidden", 403), "blocked"),
        (page("<title>Just a moment...</title>"), "blocked"),
        (page("", 429, Retry_After="3600"), "paused"),
    ],
)
def test_a_host_that_does_not_want_us_is_asked_nothing_more(
    crawler: Crawler, loopback: Callable[[], Loopback], answer: Answer, outcome: str
) -> None:
    site = loopback()
    site.pages["/xd/"] = page(listing(*range(1, 10)))
    site.pages[article(2)] = answer
    crawler.write_site(site)
    crawl = crawler.run()
    assert site.paths() == ["/robots.txt", "/xd/", article(1), article(2)]
    assert crawl.outcomes() == {site.url + article(n): outcome for n in range(3, 10)}
    assert crawl.stats["hosts/stopped/127.0.0.1"].startswith(outcome)


def test_a_host_has_so_many_requests_a_night(crawler: Crawler, site: Loopback) -> None:
    site.pages["/xd/"] = page(listing(*range(1, 10)))
    crawler.write_site(site, fetch="delay = 0\nmax_requests = 5")
    crawl = crawler.run()
    assert len(site.log) == 5
    assert set(crawl.outcomes().values()) == {"capped"}
    assert len(crawl.outcomes()) == 2  # robots.txt, the list and three articles were asked for
    assert crawl.stats["sites/bao/listed/capped"] == 4


def test_a_backlog_stays_as_it_is_where_the_host_wants_no_more(crawler: Crawler, site: Loopback) -> None:
    site.pages["/xd/"] = page(listing(1))
    path = crawler.folder / "snapshot.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(SNAPSHOT_SCHEMA)
        rows = [("bao", str(n), site.url + article(n)) for n in range(1000)]
        connection.executemany("INSERT INTO pending VALUES (?, ?, ?)", rows)
        connection.commit()
    crawler.write_site(site, fetch="delay = 0\nmax_requests = 10")
    crawl = crawler.run(snapshot=path)
    assert len(site.log) == 10
    assert 0 < len(crawl.outcomes()) <= AT_A_TIME


def test_a_host_that_goes_silent_is_left_alone(crawler: Crawler, site: Loopback) -> None:
    def drop(handler: BaseHTTPRequestHandler) -> None:
        handler.close_connection = True

    site.pages["/xd/"] = page(listing(*range(1, 20)))
    site.pages |= {article(n): drop for n in range(3, 20)}
    crawler.write_site(site)
    crawl = crawler.run()
    assert len(site.log) <= 2 + 2 + 6
    assert set(crawl.outcomes().values()) <= {"failed", "unreachable"}
    assert len(crawl.outcomes()) == 17
