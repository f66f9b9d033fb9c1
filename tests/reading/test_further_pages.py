"""Which link of an article's page is its own second page."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from scraper.captures import Capture
from scraper.reading.further_pages import second_page


@pytest.mark.parametrize(
    ("url", "link", "further"),
    [
        ("https://bao.vn/2026/11/bai/", "/2026/11/bai/2/", "https://bao.vn/2026/11/bai/2/"),
        ("https://bao.vn/?p=12", "?p=12&amp;page=2", "https://bao.vn/?p=12&page=2"),
        ("https://bao.vn/bai-7.html", "/bai-7.html?trang=2", "https://bao.vn/bai-7.html?trang=2"),
        ("https://bao.vn/2026/11/bai/", "/2026/11/bai-2/", None),  # another article
        ("https://bao.vn/2026/11/bai/", "/tin/?page=2", None),  # a list
        ("https://bao.vn/2026/11/bai/", "https://khac.vn/2026/11/bai/2/", None),
        ("https://bao.vn/bai-7.html?trang=2", "/bai-7.html?trang=2", None),  # the second page itself
        ("https://bao.vn/", "/2/", None),
        ("https://bao.vn/2026/bai/", "./2", "https://bao.vn/2026/bai/2"),
        ("https://bao.vn/2026/bai/", "/2026/bai/2/x/..", "https://bao.vn/2026/bai/2/"),
        ("https://bao.vn/2026/bai/", "//bao.vn/2026/bai/2#a", "https://bao.vn/2026/bai/2#a"),
        ("https://bao.vn/2026/bai", "bai?trang=2", "https://bao.vn/2026/bai?trang=2"),
        ("https://bao.vn/2026/bai", "?x=1&amp;page=2", None),
    ],
)
def test_the_second_page_of_an_article(url: str, link: str, further: str | None) -> None:
    body = f'<p>Bài</p><a href="{link}">2</a>'.encode()
    capture = Capture(
        kind="response",
        url=url,
        fetched_at=datetime(2026, 11, 28, tzinfo=UTC),
        status=200,
        headers=(),
        body=body,
        file="night.warc.gz",
        offset=0,
        record_id="r",
        payload_digest=None,
    )
    assert second_page(capture) == further
