"""Reads what is above the body: the title, the date line, the lead and its pictures."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from itertools import islice

from bs4 import Tag
from bs4.element import NavigableString, PageElement, PreformattedString

from scraper.dates.shapes import CLOCK_WITH_SECONDS, SLASHED_DAY
from scraper.items import Picture
from scraper.pages.addresses import absolute
from scraper.pages.blocks import attribute, words
from scraper.pages.nukeviet.addresses import COPIES
from scraper.pages.nukeviet.nodes import DEPTH, is_shown, shown_strings
from scraper.pages.nukeviet.statements import first_of
from scraper.text import same_words, squeeze, unescape

_DATE_LINE = re.compile(
    r"(?P<line>(?:[^\W\d][^\d:]{0,20}: ?)?(?:[^\W\d]+(?: [^\W\d]+)? - )?"
    rf"{SLASHED_DAY},? {CLOCK_WITH_SECONDS})(?: .*)?"
)
_SHORT = 300  # characters: more words than these beside a picture are not its caption


def find_heading(body: Tag, metas: dict[str, list[str]]) -> Tag | None:
    """The title: the last shown ``h1`` above the body that is not the site's name."""
    site = first_of(metas, "og:site_name") or first_of(metas, "author") or ""
    for heading in body.find_all_previous("h1"):
        text = words(heading)
        if is_shown(heading) and heading.find_parent("header") is None and text and not same_words(text, site):
            return heading
    return None


def date_line(above: list[PageElement]) -> str | None:
    """The date line among the nodes between title and body."""
    for text, _ in shown_strings(above):
        found = _DATE_LINE.fullmatch(text) if len(text) < _SHORT else None
        if found is not None:
            return found["line"]
    return None


def marked_lead(above: list[PageElement]) -> Tag | None:
    """The lead's element, by the names that themes give it."""
    tags = [element for element in above if isinstance(element, Tag)]
    for attr, name in (("itemprop", "description"), ("class", "hometext"), ("id", "hometext")):
        for tag in tags:
            if name in attribute(tag, attr).split() and is_shown(tag):
                return tag
    return None


def lead_words(tag: Tag) -> str | None:
    """The words of the lead. Up to 4.0 its picture is inside it."""
    own = copy.copy(tag)
    for image in own.find_all("img", limit=5):
        if not image.decomposed:
            _frame(image, own).decompose()
    return unescape(words(own)) or None


def bare_lead(above: list[PageElement]) -> str | None:
    """The lead of mobile_nukeviet, the one theme that gives it no element of its own."""
    after_control = False
    lead: list[str] = []
    for element in above:
        if isinstance(element, Tag):
            after_control = after_control or "clear" in attribute(element, "class").split()
        elif after_control and isinstance(element, NavigableString) and not isinstance(element, PreformattedString):
            parents = islice(element.parents, DEPTH)
            if not any({"fl", "ac"} & set(attribute(p, "class").split()) for p in parents):
                lead.append(str(element))
    return unescape(squeeze(" ".join(lead))) or None


def lead_pictures(above: list[PageElement], heading: Tag, lead: Tag | None, body: Tag, url: str) -> Iterator[Picture]:
    """The pictures between title and body, each with its caption."""
    stops = [tag for tag in (heading, lead, body) if tag is not None]
    seen: set[tuple[str, str | None]] = set()
    for image in above:
        if not isinstance(image, Tag) or image.name != "img" or not is_shown(image) or _is_button(image):
            continue
        source = attribute(image, "src").strip()
        address = absolute(url, source)
        if not source or not address or source.startswith("data:") or attribute(image, "width") == "1":
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
            yield Picture(src=address, alt=alt or None, caption=caption or None)


def _is_button(image: Tag) -> bool:
    link = image.find_parent("a")
    leads = f"{attribute(link, 'href')} {attribute(link, 'onclick')}" if link is not None else ""
    return image.find_parent("ul") is not None or any(f"{name}/" in leads for name in COPIES)


def _frame(image: Tag, *stops: Tag) -> Tag:
    """The largest element around ``image`` that holds no other picture, none of ``stops`` and few words."""
    frame = image
    around = {id(parent) for stop in stops for parent in (stop, *stop.parents)}
    for parent in islice(image.parents, DEPTH):
        pictures = [i for i in parent.find_all("img", limit=5) if not i.find_parent(class_="modal")]
        if id(parent) in around or len(pictures) > 1 or len(words(parent)) > _SHORT:
            break
        frame = parent
    return frame
