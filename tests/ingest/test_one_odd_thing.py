"""One odd record, header, item or page costs itself alone, at every stage, and is told."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import scraper.ingest.article_pages
import scraper.ingest.capture_file
import scraper.ingest.list_pages
import scraper.reading.captured_pages
from scraper.fetch.limits import MAX_HEADERS
from scraper.ingest import Ingested, ingest
from scraper.pages.blocks import MAX_TAGS
from scraper.pages.feeds import read_feed
from scraper.sample import SampleNewspaper
from scraper.sites import Site
from scraper.store import Archive
from tests.captures.records import warc
from tests.ingest.tapes import BASE, Tape, take

FEED = "/kinh-te/index.rss"
COUNT = 6


class Odd(Exception):
    """What nobody expected."""


@pytest.fixture
def paths(paper: SampleNewspaper) -> list[str]:
    """Articles of the feed; the third one is odd."""
    return [each.path() for each in paper.shown("kinh-te")[:COUNT]]


@pytest.fixture
def file(paper: SampleNewspaper, tape: Callable[..., Tape], paths: list[str]) -> Path:
    written = tape()
    take(written, paper, FEED)
    for path in paths:
        take(written, paper, path)
    return written.close()


def collected(archive: Archive) -> set[str]:
    return {row["url"].removeprefix(BASE) for row in archive.rows("SELECT url FROM articles")}


def told(archive: Archive) -> str:
    return "\n".join(f"{row['url']} {row['detail']}" for row in archive.rows("SELECT url, detail FROM problems"))


STAGES: dict[str, tuple[Any, str]] = {
    "the page object": (scraper.reading.captured_pages, "read_printed"),
    "dates and cleaning": (scraper.ingest.article_pages, "understand"),
    "comparing with others": (scraper.ingest.article_pages, "_refusal"),
    "storing": (scraper.ingest.article_pages, "save_article"),
    "what a list shows": (scraper.ingest.list_pages, "list_link"),
    "the first look": (scraper.ingest.capture_file, "look_for_sources"),
    "the second look": (scraper.ingest.capture_file, "_keep_page"),
}


@pytest.mark.parametrize("stage", STAGES)
def test_what_raises_at_one_article_costs_no_other(
    archive: Archive,
    site: Site,
    run: Callable[..., str],
    file: Path,
    paths: list[str],
    monkeypatch: pytest.MonkeyPatch,
    stage: str,
) -> None:
    module, name = STAGES[stage]
    odd = paths[2]
    real = getattr(module, name)

    def call(*args: Any, **kwargs: Any) -> Any:
        held = [*args, *kwargs.values()]
        urls = [getattr(each, "url", None) or getattr(getattr(each, "capture", None), "url", each) for each in held]
        if any(isinstance(url, str) and odd in url for url in urls):
            raise Odd(odd)
        return real(*args, **kwargs)

    monkeypatch.setattr(module, name, call)
    ingest(archive, file, {site.id: site}, run())
    assert collected(archive) >= {path for path in paths if path != odd}
    assert odd in told(archive) and "Odd" in told(archive)
    if stage == "what a list shows":
        assert archive.value("SELECT whole FROM run_sources WHERE url = ?", (BASE + FEED,)) == 0


def test_what_raises_at_the_end_of_a_file_costs_no_other_site_or_address(
    archive: Archive,
    site: Site,
    run: Callable[..., str],
    file: Path,
    paths: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def raises(*_: Any) -> None:
        raise Odd("judging")

    monkeypatch.setattr(scraper.ingest.capture_file, "judge_sources", raises)
    ingest(archive, file, {site.id: site}, run())
    assert collected(archive) == set(paths)
    assert "Odd: judging" in told(archive)
    assert archive.value("SELECT sources FROM run_sites") == 0  # which the report names: none was asked


@pytest.mark.parametrize("name", ["settle_absences", "judge_sources"])
def test_what_fails_at_the_end_of_a_file_leaves_nothing_half_written(
    archive: Archive,
    site: Site,
    run: Callable[..., str],
    file: Path,
    paths: list[str],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    def writes_and_raises(*_: Any, **__: Any) -> None:
        archive.execute("UPDATE articles SET state = 'gone'")
        raise Odd("half")

    monkeypatch.setattr(scraper.ingest.capture_file, name, writes_and_raises)
    ingest(archive, file, {site.id: site}, run())
    assert collected(archive) == set(paths)
    assert archive.value("SELECT count(*) FROM articles WHERE state = 'gone'") == 0
    assert "Odd: half" in told(archive)


ODD_HEADERS = {
    "in other letters": "X-Tin: \xc4\x90\xe1\xba\xa3ng \xff\xfe",
    "without a name": ": x",
    "without a colon": "Đảng ủy",
    "of a long line": "X-Tin: " + "x" * (MAX_HEADERS // 2),
    "of a long block": "X-Tin: " + "x" * (MAX_HEADERS + 1),
    "with a date of no calendar": "Date: Thứ Hai, 99 Thg 99 99999 99:99:99\r\nAge: nhiều\r\nLast-Modified: 0",
    "with an address of none": "Location: http://[::1\r\nLink: <http://[>; rel=canonical",
    "with another charset": "Content-Type: text/html; charset=klingon-8",
}


@pytest.mark.parametrize("name", ODD_HEADERS)
def test_an_odd_header_costs_no_neighbour(
    archive: Archive, site: Site, run: Callable[..., str], file: Path, paths: list[str], tmp_path: Path, name: str
) -> None:
    page = f"HTTP/1.1 200 OK\r\n{ODD_HEADERS[name]}\r\n\r\n".encode("latin-1", "replace") + b"<p>x</p>"
    records = [
        warc(page, url=f"{BASE}{paths[0]}{n}" if n else BASE + "/la/", date="2026-11-23T18:31:00Z") for n in (0, 7)
    ]
    odd = tmp_path / "odd.warc.gz"
    odd.write_bytes(b"".join(map(gzip.compress, records)) + file.read_bytes())
    done: Ingested = ingest(archive, odd, {site.id: site}, run(), origin="import")
    assert collected(archive) == set(paths)
    assert len(done.torn) == (2 if name == "of a long block" else 0)
    assert all("odd.warc.gz: the record at byte" in sentence for sentence in done.torn)


@pytest.mark.parametrize("url", ["http://[baomau.vn/", "https://baomau.vn:99999999/xd/", "https://baomau.vn/\udcff/"])
def test_a_record_of_no_address_costs_no_neighbour(
    archive: Archive, site: Site, run: Callable[..., str], file: Path, paths: list[str], tmp_path: Path, url: str
) -> None:
    record = warc(url="URL").replace(b"URL", url.encode("utf-8", "surrogateescape"))
    odd = tmp_path / "odd.warc.gz"
    odd.write_bytes(gzip.compress(record) + file.read_bytes())
    ingest(archive, odd, {site.id: site}, run(), origin="import")
    assert collected(archive) == set(paths)


ITEM = (
    "<item><title>Bài số {n}</title><link>https://bao.vn/bai-{n}.html</link><description>{lead}</description></item>"
)
BROKEN = {
    "markup without end": "<b>" * 9 + "&lt;",
    "too much markup": "&lt;b>" * (MAX_TAGS + 1),
    "a letter that XML forbids": "\x0b\x01",
    "an entity of its own": "&khongco;",
    "a section that never ends": "<![CDATA[ x",
    "another item inside": "<item><title>trong</title></item>",
}


@pytest.mark.parametrize("name", BROKEN)
def test_one_broken_item_in_ten_costs_no_other(name: str) -> None:
    items = [ITEM.format(n=n, lead=BROKEN[name] if n == 4 else "Một câu.") for n in range(10)]
    shown = read_feed(f"<rss><channel>{''.join(items)}</channel></rss>".encode(), "https://bao.vn/rss")
    found = {entry.url for entry in shown.entries}
    assert found >= {f"https://bao.vn/bai-{n}.html" for n in range(10) if n != 4}
    assert "https://bao.vn/bai-4.html" in found or not shown.whole
