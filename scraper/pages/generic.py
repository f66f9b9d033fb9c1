"""Reads sites without a family: our own rules read the page, once it is known which words belong to the article.

On most pages that leaves no doubt (article_prose.py); on the others trafilatura tells. By itself the extractor loses
leads, captions, bylines and the minute of publication (docs/accuracy.md has the figures), so it only locates the
article. Records say ``generic/1``. A date is taken only from beside the title or from the page's head.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.util import find_spec
from itertools import dropwhile, islice, takewhile
from typing import Any, TypeVar
from urllib.parse import parse_qs, unquote, urlsplit, urlunsplit

from bs4 import Tag
from bs4.element import NavigableString, PageElement, PreformattedString
from w3lib.url import canonicalize_url

from scraper.dates.shapes import NAMED_DAY, NUMERIC_DAY, WORDED_DAY
from scraper.items import Block, ListEntry, ListPage, NotAnArticle, Paragraph, Picture, PrintedArticle, Witness
from scraper.items import WitnessSource as Source
from scraper.pages.addresses import absolute, same_host, split_address, web_address
from scraper.pages.around_body import (
    SENTENCE_ENDS,
    element_around,
    figures_between,
    is_of_teasers,
    is_person,
    is_sign,
    kicker_above,
    lead_between,
    marked_lead,
    name_after_label,
    name_below_lead,
    name_beside,
    name_in_date_line,
    remove_portraits,
    stated_name,
    without_header,
)  # fmt: skip
from scraper.pages.article_prose import FEWEST_LETTERS, bare, find_prose, holder, is_text, repeats
from scraper.pages.blocks import attribute, blocks, is_hidden, parse, words, words_up_to
from scraper.pages.captions import bind_marked_captions
from scraper.pages.family import Family
from scraper.pages.furniture import remove_furniture, remove_teasers, without_furniture
from scraper.pages.leads import italic_lead, split_lead
from scraper.pages.list_entries import list_entry, shared_places
from scraper.pages.metadata import LinkedArticle, canonical, linked_article, meta, person, stated_moment, stated_tags
from scraper.pages.outline import Outline
from scraper.pages.sections import section_of
from scraper.pages.tree import Page, elements_after, node_before, nodes_after, places, walk
from scraper.text import bare_words, fold, squeeze

MAX_TAGS = 20_000
"""The most tags of an article's page. Real ones have some thousands; 98,000 cost the extractor 15 s and 400 MB."""

