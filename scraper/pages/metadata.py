"""Reads what pages of many families state in their head: meta tags, the canonical address, an article in JSON-LD."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from bs4 import Tag

from scraper.items import Witness, WitnessSource
from scraper.pages.blocks import attribute
from scraper.text import are_alike, fold, squeeze, unescape

_ACCOUNT = re.compile(
    r"(?:admin|administrator|quan ?tri|quan tri vien|quantri|but danh|webmaster|root|user|bien tap)\s*\d*"
)
_LABEL = re.compile(
    r"^(?:by|author|(?:được )?(?:gửi |viết |đăng )?bởi|tác giả|người (?:viết|đăng|gửi)"
    r"|(?:posted|written|published|submitted) by)\b\s*:?\s*",
    re.I,
)
_PART = re.compile(r"\s*\((?:thực hiện|ghi|lược ghi|tổng hợp|biên tập|lược dịch|dịch)\)$", re.I)
_ARTICLE_TYPES = {
    "Article", "NewsArticle", "BlogPosting", "ReportageNewsArticle", "AnalysisNewsArticle", "AskPublicNewsArticle",
    "BackgroundNewsArticle", "OpinionNewsArticle", "ReviewNewsArticle", "AdvertiserContentArticle", "LiveBlogPosting",
    "TechArticle", "ScholarlyArticle", "SatiricalArticle",
}  # fmt: skip
_SCHEMA = re.compile(r"^(?:https?://schema\.org/|schema:)")
_JSON_WRAPPING = re.compile(
    r"^\s*(?:<!--|(?://|/\*)?\s*<!\[CDATA\[\s*(?:\*/)?)|(?:-->|(?://|/\*)?\s*\]\]>\s*(?:\*/)?)\s*;?\s*$"
)
_TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")
_LD_JSON = re.compile(r"^application/ld\+json", re.I)
_NAMING = ("property", "name", "itemprop")
_SAME_HEADLINE = 0.8
_TELLING = 3  # words
_WORD = re.compile(r"[^\W_]+")
_MONTH_FIRST = re.compile(r"(?:1[0-2]|[1-9])/(?:3[01]|[12]\d|[1-9])/\d{4} (?:1[0-2]|[1-9]):\d\d:\d\d [AP]M")


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedArticle:
    """The article that a page's JSON-LD describes. A field that is not stated is None."""

    headline: str | None
    published: str | None
    modified: str | None
    author: str | None  # a person's name; an organisation is not an author
    section: str | None


def meta(page: Tag, *names: str) -> str | None:
    """The content of the first ``meta`` with one of ``names``, in their order, as property, name or itemprop."""
    metas = [tag for tag in page.find_all("meta") if any(tag.attrs.get(key) in names for key in _NAMING)]
    for name in names if metas else ():
        for key in _NAMING:
            for tag in metas:
                if tag.attrs.get(key) == name and (text := squeeze(attribute(tag, "content"))):
                    return text
    return None


def stated_tags(page: Tag) -> list[str]:
    """The tags that the page's head states, one ``article:tag`` each, or all in one with commas."""
    found = [squeeze(attribute(tag, "content")) for tag in page.find_all("meta", attrs={"property": "article:tag"})]
    each = found if len(found) > 1 else [squeeze(part) for part in found[0].split(",")] if found else []
    return list(dict.fromkeys(filter(None, each)))


def canonical(page: Tag, url: str) -> str | None:
    """``rel=canonical``, else ``og:url``: absolute, and only if it is on the host of ``url`` (ignoring ``www.``)."""
    link = page.find("link", rel="canonical")
    stated = attribute(link, "href") if isinstance(link, Tag) else meta(page, "canonical", "og:url")
    if not stated:
        return None
    try:
        address = urljoin(url, stated.strip())
        same = _host(address) == _host(url)
    except ValueError:
        return None
    return address if same else None


def person(text: str | None) -> str | None:
    """The name in a byline, without label ("Tác giả:", "By") and part ("(thực hiện)").

    None for an account ("Quản trị", "admin").
    """
    name = _PART.sub("", _LABEL.sub("", squeeze(text or ""))).strip()
    return None if not name or _ACCOUNT.fullmatch(fold(name)) else name


