from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper.store import Archive
from scraper.store.articles import Saved
from scraper.store.facets import facets
from scraper.store.filters import Filters
from scraper.store.search import (
    RANKED,
    SPELLED,
    check_index,
    reindex,
    search,
)

NIGHT = datetime(2024, 7, 11, 18, 30, tzinfo=UTC)
VIETNAM = timezone(timedelta(hours=7))
Keep = Callable[..., Saved]

# key: day of July 2024 and words. No article has words that are not written here.
TEXTS: dict[str, tuple[int, dict[str, Any]]] = {
    "khoi": (
        11,
        {
            "title": "Đảng ủy Khối sơ kết 6 tháng",
            "lead": "(ABO) Sáng 11-7, tại Mỹ Tho.",
            "body": ("Hội nghị bàn việc.",),
        },
    ),
    "khoi2": (
        10,
        {
            "title": "Hội nghị lần thứ 19",
            "lead": "Do Đảng uỷ Khối tổ chức.",
            "body": ("Kỷ luật 14 người.",),
        },
    ),
    "dang": (
        9,
        {
            "title": "Nông dân đang thu hoạch lúa",
            "lead": None,
            "body": ("Giá lúa tăng 98,76% so với uy tín khối lượng.",),
        },
    ),
    "hoa": (8, {"title": "Xã Tân Hoà về đích", "lead": None, "body": ("Nông thôn mới.",)}),
    "hoa2": (7, {"title": "Huyện Hòa Bình đổi mới", "lead": None, "body": ("Đất và người.",)}),
    "eth": (6, {"title": "Ðoàn thanh niên ra quân", "lead": None, "body": ("Ðông vui.",)}),
    "code": (
        5,
        {
            "title": "COVID-19 và e-learning: 100% trường học",
            "lead": None,
            "body": ("Email dang@tiengiang.vn.",),
        },
    ),
}


Keeper = Callable[[Archive], Keep]


def fill(keep: Keep) -> None:
    for key, (day, words) in TEXTS.items():
        published = datetime(2024, 7, day, 8, 0, tzinfo=VIETNAM)
        keep(key, **{"figures": (), **words, "published_at": published})


@pytest.fixture(scope="module")
def library(
    tmp_path_factory: pytest.TempPathFactory, begin: Callable[[Path], Archive], keeper: Keeper
) -> Iterator[Archive]:
    """An archive with these texts, for reading."""
    with begin(tmp_path_factory.mktemp("library") / "tinkhoi.db") as archive:
        fill(keeper(archive))
        yield archive


@pytest.fixture
def shelf(archive: Archive, keep: Keep) -> Archive:
    """An archive with these texts, to be changed."""
    fill(keep)
    return archive


def found(archive: Archive, words: str, **chosen: Any) -> list[str]:
    how = {name: chosen.pop(name) for name in ("order", "exact", "limit", "offset") if name in chosen}
    return [hit.key for hit in search(archive, words, Filters(**chosen), **how)]