_TRACKING = re.compile(
    r"(?:utm_\w+|fbclid|gclid|gbraid|wbraid|dclid|msclkid|yclid|igshid|mibextid|gidzl|zarsrc|zalo\w*|_gl|_ga|amp"
    r"|fb_\w+|vn_source|vn_medium|vn_campaign)$",
    re.I,
)
_NUMBERED = {"id", "newsid", "itemid", "articleid", "baiviet", "nid", "p"}
_NOT_ARTICLES = {
    "tag", "tags", "tim-kiem", "search", "rss", "feed", "author", "tac-gia", "lien-he", "gioi-thieu", "login",
    "dang-nhap", "category", "chuyen-muc", "sitemap", "video", "photo", "wp-json", "wp-admin",
}  # fmt: skip
_FILE = re.compile(r"\.(?:xml|rss|jpe?g|png|gif|webp|svg|pdf|docx?|xlsx?|pptx?|zip|rar|mp[34]|css|js|txt)$", re.I)
_AMP = re.compile(r"\.amp(?:\.html?)?$|/amp/?$")
_PAGE_END = re.compile(r"\.(?:html?|aspx|php|bcb|vnp)$")
_DATE = re.compile(rf"{NUMERIC_DAY}|{WORDED_DAY}|{NAMED_DAY}", re.I)
_MAY_BE_DATED = re.compile(
    r"\d(?:\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{4}|\D{1,9}\d{4}"
    r"|(?:st|nd|rd|th)?(?:,?\s+\d{4}|\s+(?:th|[jfmasond][a-z]{2})))",
    re.I,
)
"""Each date has this. A search for it passes from digit to digit, in a thirtieth of the time of one for a date."""
_CLOCK = re.compile(
    r"clock|now|today|hom-?nay|current|site-?header|page-?header|^header|top-?bar|menu|footer",
    re.I,
)
_OTHERS = re.compile(r"related|lien-?quan|other|sidebar", re.I)
_NEXT = {"sau", "trang sau", "tiep", "tiep theo", "tiep >", "next", "›", "»", ">", ">>"}
_BESIDE = (
    "nav, aside, :is(header, footer):not(article *, main *), [role=navigation], .sidebar, #sidebar, .menu, #menu,"
    " .breadcrumb, #comments"
)
_AUTHORS = ("[itemprop=author], .author, .tac-gia, .tacgia", "[data-role=author]", "[class*=author-info] .name")
_ANY_AUTHOR = ", ".join(_AUTHORS)
_TAG_LINKS = "a[rel~=tag]:not([rel~=category]), .tags a, .tag-list a, .tag_list a, .keywords a, .detail-tab a.item"
_TAG_ADDRESS = re.compile(
    r"(?:^|/)(?:(?:tags?|tu-khoa|the|tu-khoa-tag|keyword|chu-de|search/label)/[^/?#]|taxonomy/term/\d)", re.I
)
_ASIDE = ["aside", "nav", "footer"]
_LINK = ("a",)
_NO_PROSE = frozenset({"a", "script", "style"})
_NO_LINE = frozenset({"script", "style", "a", "title"})
_MOST_TAGS = 20
_MACHINE_TIMES = "[itemprop=datePublished], time[pubdate], time[datetime], abbr.published[title]"
_MAY_BE_TITLE = frozenset({"div", "span", "p", "strong", "b", "td", "h4", "h5", "font"})
_HEAD_PARTS = re.compile(r"\s+(?:[-–—|»·]|::)\s+")
_FEWEST_WORDS_OF_A_TITLE = 4
_HEADINGS = ["h1", "h2", "h3", "h4", "h5"]
_LONGEST_MASTHEAD = 40  # characters before the words of the description: (Chinhphu.vn) -
_NODES_BELOW = 60  # the title, within which a date stands that is inside the body
_END = float("inf")  # behind every element
_NODES_BEHIND = 20  # after the body, where some papers print the date
_EDIT = re.compile(r"cap nhat|sua|chinh sua|cuoi")
_TIME_OF_DAY = re.compile(r"\d{1,2}\s?(?::|h|giờ)\s?\d{2}")
_LAST_EDIT = re.compile(
    r"\W*(?:(?:cap nhat|(?:chinh )?sua(?: doi)?) (?:lan )?cuoi|last (?:updated|modified|edited))\b"
)
_PROSE_OF_A_LIST = 300  # letters; less prose than this, and less than in boxes of other articles, makes a list
_FIRST_BLOCKS = 4  # among which a marked lead stands
_LONG_STRING = 2_000  # characters, of which the first tell
_LONG = 80  # letters, of a text that is prose and not a title
_FEWEST_LETTERS = 200
_FEWEST_LETTERS_OF_NEWS = 100  # with a date line beside the title
_FEWEST_LETTERS_OF_SENTENCES = 30  # with a date line beside the title, in whole sentences
_LONGEST_NAME = 10  # words
_LONGEST_PERSON = 5
_NO_AUTHOR = re.compile(r"©|chia se|facebook|\b(?:in bai|trang chu|binh luan|luot (?:xem|doc)|giay phep|ban quyen)\b")
_LONGEST_DATE_LINE = 100
_MOST_WORDS_BY_A_DATE = 8  # Cập nhật lúc … Thứ Năm, ngày … (GMT+7)
_PARTS_OF_A_LINE = re.compile(r"\s*[|•·]\s*|\s+/\s+")
_LONGEST_HEADER_LINE = 200  # characters, of a date among counts and buttons
_MOST_WORDS_OF_A_BUTTON = 5
_COUNT = re.compile(
    r"\W*(?:(?:số )?lượt (?:xem|đọc)|(?:đã )?xem|views?|bình luận|comments?)\W*[\d.,]+\W*|[\d.,]+ (?:lượt|views?).*",
    re.I,
)
_PUBLISHED = re.compile(r"\W*(?:ngay dang|dang (?:ngay|luc)|ngay xuat ban|xuat ban|ngay viet|posted|published)\b")


_T = TypeVar("_T")


class ExtraMissing(ImportError):
    """The extractor for sites without a family is not installed."""


class _InDoubt(Exception):
    """What the page prints depends on which of its words belong to the article."""


