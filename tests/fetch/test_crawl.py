"""Whole crawls of a loopback newspaper, each in a process of its own, as the flow starts them."""

import gzip
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from http.server import BaseHTTPRequestHandler
from itertools import pairwise
from pathlib import Path

import pytest

from scraper.captures import read_captures
from scraper.fetch.limits import MAX_ENCODINGS, MAX_HEADERS
from scraper.fetch.snapshot import SNAPSHOT_SCHEMA

from .conftest import Crawler, Loopback, article, listing, page, redirect

RSS = '<?xml version="1.0"?><rss version="2.0"><channel><title>x</title>{}</channel></rss>'


def key(number: int) -> str:
    return str(900_000 + number)


def snapshot(folder: Path, **tables: list[tuple[str | None, ...]]) -> Path:
    path = folder / "snapshot.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(SNAPSHOT_SCHEMA)
        for table, rows in tables.items():
            columns = [column[1] for column in connection.execute(f"PRAGMA table_info({table})")]
            for row in rows:
                named = ", ".join(columns[: len(row)])
                connection.execute(f"INSERT INTO {table} ({named}) VALUES ({', '.join('?' * len(row))})", row)
        connection.commit()
    return path


def test_a_crawl_goes_from_lists_to_articles_and_keeps_every_exchange(crawler: Crawler, site: Loopback) -> None:
    site.pages["/robots.txt"] = page(f"User-agent: *\nDisallow: {article(3)}", Content_Type="text/plain")
    site.pages["/xd/"] = page(listing(1, 2, 3, 4))
    site.pages[article(2)] = redirect(article(22))
    site.pages[article(4)] = page("gone", 410)
    crawler.write_site(site)
    crawl = crawler.run()
    assert crawl.code == 0
    assert crawl.stats["finish_reason"] == "finished"
    asked = ["/robots.txt", "/xd/", article(1), article(2), article(4), article(22)]
    assert site.paths()[:3] == asked[:3]
    assert sorted(site.paths()) == sorted(asked)
    answers = dict(zip(asked, [200, 200, 200, 301, 410, 200], strict=True))
    assert crawl.statuses() == [(site.url + path, answers[path]) for path in site.paths()]
    assert crawl.outcomes() == {site.url + article(3): "robots"}
    last = json.loads(crawl.stdout.splitlines()[-1])
    assert last == {"requests": 6, "responses": 6, "articles": 2, "found": 6, "site": "bao"}
    sent = dict(site.headers)[article(1)]
    assert sent["user-agent"].startswith("tinkhoi/")
    assert "cookie" not in sent
    assert "referer" not in sent


def test_only_what_is_new_pending_or_due_is_asked_for_and_nothing_twice(crawler: Crawler, site: Loopback) -> None:
    site.pages["/xd/"] = page(listing(5, 4, 3, after="/xd/?trang=2"))
    site.pages["/xd/?trang=2"] = page(listing(3, 2, 1, after="/xd/?trang=3"))
    item = f"<item><title>t</title><link>{site.url}{article(5)}index.htm</link></item>"
    site.pages["/xd/index.rss"] = page(RSS.format(item), Content_Type="application/rss+xml")
    site.pages[article(1)] = page("", 304)
    crawler.write_site(site, feeds='["/xd/index.rss"]')
    known = snapshot(
        crawler.folder,
        known=[("bao", key(n)) for n in (1, 2, 3)],
        due=[("bao", key(1), site.url + article(1), '"e1"', "Thu, 11 Jul 2024 08:51:00 GMT")],
        pending=[("bao", key(9), site.url + article(9))],
    )
    crawl = crawler.run(snapshot=known)
    asked = site.paths()
    assert asked[:3] == ["/robots.txt", "/xd/index.rss", "/xd/"]
    assert sorted(asked[3:]) == sorted([article(5), article(4), "/xd/?trang=2", article(9), article(1)])
    assert asked[-2:] == [article(9), article(1)]
    sent = dict(site.headers)[article(1)]
    assert (sent["if-none-match"], sent["if-modified-since"]) == ('"e1"', "Thu, 11 Jul 2024 08:51:00 GMT")
    assert [c.kind for c in crawl.captures if c.url.endswith(article(1))] == ["revisit"]
    stats = {k.removeprefix("sites/bao/"): v for k, v in crawl.stats.items() if k.startswith("sites/bao/asked/")}
    assert stats == {"asked/source": 3, "asked/new": 2, "asked/pending": 1, "asked/recheck": 1}


