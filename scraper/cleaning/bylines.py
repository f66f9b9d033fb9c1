"""The signature that ends a body."""

from __future__ import annotations

import re
from collections.abc import Sequence

from scraper.items import Block, Paragraph
from scraper.text import are_alike, fold

_LONGEST = 80  # characters; "Ban Tuyên giáo Đảng ủy Khối Cơ quan và Doanh nghiệp tỉnh Tiền Giang" has 67
_LONGEST_NAME = 6  # words
_LINES = 2  # a body ends with one signature, or with its author and its source

_PART = r"(?:tin|bài|ảnh|clip|video)"
_CREDIT = re.compile(
    r"(?:tác giả(?: bài viết)?|người (?:viết|đăng|đưa tin)|(?:nhóm )?thực hiện"
    rf"|{_PART}(?: viết)?(?:[\s,;&/+–-]+(?:và )?{_PART})*)\s*:\s*(?P<name>\S.*)",
    re.I,
)
_SOURCE = re.compile(r"(?:theo|nguồn(?: tin)?\s*:)\s*(?P<name>\S.*)", re.I)
_OFFICE = re.compile(
    r"(?:Ban|Văn phòng|Phòng|Tổ|Báo|Cổng|Trung tâm|Đảng (?:ủy|uỷ|bộ)|Chi bộ|Ủy ban|Uỷ ban|UBKT|Nhóm|BBT|CTV|PV)\b"
)
_NO_NAME = re.compile(r"\W*(?:hết|còn nữa|còn tiếp|xem tiếp.*|mời (?:bạn|quý).*)\W*", re.I)
_INITIAL = re.compile(r"\b\w\.$")
_PEOPLE = re.compile(r"\s+[–-]\s+|\s*[,;/&]\s+|\s+và\s+")
_BETWEEN = re.compile(r"[\s,;/&()–-]+(?:và\s+)?")


def without_signature(blocks: Sequence[Block], byline: str | None) -> tuple[tuple[Block, ...], str | None]:
    """The body without the signature that ends it, and the name in the signature.

    A signature is one of the last two short lines. It repeats the byline, names the signer's part (``Tin, ảnh:``), is
    aligned right, is in capitals, or is only a name. Pictures may follow it. If an author and a source sign
    (``Theo TTXVN``, kept with that word), the name is the author's.
    """
    left = list(blocks)
    names: list[str] = []
    sources: list[str] = []
    for line in range(_LINES):
        places = [i for i, block in enumerate(left) if isinstance(block, Paragraph)]
        last, above = _paragraph(left, places, -1), _paragraph(left, places, -2)
        if last is None or (line and _is_plain(last)):
            break
        name = _signed(last, above, byline)
        if name is None:
            break
        del left[places[-1]]
        (sources if _SOURCE.match(name) else names).insert(0, name)
    return tuple(left), next(iter(names + sources), None)


def same_name(one: str, other: str) -> bool:
    """Whether two printed names are the same. Case, marks and full stops are ignored."""
    bare, other_bare = re.sub(r"\W+", "", fold(one)), re.sub(r"\W+", "", fold(other))
    return bare == other_bare or are_alike(one, other, 0.9)


def _paragraph(blocks: Sequence[Block], places: Sequence[int], index: int) -> Paragraph | None:
    block = blocks[places[index]] if len(places) >= -index else None
    return block if isinstance(block, Paragraph) else None


def _signed(last: Paragraph, above: Paragraph | None, byline: str | None) -> str | None:
    text = last.text.strip()
    bracketed = text.startswith("(") and text.endswith(")")
    text = text[1:-1].strip() if bracketed else text
    if not 2 <= len(text) <= _LONGEST or _NO_NAME.fullmatch(text):
        return None
    credit = _CREDIT.fullmatch(text)
    name = credit["name"] if credit else text
    if byline is not None and same_name(byline, name):
        return name
    if re.search(r"\d", name) or _INITIAL.sub("", name).endswith((".", ":", "!", "?", "…", ";", ",")):
        return None
    source = _SOURCE.fullmatch(text)
    if source:
        return text if bracketed or not _is_plain(last) or _is_name(source["name"]) else None
    if credit or last.align == "right":
        return name
    if above is not None and _is_plain(last) and len(above.text) <= _LONGEST and not _is_plain_sentence(above):
        return None
    if name.isupper():
        return name
    if (last.bold or last.italic) and (_is_name(name) or _OFFICE.match(name)):
        return name
    people = [len(part.split()) for part in _PEOPLE.split(name)]
    is_short = 2 <= len(name.split()) <= _LONGEST_NAME or all(2 <= few <= _LONGEST_NAME for few in people)
    return name if _is_name(name) and is_short else None


def _is_plain(paragraph: Paragraph) -> bool:
    """Whether only its words can distinguish this line from prose."""
    text = paragraph.text
    marked = paragraph.align == "right" or paragraph.bold or paragraph.italic or text.isupper()
    return not marked and not _CREDIT.fullmatch(text.strip("() "))


def _is_plain_sentence(paragraph: Paragraph) -> bool:
    return paragraph.text.endswith((".", "!", "?", "…", "”", '"'))


def _is_name(text: str) -> bool:
    parts = [part for part in _BETWEEN.split(text) if part]
    return bool(parts) and all(p[0].isupper() and re.fullmatch(r"[\w.'’]+", p) for p in parts)
