from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from scraper.addresses import same_address
from scraper.items import Article, Evidence, Figure, Precision, Problem, Topic
from scraper.store import Archive
from scraper.store.article_ids import first_id
from scraper.store.articles import (
    Saved,
    What,
    add_addresses,
    article_ids,
    confirm,
    find_article,
    forget,
    load_article,
    mark_absent,
)
from scraper.store.filters import Filters
from scraper.store.runs import start_run

NIGHT = datetime(2024, 7, 11, 18, 30, tzinfo=UTC)
VIETNAM = timezone(timedelta(hours=7))
Keep = Callable[..., Saved]


def test_an_article_comes_back_as_it_was_kept(archive: Archive, keep: Keep, article: Callable[..., Article]) -> None:
    said: dict[str, Any] = {
        "kicker": "Đảng bộ Khối:",
        "figures": (
            Figure(src="https://x.vn/1.jpg", alt=None, caption="Chú thích"),
            Figure(src="b", alt="c", caption=None),
        ),
        "date_evidence": (Evidence(source="address", text="202407", reads="2024-07", agrees=True),),
        "problems": (Problem(kind="weekday", detail="Thứ Tư, 11/07/2024"),),
        "topics": (Topic(topic="khoi", words="Đảng ủy Khối", rule="r"), Topic(topic="ke-thua", words="w", rule="s")),
        "updated_at": datetime(2024, 7, 11, 16, 2, tzinfo=VIETNAM),
    }
    saved = keep("1", **said)
    assert saved.what is What.NEW and saved.id is not None
    stored = load_article(archive, saved.id)
    expected = article("1", **said)
    assert {t.topic for t in stored.article.topics} == {"khoi", "ke-thua"}
    for name in (
        "site", "key", "url", "urls", "title", "kicker", "lead", "body", "masthead", "author", "section", "tags",
        "figures", "published_text", "published_at", "published_day", "published_precision", "date_evidence",
        "updated_at", "captured_at", "parser", "problems",
    ):  # fmt: skip
        assert getattr(stored.article, name) == getattr(expected, name), name
    assert (stored.revision, stored.state, stored.file) == (1, "live", "night-1.warc.gz")


def test_a_day_without_a_time_stays_a_day(archive: Archive, keep: Keep) -> None:
    saved = keep("1", published_at=None)
    row = archive.rows("SELECT published_at, published_day, published_precision FROM articles")[0]
    assert tuple(row) == (None, "2024-07-11", "day")
    assert saved.id == first_id(datetime(2024, 7, 11, 0, 0, tzinfo=VIETNAM), None)


def test_the_printed_day_is_that_of_the_page_not_of_utc(archive: Archive, keep: Keep) -> None:
    keep("1", published_at=datetime(2024, 7, 11, 5, 30, tzinfo=VIETNAM))
    assert archive.value("SELECT published_day FROM articles") == "2024-07-11"


def test_ids_are_in_the_order_of_publication_whatever_the_order_of_saving(archive: Archive, keep: Keep) -> None:
    days = {"c": 3, "a": 1, "d": 4, "b": 2}
    for key, day in days.items():
        keep(key, published_at=datetime(2024, 7, day, 8, 0, tzinfo=VIETNAM))
    keep("b2", published_at=datetime(2024, 7, 2, 8, 0, tzinfo=VIETNAM))
    newest_first = [row[0] for row in archive.rows("SELECT key FROM articles ORDER BY id DESC")]
    assert newest_first == ["d", "c", "b2", "b", "a"]
    assert [load_article(archive, id_).article.key for id_ in article_ids(archive)] == newest_first


def test_a_full_minute_spills_into_the_next(archive: Archive, keep: Keep) -> None:
    first = keep("first", published_at=None).id
    assert first is not None
    with archive.transaction():
        archive.execute("UPDATE articles SET id = ? WHERE id = ?", (first + 1023, first))
    assert keep("second", published_at=None).id == first + 1024
    assert keep("third", published_at=None).id == first + 1025