def test_a_backlog_is_asked_for_to_its_end(crawler: Crawler, site: Loopback) -> None:
    site.pages["/xd/"] = page(listing(1))
    site.pages[article(7)] = redirect(article(7))
    crawler.write_site(site)
    backlog = range(2, 50)
    pending: list[tuple[str | None, ...]] = [("bao", key(n), site.url + article(n)) for n in backlog]
    crawl = crawler.run(snapshot=snapshot(crawler.folder, pending=pending))
    assert set(site.paths()[2:]) == {article(n) for n in range(1, 50)}
    assert crawl.stats["sites/bao/asked/pending"] == len(backlog)


def test_a_host_is_asked_one_thing_at_a_time_and_not_too_soon(
    crawler: Crawler, loopback: Callable[[], Loopback]
) -> None:
    site = loopback()
    busy: list[str] = []
    most: list[int] = []

    def slow(handler: BaseHTTPRequestHandler) -> None:
        busy.append(handler.path)
        time.sleep(0.1)
        most.append(len(busy))
        busy.remove(handler.path)  # before it answers: a crawl may ask on before this thread is woken again
        page("x")(handler)

    site.pages |= {"/xd/": page(listing(*range(1, 6))), "/kt/": page(listing(*range(6, 9)))}
    site.pages |= {article(n): slow for n in range(1, 9)}
    crawler.write_site(site, fetch="delay = 0")
    crawler.run()
    assert max(most) == 1
    site.log.clear()
    crawler.write_site(site, "mot", fetch="delay = 0.05", sections='["/xd/"]')
    crawler.write_site(site, "hai", fetch="delay = 0.2", sections='["/kt/"]')
    crawler.run("mot", "hai")
    times = [moment for moment, _, _ in site.log]
    assert len(times) == 1 + 2 + 8
    assert min(after - before for before, after in pairwise(times)) >= 0.2


def test_a_quiet_night_costs_one_request_a_source(crawler: Crawler, site: Loopback) -> None:
    site.pages["/xd/"] = page("", 304)
    crawler.write_site(site)
    validators = snapshot(crawler.folder, sources=[(f"{site.url}/xd/", '"list"', None)])
    crawl = crawler.run(snapshot=validators)
    assert site.paths() == ["/robots.txt", "/xd/"]
    assert dict(site.headers)["/xd/"]["if-none-match"] == '"list"'
    assert crawl.code == 0


def test_pagers_that_loop_count_on_or_repeat_end_by_themselves(crawler: Crawler, site: Loopback) -> None:
    site.pages["/a/"] = page(listing(1, after="/a/2"))
    site.pages["/a/2"] = page(listing(2, after="/a/3"))
    site.pages["/a/3"] = redirect("/a/")  # NukeViet: past the last page leads to the first
    site.pages["/b/"] = page(listing(3, after="/b/2"))
    site.pages["/b/2"] = page(listing(3, after="/b/3"))  # the same articles again
    for number in range(1, 20):
        site.pages[f"/c/{number}"] = page(listing(100 + number, after=f"/c/{number + 1}"))  # a calendar
    site.pages["/d/"] = redirect("/d/")
    crawler.write_site(site, sections='["/a/", "/b/", "/c/1", "/d/"]', fetch="delay = 0\nmax_pages = 4")
    crawl = crawler.run()
    lists = [path for path in site.paths() if path[1] in "abcd"]
    assert sorted(set(lists)) == ["/a/", "/a/2", "/a/3", "/b/", "/b/2", "/c/1", "/c/2", "/c/3", "/c/4", "/d/"]
    assert lists.count("/d/") == 6
    assert crawl.outcomes() == {f"{site.url}/d/": "redirect-loop", f"{site.url}/c/5": "capped"}
    assert crawl.stats["finish_reason"] == "finished"


def test_limit_takes_the_newest_and_full_turns_to_the_end(crawler: Crawler, site: Loopback) -> None:
    site.pages["/xd/"] = page(listing(6, 5, 4, after="/xd/2"))
    site.pages["/xd/2"] = page(listing(3, 2, 1))
    crawler.write_site(site)
    crawl = crawler.run(limit=2)
    assert crawl.outcomes() == {f"{site.url}/xd/2": "limit"}
    assert site.paths() == ["/robots.txt", "/xd/", article(6), article(5)]
    site.log.clear()
    crawler.run(full=True, snapshot=snapshot(crawler.folder, known=[("bao", key(n)) for n in range(2, 7)]))
    assert sorted(site.paths()) == sorted(["/robots.txt", "/xd/", "/xd/2", article(1)])