class Generic(Family):
    """Page objects of a site whose CMS is not known."""

    name = "generic"
    trust = (Source.VISIBLE, Source.JSONLD, Source.META, Source.MICRODATA, Source.FEED, Source.LIST)

    def key(self, url: str) -> str | None:
        """The address without scheme, ``www.``, fragment and trackers, if it looks like an article's.

        Such an address has a slug of four or more words, a number of four or more digits, or a numbered query
        (``?id=12``).
        """
        return _key(url)

    def fetch_url(self, url: str) -> str | None:
        """The address without trackers; None for print copies and downloads."""
        if re.search(r"/(?:print|in-bai|trang-in)[/-]|[?&](?:print|savefile)\b", url, re.I):
            return None
        return _without_trackers(url)

    def list_page(self, html: str, url: str) -> ListPage:
        """The links that look like articles and carry a title, outside menus and sidebars, with dates, in order."""
        page = parse(html)
        next_url = _next_page(page, url)
        for beside in page.select(_BESIDE):
            beside.decompose()
        titles: dict[str, tuple[str, str]] = {}
        links: dict[str, list[Tag]] = {}
        for link in (link for region in self.list_regions(page) for link in region.find_all("a", href=True)):
            address = web_address(url, attribute(link, "href"))
            key = self.key(address) if address and same_host(address, url) else None
            if not address or not key:
                continue
            links.setdefault(key, []).append(link)
            title = words(link) or squeeze(attribute(link, "title"))
            if key not in titles and len(title.split()) >= 4:
                titles[key] = address, title
        crowds = shared_places(links.values())
        entries = (
            ListEntry(url=address, title=title, date_text=list_entry(links[key], crowds, url).date_text)
            for key, (address, title) in titles.items()
        )
        return ListPage(entries=tuple(entries), next_url=next_url)

    def article(self, html: str, url: str) -> PrintedArticle:
        """What the page prints. Raises NotAnArticle, and ExtraMissing if trafilatura is not installed."""
        if len(html) > MAX_TAGS and html.count("<") > MAX_TAGS:
            raise NotAnArticle("not-an-article", "more than {most} tags: no page of a newspaper", most=MAX_TAGS)
        page = parse(html, whole=False)  # refuses what is too large or too odd, so it comes before the extractor
        if not _has_extractor():
            raise ExtraMissing("a site with no family needs the extractor: pip install tinkhoi[generic]")
        outline = page.outline()
        title, above = self._title(page, outline)
        prose = find_prose(outline, title, above)
        if prose is not None:
            content = self._select(page, "body") or prose.body
            try:
                return self._printed(page, outline, title, content, (prose.is_certain, is_text), url)
            except (NotAnArticle, _InDoubt):
                page = parse(html, whole=False)  # as it was: much was taken out of it
                outline = page.outline()
                title, above = self._title(page, outline)
        extracted = _extract(html)
        found = self._select(page, "body") or _content(page, outline, extracted, above)
        if found is None:
            raise NotAnArticle("no-body", "the extractor found no prose")
        return self._printed(page, outline, title, found, (lambda said: is_text(said) and said in extracted,), url)

    def _title(self, page: Page, outline: Outline) -> tuple[Tag, str]:
        """The element that prints the title, and what title and description say, bare. Raises NotAnArticle."""
        tag = self._select(page, "title") or _title_tag(page, outline)
        title = words(tag) if tag is not None else None
        if tag is None or not title:
            raise NotAnArticle("no-title", "no heading that could be the title")
        return tag, bare(title + _description(page))

    def _printed(
        self,
        page: Page,
        outline: Outline,
        title_tag: Tag,
        content: Tag,
        ways: Sequence[Callable[[str], bool]],
        url: str,
    ) -> PrintedArticle:
        """What the page prints, whose strings are in ``outline`` and whose text is in ``content``.

        ``ways`` are ways to tell of a text, bare, whether it is the article's. Raises NotAnArticle if one of them
        leads to that, and _InDoubt if they lead to different records.
        """
        title = words(title_tag)
        linked = linked_article(page, title)
        described = _description(page)
        date, bodies = self._bodies(page, outline, title_tag, content, ways, url)
        visible = date.text if date is not None else None
        if content.find("input", type="password") is not None:
            raise NotAnArticle("password", "the page asks for a password")
        witnesses = self._stated(page, title_tag, content, url, linked, date)
        byline = self._byline(page, content, linked.author if linked else None)
        if byline is None or not is_person(byline):
            byline = name_after_label(outline, title_tag) or name_beside(title_tag, content) or byline
        if byline is None and date is not None:
            byline = name_in_date_line(date.tag, date.text)
        stated = stated_name(page, title_tag, outline)

        def read(text: tuple[Block, ...]) -> tuple[str | None, str | None, tuple[Block, ...]]:
            name = byline or name_below_lead(text) or stated
            return name, *self._lead(page, title_tag, content, without_header(text, _is_dated, name), described)

        byline, lead, body = _agreed(map(read, bodies))
        kicker = kicker_above(title_tag)
        shown = {block.src for block in body if isinstance(block, Picture)}
        body = (*(p for p in figures_between(title_tag, content, url, lead) if p.src not in shown), *body)
        if not any(isinstance(block, Paragraph) for block in body):
            raise NotAnArticle("no-body", "nothing is printed below the lead")
        return PrintedArticle(
            url=url,
            canonical_url=self._canonical(page, url),
            native_id=None,
            title=title,
            kicker=words(kicker) if kicker is not None else None,
            lead=lead,
            body=body,
            byline=byline,
            section=self._section(page, outline, title_tag, url, linked),
            tags=tuple(self._tags(page, title_tag, url)),
            published_text=visible,
            updated_text=meta(page, "article:modified_time") or (linked.modified if linked else None),
            witnesses=witnesses,
            needs_date=not visible and not witnesses,
            parser=self.parser,
        )

    def _bodies(
        self,
        page: Page,
        outline: Outline,
        title: Tag,
        content: Tag,
        ways: Sequence[Callable[[str], bool]],
        url: str,
    ) -> tuple[_DateLine | None, list[tuple[Block, ...]]]:
        """The date line, and the blocks of the article for each of the ``ways``, if these lead to different ones.

        Raises NotAnArticle for a list and for too little prose, and _InDoubt if the ways lead to different answers.
        """
        teasers = remove_teasers(content, url, self.key)
        if title.decomposed:
            raise NotAnArticle("not-an-article", "its only heading belongs to a list of articles")
        is_list = self._is_list(page, content, ways, url)
        chosen = self._select(page, "date")
        date = _DateLine(words(chosen), chosen) if chosen is not None else _date_line(outline, title, content)
        visible = date.text if date is not None else None
        remove_furniture(content, url, self.key)
        remove_portraits(content)
        bind_marked_captions(content)
        if date is not None and date.tag.decomposed and len(ways) > 1:
            raise _InDoubt  # it stands in a box that is no part of the article
        header = (words(title), *((date.text, words(date.tag)) if date is not None else ()))
        shown = [(block, "" if isinstance(block, Picture) else bare(block.text)) for block in blocks(content, url)]
        bodies: list[tuple[Block, ...]] = []
        for text in dict.fromkeys(_article_blocks(content, shown, is_in, header) for is_in in ways):
            printed = without_furniture(text)
            bodies.append(printed)
            letters = sum(len(block.text) for block in printed if isinstance(block, Paragraph))
            if letters < _fewest_letters(printed, visible):
                raise NotAnArticle("no-body", "the extractor found {letters} letters of prose", letters=letters)
            if (
                is_list
                or letters < min(teasers, _PROSE_OF_A_LIST)
                or is_of_teasers(page, title.parent or page, letters)
            ):
                raise NotAnArticle("not-an-article", "its prose stands under headings that lead to other articles")
        return date, bodies

    def _stated(
        self,
        page: Tag,
        title: Tag,
        content: Tag,
        url: str,
        linked: LinkedArticle | None,
        date: _DateLine | None,
    ) -> tuple[Witness, ...]:
        """What the page states for machines as the moment of publication."""
        moment = _machine_time(content, url, self.key)
        if not moment:
            moment = _time_between(title, content) if date is None else _moment_of(date.tag)
        stated = (
            Witness(Source.JSONLD, linked.published) if linked and linked.published else None,
            stated_moment(meta(page, "article:published_time", "pubdate", "datePublished", "DC.date.issued")),
            Witness(Source.MICRODATA, moment) if moment else None,
        )
        return tuple(witness for witness in stated if witness)

    def _canonical(self, page: Tag, url: str) -> str | None:
        """The canonical address, if it is this article's. Some sites state that of their home page or another."""
        stated = canonical(page, url)
        if stated is None:
            return None
        is_own = self.key(stated) == self.key(url) or (urlsplit(url).query and self.key(stated) is not None)
        return stated if is_own else None

    def _select(self, page: Tag, field: str) -> Tag | None:
        return page.select_one(self.select[field]) if field in self.select else None

    def _lead(
        self, page: Tag, title: Tag, content: Tag, printed: tuple[Block, ...], description: str
    ) -> tuple[str | None, tuple[Block, ...]]:
        """The lead: what the site file selects, what ``description`` repeats, or the bold opening of the body."""
        chosen = self._select(page, "lead")
        if chosen is not None:
            return words(chosen) or None, printed
        if (found := _described(title, content, printed, description)) is not None:
            return found
        above = lead_between(title, content)
        if above is not None:
            return above, printed
        marked = marked_lead(content, title)
        for place, block in enumerate(printed[:_FIRST_BLOCKS]) if marked else ():
            if isinstance(block, Paragraph) and block.text == marked:
                return marked, (*printed[:place], *printed[place + 1 :])
        lead, body = split_lead(printed)
        return (lead, body) if lead is not None else italic_lead(printed)

    def _byline(self, page: Tag, content: Tag, linked: str | None) -> str | None:
        frame = content.parent if content.parent is not None else page
        chosen = self._select(page, "author")
        tags = [chosen] if chosen is not None else frame.select("[rel=author]")
        for selector in _AUTHORS if not tags and page.select_one(_ANY_AUTHOR) is not None else ():
            tags = tags or [tag for scope in (frame, page) for tag in scope.select(selector) if _may_name(tag)][:1]
        printed = ", ".join(dict.fromkeys(name for tag in tags if (name := person(words(tag)))))
        # A page may print only the first of the authors that it states, with "and 1 other".
        name = linked if linked and printed and printed in linked else printed or person(linked)
        if name and _is_dated(name):
            return None
        return name if name and len(name.split()) <= _LONGEST_NAME * (1 + name.count(",")) else None

    def _is_list(self, page: Tag, content: Tag, ways: Sequence[Callable[[str], bool]], url: str) -> bool:
        """Whether every second piece of prose, or the only one, is under a heading that links to another article.

        Raises _InDoubt if the ``ways`` to tell what is prose lead to different answers.
        """
        own = {None, self.key(url), self.key(canonical(page, url) or url)}
        above = next(
            (tag for tag in content.previous_siblings if isinstance(tag, Tag) and tag.name in _HEADINGS), None
        )
        if above is not None:
            link = above.find("a", href=True)
            if isinstance(link, Tag) and self.key(absolute(url, attribute(link, "href"))) not in own:
                return True  # the summary of another article, below its title
        heads: set[str | None] = set()
        long: list[tuple[str, int]] = []
        for node in content.descendants:
            if isinstance(node, Tag) and node.name == "a" and node.has_attr("href"):
                if node.find_parent(_HEADINGS) is not None or node.find(_HEADINGS) is not None:
                    heads.add(self.key(absolute(url, attribute(node, "href"))))
            elif type(node) is NavigableString and len(node) >= _LONG:
                long.append((bare(node), len(heads - own)))
        return _agreed(_is_of_summaries([seen for said, seen in long if is_in(said)]) for is_in in ways)

    def _section(
        self,
        page: Page,
        outline: Outline,
        title: Tag,
        url: str,
        linked: LinkedArticle | None,
    ) -> str | None:
        chosen = self._select(page, "section")
        if chosen is not None:
            return words(chosen)
        for tag in page.select("a[rel~=category]"):
            if words(tag):
                return words(tag)
        return section_of(page, title, url, key=self.key, linked=linked, outline=outline)

    def _tags(self, page: Page, title: Tag, url: str) -> list[str]:
        """The tags: what the site file selects, else links to lists of tags, else a box's, else the head's."""
        if "tags" in self.select:
            return _names(page.select(self.select["tags"]))
        links = [a for a in _leading_to_tags(page, title) if not a.find_parent(_ASIDE)]
        if not links:
            place = places(page)
            boxed = (a for a in page.select(_TAG_LINKS) if a.get("href") is not None)
            below = (a for a in boxed if place(a) > place(title))  # above the title, what is called so is a menu
            links = [a for a in below if self._may_lead_to_a_tag(a, url)]
        names = _names(links) or stated_tags(page)
        return names if len(names) <= _MOST_TAGS else []

    def _may_lead_to_a_tag(self, link: Tag, url: str) -> bool:
        """Whether a link leads to another page of the site, and neither home nor to an article."""
        address = web_address(url, attribute(link, "href"))
        if address is None or not same_host(address, url) or attribute(link, "href").startswith("#"):
            return False
        return (self.key(address) is None and urlsplit(address).path not in {"", "/"}) or "tag" in attribute(
            link, "rel"
        )


