"""Capture files written by hand, and a simple crawler that writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from scraper.captures import CaptureWriter
from scraper.fetch.exchange import Exchange, NoAnswer
from scraper.fetch.snapshot import Snapshot
from scraper.ingest import ingest
from scraper.pages import load_family
from scraper.pages.feeds import read_feed
from scraper.sample import SampleNewspaper
from scraper.sites import Site
from scraper.store import Archive
from scraper.store.runs import RunSummary

BASE = "https://baomau.vn"
TODAY = date(2026, 11, 24)
FIRST_NIGHT = datetime(2026, 11, 23, 18, 30, tzinfo=UTC)  # half past one in Vietnam


class Tape:
    """A capture file, written by hand."""

    def __init__(self, path: Path, at: datetime = FIRST_NIGHT) -> None:
        self.path = path
        self.at = at
        self._file = path.open("wb")
        self._writer = CaptureWriter(self._file)

    def get(
        self, url: str, body: bytes = b"", status: int = 200, kind: str = "text/html; charset=utf-8", **headers: str
    ) -> None:
        self.at += timedelta(seconds=2)
        said = [("Content-Type", kind), *((name.replace("_", "-"), value) for name, value in headers.items())]
        exchange = Exchange(
            url=url,
            method="GET",
            request_headers=(),
            status=status,
            headers=tuple(said),
            body=body,
            protocol="HTTP/1.1",
            fetched_at=self.at,
        )
        self._writer.write(exchange)

    def no_answer(self, url: str, outcome: str) -> None:
        self.at += timedelta(seconds=2)
        self._writer.write(NoAnswer(url=url, outcome=outcome, detail="", decided_at=self.at))

    def close(self) -> Path:
        self._file.close()
        return self.path


def take(tape: Tape, paper: SampleNewspaper, path: str, known_tag: str | None = None) -> bytes:
    """Asks the newspaper for one address, follows its redirects, and writes the exchanges."""
    for _ in range(5):
        answer = paper.answer(path, BASE)
        headers = {"ETag": answer.etag} if answer.etag else {}
        if answer.location:
            tape.get(BASE + path, status=answer.status, Location=answer.location)
            path = answer.location
        elif known_tag and known_tag == answer.etag:
            tape.get(BASE + path, status=304, **headers)  # type: ignore[arg-type]
            return b""
        else:
            tape.get(BASE + path, answer.body, answer.status, answer.content_type, **headers)
            return answer.body
    raise AssertionError("redirects without end")


def crawl(tape: Tape, paper: SampleNewspaper, site: Site, snapshot: Snapshot) -> None:
    """A night of a simple crawler: every source to its end, every article that is not known, what is due."""
    family = load_family(site.family)
    take(tape, paper, "/robots.txt")
    wanted: dict[str, str] = {}
    for source in (*site.feeds, *site.sections):
        url: str | None = source
        while url is not None:
            body = take(tape, paper, url.removeprefix(BASE), snapshot.validators(url).etag)
            if not body:
                break
            page = read_feed(body, url) if url in site.feeds else family.list_page(body.decode(), url)
            for entry in page.entries:
                key = family.key(entry.url)
                if site.owns(entry.url) and key and not snapshot.is_known(site.id, key):
                    wanted[key] = entry.url
            url = page.next_url
    wanted |= {each.key: each.url for each in snapshot.pending(site.id)}
    for url in wanted.values():
        take(tape, paper, url.removeprefix(BASE))
    for each in snapshot.due(site.id):
        take(tape, paper, each.url.removeprefix(BASE), each.validators.etag)


def balances(summary: RunSummary) -> bool:
    return all(
        each.links_seen == each.already + each.new + each.rejected + each.waiting + each.set_aside
        for each in (summary, *summary.sites)
    ) and (summary.requests, summary.new) == (
        sum(summary.requests_by_kind.values()),
        sum(summary.new_by_topic.values()),
    )


def first_article(paper: SampleNewspaper) -> tuple[str, bytes]:
    """The path and page of an article on the first night."""
    article = paper.shown("xay-dung-dang")[0]
    return article.path(), paper.answer(article.path(), BASE).body


def link(paper: SampleNewspaper, section: str, number: int) -> str:
    return paper.shown(section)[number].path()


def outcomes(archive: Archive) -> dict[str, tuple[str, str | None]]:
    return {
        row["url"]: (row["outcome"], row["reason"]) for row in archive.rows("SELECT url, outcome, reason FROM listed")
    }


def keep_one(archive: Archive, site: Site, paper: SampleNewspaper, tape: Tape, run: str) -> tuple[str, bytes]:
    path, page = first_article(paper)
    tape.get(BASE + path, page)
    ingest(archive, tape.close(), {site.id: site}, run)
    return BASE + path, page
