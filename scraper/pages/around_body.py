"""What pages of unknown software print between an article's title and its body, and how pages of teasers look."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import dropwhile, islice
from urllib.parse import urlsplit

from bs4 import Tag
from bs4.element import NavigableString, PageElement

from scraper.items import Block, Paragraph, Picture
from scraper.pages.article_region import DATE_LINE
from scraper.pages.blocks import attribute, blocks, joined, words, words_up_to, wrapped
from scraper.pages.captions import bind_marked_captions
from scraper.pages.images import picture_address
from scraper.pages.metadata import meta, person
from scraper.pages.outline import Outline
from scraper.pages.tree import Page, elements_after
from scraper.text import fold, squeeze

SENTENCE_ENDS = (".", "!", "?", "…", ".”", '."', ".)")
_FEWEST_LETTERS_OF_A_LEAD = 60
_FIRST_BLOCKS = 4
_MAY_HOLD_A_LEAD = ["p", "div", "h2", "h3", "h4", "td"]
_HEADINGS = frozenset({"h2", "h3", "h4"})
_FEWEST_PARAGRAPHS = 3  # of which the first may be marked as a lead
_NO_MARK = re.compile(r"drop|first|mso|has-|wp-|align|justify|text-|indent|caption|tacgia|author|img|photo", re.I)
_LONGEST_KICKER = 120
_SURNAMES = frozenset({
    "bui", "cao", "chu", "dang", "dao", "dinh", "do", "doan", "duong", "ha", "ho", "hoang", "huynh", "kieu", "lam",
    "le", "luong", "ly", "mai", "nghiem", "ngo", "nguyen", "pham", "phan", "quach", "ta", "thai", "to", "ton", "tong",
    "tran", "trinh", "truong", "vo", "vu", "vuong",
})  # fmt: skip
_LARGE = (400, 300)  # pixels; banners are 970 × 250, portraits smaller
_CREDIT = re.compile(
    r"(?:tin|bài|tác giả|thực hiện)(?:\s*(?:,|và|&|-)?\s*(?:bài|ảnh|clip|video))*\s*:\s*(\S.*)", re.I
)
_BARS = re.compile(r"\s*[|•·]\s*")
_LONGEST_LINE = 200  # characters
_LINES_BETWEEN = 14
_LINES_BEHIND = 3
_ONE_PERSON = (
    r"(?:[^\W\d_]\.\s*[^\W\d_]{2,}(?:\s+[^\W\d_]+){0,4}"  # P. MAI
    r"|[^\W\d_]{2,}(?:\s+[^\W\d_]+){1,4})"
)
_PERSON = re.compile(rf"{_ONE_PERSON}(?:\s*[-–,&]\s*{_ONE_PERSON}){{0,2}}")
_IN_NO_NAME = (
    r"\b(?:posted|submitted|written|published|facebook|gmt|chia sẻ|in bài|trang chủ|thứ (?:hai|ba|tư|năm|sáu|bảy)"
    r"|chủ nhật|tin|bài|báo|đài|bản|xem|đọc|nghe|phản hồi|bình luận|đăng (?:nhập|ký|kí|tin|ngày|lúc|bởi)|ngày"
    r"|thời sự|kinh tế|văn h(?:óa|oá)|xã hội|chính trị|tỉnh|huyện|phường|số|sở|ban|ủy|uỷ|đảng|hội|đại biểu"
    r"|trường|trưởng|công ty|theo|lượt)\b"
)
_NO_PERSON = re.compile(_IN_NO_NAME)
"""Words that are in no name. Names differ from many of them by their marks alone: Đặng, Trương, Bảo, Đăng."""
_NO_PERSON_WITHOUT_MARKS = re.compile(fold(_IN_NO_NAME))
_BY = re.compile(
    r"(?:(?:posted|submitted|written|published) by|by|author|von|tác giả|người (?:viết|đăng|gửi)"
    r"|(?:được )?(?:gửi|viết|đăng) bởi)\b\s*:?",
    re.I,
)
_AUTHOR_ADDRESS = re.compile(r"/(?:authors?|tac-gia|users?|profiles?|nguoi-viet)/[^/?#]|[?&]author=", re.I)
_PICTURE_NAME = re.compile(r"image|img|photo|picture|thumb|media|cover|featured|hinh|anh(?![a-z])", re.I)
_NO_PICTURE = re.compile(r"author|avatar|profile|logo|icon|user|share|social|banner|quang-?cao|advert", re.I)
_PORTRAIT = re.compile(r"author|avatar|profile-(?:image|photo|pic)|tac-?gia", re.I)
_PHOTOGRAPH = re.compile(r"\.(?:jpe?g|webp|png)(?:$|\?)", re.I)
_ASIDE = ("aside", "nav")
_LINK = ("a",)
_LONGEST_CAPTION = 300
_FEWEST_LETTERS_OF_A_CAPTION = 15
_LONGEST_CAPTION_BELOW = 200
_TEASERS = 3
_LETTERS_OF_A_TEASER = 400
_MORE = re.compile(r"(?:read more|continue reading|(?:doc|xem) (?:them|tiep)|xem chi tiet|chi tiet)\b.{0,3}")
_LETTER = re.compile(r"[^\W\d_]")


def element_around(node: PageElement, names: Collection[str], *, itself: bool = False) -> Tag | None:
    """The smallest element of these names around ``node``. Beautiful Soup makes rules for each such question."""
    if itself and isinstance(node, Tag) and node.name in names:
        return node
    return next((tag for tag in node.parents if tag.name in names), None)


def element_beside(nodes: Iterable[PageElement]) -> Tag | None:
    """The first element among siblings."""
    return next((node for node in nodes if isinstance(node, Tag)), None)


def lead_between(title: Tag, content: Tag) -> str | None:
    """The only prose between title and body, outside of links; None if there is none or more than one paragraph."""
    if any(parent is content for parent in title.parents):
        return None
    found: list[str] = []
    around = {id(parent) for parent in content.parents}
    for tag in elements_after(title):
        if tag is content:
            break
        if tag.name not in _MAY_HOLD_A_LEAD or id(tag) in around:
            continue
        if any(parent is content for parent in tag.parents) or tag.find(["p", "div", "td", "h2", "h3", "h4"]):
            continue
        text = squeeze(tag.get_text(" "))
        is_linked = sum(len(a.get_text()) for a in tag.find_all("a")) * 2 > len(text)
        if len(text) >= _FEWEST_LETTERS_OF_A_LEAD and text.endswith(SENTENCE_ENDS) and not is_linked:
            found.append(" ".join(block.text for block in blocks(tag, "") if isinstance(block, Paragraph)))
    return found[0] if len(found) == 1 and found[0] else None


def kicker_above(title: Tag) -> Tag | None:
    """The element right above the title, if its words end with the colon of a kicker."""
    above = element_beside(title.previous_siblings)
    text = words(above) if above is not None else ""
    return above if text.endswith(":") and 3 <= len(text) <= _LONGEST_KICKER else None


def figures_between(title: Tag, content: Tag, url: str, lead: str | None = None) -> list[Picture]:
    """The pictures between title and body, with their captions, of which ``lead`` is none.

    The markup frames them, or they are photographs that lead nowhere.
    """
    found: list[Picture] = []
    is_below = any(parent is content for parent in title.parents)
    for tag in elements_after(title):
        if tag is content or (is_below and any(parent is content for parent in tag.parents)):
            break
        if tag.name in {"figure", "table"} and title not in tag.descendants and tag.find_parent(_ASIDE) is None:
            framed = blocks(wrapped(tag), url)
            pictures = [block for block in framed if isinstance(block, Picture)]
            is_framed = tag.name == "figure" or (len(framed) == 1 and _leads_to_pictures(tag.find_all("a")))
            found += [each for each in pictures if is_framed and (tag.name == "figure" or each.caption)]
        elif tag.name == "img" and (frame := _picture_frame(tag, title, content)) is not None:
            box = wrapped(frame)
            bind_marked_captions(box)
            pictures = [block for block in blocks(box, url) if isinstance(block, Picture)]
            below = None if words(frame) else _caption_below(frame, content, lead)
            found += [replace(each, caption=below) if below else each for each in pictures]
    return found


def _picture_frame(image: Tag, title: Tag, content: Tag) -> Tag | None:
    """The largest element that holds this picture alone, perhaps with its caption.

    None if no name in it is a picture's and the picture is no photograph that stands by itself, or if a name is an
    author's or a sign's.
    """
    if image.find_parent(["figure", "table", "header", "footer", *_ASIDE]) is not None:
        return None
    around = {id(tag) for tag in (*title.parents, *content.parents)}
    frame = image
    while (parent := frame.parent) is not None and id(parent) not in around:
        if len(parent.find_all("img", limit=2)) > 1 or len(words(parent)) > _LONGEST_CAPTION:
            break
        frame = parent
    inner = [image, *(tag for tag in image.parents if frame in tag.parents), frame]
    names = " ".join(_mark(tag) for tag in inner if tag is not image)
    address = picture_address(image) or ""
    is_named = frame is not image and _PICTURE_NAME.search(names)
    links = [*image.find_parents("a", limit=1), *frame.find_all("a")]
    is_photograph = _PHOTOGRAPH.search(address) and _leads_to_pictures(links)
    is_sign = _NO_PICTURE.search(f"{names} {_mark(image)}") or (not is_named and _NO_PICTURE.search(address))
    return frame if (is_named or is_photograph) and (not is_sign or _is_large(image)) else None


def _is_large(image: Tag) -> bool:
    """Whether a picture is declared larger than signs and banners are."""
    width, height = (attribute(image, name).removesuffix("px") for name in ("width", "height"))
    return width.isdecimal() and height.isdecimal() and int(width) >= _LARGE[0] and int(height) >= _LARGE[1]


def _leads_to_pictures(links: Sequence[Tag]) -> bool:
    return all(_PHOTOGRAPH.search(attribute(link, "href")) for link in links)


def is_sign(picture: Picture) -> bool:
    """Whether a picture's address calls it a sign: an icon, a logo, a button."""
    return _NO_PICTURE.search(urlsplit(picture.src).path.rpartition("/")[2]) is not None


