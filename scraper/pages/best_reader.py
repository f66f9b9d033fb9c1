"""Finds the family that reads a page best. Only a trial shows this, whatever family the page's marks suggest."""

from __future__ import annotations

from scraper.items import NotAnArticle
from scraper.pages import load_family
from scraper.pages.generic import Generic
from scraper.sites.families import FAMILIES


def best_reader(html: str, url: str) -> tuple[str | None, int]:
    """The family that reads the most fields of an article page, and their number; None if no family reads it.

    A family that knows the address and reads the page was made for such pages. ``generic`` and families built on it
    read any page, so they are not tried.
    """
    best: tuple[str | None, int] = (None, 0)
    for name in FAMILIES:
        pages = load_family(name)
        if isinstance(pages, Generic) or pages.key(url) is None:
            continue
        try:
            printed = pages.article(html, url)
        except NotAnArticle:
            continue
        told = (printed.title, printed.lead, printed.body, printed.byline, printed.section, printed.published_text)
        fields = sum(bool(each) for each in told)
        if fields > best[1]:
            best = name, fields
    return best
