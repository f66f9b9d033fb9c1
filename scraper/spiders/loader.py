"""Every site file is a spider: ``scrapy list`` names them, ``scrapy crawl SITE`` runs one."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

from scrapy.settings import BaseSettings

from scraper.sites import SiteError, Sites, load_sites
from scraper.spiders.news import NewsSpider

if TYPE_CHECKING:
    from scrapy import Request, Spider

_logger = logging.getLogger(__name__)


class SiteSpiderLoader:
    """Scrapy's SPIDER_LOADER_CLASS. The folders of a user's own site files are TINKHOI_SITE_FOLDERS.

    The files are read when a site is asked for: a crawl of a plan never asks.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = folders

    @cached_property
    def _sites(self) -> Sites:
        return load_sites(self._folders)

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Self:
        """The loader of all site files. It reports a folder that does not exist yet; ``newsite`` makes it."""
        folders = [Path(folder) for folder in settings.getlist("TINKHOI_SITE_FOLDERS")]
        for folder in folders:
            if not folder.is_dir():
                _logger.warning("%s: no such folder of site files yet", folder)
        return cls([folder for folder in folders if folder.is_dir()])

    def list(self) -> list[str]:
        """The ids of all sites."""
        return sorted(self._sites)

    def load(self, spider_name: str) -> type[Spider]:
        """The spider of one site. Raises KeyError for one that is unknown or whose file cannot be used."""
        try:
            site = self._sites.named(spider_name)
        except SiteError as error:
            raise KeyError(str(error)) from error
        return type("SiteSpider", (NewsSpider,), {"name": site.id, "own_sites": (site,), "__doc__": site.name})

    def find_by_request(self, request: Request) -> list[str]:  # type: ignore[valid-type]
        """The sites that an address belongs to."""
        return [site.id for site in self._sites.values() if site.owns(request.url)]
