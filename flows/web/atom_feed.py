"""Any search as an Atom feed (RFC 4287)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from datasette import Response

from flows.web.article_page import article_address
from flows.web.language import language
from flows.web.page import Route, ask, query_of
from flows.web.search_page import chips_of, newest
from flows.web.search_request import FEED, SearchRequest
from scraper.store import Archive
from scraper.store.search import Hit

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.utils.asgi import Request

_ATOM = "http://www.w3.org/2005/Atom"


def atom(archive: Archive, query: SearchRequest, hits: Sequence[Hit], host: str) -> bytes:
    """The feed of ``hits``; ``host`` is the address at which the reader sees these pages.

    An entry is updated when its words were last captured anew.
    """
    feed = ET.Element("feed", {"xmlns": _ATOM, "xml:lang": language.get()})
    asked = [query.q, *(chip.name for chip in chips_of(archive, query))]
    _add(feed, "title", f"Tin Khối: {' · '.join(filter(None, asked))}".rstrip(": "))
    _add(feed, "id", host + query.address(FEED))
    _link(feed, "self", host + query.address(FEED))
    _link(feed, "alternate", host + query.address())
    _add(_add(feed, "author", None), "name", "Tin Khối")
    moments = [_captured(archive, hit) for hit in hits]
    newest = max(moments, default="1970-01-01T00:00:00+00:00")
    _add(feed, "updated", newest)
    for hit, moment in zip(hits, moments, strict=True):
        entry = _add(feed, "entry", None)
        _add(entry, "title", hit.title)
        _add(entry, "id", hit.url)
        _link(entry, "alternate", host + article_address(hit.site, hit.key))
        _link(entry, "via", hit.url)
        _add(entry, "updated", moment)
        if hit.published_at:
            _add(entry, "published", datetime.fromisoformat(hit.published_at).isoformat())
        if hit.author:
            _add(_add(entry, "author", None), "name", hit.author)
        _add(entry, "summary", "".join(text for text, _ in hit.parts))
    return bytes(ET.tostring(feed, encoding="utf-8", xml_declaration=True))


def _captured(archive: Archive, hit: Hit) -> str:
    return str(archive.value("SELECT captured_at FROM articles WHERE id = ?", (hit.id,)))


def _add(parent: ET.Element, name: str, text: str | None) -> ET.Element:
    child = ET.SubElement(parent, name)
    child.text = text and "".join(c if c >= " " else " " for c in text)
    return child


def _link(parent: ET.Element, relation: str, address: str) -> None:
    ET.SubElement(parent, "link", {"rel": relation, "href": address})


async def results_feed(datasette: Datasette, request: Request) -> Response:
    """``/tim.atom``: the newest of any search."""
    query = SearchRequest.read(query_of(request))
    host = f"{request.scheme}://{request.host}"
    body = await ask(datasette, lambda archive: atom(archive, query, newest(archive, query), host))
    return Response(body, content_type="application/atom+xml; charset=utf-8")


ROUTES: tuple[Route, ...] = ((r"/tim\.atom$", results_feed),)
"""What answers each address of this page."""
