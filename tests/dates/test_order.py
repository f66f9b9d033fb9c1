"""Which order of day and month a site's dates prove."""

from __future__ import annotations

import pytest

from scraper.dates.order import proved_order


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
