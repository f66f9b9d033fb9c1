"""The languages of reports: numbers, reasons, and the sentences of a verdict.

A sentence is made and stored in English, in the archive and in ``report.json``; its Vietnamese is made from that
when it is shown, so that what one night left behind serves readers of both.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

Lang = Literal["vi", "en"]
LANGS: tuple[Lang, ...] = ("vi", "en")

SENTENCES: dict[str, tuple[str, str]] = {
    "no-space": ("hết chỗ để ghi bản chụp", "no space left to write captures"),
    "broken-off": (
        "lượt thu dừng với mã {code} trước khi kịp báo vì sao; xem {path}",
        "the crawl ended with code {code} before it could say how; see {path}",
    ),
    "ended-early": ("lượt thu dừng sớm: {why}", "the crawl ended early: {why}"),
    "spider": ("bộ thu hỏng {some} lần; xem {path}", "the spider failed {some} times; see {path}"),
    "not-asked": (
        "chưa hỏi danh sách, feed hay sitemap nào của nguồn",
        "none of its lists, feeds and sitemaps was asked",
    ),
    "no-answer": (
        "{some}/{all} trang bài không lấy được: {why}",
        "{some} of {all} article pages could not be had: {why}",
    ),
    "layout": (
        "{some}/{all} trang bài không còn khớp bộ đọc của nguồn",
        "{some} of {all} article pages no longer fit its page object",
    ),
    "lies": (
        "trong {all} trang bài: {reasons}; không đè lên bài nào",
        "of {all} article pages: {reasons}; nothing was overwritten",
    ),
    "lost": ("{some}/{all} địa chỉ mới không dẫn đến bài nào", "{some} of {all} new addresses lead to no article"),
    "vanished": (
        "{some} bài đã biết cùng lúc biến mất: chưa tính là gỡ",
        "{some} known articles vanished at once: not counted as gone yet",
    ),
    "empty": ("{url} không còn nêu bài nào", "{url} shows no article any more"),
    "silent": (
        "không có bài từ {day}, thường {rate} bài một tháng",
        "nothing since {day}, usually {rate} a month",
    ),
    "no-server": (
        "không có máy chủ Prefect, nên lần này chạy không qua Prefect ({error})",
        "no Prefect server could be had, so this run went without one ({error})",
    ),
    "failed-and-accepted": (
        "{why}; tệp của nguồn chấp nhận: {exceptions}",
        "{why}; accepted by its site file: {exceptions}",
    ),
    "accepted": ("tệp của nguồn chấp nhận: {exceptions}", "accepted by its site file: {exceptions}"),
    "unread": ("{url}: {why}", "{url}: {why}"),
}
"""Each in Vietnamese and in English. Of two that a text may be, the first holds."""

REASONS: dict[str, str] = {
    "blocked": "bị chặn",
    "capped": "hết hạn mức của đêm",
    "captures cannot be written": "không ghi được bản chụp",
    "cut short": "danh sách bị cụt",
    "dns": "không tìm được máy chủ theo tên",
    "encoding": "hỏng mã chữ",
    "failed": "kết nối hỏng",
    "future": "ngày đăng ở tương lai",
    "hacked": "nội dung lạ",
    "http": "máy chủ báo lỗi",
    "limit": "hết hạn mức của lần chạy",
    "login": "đòi đăng nhập",
    "maintenance": "đang bảo trì",
    "no-body": "không thấy lời bài",
    "no-contact": "chưa có địa chỉ liên hệ",
    "no-date": "không rõ ngày",
    "no-title": "không thấy tiêu đề",
    "not a list, feed or sitemap": "không phải danh sách, feed hay sitemap",
    "not read": "không đọc được",
    "not-an-article": "không phải bài",
    "offsite": "dẫn ra trang ngoài",
    "parked": "tên miền đang rao bán",
    "parser": "bộ đọc hỏng",
    "password": "bài có mật khẩu riêng",
    "paused": "máy chủ bắt chờ quá lâu",
    "redirect": "chuyển hướng không tới đâu",
    "redirect-loop": "chuyển hướng vòng quanh",
    "redirected": "chuyển sang trang khác",
    "refused-address": "địa chỉ bị bộ canh từ chối",
    "refused-connection": "máy chủ không nhận kết nối",
    "robots": "robots.txt cấm",
    "robots-unreachable": "không đọc được robots.txt",
    "same-title": "trùng tiêu đề",
    "scheme": "địa chỉ không phải http hay https",
    "shutdown": "bị yêu cầu dừng",
    "soft-404": "trang lỗi giả 200",
    "stopped before its end": "dừng trước khi tới cuối",
    "timeout": "quá hạn trả lời",
    "tls": "không kết nối an toàn được",
    "too-large": "quá lớn",
    "truncated": "trang bị cụt",
    "undecodable": "không giải nén được",
    "unreachable": "máy chủ ngừng trả lời",
    "window": "cũ hơn ngày cần lấy",
}
"""Why a page or an address could not be had, in Vietnamese; in English a reason is its own name."""


def sentence(name: str, /, **values: object) -> str:
    """The sentence called ``name`` as it is stored. Raises KeyError for a name or value there is not."""
    return SENTENCES[name][1].format(**values)


def in_language(text: str, lang: Lang) -> str:
    """A stored sentence or reason for a reader. What is neither, such as the message of an error, stays as it is."""
    return text if lang == "en" else _in_vietnamese(text)


def _in_vietnamese(text: str) -> str:
    if text in REASONS:
        return REASONS[text]
    if status := re.fullmatch(r"http (\d{3})", text):
        return f"máy chủ báo lỗi {status[1]}"
    for pattern, vietnamese in _PATTERNS:
        if found := pattern.fullmatch(text):
            return vietnamese.format(**{name: _FIELDS[name][1](value) for name, value in found.groupdict().items()})
    return text


def _count(text: str) -> str:
    return number(int(text), "vi")


def _day(text: str) -> str:
    return "/".join(reversed(text.split("-")))


def _rate(text: str) -> str:
    return text.replace(".", ",")


def _counted_reasons(text: str) -> str:
    counted = [each.split(" ", 1) for each in text.split(", ")]
    return ", ".join(f"{_count(count)} {_in_vietnamese(reason)}" for count, reason in counted)


def _exceptions(text: str) -> str:
    return text.replace(" of ", " của ")


_FIELDS: dict[str, tuple[str, Callable[[str], str]]] = {
    "all": (r"\d+", _count),
    "code": (r"-?\d+", str),
    "day": (r"\d{4}-\d\d-\d\d", _day),
    "error": (r".+", str),
    "exceptions": (r"\w+ of \S+(?:, \w+ of \S+)*", _exceptions),
    "path": (r".+", str),
    "rate": (r"[\d.e+]+", _rate),
    "reasons": (r"\d+ [\w-]+(?:, \d+ [\w-]+)*", _counted_reasons),
    "some": (r"\d+", _count),
    "url": (r"\w+://\S+", str),
    "why": (r".+", _in_vietnamese),
}
"""What may stand at each place of a sentence, and how it is written in Vietnamese."""


def _pattern(english: str) -> re.Pattern[str]:
    text = re.escape(english)
    for name, (pattern, _) in _FIELDS.items():
        text = text.replace(re.escape(f"{{{name}}}"), f"(?P<{name}>{pattern})")
    return re.compile(text)


_PATTERNS = [(_pattern(english), vietnamese) for vietnamese, english in SENTENCES.values()]


def number(value: int, lang: Lang) -> str:
    """``1.846`` in Vietnamese, ``1,846`` in English."""
    text = f"{value:,}"
    return text.replace(",", ".") if lang == "vi" else text