def test_a_sitemap_index_is_followed_to_its_own_articles_newest_first(crawler: Crawler, site: Loopback) -> None:
    namespace = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'

    def sitemap(*rows: tuple[str, str]) -> str:
        urls = "".join(f"<url><loc>{url}</loc><lastmod>{day}</lastmod></url>" for url, day in rows)
        return f"<urlset {namespace}>{urls}</urlset>"

    names = ["sitemap-2024-06.xml", "sitemap-2024-07.xml"]
    children = "".join(f"<sitemap><loc>{site.url}/{name}</loc></sitemap>" for name in names)
    site.pages["/s.xml"] = page(f"<sitemapindex {namespace}>{children}</sitemapindex>")
    site.pages["/sitemap-2024-06.xml"] = page(sitemap((site.url + article(1), "2024-06-01")))
    site.pages["/sitemap-2024-07.xml"] = page(
        sitemap(
            (site.url + article(2), "2024-07-01"),
            (site.url + article(3), "2024-07-11"),
            (f"{site.url}/lien-he/", "2024-07-12"),
            (f"http://127.0.0.1:9{article(7)}", "2024-07-12"),
        )
    )
    crawler.write_site(site, sections="[]", sitemaps='["/s.xml"]')
    crawl = crawler.run()
    assert site.paths()[:3] == ["/robots.txt", "/s.xml", "/sitemap-2024-07.xml"]
    articles = [path for path in site.paths() if path.startswith("/xd/")]
    assert sorted(articles) == sorted([article(1), article(2), article(3)])
    # The older sitemap may be read while the articles of the newer one are still put into their queue.
    assert articles.index(article(3)) < articles.index(article(2))
    assert crawl.stats["sites/bao/listed/offsite"] == 1


def test_what_vanishes_in_scrapy_still_has_an_outcome(crawler: Crawler, loopback: Callable[[], Loopback]) -> None:
    site, canary = loopback(), loopback()
    site.pages["/xd/"] = page(listing(1, 2, 3, 4, 5))
    site.pages[article(1)] = redirect(article(1))
    site.pages[article(2)] = redirect(f"{canary.url}{article(2)}")
    site.pages[article(3)] = page(b"x" * 9_000_000)
    site.pages[article(4)] = page(b"x", Content_Encoding="gzip", Content_Disposition="inline")
    site.pages[article(5)] = redirect("ftp://127.0.0.1/x")
    crawler.write_site(site)
    crawl = crawler.run()
    outcomes = crawl.outcomes()
    assert outcomes[site.url + article(1)] == "redirect-loop"
    assert outcomes[site.url + article(2)] == "offsite"
    assert outcomes[site.url + article(3)] == "too-large"
    assert canary.log == []
    read = [c for c in crawl.captures if c.url.endswith(article(4)) and c.kind == "response"]
    assert [c.outcome for c in read] == ["undecodable"]


