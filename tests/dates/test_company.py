"""What may stand beside the date of a publication, and what shows that a date is of something else."""

from __future__ import annotations

from datetime import datetime

import pytest

from scraper.clock import VIETNAM
from scraper.dates.date_line import read_date
from scraper.dates.readings import Reading, Refusal

BASE = datetime(2026, 3, 1, tzinfo=VIETNAM)


@pytest.mark.parametrize(
    "line",
    [
        "Tác giả: Nguyễn Văn A, Ngày đăng: 11/07/2024 15:51",
        "Được đăng bởi Ban Tuyên giáo vào 15:51 11/07/2024",
        "Tin bài: Hồng Hạnh; Ảnh: Lê Minh 11/07/2024 15:51",
        "Thời sự | Thứ Năm, 11/07/2024 15:51 (GMT+7) | Nghe đọc bài",
        "15:51 Thứ năm, 11/07/2024 Theo dõi trên Google News",
        "11/07/2024 15:51 3.217 0",
        "Thứ Năm, 11/07/2024 15:51 Nguyễn Văn A",
        "Thứ Năm, 11/07/2024 15:51 TTXVN",
        "Thứ Năm, 11/07/2024 (6/6 Giáp Thìn) 15:51",
    ],
)
def test_sections_authors_buttons_and_counts(line: str) -> None:
    answer = read_date(line, base=BASE)
    assert isinstance(answer, Reading), answer
    assert answer.moment == datetime(2024, 7, 11, 15, 51, tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("Số 11/07/2024-QĐ", "not-publication"),
        ("Chương trình phát sóng 20h00 ngày 15/07/2024", "not-publication"),
        ("Hội nghị tổ chức ngày 11/07/2024", "not-publication"),
        ("Thời hạn: 11/07/2024", "not-publication"),
        ("Ngày 6 tháng 6 (âm lịch)", "not-publication"),
        ("11/07/2024, Tỉnh ủy làm việc với các sở", "not-publication"),
        ("15 phút trước giờ khai mạc", "not-publication"),
        ("Từ 11/07/2024 đến 14/07/2024", "two-dates"),
        ("15:51 giờ địa phương, 11/07/2024", "unknown-zone"),
        ("08:51 CST 11/07/2024", "unknown-zone"),
        ("11/07/2024 08:51 QXZ", "not-publication"),
        ("11/07/2024 08:51 Middle/Earth", "not-publication"),
        ("thứ ba tuần trước lúc 19:00", "ambiguous"),
        ("9 tháng năm 2023", "ambiguous"),
    ],
)
def test_what_dates_something_else_is_refused(line: str, kind: str) -> None:
    answer = read_date(line, base=BASE)
    assert isinstance(answer, Refusal), answer
    assert answer.kind == kind


@pytest.mark.parametrize("line", ["12 giờ đêm 11/07/2024", "11/07/2024 24:00", "10:15 , 11/07/2024"])
def test_an_hour_that_could_be_either_is_a_day_without_a_time(line: str) -> None:
    answer = read_date(line, base=BASE)
    assert isinstance(answer, Reading)
    assert (answer.iso, answer.ambiguous is None) == ("2024-07-11", False)