ALL = list(TEXTS)
KHOI = ["khoi", "khoi2", "dang"]
PHRASE = ["khoi", "khoi2"]


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        ("dang uy khoi", KHOI),
        ("Đảng ủy khối", KHOI),
        ("Đảng uỷ Khối", KHOI),
        ("ĐẢNG ỦY KHỐI", KHOI),
        ("đảng uỷ khối", KHOI),
        (unicodedata.normalize("NFD", "Đảng ủy Khối"), KHOI),
        ("Đảng ủy Khối", KHOI),
        ("  dang\t uy \n khoi ", KHOI),
        ("Ðảng ủy Khối", KHOI),  # U+00D0
        ('"dang uy khoi"', PHRASE),
        ('"Đảng ủy Khối"', PHRASE),
        ('"ĐẢNG UỶ KHỐI"', PHRASE),
        ('"Đảng ủy Khối', PHRASE),  # the second quote forgotten
        ("khoi uy dang", KHOI),
        ('"khoi uy dang"', []),
        ("tan hoa", ["hoa"]),
        ("Tân Hòa", ["hoa"]),
        ("hoà bình", ["hoa2"]),
        ("hoa", ["hoa", "hoa2"]),
        ("đất", ["hoa2"]),
        ("dat", ["hoa2"]),
        ("doan thanh nien", ["eth"]),
        ("đoàn thanh niên", ["eth"]),
        ("đông vui", ["eth"]),
        ("ky luat", ["khoi2"]),
        ("kỷ luật -khối", []),
        ("khoi -luat", ["khoi", "dang"]),
        ('khoi -"khoi luong"', PHRASE),
        ("-khoi", ["hoa", "hoa2", "eth", "code"]),
        ("nong*", ["dang", "hoa"]),
        ('"hoi ngh"*', ["khoi", "khoi2"]),
        ("covid-19", ["code"]),
        ("e-learning", ["code"]),
        ("98,76%", ["dang"]),
        ("11-7", ["khoi"]),
        ("dang@tiengiang.vn", ["code"]),
        ("100%", ["code"]),
        ("khoi AND dang", []),  # AND is a word like others
        ("khoi OR", []),
        ("NEAR(khoi dang)", []),
        ("title:khoi", []),
        ("", ALL),
        ("   ", ALL),
        ('""', []),
        ("🙂", []),
        ("🙂 khoi", KHOI),
        ("* - \" ' ( ) : ^ ; --", []),
        ("khoi*", KHOI),
        ("k*", []),  # one letter is not a beginning
        ("không có từ này", []),
        ("khoi\x00", KHOI),
        ("\ud800khoi", KHOI),
        ("khoi'; DROP TABLE articles; --", []),
    ],
)
def test_words_find_the_same_in_every_spelling(library: Archive, words: str, keys: list[str]) -> None:
    assert found(library, words) == keys


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        ("đang", ["dang"]),
        ("Đảng", PHRASE),
        ("đảng", PHRASE),
        ("dang", ["code"]),  # the word of an e-mail address
        ("Đảng ủy", PHRASE),
        ("Đảng uỷ", PHRASE),
        ("khối -đang", PHRASE),
        ("-đang", ["khoi", "khoi2", "hoa", "hoa2", "eth", "code"]),
        ("Tân Hoà", ["hoa"]),
        ("Tân Hòa", ["hoa"]),
        ("Tân Hoa", []),
        ("đoàn", ["eth"]),
        ("khố*", KHOI),
        ('"Đảng ủy Khối"', PHRASE),
    ],
)
@pytest.mark.parametrize("order", ["newest", "relevance"])
def test_exact_marks_can_be_asked_for(library: Archive, words: str, keys: list[str], order: Any) -> None:
    assert sorted(found(library, words, exact=True, order=order)) == sorted(keys)


def test_a_beginning_of_few_or_many_words_finds_all_that_begin_so(archive: Archive, keep: Keep) -> None:
    words = {f"m{number}": f"nam20{number:04} toa{number:04}" for number in range(SPELLED + 1)}
    for key, text in words.items():
        keep(key, title=text, body=("Tin.",), lead=None, figures=())
    keep("other", title="Năm hai nghìn, toàn tỉnh", body=("Tin.",), lead=None, figures=())
    assert {*found(archive, "nam20012*", limit=500), *found(archive, "nam20000*", limit=500)} == {
        *(f"m{number}" for number in range(10)),
        *(f"m{number}" for number in range(120, 130)),
    }
    assert set(found(archive, "nam20*", limit=500)) == set(words)  # more words than are spelled out
    assert set(found(archive, "toa*", limit=500)) == {*words, "other"}
    assert found(archive, '"nam200007 toa0"*') == ["m7"]
    assert set(found(archive, "toa* -nam20*", limit=500)) == {"other"}
    assert sum(facets(archive, "nam2*", Filters()).by_site.values()) == len(words)


