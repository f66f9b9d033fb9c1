"""Reads sites with a learned template: the ``[select]`` and ``[learned]`` of a site file say where each field is.

Addresses, lists and the order of trust are those of the site's family. A page that does not fit the template is
refused or, if the family has a markup of its own, read by the family. Captures from before a new layout are therefore
read as before. The record's ``parser`` tells which of the two read the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PreformattedString

from scraper.items import Block, ListPage, NotAnArticle, Paragraph, Picture, PrintedArticle, Witness
from scraper.items import WitnessSource as Source
from scraper.pages.addresses import base_address, web_address
from scraper.pages.around_body import kicker_above, stated_name
from scraper.pages.blocks import attribute, blocks, parse, words
from scraper.pages.family import Family
from scraper.pages.metadata import canonical, linked_article, meta, person
from scraper.pages.sections import name_in, section_of
from scraper.sites.families import check_learned
from scraper.sites.learned import LearnedPart, shape
from scraper.text import fold, squeeze

# Our own marks, from Unicode's private use area. No page prints them, and they are removed before a word is kept.
_AWAY, _BACK = "\U0010ff01", "\U0010ff02"  # enclose the words of a link to another article
_TITLE, _FIELD = "\U0010ff03", "\U0010ff04"  # mark the place of the title, or of another field, in the body
_MARKS = re.compile(f"[{_AWAY}{_BACK}{_TITLE}{_FIELD}]")
_LINKED = re.compile(f"{_AWAY}([^{_BACK}]*){_BACK}")
_WORDS = re.compile(r"[^\W_]+")
_BESIDE_A_LINK = 25  # characters: “Xem thêm: …”, “… (26/07/2024)”
_BESIDE_A_FIELD = 60  # characters: “Cập nhật lúc …”, “Tác giả: …”
_CAPTION = 300  # characters, at most
_FEWEST_CHARACTERS = 40  # of an article's lead and body
_DASHES = "*-–—•"  # before a speaker or an item
_PROSE_OF_A_LIST = 300  # characters; less prose than this, and less than in links to articles, makes a page a list
_PROSE = 50  # characters; a shorter paragraph may be a caption or a signature
_PAGE_NUMBERS = re.compile(r"[^\d]{0,20}[\d\s|»«›‹<>…-]+[^\d]{0,10}")
_DATE_ALONE = re.compile(r"[\W\d]*\d{1,2}\s?[/.-]\s?\d{1,2}\s?[/.-]\s?\d{4}[\W\d]*")
_ACCOUNTS_LABEL = re.compile(r"^[^:]{2,20}:\s*(?=\S)")


class LearnedPages(Family):
    """The page objects of a site whose template was learned.

    Raises ValueError for what :func:`~scraper.sites.families.check_learned` refuses.
    """

    name = "learned"

    def __init__(self, family: Family, select: Mapping[str, str], learned: LearnedPart) -> None:
        super().__init__(select)
        check_learned(family.name, select, (*learned.furniture, *learned.captions))
        self.family, self.learned = family, learned
        self.divides = family.divides
        self.trust = family.trust  # type: ignore[misc]  # of the site's own family, not of a class
        self.lines = frozenset(shape(line) for line in learned.lines)
        self.not_titles = frozenset(bare(title) for title in learned.not_titles)

    # Addresses and lists are the family's.

    def key(self, url: str) -> str | None:
        """As the family tells it."""
        return self.family.key(url)

    def fetch_url(self, url: str) -> str | None:
        """As the family tells it."""
        return self.family.fetch_url(url)

    def month(self, url: str) -> tuple[int, int] | None:
        """As the family tells it."""
        return self.family.month(url)

    def list_page(self, html: str, url: str) -> ListPage:
        """As the family reads it."""
        return self.family.list_page(html, url)

    def further_pages(self, html: str, url: str) -> tuple[str, ...]:
        """As the family tells it."""
        return self.family.further_pages(html, url)

    def key_of_part(self, url: str) -> str | None:
        """As the family tells it."""
        return self.family.key_of_part(url)

    def reader(self, parser: str) -> Family:
        """See Family. Returns these page objects, or the family's own if the family read the record."""
        return self if parser == self.parser else self.family.reader(parser)

    # Articles.

    def article(self, html: str, url: str) -> PrintedArticle:
        """What an article page prints. Raises NotAnArticle if it does not fit the learned template."""
        try:
            return self._read(html, url)
        except NotAnArticle as refusal:
            if self.family.name == "generic" or refusal.reason not in {"no-title", "no-body", "no-date"}:
                raise
            try:
                return self.family.article(html, url)
            except NotAnArticle:
                raise refusal from None

    def _read(self, html: str, url: str) -> PrintedArticle:
        page = parse(html)
        base = base_address(page, url)
        linked = linked_article(page)
        found = self._find(page)
        section = section_of(page, found.title, url, key=self.key, linked=linked, base=base)
        stated_author = stated_name(page, found.title)
        text = _Body(self, page, found, base, url)
        lead, body = text.printed.get("lead"), text.read()
        if lead is None:
            lead, body = self._open(body)
        letters = len(lead or "") + sum(len(b.text) for b in body if isinstance(b, Paragraph))
        if letters < _FEWEST_CHARACTERS:
            raise NotAnArticle(
                "no-body",
                "{parser}: {letters} characters at {wanted}",
                parser=self.parser,
                letters=letters,
                wanted=self.select["body"],
            )
        if letters < min(text.linked, _PROSE_OF_A_LIST):
            raise NotAnArticle(
                "not-an-article",
                "{letters} characters of prose beside {linked} of links",
                letters=letters,
                linked=text.linked,
            )
        stated = (
            (Source.MICRODATA, text.machine_date),
            (Source.META, meta(page, "article:published_time", "pubdate", "datePublished")),
            (Source.JSONLD, linked.published if linked else None),
        )
        address = canonical(page, url)
        if address is None or (self.key(url) and self.key(address) != self.key(url)):
            address = self.fetch_url(url)
        return PrintedArticle(
            url=url,
            canonical_url=address,
            native_id=self.key(address or url),
            title=text.printed["title"],
            kicker=text.printed.get("kicker"),
            lead=lead,
            body=body,
            byline=_name(text.printed.get("author")) or stated_author,
            section=name_in(text.printed.get("section", "")) or section,
            tags=text.tags,
            published_text=text.printed.get("date"),
            updated_text=meta(page, "article:modified_time") or (linked.modified if linked else None),
            witnesses=tuple(Witness(source, said) for source, said in stated if said),
            parser=self.parser,
        )

    def _find(self, page: BeautifulSoup) -> _Found:
        """The elements of the fields. Raises NotAnArticle if title, body or date are not where they should be."""
        title = self._first(page, "title")
        if title is None:
            raise self._missing("title")
        self._check_title(page, words(title))
        body = next((tag for tag in page.select(self.select["body"]) if blocks(tag, "")), None)
        if body is None:
            raise self._missing("body")
        date = self._first(page, "date")
        if date is None and self.learned.date_on_every_page:
            raise self._missing("date")
        others = {name: self._first(page, name) for name in ("kicker", "lead", "author", "section")}
        others["kicker"] = others["kicker"] or kicker_above(title)
        tags = page.select(self.select["tags"]) if "tags" in self.select else []
        return _Found(title, body, {"date": date, **others}, tags)

    def _first(self, page: Tag, field: str) -> Tag | None:
        """The first element of the field's selector that prints any words."""
        if field not in self.select:
            return None
        return next((tag for tag in page.select(self.select[field]) if words(tag)), None)

    def _check_title(self, page: BeautifulSoup, title: str) -> None:
        if bare(title) in self.not_titles:
            raise NotAnArticle("not-an-article", "“{title}” is what lists of this site print as a title", title=title)
        if self.learned.title_in_head:
            heads = [page.title.get_text() if page.title else "", meta(page, "og:title") or ""]
            if not any(bare(title) in bare(head) for head in heads):
                raise NotAnArticle(
                    "not-an-article", "the page's head does not repeat the title “{title}”", title=title
                )

    def _open(self, body: tuple[Block, ...]) -> tuple[str | None, tuple[Block, ...]]:
        """The lead that opens the body, if the site prints it there, and the rest."""
        prose = [(n, block) for n, block in enumerate(body) if isinstance(block, Paragraph)]
        if self.learned.lead_opens is None or not prose:
            return None, body
        place, first = prose[0]
        if self.learned.lead_opens == "bold" and not _is_marked_alone(first, [block for _, block in prose[1:]]):
            return None, body
        return first.text, (*body[:place], *body[place + 1 :])

    def _missing(self, field: str) -> NotAnArticle:
        return NotAnArticle(
            f"no-{field}", "{parser}: nothing is printed at {wanted}", parser=self.parser, wanted=self.select[field]
        )


