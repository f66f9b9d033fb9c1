"""Feeds (RSS 2.0, RSS 1.0, Atom) and sitemaps (urlset, news, index) as list pages.

Both are read as XML without entities, network or huge trees. The parser recovers from small errors, as browsers do.
An entry counts only if its own end tag is there, so an answer that was cut off never yields a cut address. Three
common errors are handled: a PHP warning before the XML, a declared encoding that is not the body's (.NET writes
``utf-16`` on UTF-8), and an entry that is no XML, in which case only that entry is lost. A sitemap may also be a text
with one address on each line, as the protocol allows.
"""

from __future__ import annotations

import codecs
import html
import re
import zlib
from collections.abc import Iterator
from html.entities import html5
from urllib.parse import urljoin, urlsplit

from lxml import etree
from w3lib.url import add_or_replace_parameter, url_query_parameter

from scraper.items import ListEntry, ListPage, NotAnArticle, WitnessSource
from scraper.pages.blocks import parse, words
from scraper.text import squeeze

MAX_BYTES = 52_428_800
"""The largest sitemap after unpacking, in bytes: the limit of the sitemap protocol (sitemaps.org)."""

_FULL_FEED = 10  # entries; WordPress' own setting for a page of a feed
_FEED_ROOTS = {"rss", "RDF", "feed"}
_SITEMAP_ROOTS = {"urlset", "sitemapindex"}
_GZIP = b"\x1f\x8b"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_XML_START = re.compile(rb"<\?xml\b|<(?:rss|feed|rdf:RDF|urlset|sitemapindex)\b")
_PAGE = re.compile(rb"<(?:!doctype|html|body)\b", re.I)
_DECLARATION = re.compile(rb"^<\?xml\b[^>]*\?>")
_STRAY_LESS_THAN = re.compile(rb"<!\[CDATA\[(?:.*?\]\]>|.*)|<(?![A-Za-z_/!?\x80-\xff])", re.S)
_ENTRIES = re.compile(rb"<(item|entry|url|sitemap)\b.*?</\1\s*>", re.S)
_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.S)
_ADDRESSED = re.compile(rb"<(?:link|loc|guid)\b")
_ROOT_TAG = re.compile(rb"<(rss|feed|rdf:RDF|urlset|sitemapindex)\b[^>]*>")
_ADDRESS_LINE = re.compile(rb"https?://[^\s<>]+")
_MAY_BE_ROOT = re.compile(rb"<[^\s<>]*(?:rss|RDF|feed|urlset|sitemapindex)")
_OPENS_PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<!doctype html[^>]*>\s*)?<html\b", re.I)
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r"))
_AMPERSAND = re.compile(
    rb"<!\[CDATA\[(?:.*?\]\]>|.*)|&(?!(?:amp|lt|gt|quot|apos|#[0-9]+|#[xX][0-9a-fA-F]+);)(?:(\w+);)?", re.S
)


def opens_page(body: bytes) -> bool:
    """Whether ``body`` begins as a page does: then it looks like neither a feed nor a sitemap, whatever follows."""
    return _OPENS_PAGE.match(body.lstrip()) is not None


def looks_like_feed(body: bytes) -> bool:
    """Whether ``body`` begins like an RSS or Atom feed."""
    return _root(_unpack(body, 65_536)[0]) in _FEED_ROOTS


def looks_like_sitemap(body: bytes) -> bool:
    """Whether ``body``, which may be gzip, begins like a sitemap, a sitemap index or a sitemap of lines."""
    opening = _unpack(body, 65_536)[0]
    return _root(opening) in _SITEMAP_ROOTS or _is_lines(opening)


def read_feed(xml: bytes, url: str) -> ListPage:
    """What the feed ``xml`` from ``url`` lists, in its order. Raises ValueError for a body that is no feed.

    Only dates of publication count (``pubDate``, ``dc:date``, ``published``); Atom's ``updated`` is ignored. Full
    texts (``content:encoded``, ``content``) are ignored too, because the article page has the words to keep.

    WordPress names no next page of a feed, but has one at ``?paged=2``: the only place where themes that print no
    date on an article's page tell it.
    """
    body, unpacked = _unpack(xml, MAX_BYTES)
    if _root(body) not in _FEED_ROOTS:
        raise ValueError(f"{url}: not an RSS or Atom feed")
    entries: list[ListEntry] = []
    next_url: str | None = None
    closed = is_wordpress = False
    found: set[str] = set()
    for element, is_again in _whole_elements(body, url):
        name = _name(element)
        if name == "generator":
            is_wordpress = "wordpress.org" in f"{element.text} {element.get('uri')}"
        elif name in {"item", "entry"}:
            address = _address(element, url)
            if address and not (is_again and address in found):
                found.add(address)
                entries.append(_entry(element, address))
            element.clear()
        elif name == "link" and element.get("rel") == "next" and _name(element.getparent()) in {"channel", "feed"}:
            next_url = _web(element.get("href"), element.base or url)
        elif name in _FEED_ROOTS and element.getparent() is None:
            closed = True
    if next_url is None and is_wordpress and len(entries) >= _FULL_FEED:
        next_url = _next_of_wordpress(url)
    whole = unpacked and closed and not _is_one_lost(body, url, found)
    return ListPage(entries=tuple(entries), next_url=next_url, whole=whole)


