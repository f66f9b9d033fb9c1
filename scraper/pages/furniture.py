"""Removes what a page prints inside an article's body although it is no part of the article: links to other articles,
share bars, licence lines.

They are recognised by their shape more than by their words. A block that only holds titles of other articles, perhaps
with dates, is a related list, whatever its heading. A line that only holds names of buttons is a share bar. Lines
that name the editor and the licence end a page, not an article. A link in running text is part of the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from urllib.parse import urljoin, urlsplit

from bs4 import Tag

from scraper.dates.shapes import CLOCK, NUMERIC_DAY
from scraper.items import Block, Paragraph, Picture
from scraper.pages.addresses import same_host
from scraper.text import fold, squeeze

_LONGEST_LABEL = 60  # characters beside the links of a related list: its heading, its dates
_LONGEST_FOOT = 200
_DATES = re.compile(rf"[(\[]?(?:{CLOCK}(?::\d\d)?|{NUMERIC_DAY})[)\]]?")
_FILE = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|zip|rar|jpe?g|png|gif|webp|svg|mp[34])$", re.I)
_SHARE_HOSTS = re.compile(
    r"(?:facebook\.com/(?:sharer|share)|twitter\.com/(?:intent|share)|x\.com/intent|zalo\.me|linkhay\.com"
    r"|t\.me/share|news\.google\.com/publications|pinterest\.\w+/pin/create|linkedin\.com/share)"
    r"|^(?:mailto:|javascript:)",
    re.I,
)
_LABEL = re.compile(
    r"\W*(?:(?:cac )?(?:tin|bai|chuyen|video|chum anh)(?: tuc)?(?: bai)?(?: viet)? (?:lien quan|khac"
    r"|cung (?:chuyen muc|chu de)|moi|moi nhat|moi hon|cu hon|noi bat|doc nhieu|da dua|nen doc|hay"
    r"|xem nhieu)|(?:xem|doc|tham khao|tim hieu|co the ban)(?: nhieu)? (?:them|tiep|nhat|quan tam|muon doc)"
    r"|co the ban quan tam|ban co the|duoc quan tam|doc nhieu|moi cap nhat|related(?: posts| articles)?"
    r"|read more|lien quan|de xuat|goi y)\b.{0,25}",
    re.S,
)
_BUTTONS = re.compile(
    r"(?:chia se(?: bai viet| len)?|facebook|fb|zalo|twitter|tweet|x|telegram|messenger|linkedin|pinterest"
    r"|email|e mail|gmail|in bai(?: viet)?|in trang|in|ban in|print|gui(?: bai| email| cho ban be)?"
    r"|luu(?: bai| tin)?|copy(?: link)?|sao chep(?: lien ket)?|lien ket|thich|like|share|save"
    r"|theo doi(?: chung toi)?(?: tren)?|google news|google|binh luan|y kien|co chu|a|nghe(?: doc)? bai"
    r"|nghe audio|quay lai|tro lai|ve dau trang|len dau trang|ve trang chu|dang tai|da copy|da sao chep"
    r"|quang cao|qc|ad|tag|tags|tu khoa|tren|bai viet|bao|va|\d+|luot xem|luot thich|xem|views?)"
)
_BUTTON_WORD = re.compile(
    r"chia se|share|facebook|zalo|tweet|twitter|in bai|ban in|print|copy|sao chep|email|google news"
    r"|theo doi|binh luan|co chu|nghe|quay lai|dau trang|trang chu|luu bai|luu tin|quang cao|gui bai"
    r"|pages?"
)
_FOOT = re.compile(
    r"giay phep\b[^.]{0,60}\bso\b|(?:co quan (?:chu quan|ngon luan)|(?:quyen |pho )?tong bien tap|toa soan|tru so"
    r"|duong day nong|hotline|chiu trach nhiem(?: noi dung| xuat ban)?)[^.]{0,30}:|©|\(c\) |copyright\b|ban quyen\b"
    r"|ghi ro nguon\b|vui long ghi ro\b|nghiem cam sao chep\b|(?:phat trien|thiet ke) boi\b|powered by\b"
)
_END_LABEL = re.compile(r"\W*(?:pages?|trang)\s*:?[\s\d,|›»>-]*")
_RELATED_NAME = re.compile(r"relat|lien-?quan|tin-?khac|xem-?them|doc-?them|read-?more|suggest", re.I)
_ALWAYS_LABEL = re.compile(
    r"\W*(?:(?:tin|bai)(?: viet)? (?:lien quan|cung chuyen muc)|(?:xem|doc|tham khao) (?:them|tiep)"
    r"|co the ban quan tam)\W*"
)
_PLACEHOLDER = re.compile(r"\W*(?:but danh|tac gia|noi dung|dang cap nhat|loading|dang tai)\W*")


def remove_furniture(body: Tag, url: str, key: Callable[[str], str | None]) -> None:
    """Removes the blocks of ``body`` that only lead to other articles or share this one.

    ``key`` recognises an article's address; ``url`` is the address of the page.
    """
    own = key(url)
    leading = [link for link in body.find_all("a") if _leads_away(link, url, own, key)]
    ids = {id(link) for link in leading}
    whole = len(body.get_text())
    for named in {id(tag): tag for link in leading for tag in _named_related(link, body)}.values():
        if not named.decomposed and 2 * len(named.get_text()) <= whole:
            named.decompose()
    for link in leading:
        if link.decomposed:
            continue
        box = _box(link, body, ids)
        if box is None or 2 * len(box.get_text()) > whole:
            continue
        _remove_heading(box)
        box.decompose()


def without_furniture(printed: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks without share bars, and without the labels and licence lines at their end."""
    kept = [block for block in printed if isinstance(block, Picture) or not _is_beside_text(block.text)]
    while kept and isinstance(last := kept[-1], Paragraph) and _ends_a_page(last.text):
        kept.pop()
    return tuple(kept)


