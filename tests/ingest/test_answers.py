from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

import scraper.ingest.article_pages
import scraper.ingest.capture_file
from scraper.captures import read_capture_at
from scraper.fetch.snapshot import Snapshot
from scraper.ingest import ingest
from scraper.items import Article, PrintedArticle, Reject
from scraper.pages import load_family
from scraper.sample import SITE_ID, SampleNewspaper
from scraper.sites import Site
from scraper.store import Archive
from scraper.store.articles import find_article, forget, load_article
from scraper.store.reference import sync_sites
from scraper.store.runs import RunSummary, run_summary, start_run
from scraper.store.snapshot import write_snapshot
from tests.ingest.tapes import (
    BASE,
    FIRST_NIGHT,
    Tape,
    balances,
    first_article,
    keep_one,
    link,
    outcomes,
    take,
)


def test_every_listed_link_has_an_outcome(
    archive: Archive,
    site: Site,
    paper: SampleNewspaper,
    run: Callable[..., str],
    tape: Callable[..., Tape],
) -> None:
    written = tape()
    take(written, paper, "/kinh-te/index.rss")
    links = [BASE + link(paper, "kinh-te", number) for number in range(12)]
    take(written, paper, links[0].removeprefix(BASE))
    written.no_answer(links[1], "timeout")
    written.no_answer(links[2], "robots")
    written.get(links[3], b"<html>", 404)
    written.get(links[4], b"<html>", 503)
    written.get(links[5], status=302, Location="https://khac.vn/bai/")
    written.no_answer(links[6], "capped")
    written.get(links[7], status=301, Location="/kinh-te/")
    take(written, paper, "/kinh-te/")
    written.get(links[8], b"<html>", 403)
    written.get(links[9], paper.answer("/khong/202611/co-1/", BASE).body)
    written.get(links[10], status=301, Location=links[10])
    written.no_answer(links[10], "redirect-loop")
    ingest(archive, written.close(), {site.id: site}, run())
    found = outcomes(archive)
    assert [found[url] for url in links] == [
        ("collected", None),
        ("failed", "timeout"),
        ("refused by robots", "robots"),
        ("rejected", "http"),
        ("failed", "http"),
        ("offsite", "redirected"),
        ("waiting", "capped"),
        ("rejected", "redirected"),
        ("failed", "http"),
        ("rejected", "soft-404"),
        ("rejected", "redirect-loop"),
        ("waiting", None),
    ]
    assert found["https://bao-khac.example/kinh-te/gia-lua-tuan-nay-77123.htm"] == ("offsite", "offsite")
    summary = run_summary(archive, "night-1")
    assert balances(summary)
    assert archive.value("SELECT count(*) FROM missed") == summary.links_seen - 1


def test_a_source_keeps_its_validators_only_when_nothing_of_it_is_open(
    archive: Archive,
    site: Site,
    paper: SampleNewspaper,
    run: Callable[..., str],
    tape: Callable[..., Tape],
    tmp_path: Path,
) -> None:
    links = [each.path() for each in paper.shown("van-hoa")]

    def validators() -> str | None:
        file = tmp_path / "snapshot"
        write_snapshot(archive, file, [site], FIRST_NIGHT)
        with Snapshot(file) as snapshot:
            return snapshot.validators(f"{BASE}/van-hoa/index.rss").etag

    written = tape()
    take(written, paper, "/van-hoa/index.rss")
    for path in links[:-1]:
        take(written, paper, path)
    ingest(archive, written.close(), {site.id: site}, run())
    assert validators() is None
    file = tmp_path / "snapshot"
    with Snapshot(file) as snapshot:
        assert [each.url for each in snapshot.pending(SITE_ID)] == [BASE + links[-1]]
        assert not snapshot.is_known(SITE_ID, load_family("apbac").key(BASE + links[-1]) or "")

    written = tape("night-2", FIRST_NIGHT + timedelta(days=1))
    take(written, paper, "/van-hoa/index.rss")
    take(written, paper, links[-1])
    ingest(archive, written.close(), {site.id: site}, run("night-2", FIRST_NIGHT + timedelta(days=1)))
    tag = validators()
    assert tag == paper.answer("/van-hoa/index.rss", BASE).etag

    written = tape("night-3", FIRST_NIGHT + timedelta(days=2))
    take(written, paper, "/van-hoa/index.rss", tag)
    ingest(archive, written.close(), {site.id: site}, run("night-3", FIRST_NIGHT + timedelta(days=2)))
    assert validators() == tag
    rows = archive.rows("SELECT status, whole, kind FROM run_sources WHERE run = 'night-3'")
    assert [tuple(row) for row in rows] == [(304, 1, "feed")]


