from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

import scraper.reading.captured_pages
from scraper.captures import CaptureWriter, read_captures
from scraper.fetch.exchange import Exchange
from scraper.fetch.plan import CrawlPlan
from scraper.ingest import ingest
from scraper.items import PrintedArticle, Reject
from scraper.pages import load_family
from scraper.reading.captured_pages import Pages, ReadBody
from scraper.reading.during_crawl import SUFFIX, PagesAhead, read_ahead
from scraper.sample import SITE_ID, SampleNewspaper
from scraper.sites import Site, load_sites
from scraper.store import open_archive
from scraper.store.reference import sync_sites
from scraper.store.runs import start_run

BASE = "https://baomau.vn"
PAPER = SampleNewspaper(date(2026, 11, 24))
NIGHT = datetime(2026, 11, 23, 18, 30, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "sites").mkdir()
    (tmp_path / "sites" / f"{SITE_ID}.toml").write_text(
        PAPER.site_file(f"{BASE}/").replace('allow = ["baomau.vn"]', "allow = []"), encoding="utf-8"
    )
    return tmp_path


@pytest.fixture
def site(folder: Path) -> Site:
    return load_sites([folder / "sites"]).named(SITE_ID)


def exchanges(site: Site) -> Iterator[Exchange]:
    """The newspaper's lists and feeds, every article they show, and a page that is none."""
    family = load_family(site.family)
    sources = [*site.sections, *site.feeds]
    shown = {
        entry.url
        for section in site.sections
        for entry in family.list_page(PAPER.answer(section.removeprefix(BASE), BASE).body.decode(), section).entries
        if family.key(entry.url)
    }
    for place, url in enumerate([*sources, *sorted(shown), f"{BASE}/xay-dung-dang/202601/khong-co-1999999/"]):
        answer = PAPER.answer(url.removeprefix(BASE), BASE)
        more = f'<a href="{url}2/">2</a></body>' if place == len(sources) else "</body>"
        yield Exchange(
            url=url,
            method="GET",
            request_headers=(),
            status=200,
            headers=(("Content-Type", answer.content_type),),
            body=answer.body.replace(b"</body>", more.encode()),
            protocol="HTTP/1.1",
            fetched_at=NIGHT + timedelta(seconds=2 * place),
        )


@pytest.fixture
def captures(folder: Path, site: Site) -> Path:
    path = folder / "night.warc.gz"
    with path.open("wb") as file:
        writer = CaptureWriter(file)
        for exchange in exchanges(site):
            writer.write(exchange)
    return path


def test_what_was_read_ahead_is_what_the_page_objects_say(folder: Path, site: Site, captures: Path) -> None:
    out = folder / "night.pages"
    written = read_ahead(read_captures(captures), [site], out, free_bytes=0)
    ahead, now, family = PagesAhead(out), Pages(), load_family(site.family)
    lists = articles = refused = 0
    for capture in read_captures(captures):
        if capture.url in site.sections:
            assert ahead.list_page(capture.record_id) == now.list_page(capture, site, family)
            assert ahead.body(capture.record_id) is None
            lists += 1
        elif family.key(capture.url):
            printed = now.printed(capture, site)
            assert ahead.printed(capture.record_id) == printed
            assert ahead.body(capture.record_id) == ReadBody(len(capture.body), now.second(capture))
            articles += isinstance(printed, PrintedArticle)
            refused += isinstance(printed, Reject)
        else:
            assert ahead.list_page(capture.record_id) is None, "a feed costs little and is not read ahead"
    assert lists == 4 and articles > 20 and refused
    assert written == lists + articles + refused


def kept(captures: Path, site: Site, known: PagesAhead | None) -> list[tuple[object, ...]]:
    """What an archive keeps of the captures."""
    with open_archive(captures.with_name(f"{id(known)}.db")) as archive:
        sync_sites(archive, {site.id: site})
        start_run(archive, "night", started=NIGHT, trigger="nightly", sites=[site.id], version="0")
        ingest(archive, captures, {site.id: site}, "night", known_pages=known)
        return [
            tuple(row)
            for question in (
                "SELECT key, title, lead, body, published_at, date_evidence, text_hash FROM articles ORDER BY 1",
                "SELECT url, outcome, reason, detail FROM listed ORDER BY url",
                "SELECT url, kind, purpose, bytes, payload_digest FROM captures ORDER BY id",
                "SELECT url, kind, detail FROM problems ORDER BY url",
            )
            for row in archive.rows(question)
        ]