def _next_of_wordpress(url: str) -> str:
    number = url_query_parameter(url, "paged") or "1"
    return add_or_replace_parameter(url, "paged", str(int(number) + 1 if number.isdecimal() else 2))


def read_sitemap(xml: bytes, url: str) -> ListPage:
    """What the sitemap ``xml`` (perhaps gzip) from ``url`` lists. The sitemaps of an index are its ``children``.

    The date beside an address is ``news:publication_date`` if there is one, else ``lastmod``. The family's order of
    trust says whether its ``lastmod`` is a date of publication. Raises ValueError for any other body.
    """
    body, unpacked = _unpack(xml, MAX_BYTES)
    if _is_lines(body):
        return _read_lines(body, unpacked)
    if _root(body) not in _SITEMAP_ROOTS:
        raise ValueError(f"{url}: not a sitemap")
    entries: list[ListEntry] = []
    children: list[str] = []
    closed = False
    found: set[str] = set()
    for element, is_again in _whole_elements(body, url):
        name = _name(element)
        if name in {"url", "sitemap"}:
            address = _web(_text(_child(element, "loc")), url)
            if address and is_again and address in found:
                address = None
            found.update([address] if address else [])
            if address and name == "sitemap":
                children.append(address)
            elif address:
                news = _child(element, "news")
                date = _text(_child(news, "publication_date")) or _text(_child(element, "lastmod"))
                title = _text(_child(news, "title"))
                entries.append(ListEntry(url=address, title=title, date_text=date, source=WitnessSource.SITEMAP))
            element.clear()
        elif name in _SITEMAP_ROOTS and element.getparent() is None:
            closed = True
    whole = unpacked and closed and not _is_one_lost(body, url, found)
    return ListPage(entries=tuple(entries), children=tuple(children), whole=whole)


def _is_lines(body: bytes) -> bool:
    if not body.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"http"):
        return False
    lines = [line for line in body.removeprefix(codecs.BOM_UTF8).splitlines() if line.strip()]
    return bool(lines) and all(_ADDRESS_LINE.fullmatch(line.strip()) for line in lines[:20])


def _read_lines(body: bytes, unpacked: bool) -> ListPage:
    """A sitemap with one address on each line. A last line without a line end may be cut, so it does not count."""
    lines = body.removeprefix(codecs.BOM_UTF8).decode("utf-8", "replace").splitlines(keepends=True)
    is_cut = not unpacked and bool(lines) and not lines[-1].endswith(("\n", "\r"))
    addresses = dict.fromkeys(address for line in lines[: -1 if is_cut else None] if (address := _web(line, "")))
    entries = tuple(ListEntry(url=address, source=WitnessSource.SITEMAP) for address in addresses)
    return ListPage(entries=entries, whole=unpacked)


def _unpack(body: bytes, limit: int) -> tuple[bytes, bool]:
    """At most ``limit`` bytes of what ``body`` holds, and whether that is all of it."""
    if not body.startswith(_GZIP):
        return body[:limit].lstrip(), len(body) <= limit
    unzip = zlib.decompressobj(31)
    try:
        return unzip.decompress(body, limit).lstrip(), unzip.eof
    except zlib.error:
        return b"", False


def _mend(body: bytes) -> bytes:
    """``body`` without control characters, and with bare ampersands and HTML entities turned into valid XML."""
    if body.startswith(_UTF16):
        return body
    return _AMPERSAND.sub(_reference, _STRAY_LESS_THAN.sub(_less_than, _as_declared(body).translate(None, _CONTROLS)))


def _as_declared(body: bytes) -> bytes:
    """``body`` from the start of its XML. If its bytes are UTF-8, the declared encoding is removed."""
    start = _XML_START.search(body[:65_536])
    before = body[: start.start()] if start is not None else b""
    body = body[len(before) :] if before.strip() and not _PAGE.search(before) else body.lstrip()
    declaration = _DECLARATION.match(body)
    if declaration is None or b"encoding" not in declaration.group():
        return body
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as error:
        if len(body) - error.start > 4:  # the error is not a letter cut at the end
            return body
    return body[declaration.end() :]


def _less_than(match: re.Match[bytes]) -> bytes:
    return b"&lt;" if match.group() == b"<" else match.group()


def _reference(match: re.Match[bytes]) -> bytes:
    found = match.group()
    if found.startswith(b"<"):
        return found
    character = html5.get((match.group(1) or b"").decode("ascii", "replace") + ";")
    return "".join(f"&#{ord(c)};" for c in character).encode() if character else b"&amp;" + found[1:]


def _elements(body: bytes, url: str) -> Iterator[etree._Element]:
    """Every element whose end tag really exists, in the order in which they end."""
    parser = etree.XMLPullParser(
        events=("end",), recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True, base_url=url,
    )  # fmt: skip
    parser.feed(_mend(body))
    for _, element in parser.read_events():
        if isinstance(element, etree._Element) and isinstance(element.tag, str):
            yield element