def _agreed(answers: Iterable[_T]) -> _T:
    """The answer that all ``answers`` are; raises _InDoubt if they are not the same."""
    first, *others = answers
    if any(other != first for other in others):
        raise _InDoubt
    return first


def _is_of_summaries(seen: Sequence[int]) -> bool:
    """Whether pieces of prose, below so many headings that link to other articles, are these articles' summaries."""
    heads = seen[-1] if seen else 0
    return (heads >= 2 and heads * 2 >= len(seen)) or (heads == 1 and len(seen) == 1)


def _description(page: Tag) -> str:
    return meta(page, "og:description", "description") or ""


def _described(
    title: Tag, content: Tag, printed: tuple[Block, ...], description: str
) -> tuple[str, tuple[Block, ...]] | None:
    """The lead that ``description`` repeats, in the body or above it, and the body without it; None if none does."""
    described = fold(description).rstrip(" .…")
    if len(described) < 40:
        return None
    for place, block in enumerate(printed):
        if isinstance(block, Paragraph):
            if described[:150] in fold(block.text)[: _LONGEST_MASTHEAD + 150]:
                return block.text, (*printed[:place], *printed[place + 1 :])
            break
    for tag in elements_after(title, "p", "div", "h2", "h3", "strong"):
        if tag is content:
            break
        if tag.find(["p", "div"]) is None and described[:150] in fold(words(tag))[: _LONGEST_MASTHEAD + 150]:
            return words(tag), printed
    return None