def _caption_below(frame: Tag, content: Tag, lead: str | None) -> str | None:
    """The short line right below a picture above the body, if the lead is another text."""
    below = element_beside(frame.next_siblings)
    if lead is None or below is None or below is content or below.find(["img", "a", "p", "div", "h1"]) is not None:
        return None
    text = words(below)
    is_line = _FEWEST_LETTERS_OF_A_CAPTION <= len(text) <= _LONGEST_CAPTION_BELOW and below not in content.parents
    return text if is_line and fold(text) not in fold(lead) and DATE_LINE.search(text) is None else None


def remove_portraits(content: Tag) -> None:
    """Removes the pictures of authors: their own name, or that of what holds them, says so."""
    for image in content.find_all("img"):
        names = " ".join(_mark(tag) for tag in (image, *list(image.parents)[:2]) if tag is not content)
        if _PORTRAIT.search(names):
            image.decompose()


def name_after_label(outline: Outline, title: Tag) -> str | None:
    """The person who wrote it, by a label among the lines below the title (``Posted by``, ``Tác giả:``), or by the
    address to which the name leads (``/author/…``)."""
    place = outline.number(title)
    own = outline.inside(place)
    lines = 0
    labelled = False
    for string, number in outline.strings_after(place):
        if number in own or not (text := squeeze(string).strip(" |-–·•,/")):
            continue
        lines += 1
        if lines > _LINES_BETWEEN:
            return None
        label = _BY.match(text)
        link = next((each for each in outline.upwards(number) if outline.names[each] == "a"), None)
        address = joined(outline.attributes(link).get("href")) if link is not None else ""
        is_named = labelled or _AUTHOR_ADDRESS.search(address)
        name = text[label.end() :].strip(" ,") if label else text if is_named else ""
        if name and is_person(name):
            return name
        labelled = label is not None and not name
    return None


