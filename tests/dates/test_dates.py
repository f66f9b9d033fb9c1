"""Dates: every printed form with its right answer, every refusal, and how witnesses are weighed."""

from __future__ import annotations

import csv
import unicodedata
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scraper.clock import VIETNAM
from scraper.dates.date_line import read_date
from scraper.dates.free_text import read_free_text
from scraper.dates.known_forms import read_known_form
from scraper.dates.readings import Reading, Refusal
from scraper.items import Precision
from tests.places import SHARED

BASE = datetime(2025, 10, 2, 9, 30, tzinfo=VIETNAM)

# Rows whose answer the text alone does not hold, and what is said of it instead. A caller knows by the place on the
# page, or gives the base.
NOT_IN_THE_TEXT = {
    # Letter for letter a date line; that it is a page's clock is told by its place in the page's head. Families read
    # only their own date line.
    "Chủ nhật, ngày 08 tháng 12 năm 2024 16:02 (GMT +7)": "2024-12-08T16:02:00+07:00",
    "06/10/2024 | 00:35 GMT+7": "2024-10-06T00:35:00+07:00",
    "Thứ ba, 03/08/2021": "2021-08-03",
    # The date of a video in a related list of an older page: told by its place, and by the month in the address.
    "19:36 10/04/2025": "2025-04-10T19:36:00+07:00",
    # A whole and valid RFC 5322 date whose minute is the month's number. NukeViet's family does not hear its feed.
    "Thu, 11 Jul 2024 08:07:00 GMT": "2024-07-11T15:07:00+07:00",
    "Tháng M. hai": "no-day",
    "30/09 23:59": "no-year",
    "400 ngày": "no-base",
    "Sáng 11-7": "no-year",
    "Chiều 31.12": "no-year",
}


def said(text: str, base: datetime | None = BASE, order: str = "dmy") -> str:
    """The ISO moment or day, or the kind of refusal."""
    answer = read_date(text, base=base, order="mdy" if order == "mdy" else "dmy")
    return answer.iso if isinstance(answer, Reading) else answer.kind


def collected() -> list[tuple[str, str]]:
    path = SHARED / "dates.tsv"
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [(row["printed"], row["means"]) for row in rows]


@pytest.mark.skipif(not collected(), reason=f"no {SHARED / 'dates.tsv'}")
def test_collected_dates_are_read_right() -> None:
    wrong = {}
    for printed, means in collected():
        answer = said(printed, base=None)
        if answer != NOT_IN_THE_TEXT.get(printed, means):
            wrong[printed] = (answer, means)
    assert wrong == {}


MOMENT = "2024-07-11T15:51:00+07:00"


