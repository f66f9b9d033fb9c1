"""Rejects soft errors: pages with status 200 whose words and shape show that they are no articles.

An error page speaks about itself to its reader, in the few words that such pages use: “Trang bạn tìm không tồn tại.
Vui lòng quay lại sau.” A news item may contain any of these phrases, but most of its words are different: names,
places, numbers, what happened. A phrase alone is therefore no reason to reject a page. A page is rejected if it is
short, contains such a phrase, and says little that error pages do not say.
"""

from __future__ import annotations

import re

from scraper.cleaning.error_words import BARE_ERROR_WORDS, BARE_FUNCTION_WORDS, ERROR_WORDS, FUNCTION_WORDS
from scraper.items import Paragraph, PrintedArticle, Reject
from scraper.text import fold, marked_letters, squeeze
from scraper.text.sentence import Sentence

_SHORT_PAGE = 400  # with fewer characters of lead and body, a page may be an error page by its words
_JUDGED_LETTERS = 300
_LEAST_MARKED = 0.03  # in a Vietnamese text, a fifth or more of the letters are beyond ASCII
_SAID_BY_ERRORS = 0.75  # a text with this share of words of error pages is one
_SAID_BY_TITLED_ERRORS = 0.5  # the same, if the title only announces an error

PHRASES: tuple[tuple[str, str], ...] = (
    (
        "soft-404",
        r"(?:loi|error)(?: truy cap)? 404|404(?: error)? (?:page )?not found|page not found|not be found"
        r"|nothing was found|page can t be found|no longer (?:exists|available)|khong tim thay"
        r"|khong (?:con )?(?:ton tai|dung)|(?:da )?bi (?:xoa|go)(?: bo)?|khong co (?:du lieu|noi dung)"
        r"|hien khong co|document has moved|khong lay duoc",
    ),
    (
        "parked",
        r"domain[^.]*(?:for sale|parked)|buy this domain|ten mien[^.]*(?:rao ban|dang ban|het han)"
        r"|account (?:has been )?suspended|tai khoan[^.]*tam (?:ngung|khoa)"
        r"|successfully installed|cai dat thanh cong",
    ),
    (
        "maintenance",
        r"(?:dang|tam)(?: duoc| thoi)? (?:bao tri|nang cap|bao duong|xay dung|cap nhat|qua tai|gian doan|dong cua)"
        r"|tam ngung(?: hoat dong| phuc vu)?|(?:ngung|dung) hoat dong|bao tri (?:he thong|website)"
        r"|khong the (?:ket noi|xu ly|hien thi)|(?:under|scheduled|down for) (?:maintenance|construction)"
        r"|service unavailable|temporarily un(?:able|available)|database connection|internal server error"
        r"|bad gateway|gateway time ?out|be back soon|bad request|request time ?out|server is (?:down|available)"
        r"|could not (?:connect|process|be retrieved)|connection closed|unknown host|host header|uri too long"
        r"|fetch failed"
        r"|khong (?:the )?ket noi(?: duoc)?|het thoi gian cho|yeu cau khong hop le|khong tra loi",
    ),
    (
        "login",
        r"dang nhap|phien lam viec|mat khau|danh cho thanh vien|khong co quyen(?: truy cap| xem)?|(?:log|sign) in"
        r"|proxy authentication",
    ),
    (
        "blocked",
        r"captcha|access denied|forbidden|too many requests|checking your browser|just a moment|been blocked"
        r"|bi (?:\w+ \w+ )?(?:chan|khoa|tu choi)|tu choi (?:truy cap|yeu cau)|khong duoc phep truy cap"
        r"|truy cap qua nhanh|you are (?:a )?human|not a robot|khong phai (?:la )?(?:robot|nguoi may)"
        r"|ma xac (?:nhan|minh)|(?:do not|don t) have permission|enable javascript",
    ),
    ("hacked", r"hacked by|defaced by|slot gacor|judi online|situs slot"),
)
"""Reasons and folded phrases, matched on whole words. If a page matches several phrases, the first wins."""

_PHRASES = tuple((reason, re.compile(rf"\b(?:{phrase})\b")) for reason, phrase in PHRASES)
_TITLES_WITHOUT_A_PHRASE = "|".join(
    (
        "thong bao",
        "loi",
        "error",
        "canh bao",
        "xac minh",
        "xin cho",
        "oops",
        "xin loi",
        "404",
        "403",
        "500",
        "502",
        "503",
    )
)
_BARE_TITLE = re.compile(rf"\W*(?:{_TITLES_WITHOUT_A_PHRASE})\W*|[\w-]+(?:\.\w+)+")
_WORD = re.compile(r"[^\W_]+")

