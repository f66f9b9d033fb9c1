"""``scrapy newsite ADDRESS``: recognises a site's family, finds its lists, writes its file and a fixture."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any, ClassVar

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from scraper.commands.polite_visits import VisitFailed
from scraper.commands.site_survey import KINDS, SiteChoices, new_site, report
from scraper.data_folder import checkout, default_folder
from scraper.sites.families import FAMILIES
from scraper.sites.site import BUILT_IN


class Command(ScrapyCommand):
    """Scrapy's command object."""

    requires_project = True
    default_settings: ClassVar[dict[str, Any]] = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        """See ScrapyCommand."""
        return "[options] ADDRESS|FILE"

    def short_desc(self) -> str:
        """See ScrapyCommand."""
        return "Recognise a site, write its site file and a fixture"

    def long_desc(self) -> str:
        """See ScrapyCommand."""
        return (
            "Looks at a site's home page (or at a saved page), says which family it belongs to and why, finds its"
            " sections, feeds and sitemaps, reads one article, and writes a site file and a fixture to be corrected."
        )

    def add_options(self, parser: ArgumentParser) -> None:
        """See ScrapyCommand."""
        super().add_options(parser)
        ours = parser.add_argument_group("newsite")
        ours.add_argument("--id", help="the site's id, which is its file's name (default: from the host)")
        ours.add_argument("--out", metavar="DIR", help="folder for the site file (default: TINKHOI_SITES, else ours)")
        ours.add_argument("--fixtures", metavar="DIR", help="folder for the fixture (default: the family's)")
        ours.add_argument("--url", help="the address of a saved page (default: its rel=canonical)")
        ours.add_argument("--family", choices=sorted(FAMILIES), help="the family, where you know better")
        ours.add_argument("--kind", choices=KINDS, help="what kind of site it is (default: from its name)")
        ours.add_argument("--province", help="its province before 1 July 2025 (default: from its name)")
        ours.add_argument("--force", action="store_true", help="replace a site file of the same id")

    def run(self, args: list[str], opts: Namespace) -> None:
        """See ScrapyCommand."""
        if len(args) != 1:
            raise UsageError("one address or file, please")
        if self.crawler_process is None:
            raise UsageError("Scrapy gave no process to crawl with")
        folder = Path(opts.out) if opts.out else new_sites_folder(os.environ.get("TINKHOI_SITES", ""))
        choices = SiteChoices(
            id=opts.id, url=opts.url, family=opts.family, kind=opts.kind, province=opts.province, force=opts.force
        )
        fixtures = Path(opts.fixtures) if opts.fixtures else None
        try:
            made = new_site(args[0], folder, choices, process=self.crawler_process, fixtures=fixtures)
        except (OSError, ValueError, VisitFailed) as error:
            print(f"newsite: {error}")  # noqa: T201 - a command speaks
            self.exitcode = 1
            return
        print("\n".join(report(made, f"tinkhoi --sites {folder} crawl {made.site.id} --limit 5")))  # noqa: T201


def new_sites_folder(named: str) -> Path:
    """The folder for a new site file: the first that TINKHOI_SITES names, else the checkout's own site files.

    An installed program has no checkout. Its new files go to ``sites`` in the data folder.
    """
    if own := [folder for folder in named.split(os.pathsep) if folder]:
        return Path(own[0]).expanduser().absolute()
    return BUILT_IN if checkout() else default_folder() / "sites"