def _may_name(tag: Tag) -> bool:
    """Whether an element that its class calls an author's may name one: it is no sign, button, list or sentence."""
    text = person(words(tag)) if tag.name not in _ASIDE else None
    if not text:
        return False
    is_sentence = text.endswith(SENTENCE_ENDS) and len(text.split()) > _LONGEST_PERSON
    is_sign = _leads_home(tag) and tag.find("a", href=re.compile(r"^[^#]")) is not None
    return not (is_sentence or is_sign or ":" in text or _NO_AUTHOR.search(fold(text)))


def _leading_to_tags(page: Page, title: Tag) -> Iterator[Tag]:
    """The links below the title whose addresses are those of tags."""
    nodes = page.nodes()
    own = nodes.node_of(title)
    below = islice(dropwhile(lambda node: node is not own, nodes.named("a", title.name)), 1, None)
    for node in below:
        if nodes.name_of(node) == "a" and _TAG_ADDRESS.search(nodes.value_of(node, "href") or ""):
            yield nodes.of(node)


def _names(links: Sequence[Tag]) -> list[str]:
    """The words of links, each once, without what leads to an article."""
    return list(dict.fromkeys(text for a in links if (text := words(a).removeprefix("#").strip())))


@cache
def _has_extractor() -> bool:
    return find_spec("trafilatura") is not None


def _extract(html: str) -> str:
    """The words that trafilatura assigns to the article, folded and without blanks, for comparison only."""
    import trafilatura

    found: Any = trafilatura.extract(html, include_comments=False, include_tables=True, favor_recall=False)
    return bare(found or "")


def _is_extracted(text: str, extracted: str) -> bool:
    if text.isspace():
        return False
    if len(text) > _LONG_STRING and bare(" ".join(text[:_LONG_STRING].split()[:-1])) not in extracted:
        return False  # such as a script
    said = bare(text)
    return len(said) >= FEWEST_LETTERS and said in extracted


def _title_tag(page: Page, outline: Outline) -> Tag | None:
    """The heading that prints the title: the one that the page's head repeats, else the only ``h1``.

    If no heading prints the title, it is the element that says exactly what ``og:title`` says.
    """
    stated = meta(page, "og:title")
    head = squeeze(page.title.get_text()) if page.title is not None else ""
    headings: list[tuple[Tag, str]] = [
        (heading, said) for heading in page.find_all(["h1", "h2", "h3"]) if (said := words(heading))
    ]
    bared = [(heading, said) for heading, text in headings if is_text(said := bare(text))]
    for stating in (stated, head):
        stating = bare(stating or "")
        for heading, said in bared:
            if said in stating and not _leads_home(heading):
                return heading
    if stated and (tag := _saying(outline, [stated])) is not None:
        return tag
    first: list[Tag] = [h for h, _ in headings if h.name == "h1" and not _leads_home(h)]
    if len(first) == 1:
        return first[0]
    opening = {part for part in (head, *_HEAD_PARTS.split(head)[:1]) if len(part.split()) >= _FEWEST_WORDS_OF_A_TITLE}
    return _saying(outline, opening) if opening else None