def name_beside(title: Tag, content: Tag) -> str | None:
    """The only line between title and prose, or else right behind the body, that is a person's name and no more."""
    inside = {id(content), *(id(tag) for tag in content.find_all(True))}
    content = _whole_cell(content)
    frame = content.parent
    between: list[str] = []
    behind: list[str] = []
    beyond: list[str] = []  # lines behind the body's own frame, where only a labelled name counts
    passed = is_prose = False
    for node in title.next_elements:
        if isinstance(node, Tag):
            passed = passed or node is content
            continue
        parent = node.parent
        if type(node) is not NavigableString or parent is None or parent is title:
            continue
        is_inside = id(parent) in inside
        is_prose = is_prose or (is_inside and len(node) >= _FEWEST_LETTERS_OF_A_LEAD)
        if is_inside and is_prose:
            continue
        if passed and frame is not None and frame not in parent.parents and parent is not frame:
            beyond.append(squeeze(node))
            if len([text for text in beyond if text]) >= _LINES_BEHIND:
                break
            continue
        if len(behind) >= _LINES_BEHIND or (not passed and len(between) >= _LINES_BETWEEN):
            break
        if (text := squeeze(node).strip(" |-–·•,")) and not any(each is title for each in parent.parents):
            said = text if element_around(node, _LINK) is None else ""
            (behind if passed and not is_inside else between).append(said)
    credits = [match[1] for text in (*behind, *beyond) if (match := _CREDIT.fullmatch(text))]
    return _only_person(between) or _only_person(behind) or _only_person(credits)