@pytest.mark.parametrize(
    ("printed", "means"),
    [
        # labels
        ("Ngày đăng: 11/07/2024 15:51", MOMENT),
        ("Được đăng: Thứ năm, 11 Tháng 7 2024 15:51", MOMENT),
        ("Đăng lúc: 15:51 - 11/07/2024", MOMENT),
        ("Đăng ngày 11-07-2024 15:51", MOMENT),
        ("Gửi lúc: 11/07/2024 15:51:00", MOMENT),
        ("Ngày phát hành 15:51 | 11/7/2024", MOMENT),
        ("Xuất bản: 11/07/2024, 15:51", MOMENT),
        ("Thời gian: 15:51, ngày 11/07/2024", MOMENT),
        ("Ngày xuất bản: 11/07/2024", "2024-07-11"),
        ("Bài đăng 11/07/2024 15:51", MOMENT),
        ("Lượt xem: 7370 | Đăng lúc: 15:51 11/07/2024", MOMENT),
        ("11/07/2024 15:51 | 1.234 lượt xem", MOMENT),
        ("15:51 11/07/2024 - Đã xem: 45", MOMENT),
        ("Ngày đăng: 15:51 11/07/2024 | Cập nhật: 08:00 12/07/2024", MOMENT),
        ("Cập nhật: 08:00 12/07/2024 | Ngày đăng: 15:51 11/07/2024", MOMENT),
        ("Ngày tạo: 11/07/2024 15:51 | Ngày sửa: 12/07/2024 10:00", MOMENT),
        # zones whose general names mean one country, offsets after the day, Java's ZonedDateTime
        ("17:51:00 Giờ Chuẩn Hàn Quốc 11/07/2024", MOMENT),
        ("05:51 Giờ Chuẩn Brasilia 11/07/2024", MOMENT),
        ("08:51 11/07/2024 +0000", MOMENT),
        ("2024-07-11T15:51+07:00[Asia/Ho_Chi_Minh]", MOMENT),
        # no year, and the weekday of another year
        ("15:51 Thứ Năm 11/07", "no-year"),
        ("15:51 Thứ Sáu 11/07", "2025-07-11T15:51:00+07:00"),
        # categories and leads, glued or not
        ("Xây dựng Đảng 11-07-2024", "2024-07-11"),
        ("Tin tức » Sự kiện | Thứ năm, 11/07/2024 | 15:51 | In bài này", MOMENT),
        (
            "11/07/2024Sáng 10/7, Đảng ủy Khối tổ chức hội nghị sơ kết công tác xây dựng Đảng, và trao 12 giải",
            "2024-07-11",
        ),
        (
            "11/07/2024 Ngày 10/7, Tỉnh ủy tổ chức hội nghị trực tuyến đến 11 huyện, thị, thành trong toàn tỉnh",
            "2024-07-11",
        ),
        ("15:5111/07/2024", MOMENT),
        ("11/07/202415:51", MOMENT),
        # bars, brackets, blanks, forms of Unicode
        ("| 15:51 | 11/07/2024 |", MOMENT),
        ("(11-07-2024 15:51)", MOMENT),
        ("[11/07/2024]", "2024-07-11"),
        ("Thứ Năm\u00a0-\u00a011/07/2024\u00a015:51", MOMENT),
        (unicodedata.normalize("NFD", "Thứ Năm, ngày 11 Tháng Bảy năm 2024, 15 giờ 51 phút"), MOMENT),
        ("11 / 07 / 2024   15 : 51", MOMENT),
        ("11.07.2024 – 15:51", MOMENT),
        ("2024/07/11 15:51", MOMENT),
        ("11/07/24 15:51", MOMENT),
        # weekdays
        ("T5, 11/07/2024 15:51", MOMENT),
        ("CN, 14/07/2024", "2024-07-14"),
        ("15:51 Thứ 5 ngày 11-07-2024", MOMENT),
        ("Thứ 7, 13 tháng 7, 2024", "2024-07-13"),
        # times
        ("14 giờ 30 11/07/2024", "2024-07-11T14:30:00+07:00"),
        ("14 giờ 30 phút, ngày 11/07/2024", "2024-07-11T14:30:00+07:00"),
        ("14h30 ngày 11/07/2024", "2024-07-11T14:30:00+07:00"),
        ("15h 11/07/2024", "2024-07-11T15:00:00+07:00"),
        ("15h51' - 11/07/2024", MOMENT),
        ("15h51-11/07/2024", MOMENT),
        ("15h 11-07-2024", "2024-07-11T15:00:00+07:00"),
        ("15:51’ 11/07/2024", MOMENT),
        ("15g51 ngày 11/7/2024", MOMENT),
        ("15 giờ 51 phút 07 giây 11/07/2024", "2024-07-11T15:51:07+07:00"),
        ("11/07/2024 15:51:07.123", "2024-07-11T15:51:07+07:00"),
        ("11/7/2024, 7:5", "2024-07-11T07:05:00+07:00"),
        ("11/07/2024 3:51 CH", MOMENT),
        ("3:51 SA 11/07/2024", "2024-07-11T03:51:00+07:00"),
        ("16/10/2020 02:48:00 AM", "2020-10-16T02:48:00+07:00"),
        ("16/10/2020 02:48:00 p.m.", "2020-10-16T14:48:00+07:00"),
        ("11/07/2024 12:05 SA", "2024-07-11T00:05:00+07:00"),
        ("11/07/2024 12:05 CH", "2024-07-11T12:05:00+07:00"),
        ("11/07/2024 15:51 PM", MOMENT),
        # months in words
        ("11 Tháng Bảy, 2024", "2024-07-11"),
        ("Tháng Bảy 11, 2024 15:51", MOMENT),
        ("11 Th7, 2024", "2024-07-11"),
        ("Th7 11, 2024", "2024-07-11"),
        ("11 thg 7, 2024", "2024-07-11"),
        ("11 Tháng Năm, 2024", "2024-05-11"),
        ("4 Tháng Tư 2024", "2024-04-04"),
        ("5 Tháng Mười, 2024", "2024-10-05"),
        ("5 Tháng Mười Một, 2024", "2024-11-05"),
        ("5 Tháng Mười Hai, 2024", "2024-12-05"),
        ("5 Tháng M. một 2024", "2024-11-05"),
        ("05 Tháng M. hai 2024 08:00", "2024-12-05T08:00:00+07:00"),
        ("July 11, 2024", "2024-07-11"),
        ("11 Jul 2024 15:51", MOMENT),
        # zones
        ("Thứ Năm, 11/07/2024, 15:51 (GMT+07:00)", MOMENT),
        ("11/07/2024 15:51 (GMT +7)", MOMENT),
        ("11/07/2024 15:51 UTC+07", MOMENT),
        ("15:51 11/07/2024 giờ Việt Nam", MOMENT),
        ("11/07/2024 08:51 GMT", MOMENT),
        ("11/07/2024 23:51 UTC+0", "2024-07-12T06:51:00+07:00"),
        # machines
        ("2024-07-11", "2024-07-11"),
        ("2024-07-11T15:51", MOMENT),
        ("2024-07-11T08:51:00Z", MOMENT),
        ("2024-07-11T08:51:00.000+00:00", MOMENT),
        ("2024-07-11T15:51:00+0700", MOMENT),
        ("2024-07-11T20:00:00-05:00", "2024-07-12T08:00:00+07:00"),
        ("2024-07-11ICT15:51:00", MOMENT),
        ("Thu, 11 Jul 2024 15:51:00 +0700", MOMENT),
        ("Thu, 11 Jul 2024 15:51:00 GMT+7", MOMENT),
        ("Thu, 11 Jul 2024 08:51:00 GMT", MOMENT),
        ("11 Jul 2024 15:51:00", MOMENT),
        ("1720687860", MOMENT),
        ("1720687860000", MOMENT),
        ("/Date(1720687860000)/", MOMENT),
    ],
)
def test_printed_forms(printed: str, means: str) -> None:
    assert said(printed) == means


