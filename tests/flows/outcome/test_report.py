from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from flows.outcome.exit_codes import ExitCode
from flows.outcome.messages import Message, message
from flows.outcome.night_summary import Finding, NightSummary
from flows.outcome.report import render
from scraper.store.runs import RunSummary

COUNTED = RunSummary(
    run="20261124T0130",
    night="2026-11-24",
    trigger="nightly",
    started="2026-11-23T18:30:00+00:00",
    ended=None,
    verdict=None,
    exit_code=None,
    sites=(),
    sources_total=64,
    sources_whole=64,
    links_seen=1840,
    already=1806,
    new=31,
    rejected=0,
    waiting=3,
    set_aside=0,
    requests=100,
    requests_by_kind={"sources": 64, "articles": 34, "rechecks": 0, "robots": 2, "other": 0},
    new_by_topic={"khoi": 4, "ke-thua": 0, "xay-dung-dang": 9, "other": 18},
    edited=0,
    silent=0,
    gone=(),
    rejects={},
    problems=0,
    bytes=1,
    articles_total=48310,
)
GOOD = NightSummary(
    counted=COUNTED,
    started=datetime(2026, 11, 23, 18, 30, tzinfo=UTC),
    ended=datetime(2026, 11, 23, 19, 47, tzinfo=UTC),
    exit_code=ExitCode.OK,
    failures={},
    findings=(),
    bytes_total=3_100_000_000,
    bytes_added=14_000_000,
    bytes_free=212_000_000_000,
)


def changed(
    *, exit_code: ExitCode = ExitCode.OK, failures: Mapping[str, Message] | None = None, **counts: Any
) -> NightSummary:
    return replace(GOOD, exit_code=exit_code, failures=failures or {}, counted=replace(COUNTED, **counts))


def test_a_good_night_is_short_and_in_vietnam_time() -> None:
    lines = render(GOOD, "vi").splitlines()
    assert lines[0] == "TIN KHỐI · đêm 24/11/2026, 01:30–02:47 giờ VN · MỌI SỰ ỔN"
    assert lines[2] == "Liên kết: 1.840 thấy = 1.806 đã có + 31 mới + 0 loại + 3 chờ lấy (thử lại đêm sau)"
    assert lines[-1] == "Kho 48.310 bài · 3,1 GB (+14,0 MB), còn 212 GB"
    assert len(lines) == 6


def test_links_that_are_pending_or_excluded_are_counted_apart() -> None:
    night = changed(waiting=3, set_aside=2)
    assert "+ 0 rejected + 3 pending (tried again next night) + 2 excluded" in render(night, "en")
    assert "+ 0 loại + 3 chờ lấy (thử lại đêm sau) + 2 ngoài phạm vi" in render(night, "vi")


def test_english_says_the_same_numbers() -> None:
    digits = [re.sub(r"[.,]", "", n) for n in re.findall(r"\d[\d.,]*", render(GOOD, "vi"))]
    assert digits == [re.sub(r"[.,]", "", n) for n in re.findall(r"\d[\d.,]*", render(GOOD, "en"))]


def test_kinds_that_did_not_occur_are_not_named() -> None:
    text = render(GOOD, "en")
    assert "Requests: 100 = 64 sources + 34 new articles + 2 robots" in text
    assert "New 31: 4 bloc · 9 party building · 18 other" in text


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_each_failing_site_is_named_with_its_reason_and_a_command(lang: str) -> None:
    bad = changed(
        exit_code=ExitCode.SITES_FAILED, failures={"baohatinh": message("unread", url="http://ha.vn/", why="timeout")}
    )
    text = render(bad, lang)  # type: ignore[arg-type]
    why = {"vi": "quá hạn trả lời", "en": "timeout"}[lang]
    assert f"⚠ baohatinh: http://ha.vn/: {why} → tinkhoi crawl baohatinh" in text
    assert ("mã 2" if lang == "vi" else "code 2") in text.splitlines()[0]


def test_no_news_and_could_not_look_differ() -> None:
    quiet = changed(links_seen=1806, new=0, waiting=0, new_by_topic={})
    unread = changed(
        links_seen=1806,
        new=0,
        waiting=0,
        new_by_topic={},
        sources_whole=62,
        exit_code=ExitCode.SITES_FAILED,
        failures={"x": message("ended-early", why="timeout")},
    )
    assert "64/64" in render(quiet, "en")
    assert "62/64 lists read whole · 2 not (see ⚠)" in render(unread, "en")


def test_gone_articles_and_findings_are_shown() -> None:
    summary = replace(
        changed(exit_code=ExitCode.DATA, gone=("baodongthap/48213",), edited=5, silent=2),
        findings=(
            Finding(
                site="baohatinh",
                message=message("silent", day="2026-11-19", rate=12.5),
                command="tinkhoi sites check baohatinh",
            ),
        ),
    )
    text = render(summary, "vi")
    assert "Sửa 5, trong đó 2 sửa lặng · Gỡ 1: baodongthap/48213 (bản lưu còn)" in text
    silent = "không có bài từ 19/11/2026, thường 12,5 bài một tháng"
    assert f"⚠ baohatinh: {silent} → tinkhoi sites check baohatinh" in text


def test_watchwords_stand_beside_the_new_articles() -> None:
    night = changed(new_by_watch={"kỷ luật": 2, "an ninh {mạng}": 1})
    assert "18 khác | theo dõi «kỷ luật»: 2 · theo dõi «an ninh {mạng}»: 1" in render(night, "vi")
    assert "18 other | watched «kỷ luật»: 2 · watched «an ninh {mạng}»: 1" in render(night, "en")


def test_failures_findings_notes_and_rejects_are_told_in_the_readers_language() -> None:
    empty = Finding(
        site="baomau",
        message=message("empty", url="http://bao.vn/van-hoa/"),
        command="tinkhoi sites check baomau",
    )
    night = replace(
        changed(
            exit_code=ExitCode.DATA,
            failures={"baohatinh": message("unread", url="http://ha.vn/", why="robots-unreachable")},
            rejected=6,
            rejects={"soft-404": 4, "no-date": 2},
        ),
        findings=(empty,),
        notes=(message("no-server", error="nobody there"),),
    )
    assert {
        "· không có máy chủ Prefect, nên lần này chạy không qua Prefect (nobody there)",
        "Loại 6: 4 trang lỗi giả 200, 2 không rõ ngày; không ghi, không đè",
        "⚠ baohatinh: http://ha.vn/: không đọc được robots.txt → tinkhoi crawl baohatinh",
        "⚠ baomau: http://bao.vn/van-hoa/ không còn nêu bài nào → tinkhoi sites check baomau",
    } <= set(render(night, "vi").splitlines())
    assert {
        "· no Prefect server could be had, so this run went without one (nobody there)",
        "Rejected 6: 4 soft-404, 2 no-date; not written, nothing overwritten",
        "⚠ baohatinh: http://ha.vn/: robots-unreachable → tinkhoi crawl baohatinh",
        "⚠ baomau: http://bao.vn/van-hoa/ shows no article any more → tinkhoi sites check baomau",
    } <= set(render(night, "en").splitlines())


def test_a_dead_network_is_said_in_one_line() -> None:
    down = changed(exit_code=ExitCode.NETWORK, failures={"x": message("unread", url="http://x.vn/", why="timeout")})
    assert render(down, "en").splitlines()[1].startswith("The network is down: no server answered")
    assert render(down, "vi").splitlines()[1].startswith("Mất mạng")