@dataclass(frozen=True, slots=True)
class _Found:
    """The elements of one page's fields."""

    title: Tag
    body: Tag
    others: Mapping[str, Tag | None]
    tags: Sequence[Tag]

    def single(self) -> Iterator[tuple[str, Tag]]:
        """The fields that are one element each, except the body."""
        yield "title", self.title
        yield from ((name, tag) for name, tag in self.others.items() if tag is not None)


class _Body:
    """Reads the body's blocks once fields, furniture and captions have been marked in its tree."""

    def __init__(self, pages: LearnedPages, page: BeautifulSoup, found: _Found, base: str, url: str) -> None:
        self.pages, self.page, self.found, self.base, self.url = pages, page, found, base, url
        self.linked = 0  # characters of links to other articles in the body
        self.own = {pages.key(url), pages.key(canonical(page, url) or url)}
        date = found.others.get("date")
        self.machine_date = _machine_date(date) if date is not None else None
        self.printed = {name: words(tag) for name, tag in found.single()}
        self.tags = tuple(dict.fromkeys(text for tag in found.tags if (text := words(tag).removeprefix("#").strip())))

    def read(self) -> tuple[Block, ...]:
        """The blocks of the body and of the pictures between it and the title."""
        self._take_off_furniture()
        self._bind_captions()
        above = self._above()
        self._mark_fields()
        self._mark_links(self.found.body)
        return (*above, *self._kept(blocks(self.found.body, self.base)))

    def _take_off_furniture(self) -> None:
        fields = {id(tag) for _, tag in self.found.single()}
        for selector in self.pages.learned.furniture:
            for tag in self.found.body.select(selector):
                holds_field = any(id(each) in fields for each in tag.find_all(True)) or id(tag) in fields
                if not tag.decomposed and not holds_field:
                    tag.decompose()

    def _bind_captions(self) -> None:
        for selector in self.pages.learned.captions:
            for tag in self.page.select(selector):
                image = tag.find_previous("img")
                if tag.name == "figcaption" or not words(tag) or not isinstance(image, Tag):
                    continue
                if _is_right_above(image, tag):
                    self._figure(image, tag)

    def _mark_fields(self) -> None:
        """Leaves a mark where a field is in the body, so that its label is removed with it."""
        for name, tag in self.found.single():
            if _is_within(tag, self.found.body):
                mark = _TITLE if name == "title" else _FIELD
                tag.clear()
                tag.append(NavigableString(mark))
        for tag in self.found.tags:
            if _is_within(tag, self.found.body):
                tag.clear()
                tag.append(NavigableString(_FIELD))

    def _mark_links(self, root: Tag) -> None:
        for link in root.find_all("a", href=True):
            if not self._leads_away(attribute(link, "href")):
                continue
            self.linked += len(words(link))
            for image in link.find_all("img"):
                image.decompose()
            for string in link.find_all(string=True):
                if type(string) is NavigableString and squeeze(string):
                    string.replace_with(NavigableString(f"{_AWAY}{string}{_BACK}"))

    def _leads_away(self, href: str) -> bool:
        """Whether an address leads to another article or runs a script."""
        if href.strip().lower().startswith("javascript:"):
            return True
        address = web_address(self.base, href)
        key = self.pages.key(address) if address else None
        if address and address != self.url and address.startswith(self.url.rstrip("/") + "/"):
            return True  # a further page of this article
        return key is not None and key not in self.own and _host(address or "") == _host(self.base)

    def _above(self) -> list[Picture]:
        """The article's pictures between title and body, with their captions."""
        title, body = self.found.title, self.found.body
        if _is_within(title, body):
            return []
        kept: list[Tag] = []
        for tag in title.find_all_next(True):
            if tag is body:
                break
            if tag.name == "img" and not any(each is known for each in tag.parents for known in kept):
                link = tag.find_parent("a", href=True)
                if link is None or not self._leads_away(attribute(link, "href")):
                    kept += self._with_caption(tag)
        else:
            return []  # the body is above the title
        box = self.page.new_tag("div")
        for tag in kept:
            box.append(tag.extract())
        return list(_captioned(blocks(box, self.base), self.printed["title"]))

    def _with_caption(self, image: Tag) -> list[Tag]:
        """The largest element around a picture that holds nothing else of the article, and what follows below it."""
        fields = [tag for _, tag in self.found.single()]
        around = [self.found.body, *self.found.body.parents, *(t for f in fields for t in (f, *f.parents))]
        outside = {id(tag) for tag in around}
        tag: Tag = image
        while tag.parent is not None and id(tag.parent) not in outside and len(words(tag.parent)) <= _CAPTION:
            tag = tag.parent
        if words(tag) or tag.name == "figure":
            return [tag]
        below = tag.find_next_sibling(True)
        if (
            below is None
            or id(below) in outside
            or len(words(below)) > _CAPTION
            or below.find(["a", "img"]) is not None
        ):
            return [tag]
        return [tag, below]

    def _figure(self, image: Tag, tag: Tag) -> Tag:
        figure, caption = self.page.new_tag("figure"), self.page.new_tag("figcaption")
        caption.string = words(tag)
        tag.decompose()
        image.wrap(figure)
        figure.append(caption)
        return figure

    def _kept(self, printed: Iterable[Block]) -> Iterator[Block]:
        """The blocks without furniture. If the title is among them, they begin there."""
        after_title = _after_title(list(printed))
        dropped = False
        for block in after_title:
            if isinstance(block, Picture):
                yield block
                continue
            text = squeeze(_MARKS.sub("", block.text))
            if self._is_furniture(block.text, text) or (dropped and _DATE_ALONE.fullmatch(text)):
                dropped = True
                continue
            dropped = False
            yield replace(block, text=text)

    def _is_furniture(self, marked: str, text: str) -> bool:
        if not text:
            return True
        if _FIELD in marked and len(text) <= _BESIDE_A_FIELD:
            return True
        if shape(text) in self.pages.lines:
            return True
        if _AWAY in marked and _PAGE_NUMBERS.fullmatch(text):
            return True
        linked = sum(len(found[1].strip()) for found in _LINKED.finditer(marked))
        return 2 * linked >= len(text) and len(text) - linked <= _BESIDE_A_LINK