def test_a_look_at_an_unchanged_article_moves_only_its_last_seen(archive: Archive, keep: Keep) -> None:
    keep()
    before = dict(archive.rows("SELECT * FROM articles")[0])
    assert keep(hours=24).what is What.UNCHANGED
    after = dict(archive.rows("SELECT * FROM articles")[0])
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"last_seen", "last_looked"}
    assert archive.value("SELECT count(*) FROM revisions") == 1


def test_an_older_capture_never_overwrites_a_newer_one(archive: Archive, keep: Keep) -> None:
    keep(title="Tiêu đề mới")
    assert keep(hours=-48, title="Tiêu đề cũ").what is What.EARLIER
    row = archive.rows("SELECT title, first_seen, revision FROM articles")[0]
    assert tuple(row) == ("Tiêu đề mới", (NIGHT - timedelta(hours=48)).isoformat(), 2)


def test_a_second_address_is_noted_and_does_not_replace_the_first(archive: Archive, keep: Keep) -> None:
    desktop = "https://baoapbac.vn/xay-dung-dang/202407/bai-viet-1/"
    mobile = f"{desktop}index.htm"
    keep("1")
    saved = keep(
        "1", hours=0.1, read_from=mobile, urls=(desktop, mobile), published_text="Cập nhật: 16:00, 11/07/2024 (GMT+7)"
    )
    assert saved.what is What.UNCHANGED
    stored = load_article(archive, saved.id or 0)
    assert stored.article.published_text == "Thứ Năm, 11/07/2024, 15:51 (GMT+7)"
    assert set(stored.article.urls) == {desktop, mobile}


def test_the_own_address_replaces_a_second_one_of_the_same_night_without_a_revision(
    archive: Archive, keep: Keep
) -> None:
    desktop = "https://baoapbac.vn/xay-dung-dang/202407/bai-viet-1/"
    late = datetime(2024, 7, 11, 19, 4, tzinfo=VIETNAM)
    keep("1", read_from=f"{desktop}index.htm", urls=(desktop, f"{desktop}index.htm"), published_at=late)
    saved = keep("1", hours=0.1)
    row = archive.rows("SELECT published_at, revision, id FROM articles")[0]
    assert tuple(row) == ("2024-07-11T15:51:00+07:00", 1, saved.id)
    assert archive.value("SELECT count(*) FROM revisions") == 1
    assert archive.value("SELECT published_at FROM revisions") == "2024-07-11T15:51:00+07:00"


def test_a_corrected_date_moves_the_article_and_all_that_belongs_to_it(archive: Archive, keep: Keep) -> None:
    first = keep()
    saved = keep(hours=24, published_at=datetime(2024, 7, 10, 9, 0, tzinfo=VIETNAM))
    assert saved.id == first_id(datetime(2024, 7, 10, 9, 0, tzinfo=VIETNAM), None) != first.id
    for table in ("figures", "topics", "addresses", "revisions"):
        assert {row[0] for row in archive.rows(f"SELECT article FROM {table}")} == {saved.id}, table
    assert [r[0] for r in archive.rows("SELECT rowid FROM articles_fts WHERE articles_fts MATCH 'khoi'")] == [
        saved.id
    ]
    assert archive.rows("PRAGMA foreign_key_check") == []


def test_gone_is_a_state_and_the_words_stay(archive: Archive, keep: Keep, capture: Callable[..., int]) -> None:
    saved = keep("1")
    url = "https://baoapbac.vn/xay-dung-dang/202407/bai-viet-1/"
    row = capture(url, 24, status=404)
    at = NIGHT + timedelta(hours=24)
    assert mark_absent(archive, saved.id or 0, url, state="gone", reason="http 404", at=at, capture=row)
    assert not mark_absent(archive, saved.id or 0, url, state="gone", reason="http 404", at=at, capture=row)
    kept = archive.rows("SELECT title, state, since, state_reason FROM articles")[0]
    assert tuple(kept) == ("Đảng ủy Khối sơ kết 6 tháng đầu năm", "gone", at.isoformat(), "http 404")
    assert [tuple(r) for r in archive.rows("SELECT key, state, reason FROM vanished")] == [("1", "gone", "http 404")]
    keep("1", hours=48)
    back = archive.rows("SELECT state, since FROM articles")[0]
    assert tuple(back) == ("live", (NIGHT + timedelta(hours=48)).isoformat())
    assert archive.rows("SELECT * FROM vanished") == []


