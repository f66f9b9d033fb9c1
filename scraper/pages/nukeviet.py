"""NukeViet, the CMS of many provincial committees, departments and party blocs: versions 3.4 to 4.6.

What is known. Pages of a 4.5.05 server that was installed and crawled (themes ``default``, ``mobile_default``), and
the templates of 3.4, 4.0.00, 4.0.29, 4.1, 4.2, 4.3, 4.4 and 4.6, as the project's public repository keeps them. Their
themes name the body ``#news-bodyhtml``, ``.bodytext`` (mobile, 3.4, 4.0.00), ``#bodytext`` (modern of 3.4) or
``.fiximg`` (mobile_nukeviet of 3.4 and 4.0.00), and print above it, in this order: the title in ``h1``, the date line
``Thứ năm - 11/07/2024 15:51``, and in either order the lead and its picture. Below it stand ``Tác giả:`` (3.4:
``Tác giả bài viết:``), ``Nguồn tin:``, ``Tags:`` or ``Từ khóa:``. So the title, the date and the author are found by
their place and their words, the body by those names, and a theme's other names are not relied upon.

What these servers say of their dates:

- ``article:published_time`` is ``2024-07-11+0715:51:00``: day, zone, time (PHP's ``T`` where ``\\T`` was meant), the
  zone as ``+07``, ``ICT``, or that of the visitor, ``EDT``. Read so, it is right whoever looks.
- the visible line and the lists show the time in the zone of the visitor's country, and name no zone.
- ``datePublished`` of the microdata is the time of the last edit, in every version that prints it.
- the minute of an RSS ``pubDate`` is the month (up to 4.5): a feed tells what is new, not when it was published.
- the news sitemap's ``lastmod`` was right 46 times of 46, with its offset.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from itertools import islice
from typing import ClassVar
from urllib.parse import parse_qs, urljoin, urlsplit, urlunsplit

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PageElement, PreformattedString

from scraper.dates.shapes import CLOCK_WITH_SECONDS, SLASHED_DAY, SLASHED_OR_DASHED_DAY
from scraper.items import (
    ListEntry,
    ListPage,
    NotAnArticle,
    Paragraph,
    Picture,
    PrintedArticle,
    Witness,
    WitnessSource,
)
from scraper.pages.blocks import attribute, blocks, is_hidden, parse, words
from scraper.pages.family import Family
from scraper.text import fold, same_words, squeeze, unescape

_LANGUAGES = frozenset({"vi", "en", "fr", "zh", "ja", "lo", "km", "ru", "ko", "cn"})
_COPIES = frozenset({"print", "savefile", "sendmail"})
_NOT_NEWS = frozenset(
    {"about", "archives", "author", "banners", "comment", "contact", "content", "download", "faq", "feeds",
     "freecontent", "inform", "laws", "menu", "page", "rating", "rss", "search", "seek", "sitemap", "siteterms",
     "statistics", "tag", "tags", "topic", "uploads", "users", "voting"}
)  # fmt: skip
_NUMBERED = re.compile(r"(?:.*[^-])?-(?P<number>[1-9]\d{0,8})")
_LONGEST_CATEGORY = 20  # characters of a last step that could be a category ending in a number
_PAGE_NUMBER = re.compile(r"page-(\d+)")

_BODIES = ("#news-bodyhtml", "[itemprop=articleBody]", "#bodytext", ".bodytext", ".fiximg")
_DATE_LINE = re.compile(
    r"(?P<line>(?:[^\W\d][^\d:]{0,20}: ?)?(?:[^\W\d]+(?: [^\W\d]+)? - )?"
    rf"{SLASHED_DAY},? {CLOCK_WITH_SECONDS})(?: .*)?"
)
_LIST_DATE = re.compile(rf"\(?(?P<date>{SLASHED_OR_DASHED_DAY}(?: {CLOCK_WITH_SECONDS}(?: (?:[AP]M|SA|CH))?)?) ?\)?")
_DATE_AT_END = re.compile(rf"\s*\({SLASHED_OR_DASHED_DAY}\)$")
_AUTHOR = re.compile(r"tác giả(?: bài viết)?\s*:\s*", re.I)
_TAGS = re.compile(r"(?:tags?|từ kh(?:óa|oá))\s*:?", re.I)
_END = re.compile(r"(?:những tin (?:mới|cũ) hơn|ý kiến bạn đọc|các tin khác|tin (?:bài )?liên quan)\b", re.I)
_SIDE_BLOCK = re.compile(r"(?:block[_-]|sidebar|footer|menu|metismenu|breadcrumb|other-news).*")
_SIDE_TAGS = frozenset({"nav", "footer", "header", "aside"})
_ABOVE = 2000  # nodes between title and body; the pages of real servers have some 150
_DEPTH = 60  # elements around a link or a picture; more are not looked at
_SHORT = 300  # characters: more words than these beside a picture are not its caption

_WHAT_PAGES_SAY = (
    ("blocked", re.compile(r"he thong dang tu choi truy cap|khong phai la robot")),
    ("maintenance", re.compile(r"website tam ngung hoat dong|dang (?:duoc )?bao tri")),
    ("soft-404", re.compile(r"loi (?:truy cap )?404|khong ton tai tren may chu")),
    ("login", re.compile(r"ban can dang nhap (?:de xem|moi)|khong co quyen (?:truy cap|xem)")),
)
"""Words of NukeViet's language files for the pages it sends instead (folded)."""


