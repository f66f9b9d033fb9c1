"""What pages of many families state in their head: meta tags, the canonical address, an article in JSON-LD."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from bs4 import Tag

from scraper.pages.blocks import attribute
from scraper.text import fold, squeeze

_ACCOUNT = re.compile(r"(?:admin|administrator|quan ?tri|quan tri vien|quantri|webmaster|root|user|bien tap)\s*\d*")
_LABEL = re.compile(
    r"^(?:by|author|bởi|đăng bởi|tác giả|người viết|viết bởi|(?:posted|written|published) by)\b\s*:?\s*", re.I
)
_ARTICLE_TYPES = {"Article", "NewsArticle", "BlogPosting", "ReportageNewsArticle"}


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedArticle:
    """The article that a page's JSON-LD describes; a field it does not state is None."""

    headline: str | None
    published: str | None
    modified: str | None
    author: str | None  # a person's name; an organisation is not an author
    section: str | None


def meta(page: Tag, *names: str) -> str | None:
    """The content of the first ``meta`` that ``names`` name, in their order, by property, name or itemprop."""
    for name in names:
        for key in ("property", "name", "itemprop"):
            for tag in page.find_all("meta", attrs={key: name}):
                if text := squeeze(attribute(tag, "content")):
                    return text
    return None


def canonical(page: Tag, url: str) -> str | None:
    """``rel=canonical``, else ``og:url``: absolute, and only where it is on the host of ``url`` (``www.`` aside)."""
    link = page.find("link", rel="canonical")
    stated = attribute(link, "href") if isinstance(link, Tag) else meta(page, "og:url")
    if not stated:
        return None
    try:
        address = urljoin(url, stated.strip())
        same = _host(address) == _host(url)
    except ValueError:
        return None
    return address if same else None


def person(text: str | None) -> str | None:
    """The name in a byline, its label ("Tác giả:", "By") taken off; None for an account's ("Quản trị", "admin")."""
    name = _LABEL.sub("", squeeze(text or "")).strip()
    return None if not name or _ACCOUNT.fullmatch(fold(name)) else name


def linked_article(page: Tag) -> LinkedArticle | None:
    """The first article of the page's JSON-LD, or None."""
    nodes = [node for script in page.find_all("script", type="application/ld+json") for node in _nodes(script)]
    named = {str(node["@id"]): _string(node.get("name")) for node in nodes if "@id" in node and _is(node, {"Person"})}
    for node in nodes:
        if _is(node, _ARTICLE_TYPES):
            return LinkedArticle(
                headline=_string(node.get("headline")),
                published=_string(node.get("datePublished")),
                modified=_string(node.get("dateModified")),
                author=_person(node.get("author"), named),
                section=_string(node.get("articleSection")),
            )
    return None


def _host(url: str) -> str:
    return urlsplit(url).netloc.lower().removeprefix("www.")


def _nodes(script: Tag) -> Iterator[dict[str, Any]]:
    try:
        waiting: list[Any] = [json.loads(script.get_text(), strict=False)]
    except (ValueError, RecursionError):
        return
    while waiting:
        value = waiting.pop(0)
        if isinstance(value, list):
            waiting[:0] = value
        elif isinstance(value, dict):
            yield value
            waiting[:0] = [value[key] for key in ("@graph", "mainEntity", "mainEntityOfPage") if key in value]


def _is(node: dict[str, Any], types: set[str]) -> bool:
    stated = node.get("@type")
    return bool(types.intersection(stated if isinstance(stated, list) else [stated]))


def _string(value: Any) -> str | None:
    """The value's words; JSON may hold half of a surrogate pair, which is no character."""
    if isinstance(value, list):
        value = value[0] if value else None
    if not isinstance(value, str):
        return None
    return squeeze(value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")) or None


def _person(value: Any, named: dict[str, str | None]) -> str | None:
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        if _is(value, {"Organization", "NewsMediaOrganization"}):
            return None
        return _string(value.get("name")) or named.get(str(value.get("@id")))
    return _string(value)
