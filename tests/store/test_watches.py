"""Watchwords: what they find, in articles of before and after."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from scraper.items import Figure
from scraper.store import Archive
from scraper.store.articles import Saved, article_ids
from scraper.store.filters import Filters
from scraper.store.runs import run_summary, start_run
from scraper.store.watches import unwatch, watch, watches

Keep = Callable[..., Saved]
NIGHT = datetime(2024, 7, 11, 18, 30, tzinfo=UTC)


@pytest.fixture
def shelf(archive: Archive, keep: Keep) -> Archive:
    keep("title", title="Thi hành kỷ luật 3 đảng viên")
    keep("body", body=("Ủy ban Kiểm tra đã KỶ LUẬT một chi bộ.",))
    keep("caption", figures=(Figure(src="1.jpg", alt=None, caption="Hội nghị về kỷ luật của Đảng"),))
    keep("apart", body=("Ra quân dịp kỷ niệm.", "Tuyên truyền pháp luật."))
    keep("other-marks", body=("Một từ khác: kỳ luật.",))
    return archive


def hits(archive: Archive) -> list[tuple[str, str, str]]:
    return sorted(tuple(row) for row in archive.rows("SELECT watch, key, matched FROM watch_hits"))


def test_watchwords_find_what_was_there_before(shelf: Archive) -> None:
    assert watch(shelf, "kỷ  luật ", NIGHT)
    assert hits(shelf) == [
        ("kỷ luật", "body", "KỶ LUẬT"),
        ("kỷ luật", "caption", "kỷ luật"),
        ("kỷ luật", "title", "kỷ luật"),
    ]
    assert len(list(article_ids(shelf, Filters(topic="kỷ luật")))) == 3


@pytest.mark.parametrize("typed", ['"kỷ luật"', "“kỷ luật”", "«kỷ luật»", ' "kỷ"  luật'])
def test_a_phrase_in_quotes_is_followed_as_the_words_it_holds(typed: str, shelf: Archive) -> None:
    assert watch(shelf, typed, NIGHT)
    assert [(each.words, each.articles) for each in watches(shelf)] == [("kỷ luật", 3)]
    assert unwatch(shelf, typed)
    assert watches(shelf) == []


def test_a_watchword_that_was_kept_with_its_quotes_can_be_dropped(shelf: Archive) -> None:
    with shelf.transaction():
        shelf.execute("INSERT INTO watches (words, since) VALUES (?, ?)", ('"kỷ luật"', NIGHT.isoformat()))
    assert unwatch(shelf, '"kỷ luật"')
    assert watches(shelf) == []


def test_the_name_of_a_topic_is_not_followed_for_it_would_count_as_the_topic(shelf: Archive) -> None:
    before = [tuple(row) for row in shelf.rows("SELECT key, bloc FROM reading ORDER BY key")]
    assert not watch(shelf, "khoi", NIGHT) and not watch(shelf, '"ke-thua"', NIGHT)
    assert watches(shelf) == []
    assert watch(shelf, "khối", NIGHT)
    assert [tuple(row) for row in shelf.rows("SELECT key, bloc FROM reading ORDER BY key")] == before


def test_words_typed_without_marks_find_all_marks(shelf: Archive) -> None:
    assert watch(shelf, "ky luat", NIGHT)
    assert [key for _, key, _ in hits(shelf)] == ["body", "caption", "other-marks", "title"]


def test_watchwords_follow_what_comes_and_what_changes(shelf: Archive, keep: Keep) -> None:
    watch(shelf, "kỷ luật", NIGHT)
    keep("new", title="Nghiêm kỷ luật")
    keep("title", hours=24, title="Thi hành án")
    assert [key for _, key, _ in hits(shelf)] == ["body", "caption", "new"]


def test_watchwords_are_listed_and_dropped(shelf: Archive) -> None:
    watch(shelf, "kỷ luật", NIGHT)
    watch(shelf, "kỷ luật", NIGHT + timedelta(days=1))
    assert [(each.words, each.since[:10], each.articles) for each in watches(shelf)] == [("kỷ luật", "2024-07-11", 3)]
    assert unwatch(shelf, "kỷ luật")
    assert not unwatch(shelf, "kỷ luật")
    assert (hits(shelf), watches(shelf)) == ([], [])


@pytest.mark.parametrize("nothing", ["", "🙂", "-", '""'])
def test_what_has_no_word_is_not_followed(shelf: Archive, nothing: str) -> None:
    assert not watch(shelf, nothing, NIGHT)
    assert watches(shelf) == []


@pytest.mark.parametrize(
    "words", ["35-CT/TW", "Ban Chỉ đạo 35", '"kỷ luật', "kỷ luật*", "a AND NOT (b", "Đảng -viên mới"]
)
def test_words_are_never_syntax(shelf: Archive, keep: Keep, words: str) -> None:
    keep("verbatim", title=f"Về {words} của Đảng")
    watch(shelf, words, NIGHT)
    assert "verbatim" in [key for _, key, _ in hits(shelf)]


def test_the_run_counts_its_new_articles_alone(shelf: Archive, keep: Keep) -> None:
    watch(shelf, "kỷ luật", NIGHT)
    watch(shelf, "khởi tố", NIGHT)
    start_run(shelf, "night-2", started=NIGHT, trigger="nightly", sites=["baoapbac"], version="0")
    keep("one", run="night-2", hours=24, title="Kỷ luật Đảng", body=("Nghiêm kỷ luật.",))
    keep("two", run="night-2", hours=24, title="Kỷ luật lao động")
    assert run_summary(shelf, "night-2").new_by_watch == {"kỷ luật": 2}
