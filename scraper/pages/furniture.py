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
from scraper.pages.addresses import absolute, same_host
from scraper.text import fold, squeeze

_LONGEST_TEASER = 700  # characters of a title with its summary
_FEWEST_TEASERS = 2
_FEWEST_WORDS_OF_A_TITLE = 4
_SHARE_OF_ITS_LINE = 0.6  # of a line's characters that are a title's
_LINES = ["p", "li", "h1", "h2", "h3", "h4", "h5", "h6", "div", "td", "dd", "dt", "figcaption", "article", "section"]
_TITLES = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_LONGEST_LABEL = 60  # characters beside the links of a related list: its heading, its dates
_LONGEST_FOOT = 200
_MOST_LABELS_BEHIND = 5
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
_BAR = re.compile(rf"(?:{_BUTTONS.pattern})(?: (?:{_BUTTONS.pattern}))*")
_LONGEST_BAR = 100
_WORD = re.compile(r"[^\W_]+")
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
_END_LABEL = re.compile(
    r"\W*(?:pages?|trang)\s*:?[\s\d,|›»>-]*"
    r"|\W*(?:tu khoa|tags?|chu de|xem them chu de)\s*:.{0,200}"
    r"|\W*(?:so )?(?:luot (?:xem|doc|truy cap)|da xem|views?)\s*:?\s*[\d.,]+\W*"
    r"|\W*[\d.,]+ (?:luot (?:xem|doc)|views?)\W*"
    r"|\W*(?:cap nhat|sua)(?: lan)? cuoi\b.{0,40}|\W*danh gia(?: bai viet)?\s*:.{0,60}"
)
_COMMENTS = re.compile(
    r"\W*(?:(?:y kien|binh luan|phan hoi)(?: (?:cua )?(?:ban doc|doc gia))?"
    r"|(?:gui|viet) (?:y kien|binh luan)(?: cua ban)?)"
    r"\s*(?:\(?\d+\)?)?\W*"
)
_FIRST_OF_COMMENTS = frozenset("ybpgv")  # letters
_LETTER = re.compile(r"\w")
_PLAYER = re.compile(r"0?0:00\s*(?:/\s*\d{1,2}:\d\d)?")
_FOLLOW = re.compile(
    r"\W*(?:moi (?:ban|quy vi|doc gia|ban doc) )*(?:theo doi|doc them|xem them)\b.{0,60}"
    r"\btren (?:google|facebook|zalo|youtube|tiktok)\b.{0,20}"
)
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


def remove_teasers(body: Tag, url: str, key: Callable[[str], str | None]) -> int:
    """Removes the boxes of ``body``, two or more side by side, that each show another article, perhaps its summary.

    Takes a title that stands alone in its line. A link in running text shows nothing, and what is around it stays.
    Returns how many characters they held.
    """
    own = key(url)
    leading = [link for link in body.find_all("a") if _leads_away(link, url, own, key)]
    shown = {id(link): key(absolute(url, str(link["href"]))) for link in leading}
    several = _of_several(leading, shown, body)
    boxes: dict[int, list[Tag]] = {}
    for link in leading:
        if not _fills_its_line(link):
            continue
        box = link
        for around in _upwards(link, body):
            if id(around) in several:
                break
            box = around
        if box.parent is not None and len(box.get_text()) <= _LONGEST_TEASER and not _heads_prose(box):
            boxes.setdefault(id(box.parent), []).append(box)
    removed = 0
    for few in boxes.values():
        if len({id(box) for box in few}) >= _FEWEST_TEASERS:
            _remove_heading(few[0])
            for box in few:
                if not box.decomposed:
                    removed += len(squeeze(box.get_text(" ")))
                    box.decompose()
    return removed


def _heads_prose(box: Tag) -> bool:
    """Whether a title stands right above prose: it is the heading of a list's entry or of a part of the text."""
    below = box.find_next_sibling(True)
    return box.name in _TITLES and below is not None and below.name == "p" and len(below.get_text()) > _LONGEST_LABEL


