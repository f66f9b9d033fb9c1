"""What the page's head, lists, feeds and sitemaps say about an article."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml import etree

from scraper.learning.tree import Element, Page, ancestors, read_page
from scraper.text import fold, squeeze, unescape

_EXCERPT = 24  # folded characters; a shorter text identifies and describes nothing
_PARTS = re.compile(r"\s+[-–—|»·:]\s+")
_ARTICLE = {"Article", "NewsArticle", "BlogPosting", "ReportageNewsArticle"}
_LINKED = re.compile(r"<script[^>]*application/ld\+json[^>]*>(.*?)</script>", re.I | re.S)
_MARKUP = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Label:
    """What other sources say about one article. A field that none of them states is empty."""

    titles: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    descriptions: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    def __or__(self, other: Label) -> Label:
        """What both say, with each statement once."""
        both = {f.name: tuple(dict.fromkeys(getattr(self, f.name) + getattr(other, f.name))) for f in fields(self)}
        return Label(**both)


def address_of(url: str) -> str:
    """An address for comparison: without scheme, ``www.``, ``m.``, fragment and last slash."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return url
    host = re.sub(r"^(?:www\.|m\.)+", "", parts.netloc.lower())
    return host + parts.path.rstrip("/") + (f"?{parts.query}" if parts.query else "")


def labels_of_list(source: str, url: str) -> dict[str, Label]:
    """What the list page ``source`` says about each address to which it links, by address_of."""
    page = read_page(source, url)
    return {} if page is None else _of_list(page)


def labels_of_feed(xml: bytes) -> dict[str, Label]:
    """What a feed or sitemap says about each of its addresses, by address_of. Empty for anything else."""
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(xml, parser=parser)
    except etree.XMLSyntaxError:
        return {}
    found: dict[str, Label] = {}
    for item in root.iter() if root is not None else ():
        if isinstance(item.tag, str) and etree.QName(item).localname in {"item", "entry", "url"}:
            address, label = _of_item(item)
            if address:
                key = address_of(address)
                found[key] = found.get(key, Label()) | label
    return found


def merged(several: Iterable[Mapping[str, Label]]) -> dict[str, Label]:
    """All that ``several`` sources say, by address."""
    found: dict[str, Label] = {}
    for source in several:
        for address, label in source.items():
            found[address] = found.get(address, Label()) | label
    return found


def labels_of_heads(pages: Sequence[Page]) -> list[Label]:
    """What each page's own head says, without the words that all their titles share: the paper's name."""
    titles = [_title(page) for page in pages]
    shared = Counter(part for title in titles for part in set(_parts(title)))
    return [_of_head(page, _own(title, shared, len(pages))) for page, title in zip(pages, titles, strict=True)]


# One source each.


def _of_list(page: Page) -> dict[str, Label]:
    links: dict[str, list[Element]] = {}
    for link in page.root.iter("a"):
        if href := link.get("href"):
            links.setdefault(address_of(_join(page.url, href)), []).append(link)
    places = {id(link): address for address, group in links.items() for link in group}
    crowds = _crowds(page, places)
    return {address: _of_entry(page, group, crowds) for address, group in links.items()}


def _crowds(page: Page, places: Mapping[int, str]) -> set[Element]:
    """The elements that show more than one article."""
    shown: dict[Element, set[str]] = {}
    for link in page.root.iter("a"):
        if address := places.get(id(link)):
            for around in ancestors(link):
                shown.setdefault(around, set()).add(address)
    return {element for element, addresses in shown.items() if len(addresses) > 1}


def _of_entry(page: Page, links: Sequence[Element], crowds: set[Element]) -> Label:
    titles = [squeeze("".join(link.itertext())) for link in links]
    titles += [squeeze(link.get("title") or "") for link in links]
    around: list[Element] = []
    for link in links:
        item = next((e for e in (link, *ancestors(link)) if e.getparent() in crowds or e.getparent() is None), link)
        if item not in around:
            around.append(item)
    lines = [_less(line.text, titles) for item in around for line in page.inside(item)]
    beside = [text for text in dict.fromkeys(lines) if text]
    dates = tuple(t for t in dict.fromkeys((*beside, *titles)) if len(t) <= 60 and re.search(r"\d\D{1,3}\d", t))
    excerpts = tuple(text for text in beside if len(fold(text)) >= _EXCERPT and text not in dates)
    return Label(titles=tuple(t for t in dict.fromkeys(titles) if len(t) > 8), dates=dates, descriptions=excerpts)