class NukeViet(Family):
    """NukeViet's news module, desktop and mobile themes."""

    name: ClassVar[str] = "nukeviet"
    trust: ClassVar[tuple[WitnessSource, ...]] = (
        WitnessSource.SITEMAP,
        WitnessSource.META,
        WitnessSource.VISIBLE,
    )

    def key(self, url: str) -> str | None:
        """The article's number; ``<module>:<number>`` where the address names a module other than ``news``.

        Each module numbers its own articles.
        """
        steps, ends_in_html = _steps(url)
        if len(steps) < 2 or _NOT_NEWS & set(steps[:-1]) or _COPIES & set(steps):
            return None
        found = _NUMBERED.fullmatch(steps[-1])
        if found is None or _PAGE_NUMBER.fullmatch(steps[-1]):
            return None
        if len(steps) == 2 and (steps[0] == "news" or not (ends_in_html or len(steps[-1]) > _LONGEST_CATEGORY)):
            return None
        module = steps[-3] if len(steps) > 2 else "news"
        return found["number"] if module == "news" else f"{module}:{found['number']}"

    def fetch_url(self, url: str) -> str | None:
        """The address without query, fragment and a slash after ``.html``; None for a copy to print or to save.

        ``index.php?…`` keeps its query: whether a server rewrites addresses is its own setting.
        """
        if _COPIES & set(_steps(url)[0]):
            return None
        parts = urlsplit(url)._replace(fragment="")
        if self.key(url) is None or parts.path.endswith("index.php"):
            return urlunsplit(parts)
        path = parts.path.removesuffix("/") if parts.path.endswith(".html/") else parts.path
        return urlunsplit(parts._replace(path=path, query=""))

    def list_page(self, html: str, url: str) -> ListPage:
        """The articles of a list, those of side blocks left out, and the next page.

        A page past the last one answers with page 1, so a next page has a higher number than ``url`` has.
        """
        tree = parse(html)
        named = tree.select_one(self.select["list"]) if "list" in self.select else None
        keys = _Keys(self, url)
        main: dict[str, ListEntry] = {}
        beside: dict[str, ListEntry] = {}
        for link in (named or tree).find_all("a", href=True):
            key = keys.of(link)
            if key is None:
                continue
            address = urljoin(url, attribute(link, "href").strip())
            entries = beside if _is_beside(link) else main
            known = entries.get(key)
            if known is None or known.title is None:
                entries[key] = ListEntry(
                    url=self.fetch_url(address) or address,
                    title=_link_title(link),
                    date_text=_list_date(link, key, keys),
                )
        return ListPage(entries=tuple((main or beside).values()), next_url=_next_page(tree, url))

    def article(self, html: str, url: str) -> PrintedArticle:
        """What an article page prints, in any of the themes. Raises NotAnArticle."""
        tree = parse(html)
        is_copy = tree.find("a", onclick=re.compile(r"^\s*window\.print\(")) is not None
        if is_copy or _COPIES & set(_steps(url)[0]):
            raise NotAnArticle("not-an-article", "a copy to print or to save")
        metas = _metas(tree)
        body = _first(tree, (self.select["body"],) if "body" in self.select else _BODIES)
        if body is None:
            raise _refusal(tree)
        heading = _heading(body, metas)
        if heading is None:
            raise NotAnArticle("no-title", "no h1 stands above the body, or it names the site alone")
        above = list(islice(_between(heading, body), _ABOVE))
        published_text = _date_line(above)
        if published_text is None:
            raise NotAnArticle("no-date", "no line as 'Thứ năm - 11/07/2024 15:51' stands between title and body")
        lead = _lead_tag(above)
        pictures = _lead_pictures(above, heading, lead, body, url)
        printed = blocks(body, url)
        if not printed and body.find(["iframe", "video", "audio", "embed", "object"]) is None:
            raise NotAnArticle("no-body", "the body is empty")
        address = _canonical(tree, metas, url)
        key = self.key(address) or self.key(url)
        published, modified = _first_of(metas, "article:published_time"), _first_of(metas, "article:modified_time")
        return PrintedArticle(
            url=url,
            canonical_url=address if self.key(address) is not None else None,
            native_id=key,
            title=unescape(words(heading)),
            lead=_lead(lead) if lead is not None else _bare_lead(above),
            body=(*pictures, *printed),
            byline=_author(body),
            section=_section(tree, metas, heading, address),
            tags=_tags(body, metas),
            published_text=published_text,
            updated_text=modified if modified != published else None,
            witnesses=(Witness(source=WitnessSource.META, text=published),) if published else (),
            parser=self.parser,
        )


