from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from scraper.captures import Capture
from scraper.items import Article, Figure, Precision, Topic
from scraper.sites import Site, Status
from scraper.store import Archive, open_archive
from scraper.store.articles import Saved, Seen, save_article
from scraper.store.ledgers import record_capture
from scraper.store.reference import sync_sites
from scraper.store.runs import start_run

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
NIGHT = datetime(2024, 7, 11, 18, 30, tzinfo=UTC)  # half past one in Vietnam, on 12 July


def _site(name: str, province: str) -> Site:
    return Site(
        id=name,
        name=f"Báo {province}",
        kind="newspaper",
        province=province,
        family="apbac",
        home=f"https://{name}.vn/",
        status=Status.LIVE,
        expect=60,
    )


SITES = {
    "baoapbac": _site("baoapbac", "Tiền Giang"),
    "baodongthap": _site("baodongthap", "Đồng Tháp"),
    "baobinhdinh": _site("baobinhdinh", "Bình Định"),
}


@pytest.fixture
def sites() -> dict[str, Site]:
    return dict(SITES)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "tinkhoi.db"


@pytest.fixture(scope="session")
def begin() -> Callable[[Path], Archive]:
    """Makes an archive in which the first night has begun."""

    def do(path: Path) -> Archive:
        archive = open_archive(path)
        sync_sites(archive, SITES)
        start_run(archive, "night-1", started=NIGHT, trigger="nightly", sites=["baoapbac"], version="0")
        return archive

    return do


@pytest.fixture
def archive(path: Path, begin: Callable[[Path], Archive]) -> Iterator[Archive]:
    with begin(path) as archive:
        yield archive


@pytest.fixture(scope="session")
def article() -> Callable[..., Article]:
    """Makes an article from what a test says about it."""

    def make(key: str = "1015551", **said: Any) -> Article:
        site = said.get("site", "baoapbac")
        url = said.get("url", f"https://{site}.vn/xay-dung-dang/202407/bai-viet-{key}/")
        published = said.get("published_at", datetime(2024, 7, 11, 15, 51, tzinfo=VIETNAM))
        values: dict[str, Any] = {
            "site": site,
            "key": key,
            "url": url,
            "urls": (url,),
            "title": "Đảng ủy Khối sơ kết 6 tháng đầu năm",
            "kicker": None,
            "lead": "(ABO) Sáng 11-7, Đảng ủy Khối tổ chức hội nghị.",
            "body": ("Đoạn thứ nhất của bài viết.", "Đoạn thứ hai của bài viết."),
            "masthead": "ABO",
            "author": "P. MAI",
            "section": "Xây dựng Đảng",
            "tags": ("Đảng ủy Khối",),
            "figures": (Figure(src=f"{url}1.jpg", alt="Đại biểu dự hội nghị.", caption="Đại biểu dự hội nghị."),),
            "published_text": "Thứ Năm, 11/07/2024, 15:51 (GMT+7)",
            "published_at": published,
            "published_day": published.date() if published else date(2024, 7, 11),
            "published_precision": Precision.MINUTE if published else Precision.DAY,
            "date_evidence": (),
            "updated_at": None,
            "topics": (Topic(topic="khoi", words="Đảng ủy Khối", rule="đảng bộ, đảng ủy khối"),),
            "captured_at": NIGHT,
            "parser": "apbac/1",
            "problems": (),
        }
        return Article(**{**values, **said})

    return make


_numbers = count(1)


def note_capture(archive: Archive, url: str, at: datetime, run: str, **said: Any) -> int:
    number = next(_numbers)
    capture = Capture(
        kind="response",
        url=url,
        fetched_at=at,
        status=said.pop("status", 200),
        headers=(),
        body=b"<html>",
        file=f"{run}.warc.gz",
        offset=number * 100,
        record_id=f"<urn:uuid:{number}>",
        payload_digest=said.pop("digest", f"sha1:{number}"),
    )
    with archive.transaction():
        row = record_capture(
            archive, capture, site="baoapbac", kind="article", purpose="article", origin="live", run=run
        )
    assert row is not None
    return row


@pytest.fixture(scope="session")
def keeper(article: Callable[..., Article]) -> Callable[[Archive], Callable[..., Saved]]:
    """Gives the function that captures and keeps an article ``hours`` after the first night, read from its own
    address or ``read_from``."""

    def into(archive: Archive) -> Callable[..., Saved]:
        def keep(
            key: str = "1015551",
            *,
            hours: float = 0,
            run: str = "night-1",
            read_from: str | None = None,
            digest: str | None = None,
            same_as: int | None = None,
            **said: Any,
        ) -> Saved:
            at = NIGHT + timedelta(hours=hours)
            made = article(key, captured_at=at, **said)
            url = read_from or made.url
            named = {"digest": digest} if digest else {}
            seen = Seen(capture=note_capture(archive, url, at, run, **named), run=run, url=url)
            return save_article(archive, made, seen, same_as=same_as)

        return keep

    return into


@pytest.fixture
def keep(archive: Archive, keeper: Callable[[Archive], Callable[..., Saved]]) -> Callable[..., Saved]:
    return keeper(archive)


@pytest.fixture
def capture(archive: Archive) -> Callable[..., int]:
    """Notes a capture and gives its row's id."""

    def do(url: str, hours: float = 0, run: str = "night-1", **said: Any) -> int:
        return note_capture(archive, url, NIGHT + timedelta(hours=hours), run, **said)

    return do