def test_a_list_that_was_not_followed_to_what_is_known_was_not_read_whole(
    archive: Archive,
    site: Site,
    paper: SampleNewspaper,
    run: Callable[..., str],
    tape: Callable[..., Tape],
) -> None:
    written = tape()
    take(written, paper, "/xay-dung-dang/")
    written.get(f"{BASE}/chinh-tri/", b"<html>", 503)
    written.no_answer(f"{BASE}/kinh-te/", "timeout")
    ingest(archive, written.close(), {site.id: site}, run())
    rows = archive.rows("SELECT url, whole, reason FROM run_sources ORDER BY url")
    assert [tuple(row) for row in rows] == [
        (f"{BASE}/chinh-tri/", 0, "http 503"),
        (f"{BASE}/kinh-te/", 0, "timeout"),
        (f"{BASE}/xay-dung-dang/", 0, "stopped before its end"),
    ]
    summary = run_summary(archive, "night-1")
    assert (summary.sources_total, summary.sources_whole, summary.new) == (3, 0, 0)
    assert archive.value("SELECT complete_from FROM sites") is None


@pytest.mark.parametrize(
    ("status", "body", "headers", "state", "problem"),
    [
        (404, b"<html>", {}, "gone", None),
        (410, b"", {}, "gone", None),
        (503, b"<html>", {}, "live", None),
        (403, b"<html>", {}, "live", None),
        (200, b"SOFT", {}, "gone", "soft-404"),
        (200, b"<html><body>", {}, "live", "truncated"),
        (301, b"", {"Location": "/"}, "redirected", None),
        (302, b"", {"Location": "https://khac.vn/"}, "redirected", None),
    ],
)
def test_a_worse_answer_never_overwrites_an_article(
    archive: Archive,
    site: Site,
    paper: SampleNewspaper,
    run: Callable[..., str],
    tape: Callable[..., Tape],
    status: int,
    body: bytes,
    headers: dict[str, str],
    state: str,
    problem: str | None,
) -> None:
    url, page = keep_one(archive, site, paper, tape(), run())
    before = dict(archive.rows("SELECT * FROM articles")[0])
    written = tape("night-2", FIRST_NIGHT + timedelta(days=1))
    soft = paper.answer("/khong/202611/co-1/", BASE).body
    written.get(url, soft if body == b"SOFT" else body, status, **headers)
    take(written, paper, "/")
    name = run("night-2", FIRST_NIGHT + timedelta(days=1))
    ingest(archive, written.close(), {site.id: site}, name)
    after = dict(archive.rows("SELECT * FROM articles")[0])
    moved = {"state", "since", "state_reason", "state_capture", "last_looked"}
    assert {name: value for name, value in after.items() if name not in moved} == {
        name: value for name, value in before.items() if name not in moved
    }
    assert after["state"] == state
    kinds = {row[0] for row in archive.rows("SELECT kind FROM problems WHERE closed IS NULL")}
    assert (problem in kinds) if problem else not kinds
    gone = [f"{SITE_ID}/{before['key']}"] if state != "live" else []
    assert list(run_summary(archive, name).gone) == gone

    written = tape("night-3", FIRST_NIGHT + timedelta(days=2))
    written.get(url, page)
    ingest(archive, written.close(), {site.id: site}, run("night-3", FIRST_NIGHT + timedelta(days=2)))
    assert archive.value("SELECT state FROM articles") == "live"
    assert archive.value("SELECT count(*) FROM problems WHERE closed IS NULL") == 0


