"""A sitemap that calls every article edited each night is not heeded, for a while."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from scraper.fetch.snapshot import Snapshot
from scraper.items import ListEntry, WitnessSource
from scraper.sites import Site
from scraper.store import Archive
from scraper.store.articles import Saved
from scraper.store.lastmods import LEAST_LOOKS, NIGHTS_IN_VAIN, REMEMBERED, says_nothing
from scraper.store.ledgers import Decision, LinkOutcome, list_link, look_at_source
from scraper.store.runs import start_run
from scraper.store.snapshot import write_snapshot
from tests.store.conftest import NIGHT, note_capture

URL = "https://baoapbac.vn/xay-dung-dang/202407/bai-viet-1/"


def nights(archive: Archive, count: int, *, edited: int = 0, looks: int = LEAST_LOOKS) -> None:
    """Nights on which articles were looked at again and sent whole, of which so many were edited."""
    look_at_source(
        archive, site="baoapbac", url="https://baoapbac.vn/sitemap.xml", kind="sitemap", at=NIGHT, whole=True,
        validators=None,
    )  # fmt: skip
    for number in range(count):
        at, run = NIGHT + timedelta(days=number), f"night {number}"
        start_run(archive, run, started=at, trigger="nightly", sites=["baoapbac"], version="0")
        for _ in range(looks):
            note_capture(archive, URL, at, run)
        with archive.transaction():
            archive.execute("UPDATE captures SET purpose = 'recheck' WHERE run = ?", (run,))
            archive.execute(
                "UPDATE run_sites SET recheck_requests = ?, edited = ? WHERE run = ?", (looks, edited, run)
            )


@pytest.mark.parametrize(
    ("count", "edited", "looks", "days", "unheeded"),
    [
        (NIGHTS_IN_VAIN, 0, LEAST_LOOKS, 5, True),
        (NIGHTS_IN_VAIN - 1, 0, LEAST_LOOKS, 5, False),
        (NIGHTS_IN_VAIN, 1, LEAST_LOOKS, 5, False),
        (NIGHTS_IN_VAIN, 0, LEAST_LOOKS - 1, 5, False),
        (NIGHTS_IN_VAIN, 0, LEAST_LOOKS, REMEMBERED.days + 1, False),
    ],
)
def test_nights_in_vain_are_counted(
    archive: Archive, count: int, edited: int, looks: int, days: int, unheeded: bool
) -> None:
    nights(archive, count, edited=edited, looks=looks)
    assert says_nothing(archive, "baoapbac", NIGHT + timedelta(days=days)) is unheeded


def test_what_is_not_heeded_costs_no_request_and_another_title_still_does(
    archive: Archive, sites: dict[str, Site], keep: Callable[..., Saved], tmp_path: Path
) -> None:
    saved = keep("1")
    entry = ListEntry(url=URL, date_text="2024-07-13T00:00:00Z", source=WitnessSource.SITEMAP)
    list_link(
        archive, site="baoapbac", key="1", url=URL, entry=entry, source="https://baoapbac.vn/sitemap.xml",
        at=NIGHT, run="night-1", first=Decision(LinkOutcome.COLLECTED, article=saved.id),
    )  # fmt: skip
    title = archive.value("SELECT title FROM articles")
    found = []
    for count in (0, NIGHTS_IN_VAIN):
        nights(archive, count)
        path = tmp_path / f"{count}.db"
        write_snapshot(archive, path, [sites["baoapbac"]], NIGHT + timedelta(days=4))
        with Snapshot(path) as snapshot:
            found.append(snapshot.edited("baoapbac", "1", title, "2024-07-13T00:00:00Z") is not None)
            assert snapshot.edited("baoapbac", "1", "Một tiêu đề khác hẳn bài kia", None) is not None
    assert found == [True, False]