class _Keys:
    """Keys of the links of one list page; None for a link that leads to no article of the page's own host."""

    def __init__(self, family: NukeViet, url: str) -> None:
        self.family = family
        self.url = url
        self.known: dict[str, str | None] = {}

    def of(self, link: Tag) -> str | None:
        href = attribute(link, "href").strip()
        if href not in self.known:
            address = urljoin(self.url, href)
            same = urlsplit(address).netloc == urlsplit(self.url).netloc
            self.known[href] = self.family.key(address) if same and self.family.fetch_url(address) else None
        return self.known[href]


def _steps(url: str) -> tuple[list[str], bool]:
    """Module, category and alias as the address names them, its language left out; and whether it ends in .html."""
    parts = urlsplit(url)
    path = parts.path
    if path.endswith("index.php"):
        query = parse_qs(parts.query)
        path = "/".join((*query.get("nv", [])[:1], *query.get("op", [])[:1]))
    path = path.rstrip("/")
    steps = [step for step in path.removesuffix(".html").split("/") if step]
    return steps[1:] if steps and steps[0] in _LANGUAGES else steps, path.endswith(".html")


def _first(tree: Tag, selectors: tuple[str, ...]) -> Tag | None:
    return next((found for selector in selectors for found in tree.select(selector)), None)


def _metas(tree: BeautifulSoup) -> dict[str, list[str]]:
    metas: dict[str, list[str]] = {}
    for tag in tree.find_all("meta", content=True):
        name = attribute(tag, "property") or attribute(tag, "name")
        value = unescape(squeeze(attribute(tag, "content")))
        if name and value:
            metas.setdefault(name.lower(), []).append(value)
    return metas


def _first_of(metas: dict[str, list[str]], name: str) -> str | None:
    return metas.get(name, [None])[0]


def _refusal(tree: BeautifulSoup) -> NotAnArticle:
    said = fold(words(tree))[:2000] + " " + fold(tree.title.get_text() if tree.title else "")
    for reason, pattern in _WHAT_PAGES_SAY:
        found = pattern.search(said)
        if found is not None:
            return NotAnArticle(reason, f"the page says: {found.group()}")
    if tree.select_one("h1[itemprop=headline]") is not None:
        return NotAnArticle("no-body", "an article's title, but none of the names of a body")
    return NotAnArticle("not-an-article", "none of the names of a body")


def _heading(body: Tag, metas: dict[str, list[str]]) -> Tag | None:
    site = _first_of(metas, "og:site_name") or _first_of(metas, "author") or ""
    for heading in body.find_all_previous("h1"):
        text = words(heading)
        if _is_shown(heading) and heading.find_parent("header") is None and text and not same_words(text, site):
            return heading
    return None


def _is_shown(tag: Tag) -> bool:
    return not any(
        is_hidden(parent) or "modal" in attribute(parent, "class").split() for parent in _with_parents(tag)
    )


def _with_parents(tag: Tag) -> Iterator[Tag]:
    yield tag
    yield from (p for p in islice(tag.parents, _DEPTH) if p.name not in {"body", "html", "[document]"})


