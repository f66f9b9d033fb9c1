"""What users ask in the first month, each as one short statement over documented tables and views."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from scraper.items import Article, Figure, ListEntry, Problem, Topic
from scraper.store import Archive
from scraper.store.articles import Saved, mark_absent
from scraper.store.ledgers import Decision, LinkOutcome, list_link
from scraper.store.runs import last_night, start_run
from scraper.store.watches import watch

VIETNAM = timezone(timedelta(hours=7))
NIGHT = datetime(2024, 7, 11, 18, 30, tzinfo=UTC)
KHOI = (Topic(topic="khoi", words="Đảng ủy Khối", rule="đảng bộ, đảng ủy khối"),)
GONE = "https://baoapbac.vn/xay-dung-dang/202407/bai-viet-4/"


def _day(month: int, day: int, hour: int = 8) -> datetime:
    return datetime(2024, month, day, hour, tzinfo=VIETNAM)


@pytest.fixture
def asked(archive: Archive, keep: Callable[..., Saved], capture: Callable[..., int]) -> Archive:
    """Two nights. On the first, articles of June and July; on the second one is new, one is silently edited, one is
    gone; of four listed links two were collected, one failed and one is another paper's."""
    other: dict[str, Any] = {"topics": (), "lead": None, "figures": ()}
    keep("1", published_at=_day(6, 3), title="Đảng ủy Khối họp", topics=KHOI)
    keep("2", published_at=_day(6, 20), title="Giá lúa tăng", **other)
    keep("3", published_at=_day(7, 10, 5), title="Kỷ luật 3 đảng viên", **other)
    gone = keep("4", published_at=None, title="Hội nghị Khối", topics=KHOI)
    keep("5", site="baobinhdinh", published_at=_day(7, 10), title="Đảng ủy Khối tỉnh Bình Định", topics=KHOI)
    at = NIGHT + timedelta(days=1)
    start_run(archive, "night-2", started=at, trigger="nightly", sites=["baoapbac"], version="0", vantage="VN")
    keep(
        "6",
        hours=24,
        run="night-2",
        published_at=_day(7, 12),
        title="Khai giảng",
        topics=(),
        figures=(Figure(src="https://x.vn/1.jpg", alt=None, caption="Bí thư phát biểu tại lễ."),),
        problems=(Problem(kind="weekday", detail="Thứ Ba, 12/07/2024"),),
    )
    keep("3", hours=24, run="night-2", published_at=_day(7, 10, 5), title="Kỷ luật 4 đảng viên", **other)
    row = capture(GONE, 24, run="night-2", status=404)
    mark_absent(archive, gone.id or 0, GONE, state="gone", reason="http 404", at=at, capture=row)
    watch(archive, "kỷ luật", NIGHT)
    for key, decision, days in (
        ("3", Decision(LinkOutcome.COLLECTED), 0),
        ("6", Decision(LinkOutcome.COLLECTED), 0),
        ("7", Decision(LinkOutcome.FAILED, "timeout"), 1),
        ("https://khac.vn/8", Decision(LinkOutcome.OFFSITE, "offsite"), 1),
    ):
        list_link(
            archive,
            site="baoapbac",
            key=key,
            url=f"https://baoapbac.vn/a/202407/b-{key}/",
            entry=ListEntry(url="", title="Tin"),
            source="https://baoapbac.vn/a/",
            at=NIGHT + timedelta(days=days),
            run="night-2",
            first=decision,
        )
    archive.execute(
        "UPDATE listed SET article = (SELECT id FROM articles WHERE articles.key = listed.key AND site = 'baoapbac')"
    )
    archive.execute("UPDATE sites SET complete_from = '2024-05-20' WHERE id = 'baoapbac'")
    return archive


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (
            "SELECT day, title FROM reading WHERE province_before = 'Tiền Giang' AND topics LIKE '%khoi%'"
            " ORDER BY day",
            [("2024-06-03", "Đảng ủy Khối họp"), ("2024-07-11", "Hội nghị Khối")],
        ),
        (
            "SELECT ended, succeeded_by IS NOT NULL FROM party_bodies"
            " WHERE province = 'Bình Định' AND kind = 'bloc' AND ended IS NOT NULL",
            [("2025-02-07", 1)],
        ),
        (
            "SELECT month, sum(bloc_articles) * 100 / sum(articles) FROM monthly WHERE complete GROUP BY month",
            [("2024-06", 50)],
        ),
        ("SELECT id, complete_from FROM sites WHERE complete_from IS NOT NULL", [("baoapbac", "2024-05-20")]),
        (
            "SELECT province_now, count(*) FROM reading GROUP BY province_now ORDER BY 1",
            [("Gia Lai", 1), ("Đồng Tháp", 5)],
        ),
        ("SELECT key FROM articles WHERE published_precision <> 'minute'", [("4",)]),
        ("SELECT key, words > 0, topics FROM open_corpus WHERE key = '5'", [("5", 1, "khoi")]),
        (
            "SELECT key, topics.words, rule FROM topics JOIN articles ON articles.id = article WHERE key = '1'",
            [("1", "Đảng ủy Khối", "đảng bộ, đảng ủy khối")],
        ),
        (
            f"SELECT status, run FROM captures WHERE url = '{GONE}' ORDER BY fetched_at",
            [(200, "night-1"), (404, "night-2")],
        ),
        (
            "SELECT outcome, reason, count(*) FROM missed GROUP BY 1, 2 ORDER BY 1",
            [("failed", "timeout", 1), ("offsite", "offsite", 1)],
        ),
        ("SELECT count(*) FROM addresses JOIN articles ON articles.id = article WHERE articles.key = '1'", [(1,)]),
        ("SELECT origin, count(*) FROM articles GROUP BY origin", [("live", 6)]),
        ("SELECT site, count(*), sum(bytes) FROM captures GROUP BY site", [("baoapbac", 8, 48)]),
        ("SELECT key, state, reason FROM vanished", [("4", "gone", "http 404")]),
        (
            "SELECT what, key FROM last_night ORDER BY key",
            [("silent edit", "3"), ("gone", "4"), ("new", "6")],
        ),
        ("SELECT key, number FROM edits WHERE silent", [("3", 2)]),
        ("SELECT key FROM reading WHERE day LIKE '2024-07%' AND text LIKE '%kỷ luật%'", [("3",)]),
        ("SELECT watch, key, day FROM watch_hits", [("kỷ luật", "3", "2024-07-10")]),
        (
            "SELECT day, count(*) FROM reading WHERE day >= '2024-07-01' GROUP BY day",
            [("2024-07-10", 2), ("2024-07-11", 1), ("2024-07-12", 1)],
        ),
        (
            "SELECT key, caption FROM figures JOIN articles ON articles.id = article"
            " WHERE caption LIKE '%phát biểu%'",
            [("6", "Bí thư phát biểu tại lễ.")],
        ),
        ("SELECT kind, detail FROM problems WHERE closed IS NULL", [("weekday", "Thứ Ba, 12/07/2024")]),
        (
            "SELECT day, listed, collected, late, failed, offsite FROM coverage ORDER BY day",
            [("2024-07-12", 2, 2, 1, 0, 0), ("2024-07-13", 2, 0, 0, 1, 1)],
        ),
        ("SELECT night, vantage FROM runs ORDER BY night DESC LIMIT 1", [("2024-07-13", "VN")]),
        ("SELECT site FROM quiet_sites", []),
    ],
)
def test_a_question_is_one_statement(asked: Archive, question: str, answer: list[tuple[Any, ...]]) -> None:
    assert [tuple(row) for row in asked.rows(question)] == answer


