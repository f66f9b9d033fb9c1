"""``scrapy checksite ID``: compares a site file with the live site, and says what is no longer true."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from scraper.clock import utc_now
from scraper.commands.polite_visits import Answer, AskOf, VisitFailed, VisitRefused, visit_sites
from scraper.items import Article, ListPage, NotAnArticle
from scraper.pages import pages_of
from scraper.pages.family import Family
from scraper.pages.feeds import looks_like_feed, looks_like_sitemap, read_feed, read_sitemap
from scraper.pages.recognise import ENOUGH, Recognition, recognise
from scraper.reading import read_article
from scraper.sites import Site, SiteError, load_sites
from scraper.text import decode
from scraper.text.sentence import Sentence, as_data

TRIES = 4
"""How many articles are requested at most, until one can be read."""

_REFUSED = frozenset({"robots", "blocked"})
"""Outcomes by which a site refuses us. It was reached, and it gets no further requests."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One statement of a site file, compared with the live site."""

    site: str
    what: str  # home, robots, section, feed, sitemap, family, article
    url: str
    holds: bool
    reached: bool  # False if the server gave no answer: then nothing is known
    said: str
    change: str | None = None  # what to change in the site file, if the point does not hold


class Command(ScrapyCommand):
    """Scrapy's command object."""

    requires_project = True
    default_settings: ClassVar[dict[str, Any]] = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        """See ScrapyCommand."""
        return "[options] ID…"

    def short_desc(self) -> str:
        """See ScrapyCommand."""
        return "Hold site files against the live sites"

    def long_desc(self) -> str:
        """See ScrapyCommand."""
        return (
            "Asks for each site's home, lists, feeds and sitemaps and for one article, as a crawl would, and says"
            " what no longer holds and what to change. Writes nothing. `tinkhoi sites check` does the same."
        )

    def add_options(self, parser: ArgumentParser) -> None:
        """See ScrapyCommand."""
        super().add_options(parser)
        ours = parser.add_argument_group("checksite")
        ours.add_argument("--json", action="store_true", help="one JSON object for each point")

    def run(self, args: list[str], opts: Namespace) -> None:
        """See ScrapyCommand."""
        if not args:
            raise UsageError("one site's id or several, please")
        folders = self.settings.getlist("TINKHOI_SITE_FOLDERS") if self.settings else []
        points: list[Point] = []

        async def work(site: Site, ask: AskOf) -> None:
            for point in await check_site(site, ask):
                points.append(point)
                print(json.dumps(_as_data(point), ensure_ascii=False) if opts.json else line(point), flush=True)  # noqa: T201

        try:
            known = load_sites(map(Path, folders))
            sites = [known.named(name) for name in dict.fromkeys(args)]
            if self.crawler_process is None:
                raise VisitFailed(Sentence("Scrapy gave no process to crawl with"))
            visit_sites(self.crawler_process, sites, work)
        except (OSError, ValueError, SiteError, VisitFailed) as error:
            print(f"checksite: {error}")  # noqa: T201
            self.exitcode = 1
            return
        self.exitcode = 0 if all(point.holds for point in points) else 1


def _as_data(point: Point) -> dict[str, Any]:
    """The point, and its texts once more so that another language can word them."""
    return asdict(point) | {"words": {"said": as_data(point.said), "change": as_data(point.change or "")}}


def _refusal(refused: VisitRefused) -> str:
    return Sentence("{outcome}: {detail}", outcome=refused.outcome, detail=refused.detail)