def _whole_elements(body: bytes, url: str) -> Iterator[tuple[etree._Element, bool]]:
    """Like _elements. If an entry that is no XML spoils others, each is read once more by itself, which is told."""
    mended = body if body.startswith(_UTF16) else _as_declared(body)
    entries = sum(1 for _ in _ENTRIES.finditer(mended))
    root = _ROOT_TAG.search(mended)
    read = 0
    for element in _elements(body, url):
        is_entry = _name(element) in {"item", "entry", "url", "sitemap"} and len(element) > 0
        read += is_entry
        if _name(element) in _FEED_ROOTS | _SITEMAP_ROOTS and element.getparent() is None and read < entries:
            break
        yield element, False
    if root is None or read >= entries:
        return
    for _, alone in _each_alone(mended, root):
        for element in _elements(alone, url):
            yield element, True


def _each_alone(mended: bytes, root: re.Match[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Each entry, as it stands and as the only one of its feed or sitemap."""
    opening, closing = root.group(), b"</" + root.group(1) + b">"
    for entry in _ENTRIES.finditer(mended):
        yield entry.group(), opening + entry.group() + closing


def _is_one_lost(body: bytes, url: str, found: set[str]) -> bool:
    """Whether an entry that tells an address is spoilt, so that its address is not among those ``found``."""
    if body.startswith(_UTF16):
        return False
    mended = _COMMENT.sub(b"", _as_declared(body))
    root = _ROOT_TAG.search(mended)
    if root is None or sum(1 for _ in _ENTRIES.finditer(mended)) <= len(found):
        return False
    for entry, alone in _each_alone(mended, root):
        if _ADDRESSED.search(entry):
            elements = [each for each in _elements(alone, url) if _name(each) in {"item", "entry", "url", "sitemap"}]
            if not elements:
                return True
    return False


def _root(body: bytes) -> str | None:
    """The name of the root if it may be a feed's or a sitemap's; else perhaps None."""
    opening = body[:65_536]
    if _OPENS_PAGE.match(opening):
        return None
    if not opening.startswith(_UTF16) and _MAY_BE_ROOT.search(opening.translate(None, _CONTROLS)) is None:
        return None
    parser = etree.XMLPullParser(
        events=("start",), recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        parser.feed(_mend(opening))
    except etree.XMLSyntaxError:
        return None
    return next((_name(element) for _, element in parser.read_events()), None)


def _name(element: object) -> str:
    """The tag's name without its namespace. Old feeds and news sitemaps use several addresses for one namespace."""
    return (
        element.tag.rpartition("}")[2] if isinstance(element, etree._Element) and isinstance(element.tag, str) else ""
    )


def _child(element: etree._Element | None, name: str) -> etree._Element | None:
    return next((child for child in element if _name(child) == name), None) if element is not None else None


def _text(element: etree._Element | None) -> str | None:
    """The element's own words; None if it has none, or if it holds markup or an unexpanded entity."""
    if element is None or len(element):
        return None
    return squeeze(element.text or "") or None


def _web(address: str | None, base: str) -> str | None:
    if not address or not address.strip():
        return None
    try:
        absolute = urljoin(base, address.strip())
        parts = urlsplit(absolute)
    except ValueError:
        return None
    return absolute if parts.scheme in {"http", "https"} and parts.hostname else None


def _address(element: etree._Element, url: str) -> str | None:
    """An entry's address: ``origLink`` if a feed service rewrote it, else ``link``, else a ``guid`` that is one."""
    links = [child for child in element if _name(child) in {"origLink", "link"}]
    for link in sorted(links, key=lambda child: _name(child) != "origLink"):
        base = link.base or url
        if link.get("href") is not None:
            if link.get("rel", "alternate") == "alternate" and (address := _web(link.get("href"), base)):
                return address
        elif address := _web(_text(link), base):
            return address
    guid = _child(element, "guid")
    permanent = guid is not None and guid.get("isPermaLink", "true") == "true"
    text = _text(guid) if permanent else None
    return _web(text, url) if text and text.startswith(("http://", "https://")) else None


def _entry(element: etree._Element, address: str) -> ListEntry:
    date = next((t for name in ("pubDate", "published", "date") if (t := _text(_child(element, name)))), None)
    lead = _child(element, "description")
    lead = _child(element, "summary") if lead is None else lead
    return ListEntry(
        url=address,
        title=_plain(_child(element, "title")),
        date_text=date,
        lead=_plain(lead),
        source=WitnessSource.FEED,
    )


def _plain(element: etree._Element | None) -> str | None:
    """The words of a title or summary, which feeds write as text, as HTML, or as HTML that is escaped twice."""
    text = squeeze("".join(map(str, element.itertext()))) if element is not None else ""
    if re.search(r"</?[a-zA-Z][^<>]*>", text):
        try:
            return words(parse(text)) or None
        except NotAnArticle:  # too much markup for a title or a lead; the entry's address counts all the same
            return None
    return squeeze(html.unescape(text)) or None
