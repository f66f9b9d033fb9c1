"""How the witnesses of an article's date are weighed."""

from __future__ import annotations

from datetime import UTC, date, datetime

from scraper.clock import VIETNAM
from scraper.dates.publication import date_article
from scraper.items import Precision, PrintedArticle, Witness, WitnessSource

V, L, F, S, M, J = (
    WitnessSource.VISIBLE,
    WitnessSource.LIST,
    WitnessSource.FEED,
    WitnessSource.SITEMAP,
    WitnessSource.META,
    WitnessSource.JSONLD,
)


def page(visible: str | None, *witnesses: tuple[WitnessSource, str], updated: str | None = None) -> PrintedArticle:
    return PrintedArticle(
        url="https://bao.example.vn/chinh-tri/202407/hoi-nghi-1015000/",
        canonical_url=None,
        native_id="1015000",
        title="Hội nghị",
        published_text=visible,
        updated_text=updated,
        witnesses=tuple(Witness(source, text) for source, text in witnesses),
    )


AT = datetime(2024, 7, 11, 15, 51, tzinfo=VIETNAM)
CAPTURED = datetime(2024, 7, 12, 1, 30, tzinfo=UTC)


def test_the_visible_line_keeps_its_minute_and_machines_agree_by_the_minute() -> None:
    dating = date_article(
        page("Thứ Năm, 11/07/2024, 15:51 (GMT+7)", (M, "2024-07-11T08:51:47Z")),
        trust=(V, M),
        captured_at=CAPTURED,
        month=(2024, 7),
    )
    assert (dating.published_at, dating.published_day, dating.precision) == (AT, AT.date(), Precision.MINUTE)
    assert dating.problems == ()
    assert [(e.source, e.reads, e.agrees) for e in dating.evidence] == [
        ("visible", "2024-07-11T15:51:00+07:00", True),
        ("meta", "2024-07-11T15:51:47+07:00", True),
        ("weekday", "2024-07-11", True),
        ("address", "2024-07", True),
    ]


def test_a_day_is_made_exact_by_a_trusted_witness_of_that_day() -> None:
    printed = page("11/07/2024", (M, "2024-07-12T08:00:00+07:00"), (J, "2024-07-11T15:51:00+07:00"))
    dating = date_article(printed, trust=(V, M, J), captured_at=CAPTURED)
    assert (dating.published_at, dating.precision) == (AT, Precision.MINUTE)
    assert [p.kind for p in dating.problems] == ["date-disagreement"]  # the meta tag tells another day
    alone = date_article(printed, trust=(V,), captured_at=CAPTURED)
    assert (alone.published_at, alone.published_day, alone.precision) == (None, AT.date(), Precision.DAY)


def test_midnight_of_a_machine_is_no_time_of_day() -> None:
    dating = date_article(page("11/07/2024", (M, "2024-07-11T00:00:00+07:00")), trust=(V, M), captured_at=CAPTURED)
    assert (dating.published_at, dating.precision, dating.problems) == (None, Precision.DAY, ())


def test_a_contradiction_is_a_problem_and_changes_nothing() -> None:
    dating = date_article(
        page("15:51, 11/07/2024", (M, "2024-07-10T09:20:00+07:00")), trust=(V, M), captured_at=CAPTURED
    )
    assert dating.published_at == AT
    assert [p.kind for p in dating.problems] == ["date-disagreement"]
    assert [e.agrees for e in dating.evidence] == [True, False]


def test_the_family_decides_whom_to_trust() -> None:
    # From abroad NukeViet shows 15:51 as 04:51; its sitemap was right 46 times of 46, its meta tag never.
    nukeviet = (S, V, L)
    printed = page("Thứ năm - 11/07/2024 04:51", (M, "2024-07-11+0716:40:00"))
    sitemap = [Witness(S, "2024-07-11T15:51:00+07:00"), Witness(F, "Thu, 11 Jul 2024 08:07:00 GMT")]
    known = date_article(printed, trust=nukeviet, captured_at=CAPTURED, other=sitemap)
    assert known.published_at == AT
    assert [p.kind for p in known.problems] == ["date-zone"]
    assert {e.source for e in known.evidence} == {"sitemap", "visible", "weekday"}  # what is not trusted is not heard
    unknown = date_article(printed, trust=nukeviet, captured_at=CAPTURED)
    assert unknown.published_at == datetime(2024, 7, 11, 4, 51, tzinfo=VIETNAM)
    assert unknown.problems == ()


def test_the_address_and_the_weekday_are_checks() -> None:
    dating = date_article(page("Thứ Hai, 11/07/2024, 15:51"), trust=(V,), captured_at=CAPTURED, month=(2024, 6))
    assert dating.published_at == AT
    assert sorted(p.kind for p in dating.problems) == ["date-address", "weekday"]
    assert [(e.source, e.agrees) for e in dating.evidence] == [
        ("visible", True),
        ("weekday", False),
        ("address", False),
    ]