def _between(heading: Tag, body: Tag) -> Iterator[PageElement]:
    inside = {id(element) for element in heading.descendants}
    for element in heading.next_elements:
        if element is body:
            return
        if id(element) not in inside:
            yield element


def _strings(elements: list[PageElement]) -> Iterator[tuple[str, Tag]]:
    for element in elements:
        if isinstance(element, NavigableString) and not isinstance(element, PreformattedString):
            text = squeeze(element)
            parent = element.parent
            if (
                text
                and parent is not None
                and parent.name not in {"script", "style", "noscript"}
                and _is_shown(parent)
            ):
                yield text, parent


def _date_line(above: list[PageElement]) -> str | None:
    for text, _ in _strings(above):
        found = _DATE_LINE.fullmatch(text) if len(text) < _SHORT else None
        if found is not None:
            return found["line"]
    return None


def _lead_tag(above: list[PageElement]) -> Tag | None:
    tags = [element for element in above if isinstance(element, Tag) and _is_shown(element)]
    for attr, name in (("itemprop", "description"), ("class", "hometext"), ("id", "hometext")):
        for tag in tags:
            if name in attribute(tag, attr).split():
                return tag
    return None


def _lead(tag: Tag) -> str | None:
    """The words of the lead. Up to 4.0 its picture stands inside of it."""
    own = copy.copy(tag)
    for image in own.find_all("img", limit=5):
        if not image.decomposed:
            _frame(image, own).decompose()
    return unescape(words(own)) or None


def _bare_lead(above: list[PageElement]) -> str | None:
    """The lead of mobile_nukeviet, the one theme that gives it no element of its own."""
    after_control = False
    lead: list[str] = []
    for element in above:
        if isinstance(element, Tag):
            after_control = after_control or "clear" in attribute(element, "class").split()
        elif after_control and isinstance(element, NavigableString) and not isinstance(element, PreformattedString):
            parents = islice(element.parents, _DEPTH)
            if not any({"fl", "ac"} & set(attribute(p, "class").split()) for p in parents):
                lead.append(str(element))
    return unescape(squeeze(" ".join(lead))) or None


def _lead_pictures(
    above: list[PageElement], heading: Tag, lead: Tag | None, body: Tag, url: str
) -> Iterator[Picture]:
    stops = [tag for tag in (heading, lead, body) if tag is not None]
    seen: set[tuple[str, str | None]] = set()
    for image in above:
        if not isinstance(image, Tag) or image.name != "img" or not _is_shown(image) or _is_button(image):
            continue
        source = attribute(image, "src").strip()
        if not source or source.startswith("data:") or attribute(image, "width") == "1":
            continue
        frame = _frame(image, *stops)
        own = copy.copy(frame)
        for modal in own.select(".modal"):
            modal.decompose()
        caption = words(own) if isinstance(own, Tag) and own.name != "img" else ""
        sign = (source.rsplit("/", 1)[-1], caption or None)
        if sign not in seen:
            seen.add(sign)
            alt = squeeze(attribute(image, "alt"))
            yield Picture(src=urljoin(url, source), alt=alt or None, caption=caption or None)


def _is_button(image: Tag) -> bool:
    link = image.find_parent("a")
    leads = f"{attribute(link, 'href')} {attribute(link, 'onclick')}" if link is not None else ""
    return image.find_parent("ul") is not None or any(f"{name}/" in leads for name in _COPIES)


def _frame(image: Tag, *stops: Tag) -> Tag:
    """The largest element around ``image`` that holds no other picture, none of ``stops`` and few words."""
    frame = image
    around = {id(parent) for stop in stops for parent in (stop, *stop.parents)}
    for parent in islice(image.parents, _DEPTH):
        pictures = [i for i in parent.find_all("img", limit=5) if not i.find_parent(class_="modal")]
        if id(parent) in around or len(pictures) > 1 or len(words(parent)) > _SHORT:
            break
        frame = parent
    return frame


def _below(body: Tag) -> Iterator[PageElement]:
    inside = {id(element) for element in body.descendants}
    for element in body.next_elements:
        if isinstance(element, NavigableString) and _END.match(squeeze(element)):
            return
        if isinstance(element, Tag) and element.name == "form":
            inside.update(id(part) for part in element.descendants)
        elif id(element) not in inside:
            yield element


