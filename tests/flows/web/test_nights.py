"""How a night is marked in the table of nights."""

from __future__ import annotations

import pytest

from flows.web.coverage_page import night_state, read_more


@pytest.mark.parametrize(
    ("state", "whole", "mark"),
    [
        ("read whole", 8, "whole"),
        ("not read whole", 6, "part"),
        ("failed", 6, "part"),
        ("failed", 0, "failed"),
        ("failed", 8, "failed"),
    ],
)
def test_a_night_that_read_some_lists_is_not_marked_like_one_that_read_none(
    state: str, whole: int, mark: str
) -> None:
    assert night_state({"state": state, "sources": 8, "sources_whole": whole}) == mark


def test_a_night_counts_by_the_run_that_read_most() -> None:
    nothing = {"state": "failed", "sources": 8, "sources_whole": 0, "run": "1"}
    whole = {"state": "read whole", "sources": 8, "sources_whole": 8, "run": "2"}
    again = {**whole, "run": "3"}
    assert read_more(nothing, whole) is whole and read_more(whole, nothing) is whole
    assert read_more(whole, again) is again