def test_a_long_text_is_answered(library: Archive) -> None:
    assert found(library, "dang uy khoi " * 800) == KHOI
    assert found(library, "x" * 10_000) == []
    assert found(library, '"' * 10_000) == []
    assert found(library, "-a " * 5000) == ALL


@settings(max_examples=10_000, deadline=None)
@given(
    words=st.one_of(
        st.text(max_size=60),
        st.text(alphabet='aàđĐ"*-()^:{}+, \x00\n', max_size=30),
        st.lists(st.sampled_from(["khoi", "AND", "OR", "NOT", "NEAR", '"', "*", "-", "đảng", "(", ")"])).map(
            " ".join
        ),
    ),
    order=st.sampled_from(["newest", "relevance"]),
    exact=st.booleans(),
)
def test_any_text_is_answered(library: Archive, words: str, order: Any, exact: bool) -> None:
    hits = search(library, words, order=order, exact=exact)
    assert {hit.key for hit in hits} <= set(TEXTS)
    assert len({hit.key for hit in hits}) == len(hits)
    assert sum(facets(library, words, Filters()).by_site.values()) >= 0


def test_snippets_show_the_original_words(library: Archive) -> None:
    hit = search(library, "dang uy khoi")[1]
    assert hit.snippet == "Do [Đảng uỷ Khối] tổ chức."
    assert hit.parts == (("Do ", False), ("Đảng uỷ Khối", True), (" tổ chức.", False))
    in_title_alone = search(library, "tan hoa")[0]
    assert in_title_alone.snippet == "Nông thôn mới."
    assert search(library, "")[0].snippet == "(ABO) Sáng 11-7, tại Mỹ Tho."


def test_a_snippet_shows_every_word_that_was_asked_for(archive: Archive, keep: Keep) -> None:
    filler = "Câu này chỉ để cho dài thêm một chút. " * 6
    keep(
        "far",
        title="Tin",
        lead="Hội nghị khai mạc sáng nay.",
        body=(f"{filler}Tỉnh ủy nghe báo cáo. {filler}", f"{filler}Có 3 người bị kỷ luật."),
        figures=(),
    )
    hit = search(archive, '"kỷ luật" "bao cao" hội -vắng')[0]
    marked = [text for text, is_match in hit.parts if is_match]
    assert sorted(marked) == sorted(["báo cáo", "kỷ luật", "Hội"])
    assert ("…", False) in hit.parts and "……" not in hit.snippet
    assert len(hit.snippet) < 450


def test_relevance_puts_title_before_lead_before_text(archive: Archive, keep: Keep) -> None:
    places = {
        "apart": {"body": ("Đảng viên, uy tín, khối lượng.",)},
        "text": {"body": ("Họp Đảng ủy Khối hôm nay.",)},
        "lead": {"lead": "Đảng ủy Khối họp."},
        "title": {"title": "Đảng ủy Khối họp"},
    }
    plain = {"title": "Tin", "lead": None, "body": ("Tin.",), "figures": ()}
    for age, (key, words) in enumerate(places.items()):
        keep(key, published_at=datetime(2024, 7, 20 - age, tzinfo=VIETNAM), **{**plain, **words})  # type: ignore[dict-item]
    assert found(archive, "dang uy khoi") == ["apart", "text", "lead", "title"]
    assert found(archive, "dang uy khoi", order="relevance") == ["title", "lead", "text", "apart"]
    assert found(archive, "dang uy khoi", order="relevance", limit=2) == ["title", "lead"]
    assert found(archive, "dang uy khoi", order="relevance", limit=2, offset=1) == ["lead", "text"]
    assert found(archive, "dang uy khoi", limit=2, offset=3) == ["title"]


