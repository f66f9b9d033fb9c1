"""The plan of one crawl: the file with which the flow starts ``python -m scraper.crawl``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError


class CrawlPlan(BaseModel):
    """One crawl of a shard of sites by one process. Paths are absolute; folders of files to write exist."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    run: str  # the run's id, kept in the captures
    sites: tuple[str, ...]  # ids of the sites to crawl
    site_folders: tuple[Path, ...] = ()  # folders of site files beside the built-in ones
    snapshot: Path | None = None  # the snapshot file; None if the archive is empty
    captures: Path  # the WARC file to write; it must not exist
    stats: Path  # the JSON file for Scrapy's statistics
    contact: str = ""  # address for the User-Agent; without it only hosts of `fetch.allow` are asked
    limit: int | None = None  # at most so many new articles a site
    full: bool = False  # turn list pages to their end, although they show nothing new
    back: Mapping[str, date] = Field(default_factory=dict)  # site to the day back to which its lists are turned
    now: datetime | None = None  # the run's own clock, where it is not the machine's: the crawl's goes with it
    seconds: float | None = None  # to be spent on new articles and list pages of one site

    def to_json(self) -> str:
        """The plan as a JSON object."""
        return self.model_dump_json(indent=2)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The plan that :meth:`to_json` wrote. Raises ValueError, which names the field, for any other text."""
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"]) or "the text"
            raise ValueError(f"not a plan: {where}: {first['msg']}") from error

    @classmethod
    def read(cls, path: Path) -> Self:
        """The plan in a file. Raises OSError if it cannot be read, ValueError if it is no plan."""
        return cls.from_json(path.read_text(encoding="utf-8"))
