"""Which family reads a page best: a family is known by reading with it, whatever the page's marks say."""

from __future__ import annotations

from scraper.items import NotAnArticle
from scraper.pages import FAMILIES, load_family
from scraper.pages.generic import Generic


def best_reader(html: str, url: str) -> tuple[str | None, int]:
    """The family that reads most fields of an article page, and how many; no family where none reads it.

    One that knows the address and reads the page was made for it or for its like. ``generic`` and its kin read any
    page, so they are not asked.
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
