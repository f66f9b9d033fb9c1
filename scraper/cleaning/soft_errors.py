"""Pages that lie with status 200: what is known to be no article by its words alone."""

from __future__ import annotations

import re

from scraper.items import Paragraph, PrintedArticle, Reject
from scraper.text import fold

_SHORT_PAGE = 400  # characters of lead and body under which a page's words are weighed as those of an error page
_JUDGED_LETTERS = 300
_LEAST_MARKED = 0.03  # of a Vietnamese text's letters a fifth or more lie beyond ASCII

_SOFT_ERRORS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "soft-404",
        re.compile(
            r"(?:loi|error)(?: truy cap)? 404|404(?: error)?[ :–-]+(?:page )?not found|page not found"
            r"|khong tim thay (?:trang|bai viet|noi dung|du lieu|ket qua)"
            r"|(?:trang|bai viet|noi dung|duong dan|lien ket|dia chi)[^.]{0,80}"
            r"(?:khong (?:con )?ton tai|da bi (?:xoa|go)|khong tim thay)"
        ),
    ),
    (
        "maintenance",
        re.compile(
            r"(?:website|trang(?: web| thong tin)?|he thong|cong thong tin|may chu|site)[^.]{0,60}"
            r"(?:dang|tam)[^.]{0,20}(?:bao tri|nang cap|ngung hoat dong|dong cua|bao duong)"
            r"|(?:under|scheduled|down for) (?:maintenance|construction)|service unavailable"
        ),
    ),
    (
        "login",
        re.compile(
            r"(?:vui long|hay|ban (?:can|phai)|yeu cau) dang nhap|dang nhap (?:he thong|de (?:xem|doc|tiep tuc))"
            r"|(?:please )?(?:log|sign) in to (?:continue|view|read)"
        ),
    ),
    (
        "blocked",
        re.compile(
            r"captcha|access denied|\b403 forbidden|too many requests|checking your browser|just a moment\b"
            r"|(?:ip|dia chi|truy cap)[^.]{0,60}(?:bi|da) (?:chan|khoa|tu choi)|ban khong co quyen truy cap"
            r"|verify(?:ing)? (?:that )?you are (?:a )?human|xac minh (?:rang )?ban (?:la|khong phai)"
        ),
    ),
    (
        "parked",
        re.compile(
            r"(?:domain|ten mien)[^.]{0,60}(?:for sale|is parked|dang (?:duoc )?(?:rao )?ban|het han)"
            r"|buy this domain|this account has been suspended|tai khoan[^.]{0,30}da bi tam ngung"
        ),
    ),
    ("hacked", re.compile(r"hacked by|defaced by|\bslot gacor|judi online|situs slot")),
)
_ERROR_TITLE = re.compile(
    r"\W*(?:(?:loi|error)\W*)?(?:404|403|500|502|503)?\W*"
    r"(?:not found|khong tim thay(?: trang)?|trang khong ton tai|forbidden|bad gateway|loi truy cap(?: 404)?)?\W*"
)
_MOJIBAKE = re.compile(r"á»|áº|Ä‘|Æ°|Ã¡|Ã\xa0|Â\xa0|\ufffd")
_OTHER_SCRIPT = re.compile(r"[\u0400-\u04ff\u0590-\u06ff\u0e00-\u0e7f\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]")


def soft_error(printed: PrintedArticle) -> Reject | None:
    """Why ``printed`` cannot be an article, judged by its words alone; None where it can.

    The phrases of error pages are looked for only where the page is short: an article may well speak of a site
    that is being maintained.
    """
    paragraphs = [block.text for block in printed.body if isinstance(block, Paragraph)]
    text = " ".join((printed.lead or "", *paragraphs)).strip()
    found = (
        _wordless(printed.title, text)
        or _unreadable(printed.title, f"{printed.title} {text}")
        or (_announced_error(printed.title, f"{printed.title} {text}") if len(text) < _SHORT_PAGE else None)
    )
    return Reject(reason=found[0], detail=found[1][:300], url=printed.url) if found else None


def _wordless(title: str, text: str) -> tuple[str, str] | None:
    if not any(c.isalnum() for c in title):
        return "no-title", "the title has no letter"
    if not any(c.isalnum() for c in text):
        return "no-body", "neither lead nor body has a word"
    return None


def _unreadable(title: str, whole: str) -> tuple[str, str] | None:
    if len(_MOJIBAKE.findall(whole)) > max(2, len(whole) // 200):
        return "encoding", f"the words cannot be Vietnamese: {title}"
    letters = [c for c in whole if c.isalpha()]
    if len(letters) >= _JUDGED_LETTERS and sum(not c.isascii() for c in letters) < len(letters) * _LEAST_MARKED:
        return "hacked", f"the words are not Vietnamese: {title}"
    if len(_OTHER_SCRIPT.findall(whole)) > len(whole) // 4:
        return "hacked", f"most words are in another script: {title}"
    return None


def _announced_error(title: str, whole: str) -> tuple[str, str] | None:
    said = fold(whole)
    for reason, pattern in _SOFT_ERRORS:
        found = pattern.search(said)
        if found is not None:
            return reason, f"the page says: {found.group()}"
    if _ERROR_TITLE.fullmatch(fold(title)):
        return "soft-404", f"the title says: {title}"
    return None