_MOJIBAKE = ("á»", "áº", "Ä‘", "Æ°", "Ã¡", "Ã\xa0", "Â\xa0", "\ufffd")  # none begins as another ends
_MOJIBAKE_IN_VIETNAMESE = ("»", "\xa0")  # how those end that hold no letter but Vietnamese ones
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
_OTHER_SCRIPT = re.compile(r"[\u0400-\u04ff\u0590-\u06ff\u0e00-\u0e7f\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]")


def soft_error(printed: PrintedArticle) -> Reject | None:
    """Why ``printed`` cannot be an article, judged by its words alone; None if it can be one."""
    paragraphs = [block.text for block in printed.body if isinstance(block, Paragraph)]
    text = " ".join((printed.lead or "", *paragraphs)).strip()
    found = (
        _wordless(printed.title, text)
        or _unreadable(printed.title, f"{printed.title} {text}")
        or (_announced_error(printed.title, text) if len(text) < _SHORT_PAGE else None)
    )
    return Reject(reason=found[0], detail=found[1][:300], url=printed.url) if found else None


def _wordless(title: str, text: str) -> tuple[str, str] | None:
    if not any(c.isalnum() for c in title):
        return "no-title", Sentence("the title has no letter")
    if not any(c.isalnum() for c in text):
        return "no-body", Sentence("neither lead nor body has a word")
    return None


def _unreadable(title: str, whole: str) -> tuple[str, str] | None:
    is_marked = (marked_letters(whole) or 0) >= len(whole) * _LEAST_MARKED
    if is_marked and not any(end in whole for end in _MOJIBAKE_IN_VIETNAMESE):
        return None  # nearly every page: the rest takes ten times as long
    if sum(map(whole.count, _MOJIBAKE)) > max(2, len(whole) // 200):
        return "encoding", Sentence("the words cannot be Vietnamese: {title}", title=title)
    beyond = "".join(_BEYOND_ASCII.findall(whole))
    marked = sum(map(str.isalpha, beyond))
    if marked < len(whole) * _LEAST_MARKED:  # else there are enough for any number of letters
        letters = sum(map(str.isalpha, whole))
        if letters >= _JUDGED_LETTERS and marked < letters * _LEAST_MARKED:
            return "hacked", Sentence("the words are not Vietnamese: {title}", title=title)
    if len(_OTHER_SCRIPT.findall(beyond)) > len(whole) // 4:
        return "hacked", Sentence("most words are in another script: {title}", title=title)
    return None


def _announced_error(title: str, text: str) -> tuple[str, str] | None:
    """The reason and the words with which a short page says that it is no article."""
    share = _share_of_error_words(text)
    if share < _SAID_BY_TITLED_ERRORS and not f"{title}{text}".isascii():
        return None  # nearly every short article: to look for the phrases takes several times as long
    said = _announcement(text) or _announcement(title)
    if said is None:
        return None
    if said[0] == "hacked":
        return said if f"{title}{text}".isascii() else None
    is_titled = _is_error_title(title)
    least = _SAID_BY_TITLED_ERRORS if is_titled else _SAID_BY_ERRORS
    return said if share >= least else None


def _announcement(text: str) -> tuple[str, str] | None:
    folded = " ".join(re.findall(r"[^\W_]+|\.", fold(text)))
    found = ((reason, match) for reason, pattern in _PHRASES if (match := pattern.search(folded)))
    return next(((reason, Sentence("the page says: {text}", text=match.group())) for reason, match in found), None)


def _is_error_title(title: str) -> bool:
    folded = fold(title)
    return bool(_BARE_TITLE.fullmatch(folded)) or (
        _announcement(title) is not None and _share_of_error_words(title) >= 0.9
    )


def _share_of_error_words(text: str) -> float:
    """The share of words in ``text`` that error pages use too, from 0 to 1.

    Numbers and words that every text has are not counted. Words are compared with their marks, because ``đảng`` and
    ``đang`` would be the same without them. In a text written without marks, marks are ignored.
    """
    known, passed = (BARE_ERROR_WORDS, BARE_FUNCTION_WORDS) if text.isascii() else (ERROR_WORDS, FUNCTION_WORDS)
    words = [w for w in _WORD.findall(squeeze(text).lower()) if not w.isdecimal() and w not in passed]
    return sum(word in known for word in words) / len(words) if words else 1.0
