"""What the flow asks of one crawl: the file that ``python -m scraper.crawl`` is started with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlPlan:
    """One crawl of a shard of sites by one process. Paths are absolute; folders of files to write exist."""

    run: str  # the run's id, kept in the captures
    sites: tuple[str, ...]  # ids of the sites to crawl
    site_folders: tuple[str, ...] = ()  # folders of site files beside the built-in ones
    snapshot: str | None = None  # the snapshot file; None where the archive is empty
    captures: str  # the WARC file to write; it must not exist
    stats: str  # the JSON file for Scrapy's statistics
    contact: str = ""  # address for the User-Agent; without it only hosts of `fetch.allow` are asked
    limit: int | None = None  # at most so many new articles a site
    full: bool = False  # turn list pages to their end, although they show nothing new
    back: Mapping[str, str] = field(default_factory=dict)  # site to the ISO day back to which its lists are turned
    seconds: float | None = None  # to be spent on new articles and list pages of one site

    def to_json(self) -> str:
        """The plan as a JSON object."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=2)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The plan that :meth:`to_json` wrote. Raises ValueError for any other text."""
        data = json.loads(text)
        if not isinstance(data, dict):
            raise ValueError("a plan is a JSON object")
        unknown = data.keys() - {each.name for each in fields(cls)}
        if unknown:
            raise ValueError(f"a plan has no field {', '.join(sorted(unknown))}")
        for name in ("sites", "site_folders"):
            if name in data:
                data[name] = tuple(data[name])
        try:
            return cls(**data)
        except TypeError as error:
            raise ValueError(f"not a plan: {error}") from error