def stated_name(page: Page, title: Tag, outline: Outline | None = None) -> str | None:
    """The author whom the page's head states, if one of the lines around the title says the same.

    ``outline`` is that of the page, where it is known.
    """
    stated = meta(page, "article:author", "author") or ""
    name = person(stated) if stated != meta(page, "og:site_name") else None
    if not name:
        return None
    lines = outline or page.outline()
    place, wanted = lines.number(title), fold(stated)
    in_title = lines.inside(place)
    for strings in (lines.strings_after(place), lines.strings_before(place)):
        for line, number in islice(strings, _LINES_BETWEEN):
            if fold(line) == wanted and number not in in_title and not _leads_home(lines, number):
                return name
    return None


def _leads_home(outline: Outline, number: int) -> bool:
    """Whether a line's element stands in a link home, or in one of a menu or a side column."""
    link = element_around(outline.tag(number), _LINK, itself=True)
    return link is not None and (link.find_parent(_ASIDE) is not None or attribute(link, "href") in {"", "/"})


def _only_person(lines: Sequence[str]) -> str | None:
    named = list(dict.fromkeys(text for text in lines if is_person(text)))
    return named[0] if len(named) == 1 else None


def _whole_cell(content: Tag) -> Tag:
    """The table of the page's layout of which ``content`` is the only cell, else ``content`` itself."""
    table = content.find_parent("table") if content.name in {"td", "tbody", "tr"} else None
    cells = [cell for cell in table.find_all("td") if cell.find_parent("table") is table] if table is not None else []
    return table if table is not None and len(cells) == 1 else content


def name_in_date_line(date: Tag, text: str) -> str | None:
    """The person's name that is all that the line of the date (``text``, printed in ``date``) says besides.

    Between bars or bullets it may stand beside a section, counts and buttons.
    """
    for line in (date, date.parent):
        said = words_up_to(line, _LONGEST_LINE) if line is not None else None
        if said is None or text not in said:
            continue
        rest = said.replace(text, "", 1).strip(" |-–·•,/")
        named = [part for part in (rest, *_BARS.split(said)) if part and _is_full_name(part)]
        if len(set(named)) == 1:
            return named[0]
    return None


def name_below_lead(printed: Sequence[Block]) -> str | None:
    """The person's name that is a paragraph of its own between the first and the second piece of prose, if any."""
    opening = [block for block in printed[:_FIRST_BLOCKS] if isinstance(block, Paragraph)]
    for before, block, after in zip(opening, opening[1:], opening[2:], strict=False):
        is_between = all(text.endswith(SENTENCE_ENDS) for text in (before.text, after.text))
        if is_between and not block.bold and _is_full_name(block.text):
            return block.text
    return None


