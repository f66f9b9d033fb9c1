"""Captured pages are read within a time limit, and what was made for a page is let go outside of it."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from scraper.captures import Capture
from scraper.items import Reject
from scraper.pages import pages_of
from scraper.pages.tree import hold
from scraper.reading import captured_pages
from scraper.reading.captured_pages import Pages
from scraper.sites import Site

LIMIT = 0.1  # CPU seconds

SITE = Site.model_validate(
    {"id": "bao", "name": "Báo", "kind": "newspaper", "province": "Tiền Giang", "family": "nukeviet"}
    | {"home": "https://bao.example/"}
)
CAPTURE = Capture(
    kind="response", url="https://bao.example/tin/bai-1.html", status=200, headers=(), body=b"<p>m</p>",
    fetched_at=datetime(2026, 11, 28, tzinfo=UTC), file="a.warc.gz", offset=0, record_id="<urn:uuid:1>",
    payload_digest=None,
)  # fmt: skip


def long_taking_apart() -> None:
    """Takes longer than the limit."""
    end = time.process_time() + 3 * LIMIT
    while time.process_time() < end:
        sum(range(10_000))  # in the process itself, which the limit counts, and not in the system's clock


def as_list(pages: Pages) -> object:
    return pages.list_page(CAPTURE, SITE, pages_of(SITE))


def as_article(pages: Pages) -> object:
    return pages.printed(CAPTURE, SITE)


@pytest.mark.parametrize("read", [as_list, as_article])
def test_the_time_limit_does_not_break_off_what_ends_a_reading(
    read: Callable[[Pages], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(captured_pages, "READING_SECONDS", LIMIT)
    family = type(pages_of(SITE))
    given = Reject(reason="parser", detail="odd", url=CAPTURE.url)

    def read_with_a_large_tree(*_: object) -> Reject:
        hold(long_taking_apart)
        return given

    for name in ("list_page", "article_at"):
        monkeypatch.setattr(family, name, read_with_a_large_tree)
    assert read(Pages()) is given
    assert gc.isenabled()