def test_relevance_looks_at_the_newest_hits_only(archive: Archive, keep: Keep) -> None:
    old = keep("old", title="Đảng ủy Khối", published_at=datetime(2020, 1, 1, tzinfo=VIETNAM)).id
    row = dict(archive.rows("SELECT * FROM articles WHERE id = ?", (old,))[0])
    with archive.transaction():
        for number in range(RANKED):
            row |= {"id": (old or 0) + 10_000 + number, "key": f"k{number}", "title": "Tin", "lead": "Đảng ủy Khối"}
            archive.execute(f"INSERT INTO articles VALUES ({', '.join(f':{name}' for name in row)})", row)
    assert found(archive, "dang uy khoi", order="relevance", limit=1) == [f"k{RANKED - 1}"]
    assert "old" in found(archive, "dang uy khoi", limit=RANKED + 1)


@pytest.mark.parametrize(
    ("chosen", "keys"),
    [
        ({"since": date(2024, 7, 10)}, ["khoi", "khoi2"]),
        ({"until": date(2024, 7, 10)}, ["khoi2", "dang"]),
        ({"since": date(2024, 7, 10), "until": date(2024, 7, 10)}, ["khoi2"]),
        ({"site": "baodongthap"}, []),
        ({"province": "Đồng Tháp", "section": "XÂY DỰNG ĐẢNG", "topic": "khoi", "author": "mai"}, KHOI),
        ({"since": date.max}, []),
        ({"until": date.min}, []),
    ],
)
@pytest.mark.parametrize("order", ["newest", "relevance"])
def test_filters_and_words_go_together(library: Archive, chosen: dict[str, Any], keys: list[str], order: Any) -> None:
    assert sorted(found(library, "dang uy khoi", order=order, **chosen)) == sorted(keys)


def test_counts_by_month_and_site(shelf: Archive, keep: Keep) -> None:
    keep("august", published_at=datetime(2024, 8, 1, tzinfo=VIETNAM), title="Đảng ủy Khối")
    keep("else", site="baobinhdinh", title="Đảng ủy Khối")
    assert facets(shelf, "dang uy khoi", Filters()).by_month == {"2024-07": 4, "2024-08": 1}
    assert facets(shelf, "dang uy khoi", Filters()).by_site == {"baoapbac": 4, "baobinhdinh": 1}
    assert facets(shelf, "", Filters(since=date(2024, 7, 9))).by_site == {"baoapbac": 4, "baobinhdinh": 1}
    assert facets(shelf, "dang -khoi", Filters()).by_site == {"baoapbac": 1}
    assert facets(shelf, "🙂", Filters()).by_site == {}


def test_the_index_is_whole_after_every_kind_of_change(shelf: Archive, keep: Keep) -> None:
    keep(
        "khoi",
        hours=24,
        title="Khác hẳn",
        lead=None,
        figures=(),
        published_at=datetime(2024, 7, 3, 8, 0, tzinfo=VIETNAM),
    )
    shelf.execute("DELETE FROM articles WHERE key = 'dang'")
    assert check_index(shelf) == []
    assert found(shelf, "dang uy khoi") == ["khoi2"]
    assert found(shelf, "khac han") == ["khoi"]


def test_a_broken_index_is_seen_and_mended(shelf: Archive) -> None:
    shelf.execute("INSERT INTO articles_fts (articles_fts) VALUES ('rebuild')")
    assert any("rebuilt by another program" in wrong for wrong in check_index(shelf))
    assert "hoa2" not in found(shelf, "dat")
    reindex(shelf)
    assert check_index(shelf) == []
    assert found(shelf, "dat") == ["hoa2"]

    shelf.execute("INSERT INTO articles_fts (articles_fts) VALUES ('delete-all')")
    assert check_index(shelf)[0] == f"{len(TEXTS)} articles are not in the search index"
    reindex(shelf)
    assert check_index(shelf) == []


def test_newest_first_is_the_order_of_publication(archive: Archive, keep: Keep) -> None:
    order = list(range(1, 25))
    random.Random(7).shuffle(order)
    for day in order:
        keep(f"{day:02}", published_at=datetime(2024, 6, day, tzinfo=VIETNAM))
    assert found(archive, "khoi", limit=30) == [f"{day:02}" for day in range(24, 0, -1)]
