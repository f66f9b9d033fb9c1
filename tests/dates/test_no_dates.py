"""Sentences of news, full of numbers, and lines of events and forms, in which no date of publication stands."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from scraper.clock import VIETNAM
from scraper.dates.date_line import read_date
from scraper.dates.readings import Reading

SENTENCES = Path(__file__).with_name("data") / "no_dates_of_publication.txt"
EVENTS = SENTENCES.with_name("events_beside_their_dates.txt")
BASE = datetime(2026, 3, 2, 1, 30, tzinfo=VIETNAM)


def sentences(file: Path = SENTENCES) -> list[str]:
    lines = file.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def test_no_sentence_is_read_as_a_date_of_publication() -> None:
    assert len(sentences()) == 200
    read = {line: answer.iso for line in sentences() if isinstance(answer := read_date(line, base=BASE), Reading)}
    assert read == {}


def test_no_sentence_is_refused_for_its_length_alone() -> None:
    assert max(len(line) for line in sentences()) <= 100


def test_the_date_of_an_event_a_form_or_a_comment_is_not_read() -> None:
    read = {
        line: answer.iso for line in sentences(EVENTS) if isinstance(answer := read_date(line, base=BASE), Reading)
    }
    assert read == {}


@pytest.mark.parametrize(
    "printed",
    [
        "Đại hội Đảng các cấp | 11/07/2024", "11/07/2024 | Đại hội Đảng", "Đại hội Đảng các cấp Đăng lúc: 11/07/2024",
        "Du lịch 11/07/2024", "Lịch sử Đảng 11/07/2024", "Ngày đưa tin: 11/07/2024", "Ngày giờ: 11/07/2024",
        "Thời tiết - 11/07/2024", "Trận Nam Định - Hà Nội | Cập nhật 11/07/2024", "Xây dựng Đảng 11/07/2024",
        "Cập nhật: 11/07/2024 © Báo Nam Định",
        "Thu Hà - Minh Đức 11/07/2024", "Minh Đức - Hà Nội 11/07/2024", "Tin bài: Bình Dương - Hà Giang 11/07/2024",
        "Văn hóa - Thể thao - Du lịch 11/07/2024", "Tin Tức - Sự Kiện 11/07/2024", "Bản tin | 11/07/2024",
        "Việt Nam - Lào | 11/07/2024", "Đài Phát thanh - Truyền hình Nam Định 11/07/2024", "Bình luận 11/07/2024",
        "Nam Định - 11/07/2024", "Hà Nội, 11/07/2024", "Tác giả: Nguyễn Văn A, ngày 11/07/2024",
    ],
)  # fmt: skip
def test_a_section_or_a_label_of_the_same_words_is_no_event(printed: str) -> None:
    answer = read_date(printed, base=BASE)
    assert isinstance(answer, Reading)
    assert answer.iso == "2024-07-11"


@pytest.mark.parametrize(
    ("printed", "means"),
    [
        ("Bạn đọc 15:51 11/07/2024", "2024-07-11T15:51:00+07:00"),
        ("Bạn đọc 15h51 11/07/2024", "2024-07-11T15:51:00+07:00"),
        ("Bạn đọc 11.07.2024 15:51", "2024-07-11T15:51:00+07:00"),
        ("11 Tháng Bảy, 2024 Bình luận", "2024-07-11"),
        ("Tháng Bảy 11, 2024 4 Bình luận", "2024-07-11"),
        ("11-07-2024 Bình luận", "2024-07-11"),
        ("Nghe đọc bài 3:45 11/07/2024", "2024-07-11"),
        ("Video 03:45 | 11/07/2024", "2024-07-11"),
        ("Thời lượng: 03:45 - 11/07/2024 15:51", "2024-07-11T15:51:00+07:00"),
        ("15:51 11/07/2024 3.217 lượt xem", "2024-07-11T15:51:00+07:00"),
    ],
)
def test_a_count_or_a_length_takes_nothing_of_the_date_beside_it_and_gives_nothing(printed: str, means: str) -> None:
    answer = read_date(printed, base=BASE)
    assert isinstance(answer, Reading)
    assert answer.iso == means
