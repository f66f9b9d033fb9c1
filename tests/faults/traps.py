"""Pages and answers that would take a crawler's time or memory: what they are, and a night that meets them."""

from __future__ import annotations

import gzip
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from http.server import BaseHTTPRequestHandler
from pathlib import Path

from tests.faults.costs import MEASURE, cost_of
from tests.faults.newspaper import FaultNewspaper, Page, Reply, html, shell
from tests.faults.nights import Nights
from tests.faults.survival import SITE, begin, end

MEGABYTE = 1024 * 1024
PACKED = 17 * MEGABYTE
"""A little more than the largest body that is unpacked: the traps exceed our limits a little."""

RECORD = Path(__file__).with_name("played.tsv").as_uri()
"""A file of this machine that an answer may name and nothing may read: the words ``kill -9`` stand in it."""

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"

Trap = Callable[[Page], Reply]


def markup(inside: str | bytes, charset: str = "utf-8") -> Trap:
    """A page of ``inside``, which fits into the largest answer that is accepted."""
    body = inside.encode() if isinstance(inside, str) else inside
    return lambda page: html(
        b"<html><body><h1>Tin</h1>" + body[: 8 * MEGABYTE - 100] + b"</body></html>", charset=charset
    )


def in_the_article(inside: str) -> Trap:
    """``inside`` after the lead of a page that is otherwise an article."""

    def make(page: Page) -> Reply:
        before, mark, after = page.good.body.partition(b'<div class="content">')
        return html(before + mark + inside.encode()[: 7 * MEGABYTE] + after)

    return make


