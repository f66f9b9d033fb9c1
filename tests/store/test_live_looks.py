"""A live look tells the present, whatever time an import or a backfill bears."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from scraper.items import Article
from scraper.store import Archive
from scraper.store.articles import Saved, Seen, mark_absent, save_article
from scraper.store.runs import start_run
from tests.store.conftest import NIGHT, note_capture

Keep = Callable[..., Saved]
URL = "https://baoapbac.vn/xay-dung-dang/202407/bai-viet-1/"


def imported(
    archive: Archive, article: Callable[..., Article], *, hours: float, began: float, trigger: str = "import"
) -> None:
    """An import that began ``began`` hours after the first night brings a capture dated ``hours`` after it."""
    at = NIGHT + timedelta(hours=hours)
    run = f"{trigger}-{hours}"
    start_run(archive, run, started=NIGHT + timedelta(hours=began), trigger=trigger, sites=(), version="0")
    capture = note_capture(archive, URL, at, run)
    with archive.transaction():
        archive.execute("UPDATE captures SET origin = ? WHERE id = ?", (trigger, capture))
    made = article("1", captured_at=at, title="Tiêu đề nhập về")
    save_article(archive, made, Seen(capture=capture, run=run, origin=trigger, url=URL))


def standing(archive: Archive) -> tuple[str, str]:
    row = archive.rows("SELECT title, state FROM articles")[0]
    return row["title"], row["state"]


@pytest.mark.parametrize("trigger", ["import", "wayback", "commoncrawl"])
def test_a_live_look_outranks_an_import_dated_after_it(
    archive: Archive, article: Callable[..., Article], keep: Keep, trigger: str
) -> None:
    keep("1", title="Tiêu đề hôm qua")
    imported(archive, article, hours=24.1, began=23.9, trigger=trigger)
    assert standing(archive)[0] == "Tiêu đề nhập về"
    keep("1", hours=24, title="Tiêu đề hôm nay")
    assert standing(archive) == ("Tiêu đề hôm nay", "live")
    seen = [row["seen_at"] for row in archive.rows("SELECT seen_at FROM revisions ORDER BY number")]
    assert seen == sorted(seen)
    keep("1", hours=48, title="Tiêu đề ngày mai")
    assert standing(archive)[0] == "Tiêu đề ngày mai"


def test_a_live_look_that_finds_nothing_outranks_an_import_dated_after_it(
    archive: Archive, article: Callable[..., Article], keep: Keep
) -> None:
    keep("1")
    imported(archive, article, hours=24.1, began=23.9)
    at = NIGHT + timedelta(hours=24)
    gone = note_capture(archive, URL, at, "night-1", status=404)
    assert mark_absent(archive, archive.value("SELECT id FROM articles"), URL, state="gone", reason="http 404",
                       at=at, capture=gone)  # fmt: skip
    assert standing(archive)[1] == "gone"


def test_an_older_live_capture_that_is_read_late_does_not_outrank(
    archive: Archive, article: Callable[..., Article], keep: Keep
) -> None:
    keep("1", title="Tiêu đề hôm qua")
    imported(archive, article, hours=30, began=31)
    keep("1", hours=24, title="Tiêu đề đọc muộn")
    assert standing(archive)[0] == "Tiêu đề nhập về"
    keep("1", hours=32, title="Tiêu đề mới nhất")
    assert standing(archive)[0] == "Tiêu đề mới nhất"


def test_imports_in_any_order_leave_what_a_later_live_look_saw(
    archive: Archive, article: Callable[..., Article], keep: Keep
) -> None:
    keep("1", hours=24, title="Tiêu đề hôm nay")
    for hours in (12, -48, 23.5, 0.5):
        imported(archive, article, hours=hours, began=25)
        assert standing(archive) == ("Tiêu đề hôm nay", "live")