def test_no_empty_field_empties_the_text(archive: Archive, keep: Callable[..., Saved]) -> None:
    keep("1", kicker=None, lead=None, body=("Thân bài.",), figures=())
    keep(
        "2",
        kicker="Khối:",
        title="Tiêu đề",
        lead="Sapo.",
        body=(),
        figures=(Figure(src="x", alt=None, caption="Ảnh."),),
    )
    texts = {row["key"]: row["text"] for row in archive.rows("SELECT key, text FROM reading")}
    assert texts["1"] == "Đảng ủy Khối sơ kết 6 tháng đầu năm\n\nThân bài."
    assert texts["2"] == "Khối: Tiêu đề\n\nSapo.\n\n\n\nẢnh."


def test_a_site_is_quiet_when_its_silence_can_be_no_chance(archive: Archive, keep: Callable[..., Saved]) -> None:
    keep("1")  # of 11 July; the site usually has 60 articles a month, so seven are expected in 3.5 days
    start_run(archive, "later", started=NIGHT + timedelta(days=2), trigger="nightly", sites=["baoapbac"], version="0")
    assert archive.rows("SELECT * FROM quiet_sites") == []
    start_run(archive, "late", started=NIGHT + timedelta(days=4), trigger="nightly", sites=["baoapbac"], version="0")
    rows = archive.rows("SELECT site, newest_day, days_silent FROM quiet_sites")
    assert [tuple(row) for row in rows] == [("baoapbac", "2024-07-11", 5)]


def test_a_citation_names_all_that_is_needed_to_find_the_source(
    archive: Archive, keep: Callable[..., Saved], article: Callable[..., Article]
) -> None:
    keep("1")
    archive.execute("UPDATE articles SET captured_at = '2024-07-12T01:31:59.123456+07:00'")
    row = archive.rows("SELECT citation, citation_vi, text_hash, file FROM citations")[0]
    made = article("1")
    for part in (made.title, "P. MAI", "Báo Tiền Giang", "11/07/2024", made.url, row["text_hash"]):
        assert part in row["citation"] and part in row["citation_vi"]
    assert "(captured 2024-07-11 18:31:59 UTC, SHA-256 " in row["citation"]
    assert "(chụp lúc 18:31:59, 11/07/2024 (UTC), SHA-256 " in row["citation_vi"]
    assert row["file"] == "night-1.warc.gz"


def test_the_last_night_is_the_newest_night_and_no_crawl_by_hand(
    archive: Archive, keep: Callable[..., Saved]
) -> None:
    def brought() -> list[str]:
        return [row["key"] for row in archive.rows("SELECT key FROM last_night")]

    archive.execute("UPDATE runs SET trigger = 'manual'")
    for days, run, trigger in ((1, "by-hand", "manual"), (2, "night", "nightly"), (3, "again", "manual")):
        start_run(archive, run, started=NIGHT + timedelta(days=days), trigger=trigger, sites=[], version="0")
        keep(run, hours=24 * days, run=run)
        # Until there was a night, the newest crawl by hand is shown.
        expected = "by-hand" if run == "by-hand" else "night"
        assert (brought(), last_night(archive)) == ([expected], expected)
