"""Revisions, word diffs, ledgers and reports of three nights say exactly what the sample newspaper did."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from flows.outcome.exit_codes import ExitCode
from flows.outcome.report import render
from scraper.record import record
from scraper.sample import SITE_ID
from scraper.store import Archive, open_reader
from scraper.store.articles import find_article, load_article
from scraper.store.revisions import history, word_diff
from tests.conftest import ThreeNights

Record = dict[str, Any]


@pytest.fixture(scope="module")
def archive(three_nights: ThreeNights) -> Iterator[Archive]:
    with open_reader(three_nights.data.database) as archive:
        yield archive


def words(record: Record) -> list[Any]:
    return [record[name] for name in ("kicker", "title", "lead", "body", "figures")]


def changed(nights: ThreeNights, night: int) -> list[Record]:
    """Records of ``night`` that read otherwise than on the night before."""
    before, then = nights.truth(night - 1), nights.truth(night)
    return [then[key] for key in before if words(before[key]) != words(then[key])]


def only(records: list[Record]) -> Record:
    (found,) = records
    return found


def held(archive: Archive, key: str) -> int:
    found = find_article(archive, f"{SITE_ID}/{key}")
    assert found is not None
    return found


def test_every_article_is_held_word_for_word(archive: Archive, three_nights: ThreeNights) -> None:
    truth = three_nights.truth(3)
    keys = {row[0] for row in archive.rows("SELECT key FROM articles")}
    assert keys == truth.keys()
    for key, expected in truth.items():
        stored = load_article(archive, held(archive, key))
        found = record(stored.article, revision=stored.revision)
        for name in expected.keys() - {"state", "urls"}:
            assert found[name] == expected[name], (key, name)
        assert stored.state == expected["state"]
        assert set(found["urls"]) == set(expected["urls"])


def test_revisions_are_the_edits_and_no_more(archive: Archive, three_nights: ThreeNights) -> None:
    admitted, silent = only(changed(three_nights, 2)), only(changed(three_nights, 3))
    assert admitted["updated_at"] is not None and silent["updated_at"] is None
    found = {(row["key"], row["number"], row["silent"]) for row in archive.rows("SELECT * FROM edits")}
    assert found == {(admitted["key"], 2, 0), (silent["key"], 2, 1)}
    assert archive.value("SELECT count(*) FROM revisions") == len(three_nights.truth(3)) + 2
    runs = [night.run for night in three_nights.nights]
    assert [row[0] for row in archive.rows("SELECT run FROM edits ORDER BY run")] == runs[1:]


@pytest.mark.parametrize("night", [2, 3])
def test_the_word_diff_is_what_the_newsroom_changed(archive: Archive, three_nights: ThreeNights, night: int) -> None:
    after = only(changed(three_nights, night))
    before = three_nights.truth(night - 1)[after["key"]]
    first, second = history(archive, held(archive, after["key"]))
    assert (first.words.lead, list(first.words.body)) == (before["lead"], before["body"])
    assert (second.words.lead, list(second.words.body)) == (after["lead"], after["body"])
    changes = word_diff(first.words, second.words)
    added = "".join(change.text for change in changes if change.kind == "added")
    removed = "".join(change.text for change in changes if change.kind == "removed")
    new_paragraph = only([{"text": text} for text in after["body"] if text not in before["body"]])["text"]
    last_word = before["lead"].split()[-1]
    assert removed.split() == [last_word]
    assert added.split() == [last_word.removesuffix("."), "(đã", "đính", "chính).", *new_paragraph.split()]


def test_the_article_that_vanished_is_gone_and_kept(archive: Archive, three_nights: ThreeNights) -> None:
    gone = only([r for r in three_nights.truth(2).values() if r["state"] == "gone"])
    row = only([dict(row) for row in archive.rows("SELECT * FROM vanished")])
    assert (row["key"], row["state"], row["reason"]) == (gone["key"], "gone", "http 404")
    assert row["file"].startswith(three_nights.nights[1].run)
    kept = load_article(archive, held(archive, gone["key"]))
    assert (kept.article.title, list(kept.article.body), kept.revision) == (gone["title"], gone["body"], 1)


def test_the_article_that_moved_is_the_same_one(archive: Archive, three_nights: ThreeNights) -> None:
    moved = only([r for r in three_nights.truth(3).values() if len(r["urls"]) > 2])
    before = three_nights.truth(2)[moved["key"]]
    assert before["url"] != moved["url"]
    row = only([dict(row) for row in archive.rows("SELECT * FROM moves")])
    assert (row["key"], row["moved_to"]) == (moved["key"], moved["url"])
    assert find_article(archive, before["url"]) == find_article(archive, moved["url"]) == row["id"]
    stored = load_article(archive, row["id"])
    assert (stored.revision, stored.state, stored.article.section) == (1, "live", moved["section"])


def test_the_coverage_ledger_accounts_for_every_link(archive: Archive, three_nights: ThreeNights) -> None:
    truth = three_nights.truth(3)
    outcomes = archive.counts("SELECT outcome, count(*) FROM listed GROUP BY 1")
    # A page that says that it does not exist, and an advertisement of another paper.
    assert outcomes == {"collected": len(truth), "rejected": 1, "offsite": 1}
    assert {row[0] for row in archive.rows("SELECT key FROM listed WHERE outcome = 'collected'")} == truth.keys()
    assert archive.value("SELECT sum(listed) FROM coverage") == len(truth) + 2
    # The third night could not read the silent section, so it does not vouch for the day before.
    assert [row["why"] for row in archive.rows("SELECT why FROM gap_days")] == ["not read whole"]


def test_each_report_counts_what_happened(archive: Archive, three_nights: ThreeNights) -> None:
    sizes = [0, *(len(three_nights.truth(night)) for night in (1, 2, 3))]
    for number, (summary, log) in enumerate(zip(three_nights.nights, three_nights.logs, strict=True), start=1):
        counted = summary.counted
        assert counted.requests == len(log) == sum(counted.requests_by_kind.values())
        assert counted.new == sizes[number] - sizes[number - 1] == sum(counted.new_by_topic.values())
        assert counted.links_seen == (
            counted.already + counted.new + counted.rejected + counted.waiting + counted.set_aside
        )
        assert (counted.sources_whole, counted.sources_total) == (8 if number < 3 else 7, 8)
        assert (counted.rejects, counted.waiting, counted.set_aside) == ({"soft-404": 1}, 0, 1)
        assert counted.articles_total == sizes[number]
        assert counted.requests_by_kind["robots"] == 1
    first, second, third = (night.counted for night in three_nights.nights)
    assert [(c.edited, c.silent) for c in (first, second, third)] == [(0, 0), (1, 0), (1, 1)]
    gone = only([r for r in three_nights.truth(2).values() if r["state"] == "gone"])
    assert [c.gone for c in (first, second, third)] == [(), (f"{SITE_ID}/{gone['key']}",), ()]


def test_the_silent_section_is_the_only_thing_to_look_at(three_nights: ThreeNights) -> None:
    first, second, third = three_nights.nights
    assert (first.findings, second.findings) == ((), ())
    assert [night.exit_code for night in three_nights.nights] == [ExitCode.OK, ExitCode.OK, ExitCode.DATA]
    assert third.findings and all("/van-hoa/" in str(finding.message) for finding in third.findings)
    report = render(third, "en")
    assert "van-hoa" in report and "(code 8)" in report


def test_every_number_of_the_report_has_its_view(archive: Archive, three_nights: ThreeNights) -> None:
    rows = archive.rows("SELECT * FROM nights ORDER BY night")
    assert [row["run"] for row in rows] == [night.run for night in three_nights.nights]
    for row, summary in zip(rows, three_nights.nights, strict=True):
        for name in ("sources_whole", "requests", "links_seen", "already", "new", "rejected", "waiting", "set_aside"):
            assert row[name] == getattr(summary.counted, name), name
        for name in ("edited", "silent", "bytes"):
            assert row[name] == getattr(summary.counted, name), name
        assert (row["sources"], row["gone"]) == (summary.counted.sources_total, len(summary.counted.gone))
    what = Counter(row["what"] for row in archive.rows("SELECT what FROM last_night"))
    assert what == {"new": three_nights.nights[2].counted.new, "silent edit": 1}
    saved = json.loads((three_nights.data.runs / three_nights.nights[1].run / "report.json").read_text("utf-8"))
    assert saved["counted"]["edited"] == 1