def test_a_second_address_or_an_older_look_that_is_gone_says_nothing(
    archive: Archive, keep: Keep, capture: Callable[..., int]
) -> None:
    saved = keep("1")
    url = "https://baoapbac.vn/xay-dung-dang/202407/bai-viet-1/"
    row = capture(url, status=404)
    for address, hours in ((f"{url}index.htm", 24), (url, -24)):
        at = NIGHT + timedelta(hours=hours)
        assert not mark_absent(archive, saved.id or 0, address, state="gone", reason="http 404", at=at, capture=row)
    assert archive.value("SELECT state FROM articles") == "live"


def test_not_modified_brings_a_gone_article_back(archive: Archive, keep: Keep, capture: Callable[..., int]) -> None:
    saved = keep("1")
    url = "https://baoapbac.vn/xay-dung-dang/202407/bai-viet-1/"
    mark_absent(
        archive,
        saved.id or 0,
        url,
        state="gone",
        reason="http 404",
        at=NIGHT + timedelta(hours=24),
        capture=capture(url),
    )
    confirm(archive, saved.id or 0, NIGHT + timedelta(hours=48))
    row = archive.rows("SELECT state, last_seen FROM articles")[0]
    assert tuple(row) == ("live", (NIGHT + timedelta(hours=48)).isoformat())


def test_most_words_gone_is_not_believed_until_seen_again(archive: Archive, keep: Keep) -> None:
    long = tuple(f"Đoạn {number} với mười chữ viết ra ở đây." for number in range(30))
    keep(body=long)
    assert keep(hours=24, body=long[:1]).what is What.SHRUNK
    assert archive.value("SELECT body FROM articles") == "\n\n".join(long)
    assert archive.value("SELECT count(*) FROM problems WHERE kind = 'shrunk' AND closed IS NULL") == 1
    assert keep(hours=48, body=long[:1]).what is What.EDITED
    assert archive.value("SELECT body FROM articles") == long[0]
    assert archive.value("SELECT count(*) FROM problems WHERE closed IS NULL") == 0


def test_a_problem_is_closed_when_it_is_no_more(archive: Archive, keep: Keep) -> None:
    weekday = (Problem(kind="weekday", detail="Thứ Tư, 11/07/2024"),)
    keep(problems=weekday)
    keep(hours=24, problems=weekday)
    row = archive.rows("SELECT first_seen, last_seen, closed FROM problems")[0]
    assert tuple(row) == (NIGHT.isoformat(), (NIGHT + timedelta(hours=24)).isoformat(), None)
    keep(hours=72)
    assert archive.value("SELECT closed FROM problems") == (NIGHT + timedelta(hours=72)).isoformat()


def test_a_moved_article_keeps_its_identity(archive: Archive, keep: Keep) -> None:
    first = keep("1")
    saved = keep("2", hours=24, same_as=first.id)
    assert saved.id == first.id and saved.what is What.UNCHANGED
    row = archive.rows("SELECT key, url FROM articles")[0]
    assert tuple(row) == ("1", "https://baoapbac.vn/xay-dung-dang/202407/bai-viet-2/")
    assert keep("2", hours=48).id == first.id
    assert archive.value("SELECT count(*) FROM articles") == 1
    assert len(load_article(archive, saved.id or 0).article.urls) == 2


