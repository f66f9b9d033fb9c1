from __future__ import annotations

import gzip
import shutil
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import scraper.captures.http_message
import scraper.ingest.article_pages
import scraper.ingest.capture_file
from scraper.captures import read_captures
from scraper.captures.decoders import Undone
from scraper.fetch.snapshot import Snapshot
from scraper.ingest import ingest
from scraper.ingest.article_pages import PageRead
from scraper.ingest.file_reading import FileReading
from scraper.items import Article, Reject
from scraper.record import record
from scraper.sample import SEED_KEY, SITE_ID, SampleNewspaper
from scraper.sites import Site
from scraper.store import Archive
from scraper.store.articles import find_article, load_article
from scraper.store.revisions import history
from scraper.store.runs import RunSummary, run_summary
from tests.ingest.tapes import (
    BASE,
    FIRST_NIGHT,
    Tape,
    balances,
    crawl,
    first_article,
)


def test_three_nights_keep_what_the_newspaper_did(
    archive: Archive, paper: SampleNewspaper, night: Callable[[int], RunSummary]
) -> None:
    before: set[str] = set()
    for number in (1, 2, 3):
        summary = night(number)
        truth = {each["key"]: each for each in paper.truth(number, BASE)}
        assert balances(summary)
        assert summary.new == len(truth.keys() - before)
        assert summary.articles_total == len(truth)
        unread = [
            tuple(row) for row in archive.rows("SELECT run, url, pages, reason FROM run_sources WHERE NOT whole")
        ]
        emptied = ("night-3", f"{BASE}/van-hoa/", 1, "no further page, where there was one before")
        assert (summary.sources_total, unread) == (8, [emptied] if number == 3 else [])
        for key, told in truth.items():
            stored = load_article(archive, find_article(archive, f"{SITE_ID}/{key}") or 0)
            kept = record(stored.article, revision=stored.revision)
            assert set(kept["urls"]) == set(told.pop("urls")), key
            assert stored.state == told.pop("state"), key
            if stored.state == "gone":
                continue
            assert {name: kept[name] for name in told} == told
        before = set(truth)
    edits = {row["key"]: (row["run"], row["silent"]) for row in archive.rows("SELECT key, run, silent FROM edits")}
    titles = {each["title"]: each["key"] for each in truth.values()}
    admitted = next(key for title, key in titles.items() if title.startswith("38 đảng ủy xã"))
    silent = next(key for title, key in titles.items() if title.endswith("kỷ luật phát ngôn"))
    assert edits == {admitted: ("night-2", 0), silent: ("night-3", 1)}
    assert [row[0] for row in archive.rows("SELECT title FROM vanished")] == [
        "Cử tri hỏi về nước sinh hoạt cuối nguồn"
    ]
    moved = next(each for each in truth.values() if each["title"].startswith("Sở Tài chính"))
    assert "/kinh-te/" in moved["url"]
    assert archive.value("SELECT complete_from FROM sites") == "2024-07-11"
    assert archive.rows("PRAGMA foreign_key_check") == []


def test_a_quiet_night_asks_little_and_says_so(night: Callable[[int], RunSummary], paper: SampleNewspaper) -> None:
    first, second = night(1), night(2)
    assert first.requests_by_kind["rechecks"] == 0
    kinds = second.requests_by_kind
    assert (kinds["articles"], kinds["robots"], kinds["other"]) == (3, 1, 0)
    assert kinds["rechecks"] == second.sites[0].recheck_requests > 0
    assert (second.edited, second.silent, len(second.gone)) == (1, 0, 1)


def test_the_seed_is_the_page_word_for_word(archive: Archive, night: Callable[[int], RunSummary]) -> None:
    night(1)
    seed = load_article(archive, find_article(archive, SEED_KEY) or 0)
    assert seed.article.published_at is not None
    assert seed.article.published_at.isoformat() == "2024-07-11T15:51:00+07:00"
    sources = {evidence.source: evidence.agrees for evidence in seed.article.date_evidence}
    assert sources["list"] is True
    assert len(history(archive, seed.id)) == 1


def everything(archive: Archive) -> dict[str, list[tuple[Any, ...]]]:
    indexes = ("articles_fts", "articles_terms", "articles_places", "sqlite")
    tables = [name for name in archive.db.table_names() if not name.startswith(indexes)]
    return {name: [tuple(row) for row in archive.rows(f"SELECT * FROM {name}")] for name in tables}