async def check_site(site: Site, ask: AskOf) -> list[Point]:
    """The points of a site's file, compared with what its servers answer. Takes a dozen requests."""
    family = pages_of(site)
    home = await ask(site.home)
    points = [_home(site, home)]
    if isinstance(home, VisitRefused) and home.outcome not in _REFUSED:
        return points
    articles: list[str] = []
    refused = [home] if isinstance(home, VisitRefused) else []
    sources = [(what, url) for what in ("section", "feed", "sitemap") for url in getattr(site, f"{what}s")]
    for what, url in sources or [("section", site.home)]:
        answer = home if url == site.home else await ask(url)
        point, shown = await _source(site, family, what, url, answer, ask)
        points.append(point)
        articles += shown
        refused += [answer] if isinstance(answer, VisitRefused) else []
    recognition = recognise(home.text, home.url, home.headers) if isinstance(home, Answer) else None
    article = await _article(site, family, articles, ask)
    if recognition is not None and not article.holds:
        points += _family(site, recognition)
    return [points[0], _robots(site, refused), *points[1:], article]


def _home(site: Site, home: Answer | VisitRefused) -> Point:
    def point(holds: bool, said: str, change: str | None = None, *, reached: bool = True) -> Point:
        return Point(site=site.id, what="home", url=site.home, holds=holds, reached=reached, said=said, change=change)

    if isinstance(home, VisitRefused):
        if home.outcome == "offsite":
            moved = home.detail.removeprefix("redirected to ")
            return point(
                False,
                Sentence("leads to {moved}", moved=moved),
                Sentence('status = "moved" and moved_to = "{moved}", or name its host in hosts', moved=moved),
            )
        if home.outcome in _REFUSED:
            return point(False, _refusal(home), Sentence('status = "blocked"'))
        return point(False, _refusal(home), reached=False)
    if home.status != 200:
        return point(
            False,
            Sentence("answered {status}", status=home.status),
            Sentence('home, or status = "gone" if it stays so'),
        )
    if urlsplit(home.url).netloc != urlsplit(site.home).netloc or urlsplit(home.url).path != urlsplit(site.home).path:
        return point(True, Sentence("answered, at {url}", url=home.url))
    return point(True, Sentence("answered"))


def _robots(site: Site, refused: Iterable[VisitRefused]) -> Point:
    """robots.txt as the crawl obeyed it. It was requested before anything else."""
    forbidden = [each for each in refused if each.outcome in {"robots", "robots-unreachable"}]
    change = None
    if forbidden:
        addresses = ", ".join(dict.fromkeys(each.url for each in forbidden))
        change = Sentence("drop {addresses}", addresses=addresses)
    return Point(
        site=site.id,
        what="robots",
        url=site.home,
        holds=not forbidden,
        reached=True,
        said=forbidden[0].detail if forbidden else Sentence("allows what the file names"),
        change=change,
    )


async def _source(
    site: Site, family: Family, what: str, url: str, answer: Answer | VisitRefused, ask: AskOf
) -> tuple[Point, list[str]]:
    """A list, feed or sitemap, and the addresses of the articles that it shows."""
    key = f"{what}s"

    def point(holds: bool, said: str, change: str | None = None, *, reached: bool = True) -> Point:
        return Point(site=site.id, what=what, url=url, holds=holds, reached=reached, said=said, change=change)

    if isinstance(answer, VisitRefused):
        if answer.outcome in {*_REFUSED, "offsite", "redirect-loop"}:
            return point(False, _refusal(answer), Sentence("drop it from {key}", key=key)), []
        return point(False, _refusal(answer), reached=False), []
    if answer.status != 200:
        return point(
            False,
            Sentence("answered {status}", status=answer.status),
            Sentence("correct its address in {key}, or drop it", key=key),
        ), []
    page = _listed(site, family, what, answer)
    if isinstance(page, str):
        return point(False, page, Sentence("correct its address in {key}, or drop it", key=key)), []
    shown = [entry.url for entry in page.entries if site.owns(entry.url) and family.key(entry.url) is not None]
    for child in page.children[:2] if not shown else ():
        part = await ask(child)
        under = _listed(site, family, what, part) if isinstance(part, Answer) and part.status == 200 else ""
        if isinstance(under, ListPage):
            shown += [e.url for e in under.entries if site.owns(e.url) and family.key(e.url) is not None]
    if not shown:
        others = len(page.entries)
        wrong = (
            Sentence("correct its address in {key}", key=key)
            if what != "section"
            else Sentence("correct its address, or family, or [select]")
        )
        return point(
            False,
            Sentence(
                "lists no article of the family {family} ({others} links of other kinds)",
                family=site.family,
                others=others,
            ),
            wrong,
        ), []
    elsewhere = answer.url != url and urlsplit(answer.url).path != urlsplit(url).path
    if elsewhere:
        change = Sentence("write {url} in {key}", url=answer.url, key=key)
        return point(
            False, Sentence("leads to {url}, which lists {shown} articles", url=answer.url, shown=len(shown)), change
        ), shown
    return point(True, Sentence("lists {shown} articles", shown=len(shown))), shown


