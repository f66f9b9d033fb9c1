"""What the README shows is what happens: its SQL is run, its links are there, its commands exist."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest

from flows.cli import tinkhoi
from flows.outcome.exit_codes import MEANING
from flows.storage.folder import DataFolder

PAGES = ["README.md", "README.vi.md"]


def answers(text: str) -> list[tuple[str, str]]:
    """Each ``sql`` block with the ``text`` block that follows it."""
    return re.findall(r"```sql\n(.*?)```\s*```text\n(.*?)```", text, re.S)


@pytest.mark.parametrize("page", PAGES)
def test_each_query_has_the_answer_that_is_shown(page: str, demo: DataFolder, repository: Path) -> None:
    pairs = answers((repository / page).read_text(encoding="utf-8"))
    assert len(pairs) >= 3
    with sqlite3.connect(demo.database) as connection:
        for query, shown in pairs:
            rows = connection.execute(query).fetchall()
            assert [" | ".join(str(value) for value in row) for row in rows] == shown.splitlines(), query


def test_the_report_that_is_shown_is_the_demos(demo_said: str, repository: Path) -> None:
    shown = re.search(r"```text\n(TIN KHỐI .*?)\n```", (repository / "README.md").read_text(encoding="utf-8"), re.S)
    said = re.findall(r"(TIN KHỐI .*?)\nThe newspaper's own log", demo_said, re.S)
    assert shown is not None
    assert masked(shown[1]) == masked(said[1])


def masked(report: str) -> list[str]:
    """The report's lines without what differs from day to day, with the hour (re-checks) and between machines."""
    varies = r"\d{2}/\d{2}/\d{4}|\d{2}:\d{2}|baomau/\d+|\d[\d.,]* [kMGT]?B|\d+ (?:re-checks|xem lại)"
    varies += r"|(?:Requests|Yêu cầu): \d+"
    return [re.sub(varies, "…", line) for line in report.splitlines()]


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_to_files_of_the_repository(page: str, repository: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", (repository / page).read_text(encoding="utf-8"))
    assert links
    assert [link for link in links if not (repository / link).exists()] == []


def test_both_languages_lead_to_the_same_pages_and_rules_of_make(repository: Path) -> None:
    rows = [
        sorted(re.findall(r"\]\(([^)#]+)|(`make [a-z]+`)", (repository / page).read_text(encoding="utf-8")))
        for page in PAGES
    ]
    english, vietnamese = ([row for row in found if not row[0].startswith("README")] for found in rows)
    assert english == vietnamese


@pytest.mark.parametrize("page", PAGES)
def test_commands_that_are_named_exist(page: str, repository: Path) -> None:
    text = (repository / page).read_text(encoding="utf-8")
    named = set(re.findall(r"(?:`|/|^)tinkhoi ([a-z]+)", text, re.M))
    assert {"search", "setup", "nightly"} <= named
    assert named - set(tinkhoi.commands) == set()


@pytest.mark.parametrize("page", PAGES)
def test_the_table_of_exit_codes_is_whole(page: str, repository: Path) -> None:
    rows = re.findall(r"^\| (\d+) \|", (repository / page).read_text(encoding="utf-8"), re.M)
    assert [int(row) for row in rows] == [int(code) for code in MEANING]