def linked_article(page: Tag, title: str | None = None) -> LinkedArticle | None:
    """The page's own article in its JSON-LD, or None. Pages describe related articles in the same way.

    If ``title`` is known, it is the one with a headline like ``title``. One with another headline is ignored.
    """
    scripts = [script for script in page.find_all("script") if _LD_JSON.search(attribute(script, "type"))]
    nodes = [node for script in scripts for node in _nodes(script)]
    named = {str(node["@id"]): _string(node.get("name")) for node in nodes if "@id" in node and _is(node, {"Person"})}
    articles = [
        LinkedArticle(
            headline=_string(node.get("headline")) or _string(node.get("name")),
            published=_string(node.get("datePublished")),
            modified=_string(node.get("dateModified")),
            author=_person(node.get("author"), named),
            section=_string(node.get("articleSection")),
        )
        for node in nodes
        if _is(node, _ARTICLE_TYPES)
    ]
    if title is None:
        return next(iter(articles), None)
    own = [article for article in articles if article.headline is None or is_headline(article.headline, title)]
    return next((article for article in own if article.published), next(iter(own), None))


def breadcrumbs(page: Tag) -> list[str]:
    """The names of the steps that the page's JSON-LD states from the home page to the article, in order."""
    scripts = [script for script in page.find_all("script") if _LD_JSON.search(attribute(script, "type"))]
    lists = [node for script in scripts for node in _nodes(script) if _is(node, {"BreadcrumbList"})]
    for node in lists:
        steps = node.get("itemListElement")
        each = [step for step in steps if isinstance(step, dict)] if isinstance(steps, list) else []
        names = [_string(step.get("name")) or _step(step.get("item")) for step in each]
        if any(names):
            return [name for name in names if name]
    return []


def _step(item: Any) -> str | None:
    return _string(item.get("name")) if isinstance(item, dict) else None


def is_headline(stated: str, title: str) -> bool:
    """Whether a stated headline is that of the article titled ``title``.

    It may be cut, have a kicker, or be spelt slightly differently.
    """
    one, other = set(_WORD.findall(fold(stated))), set(_WORD.findall(fold(title)))
    is_telling = len(one) >= _TELLING  # some sites state nothing but a letter
    return not is_telling or one <= other or other <= one or are_alike(stated, title, _SAME_HEADLINE)


def stated_moment(text: str | None) -> Witness | None:
    """What a ``meta`` states as the moment of publication.

    .NET writes it in the format of the server's culture: OneCMS states ``9/11/2021 3:29:47 PM`` for 11 September,
    while its visible line has the day first. Only this form is therefore read with the month first.
    """
    if not text:
        return None
    return Witness(WitnessSource.META, text, "mdy" if _MONTH_FIRST.fullmatch(text) else None)


def _host(url: str) -> str:
    return urlsplit(url).netloc.lower().removeprefix("www.")


def _nodes(script: Tag) -> Iterator[dict[str, Any]]:
    try:
        waiting: list[Any] = [_json(_unwrapped(script.get_text()))]
    except (ValueError, RecursionError):
        return
    while waiting:
        value = waiting.pop(0)
        if isinstance(value, list):
            waiting[:0] = value
        elif isinstance(value, dict):
            yield value
            waiting[:0] = [value[key] for key in ("@graph", "mainEntity", "mainEntityOfPage") if key in value]


def _unwrapped(text: str) -> str:
    """The script's JSON without comments or CDATA marks around it; most have none."""
    bare = text.strip()
    is_bare = bare[:1] in {"{", "["} and bare[-1:] in {"}", "]"}
    return text if is_bare else _JSON_WRAPPING.sub("", text)


def _json(text: str) -> Any:
    """JSON as papers write it: with bare line ends in its strings, and with a comma after the last value."""
    try:
        return json.loads(text, strict=False)
    except ValueError:
        return json.loads(_TRAILING_COMMA.sub("", text), strict=False)


def _is(node: dict[str, Any], types: set[str]) -> bool:
    stated = node.get("@type")
    names = stated if isinstance(stated, list) else [stated]
    return any(isinstance(name, str) and _SCHEMA.sub("", name) in types for name in names)


def _string(value: Any) -> str | None:
    """The value's words. JSON may hold half of a surrogate pair, which is no character."""
    if isinstance(value, list):
        value = value[0] if value else None
    if not isinstance(value, str):
        return None
    try:
        value.encode()
    except UnicodeEncodeError:
        value = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return squeeze(unescape(value)) or None


def _person(value: Any, named: dict[str, str | None]) -> str | None:
    if isinstance(value, list):
        names = [name for each in value if (name := person(_person(each, named)))]
        return ", ".join(dict.fromkeys(names)) or None
    if isinstance(value, dict):
        if _is(value, {"Organization", "NewsMediaOrganization"}):
            return None
        return _string(value.get("name")) or named.get(str(value.get("@id")))
    return _string(value)
