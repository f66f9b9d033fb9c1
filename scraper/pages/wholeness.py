"""Whether a page's markup was cut off before its end.

HTML does not need ``</body></html>``: minifiers and SingleFile leave them out. Papers also print them too early:
around a text that was pasted with its own ``<html>``, or before ``<head>``. Neither their absence nor their presence
alone proves anything. The end tags of ``div``, ``article`` and similar elements may never be left out: a page that
has no end tag at its end and leaves such an element open was cut.
"""

from __future__ import annotations

import re

from scraper.items import NotAnArticle

_END = re.compile(r"</(?:body|html)\s*>?", re.I)
_BODY = re.compile(r"<body\b", re.I)
_PASSED = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style|noscript|iframe|svg|template|textarea)\b.*?(?:</\1\s*>|\Z)", re.S | re.I
)
_CONTENT = re.compile(r"<(?:div|p|article|section|main|h[1-6]|ul|ol|table|header|footer|aside)\b", re.I)
_NEVER_LEFT_OUT = ("div", "article", "section", "main", "table", "header", "footer", "aside", "script", "style")
_TAGS = re.compile(rf"<(/?)({'|'.join(_NEVER_LEFT_OUT)})\b", re.I)
_OPEN_AT_END = re.compile(r"<[A-Za-z/!][^<>]*\Z")
# A page is asked about by the reading and by its page objects. To look it up as itself takes no hash of it.
_LAST_ANSWER = [("", False)]
_LONGEST_TAIL = 20_000  # how many characters after the last end tag are searched: counters put scripts there


def refuse_cut(html: str) -> None:
    """Raises NotAnArticle for a page that was cut off before its end."""
    if is_cut(html):
        raise NotAnArticle("truncated", "the page opens its body and has no end")


def is_cut(html: str) -> bool:
    """Whether the page opens a body and ends before its end."""
    asked, answer = _LAST_ANSWER[0]
    if asked is not html:
        answer = _is_cut(html)
        _LAST_ANSWER[0] = html, answer
    return answer


def _is_cut(html: str) -> bool:
    end = _last_end(html)
    if end is not None and _CONTENT.search(_PASSED.sub("", html[end : end + _LONGEST_TAIL])):
        end = None
    if end is not None and _BODY.search(html, end) is None:  # as nearly all pages end
        return False
    body = _last_body(html)
    if body is None:
        return False
    if not html[body:].strip("> \r\n\t"):
        return True
    if end is not None and end > body:
        return False
    if _OPEN_AT_END.search(html[-2000:]):
        return True
    shown = re.sub(r"<!--.*?(?:-->|\Z)", "", html, flags=re.S)
    balance = dict.fromkeys(_NEVER_LEFT_OUT, 0)
    for closing, name in _TAGS.findall(shown):
        balance[name.lower()] += -1 if closing else 1
    return any(left > 0 for left in balance.values())


def _last_body(html: str) -> int | None:
    place = None
    for found in _BODY.finditer(html):
        place = found.end()
    return place


def _last_end(html: str) -> int | None:
    """The place after the page's last end tag, looked for from its end."""
    place = html.rfind("</")
    while place >= 0:
        if found := _END.match(html, place):
            return found.end()
        place = html.rfind("</", 0, place + 1)
    return None
