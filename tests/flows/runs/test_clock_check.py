"""A night begins with a look for captures that are dated ahead of its clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.runs.clock_check import WrongClock, refuse_earlier_than_captures
from scraper.store import Archive, open_archive
from scraper.store.archive import moment
from scraper.store.misdated import MISDATED

NOW = datetime(2024, 7, 11, 18, 30, tzinfo=UTC)


def hold_capture(archive: Archive, at: datetime, kind: str) -> None:
    archive.execute(
        "INSERT INTO runs (id, night, trigger, started) VALUES ('1', '2024-07-12', 'nightly', ?)", (moment(NOW),)
    )
    archive.execute(
        "INSERT INTO captures (url, fetched_at, kind, purpose, origin, file, offset, record_id, bytes, run)"
        " VALUES ('https://example.vn/', ?, ?, 'article', 'live', '1.warc.gz', 0, '<1>', 0, '1')",
        (moment(at), kind),
    )


@pytest.mark.parametrize(
    ("ahead", "kind", "is_refused"),
    [(-9, "article", False), (9, "article", False), (11, "article", True), (11, MISDATED, False)],
)
def test_a_capture_of_a_later_time_refuses_the_clock_unless_it_was_taken_back(
    tmp_path: Path, ahead: int, kind: str, is_refused: bool
) -> None:
    with open_archive(tmp_path / "tinkhoi.db") as archive:
        hold_capture(archive, NOW + timedelta(minutes=ahead), kind)
        if is_refused:
            with pytest.raises(WrongClock, match="mend-times"):
                refuse_earlier_than_captures(archive, NOW)
        else:
            refuse_earlier_than_captures(archive, NOW)


def test_the_look_reads_no_captures_that_are_not_ahead(tmp_path: Path) -> None:
    asked: list[str] = []
    with open_archive(tmp_path / "tinkhoi.db") as archive:
        archive.connection.set_trace_callback(asked.append)
        refuse_earlier_than_captures(archive, NOW)
        archive.connection.set_trace_callback(None)
        (plan,) = (row["detail"] for row in archive.rows(f"EXPLAIN QUERY PLAN {asked[0]}"))
    assert plan == "SEARCH captures USING INDEX captures_fetched (fetched_at>?)"
