"""Questions whose answer is small do not read the whole archive for it."""

from __future__ import annotations

import pytest

from flows.web.questions import QUESTIONS
from scraper.store import Archive

FEW = ("INDEX revisions_edited", "INDEX articles_state")
"""Indexes of few rows: of edits alone, and of what is no longer shown."""

SMALL = (
    "citation",
    "addresses_of_an_article",
    "captures_of_an_address",
    "silent_edits",
    "taken_down",
    "new_last_night",
)


@pytest.mark.parametrize("name", SMALL)
def test_a_question_with_a_small_answer_reads_no_large_table_whole(archive: Archive, name: str) -> None:
    (sql,) = (question.sql for question in QUESTIONS if question.name == name)
    plan = [row["detail"] for row in archive.rows(f"EXPLAIN QUERY PLAN {sql}", {"article": "a/1", "url": "x"})]
    assert plan
    large = ("articles", "revisions", "captures", "addresses", "listed")
    whole = [step for step in plan if step.startswith("SCAN") and step.split()[1] in large]
    assert [step for step in whole if not step.endswith(FEW)] == []
