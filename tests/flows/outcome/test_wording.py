"""Messages in the reader's language: every kind, every reason, each value as the language writes it."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from flows.outcome import alarms, report
from flows.outcome.crawl_end import CrawlEnd
from flows.outcome.exit_codes import MEANING, ExitCode
from flows.outcome.messages import SENTENCES, Message, fields, message
from flows.outcome.wording import LOCALE, catalogue, detail, number, reason, say, size
from flows.share import demo
from scraper.fetch.outcomes import OUTCOMES
from scraper.items import REASONS, WitnessSource

SAID = [
    (
        message("empty", url="http://bao.vn/van-hoa/"),
        "http://bao.vn/van-hoa/ shows no article any more",
        "http://bao.vn/van-hoa/ không còn nêu bài nào",
    ),
    (
        message("unread", url="http://bao.vn/rss", why="robots-unreachable"),
        "http://bao.vn/rss: robots-unreachable",
        "http://bao.vn/rss: không đọc được robots.txt",
    ),
    (
        message("unread", url="http://bao.vn/rss", why="http 503"),
        "http://bao.vn/rss: http 503",
        "http://bao.vn/rss: máy chủ báo lỗi 503",
    ),
    (
        message("no-answer", some=1204, all=3000, why="timeout"),
        "1204 of 3000 article pages could not be had: timeout",
        "1.204/3.000 trang bài không lấy được: quá hạn trả lời",
    ),
    (
        message("lies", all=9, reasons={"soft-404": 4, "login": 2}),
        "of 9 article pages: 4 soft-404, 2 login; nothing was overwritten",
        "trong 9 trang bài: 4 trang lỗi giả 200, 2 đòi đăng nhập; không đè lên bài nào",
    ),
    (
        message("silent", day="2026-11-19", rate=177.5),
        "nothing since 2026-11-19, usually 177.5 a month",
        "không có bài từ 19/11/2026, thường 177,5 bài một tháng",
    ),
    (
        message("accepted", exceptions=[("legacy_tls", "bao.vn"), ("expired_certificate", "bao.vn")]),
        "accepted by its site file: legacy_tls of bao.vn, expired_certificate of bao.vn",
        "tệp của nguồn chấp nhận: legacy_tls của bao.vn, expired_certificate của bao.vn",
    ),
    (
        message("no-server", error="ConnectError: {nobody} there"),
        "no Prefect server could be had, so this run went without one (ConnectError: {nobody} there)",
        "không có máy chủ Prefect, nên lần này chạy không qua Prefect (ConnectError: {nobody} there)",
    ),
]


@pytest.mark.parametrize(("told", "english", "vietnamese"), SAID)
def test_a_message_is_worded_in_either_language(told: Message, english: str, vietnamese: str) -> None:
    assert say(told, "en") == str(told) == english
    assert say(told, "vi") == vietnamese


def test_a_reason_without_a_name_of_ours_stays_as_it_is() -> None:
    for text in ("robots.txt: no answer", "", "[Errno 5] Input/output error", "Đảng ủy Khối"):
        assert reason(text, "vi") == text


def test_every_reason_of_a_crawl_and_of_a_page_has_a_vietnamese_name() -> None:
    assert {name for name in {*OUTCOMES, *REASONS} if reason(name, "vi") == name} == set()


@pytest.mark.parametrize(
    ("kept", "vietnamese"),
    [
        ("“Thứ Hai, 11/07/2024”: 2024-07-11 is a Thursday", "“Thứ Hai, 11/07/2024”: 2024-07-11 là thứ Năm"),
        ("the page says: Bài viết không tồn tại.", "trang nói: Bài viết không tồn tại."),
        ("byline 'P. MAI', signature 'N. LAN'", "tên tác giả 'P. MAI', chữ ký cuối bài 'N. LAN'"),
        (
            "visible says 2024-07-11T15:51:00+07:00 (“11/07/2024, 15:51”), jsonld 2024-07-11T08:51:00+07:00 (“08:51”)"
            ": whole hours apart, one may be in another zone",
            "dòng ngày trên trang ghi 2024-07-11T15:51:00+07:00 (“11/07/2024, 15:51”), JSON-LD ghi"
            " 2024-07-11T08:51:00+07:00 (“08:51”): cách nhau tròn giờ, một bên có thể theo múi giờ khác",
        ),
        (
            "the date line “31/02/2024” was not read: there is no such date: “31 tháng 2 2024”",
            "không đọc được dòng ngày “31/02/2024”: không có ngày như vậy: “31 tháng 2 2024”",
        ),
        ("3 of 5 addresses have the title 'Giá vàng'", "3/5 địa chỉ có tiêu đề 'Giá vàng'"),
        ("404 at http://bao.vn/", "404 tại http://bao.vn/"),
        ("no date could be read from: nothing", "không đọc được ngày từ: không có gì"),
        ("5 requests in a row had no answer", "5 yêu cầu liên tiếp không có trả lời"),
    ],
)
def test_a_kept_detail_is_told_in_the_readers_language(kept: str, vietnamese: str) -> None:
    assert detail(kept, "vi") == (vietnamese, "vi")
    assert detail(kept, "en") == (kept, "en")


def test_what_another_program_said_stays_english_and_is_called_so() -> None:
    for kept in ("[Errno 5] Input/output error", "User timeout caused connection failure: took longer than 60 s", ""):
        assert detail(kept, "vi") == (kept, "en")


def test_the_names_that_details_hold_have_vietnamese_words() -> None:
    entries = {str(entry.id) for entry in catalogue("vi") if entry.id and entry.context == "problem"}
    days = {f"{date(2024, 1, day):%A}" for day in range(1, 8)}
    assert {*MEANING.values(), *(source.value for source in WitnessSource), *days} - entries == set()


def test_the_catalogue_has_all_words_with_their_values_and_no_others() -> None:
    english = {
        *(("message", text) for text in SENTENCES.values()),
        *(("report", text) for text in report._LINES.values()),
        *(("demo", text) for text in demo._SAID.values()),
        *(("alarm", text) for text in alarms._LINES.values()),
    }
    entries = {(entry.context, entry.id): entry.string for entry in catalogue("vi") if entry.id}
    assert english - entries.keys() == set()
    elsewhere = {
        "reason",
        "help",
        "command",
        "problem",
        "progress",
        "click",
        "field",
        "system",
    }  # tests/flows/cli/test_spoken.py
    assert {key for key in entries.keys() - english if key[0] not in elsewhere} == set()
    for (context, text), vietnamese in entries.items():
        assert vietnamese, (context, text)
        assert fields(str(text)) == fields(str(vietnamese)), (context, text)


def test_the_catalogue_is_one_that_gettexts_tools_read_without_a_complaint() -> None:
    path = LOCALE / "vi" / "LC_MESSAGES" / "tinkhoi.po"
    with path.open("rb") as file:
        found = read_po(file, locale="vi", abort_invalid=True)
    assert [error for entry in found for error in entry.check(found)] == []
    assert len(found) == len(re.findall(r"^msgid (?!\"\"$)", path.read_text(encoding="utf-8"), re.M))
    assert not any(entry.fuzzy for entry in found if entry.id)


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
    assert say(end.failure, "vi") == vietnamese


def test_thousands_are_parted_as_the_language_does() -> None:
    assert number(1846, "vi") == "1.846"
    assert number(1846, "en") == "1,846"


@pytest.mark.parametrize(
    ("count", "vi", "en"),
    [
        (0, "0 B", "0 B"),
        (999, "999 B", "999 B"),
        (14_200_000, "14,2 MB", "14.2 MB"),
        (3_100_000_000_000, "3,1 TB", "3.1 TB"),
    ],
)
def test_sizes_are_for_people(count: int, vi: str, en: str) -> None:
    assert size(count, "vi") == vi
    assert size(count, "en") == en


@pytest.mark.parametrize("value", [0, 7, 999, 1000, 1846, 65_536, 999_999, 1_000_000, 12_345_678_901, -1846])
def test_whole_numbers_are_written_as_babel_writes_them(value: int) -> None:
    assert number(value, "vi") == format_decimal(value, locale="vi")
    assert number(value, "en") == format_decimal(value, locale="en")
