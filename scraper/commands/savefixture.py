"""``scrapy savefixture ADDRESS``: saves one page of a site as a fixture, with what its page object reads."""

from __future__ import annotations

import re
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from scraper.commands.fixtures import fixture_of, save_fixture
from scraper.commands.polite_visits import Answer, Ask, VisitFailed, visit
from scraper.sites import Site, SiteError, load_sites
from scraper.text.sentence import Sentence


class Command(ScrapyCommand):
    """Scrapy's command object."""

    requires_project = True
    default_settings: ClassVar[dict[str, Any]] = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        """See ScrapyCommand."""
        return "[options] ADDRESS"

    def short_desc(self) -> str:
        """See ScrapyCommand."""
        return "Save a page of a site and what its page object says, as a fixture"

    def add_options(self, parser: ArgumentParser) -> None:
        """See ScrapyCommand."""
        super().add_options(parser)
        ours = parser.add_argument_group("savefixture")
        ours.add_argument("--site", help="the site's id (default: the one whose host it is)")
        ours.add_argument("--name", help="the fixture's name (default: from the address)")
        ours.add_argument("--out", metavar="DIR", default="tests/pages/fixtures", help="default: %(default)s")

    def run(self, args: list[str], opts: Namespace) -> None:
        """See ScrapyCommand."""
        if len(args) != 1 or urlsplit(args[0]).scheme not in {"http", "https"}:
            raise UsageError("one address, please")
        url = args[0]
        folders = self.settings.getlist("TINKHOI_SITE_FOLDERS") if self.settings else []
        try:
            site = site_of(url, load_sites(map(Path, folders)), opts.site)
            answer = self._fetch(url, site)
            says = fixture_of(site, answer.text, answer.url)
            page, record = save_fixture(Path(opts.out) / site.family, opts.name or name_of(url), answer.body, says)
        except (OSError, ValueError, SiteError, VisitFailed) as error:
            print(f"savefixture: {error}")  # noqa: T201 - a command speaks
            self.exitcode = 1
            return
        print(f'wrote {page}\nwrote {record}\nnext: hold it against the page, correct it, set "checked" to true')  # noqa: T201

    def _fetch(self, url: str, site: Site) -> Answer:
        answers: list[Answer | None] = []

        async def work(ask: Ask) -> None:
            answers.append(await ask(url))

        if self.crawler_process is None:
            raise VisitFailed(Sentence("Scrapy gave no process to crawl with"))
        notes = visit(self.crawler_process, site.home, site.fetch, work)
        answer = answers[0]
        if answer is None:
            raise VisitFailed("; ".join(notes))
        if answer.status != 200:
            raise VisitFailed(Sentence("{url} answered {status}", url=url, status=answer.status))
        return answer


def site_of(url: str, sites: dict[str, Site], chosen: str | None) -> Site:
    """The site that ``chosen`` names, else the one that owns ``url``. Raises ValueError if there is none."""
    if chosen is not None:
        if chosen not in sites:
            raise ValueError(f"no site file is named {chosen}.toml")
        return sites[chosen]
    owner = next((site for site in sites.values() if site.owns(url)), None)
    if owner is None:
        raise ValueError(f"no site file has the host of {url}: run scrapy newsite first, or name --site")
    return owner


def name_of(url: str) -> str:
    """A file name from the last part of the address, at most 60 characters."""
    last = [part for part in urlsplit(url).path.split("/") if part][-1:] or ["home"]
    return re.sub(r"[^a-z0-9]+", "-", last[0].lower().removesuffix(".html")).strip("-")[:60] or "page"