def _saying(outline: Outline, titles: Iterable[str]) -> Tag | None:
    """The first element that may be a title and says exactly what one of ``titles`` says."""
    wanted = [bare_words(title) for title in titles]
    whole = list(map(b"".join, wanted))
    around, names = outline.around, outline.names
    saying: set[int] = set()  # the elements that say a part of it, and those around them
    for text, number in outline.strings:
        if names[number] in _MAY_BE_TITLE or names[around[number]] in _MAY_BE_TITLE:
            part = b"".join(bare_words(text))
            if part and any(part in each for each in whole):
                saying.update((number, around[number]))
    places = sorted(saying) if all(wanted) else range(len(names))
    plain = (outline.tag(number) for number in places if names[number] in _MAY_BE_TITLE)
    return next((tag for tag in plain if _holds_one(tag) and bare_words(tag.get_text()) in wanted), None)


def _holds_one(tag: Tag) -> bool:
    """Whether there is at most one element in ``tag``."""
    inner = [node for node in tag.contents if isinstance(node, Tag)]
    return not inner or (len(inner) == 1 and not any(isinstance(node, Tag) for node in inner[0].contents))


def _leads_home(heading: Tag) -> bool:
    """Whether a heading is the site's sign: all of it leads to the home page."""
    link = heading.find("a", href=True)
    if not isinstance(link, Tag) or squeeze(link.get_text()) != squeeze(heading.get_text()):
        return False
    parts = split_address(attribute(link, "href").strip())
    return parts is not None and parts.path in {"", "/"} and not parts.query and not parts.fragment


def _content(page: Page, outline: Outline, extracted: str, above: str) -> Tag | None:
    """The smallest tag with nearly all the words that the extractor found, except title and lead (``above``)."""
    found = [
        (string, outline.number(string.parent))
        for string in page.find_all(string=True)
        if string.parent is not None
        and not isinstance(string, PreformattedString)
        and _is_extracted(str(string), extracted)
        and not repeats(bare(string), above)
    ]
    number = holder(outline, found)
    return None if number is None else outline.tag(number)


def _article_blocks(
    content: Tag, shown: Sequence[tuple[Block, str]], is_in: Callable[[str], bool], above: Sequence[str]
) -> tuple[Block, ...]:
    """Those blocks of ``content`` that are the article's, from its first paragraph to its last, with all between.

    ``shown`` are its blocks, each with its text, bare; ``is_in`` tells of that whether it is in the article.
    ``above`` are the title and the date line. If the element holds neither before its text, it holds only the text,
    and all of it counts except furniture and a date at its end.
    """
    passed = {bare(text) for text in above if text}
    prose = next(
        (n for n, (b, said) in enumerate(shown) if _is_long_text(b) and said not in passed and is_in(said)), -1
    )
    header = [n for n, (b, said) in enumerate(shown) if isinstance(b, Paragraph) and said in passed]
    if prose >= 0:
        shown = [each for n, each in enumerate(shown) if n < prose or n not in header]
        header = [n for n in header if n < prose]
    begins = max(header, default=-1) + 1
    found = [n for n in range(begins, len(shown)) if isinstance(shown[n][0], Paragraph) and is_in(shown[n][1])]
    if not found:
        return ()
    printed = [block for block, _ in shown]
    start, end = found[0], found[-1] + 1
    is_text_alone = not header and content.name not in {"body", "main", "html"}
    if is_text_alone:
        start, end = 0, len(printed)
    below = begins if header else start
    start = next((n for n in range(below, start) if _is_sentence(printed[n])), start)
    while start > 0 and _may_open(*shown[start - 1], passed):
        start -= 1
    last = printed[end] if end < len(printed) else None
    if isinstance(last, Paragraph) and (last.align == "right" or last.bold) and len(last.text.split()) <= 8:
        end += 1
    return tuple(printed[start:end])


def _is_long_text(block: Block) -> bool:
    return isinstance(block, Paragraph) and len(block.text) >= _LONG


def _may_open(block: Block, said: str, header: set[str]) -> bool:
    """Whether a block before what the extractor found belongs to the article: a picture, or prose."""
    if isinstance(block, Picture):
        return not is_sign(block)
    return said not in header and _is_sentence(block)


def _is_sentence(block: Block) -> bool:
    return isinstance(block, Paragraph) and len(block.text) >= _LONG and block.text.endswith(SENTENCE_ENDS)


def _fewest_letters(printed: Sequence[Block], visible: str | None) -> int:
    """How many letters make this text an article. News of two sentences is news where its date is printed."""
    if not visible:
        return _FEWEST_LETTERS
    texts = [block.text for block in printed if isinstance(block, Paragraph)]
    is_prose = bool(texts) and all(text.endswith(SENTENCE_ENDS) and text.count(" ") >= 3 for text in texts)
    return _FEWEST_LETTERS_OF_SENTENCES if is_prose else _FEWEST_LETTERS_OF_NEWS