def bare(text: str) -> str:
    """The words of ``text`` for comparison: folded, without punctuation."""
    return " ".join(_WORDS.findall(fold(text)))


def _name(text: str | None) -> str | None:
    """The person in a byline, without its label."""
    name = person(text)
    return person(_ACCOUNTS_LABEL.sub("", name)) if name else None


def _is_marked_alone(first: Paragraph, rest: Sequence[Paragraph]) -> bool:
    """Whether only the first paragraph is marked, not the prose below. A question (“* PV: …”) is no lead."""
    if not (first.bold or first.italic) or len(first.text) < _FEWEST_CHARACTERS or first.text[0] in _DASHES:
        return False
    following = next((block for block in rest if len(block.text) >= _PROSE and block.text[0] not in _DASHES), None)
    return following is None or (first.bold, first.italic) != (following.bold, following.italic)


def _after_title(printed: list[Block]) -> list[Block]:
    for number, block in enumerate(printed):
        if isinstance(block, Paragraph) and _TITLE in block.text:
            return printed[number + 1 :]
    return printed


def _machine_date(date: Tag) -> str | None:
    """The machine-readable moment in or right around the date line."""
    near = (date, *date.find_all("time", datetime=True), date.find_parent("time"))
    return next((stated for tag in near if tag is not None and (stated := attribute(tag, "datetime"))), None)


def _is_within(tag: Tag, root: Tag) -> bool:
    return tag is not root and any(parent is root for parent in tag.parents)


def _is_right_above(image: Tag, tag: Tag) -> bool:
    """Whether no words stand between a picture and what may be its caption."""
    for element in image.next_elements:
        if element is tag:
            return True
        if isinstance(element, NavigableString) and not isinstance(element, PreformattedString) and squeeze(element):
            return False
    return False


def _captioned(printed: Iterable[Block], title: str) -> Iterator[Picture]:
    """The pictures, each with the line below it if that line's style or the picture's alt text shows a caption."""
    waiting: Picture | None = None
    for block in printed:
        if isinstance(block, Paragraph) and bare(block.text) == bare(title):
            continue
        if isinstance(block, Picture):
            if waiting is not None:
                yield waiting
            waiting = block
        elif waiting is not None:
            is_typed = block.italic or block.align == "center" or bare(block.text) == bare(waiting.alt or "")
            yield replace(waiting, caption=block.text) if waiting.caption is None and is_typed else waiting
            waiting = None
    if waiting is not None:
        yield waiting


def _host(url: str) -> str:
    return re.sub(r"^https?://(?:www\.|m\.)*", "", url.lower()).partition("/")[0]
