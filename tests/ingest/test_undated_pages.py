"""Pages of unknown software that print no date: what a list or feed tells of them decides."""

from __future__ import annotations

from pathlib import Path

import pytest

from scraper.ingest import ingest
from scraper.sites import Site
from scraper.store import Archive
from scraper.store.reference import sync_sites
from scraper.store.runs import start_run
from tests.ingest.tapes import FIRST_NIGHT, Tape, outcomes

pytest.importorskip("trafilatura", reason="the extractor (extra 'generic') is not installed")

HOME = "https://bao-la.vn/"
TITLE = "Chi bộ bến phà góp sách cho lớp học bên sông"
TEXT = (
    "Lớp học bên sông mở từ tháng chín năm ngoái, có hai mươi mốt em theo học vào các buổi tối trong tuần.",
    "Chi bộ bến phà góp một trăm hai mươi quyển sách và đóng ba kệ gỗ để các em có chỗ đọc trước giờ vào lớp.",
    "Đến hè, chi bộ sẽ mở thêm một buổi kể chuyện vào sáng chủ nhật và mời cha mẹ các em cùng đến nghe.",
)


def page(title: str) -> bytes:
    text = "".join(f"<p>{each}</p>" for each in TEXT)
    return f"<html><head><title>{title}</title></head><body><h1>{title}</h1><div>{text}</div></body></html>".encode()


def feed(*items: tuple[str, str]) -> bytes:
    said = "".join(
        f"<item><title>{title}</title><link>{url}</link><pubDate>Thu, 11 Jul 2024 15:51:00 +0700</pubDate></item>"
        for title, url in items
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Báo</title>{said}</channel></rss>'.encode()


def test_a_feed_s_title_and_date_make_an_article_of_an_undated_page(archive: Archive, tmp_path: Path) -> None:
    site = Site(
        id="la", name="Báo Lạ", kind="newspaper", province="Tiền Giang", family="generic", home=HOME,
        feeds=(f"{HOME}rss",),
    )  # fmt: skip
    sync_sites(archive, {site.id: site})
    start_run(archive, "night-1", started=FIRST_NIGHT, trigger="nightly", sites=[site.id], version="0")
    own, other, about = (
        f"{HOME}{name}"
        for name in ("chi-bo-ben-pha-gop-sach-1.html", "mot-bai-khac-hoan-toan-2.html", "gioi-thieu-ve-don-vi-3.html")
    )
    tape = Tape(tmp_path / "night-1.warc.gz")
    tape.get(f"{HOME}rss", feed((TITLE, own), ("Kết nạp mười hai đảng viên mới dịp lễ", other)), kind="text/xml")
    tape.get(own, page(TITLE))
    tape.get(other, page("Giới thiệu về lớp học của chúng tôi"))
    tape.get(about, page("Giới thiệu về đơn vị của chúng tôi"))
    ingest(archive, tape.close(), {site.id: site}, "night-1")
    kept = archive.rows("SELECT title, published_at FROM articles WHERE site = 'la'")
    assert [tuple(row) for row in kept] == [(TITLE, "2024-07-11T15:51:00+07:00")]
    assert outcomes(archive)[other] == ("rejected", "not-an-article")