@cache
def zeros(encoding: str) -> bytes:
    """PACKED bytes of zeros, packed."""
    piece = bytes(MEGABYTE)
    if encoding == "br":
        import brotli

        pack = brotli.Compressor(quality=5)
        return b"".join([pack.process(piece) for _ in range(PACKED // MEGABYTE)]) + bytes(pack.finish())
    if encoding == "zstd":
        from scraper.captures.zstandard import zstd

        return zstd.compress(piece * (PACKED // MEGABYTE))
    deflate = zlib.compressobj(wbits=31 if encoding == "gzip" else 15)
    return b"".join([deflate.compress(piece) for _ in range(PACKED // MEGABYTE)]) + deflate.flush()


def packed(encoding: str) -> Trap:
    return lambda page: Reply(200, zeros(encoding), {"Content-Type": "text/html", "Content-Encoding": encoding})


def packed_twice(page: Page) -> Reply:
    return Reply(200, gzip.compress(zeros("gzip")), {"Content-Type": "text/html", "Content-Encoding": "gzip, gzip"})


def four_layers(page: Page) -> Reply:
    body = page.good.body
    for _ in range(4):
        body = gzip.compress(body)
    return Reply(200, body, {"Content-Type": "text/html", "Content-Encoding": "gzip, gzip, gzip, gzip"})


def stream(head: bytes, piece: bytes, count: int, pause: float = 0) -> Trap:
    """``piece`` again and again."""

    def send(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(head + b"\r\n")
        for _ in range(count):
            handler.wfile.write(piece)
            if pause:
                handler.wfile.flush()
                time.sleep(pause)

    return lambda page: Reply(raw=send)


def many_headers(page: Page) -> Reply:
    def send(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(HEAD)
        for number in range(20_000):
            handler.wfile.write(b"X-%d: " % number + b"x" * 100 + b"\r\n")

    return Reply(raw=send)


def one_date_line(text: str) -> Trap:
    def make(page: Page) -> Reply:
        assert page.story is not None
        return html(page.good.body.decode().replace(page.story.date_line, text))

    return make


def to(location: Callable[[Page], str]) -> Trap:
    return lambda page: Reply(302, b"", {"Location": location(page)})


def next_of_chain(page: Page) -> str:
    return f"{page.path.partition('?')[0]}?buoc={int(page.path.partition('buoc=')[2] or 0) + 1}"


TRAPS: dict[str, Trap] = {
    "101,000 elements": markup("<b>x</b>" * 101_000),
    "5,001 attributes": markup("<p " + " ".join(f"a{n}=1" for n in range(5_001)) + ">x</p>"),
    "1,000 elements in each other": in_the_article("<div>" * 1_000),
    "300 lists in each other": in_the_article("<ul><li>" * 300),
    "a page of 4.1 MB": in_the_article("<p>Đảng ủy khối</p>" * 190_000),
    "one paragraph of 1 MB": in_the_article("<p>" + "Đảng ủy khối " * 60_000 + "</p>"),
    "20,000 <br>": in_the_article("<br>" * 20_000),
    "a comment without an end": markup("<!-- một <p>hai</p>"),
    "a script without an end, not UTF-8": markup(b"\xc1\xba <script ", "windows-1258"),
    "20,000 entities": markup("&lt;" * 20_000),
    "NUL between all": markup("\x00<\x00p\x00>" * 200),
    "a date of 120 digits": one_date_line("1" * 120),
    "20 × Thứ Hai,": one_date_line("Thứ Hai, " * 20),
    "17 MB packed by gzip": packed("gzip"),
    "17 MB packed by deflate": packed("deflate"),
    "17 MB packed by brotli": packed("br"),
    "17 MB packed by zstd": packed("zstd"),
    "17 MB packed by gzip twice": packed_twice,
    "four layers of gzip": four_layers,
    "a body in chunks of a letter, with long names": stream(
        HEAD + b"Transfer-Encoding: chunked\r\n", (b"1;" + b"x" * 1000 + b"\r\nx\r\n") * 1000, 20
    ),
    "9 MB with their length": stream(HEAD + b"Content-Length: 9437184\r\n", b"x" * MEGABYTE, 9),
    "9 MB without a length": stream(HEAD + b"Connection: close\r\n", b"<p>x</p>" * 8192, 144),
    "2 MB of headers": many_headers,
    "a redirect to itself": to(lambda page: page.path),
    "a chain of redirects": to(next_of_chain),
    "a redirect to another host": to(lambda page: "http://127.0.0.1:9/"),
    "a redirect to a file": to(lambda page: RECORD),
    "a redirect to nowhere": to(lambda page: "http://["),
}
"""What is played in place of one article page each."""

UNKNOWN: dict[str, Trap] = {
    "unknown software: 19,000 elements of prose": in_the_article("<p>Đảng ủy khối họp bàn việc mới.</p>" * 9_500),
    "unknown software: 9,500 links": in_the_article("<a href=x>bài viết số một</a> " * 9_500),
    "unknown software: 20,001 elements": in_the_article("<b>x</b>" * 10_000),
    "unknown software: one paragraph of 1 MB": in_the_article("<p>" + "Đảng ủy khối " * 60_000 + "</p>"),
    "unknown software: 1,000 elements in each other": in_the_article("<div>" * 1_000),
}
"""The same for a paper whose software is not known, whose pages an extractor reads first."""

SLOW: dict[str, Trap] = {
    "a byte every two seconds": stream(HEAD + b"Content-Length: 5000\r\n", b"x", 600, pause=2),
}
"""Traps that cost the download's time limit (45 s, three tries): for `make torture` alone."""

ENTITIES = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY one "ha ha ha ha"><!ENTITY two "&one;&one;">'
    f'<!ENTITY file SYSTEM "{RECORD}">]>'
)

LISTS: dict[str, Callable[[FaultNewspaper, str], Reply | None]] = {
    "a pager that loops": lambda paper, path: _pager(
        paper, path, lambda page: f"/xay-dung-dang/?page={page % 3 + 1}"
    ),
    "a pager that counts on": lambda paper, path: _pager(
        paper, path, lambda page: f"/xay-dung-dang/?page={page + 1}"
    ),
    "a calendar without end": lambda paper, path: _pager(
        paper, path, lambda page: f"/xay-dung-dang/?page={page + 1}", invented=True
    ),
    "a feed with entities of its own": lambda paper, path: _xml(
        path, f"<rss><channel><title>&two;</title>{_items(paper)}"
    ),
    "a sitemap with entities of its own": lambda paper, path: _xml(
        path, "<urlset><url><loc>&two;&file;</loc></url></urlset>"
    ),
}
"""What is played in place of list pages, feeds and sitemaps."""


def _pager(
    paper: FaultNewspaper, path: str, following: Callable[[int], str], *, invented: bool = False
) -> Reply | None:
    if "/xay-dung-dang/" not in path or "bai-so" in path:
        return None
    page = int(path.partition("page=")[2] or 1)
    links = "".join(f'<p><a href="{s.path}">{s.title}</a></p>' for s in paper.stories())
    if invented:
        links += f'<p><a href="/xay-dung-dang/202611/khong-co-{page}-{700_000 + page}/">Không có {page}</a></p>'
    return html(shell("Xây dựng Đảng", f'{links}<a rel="next" href="{following(page)}">Trang sau</a>'))


def _items(paper: FaultNewspaper) -> str:
    return "".join(f"<item><link>{paper.url}{s.path}</link></item>" for s in paper.stories()) + "</channel></rss>"


def _xml(path: str, inside: str) -> Reply | None:
    return Reply(200, (ENTITIES + inside).encode(), {"Content-Type": "text/xml"}) if path.endswith(".xml") else None


@dataclass(frozen=True)
class Met:
    """How a night went that met traps."""

    code: int
    seconds: float
    cpu: float  # seconds, of the night's process and its crawls
    megabytes: float  # the most that the night's process, or one of its crawls, held
    collected: int
    requests: int
    said: str


def meet(
    root: Path, *, articles: dict[str, Trap] | None = None, lists: str | None = None, family: str = "apbac"
) -> tuple[Met, Nights]:
    """One night on a paper that plays each of ``articles`` in place of one article page, and ``lists`` beside."""
    traps = list((articles or {}).values())
    paper = FaultNewspaper(datetime.now(UTC), first=len(traps) + 3, per_page=len(traps) + 3, family=family)

    def profile(paper: FaultNewspaper, page: Page) -> Reply:
        if lists is not None and (played := LISTS[lists](paper, page.path)) is not None:
            return played
        bare = paper.page_of(page.path.partition("?")[0])
        if bare.story is not None and bare.story.number <= len(traps):
            return traps[bare.story.number - 1](
                bare if bare.path == page.path else Page("article", page.path, bare.good)
            )
        return page.good

    paper.profile = profile
    with paper.serving():
        nights = Nights(root)
        more = {"feed": 'feeds = ["/tin.xml"]', "sitemap": 'sitemaps = ["/tin.xml"]'}
        nights.add(
            SITE,
            paper,
            more=next((line for name, line in more.items() if name in (lists or "")), ""),
            fetch="max_pages = 20\nmax_requests = 200",
        )
        began = time.monotonic()
        code, said = end(begin(nights, through=MEASURE), timeout=600)
        cost = cost_of(code, said)
        met = Met(
            code=code,
            seconds=time.monotonic() - began,
            cpu=cost.cpu,
            megabytes=cost.megabytes,
            collected=nights.rows("SELECT count(*) AS n FROM articles")[0]["n"],
            requests=len(paper.log),
            said=cost.said,
        )
    return met, nights