def _of_several(leading: Sequence[Tag], shown: dict[int, str | None], body: Tag) -> set[int]:
    """The elements, by ``id()``, that lead to more than one other article."""
    of: dict[int, set[str | None]] = {}
    for link in leading:
        for around in _upwards(link, body):
            of.setdefault(id(around), set()).add(shown[id(link)])
    return {number for number, keys in of.items() if len(keys) > 1}


def _fills_its_line(link: Tag) -> bool:
    said = squeeze(link.get_text(" "))
    line = link.find_parent(_LINES)
    if len(said.split()) < _FEWEST_WORDS_OF_A_TITLE or line is None:
        return False
    return len(said) >= _SHARE_OF_ITS_LINE * len(squeeze(line.get_text(" ")))


def without_furniture(printed: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks without share bars, and without the labels, licence lines and comments at their end."""
    kept = [block for block in printed if isinstance(block, Picture) or not _is_beside_text(block.text)]
    comments = [n for n, b in enumerate(kept) if n and isinstance(b, Paragraph) and _heads_comments(b.text)]
    kept = kept[: comments[0]] if comments else kept
    kept = _without_end(kept)
    kept = _without_end(kept[: _end_of_article(kept)])
    if (
        kept
        and isinstance(last := kept[-1], Paragraph)
        and len(last.text) <= _LONGEST_LABEL
        and last.text[-1] not in ".!?…”"
    ):
        while len(kept) > 1 and isinstance(kept[-2], Paragraph) and _is_foot(kept[-2].text, fold(kept[-2].text)):
            del kept[-2]  # a name may stand below the licence
    return tuple(kept)


def _without_end(printed: list[Block]) -> list[Block]:
    end = len(printed)
    while end and isinstance(last := printed[end - 1], Paragraph) and _ends_a_page(last.text):
        end -= 1
    return printed[:end]


def _end_of_article(printed: Sequence[Block]) -> int:
    """Where the lines begin that count readers or name keywords, if nothing but labels stands behind them.

    The heading of a list whose links were taken off may be called anything.
    """
    end = len(printed)
    for number in range(len(printed) - 1, max(0, len(printed) - 1 - _MOST_LABELS_BEHIND), -1):
        block = printed[number]
        if not isinstance(block, Paragraph) or len(block.text) > _LONGEST_LABEL or block.text[-1] in ".!?…”":
            break
        if _END_LABEL.fullmatch(fold(block.text)):
            end = number
    return end


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


def _heads_comments(text: str) -> bool:
    first = _LETTER.search(text)
    if first is None:
        return False
    letter = first.group().lower()
    begins = (letter if letter.isascii() else fold(letter))[:1] in _FIRST_OF_COMMENTS
    return begins and _COMMENTS.fullmatch(fold(text)) is not None


def _is_beside_text(text: str) -> bool:
    if len(text) > _LONGEST_FOOT:
        return False
    folded = fold(text)
    if _PLAYER.fullmatch(text) or _FOLLOW.fullmatch(folded):
        return True
    return _is_share_bar(text) or (len(text) <= _LONGEST_LABEL and _ALWAYS_LABEL.fullmatch(folded) is not None)


def _is_share_bar(text: str) -> bool:
    if len(text) > _LONGEST_BAR:
        return False
    words = " ".join(_WORD.findall(fold(text)))
    return _BUTTON_WORD.search(words) is not None and _BAR.fullmatch(words) is not None


def _ends_a_page(text: str) -> bool:
    folded = fold(text)
    if _PLACEHOLDER.fullmatch(folded) or _END_LABEL.fullmatch(folded):
        return True
    if len(text) <= _LONGEST_LABEL and not text.endswith((".", "!", "?", "”")) and _LABEL.fullmatch(folded):
        return True
    return _is_foot(text, folded)


def _is_foot(text: str, folded: str) -> bool:
    """Whether a line names the editor or the licence. ``folded`` is the same text folded."""
    return len(text) <= _LONGEST_FOOT and _FOOT.match(folded.lstrip(" -*•")) is not None
