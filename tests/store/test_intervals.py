"""Articles whose page counts back to its date ("3 giờ trước"): kept as an interval, found by either of its days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from scraper.clock import VIETNAM
from scraper.items import Precision
from scraper.record import record
from scraper.store import Archive
from scraper.store.article_ids import first_id
from scraper.store.articles import Saved, article_ids, load_article
from scraper.store.filters import Filters

Keep = Callable[..., Saved]


def between(first: datetime, last: datetime, precision: Precision = Precision.HOUR) -> dict[str, Any]:
    shared = first.date() if first.date() == last.date() else None
    return {
        "published_text": "1 giờ trước",
        "published_at": None,
        "published_day": shared,
        "published_precision": precision,
        "published_earliest": first,
        "published_latest": last,
    }


OVER_MIDNIGHT = between(datetime(2024, 7, 10, 23, 30, tzinfo=VIETNAM), datetime(2024, 7, 11, 1, 0, tzinfo=VIETNAM))


def test_an_interval_over_a_midnight_has_no_day_and_sorts_by_its_beginning(archive: Archive, keep: Keep) -> None:
    saved = keep("1", **OVER_MIDNIGHT)
    row = archive.rows(
        "SELECT published_day, published_at, published_precision, published_earliest, published_latest FROM articles"
    )[0]
    assert tuple(row) == (None, None, "hour", "2024-07-10T23:30:00+07:00", "2024-07-11T01:00:00+07:00")
    assert saved.id == first_id(datetime(2024, 7, 10, 23, 30, tzinfo=VIETNAM), None)
    assert archive.value("SELECT published_at FROM revisions") == "2024-07-10T23:30:00+07:00"


def test_it_is_found_by_either_of_its_days(archive: Archive, keep: Keep) -> None:
    id_ = keep("1", **OVER_MIDNIGHT).id
    for since, until, found in (
        (date(2024, 7, 11), None, True),
        (None, date(2024, 7, 10), True),
        (date(2024, 7, 10), date(2024, 7, 10), True),
        (date(2024, 7, 12), None, False),
        (None, date(2024, 7, 9), False),
    ):
        assert (id_ in article_ids(archive, Filters(since=since, until=until))) is found, (since, until)  # type: ignore[operator]


def test_the_record_and_the_open_corpus_tell_it(archive: Archive, keep: Keep) -> None:
    id_ = keep("1", **OVER_MIDNIGHT).id
    assert id_ is not None
    said = record(load_article(archive, id_).article)
    assert (said["published_at"], said["published_precision"]) == (None, "hour")
    assert (said["published_earliest"], said["published_latest"]) == (
        "2024-07-10T23:30:00+07:00",
        "2024-07-11T01:00:00+07:00",
    )
    row = archive.rows("SELECT published_day, published_earliest, published_latest FROM open_corpus")[0]
    assert tuple(row) == (None, "2024-07-10T23:30:00+07:00", "2024-07-11T01:00:00+07:00")
    assert archive.rows("SELECT month, articles FROM monthly")[0]["month"] == "2024-07"


def test_a_later_look_that_counts_further_back_changes_no_date(archive: Archive, keep: Keep) -> None:
    id_ = keep("1", **OVER_MIDNIGHT).id
    wide = between(
        datetime(2024, 7, 9, 1, 30, tzinfo=VIETNAM), datetime(2024, 7, 11, 13, 30, tzinfo=VIETNAM), Precision.NONE
    )
    again = keep("1", hours=24, **wide)
    assert (again.id, archive.value("SELECT published_earliest FROM articles")) == (id_, "2024-07-10T23:30:00+07:00")
    assert archive.value("SELECT count(*) FROM revisions") == 1


def test_a_printed_day_takes_the_place_of_an_interval(archive: Archive, keep: Keep) -> None:
    keep("1", **OVER_MIDNIGHT)
    keep("1", hours=24)
    row = archive.rows("SELECT published_day, published_precision, published_earliest FROM articles")[0]
    assert tuple(row) == ("2024-07-11", "minute", None)