@dataclass(frozen=True)
class _DateLine:
    """A printed date, with what else its line says of it, and the element that holds it."""

    text: str
    tag: Tag
    is_named_beside: bool = False  # by the name of an element: it counts only right below the title


def _date_line(outline: Outline, title: Tag, content: Tag) -> _DateLine | None:
    """The date printed between title and body, else the nearest one before the title. Page clocks do not count.

    At the end of the body a line counts that says it is the day of publication: others date a document.
    """
    lines = [line for line in _dated_lines(outline, title) if not _LAST_EDIT.match(fold(line.text))]
    if not lines:
        return None
    start, body = outline.number(title), float(outline.number(content))
    placed = [(outline.number(line.tag), line) for line in lines]
    text = _second_prose(outline, start)  # a lead may stand before the date
    is_outermost = content.parent is None or content is outline.tag(0).contents[0]
    most = text if is_outermost else min(body, text)
    dated = [(n, line) for n, line in placed if not line.is_named_beside or start < n < most]
    whole = body <= start  # the body's element holds the title, and so perhaps a date below the text
    body = text if whole else body
    after = [
        x
        for n, x in dated
        if start < n < body or (body < n < text and _is_right_below(x.tag, title) and _is_in(x.tag, content))
    ]
    frame = title.parent
    before = [x for n, x in dated if n < start and frame is not None and _is_in(x.tag, frame)]
    behind = [] if after or before else _behind([x for _, x in dated], content)
    below = [x for n, x in dated if whole and n >= text and _TIME_OF_DAY.search(x.text)]
    return next(iter(after or before[::-1] or below or behind), None)


def _behind(lines: Sequence[_DateLine], content: Tag) -> list[_DateLine]:
    """The dates right behind the body, or at its end if they say so, in an article with prose."""
    last = _last(content)
    further = {id(node) for node in islice(nodes_after(content), _NODES_BEHIND)}
    ending = {id(node) for node in (last, *islice(walk(last, node_before), _NODES_BEHIND))}
    found = [
        line
        for line in lines
        if (id(line.tag) in further and not _EDIT.search(fold(line.text)))
        or (id(line.tag) in ending and _PUBLISHED.match(fold(line.text)))
    ]
    return found if found and _has_prose(content) else []


def _second_prose(outline: Outline, title: int) -> float:
    """Where the second piece of prose below the title stands among the elements; behind all where there is none."""
    prose = (
        place + 0.5
        for (text, number), place in outline.placed_after(title)
        if len(text) >= _LONG and not any(outline.names[each] in _NO_PROSE for each in outline.upwards(number))
    )
    return next(islice(prose, 1, None), _END)


def _is_right_below(tag: Tag, title: Tag) -> bool:
    return any(node is tag for node in islice(title.next_elements, _NODES_BELOW - 1))


def _is_in(tag: Tag, holding: Tag) -> bool:
    return any(parent is holding for parent in tag.parents)


def _has_prose(content: Tag) -> bool:
    """Whether two sentences of some length stand outside of links."""
    strings = (text for text in content.find_all(string=True) if len(text) >= _LONG)
    long = (text for text in strings if element_around(text, _LINK) is None)
    return len([text for text in long if squeeze(text).endswith(SENTENCE_ENDS)]) >= 2


def _last(tag: Tag) -> PageElement:
    """The last node of the element, or the element itself if it is empty."""
    node: PageElement = tag
    while isinstance(node, Tag) and node.contents:
        node = node.contents[-1]
    return node


def _dated_lines(outline: Outline, title: Tag) -> Iterator[_DateLine]:
    with_title = {id(tag) for tag in title.parents}
    for string, number in outline.strings:
        if len(string) > _LONGEST_HEADER_LINE and len(squeeze(string)) > _LONGEST_HEADER_LINE:
            continue  # no line
        if not _is_dated(string) or outline.is_removed(number) or outline.names[number] in _NO_LINE:
            continue
        tag = outline.tag(number)
        near = [tag, *list(tag.parents)[:3]]
        named = " ".join(
            attribute(t, "class") + " " + attribute(t, "id")
            for t in near
            if t.name not in {"body", "html"} and id(t) not in with_title
        )
        if _CLOCK.search(named) or any(is_hidden(t) or _shows_others(t) for t in near if id(t) not in with_title):
            continue
        if (line := _line_of(string, tag)) is not None:
            is_named_beside = _OTHERS.search(named) is not None
            if not is_named_beside or not any(_leads_on(t) for t in near if id(t) not in with_title):
                yield _DateLine(line, tag, is_named_beside)


def _leads_on(tag: Tag) -> bool:
    return any(len(words(a).split()) >= _FEWEST_WORDS_OF_A_TITLE for a in tag.find_all("a", limit=20))


def _shows_others(tag: Tag) -> bool:
    """Whether a tag is an item of a list that shows titles, or stands alone in its list."""
    if tag.name != "li":
        return False
    whole = tag.parent if tag.parent is not None else tag
    items = whole.find_all("li", limit=2)
    return len(items) < 2 or any(len(words(a).split()) >= _FEWEST_WORDS_OF_A_TITLE for a in whole.find_all("a"))


