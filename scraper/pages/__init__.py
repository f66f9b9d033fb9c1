"""Page objects: one module for each CMS family, each a pure function of (html, url)."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from scraper.pages.family import Family
from scraper.pages.in_time import FamiliesInTime
from scraper.sites import Site

FAMILIES: dict[str, str] = {
    "apbac": "scraper.pages.apbac:Apbac",
    "nukeviet": "scraper.pages.nukeviet:NukeViet",
    "wordpress": "scraper.pages.wordpress:WordPress",
    "sc": "scraper.pages.sc:Sc",
    "anumber": "scraper.pages.anumber:ANumber",
    "cmsbody": "scraper.pages.cmsbody:CmsBody",
    "maincontent": "scraper.pages.maincontent:MainContent",
    "mediatech": "scraper.pages.mediatech:Mediatech",
    "newscontent": "scraper.pages.newscontent:NewsContent",
    "newsimg": "scraper.pages.newsimg:NewsImg",
    "pbody": "scraper.pages.pbody:PBody",
    "sharepoint": "scraper.pages.sharepoint:SharePoint",
    "liferay": "scraper.pages.liferay:Liferay",
    "joomla": "scraper.pages.joomla:Joomla",
    "bloc": "scraper.pages.bloc:Bloc",
    "described": "scraper.pages.described:Described",
    "generic": "scraper.pages.generic:Generic",
}
"""Family name to the class of its page objects, which is imported when it is first needed."""


def load_family(name: str, select: Mapping[str, str] | None = None) -> Family:
    """The page objects of the family ``name``. Raises KeyError for a name not in FAMILIES."""
    module, _, attribute = FAMILIES[name].partition(":")
    family = getattr(import_module(module), attribute)(select)
    assert isinstance(family, Family)  # noqa: S101 - FAMILIES is ours
    return family


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

    return LearnedPages(load_family(site.family), site.select, site.learned)