def test_pages_that_wait_to_be_kept_hold_no_bodies_and_their_sizes_are_kept(
    archive: Archive, paper: SampleNewspaper, site: Site, tmp_path: Path, run: Callable[..., str],
    tape: Callable[..., Tape], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    waiting: list[PageRead] = []
    keep = scraper.ingest.capture_file.keep_pages

    def watched(reading: FileReading, pages: list[PageRead]) -> None:
        waiting.extend(pages)
        keep(reading, pages)

    monkeypatch.setattr(scraper.ingest.capture_file, "keep_pages", watched)
    made = tape()
    crawl(made, paper, site, Snapshot(None))
    path = made.close()
    ingest(archive, path, {site.id: site}, run())
    assert waiting and all(read.capture.body == b"" for read in waiting)
    sizes = {capture.record_id: len(capture.body) for capture in read_captures(path)}
    kept = {row[0]: row[1] for row in archive.rows("SELECT record_id, bytes FROM captures")}
    assert kept == {id_: sizes[id_] for id_ in kept}
    assert all(kept[read.capture.record_id] > 1000 for read in waiting if isinstance(read.result, Article))


def test_the_same_file_twice_doubles_nothing(
    archive: Archive, site: Site, night: Callable[[int], RunSummary], tmp_path: Path
) -> None:
    night(1)
    before = everything(archive)
    again = ingest(archive, tmp_path / "night-1.warc.gz", {site.id: site}, "night-1")
    assert again.captures == again.repeated == len(before["captures"])
    assert (again.new, again.edited, again.gone) == (0, 0, 0)
    assert everything(archive) == before


def test_a_torn_file_gives_its_whole_records_and_the_rest_when_it_is_whole(
    archive: Archive,
    site: Site,
    paper: SampleNewspaper,
    run: Callable[..., str],
    tape: Callable[..., Tape],
    tmp_path: Path,
) -> None:
    written = tape()
    crawl(written, paper, site, Snapshot(None))
    whole = written.close()
    torn = tmp_path / "torn" / whole.name
    torn.parent.mkdir()
    inside = list(read_captures(whole))[-20].offset + 20  # a record is torn wherever the files' lengths fall
    torn.write_bytes(whole.read_bytes()[:inside])
    name = run()
    part = ingest(archive, torn, {site.id: site}, name)
    assert part.torn and 0 < part.new < 63
    summary = run_summary(archive, name)
    assert balances(summary) and summary.waiting > 0
    shutil.copy(whole, torn)
    rest = ingest(archive, torn, {site.id: site}, name)
    assert part.new + rest.new == 63
    assert rest.repeated == part.captures
    summary = run_summary(archive, name)
    assert balances(summary) and (summary.waiting, summary.new) == (0, 63)


def test_an_interrupted_reading_keeps_what_it_acknowledged_and_is_completed_by_the_next(
    archive: Archive,
    site: Site,
    paper: SampleNewspaper,
    run: Callable[..., str],
    tape: Callable[..., Tape],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    written = tape()
    crawl(written, paper, site, Snapshot(None))
    file, name = written.close(), run()
    real, pages = scraper.ingest.article_pages.understand, iter(range(40))

    def read(*args: Any, **kwargs: Any) -> Article | Reject:
        if next(pages, None) is None:
            raise KeyboardInterrupt
        return real(*args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(scraper.ingest.article_pages, "understand", read)
        patch.setattr(scraper.ingest.capture_file, "BATCH", 10)
        with pytest.raises(KeyboardInterrupt):
            ingest(archive, file, {site.id: site}, name)
    kept = archive.value("SELECT count(*) FROM articles")
    assert 0 < kept <= 40
    result = ingest(archive, file, {site.id: site}, name)
    assert kept + result.new == 63
    summary = run_summary(archive, name)
    assert balances(summary)
    assert (summary.new, summary.waiting, summary.sources_whole) == (63, 0, 8)


def test_files_in_the_wrong_order_keep_the_newer_words_and_the_order_of_capture(
    archive: Archive,
    site: Site,
    paper: SampleNewspaper,
    run: Callable[..., str],
    tape: Callable[..., Tape],
) -> None:
    files = []
    for number in (1, 2):
        paper.night = number
        written = tape(f"night-{number}", FIRST_NIGHT + timedelta(days=number - 1))
        crawl(written, paper, site, Snapshot(None))
        files.append(written.close())
    name = run()
    ingest(archive, files[1], {site.id: site}, name, origin="import")
    words = {row["key"]: row["text_hash"] for row in archive.rows("SELECT key, text_hash FROM articles")}
    ingest(archive, files[0], {site.id: site}, name, origin="import")
    for key, text_hash in words.items():
        row = archive.rows("SELECT text_hash, state FROM articles WHERE key = ?", (key,))[0]
        assert tuple(row) == (text_hash, "live"), key
    earlier = archive.rows("SELECT article, number, seen_at, why FROM revisions ORDER BY article, seen_at")
    assert {row["why"] for row in earlier if row["number"] == 2} == {"edited"}
    assert [row["number"] for row in sorted(earlier, key=lambda r: (r["article"], r["number"]))] == [
        row["number"] for row in earlier
    ]
    assert archive.value("SELECT DISTINCT origin FROM articles") == "import"


def test_a_feed_at_the_address_of_an_article_is_read_as_a_feed(
    archive: Archive, site: Site, paper: SampleNewspaper, run: Callable[..., str], tape: Callable[..., Tape]
) -> None:
    written = tape()
    path, _ = first_article(paper)
    written.get(BASE + path, paper.answer("/xay-dung-dang/index.rss", BASE).body, kind="application/rss+xml")
    ingest(archive, written.close(), {site.id: site}, run())
    assert archive.value("SELECT kind FROM captures") == "feed"
    assert archive.value("SELECT count(*) FROM listed") > 1


def test_the_page_of_an_article_is_unpacked_once(
    archive: Archive,
    site: Site,
    paper: SampleNewspaper,
    run: Callable[..., str],
    tape: Callable[..., Tape],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    unpacked: list[bytes] = []
    undo = scraper.captures.http_message.undo

    def noted(body: bytes, encodings: Sequence[str]) -> Undone:
        unpacked.append(body)
        return undo(body, encodings)

    monkeypatch.setattr(scraper.captures.http_message, "undo", noted)
    written = tape()
    path, page = first_article(paper)
    long = gzip.compress(page + b"<!-- -->" * 1000)
    written.get(BASE + path, long, Content_Encoding="gzip")
    ingest(archive, written.close(), {site.id: site}, run())
    assert unpacked == [long]
    assert archive.value("SELECT count(*) FROM articles") == 1
