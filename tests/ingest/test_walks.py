from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from scraper.ingest.answers import Answers, CapturedAnswer
from scraper.ingest.walks import NO_FEED, NO_LINK, OLD, Walk, follow_source
from scraper.items import ListPage
from scraper.sites import Site

ROOT = "https://bao.vn/xd/"
NIGHT = datetime(2026, 11, 24, 18, 30, tzinfo=UTC)
NEVER = {"head": None, "pages": 0, "end_seen": None, "last_looked": None}


@pytest.fixture
def site() -> Site:
    return Site(
        id="bao", name="Báo", kind="newspaper", province="Tiền Giang", family="apbac", home="https://bao.vn/",
        sections=(ROOT,),
    )  # fmt: skip


def url(number: int) -> str:
    return ROOT if number == 1 else f"{ROOT}?page={number}"


def followed(
    site: Site, shown_by: Sequence[str], *, last: str | None = None, at: datetime = NIGHT, **before: Any
) -> Walk:
    """The walk through a list whose pages show these keys; each leads to the next, the last one to ``last``."""
    answers = Answers()
    for number, keys in enumerate(shown_by, start=1):
        following = url(number + 1) if number < len(shown_by) else last
        page = ListPage(entries=(), next_url=following)
        shown = tuple(keys.split())
        answers.note("bao", url(number), CapturedAnswer("page", at, 200, page=page, keys=shown, unseen=len(shown)))
    walk = follow_source(answers, site, ROOT, NEVER | before)
    assert walk is not None
    return walk


def test_a_list_that_gets_shorter_to_its_end_is_whole(site: Site) -> None:
    walk = followed(site, ["a b c", "d e f", "g"])
    assert (walk.whole, walk.to_the_end, walk.pages, walk.reason) == (True, True, 3, None)


def test_a_full_last_page_beside_a_box_is_whole_where_earlier_pages_share_entries_with_the_box(site: Site) -> None:
    walk = followed(site, ["a b x y", "c d x y", "e f g x y"])  # x is an entry of the first page, y one of the second
    assert (walk.whole, walk.to_the_end, walk.reason) == (True, True, None)
    longer = followed(site, ["a b x y", "c d x y", "e f g h x y"])
    assert longer.reason == "its last page is longer than those before"
    of_many = followed(site, ["a b x y", "c d x y", "e f x y", "g h i x y"])  # one of the three has all its own
    assert of_many.reason == "its last page is longer than those before"


def test_an_empty_page_is_no_end_until_it_is_empty_twice(site: Site) -> None:
    first = followed(site, ["a b c", ""])
    assert (first.whole, first.to_the_end, first.reason) == (False, False, NO_LINK)
    before: dict[str, Any] = {"pages": 2, "end_seen": first.end_seen, "last_looked": NIGHT.isoformat()}
    same_look = followed(site, ["a b c", ""], **before)
    assert not same_look.whole  # the same file read again proves nothing
    second = followed(site, ["a b c", ""], at=NIGHT + timedelta(days=1), **before)
    assert (second.whole, second.to_the_end) == (True, True)


@pytest.mark.parametrize(
    ("pages", "last", "reason"),
    [
        (["a b c", "d e f g h"], None, "its last page is longer than those before"),
        (["a b c", "a b"], None, "its last page repeats those before"),
        (["a b c", "d e f"], ROOT, "its pages lead back to themselves"),
        (["a b c", "d e f"], "https://bao.vn/xd/?page=9", "stopped before its end"),
    ],
)
def test_what_speaks_against_an_end_is_said(site: Site, pages: list[str], last: str | None, reason: str) -> None:
    walk = followed(site, pages, last=last)
    assert (walk.whole, walk.reason) == (False, reason)


def test_a_single_page_is_whole_only_where_there_never_were_more(site: Site) -> None:
    assert followed(site, ["a b c"]).to_the_end
    walk = followed(site, ["a b c"], pages=3, head='["x", "y", "z"]')
    assert (walk.whole, walk.reason) == (False, "no further page, where there was one before")


def test_a_walk_joins_by_more_than_half_of_what_stood_first_before(site: Site) -> None:
    elsewhere = f"{ROOT}?page=3"
    assert followed(site, ["n a b", "c d e"], last=elsewhere, head='["a", "b", "c"]').whole is False  # unseen links
    answers = Answers()
    for number, (keys, unseen) in enumerate((("n1 n2 n3", 3), ("n4 a b", 1), ("c d e", 0)), start=1):
        page = ListPage(entries=(), next_url=url(number + 1))
        shown = tuple(keys.split())
        answers.note("bao", url(number), CapturedAnswer("page", NIGHT, 200, page=page, keys=shown, unseen=unseen))
    joined = follow_source(answers, site, ROOT, NEVER | {"head": '["a", "b", "c"]', "pages": 9})
    apart = follow_source(answers, site, ROOT, NEVER | {"head": '["x", "y", "z"]', "pages": 9})
    assert joined is not None and apart is not None
    assert (joined.whole, joined.pages) == (True, 3)
    # Pages of an old cache show what is long known: that is not where the last walk began.
    assert (apart.whole, apart.reason) == (False, "stopped before its end")


def test_a_list_never_read_whole_has_to_be_walked_to_its_end(site: Site) -> None:
    walk = followed(site, ["a b c"], last=f"{ROOT}?page=2", head="[]", pages=2)
    assert (walk.whole, walk.reason) == (False, "stopped before its end")


def test_a_page_in_place_of_a_feed_is_told(site: Site) -> None:
    feed = "https://bao.vn/xd/index.rss"
    with_feed = site.model_copy(update={"feeds": (feed,)})
    answers = Answers()
    page = ListPage(entries=(), next_url=None)
    answers.note("bao", feed, CapturedAnswer("page", NIGHT, 200, page=page, keys=("a", "b"), source_kind="list"))
    walk = follow_source(answers, with_feed, feed, NEVER)
    assert walk is not None
    assert (walk.whole, walk.reason) == (False, NO_FEED)


@pytest.mark.parametrize(
    ("behind", "others", "reason"),
    [
        (OLD + 60, (2.0, 3.0, 1.0), "from an old cache"),
        (OLD + 60, (2.0,), "from an old cache"),
        (OLD - 60, (2.0, 3.0, 1.0), None),
        (3 * OLD + 60, (3 * OLD + 2.0, 3 * OLD + 3.0), None),  # the server's clock is three days slow
        (5.0, (-9 * OLD, 4.0, 6.0), None),  # one answer bears a date of the future
    ],
)
def test_a_list_whose_date_is_older_than_that_of_other_answers_came_from_a_cache(
    site: Site, behind: float, others: tuple[float, ...], reason: str | None
) -> None:
    answers = Answers()
    for each in (behind, *others):
        answers.hear_clock("bao", each)
    page = ListPage(entries=(), next_url=None)
    answers.note("bao", ROOT, CapturedAnswer("page", NIGHT, 200, page=page, keys=("a", "b"), behind=behind))
    walk = follow_source(answers, site, ROOT, NEVER)
    assert walk is not None
    assert (walk.whole, walk.reason) == (reason is None, reason)
