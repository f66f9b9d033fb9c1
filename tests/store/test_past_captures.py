from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path

import pytest

from scraper.items import Article
from scraper.store import Archive
from scraper.store.articles import Saved, Seen, What, save_article
from scraper.store.revisions import history

NIGHT = datetime(2024, 7, 11, 18, 30, tzinfo=UTC)
Keep = Callable[..., Saved]


def said(archive: Archive, article: int) -> list[tuple[int, str, float, str]]:
    """Number, title, hours since the first night and reason of each revision."""
    return [
        (r.number, r.words.title, (datetime.fromisoformat(r.seen_at) - NIGHT) / timedelta(hours=1), r.why)
        for r in history(archive, article)
    ]


def only(archive: Archive) -> int:
    ids = archive.rows("SELECT id FROM articles")
    assert len(ids) == 1
    return int(ids[0][0])


def test_an_older_capture_becomes_the_first_revision(archive: Archive, keep: Keep) -> None:
    keep(title="Mới")
    assert keep(hours=-48, title="Cũ").what is What.EARLIER
    assert said(archive, only(archive)) == [(1, "Cũ", -48.0, "first"), (2, "Mới", 0.0, "edited")]
    assert archive.value("SELECT title FROM articles") == "Mới"
    assert archive.value("SELECT since FROM articles") == (NIGHT - timedelta(hours=48)).isoformat()


def test_an_older_capture_of_the_same_words_moves_their_first_sight(archive: Archive, keep: Keep) -> None:
    keep(title="Một")
    assert keep(hours=-48, title="Một").what is What.OLDER
    assert said(archive, only(archive)) == [(1, "Một", -48.0, "first")]
    assert archive.value("SELECT captured_at FROM articles") == NIGHT.isoformat()


def test_words_that_came_and_went_stand_between(archive: Archive, keep: Keep) -> None:
    keep(title="Một")
    keep(hours=48, title="Một")
    assert keep(hours=24, title="Hai").what is What.EARLIER
    assert said(archive, only(archive)) == [
        (1, "Một", 0.0, "first"),
        (2, "Hai", 24.0, "edited"),
        (3, "Một", 48.0, "edited"),
    ]


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_the_order_of_reading_does_not_matter(
    order: tuple[int, ...], tmp_path: Path, begin: Callable[[Path], Archive], keeper: Callable[[Archive], Keep]
) -> None:
    captures = [(0, "Một"), (24, "Hai"), (48, "Một"), (72, "Ba")]
    with begin(tmp_path / "tinkhoi.db") as archive:
        for index in order:
            hours, title = captures[index]
            keeper(archive)(hours=hours, title=title)
        assert said(archive, only(archive)) == [
            (1, "Một", 0.0, "first"),
            (2, "Hai", 24.0, "edited"),
            (3, "Một", 48.0, "edited"),
            (4, "Ba", 72.0, "edited"),
        ]
        assert archive.value("SELECT title FROM articles") == "Ba"


def test_a_capture_that_is_known_changes_nothing_when_read_again(
    archive: Archive, keep: Keep, article: Callable[..., Article]
) -> None:
    keep(title="Một")
    keep(hours=24, title="Hai")
    first = archive.value("SELECT capture FROM revisions WHERE number = 1")
    url = article().url
    saved = save_article(archive, article(title="Một, đọc lại"), Seen(capture=first, run="night-1", url=url))
    assert saved.what is What.OLDER
    assert [row[1] for row in said(archive, only(archive))] == ["Một", "Hai"]