@pytest.mark.parametrize(
    ("printed", "means"),
    [
        ("3 giờ trước", "2025-10-02T06:30:00+07:00"),
        ("5 phút trước", "2025-10-02T09:25:00+07:00"),
        ("một giờ trước", "2025-10-02T08:30:00+07:00"),
        ("1 giờ 20 phút trước", "2025-10-02T08:10:00+07:00"),
        ("Cập nhật 2 tiếng trước", "2025-10-02T07:30:00+07:00"),
        ("hôm qua", "2025-10-01"),
        ("Hôm qua lúc 15:30", "2025-10-01T15:30:00+07:00"),
        ("08:15 hôm nay", "2025-10-02T08:15:00+07:00"),
        ("hôm kia", "2025-09-30"),
        ("cách đây 3 giờ", "2025-10-02T06:30:00+07:00"),
        ("1 giờ, 20 phút trước đây", "2025-10-02T08:10:00+07:00"),
        ("2 ngày trước", "2025-09-29T09:30+07:00/2025-09-30T23:59+07:00"),
        ("400 ngày", "no-date"),
        ("30/09 23:59", "2025-09-30T23:59:00+07:00"),
        ("Kỷ nguyên mới - 30/09 23:59", "2025-09-30T23:59:00+07:00"),
        ("Chiều 31.12", "2024-12-31"),
        ("29/02", "2024-02-29"),
        ("2 tháng trước", "no-day"),
        ("2 tuần trước", "no-day"),
    ],
)
def test_dates_counted_from_the_base(printed: str, means: str) -> None:
    assert said(printed) == means
    assert said(printed, base=BASE.astimezone(UTC)) == means


def test_the_day_of_an_event_takes_its_year_from_the_date_line() -> None:
    assert said("Sáng 11-7", base=datetime(2024, 7, 11, 15, 51, tzinfo=VIETNAM)) == "2024-07-11"