def test_a_crawl_loads_no_exporter_of_items_and_no_http_2() -> None:
    code = (
        "import inspect, sys; before = inspect.stack; from scraper.crawl import main; code = main([]);"
        "from scrapy.settings import Settings;"
        "found = Settings(); found.setmodule('scraper.settings');"
        "print(code, inspect.stack is before, found.getdict('FEED_EXPORTERS_BASE'),"
        " [name for name in ('h2', 'scrapy.exporters', 'itemadapter', 'http.server', 'charset_normalizer.api')"
        " if name in sys.modules]);"
        "from scrapy.http.response import text; print(text.from_bytes('Đảng ủy Khối'.encode()).best().encoding)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "4 True {} []\nutf_8\n"


def test_a_full_disk_stops_the_crawl_with_code_3(crawler: Crawler, site: Loopback) -> None:
    site.pages["/xd/"] = page(listing(*range(1, 50)))
    crawler.write_site(site)
    crawl = crawler.run(captures=Path("/dev/full"))
    assert crawl.code == 3
    assert len(site.log) < 5


def test_captures_are_never_appended_to(crawler: Crawler, site: Loopback) -> None:
    crawler.write_site(site)
    plan = crawler.plan()
    Path(plan.captures).write_bytes(b"of another night")
    crawl = crawler.run(captures=plan.captures)
    assert crawl.code == 4
    assert Path(plan.captures).read_bytes() == b"of another night"
    assert site.log == []


@pytest.mark.parametrize("how", ["terminate", "parent gone", "kill"])
def test_a_crawl_that_is_stopped_leaves_whole_captures(crawler: Crawler, site: Loopback, how: str) -> None:
    site.pages["/xd/"] = page(listing(*range(1, 50)))

    def hang(_: object) -> None:
        time.sleep(30)

    site.pages[article(3)] = hang
    crawler.write_site(site)
    plan = crawler.plan()
    child = subprocess.Popen(
        crawler.command(plan), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    assert child.stdin is not None
    deadline = time.monotonic() + 20
    while article(3) not in site.paths() and time.monotonic() < deadline:
        time.sleep(0.05)
    if how == "parent gone":
        child.stdin.close()
    else:
        os.kill(child.pid, signal.SIGTERM if how == "terminate" else signal.SIGKILL)
    code = child.wait(15)
    child.stdin.close()
    assert code == (-signal.SIGKILL if how == "kill" else 11)
    captured = [c.url.removeprefix(site.url) for c in read_captures(Path(plan.captures))]
    assert captured == ["/robots.txt", "/xd/", article(1), article(2)]


def sending(head: str, piece: bytes, times: int) -> Callable[[BaseHTTPRequestHandler], None]:
    """An answer that begins with ``head`` and goes on with ``piece``."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.close_connection = True
        handler.wfile.write(f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n{head}".encode())
        try:
            for _ in range(times):
                handler.wfile.write(piece * 1000)
        except OSError:
            return  # the crawl has heard enough

    return answer


def test_headers_layers_and_frames_of_an_answer_have_their_limits(crawler: Crawler, site: Loopback) -> None:
    layers = b"<p>x</p>"
    for _ in range(MAX_ENCODINGS + 1):
        layers = gzip.compress(layers)
    names = ", ".join(["gzip"] * (MAX_ENCODINGS + 1))
    site.pages["/xd/"] = page(listing(1, 2, 3, 4))
    site.pages[article(1)] = sending("", b"X-Tin: %b\r\n" % (b"x" * 100), MAX_HEADERS // 100_000 + 2)
    site.pages[article(2)] = page(layers, Content_Encoding=names)
    site.pages[article(3)] = sending("Transfer-Encoding: chunked\r\n\r\n", b"1;" + b"x" * 1000 + b"\r\nx\r\n", 20)
    crawler.write_site(site)
    crawl = crawler.run()
    assert crawl.outcomes() == {
        site.url + article(1): "too-large",
        site.url + article(2): "undecodable",
        site.url + article(3): "too-large",
    }
    assert (site.url + article(4), 200) in crawl.statuses()
    assert [site.paths().count(article(number)) for number in (1, 2, 3, 4)] == [1, 1, 1, 1]


WITH_THE_CLOCK = re.compile("time|minute|clock|memusage|log_")

SCRAPY_S_OWN = """
import sys
from scrapy.crawler import Crawler
from scraper import crawl
from scraper.spiders import crawl_of_plan
crawl_of_plan.PlainCrawler = Crawler
sys.exit(crawl.main(sys.argv[1:]))
"""


def test_a_crawl_does_and_tells_the_same_as_with_scrapy_s_own_parts(crawler: Crawler, site: Loopback) -> None:
    site.pages["/robots.txt"] = page(f"User-agent: *\nDisallow: {article(3)}", Content_Type="text/plain")
    site.pages["/xd/"] = page(listing(*range(1, 31), after="/xd/?trang=2"))
    site.pages["/xd/?trang=2"] = page(listing(*range(28, 34)) + listing(77).replace("bai-", "bai-" * 800))
    site.pages[article(2)] = redirect(article(22))
    site.pages[article(4)] = page("gone", 410)
    site.pages[article(5)] = page(b"torn", Content_Encoding="gzip")
    site.pages[article(6)] = page(gzip.compress(b"<h1>packed</h1>"), Content_Encoding="gzip")
    site.pages[article(7)] = page("busy", 503)
    crawler.write_site(site, feeds='["/missing.rss"]')
    told = []
    for program in (["-m", "scraper.crawl"], ["-c", SCRAPY_S_OWN]):
        plan = crawler.plan()
        command = crawler.command(plan)
        command[1:-1] = program
        ended = subprocess.run(command, capture_output=True, timeout=60, check=False, stdin=subprocess.DEVNULL)
        crawl = crawler.read(plan, ended.returncode)
        kept = sorted((c.kind, c.url, c.status, c.outcome, c.detail, c.payload_digest) for c in crawl.captures)
        stats = {name: crawl.stats[name] for name in crawl.stats if not WITH_THE_CLOCK.search(name)}
        told.append((crawl.code, sorted(site.paths()), kept, stats))
        site.log.clear()
    assert told[0] == told[1]
    code, _, _, stats = told[0]
    assert code == 0
    assert stats["urllength/request_ignored_count"] == 1
    assert stats["outcome/robots"] == 1