def test_a_date_that_only_its_weekday_turns_is_told_and_believed_after_the_others() -> None:
    turned = "Thứ Hai, 07/08/2024, 15:51"  # 8 July, or 7 August with a wrong weekday
    after = datetime(2024, 12, 1, tzinfo=UTC)
    alone = date_article(page(turned), trust=(V, J), captured_at=after)
    assert (alone.published_day, [p.kind for p in alone.problems]) == (date(2024, 7, 8), ["weekday"])
    told = date_article(page(turned, (J, "2024-08-07T15:51:00+07:00")), trust=(V, J), captured_at=after)
    assert (told.published_day, told.evidence[0].source) == (date(2024, 8, 7), "jsonld")
    assert sorted(p.kind for p in told.problems) == ["date-disagreement", "weekday"]


def test_a_date_in_the_future_is_not_taken() -> None:
    dating = date_article(page("15:51, 11/07/2027"), trust=(V,), captured_at=CAPTURED)
    assert (dating.published_at, dating.published_day, dating.precision) == (None, None, Precision.NONE)
    assert [p.kind for p in dating.problems] == ["future"]
    assert [(e.source, e.reads, e.agrees) for e in dating.evidence] == [("visible", None, None)]


def test_a_date_line_that_cannot_be_read_is_reported_and_the_next_witness_heard() -> None:
    dating = date_article(page("Tuần 28", (M, "2024-07-11T15:51:00+07:00")), trust=(V, M), captured_at=CAPTURED)
    assert dating.published_at == AT
    assert [p.kind for p in dating.problems] == ["date-unread"]


def test_what_lists_say_relatively_contradicts_nothing() -> None:
    listed = [Witness(L, "3 giờ trước")]
    dating = date_article(page("15:51, 11/07/2024"), trust=(V, L), captured_at=CAPTURED, other=listed)
    assert (dating.published_at, dating.problems) == (AT, ())
    assert dating.evidence[1].agrees is None


def test_updated_at_is_read_where_it_has_a_time() -> None:
    printed = page("15:51, 11/07/2024", updated="Cập nhật: 16:20, 11/07/2024 (GMT+7)")
    dating = date_article(printed, trust=(V,), captured_at=CAPTURED)
    assert dating.updated_at == datetime(2024, 7, 11, 16, 20, tzinfo=VIETNAM)
    bare = date_article(page("15:51, 11/07/2024", updated="12/07/2024"), trust=(V,), captured_at=CAPTURED)
    assert bare.updated_at is None


def test_a_page_without_any_date_has_none() -> None:
    dating = date_article(page(None), trust=(V, M), captured_at=CAPTURED)
    assert (dating.published_day, dating.precision, dating.evidence, dating.problems) == (
        None,
        Precision.NONE,
        (),
        (),
    )


def test_a_time_counted_back_is_heard_last() -> None:
    listed = [Witness(L, "11/07/2024")]
    dating = date_article(page("3 giờ trước"), trust=(V, L), captured_at=CAPTURED, other=listed)
    assert (dating.published_day, dating.precision, dating.earliest) == (AT.date(), Precision.DAY, None)
    assert [(e.source, e.agrees) for e in dating.evidence] == [("list", True), ("visible", None)]


def test_hours_counted_back_are_an_interval() -> None:
    dating = date_article(page("3 giờ trước"), trust=(V,), captured_at=CAPTURED)  # 08:30 in Vietnam
    assert (dating.published_day, dating.precision) == (date(2024, 7, 12), Precision.HOUR)
    assert dating.published_at == datetime(2024, 7, 12, 5, 30, tzinfo=VIETNAM)
    assert (dating.earliest, dating.latest) == (
        datetime(2024, 7, 12, 4, 30, tzinfo=VIETNAM),
        datetime(2024, 7, 12, 6, 0, tzinfo=VIETNAM),
    )
    assert (dating.evidence[0].earliest, dating.evidence[0].latest) == (
        "2024-07-12T04:30:00+07:00",
        "2024-07-12T06:00:00+07:00",
    )


def test_no_day_is_told_where_an_interval_reaches_over_a_midnight() -> None:
    at_night = datetime(2024, 7, 12, 1, 30, tzinfo=VIETNAM)
    for text, first, last, precision in (
        ("1 giờ trước", (2024, 7, 11, 23, 30), (2024, 7, 12, 1, 0), Precision.HOUR),
        ("2 ngày trước", (2024, 7, 9, 1, 30), (2024, 7, 10, 23, 59), Precision.NONE),
    ):
        dating = date_article(page(text), trust=(V,), captured_at=at_night)
        assert (dating.published_at, dating.published_day, dating.precision) == (None, None, precision)
        assert (dating.earliest, dating.latest) == (
            datetime(*first, tzinfo=VIETNAM),
            datetime(*last, tzinfo=VIETNAM),
        )


def test_a_list_that_counts_back_counts_from_when_it_was_read() -> None:
    listed = [Witness(L, "3 giờ trước", seen=datetime(2024, 7, 12, 0, 30, tzinfo=UTC))]
    dating = date_article(page(None), trust=(L,), captured_at=CAPTURED, other=listed)
    assert dating.published_at == datetime(2024, 7, 12, 4, 30, tzinfo=VIETNAM)
