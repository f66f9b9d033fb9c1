"""The same text at several sites is one story, whoever printed it first; nothing else is."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from scraper.store import Archive, open_archive
from scraper.store.articles import Saved, forget
from scraper.store.stories import LEAST, SKETCH, _sketch, are_one_story, find_stories, places, shingles

VIETNAM = timezone(timedelta(hours=7))
Keep = Callable[..., Saved]
_SYLLABLES = ["công", "tác", "đảng", "viên", "chi", "bộ", "hội", "nghị", "kiểm", "tra", "quyết", "cán"]


def agency_text(seed: int, paragraphs: int = 5) -> tuple[str, ...]:
    """Paragraphs of fifty words that no other seed has."""
    chance = random.Random(seed)
    return tuple(
        " ".join(f"{chance.choice(_SYLLABLES)}{chance.randrange(100)}" for _ in range(50)) + "."
        for _ in range(paragraphs)
    )


def at(day: int, hour: int = 8) -> datetime:
    return datetime(2024, 7, day, hour, tzinfo=VIETNAM)


def story_rows(archive: Archive) -> list[tuple[object, ...]]:
    return [
        tuple(row)
        for row in archive.rows(
            "SELECT place, places, site, key, first_source, same_title, words_more FROM stories ORDER BY story, place"
        )
    ]


def test_two_papers_that_print_the_same_agency_text_are_one_story(archive: Archive, keep: Keep) -> None:
    text = agency_text(1)
    keep("1", site="baobinhdinh", published_at=at(10, 9), title="Kết thúc Đảng bộ Khối", lead=None, body=text)
    keep("2", site="baoapbac", published_at=at(10, 7), title="Kết thúc Đảng bộ Khối", lead=None, body=text)
    edited = (text[0].upper(), *text[1:4])
    keep("3", site="baodongthap", published_at=at(11), title="Ngày cuối của Khối", lead=None, body=edited)
    keep("4", site="baodongthap", published_at=at(10), title="Kết thúc Đảng bộ Khối", lead=None, body=agency_text(2))
    assert find_stories(archive).together == 3
    assert story_rows(archive) == [
        (1, 3, "baoapbac", "2", "Báo Tiền Giang", 1, 0),
        (2, 3, "baobinhdinh", "1", "Báo Tiền Giang", 1, 0),
        (3, 3, "baodongthap", "3", "Báo Tiền Giang", 0, -51),  # a paragraph of 50 words less, a title of one less
    ]
    assert archive.value("SELECT count(*) FROM articles") == 4


def test_an_untimed_article_of_the_same_day_is_not_called_the_first(archive: Archive, keep: Keep) -> None:
    text = agency_text(1)
    keep("1", site="baobinhdinh", published_at=None, lead=None, body=text)  # of 11 July, without a time
    keep("2", site="baoapbac", published_at=at(11, 15), lead=None, body=text)
    find_stories(archive)
    assert [row[2] for row in story_rows(archive)] == ["baoapbac", "baobinhdinh"]


def test_what_is_not_one_story(archive: Archive, keep: Keep) -> None:
    text = agency_text(1)
    keep("1", published_at=at(10), lead=None, body=text)
    keep("2", published_at=at(10), lead=None, body=text)  # the same site: a form, or one article filed twice
    keep("3", site="baobinhdinh", published_at=at(20), lead=None, body=text)  # days later
    keep("4", site="baodongthap", published_at=at(10), lead=None, body=agency_text(2) + text[:1])
    keep("5", site="baobinhdinh", published_at=at(10), lead=None, body=("Tin ngắn.",))
    keep("6", site="baodongthap", published_at=at(10), lead=None, body=("Tin ngắn.",))
    assert find_stories(archive).together == 0
    assert story_rows(archive) == []


def test_only_articles_with_new_words_are_compared(archive: Archive, keep: Keep) -> None:
    keep("1", lead=None, body=agency_text(1))
    assert find_stories(archive).articles == 1
    assert find_stories(archive).articles == 0
    keep("1", hours=24, lead=None, body=agency_text(1), tags=("khác",))
    assert find_stories(archive).articles == 0
    keep("2", site="baobinhdinh", lead=None, body=agency_text(1))
    assert find_stories(archive).articles == 1
    assert [row[3] for row in story_rows(archive)] == ["1", "2"]


def test_an_edit_can_end_a_story_and_begin_one(archive: Archive, keep: Keep) -> None:
    first = keep("1", lead=None, body=agency_text(1))
    keep("2", site="baobinhdinh", lead=None, body=agency_text(1))
    find_stories(archive)
    assert len(places(archive, first.id or 0)) == 2
    keep("2", hours=24, site="baobinhdinh", lead=None, body=agency_text(2))
    find_stories(archive)
    assert story_rows(archive) == []
    keep("3", site="baodongthap", lead=None, body=agency_text(2))
    find_stories(archive)
    assert [row[3] for row in story_rows(archive)] == ["2", "3"]


def test_two_stories_that_a_third_text_joins_are_one(archive: Archive, keep: Keep) -> None:
    one, other = agency_text(1), agency_text(2)
    keep("1", lead=None, body=one)
    keep("2", site="baobinhdinh", lead=None, body=other)
    find_stories(archive)
    keep("3", site="baodongthap", lead=None, body=one + other)
    find_stories(archive)
    assert [row[3] for row in story_rows(archive)] == ["1", "2", "3"]


def test_a_forgotten_article_leaves_its_story(archive: Archive, keep: Keep) -> None:
    keep("1", lead=None, body=agency_text(1))
    keep("2", site="baobinhdinh", lead=None, body=agency_text(1))
    find_stories(archive)
    forget(archive, "baobinhdinh/2", at=at(12))
    assert story_rows(archive) == []
    assert archive.value("SELECT count(DISTINCT article) FROM shingles") == 1
    assert archive.rows("PRAGMA foreign_key_check") == []


@given(
    st.lists(st.integers(0, 2**32 - 1), max_size=60),
    st.integers(1, 2**32 - 1),
    st.integers(0, 400),
    st.integers(1, 3),
)
def test_a_sketch_is_the_smallest_of_all_hashes(some: list[int], step: int, more: int, times: int) -> None:
    hashes = [*some, *(step * place % 2**32 for place in range(more))] * times
    distinct = sorted(set(hashes))
    assert _sketch(hashes) == (distinct[:SKETCH] if len(distinct) >= LEAST else [])


def test_a_corrected_date_takes_the_sketch_along(archive: Archive, keep: Keep) -> None:
    keep("1", lead=None, body=agency_text(1))
    find_stories(archive)
    moved = keep("1", hours=24, lead=None, body=agency_text(1), published_at=at(9))
    keep("2", site="baobinhdinh", published_at=at(9), lead=None, body=agency_text(1))
    find_stories(archive)
    assert moved.id in [row[0] for row in archive.rows("SELECT id FROM stories")]


def test_the_work_of_one_call_is_bounded_and_the_rest_is_left(archive: Archive, keep: Keep) -> None:
    for key in range(5):
        keep(str(key), lead=None, body=agency_text(key))
    assert (done := find_stories(archive, most=3)).articles == 3 and done.left == 2
    assert find_stories(archive).left == 0


def test_an_archive_made_before_there_were_stories_is_compared_whole(
    tmp_path: Path, begin: Callable[[Path], Archive], keeper: Callable[[Archive], Keep]
) -> None:
    path = tmp_path / "older.db"
    with begin(path) as archive:
        keep = keeper(archive)
        keep("1", lead=None, body=agency_text(1))
        keep("2", site="baobinhdinh", lead=None, body=agency_text(1))
        for statement in (
            "DROP VIEW stories",
            "DROP TABLE shingles",
            "DROP TRIGGER articles_to_compare",
            "DROP TRIGGER articles_to_compare_again",
            "DROP TABLE uncompared",
            "DELETE FROM _sqlite_migrations WHERE name = 'stories'",
            "DELETE FROM about WHERE name = 'views'",
        ):
            archive.execute(statement)
    with open_archive(path) as again:
        assert find_stories(again).articles == 2
        assert len(story_rows(again)) == 2


@settings(max_examples=50, deadline=None)
@given(cut=st.integers(0, 249), seed=st.integers(0, 1000))
def test_a_text_and_a_part_of_it_are_one_story_where_the_part_is_long_enough(cut: int, seed: int) -> None:
    words = " ".join(agency_text(seed)).split()
    whole, part = shingles([" ".join(words)]), shingles([" ".join(words[: len(words) - cut])])
    assert are_one_story(whole, part) == (len(part) >= LEAST)
    assert not are_one_story(whole, shingles(agency_text(seed + 1)))