def _listed(site: Site, family: Family, what: str, answer: Answer) -> ListPage | str:
    """What a source shows, or what is wrong with it."""
    try:
        if looks_like_sitemap(answer.body):
            return read_sitemap(answer.body, answer.url)
        if looks_like_feed(answer.body):
            return read_feed(answer.body, answer.url)
        if what != "section":
            stated = answer.content_type or Sentence("of no stated type")
            return Sentence("is no {what} ({stated})", what=what, stated=stated)
        html = decode(answer.body, answer.content_type, site.fetch.encoding).text
        return family.list_page(html, answer.url)
    except NotAnArticle as refusal:
        return Sentence("{reason}: {detail}", reason=refusal.reason, detail=refusal.detail)
    except ValueError as error:
        return Sentence("cannot be read: {error}", error=error)


async def _article(site: Site, family: Family, listed: Sequence[str], ask: AskOf) -> Point:
    """One article page, of the first few that the lists show."""
    said: str = Sentence("no list shows an article to try")
    url, reached = site.home, True
    asked = list(dict.fromkeys(address for each in listed if (address := family.fetch_url(each))))[:TRIES]
    for url in asked:
        answer = await ask(url)
        if isinstance(answer, VisitRefused):
            said, reached = _refusal(answer), answer.outcome in _REFUSED
            continue
        reached = True
        if answer.status != 200:
            said = Sentence("answered {status}", status=answer.status)
            continue
        read = read_article(answer.body, answer.url, site, captured_at=utc_now(), content_type=answer.content_type)
        if isinstance(read, Article):
            when = read.published_at.isoformat() if read.published_at else read.published_day
            return Point(
                site=site.id,
                what="article",
                url=url,
                holds=True,
                reached=True,
                said=Sentence("reads: «{title}», {when}", title=read.title, when=when),
            )
        said = Sentence("{reason}: {detail}", reason=read.reason, detail=read.detail)
    change = Sentence("correct [select] or family: `scrapy savefixture` shows what is read") if asked else None
    return Point(
        site=site.id,
        what="article",
        url=url,
        holds=False,
        reached=reached,
        said=said,
        change=change if reached else None,
    )


def _family(site: Site, recognition: Recognition) -> list[Point]:
    """A doubt about the family, if no article can be read and the home page looks like another family's."""
    if recognition.family in {site.family, "generic"} or recognition.points[recognition.family] < ENOUGH:
        return []
    said = Sentence(
        "looks like {family}: {evidence}", family=recognition.family, evidence=Sentence.row(recognition.evidence)
    )
    return [
        Point(
            site=site.id,
            what="family",
            url=site.home,
            holds=False,
            reached=True,
            said=said,
            change=f'family = "{recognition.family}"',
        )
    ]


def line(point: Point) -> str:
    """A point as a line to read: a mark, what was looked at, what it said, and what to change."""
    mark = "✓" if point.holds else "✗" if point.reached else "?"
    change = f" → {point.change}" if point.change else ""
    return f"{mark} {point.site}: {point.what} {point.url}: {point.said}{change}"
