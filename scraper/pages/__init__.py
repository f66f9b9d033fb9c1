"""Page objects: one module for each CMS family, each a pure function of (html, url)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import cast

from scraper.optional_packages import when_asked
from scraper.pages.family import Family
from scraper.pages.in_time import FamiliesInTime
from scraper.sites import Site
from scraper.sites.families import FAMILIES

# Beautiful Soup's selectors. Many families ask for none, and they take longer to load than all the rest of it.
when_asked("soupsieve")


def load_family(name: str, select: Mapping[str, str] | None = None) -> Family:
    """The page objects of the family ``name``.

    Raises KeyError for a name not in FAMILIES, and ValueError for what ``select`` may not say.
    """
    family = _class_of(name)(select)
    assert isinstance(family, Family)  # noqa: S101 - FAMILIES is ours
    return family


@cache
def _class_of(name: str) -> type[Family]:
    module, _, attribute = FAMILIES[name].partition(":")
    return cast("type[Family]", getattr(import_module(module), attribute))


def pages_of(site: Site) -> Family:
    """The page objects of ``site``: its family's, and earlier ones. Raises KeyError for an unknown family."""
    today = _pages_of_today(site)
    if not site.former:
        return today
    return FamiliesInTime(today, [(each.until, load_family(each.family, each.select)) for each in site.former])


def _pages_of_today(site: Site) -> Family:
    if site.learned is None:
        return load_family(site.family, site.select)
    from scraper.pages.learned import LearnedPages

    lists = {field: selector for field, selector in site.select.items() if field == "list"}
    return LearnedPages(load_family(site.family, lists), site.select, site.learned)