@pytest.mark.parametrize(
    ("printed", "kind"),
    [
        ("", "empty"),
        (" \u00a0 ", "empty"),
        ("31/02/2024", "nonsense"),
        ("12/31/2024", "nonsense"),
        ("12/31/2024 3:05 PM", "nonsense"),
        ("11/07/2024 25:61", "nonsense"),
        ("11/07/2024 15:51 SA", "nonsense"),
        ("2024-13-01", "nonsense"),
        ("2024-07-11T15:51:00+25:00", "nonsense"),
        ("80/81", "nonsense"),
        ("11/07/2567", "future"),
        ("05/10/2025", "future"),
        ("2025-10-04T09:31:00+07:00", "future"),
        ("31/12/1989", "too-old"),
        ("2024", "no-date"),
        ("20240711", "no-date"),
        ("0912345678", "no-date"),
        ("1900545455", "no-date"),
        ("1,5", "no-date"),
        ("3.5", "no-date"),
        ("10-11", "no-date"),
        ("98,76%", "no-date"),
        ("15:51", "no-date"),
        ("lần thứ 19", "no-date"),
        ("nhiệm kỳ 2020 - 2025", "no-date"),
        ("6 tháng đầu năm 2024", "no-date"),
        ("Đảng ủy Khối", "no-date"),
        ("Số 12/KH-ĐUK ngày 11/07/2024", "no-date"),
        ("15:511 11/07/2024", "no-date"),
        ("11/07/20245", "no-date"),
        ("3 giờ", "no-date"),
        ("Tháng 7/2024", "no-day"),
        ("tháng 12 năm 2024", "no-day"),
        ("Hôm nay, Thứ Năm, 11/07/2024 15:51", "page-clock"),
        ("Hotline: 0273 3872 323 | 11/07/2024 | 15:51", "page-clock"),
        ("Thứ Năm, 11/07/2024, 15:51 toasoan@example.vn", "page-clock"),
        ("11/07/2024 15:51 - 12/07/2024 16:00", "two-dates"),
        ("15:51 16:20 11/07/2024", "two-dates"),
        (
            "Đảng ủy Khối tổ chức hội nghị sơ kết công tác xây dựng Đảng và phong trào thi đua yêu nước 11/07/2024",
            "too-long",
        ),
        ("1" * 100_000, "too-long"),
    ],
)
def test_refusals(printed: str, kind: str) -> None:
    answer = read_date(printed, base=BASE)
    assert isinstance(answer, Refusal)
    assert (answer.kind, answer.text) == (kind, printed)
    assert answer.reason


@pytest.mark.parametrize(
    ("printed", "kind"),
    [("11/07", "no-year"), ("hôm qua", "no-base"), ("3 giờ trước", "no-base"), ("45/07", "nonsense")],
)
def test_refusals_without_a_base(printed: str, kind: str) -> None:
    assert said(printed, base=None) == kind


def test_month_first_only_where_it_is_asked_for() -> None:
    assert said("7/11/2024 3:51 PM", order="mdy") == MOMENT
    assert said("7/11/2024", order="mdy") == "2024-07-11"
    assert said("7/11/2024") == "2024-11-07"
    assert said("13/11/2024 3:51 PM", order="mdy") == "nonsense"


def test_a_reading_says_what_was_printed_and_how_it_was_read() -> None:
    reading = read_date("Cập nhật: 09:13, 24/07/2024 (GMT+7)", base=BASE)
    assert isinstance(reading, Reading)
    assert reading.moment == datetime(2024, 7, 24, 9, 13, tzinfo=VIETNAM)
    assert reading.text == "Cập nhật: 09:13, 24/07/2024 (GMT+7)"
    assert "day/month/year" in reading.how
    assert "zone printed" in reading.how
    worded = read_date("10 Tháng 1, 2025", base=BASE)
    assert isinstance(worded, Reading)
    assert (worded.moment, worded.day, worded.precision) == (None, date(2025, 1, 10), Precision.DAY)
    assert "dateparser" in worded.how


