"""Reads what is below the header of an article page: a second date, the lead, the body and the byline."""

from __future__ import annotations

import re
from collections.abc import Sequence

from scraper.items import Block, Paragraph, Picture
from scraper.pages.apbac.header import Header, date_text, refusal
from scraper.pages.apbac.lines import BESIDE, is_empty_zone, words_of
from scraper.pages.furniture import without_furniture
from scraper.text.sentence import Sentence

_AFTER = re.compile(
    r"(?:(?:gửi )?ý kiến(?: (?:của )?bạn đọc)?|(?:gửi )?bình luận)[\W\d]*$"
    r"|(?:từ khóa|tags?|cơ quan (?:chủ quản|ngôn luận)|tòa soạn|giấy phép|tổng biên tập)\s*:|©",
    re.I,
)
_NOTE = re.compile(r"\(?\*")
_BYLINE_LENGTH = 60


def read_text(lines: Sequence[Block], header: Header) -> tuple[str | None, str | None, tuple[Block, ...], str | None]:
    """The second date, the lead, the body and the byline. Raises NotAnArticle if nothing is below the header."""
    updated, lead, after_lead = _lead(lines, header.end)
    if lead is None:
        raise refusal(lines, "no-body", Sentence("nothing is printed below the title"))
    pictures: list[Block] = [line for line in lines[header.end : after_lead] if isinstance(line, Picture)]
    body = list(without_furniture(pictures + _body(lines, after_lead)))
    signed = _byline(body)
    if signed is None:
        return updated, lead, tuple(body), None
    return updated, lead, tuple(body[:signed] + body[signed + 1 :]), words_of(body[signed])


def _lead(lines: Sequence[Block], start: int) -> tuple[str | None, str | None, int]:
    """The second date, the lead, and the place of the first line after it."""
    updated = None
    for place in range(start, len(lines)):
        line = lines[place]
        if isinstance(line, Picture) or is_empty_zone(line.text):
            continue
        if BESIDE.fullmatch(line.text) or _AFTER.match(line.text):
            break
        if (date := date_text(line)) is None:
            return updated, line.text, place + 1
        updated = date
    return updated, None, len(lines)


def _body(lines: Sequence[Block], start: int) -> list[Block]:
    """The lines from ``start`` to the end of the article."""
    body: list[Block] = []
    has_words = False
    for place in range(start, len(lines)):
        line = lines[place]
        if isinstance(line, Picture):
            body.append(line)
            continue
        is_zone = is_empty_zone(line.text)
        if has_words and (is_zone or _AFTER.match(line.text)):
            break
        if is_zone:
            continue
        if not BESIDE.fullmatch(line.text):
            body.append(line)
            has_words = True
        elif not _goes_on(lines[place:]):
            break
    return body


def _goes_on(lines: Sequence[Block]) -> bool:
    """Whether the article goes on below the label of a related list: its end or its byline is still to come."""
    ahead: list[Block] = []
    for line in lines:
        text = words_of(line)
        if is_empty_zone(text):
            return True
        if _AFTER.match(text):
            break
        ahead.append(line)
    return _byline(without_furniture(ahead)) is not None


def _byline(body: Sequence[Block]) -> int | None:
    """The last short line in capitals. A note by the editors may follow it."""
    places = [place for place, line in enumerate(body) if isinstance(line, Paragraph) and not _NOTE.match(line.text)]
    if not places:
        return None
    text = words_of(body[places[-1]])
    fits = len(text) <= _BYLINE_LENGTH and text.upper() == text and not re.search(r"\d|[!?…:]$", text)
    return places[-1] if fits and len(re.findall(r"[^\W\d_]", text)) > 1 else None
