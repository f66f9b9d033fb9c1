r"""How printed dates look: the words and shapes from which all regular expressions for dates are made.

A shape is the text of a regular expression without capturing groups, to be put into a larger one. All shapes are in
lower case: match them against text in lower case, or with ``re.I``. A shape tells where a date may be, not that there
is one: ``99/99/2024`` has the shape of a day.

The page objects and the spiders find date lines by these shapes. Only ``scraper.dates`` reads what a line means.
"""

from __future__ import annotations

import re

WEEKDAYS = {
    "thứ hai": 0, "thứ 2": 0, "t2": 0, "thứ ba": 1, "thứ 3": 1, "t3": 1, "thứ tư": 2, "thứ 4": 2, "t4": 2,
    "thứ năm": 3, "thứ 5": 3, "t5": 3, "thứ sáu": 4, "thứ 6": 4, "t6": 4, "thứ bảy": 5, "thứ bẩy": 5, "thứ 7": 5,
    "t7": 5, "chủ nhật": 6, "chúa nhật": 6, "cn": 6,
}  # fmt: skip
"""The printed names of weekdays, Monday as 0."""
WEEKDAY = "|".join(sorted(WEEKDAYS, key=len, reverse=True))
FULL_WEEKDAY = "thứ (?:hai|ba|tư|năm|sáu|bảy)|chủ nhật"
"""A weekday's name in words. Page clocks print figures (``Thứ 5``); the date lines of apbac papers do not."""
LOOSE_WEEKDAY = r"thứ\s+(?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ\s+nhật"

LABEL = (
    "(?:thời gian |ngày |lúc )?(?:cập nhật|đăng tải|đăng bài|được đăng|đã đăng|đăng|gửi|phát hành|post|xuất bản|tạo"
    "|viết|ban hành|đưa tin|chỉnh sửa|sửa đổi|sửa|published|posted|created|updated|modified)"
    "(?: lần cuối| bài)?(?: vào)?(?: lúc| ngày)?|thời gian|ngày"
)
"""The words before a date that say what is dated."""
LOOSE_LABEL = r"(?:ngày|được|cập nhật|đăng|gửi|xuất bản|phát hành|thời gian|lúc)[^\d:,|]{0,25}:?"

SLASHED_DAY = r"\d{1,2}/\d{1,2}/\d{4}"
"""``11/07/2024``, ``11/7/2024``."""
SLASHED_OR_DASHED_DAY = r"\d{1,2}[/-]\d{1,2}[/-]\d{4}"
NUMERIC_DAY = r"\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{4}"
"""``11/07/2024``, ``11-7-2024``, ``11.07.2024``, also with blanks between."""
WORDED_DAY = r"ngày\s+\d{1,2}\s+tháng|tháng\s+\d{1,2}\D{1,9}\d{4}"
"""A day with the word for month: ``ngày 11 tháng``, ``tháng 7 năm 2024``. Its end may be missing."""
_ENGLISH_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)(?:[a-z]{3,6})?\.?"
NAMED_DAY = (
    rf"\b{_ENGLISH_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}|\d{{1,2}}(?:st|nd|rd|th)?\s+{_ENGLISH_MONTH},?\s+\d{{4}}"
    r"|\d{1,2}\s+(?:thg|th)\.?\s?\d{1,2},?\s+\d{4}|\b(?:tháng|thg|th)\.?\s?\d{1,2}\s+\d{1,2},?\s+\d{4}"
    r"|\d{1,2}\s+tháng\s+[^\W\d]+(?:\s[^\W\d]+)?,?\s+\d{4}"
)
"""A day with its month's name: ``July 11, 2024``, ``11 Jul 2024``, ``11 thg 7, 2024``, ``tháng 7 11, 2024``."""
LOOSE_DAY = r"\d{1,2}(?:\s?[/.-]\s?\d{1,2}\s?[/.-]|\s+tháng\s+(?:\d{1,2}|\w+(?:\s\w+)?),?(?:\s+năm)?)\s?\d{4}"
"""A day in figures, or with its month in words: ``11 tháng Bảy năm 2024``."""
CALENDAR_DAY = r"\d{4}|\d{1,2} ?[/.-] ?\d{1,2}"
"""What a relative time never has: a year, or a day with its month."""

CLOCK = r"\d{1,2}:\d{2}"
"""``15:51``."""
CLOCK_WITH_SECONDS = rf"{CLOCK}(?::\d{{2}})?"
LOOSE_CLOCK = r"\d{1,2}\s?(?::|h|giờ)\s?\d{1,2}(?::\d{1,2})?(?:\s?[ap]m|\s?(?:sa|ch)\b)?"
"""``15:51``, ``15h51``, ``15 giờ 51``, ``3:51 PM``."""

VIETNAM_ZONE = r"[(\[]?gmt ?\+ ?7[)\]]?"
"""``(GMT+7)``, ``[GMT+7]``."""
LOOSE_ZONE = r"[(\[]?(?:gmt|utc)\s*[+]?\d{0,2}[)\]]?"

LOOSE_MOMENT = rf"(?:{LOOSE_DAY}[^\d]{{1,12}}{LOOSE_CLOCK}|{LOOSE_CLOCK}[^\d]{{1,30}}{LOOSE_DAY})\s*(?:{LOOSE_ZONE})?"
"""A day with a time of day, in either order, perhaps with a zone."""

DAY_FIRST = re.compile(r"(?<!\d)(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?!\d)")
"""Day, month and year in figures; on some sites month, day and year."""
YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
"""Year, month and day in figures."""
