from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from scraper.items import Figure
from scraper.store import Archive
from scraper.store.articles import Saved, What, load_article
from scraper.store.revisions import Change, Words, history, paragraphs, word_diff
from scraper.store.runs import start_run

NIGHT = datetime(2024, 7, 11, 18, 30, tzinfo=UTC)
VIETNAM = timezone(timedelta(hours=7))
Keep = Callable[..., Saved]


@pytest.mark.parametrize(
    ("changed", "silent"),
    [
        ({"title": "Đảng ủy Khối sơ kết 6 tháng"}, True),
        ({"lead": None}, True),
        ({"kicker": "Đảng bộ Khối:"}, True),
        ({"body": ("Đoạn thứ nhất của bài viết.",)}, True),
        ({"figures": ()}, True),
        ({"published_at": datetime(2024, 7, 11, 15, 52, tzinfo=VIETNAM)}, True),
        ({"title": "Mới", "updated_at": datetime(2024, 7, 12, 8, 0, tzinfo=VIETNAM)}, False),
    ],
)
def test_changed_words_or_date_are_a_revision_and_silent_where_the_page_does_not_say_so(
    archive: Archive, keep: Keep, changed: dict[str, Any], silent: bool
) -> None:
    keep()
    saved = keep(hours=24, **changed)
    assert (saved.what, saved.silent) == (What.EDITED, silent)
    rows = archive.rows("SELECT number, why, silent, run FROM edits")
    assert [tuple(row) for row in rows] == [(2, "edited", int(silent), "night-1")]


@pytest.mark.parametrize(
    "changed",
    [
        {"tags": ("khác",)},
        {"author": "KHÁC"},
        {"section": "Khác"},
        {"figures": (Figure(src="https://x.vn/khac.jpg", alt="Khác", caption="Đại biểu dự hội nghị."),)},
        {"topics": ()},
        {"updated_at": datetime(2024, 7, 12, 8, 0, tzinfo=VIETNAM)},
        {"parser": "apbac/2"},
    ],
)
def test_what_is_not_words_is_kept_up_to_date_without_a_revision(
    archive: Archive, keep: Keep, changed: dict[str, Any]
) -> None:
    keep()
    saved = keep(hours=24, **changed)
    assert saved.what is What.UNCHANGED
    stored = load_article(archive, saved.id or 0)
    for name, value in changed.items():
        assert getattr(stored.article, name) == value
    assert stored.revision == 1
    assert archive.value("SELECT count(*) FROM revisions") == 1


def test_other_words_from_the_same_page_are_the_parsers_doing(archive: Archive, keep: Keep) -> None:
    keep(digest="sha1:AAAA")
    assert keep(hours=24, digest="sha1:AAAA", title="Khác").what is What.PARSER
    assert keep(hours=48, title="Khác nữa", parser="apbac/2").what is What.PARSER
    assert [row[0] for row in archive.rows("SELECT why FROM revisions ORDER BY number")] == [
        "first",
        "parser",
        "parser",
    ]


def test_every_revision_has_its_words_though_only_replaced_ones_are_stored_twice(
    archive: Archive, keep: Keep
) -> None:
    keep(body=("Một.", "Hai."))
    keep(hours=24, body=("Một.", "Ba."))
    saved = keep(hours=48, body=("Một.", "Ba.", "Bốn."))
    found = history(archive, saved.id or 0)
    assert [r.words.body for r in found] == [("Một.", "Hai."), ("Một.", "Ba."), ("Một.", "Ba.", "Bốn.")]
    assert [r.number for r in found] == [1, 2, 3]
    assert all(r.words.hash == r.text_hash for r in found)
    stored = [row[0] is None for row in archive.rows("SELECT content FROM revisions ORDER BY number")]
    assert stored == [False, False, True]


def test_a_new_revision_is_found_by_its_new_words_alone(archive: Archive, keep: Keep) -> None:
    keep(title="Thi hành kỷ luật 8 đảng viên")
    keep(hours=24, title="Thi hành kỷ luật chín đảng viên")
    for word, hits in (("chin", 1), ("8", 0), ("ky", 1)):
        query = "SELECT count(*) FROM articles_fts WHERE articles_fts MATCH ?"
        assert archive.value(query, (f"title:{word}",)) == hits, word


def test_the_same_words_after_another_run_are_no_revision(archive: Archive, keep: Keep) -> None:
    keep()
    start_run(archive, "night-2", started=NIGHT + timedelta(days=1), trigger="nightly", sites=[], version="0")
    keep(hours=24, run="night-2")
    assert archive.value("SELECT count(*) FROM revisions") == 1
    assert archive.value("SELECT count(*) FROM last_night") == 0


def _words(*body: str, title: str = "Tiêu đề") -> Words:
    return Words(None, title, None, body, ())


def test_a_diff_says_which_words_went_and_came() -> None:
    before = _words("Đảng ủy Khối xử lý 3 đảng viên, cơ sở xử lý 7.")
    after = _words("Đảng ủy Khối xử lý 4 đảng viên, cơ sở xử lý 7.")
    assert word_diff(before, after) == [
        Change("kept", "Tiêu đề\nĐảng ủy Khối xử lý "),
        Change("removed", "3 "),
        Change("added", "4 "),
        Change("kept", "đảng viên, cơ sở xử lý 7."),
    ]


def test_the_last_word_of_a_line_went_and_came_on_that_line() -> None:
    before, after = _words("Nhiệm kỳ cũ.", "Đoạn sau."), _words("Nhiệm kỳ mới.", "Đoạn sau.")
    assert word_diff(before, after) == [
        Change("kept", "Tiêu đề\nNhiệm kỳ "),
        Change("removed", "cũ."),
        Change("added", "mới."),
        Change("kept", "\nĐoạn sau."),
    ]


def test_a_diff_gives_both_texts_back() -> None:
    before = _words("Một hai ba.", "Bốn năm.", title="Cũ  hơn")
    after = _words("Một ba.", "Xen giữa.", "Bốn năm sáu.")
    changes = word_diff(before, after)
    assert "".join(c.text for c in changes if c.kind != "added") == before.text
    assert "".join(c.text for c in changes if c.kind != "removed") == after.text
    assert word_diff(before, before) == [Change("kept", before.text)]


def test_the_hash_tells_paragraphs_from_one_another() -> None:
    assert _words("Một", "Hai").hash != _words("Một Hai").hash
    assert Words("a", "b", None, (), ()).hash != Words(None, "a", "b", (), ()).hash
    again = Words.from_json(_words("Một", "Hai").to_json())
    assert again == _words("Một", "Hai")


def test_no_body_has_no_paragraphs() -> None:
    assert paragraphs("") == ()
    assert paragraphs("Một.\n\nHai.") == ("Một.", "Hai.")
