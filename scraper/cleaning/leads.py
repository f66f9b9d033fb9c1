"""The opening of an article: the masthead in its lead, empty zones, and a lead that the body repeats."""

from __future__ import annotations

import re
from collections.abc import Sequence

from scraper.items import Block, Paragraph, Picture
from scraper.text import are_alike

_SAME = 0.95  # likeness of a lead and its repetition

_BRACKETED_MASTHEAD = re.compile(r"\((?P<sign>[^()\d]{2,30})\)\s*(?P<dash>[-–—:])?\s*(?=\S)")
_BARE_MASTHEAD = re.compile(
    r"(?P<sign>[A-ZĐÐ]{2,6}(?: (?:online|điện tử))?|[A-Za-z]\w+\.(?:com\.)?(?:vn|VN|com|COM))\s*[-–—]\s*(?=\S)"
)
_SIGN = re.compile(r"[A-ZĐÐ]{2,8}(?: [Oo]nline| điện tử)?|Báo .+|\w+\.(?:\w+\.)?\w+|.* [Oo]nline")
_OFFICES = frozenset(
    {"UBND", "HĐND", "MTTQ", "BCH", "BTV", "TP", "TW", "TƯ", "LĐLĐ", "KCN", "CCN", "HTX", "NQ", "QH"}
)


def masthead(lead: str) -> str | None:
    """The masthead that opens a lead, without its brackets: ``(ABO)``, ``BHG -``, ``(Báo Quảng Ngãi)-``.

    The forms are those of the apbac family's papers, and an address such as ``Baodongnai.vn -``. None for other words
    in brackets, and for an office's short name before a dash (``HĐND - UBND tỉnh``).
    """
    found = _BRACKETED_MASTHEAD.match(lead)
    if found is not None:
        sign = found["sign"].strip()
        is_sign = _SIGN.fullmatch(sign) or (found["dash"] and sign[:1].isupper())
        return sign if is_sign else None
    found = _BARE_MASTHEAD.match(lead)
    if found is None or found["sign"] in _OFFICES:
        return None
    after = lead[found.end() :].split()[0].strip(",.;:")
    return None if len(after) > 1 and after.isupper() and after.isalpha() else found["sign"]


def _without_masthead(text: str) -> str:
    if masthead(text) is None:
        return text
    found = _BRACKETED_MASTHEAD.match(text) or _BARE_MASTHEAD.match(text)
    return text[found.end() :] if found else text


_ZONE = re.compile(r"[.,;\s]+")


def without_empty_zones(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The body without lines that hold only ``.``, ``,`` or ``;``. They are empty zones of a template."""
    return tuple(b for b in blocks if isinstance(b, Picture) or not _ZONE.fullmatch(b.text))


def without_repeated_lead(blocks: Sequence[Block], lead: str | None) -> tuple[Block, ...]:
    """The body without its first paragraphs (one to three) if they repeat the lead."""
    paragraphs = [i for i, block in enumerate(blocks) if isinstance(block, Paragraph)][:3]
    if lead is not None:
        for count in range(1, len(paragraphs) + 1):
            opening = " ".join(block.text for i in paragraphs[:count] if isinstance(block := blocks[i], Paragraph))
            if _says_the_same(lead, opening):
                return tuple(block for i, block in enumerate(blocks) if i not in paragraphs[:count])
    return tuple(blocks)


def _says_the_same(lead: str, text: str) -> bool:
    one, other = _without_masthead(lead), _without_masthead(text)
    if not 0.8 < len(one) / max(1, len(other)) < 1.25:
        return False
    if re.findall(r"\d+", one) != re.findall(r"\d+", other):
        return False
    return are_alike(one, other, _SAME)