def _less(text: str, titles: Sequence[str]) -> str:
    """A line of a list without the title that opens it."""
    opens = max((title for title in titles if title and text.startswith(title)), key=len, default="")
    return text[len(opens) :].strip(" |-–")


def _of_item(item: Element) -> tuple[str | None, Label]:
    told: dict[str, list[str]] = {}
    address: str | None = None
    for child in item.iter():
        if child is item or not isinstance(child.tag, str):
            continue
        name = etree.QName(child).localname
        text = "".join(child.itertext())
        if name in {"link", "loc"} and address is None and child.get("rel", "alternate") == "alternate":
            address = squeeze(child.get("href") or text) or None
        told.setdefault(name, []).append(text)

    def said(*names: str) -> tuple[str, ...]:
        return tuple(text for name in names for raw in told.get(name, ()) if (text := _plain(raw)))

    return address, Label(
        titles=said("title"),
        dates=said("pubDate", "published", "date", "publication_date"),
        descriptions=said("description", "summary"),
        authors=said("creator", "author"),
        sections=said("category"),
    )


def _of_head(page: Page, title: str) -> Label:
    metas: dict[str, list[str]] = {}
    for tag in page.root.iter("meta"):
        name = tag.get("property") or tag.get("name") or tag.get("itemprop")
        if name and (content := squeeze(tag.get("content") or "")):
            metas.setdefault(name, []).append(content)
    for tag in page.root.iter("time"):
        if stated := tag.get("datetime"):
            metas.setdefault("time", []).append(stated)
    linked = _linked(page.head)

    def said(*names: str) -> tuple[str, ...]:
        return tuple(text for name in names for text in metas.get(name, ()))

    keywords = tuple(word.strip() for text in said("keywords", "news_keywords") for word in text.split(","))
    return Label(
        titles=(*_strings(linked.get("headline"), linked.get("name")), *said("og:title", "twitter:title"), title),
        dates=(
            *_strings(linked.get("datePublished")),
            *said("article:published_time", "datePublished", "pubdate", "DC.date.issued", "time"),
        ),
        descriptions=(*said("og:description", "description"), *_strings(linked.get("description"))),
        authors=(*_strings(linked.get("author")), *said("author", "article:author")),
        sections=(*_strings(linked.get("articleSection")), *said("article:section")),
        tags=(*said("article:tag"), *keywords, *_strings(linked.get("keywords"))),
    )


# Titles of heads.


def _title(page: Page) -> str:
    tag = page.root.find(".//title")
    return squeeze("".join(tag.itertext())) if tag is not None else ""


def _parts(title: str) -> list[str]:
    return [part for part in _PARTS.split(title) if part]


def _own(title: str, shared: Counter[str], pages: int) -> str:
    """``title`` without the parts at its ends that half of the pages have too."""
    spans = [(0, 0), *((m.start(), m.end()) for m in _PARTS.finditer(title)), (len(title), len(title))]
    parts = [(spans[n][1], spans[n + 1][0]) for n in range(len(spans) - 1)]
    is_shared = [pages > 2 and shared[title[start:end]] * 2 > pages for start, end in parts]
    while len(parts) > 1 and is_shared[-1]:
        parts, is_shared = parts[:-1], is_shared[:-1]
    while len(parts) > 1 and is_shared[0]:
        parts, is_shared = parts[1:], is_shared[1:]
    return title[parts[0][0] : parts[-1][1]].strip()


# JSON-LD.


def _linked(source: str) -> dict[str, Any]:
    for found in _LINKED.finditer(source):
        try:
            waiting: list[Any] = [json.loads(found[1], strict=False)]
        except (ValueError, RecursionError):
            continue
        while waiting:
            value = waiting.pop(0)
            if isinstance(value, list):
                waiting[:0] = value
            elif isinstance(value, dict):
                kinds = value.get("@type")
                if _ARTICLE.intersection(kinds if isinstance(kinds, list) else [str(kinds)]):
                    return value
                waiting += [value[key] for key in ("@graph", "mainEntity") if key in value]
    return {}


def _strings(*values: Any) -> Iterator[str]:
    for value in values:
        if isinstance(value, str) and squeeze(value):
            yield squeeze(unescape(value))
        elif isinstance(value, list):
            yield from _strings(*value)
        elif isinstance(value, dict):
            yield from _strings(value.get("name"))


def _plain(text: str) -> str:
    """The words of a feed's text, which may be HTML."""
    return squeeze(_MARKUP.sub(" ", text)) if "<" in text else squeeze(text)


def _join(base: str, href: str) -> str:
    try:
        return urljoin(base, href.strip())
    except ValueError:
        return href