def test_pages_read_ahead_are_not_read_again_and_give_the_same_archive(
    folder: Path, site: Site, captures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = folder / "night.pages"
    read_ahead(read_captures(captures), [site], out, free_bytes=0)
    plain = kept(captures, site, None)
    assert len(plain) > 100 and "further-pages" in {row[1] for row in plain}

    def read(*_: object, **__: object) -> Reject:
        raise AssertionError("read again")

    monkeypatch.setattr(scraper.reading.captured_pages, "read_printed", read)
    monkeypatch.setattr(scraper.reading.captured_pages, "second_page", read)
    assert kept(captures, site, PagesAhead(out)) == plain


def test_a_page_read_ahead_in_vain_is_read_again(folder: Path, site: Site, captures: Path) -> None:
    out = folder / "night.pages"
    read_ahead(read_captures(captures), [site], out, free_bytes=0)
    lines = out.read_bytes().splitlines(keepends=True)
    spoilt = (line.replace(b'"url"', b'"link"').replace(b" - {", b" https://baomau.vn/1/2/ {") for line in lines)
    out.write_bytes(b"".join(spoilt))
    ahead = PagesAhead(out)
    assert not any(ahead.printed(capture.record_id) for capture in read_captures(captures))
    assert kept(captures, site, ahead) == kept(captures, site, None)


def test_a_torn_line_and_a_missing_file_hold_nothing(folder: Path, site: Site, captures: Path) -> None:
    out = folder / "night.pages"
    read_ahead(read_captures(captures), [site], out, free_bytes=0)
    lines = out.read_bytes().splitlines(keepends=True)
    torn = lines[-1].split(b" ")[0].decode()
    first = lines[0].split(b" ")[0].decode()
    assert PagesAhead(out).printed(torn) is not None
    out.write_bytes(b"".join(lines)[:-2])
    assert PagesAhead(out).printed(torn) is None
    assert PagesAhead(out).list_page(first) is not None
    assert PagesAhead(folder / "none.pages").list_page(first) is None


def test_space_that_captures_need_is_left_to_them(folder: Path, site: Site, captures: Path) -> None:
    out = folder / "night.pages"
    assert read_ahead(read_captures(captures), [site], out, free_bytes=2**62) == 0
    assert out.read_bytes() == b""


def start(folder: Path, site: Site, captures: Path) -> tuple[subprocess.Popen[bytes], Path]:
    plan = CrawlPlan(
        run="night",
        sites=(site.id,),
        site_folders=(folder / "sites",),
        captures=captures,
        stats=folder / "stats.json",
    )
    path = folder / "shard-1.json"
    path.write_text(plan.to_json(), encoding="utf-8")
    command = [sys.executable, "-m", "scraper.reading.during_crawl", str(path)]
    return subprocess.Popen(command, stdin=subprocess.PIPE), path.with_suffix(SUFFIX)


def test_the_process_follows_a_growing_file_and_ends_when_the_crawl_has(
    folder: Path, site: Site, captures: Path
) -> None:
    growing = folder / "growing.warc.gz"
    whole = captures.read_bytes()
    process, out = start(folder, site, growing)
    try:
        growing.write_bytes(whole[: len(whole) // 2])
        deadline = time.monotonic() + 60
        while not (out.exists() and out.stat().st_size) and time.monotonic() < deadline:
            time.sleep(0.05)
        early = len(out.read_bytes().splitlines())
        with growing.open("ab") as file:
            file.write(whole[len(whole) // 2 :])
        process.communicate(b"end\n", timeout=60)
    finally:
        process.kill()
    assert process.returncode == 0
    assert early > 0
    expected = folder / "expected.pages"
    read_ahead(read_captures(captures), [site], expected, free_bytes=0)
    assert out.read_bytes() == expected.read_bytes()


def test_the_process_ends_with_its_parent(folder: Path, site: Site) -> None:
    process, _ = start(folder, site, folder / "never.warc.gz")
    try:
        process.communicate(b"", timeout=60)
    finally:
        process.kill()
    assert process.returncode == 0


@pytest.mark.parametrize(
    "odd",
    [
        b"\n", b"<urn:1> ListPage 5 -\n", b"\xff\xfe\n", b'<urn:1> ListPage 5 - {"entr<urn:3> ListPage 5 - {}\n',
        b'<urn:1> PrintedArticle {"title": "of another version"}\n', b"<urn:1> Another 5 - {}\n",
        b'<urn:1> PrintedArticle many - {"title": ""}\n', b'<urn:1> ListPage {"entries": [], "next_url": "a b"}\n',
    ],
)  # fmt: skip
def test_a_line_that_is_no_page_is_as_if_it_were_not_there(tmp_path: Path, odd: bytes) -> None:
    path = tmp_path / "plan.pages"
    path.write_bytes(odd + b'<urn:2> ListPage 5 - {"entries": [], "next_url": "https://bao.example/2"}\n')
    ahead = PagesAhead(path)
    assert ahead.list_page("<urn:1>") is None and ahead.printed("<urn:1>") is None and ahead.body("<urn:1>") is None
    shown = ahead.list_page("<urn:2>")
    assert shown is not None and shown.next_url == "https://bao.example/2"
