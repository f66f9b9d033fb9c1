"""Which order of day and month a site's dates prove."""

from __future__ import annotations

import pytest

from scraper.dates.date_line import read_date
from scraper.dates.order import proved_order
from scraper.dates.readings import Reading, Refusal


@pytest.mark.parametrize(
    ("texts", "order", "text"),
    [
        (["7/11/2024 3:05 PM", "7/25/2024 8:00 AM"], "mdy", "7/25/2024 8:00 AM"),
        (["11/07/2024", "Thứ Năm, 25/07/2024"], "dmy", "Thứ Năm, 25/07/2024"),
    ],
)
def test_one_number_above_twelve_decides(texts: list[str], order: str, text: str) -> None:
    proof = proved_order(texts)
    assert proof is not None
    assert (proof.order, proof.text) == (order, text)


@pytest.mark.parametrize("texts", [[], ["11/07/2024"], ["25/07/2024", "07/25/2024"], ["99/99/2024"], ["3 giờ trước"]])
def test_dates_that_prove_nothing(texts: list[str]) -> None:
    assert proved_order(texts) is None


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("Submitted by admin on Sat, 07/13/2024 - 15:51", "2024-07-13"),
        ("Wed, 07/10/2024 - 15:51", "2024-07-10"),
        ("Fri, 12/07/2024 - 15:51", "2024-07-12"),
        ("Thu, 11/07/2024 GMT+7", None),
        ("Thu, 07/11/2024 - 15:51", None),
        ("Sun, 07/07/2024 - 15:51", "2024-07-07"),
        ("Thursday, 11/07/2024 - 15:51", "2024-07-11"),
        ("Jul 11, 2024 — 2 min read", "2024-07-11"),
        ("Được gửi bởi Lê Thị Mai vào Thứ 6, 07/12/2024 - 08:15", "2024-07-12"),
        ("Được gửi bởi Lê Thị Mai vào Thứ 6, 12/07/2024 - 08:15", "2024-07-12"),
        ("Submitted by Lê Thị Mai on Thứ 5, 07/11/2024 - 15:51", None),
        ("Submitted by Lê Thị Mai on Thứ 5, 07/25/2024 - 15:51", "2024-07-25"),
    ],
)
def test_the_weekday_proves_the_order_of_an_english_line(line, day):
    """Drupal prints the month first. A Thursday in both orders is refused, not guessed."""
    answer = read_date(line)
    if day is None:
        assert isinstance(answer, Refusal)
        assert answer.kind == "ambiguous"
    else:
        assert isinstance(answer, Reading), answer
        assert str(answer.day) == day


@pytest.mark.parametrize(
    ("line", "day", "turned"),
    [
        ("Thứ Hai, 07/08/2024 - 15:51", "2024-07-08", True),  # 7 August is a Wednesday
        ("15:51 | Thứ hai, 7/8/2024", "2024-07-08", True),
        ("Đăng lúc 15 giờ 51, thứ Hai ngày 07/08/2024", "2024-07-08", True),
        ("Thứ Tư, 07/08/2024 - 15:51", "2024-08-07", False),
        ("Thứ Năm, 11/07/2024, 15:51", "2024-07-11", False),  # a Thursday in both orders
        ("Thứ Sáu, 11/07/2024, 15:51", "2024-07-11", False),  # in neither
        ("Thứ Hai, 07/15/2024 - 15:51", "2024-07-15", False),  # no date in Vietnam's order
        ("Chủ nhật, 07/07/2024", "2024-07-07", False),
    ],
)
def test_a_vietnamese_weekday_turns_the_order_only_where_it_fits_the_other_alone(line, day, turned):
    answer = read_date(line)
    assert isinstance(answer, Reading), answer
    assert (str(answer.day), answer.turned) == (day, turned)


def test_a_date_that_does_not_exist_is_refused_whatever_its_weekday():
    assert isinstance(read_date("Thứ Ba, 07/15/2024 - 15:51"), Refusal)