def _line_of(string: str, tag: Tag) -> str | None:
    """What the line of a date says of it: all of it, or the part of it between counts and buttons; None if the date
    stands in a sentence."""
    whole = words_up_to(tag, _LONGEST_HEADER_LINE)
    if whole is None:
        return None
    if _is_date_line(whole):
        return _without_counts(tag) or whole
    if whole.endswith(SENTENCE_ENDS):
        return None
    others = [squeeze(text) for text in tag.find_all(string=True)]
    others.remove(squeeze(string))
    if any(len(text.split()) > _MOST_WORDS_OF_A_BUTTON for text in others):
        return None
    parts = [part for part in _PARTS_OF_A_LINE.split(squeeze(string)) if part]
    if any(len(part.split()) > _MOST_WORDS_OF_A_BUTTON for part in parts if not _is_dated(part)):
        return None
    dated = [part for part in parts if _is_dated(part) and _is_date_line(part)]
    return dated[0] if len(dated) == 1 else None


def _without_counts(tag: Tag) -> str | None:
    """What a date's element says beside its links and counts of readers; None if that is no date."""
    strings = [text for text in tag.find_all(string=True) if type(text) is NavigableString]
    kept = [text for text in strings if element_around(text, _LINK) is None and not _COUNT.fullmatch(squeeze(text))]
    said = squeeze("".join(kept))
    return said if _is_dated(said) else None


def _is_date_line(text: str) -> bool:
    """Whether a line prints a date and little else. A date in a sentence is that of an event."""
    if len(text) > _LONGEST_DATE_LINE:
        return False
    return len(re.findall(r"[^\W\d_]+", _DATE.sub(" ", text))) <= _MOST_WORDS_BY_A_DATE


def _is_dated(text: str) -> bool:
    """Whether a date is somewhere in ``text``."""
    return _MAY_BE_DATED.search(text) is not None and _DATE.search(text) is not None


def _machine_time(content: Tag, url: str, key: Callable[[str], str | None]) -> str | None:
    """The first machine-readable time beside the body; None if there are more than publication and edit.

    A time beside a link to another article belongs to that article.
    """
    frame = content.parent if content.parent is not None else content
    own = key(url)
    times: dict[str, None] = {}
    for tag in frame.select(_MACHINE_TIMES):
        around = list(takewhile(lambda parent: parent is not frame, tag.parents))[:3]
        near = [
            link for parent in around if parent is not content for link in parent.find_all("a", href=True, limit=5)
        ]
        others = {key(absolute(url, attribute(link, "href"))) for link in near}
        if not others - {None, own} and (text := _moment_of(tag)):
            times[text] = None
    if not times:
        *_, whole = (frame, *frame.parents)
        stated = {attribute(tag, "content") for tag in whole.select("[property~='dc:created'][content]")}
        return stated.pop() if len(stated) == 1 else None  # RDFa of Drupal
    return next(iter(times)) if len(times) <= 2 else None


def _time_between(title: Tag, content: Tag) -> str | None:
    """What the only ``time`` between title and body states for machines, where its words print no whole date."""
    times: list[str] = []
    for tag in elements_after(title):
        if tag is content:
            return times[0] if len(times) == 1 else None
        if tag.name == "time" and tag.has_attr("datetime"):
            times.append(attribute(tag, "datetime"))
    return None


def _moment_of(tag: Tag) -> str:
    if tag.decomposed:
        return ""  # it stood in a box that was taken out of the text
    return (
        attribute(tag, "datetime")
        or attribute(tag, "content")
        or (attribute(tag, "title") if tag.name == "abbr" else "")
    )


@lru_cache(maxsize=2000)
def _key(url: str) -> str | None:
    if split_address(url) is None:
        return None
    parts = urlsplit(canonicalize_url(_without_trackers(url)))
    path = unicodedata.normalize("NFC", _AMP.sub(_plain_page, unquote(parts.path)))
    segments = [s for s in path.lower().split("/") if s]
    query = {name.lower(): values[0] for name, values in parse_qs(parts.query).items()}
    is_numbered = any(name in _NUMBERED and value.isdecimal() for name, value in query.items())
    if _FILE.search(path) or _NOT_ARTICLES & set(segments) or not (segments or is_numbered):
        return None
    last = _PAGE_END.sub("", segments[-1]) if segments else ""
    is_slug = len(re.findall(r"[^\W_]+", last)) >= 4
    if not (is_numbered or is_slug or (re.search(r"\d{4,}", last) and re.search(r"[-_.]|^\d+$", last))):
        return None
    return parts.netloc.lower().removeprefix("www.") + path.rstrip("/") + (f"?{parts.query}" if parts.query else "")


def _without_trackers(url: str) -> str:
    parts = split_address(url)
    if parts is None:
        return url
    kept = [part for part in parts.query.split("&") if part and not _TRACKING.match(part.partition("=")[0])]
    return urlunsplit(parts._replace(query="&".join(kept), fragment=""))


def _plain_page(match: re.Match[str]) -> str:
    return ".html" if match.group().startswith(".") else ""


def _next_page(page: Page, url: str) -> str | None:
    for link in page.select(
        "link[rel~=next][href], a[rel~=next][href], .pagination a[href], .pager a[href], .paging a[href]"
    ):
        is_next = "next" in attribute(link, "rel") or fold(words(link)) in _NEXT
        address = web_address(url, attribute(link, "href"))
        if is_next and address and same_host(address, url) and address != url:
            return address
    return None