def test_the_printed_weekday_is_checked_and_the_date_still_read() -> None:
    for text, agrees in (("Thứ Năm, 11/07/2024", True), ("Thứ Hai, ngày 11 tháng 7 năm 2024", False)):
        reading = read_date(text, base=BASE)
        assert isinstance(reading, Reading)
        assert (reading.day, reading.weekday_agrees) == (date(2024, 7, 11), agrees)
    overnight = read_date("Thu, 11 Jul 2024 20:00:00 GMT", base=BASE)
    assert isinstance(overnight, Reading)
    assert (overnight.day, overnight.weekday_agrees) == (date(2024, 7, 12), True)


WEEKDAY_NAMES = ("Thứ Hai", "Thứ ba", "Thứ 4", "T5", "thứ sáu", "Thứ Bảy", "Chủ Nhật")


@st.composite
def lines(draw: st.DrawFn) -> tuple[str, datetime]:
    """A numeric date line as newspapers print them, and the moment it means."""
    minutes = draw(st.integers(0, (BASE - datetime(1990, 1, 1, tzinfo=VIETNAM)) // timedelta(minutes=1)))
    moment = datetime(1990, 1, 1, tzinfo=VIETNAM) + timedelta(minutes=minutes)
    mark = draw(st.sampled_from("/-."))
    padded = draw(st.booleans())
    day = f"{moment:%d{mark}%m{mark}%Y}" if padded else f"{moment.day}{mark}{moment.month}{mark}{moment.year}"
    clock = f"{moment:%H:%M}" if padded else f"{moment.hour}:{moment.minute}"
    joint = draw(st.sampled_from([" ", ", ", " | ", " - ", " |", "\u00a0–\u00a0"]))
    weekday = draw(st.sampled_from(["", WEEKDAY_NAMES[moment.weekday()]]))
    label = draw(st.sampled_from(["", "Cập nhật: ", "Cập nhật lúc ", "Ngày đăng: ", "Được đăng: ", "Gửi lúc: "]))
    zone = draw(st.sampled_from(["", " (GMT+7)", " [GMT+7]", " UTC+7", " (GMT +07:00)"]))
    parts = draw(st.permutations([clock, day]))
    parts.insert(draw(st.integers(0, 1)) if parts[0] == clock else 0, weekday)
    return label + joint.join(part for part in parts if part) + zone, moment


@given(lines())
@settings(max_examples=150, deadline=None)
def test_the_exact_path_and_dateparser_agree(line: tuple[str, datetime]) -> None:
    text, moment = line
    printed = " ".join(text.split())
    exact = read_known_form(printed, BASE, "dmy")
    spoken = read_free_text(printed, BASE, "dmy")
    assert isinstance(exact, Reading)
    assert exact.moment == moment
    assert exact.weekday_agrees in {None, True}
    assert replace(exact, how="") == replace(spoken, how="")  # type: ignore[arg-type]


@given(st.text(alphabet="0123456789/-.: |,()thángnămgiờSACHCNT+Z'", max_size=40), st.booleans())
@example("31/04/2024", True)
@example("1/1/2024 24:00", True)
@settings(max_examples=300, deadline=None)
def test_where_both_answer_they_say_the_same(text: str, month_first: bool) -> None:
    printed = " ".join(text.split())
    order = "mdy" if month_first else "dmy"
    exact = read_known_form(printed, BASE, order)  # type: ignore[arg-type]
    if exact is None:
        return
    spoken = read_free_text(printed, BASE, order)  # type: ignore[arg-type]
    if isinstance(exact, Reading):
        assert replace(exact, how="") == replace(spoken, how="")  # type: ignore[arg-type]
    else:
        assert isinstance(spoken, Refusal)
        assert exact.kind == spoken.kind


@given(st.text(max_size=200))
@settings(max_examples=300, deadline=None)
def test_any_text_gives_a_reading_in_bounds_or_a_refusal(text: str) -> None:
    answer = read_date(text, base=BASE)
    assert answer.text == text
    if isinstance(answer, Reading):
        assert date(1990, 1, 1) <= answer.day <= BASE.date() + timedelta(days=2)  # type: ignore[operator]
        assert (answer.moment is None) == (answer.precision is Precision.DAY)
