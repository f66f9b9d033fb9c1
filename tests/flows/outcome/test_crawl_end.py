"""How a crawl ended is judged by its statistics."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.outcome.crawl_end import CrawlEnd


@pytest.mark.parametrize(
    ("exit_code", "stats", "says"),
    [
        (0, {"finish_reason": "finished"}, None),
        (3, {"finish_reason": "finished"}, "no space left"),
        (0, {}, "before it could say how"),
        (0, {"finish_reason": "shutdown"}, "ended early: shutdown"),
        (0, {"finish_reason": "finished", "spider_exceptions/ValueError": 2}, "the spider failed 2 times"),
    ],
)
def test_a_crawl_is_judged_by_its_statistics(exit_code: int, stats: dict[str, object], says: str | None) -> None:
    failure = CrawlEnd(plan=Path("p"), exit_code=exit_code, stats=stats, log=Path("p.log")).failure
    if says is None:
        assert failure is None
    else:
        assert failure is not None and says in str(failure)