def test_an_old_address_that_leads_to_an_article_is_one_of_its_addresses(
    archive: Archive, site: Site, paper: SampleNewspaper, run: Callable[..., str], tape: Callable[..., Tape]
) -> None:
    path, page = first_article(paper)
    mobile = f"{BASE}{path}index.htm"
    old = f"{BASE}{path.replace('xay-dung-dang', 'chinh-tri')}"
    written = tape()
    written.get(old, status=301, Location=path)
    written.get(BASE + path, page)
    written.get(mobile, paper.answer(f"{path}index.htm", BASE).body)
    result = ingest(archive, written.close(), {site.id: site}, run())
    assert (result.new, result.unchanged) == (1, 1)
    stored = load_article(archive, find_article(archive, mobile) or 0)
    assert set(stored.article.urls) == {BASE + path, old, mobile}
    assert stored.article.published_text == paper.shown("xay-dung-dang")[0].published_text


def test_an_article_that_moved_to_a_new_number_keeps_its_identity(
    archive: Archive, site: Site, paper: SampleNewspaper, run: Callable[..., str], tape: Callable[..., Tape]
) -> None:
    url, page = keep_one(archive, site, paper, tape(), run())
    number = load_family("apbac").key(url)
    moved = url.replace(f"-{number}/", "-2000001/")
    written = tape("night-2", FIRST_NIGHT + timedelta(days=1))
    written.get(url, status=301, Location=moved)
    written.get(moved, page)
    ingest(archive, written.close(), {site.id: site}, run("night-2", FIRST_NIGHT + timedelta(days=1)))
    row = archive.rows("SELECT key, url, state, revision FROM articles")
    assert [tuple(each) for each in row] == [(number, moved, "live", 1)]
    assert find_article(archive, f"{SITE_ID}/2000001") == find_article(archive, f"{SITE_ID}/{number}")


def test_an_article_whose_address_leads_to_another_one_is_marked(
    archive: Archive, site: Site, paper: SampleNewspaper, run: Callable[..., str], tape: Callable[..., Tape]
) -> None:
    url, _ = keep_one(archive, site, paper, tape(), run())
    other = link(paper, "kinh-te", 1)
    written = tape("night-2", FIRST_NIGHT + timedelta(days=1))
    written.get(url, status=301, Location=other)
    take(written, paper, other)
    ingest(archive, written.close(), {site.id: site}, run("night-2", FIRST_NIGHT + timedelta(days=1)))
    rows = archive.rows("SELECT url, state, state_reason FROM articles ORDER BY state")
    assert [tuple(row) for row in rows] == [(BASE + other, "live", None), (url, "redirected", BASE + other)]


