"""What is shown of a crawl with its task: how far it is, and the lines of its log worth reading."""

from __future__ import annotations

import logging
from itertools import takewhile
from pathlib import Path

import pytest

from flows.prefect_steps import MOST_LINES, log_lines, percent

HEAD = "2026-11-24 01:30:00"


@pytest.mark.parametrize(
    ("told", "done"),
    [({}, 0.0), ({"responses": 3, "found": 12}, 25.0), ({"responses": 13, "found": 12}, 100.0)],
)
def test_progress_is_the_share_of_what_was_found(told: dict[str, int], done: float) -> None:
    assert percent(told) == done


def test_warnings_and_our_own_lines_are_shown_as_they_come(tmp_path: Path) -> None:
    path = tmp_path / "shard-1.log"
    lines = log_lines(path)

    def now() -> list[tuple[int, str]]:
        return list(takewhile(lambda line: line[0] >= 0, lines))

    assert now() == []
    with path.open("w", encoding="utf-8") as file:
        file.write(f"{HEAD} [scrapy.crawler] INFO: Overridden settings:\n{{'BOT_NAME': 'tinkhoi'}}\n")
        file.write(f"{HEAD} [scraper.fetch.pauses] INFO: bao.example pauses for 60 s\n")
        file.write(f"{HEAD} [scrapy.core.scraper] ERROR: Spider error\nTraceback (most recent call last):\n")
        file.write(f"{HEAD} [scraper.spiders.news] WARN")
        file.flush()
        assert now() == [
            (logging.INFO, "bao.example pauses for 60 s"),
            (logging.ERROR, "Spider error"),
            (logging.ERROR, "Traceback (most recent call last):"),
        ]
        file.write("ING: one list was not read\n")
        file.flush()
        assert now() == [(logging.WARNING, "one list was not read")]


def test_of_a_long_log_the_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "shard-1.log"
    path.write_text(f"{HEAD} [scraper.x] ERROR: again\n" * (MOST_LINES + 5), encoding="utf-8")
    shown = list(takewhile(lambda line: line[0] >= 0, log_lines(path)))
    assert len(shown) == MOST_LINES + 1
    assert str(path) in shown[-1][1]