def test_an_article_is_found_by_key_and_by_any_address(archive: Archive, keep: Keep) -> None:
    id_ = keep("1").id
    other = keep("1", site="baobinhdinh").id
    alias = "https://www.baoapbac.vn/tin-cu/1.html"
    assert id_ is not None
    with archive.transaction():
        add_addresses(archive, id_, "baoapbac", [(alias, "1")], NIGHT)
    assert find_article(archive, "baoapbac/1") == id_
    assert find_article(archive, "baobinhdinh/1") == other
    assert find_article(archive, alias) == id_
    assert find_article(archive, "1") is None  # two sites have it
    keep("2")
    assert load_article(archive, find_article(archive, "2") or 0).article.key == "2"
    for nothing in ("", "/", "baoapbac/", "x/y/z", "%"):
        assert find_article(archive, nothing) is None


def test_a_forgotten_article_is_deleted_with_its_words_and_never_kept_again(archive: Archive, keep: Keep) -> None:
    keep("1")
    keep("2")
    url = "https://baoapbac.vn/xay-dung-dang/202407/bai-viet-1/"
    assert forget(archive, url, at=NIGHT, reason="asked for") == ("baoapbac", "1")
    assert forget(archive, url, at=NIGHT) is None
    assert keep("1", hours=24) == Saved(None, What.FORGOTTEN)
    assert [row[0] for row in archive.rows("SELECT key FROM articles")] == ["2"]
    assert archive.value("SELECT count(*) FROM articles_fts WHERE articles_fts MATCH 'khoi'") == 1
    for table in ("figures", "topics", "addresses", "revisions"):
        assert archive.value(f"SELECT count(DISTINCT article) FROM {table}") == 1, table


def test_a_paragraph_of_two_lines_is_refused(archive: Archive, keep: Keep) -> None:
    with pytest.raises(ValueError, match="more than one line"):
        keep(body=("một\nhai",))
    assert archive.value("SELECT count(*) FROM articles") == 0


@pytest.mark.parametrize(
    ("chosen", "keys"),
    [
        ({"site": "baobinhdinh"}, ["b"]),
        ({"province": "Tiền Giang"}, ["a", "d"]),
        ({"province": "dong thap"}, ["a", "c", "d"]),  # Tiền Giang became a part of it
        ({"section": "xay dung dang"}, ["a", "b", "c"]),
        ({"author": "mai"}, ["a", "b", "c"]),
        ({"topic": "khoi"}, ["a", "b", "c"]),
        ({"since": date(2024, 7, 12)}, ["b", "c"]),
        ({"until": date(2024, 7, 11)}, ["a", "d"]),
        ({"since": date(2024, 7, 12), "until": date(2024, 7, 12)}, ["b"]),
        ({"site": "baoapbac", "since": date(2024, 7, 12)}, []),
        ({"province": "Atlantis"}, []),
    ],
)
def test_articles_are_chosen_by_what_is_known_of_them(
    archive: Archive, keep: Keep, chosen: dict[str, Any], keys: list[str]
) -> None:
    keep("a")
    keep("b", site="baobinhdinh", published_at=datetime(2024, 7, 12, 0, 5, tzinfo=VIETNAM))
    keep("c", site="baodongthap", published_at=datetime(2024, 7, 13, 23, 55, tzinfo=VIETNAM))
    keep("d", section="Kinh tế", author="THU HOÀI", topics=(), published_at=None, published_precision=Precision.DAY)
    assert sorted(load_article(archive, id_).article.key for id_ in article_ids(archive, Filters(**chosen))) == keys


def test_addresses_that_differ_in_scheme_www_and_slash_are_one() -> None:
    assert same_address("http://www.baoapbac.vn/a-1", "https://baoapbac.vn/a-1/")
    assert not same_address("https://baoapbac.vn/a-1/", "https://baoapbac.vn/a-1/index.htm")
    assert not same_address("https://baoapbac.vn/?id=1", "https://baoapbac.vn/?id=2")


def test_a_run_is_not_begun_twice(archive: Archive) -> None:
    with pytest.raises(ValueError, match="night-1"):
        start_run(archive, "night-1", started=NIGHT, trigger="manual", sites=[], version="0")
