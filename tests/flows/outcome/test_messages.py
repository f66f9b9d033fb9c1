"""Sentences of a verdict: stored in English, shown in the reader's language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from flows.outcome.crawl_end import CrawlEnd
from flows.outcome.exit_codes import ExitCode
from flows.outcome.messages import REASONS, SENTENCES, in_language, number, sentence
from scraper.fetch.outcomes import OUTCOMES
from scraper.items import REASONS as REJECTS

SAID = [
    (
        sentence("empty", url="http://bao.vn/van-hoa/"),
        "http://bao.vn/van-hoa/ shows no article any more",
        "http://bao.vn/van-hoa/ không còn nêu bài nào",
    ),
    (
        sentence("unread", url="http://bao.vn/rss", why="robots-unreachable"),
        "http://bao.vn/rss: robots-unreachable",
        "http://bao.vn/rss: không đọc được robots.txt",
    ),
    (
        sentence("unread", url="http://bao.vn/rss", why="http 503"),
        "http://bao.vn/rss: http 503",
        "http://bao.vn/rss: máy chủ báo lỗi 503",
    ),
    (
        sentence("no-answer", some=1204, all=3000, why="timeout"),
        "1204 of 3000 article pages could not be had: timeout",
        "1.204/3.000 trang bài không lấy được: quá hạn trả lời",
    ),
    (
        sentence("lies", all=9, reasons="4 soft-404, 2 login"),
        "of 9 article pages: 4 soft-404, 2 login; nothing was overwritten",
        "trong 9 trang bài: 4 trang lỗi giả 200, 2 đòi đăng nhập; không đè lên bài nào",
    ),
    (
        sentence("silent", day="2026-11-19", rate="177.5"),
        "nothing since 2026-11-19, usually 177.5 a month",
        "không có bài từ 19/11/2026, thường 177,5 bài một tháng",
    ),
    (
        "no space left to write captures; " + sentence("accepted", exceptions="legacy_tls of bao.vn"),
        "no space left to write captures; accepted by its site file: legacy_tls of bao.vn",
        "hết chỗ để ghi bản chụp; tệp của nguồn chấp nhận: legacy_tls của bao.vn",
    ),
    (
        sentence("no-server", error="ConnectError: nobody there"),
        "no Prefect server could be had, so this run went without one (ConnectError: nobody there)",
        "không có máy chủ Prefect, nên lần này chạy không qua Prefect (ConnectError: nobody there)",
    ),
]


@pytest.mark.parametrize(("stored", "english", "vietnamese"), SAID)
def test_a_stored_sentence_is_shown_in_either_language(stored: str, english: str, vietnamese: str) -> None:
    assert in_language(stored, "en") == english
    assert in_language(stored, "vi") == vietnamese


def test_what_is_no_sentence_stays_as_it_is() -> None:
    for text in ("robots.txt: no answer", "", "[Errno 5] Input/output error", "Đảng ủy Khối"):
        assert in_language(text, "vi") == text


def test_both_languages_name_the_same_values() -> None:
    for name, (vietnamese, english) in SENTENCES.items():
        assert sorted(re.findall(r"{\w+}", vietnamese)) == sorted(re.findall(r"{\w+}", english)), name


def test_every_reason_of_a_crawl_and_of_a_page_has_a_vietnamese_name() -> None:
    assert {*OUTCOMES, *REJECTS} - set(REASONS) == set()


@pytest.mark.parametrize(
    ("exit_code", "stats", "vietnamese"),
    [
        (ExitCode.DISK_FULL, {}, "hết chỗ để ghi bản chụp"),
        (-9, {}, "lượt thu dừng với mã -9 trước khi kịp báo vì sao; xem runs/my night/1.log"),
        (0, {"finish_reason": "captures cannot be written"}, "lượt thu dừng sớm: không ghi được bản chụp"),
        (0, {"finish_reason": "shutdown"}, "lượt thu dừng sớm: bị yêu cầu dừng"),
        (
            0,
            {"finish_reason": "finished", "spider_exceptions/ValueError": 2},
            "bộ thu hỏng 2 lần; xem runs/my night/1.log",
        ),
    ],
)
def test_every_way_a_crawl_ends_badly_is_told_in_vietnamese(
    exit_code: int, stats: dict[str, object], vietnamese: str
) -> None:
    end = CrawlEnd(Path("runs/my night/1.json"), exit_code, stats, Path("runs/my night/1.log"))
    assert end.failure is not None
    assert in_language(end.failure, "vi") == vietnamese


def test_thousands_are_parted_as_the_language_does() -> None:
    assert number(1846, "vi") == "1.846"
    assert number(1846, "en") == "1,846"