def _leads_away(link: Tag, url: str, own: str | None, key: Callable[[str], str | None]) -> bool:
    href = link.get("href")
    if not isinstance(href, str) or not href.strip() or href.strip().startswith("#"):
        return False
    if _SHARE_HOSTS.search(href.strip()):
        return True
    try:
        address = urljoin(url, href.strip())
        path = urlsplit(address).path
    except ValueError:
        return False
    if not same_host(address, url) or _FILE.search(path):
        return False
    other = key(address)
    return other is not None and other != own


def _box(link: Tag, body: Tag, leading: set[int]) -> Tag | None:
    """The largest element around ``link`` that holds only links to other pages and a label; None in running text."""
    box: Tag | None = None
    for around in _upwards(link, body):
        links = [a for a in around.find_all("a") if id(a) in leading] if around is not link else [link]
        said = squeeze(around.get_text(" "))
        for text in sorted({squeeze(a.get_text(" ")) for a in links}, key=len, reverse=True):
            said = said.replace(text, " ") if text else said
        rest = squeeze(_DATES.sub(" ", said)).strip(" |-–•·»>.,:*")
        if rest and not (len(rest) <= _LONGEST_LABEL and (_LABEL.fullmatch(fold(rest)) or _is_share_bar(rest))):
            break
        if any(not _is_in(image, links) for image in around.find_all("img")) and len(links) < 2:
            break
        box = around
    if box is link:
        return link if link.parent is body and not squeeze(_siblings_text(link)) else None
    return box if box is not None and box.name not in {"span", "strong", "b", "em", "i", "u", "font"} else None


def _named_related(link: Tag, body: Tag) -> Iterator[Tag]:
    """The elements around ``link`` whose own names say that they show other articles, perhaps with a summary."""
    for around in _upwards(link, body):
        names = " ".join(str(around.get(name) or "") for name in ("id", "class", "type", "data-type"))
        if around is not link and _RELATED_NAME.search(names):
            yield around


def _upwards(link: Tag, body: Tag) -> Iterator[Tag]:
    yield link
    for parent in link.parents:
        if parent is body or parent.name in {"body", "html", "[document]"}:
            return
        yield parent


def _is_in(image: Tag, links: Sequence[Tag]) -> bool:
    return any(parent is link for parent in image.parents for link in links)


def _siblings_text(link: Tag) -> str:
    sides = (link.previous_sibling, link.next_sibling)
    return " ".join(str(side) for side in sides if side is not None and not isinstance(side, Tag))


def _remove_heading(box: Tag) -> None:
    before = box.find_previous_sibling()
    if before is None:
        return
    text = squeeze(before.get_text(" "))
    is_heading = (
        before.name in {"h2", "h3", "h4", "h5", "h6"} and len(text) <= _LONGEST_LABEL and before.find("img") is None
    )
    if (
        text
        and len(text) <= _LONGEST_LABEL
        and (_LABEL.fullmatch(fold(text)) or (is_heading and _LABEL.match(fold(text))))
    ):
        before.decompose()


def _is_beside_text(text: str) -> bool:
    return _is_share_bar(text) or (len(text) <= _LONGEST_LABEL and _ALWAYS_LABEL.fullmatch(fold(text)) is not None)


def _is_share_bar(text: str) -> bool:
    if len(text) > 100:
        return False
    words = " ".join(re.findall(r"[^\W_]+", fold(text)))
    if not _BUTTON_WORD.search(words):
        return False
    return re.fullmatch(rf"(?:{_BUTTONS.pattern})(?: (?:{_BUTTONS.pattern}))*", words) is not None


def _ends_a_page(text: str) -> bool:
    folded = fold(text)
    if _PLACEHOLDER.fullmatch(folded) or _END_LABEL.fullmatch(folded):
        return True
    if len(text) <= _LONGEST_LABEL and not text.endswith((".", "!", "?", "”")) and _LABEL.fullmatch(folded):
        return True
    return len(text) <= _LONGEST_FOOT and _FOOT.match(folded.lstrip(" -*•")) is not None