def test_one_page_that_breaks_the_parser_is_a_problem_and_stops_no_other(
    archive: Archive,
    site: Site,
    paper: SampleNewspaper,
    run: Callable[..., str],
    tape: Callable[..., Tape],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bad = BASE + link(paper, "van-hoa", 1)
    unstorable = BASE + link(paper, "van-hoa", 2)
    real = scraper.ingest.article_pages.understand

    def read(printed: PrintedArticle, *args: Any, **kwargs: Any) -> Article | Reject:
        if printed.url == bad:
            raise RecursionError("too deep")
        result = real(printed, *args, **kwargs)
        if printed.url == unstorable and isinstance(result, Article):
            return replace(result, title="\ud800")
        return result

    monkeypatch.setattr(scraper.ingest.article_pages, "understand", read)
    written = tape()
    take(written, paper, "/van-hoa/index.rss")
    for each in paper.shown("van-hoa"):
        take(written, paper, each.path())
    result = ingest(archive, written.close(), {site.id: site}, run())
    assert (result.new, result.rejected) == (len(paper.shown("van-hoa")) - 2, 2)
    problems = {row["url"]: row["detail"] for row in archive.rows("SELECT url, detail FROM problems")}
    assert problems[bad] == "RecursionError: too deep"
    assert problems[unstorable].startswith("cannot be stored")
    assert outcomes(archive)[bad] == outcomes(archive)[unstorable] == ("rejected", "parser")
    monkeypatch.undo()
    again = tape("again", FIRST_NIGHT + timedelta(hours=1))
    take(again, paper, bad.removeprefix(BASE))
    ingest(archive, again.close(), {site.id: site}, "night-1")
    assert outcomes(archive)[bad] == ("collected", None)
    assert [row[0] for row in archive.rows("SELECT url FROM problems WHERE closed IS NULL")] == [unstorable]


def test_pages_are_read_again_after_a_page_object_was_mended(
    archive: Archive,
    site: Site,
    paper: SampleNewspaper,
    run: Callable[..., str],
    tape: Callable[..., Tape],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown = paper.shown("van-hoa")[:3]
    misread, refused = BASE + shown[0].path(), BASE + shown[1].path()
    real = scraper.ingest.article_pages.understand

    def read(printed: PrintedArticle, *args: Any, **kwargs: Any) -> Article | Reject:
        result = real(printed, *args, **kwargs)
        if printed.url == refused:
            return Reject(reason="no-title", detail="", url=printed.url)
        is_misread = printed.url == misread and isinstance(result, Article)
        return replace(result, title="Trang chủ") if is_misread else result  # type: ignore[arg-type]

    written = tape()
    for each in shown:
        take(written, paper, each.path())
    file = written.close()
    with monkeypatch.context() as patch:
        patch.setattr(scraper.ingest.article_pages, "understand", read)
        ingest(archive, file, {site.id: site}, run())
    assert archive.value("SELECT count(*) FROM articles") == 2
    result = ingest(archive, file, {site.id: site}, run("reparse", FIRST_NIGHT + timedelta(days=1)), again=True)
    assert (result.repeated, result.new, result.edited) == (3, 1, 0)
    titles = {row["url"]: row["title"] for row in archive.rows("SELECT url, title FROM articles")}
    assert titles == {BASE + each.path(): each.title for each in shown}
    assert [tuple(row) for row in archive.rows("SELECT why, silent FROM edits")] == [("parser", 0)]
    assert archive.value("SELECT count(*) FROM captures") == 3
    assert archive.value("SELECT count(*) FROM problems WHERE closed IS NULL") == 0


def test_one_title_on_every_page_overwrites_nothing(
    archive: Archive,
    site: Site,
    paper: SampleNewspaper,
    run: Callable[..., str],
    tape: Callable[..., Tape],
) -> None:
    written = tape()
    shown = paper.shown("kinh-te")[:8]
    for each in shown:
        take(written, paper, each.path())
    ingest(archive, written.close(), {site.id: site}, run())
    before = [tuple(row) for row in archive.rows("SELECT key, text_hash, state FROM articles ORDER BY id")]
    assert len(before) == 8
    written = tape("night-2", FIRST_NIGHT + timedelta(days=1))
    for each in shown:
        page = paper.answer(each.path(), BASE).body.decode()
        written.get(BASE + each.path(), page.replace(each.title, "Báo Mẫu điện tử của tỉnh").encode())
    result = ingest(archive, written.close(), {site.id: site}, run("night-2", FIRST_NIGHT + timedelta(days=1)))
    assert (result.rejected, result.edited) == (8, 0)
    assert [tuple(row) for row in archive.rows("SELECT key, text_hash, state FROM articles ORDER BY id")] == before
    assert archive.value("SELECT count(*) FROM problems WHERE kind = 'same-title'") == 8


def test_a_file_of_another_program_enters_by_the_same_door(
    archive: Archive, site: Site, paper: SampleNewspaper, run: Callable[..., str], tmp_path: Path
) -> None:
    path = tmp_path / "wget.warc"
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=False)
        pages = ["/robots.txt", "/xay-dung-dang/", *(each.path() for each in paper.shown("xay-dung-dang")[:3])]
        for page in [*pages, "/dataimages/logo.jpg"]:
            answer = paper.answer(page, BASE)
            headers = StatusAndHeaders("200 OK", [("Content-Type", answer.content_type)], protocol="HTTP/1.1")
            writer.write_record(
                writer.create_warc_record(
                    BASE.replace("https", "http") + page,
                    "response",
                    payload=BytesIO(answer.body),
                    http_headers=headers,
                )
            )
        headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
        writer.write_record(
            writer.create_warc_record(
                "https://khac.vn/a-1.html", "response", payload=BytesIO(b"<p>x"), http_headers=headers
            )
        )
    result = ingest(archive, path, {site.id: site}, run(), origin="import")
    assert (result.captures, result.new, result.unowned) == (7, 3, 1)
    kinds = dict(tuple(row) for row in archive.rows("SELECT kind, count(*) FROM captures GROUP BY kind"))
    assert kinds == {"robots": 1, "list": 1, "article": 3, "other": 1, "unowned": 1}
    assert archive.value("SELECT count(*) FROM listed WHERE outcome = 'collected'") == 3
    assert balances(run_summary(archive, "night-1"))


def test_sites_that_share_a_host_are_told_apart_by_path(archive: Archive, site: Site, paper: SampleNewspaper) -> None:
    part = site.model_copy(update={"id": "chinhtri", "path": "/chinh-tri/"})
    sync_sites(archive, {"chinhtri": part})
    start_run(archive, "r", started=FIRST_NIGHT, trigger="manual", sites=[site.id, "chinhtri"], version="0")
    written = Tape(archive.path.with_name("r.warc.gz"))
    take(written, paper, link(paper, "chinh-tri", 0))
    take(written, paper, link(paper, "kinh-te", 1))
    ingest(archive, written.close(), {site.id: site, "chinhtri": part}, "r")
    found = {row["site"]: urlsplit(row["url"]).path for row in archive.rows("SELECT site, url FROM articles")}
    assert found == {"chinhtri": link(paper, "chinh-tri", 0), site.id: link(paper, "kinh-te", 1)}


def test_a_forgotten_article_is_not_collected_again(
    archive: Archive,
    site: Site,
    paper: SampleNewspaper,
    run: Callable[..., str],
    tape: Callable[..., Tape],
    tmp_path: Path,
) -> None:
    written = tape()
    take(written, paper, "/xay-dung-dang/")
    path, page = first_article(paper)
    written.get(BASE + path, page)
    ingest(archive, written.close(), {site.id: site}, run())
    assert forget(archive, BASE + path, at=FIRST_NIGHT, reason="asked for") is not None
    written = tape("night-2", FIRST_NIGHT + timedelta(days=1))
    take(written, paper, "/xay-dung-dang/")
    written.get(BASE + path, page)
    ingest(archive, written.close(), {site.id: site}, run("night-2", FIRST_NIGHT + timedelta(days=1)))
    assert archive.value("SELECT count(*) FROM articles") == 0
    assert outcomes(archive)[BASE + path] == ("forgotten", "asked for")
    write_snapshot(archive, tmp_path / "snapshot", [site], FIRST_NIGHT)
    with Snapshot(tmp_path / "snapshot") as snapshot:
        assert snapshot.is_known(SITE_ID, load_family("apbac").key(BASE + path) or "")


def test_an_unknown_run_or_file_is_refused(
    archive: Archive, site: Site, tmp_path: Path, run: Callable[..., str]
) -> None:
    with pytest.raises(LookupError, match="nowhere"):
        ingest(archive, tmp_path / "x.warc.gz", {site.id: site}, "nowhere")
    with pytest.raises(FileNotFoundError):
        ingest(archive, tmp_path / "x.warc.gz", {site.id: site}, run())


def test_every_row_leads_back_to_its_capture(
    archive: Archive, site: Site, night: Callable[[int], RunSummary], tmp_path: Path
) -> None:
    night(1)
    for row in archive.rows("SELECT url, title, file, offset FROM citations"):
        capture = read_capture_at(tmp_path / row["file"], row["offset"])
        assert capture.url == row["url"]
        assert row["title"] in capture.body.decode()


def test_what_a_run_did_is_plain_data(night: Callable[[int], RunSummary]) -> None:
    summary = night(1)
    assert json.loads(json.dumps(asdict(summary)))["new"] == 63