def _is_full_name(text: str) -> bool:
    """Whether ``text`` is a surname with two or three names behind it: a place or a section is not."""
    first, *others = fold(text).split()
    return len(others) in {2, 3} and first in _SURNAMES and is_person(text) and fold(text) != "ho chi minh"


def is_person(text: str) -> bool:
    """Whether ``text`` has the shape of one or more persons' names, and no word that is no name."""
    is_named = all(word[0].isupper() for word in re.findall(r"[^\W_]+", text))
    others = _NO_PERSON_WITHOUT_MARKS if text.isascii() else _NO_PERSON
    return is_named and bool(_PERSON.fullmatch(text)) and not others.search(text.lower())


def marked_lead(content: Tag, title: Tag | None = None) -> str | None:
    """The first prose of the body, if its own class or id, or its being a heading, sets it apart from the rest.

    If the body holds ``title``, its prose begins with the first whole sentence below it.
    """
    holding = content.find_all(_MAY_HOLD_A_LEAD)
    if not any(tag.name in _HEADINGS or _mark(tag) for tag in holding):
        return None
    prose = [
        tag
        for tag in holding
        if tag.find(_MAY_HOLD_A_LEAD) is None and len(text := words(tag)) >= _FEWEST_LETTERS_OF_A_LEAD
        and (text.endswith(SENTENCE_ENDS) or tag.name == "p")
    ]  # fmt: skip
    if title is not None and any(parent is content for parent in title.parents):
        prose = list(dropwhile(lambda tag: not words(tag).endswith(SENTENCE_ENDS), prose))
    if len(prose) < _FEWEST_PARAGRAPHS or not words(prose[0]).endswith(SENTENCE_ENDS):
        return None
    first, *others = prose
    if first.name in _HEADINGS:
        return words(first) if all(tag.name != first.name for tag in others) else None
    mark = _mark(first)
    if not mark or _NO_MARK.search(mark) or any(_is_marked_like(first, tag) for tag in others):
        return None
    return words(first)


def _is_marked_like(one: Tag, other: Tag) -> bool:
    """Whether two elements share their classes; of elements without any, whether both have an id."""
    classes = attribute(one, "class")
    return attribute(other, "class") == classes and bool(classes or attribute(other, "id"))


def _mark(tag: Tag) -> str:
    return f"{attribute(tag, 'id')} {attribute(tag, 'class')}".strip()


def without_header(
    printed: Sequence[Block], is_dated: Callable[[str], bool], byline: str | None
) -> tuple[Block, ...]:
    """The blocks without lines of the author's name or of dates among the first, where themes put them."""
    return tuple(
        block
        for place, block in enumerate(printed)
        if place >= _FIRST_BLOCKS or isinstance(block, Picture) or not _is_header(block, is_dated, byline)
    )


def _is_header(block: Paragraph, is_dated: Callable[[str], bool], byline: str | None) -> bool:
    if byline is not None and fold(block.text) == fold(byline):
        return True
    return len(block.text) <= 100 and not block.text.endswith(SENTENCE_ENDS) and is_dated(block.text)


def is_of_teasers(page: Page, around: Tag, letters: int) -> bool:
    """Whether ``around`` leads to several articles by "Đọc thêm", beside little text of its own (``letters``)."""
    leads = set(_more_links(page, around))
    return len(leads) >= _TEASERS and letters < _LETTERS_OF_A_TEASER * len(leads) / _TEASERS


def _more_links(page: Page, around: Tag) -> Iterator[str]:
    nodes = page.nodes()
    links = nodes.named("a") if around is page else nodes.within(nodes.node_of(around), "a")
    for link in links:
        href = nodes.value_of(link, "href")
        if href is not None:
            said = nodes.only_string(link)
            text = fold(squeeze(nodes.of(link).get_text(" ") if said is None else said))
            if len(text) <= 30 and _MORE.match(text) and _LETTER.search(text):
                yield href