def _author(body: Tag) -> str | None:
    for text, parent in _strings(list(_below(body))):
        label = _AUTHOR.match(text)
        if label is None:
            continue
        block = parent if parent.name in {"p", "div", "li", "td"} else parent.find_parent(["p", "div", "li", "td"])
        for line in blocks(block, "") if block is not None else []:
            named = _AUTHOR.match(line.text) if isinstance(line, Paragraph) else None
            if isinstance(line, Paragraph) and named is not None:
                return unescape(line.text[named.end() :]) or None
    return None


def _tags(body: Tag, metas: dict[str, list[str]]) -> tuple[str, ...]:
    for element in _below(body):
        if isinstance(element, NavigableString) and _TAGS.fullmatch(squeeze(element)):
            names = [unescape(words(link)) for link in _links_after(element)]
            if names:
                return tuple(dict.fromkeys(name for name in names if name))
    return tuple(dict.fromkeys(metas.get("article:tag", [])))


def _links_after(label: PageElement) -> list[Tag]:
    """The links that follow a label: beside it, beside the element it fills, or in the next one."""
    for _ in range(3):
        links: list[Tag] = []
        for beside in label.next_siblings:
            if isinstance(beside, Tag):
                own = [beside] if beside.name == "a" else beside.find_all("a")
                if links and beside.name in {"div", "p", "ul", "hr", "form", "h3"}:
                    break
                links += own
        if links or label.parent is None:
            return links
        label = label.parent
    return []


def _section(tree: BeautifulSoup, metas: dict[str, list[str]], heading: Tag, address: str) -> str | None:
    stated = _first_of(metas, "article:section")
    if stated is not None:
        return stated
    steps = _steps(address)[0]
    if len(steps) > 1:
        for link in heading.find_all_previous("a", href=True):
            if _steps(urljoin(address, attribute(link, "href")))[0][-1:] == steps[-2:-1]:
                return unescape(squeeze(link.get_text(" "))) or None
    return None


def _canonical(tree: BeautifulSoup, metas: dict[str, list[str]], url: str) -> str:
    link = tree.find("link", rel="canonical", href=True)
    stated = attribute(link, "href") if isinstance(link, Tag) else _first_of(metas, "og:url")
    address = urljoin(url, stated or url)
    return address if urlsplit(address).netloc == urlsplit(url).netloc else url


def _is_beside(link: Tag) -> bool:
    if attribute(link, "data-rel").startswith("block"):
        return True
    return any(
        parent.name in _SIDE_TAGS
        or any(_SIDE_BLOCK.fullmatch(name) for name in (*attribute(parent, "class").split(), attribute(parent, "id")))
        for parent in _with_parents(link)
    )


def _link_title(link: Tag) -> str | None:
    """The link's words, without the date or the running number that some lists print inside of it."""
    printed, stated = _DATE_AT_END.sub("", unescape(words(link))), unescape(squeeze(attribute(link, "title")))
    return stated if stated and (stated in printed or not printed) else printed or None


def _list_date(link: Tag, key: str, keys: _Keys) -> str | None:
    """The date in the smallest surroundings of ``link`` that show one and no other article."""
    for around in islice(_with_parents(link), 8):
        if any(keys.of(other) not in (None, key) for other in around.find_all("a", href=True, limit=50)):
            return None
        for text, _ in _strings(list(around.descendants)):
            found = _LIST_DATE.fullmatch(text)
            if found is not None:
                return found["date"]
    return None


def _list_and_number(url: str) -> tuple[str, int]:
    """The list that ``url`` is a page of, and the number of that page."""
    parts = urlsplit(url)
    path, query = parts.path, parts.query
    found = re.search(r"/page-(\d+)/?$", path) or re.search(r"(?:^|&)page=(\d+)", query)
    path = re.sub(r"/page-\d+/?$", "/", path)
    query = re.sub(r"(?:^|&)page=\d+", "", query)
    return f"{path.rstrip('/')}/?{query}", int(found[1]) if found else 1


def _next_page(tree: BeautifulSoup, url: str) -> str | None:
    own, number = _list_and_number(url)
    pages: dict[int, str] = {}
    for link in (*tree.find_all("link", rel="next", href=True), *tree.find_all("a", href=True)):
        address = urljoin(url, attribute(link, "href").strip())
        if urlsplit(address).netloc == urlsplit(url).netloc:
            other, other_number = _list_and_number(address)
            if other == own and other_number > number:
                pages.setdefault(other_number, address)
    return pages[min(pages)] if pages else None
