"""The tile map: articles, the share of a word, and coverage by province."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from datasette import Response

from flows.web.language import decimal_text, figure, say
from flows.web.page import Route, ask, page, query_of
from flows.web.search_request import SearchRequest
from flows.web.study_request import StudyRequest
from flows.web.tile_map import BEFORE, NOW, Tile, tiles
from scraper.sites.reference import BEFORE as FORMER
from scraper.sites.reference import provinces
from scraper.store import Archive
from scraper.study.by_site import SiteCounts, count_by_site, day_of_newest
from scraper.study.terms import as_search
from scraper.study.trend import first_day

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.utils.asgi import Request

NEWEST = 40_000
"""A map counts in so many of the newest articles, unless all of it is asked for."""

BLOC = "khoi"


@dataclass(frozen=True, slots=True)
class Square:
    """A tile with its figures. ``level`` is how full it is drawn, from 0 to 1; None draws it empty and dashed."""

    tile: Tile
    articles: int
    matches: int
    sites: int
    watched: int
    open_links: int
    level: float | None
    text: str  # in the square
    title: str
    address: str


def tile_map(archive: Archive, study: StudyRequest) -> dict[str, Any]:
    """What the template ``map.html`` shows."""
    first, last = study.since(first_day(archive)), study.until
    floor = None if study.all else day_of_newest(archive, NEWEST)
    bounded = floor is not None and floor > first
    if bounded and floor is not None:
        first = floor
    counted = count_by_site(archive, study.q.strip(), study.search.topic or BLOC, first, last)
    return {
        "study": study,
        "query": study.search,
        "squares": squares(study, counted, first, last),
        "first": first,
        "last": last,
        "bounded": NEWEST if bounded else None,
        "columns": 7 if study.map == "63" else 4,
        "rows": 23 if study.map == "63" else 18,
    }


def squares(study: StudyRequest, counted: list[SiteCounts], first: date, last: date) -> list[Square]:
    """The tiles with the figures of their sites."""
    now = {each.name_before: each.name_now for each in provinces()}
    found = []
    for tile in tiles(BEFORE if study.map == "63" else NOW):
        own = [
            site
            for site in counted
            if site.province and (site.province if study.map == "63" else now.get(site.province)) == tile.name
        ]
        found.append((tile, own))
    most = max((_value(study, own) for _, own in found), default=0.0)
    return [_square(study, tile, own, most, first, last) for tile, own in found]


def _value(study: StudyRequest, own: list[SiteCounts]) -> float:
    articles, matches = sum(site.articles for site in own), sum(site.matches for site in own)
    if study.tiles == "articles":
        return float(articles)
    if study.tiles == "share":
        return 1000 * matches / articles if articles else 0.0
    return sum(site.watched for site in own) / len(own) if own else 0.0


def _square(study: StudyRequest, tile: Tile, own: list[SiteCounts], most: float, first: date, last: date) -> Square:
    articles, matches = sum(site.articles for site in own), sum(site.matches for site in own)
    watched, open_links = sum(site.watched for site in own), sum(site.open_links for site in own)
    value = _value(study, own)
    text = {
        "articles": figure(articles),
        "share": decimal_text(value) if articles else "–",
        "coverage": f"{watched}/{len(own)}" if own else "–",
    }[study.tiles]
    title = say(
        f"map_tile_{study.tiles}",
        province=tile.name,
        count=matches if study.tiles == "share" else articles,
        total=articles,
        share=decimal_text(value),
        watched=watched,
        sites=len(own),
        open=open_links,
    )
    return Square(
        tile,
        articles,
        matches,
        len(own),
        watched,
        open_links,
        (value / most if most else 0.0) if own else None,
        text,
        title if own else f"{tile.name}: {say('map_nothing')}",
        _address(study, tile, first, last),
    )


def _address(study: StudyRequest, tile: Tile, first: date, last: date) -> str:
    """The articles of the square."""
    name = f"{tile.name} {FORMER}" if study.map == "63" else tile.name
    asked = SearchRequest(province=name, since=first, until=last)
    if study.tiles != "share":
        return asked.address()
    if study.q.strip():
        return asked.address(q=as_search(study.q.strip()))
    return asked.address(topic=study.search.topic or BLOC)


async def map_page(datasette: Datasette, request: Request) -> Response:
    """``/ban-do``."""
    study = StudyRequest.read(query_of(request))
    return await page(datasette, request, "map.html", lambda archive: tile_map(archive, study))


async def map_svg(datasette: Datasette, request: Request) -> Response:
    """``/ban-do.svg``: the map alone, as a file."""
    study = StudyRequest.read(query_of(request))
    context = await ask(datasette, lambda archive: tile_map(archive, study))
    text = await datasette.render_template("map.svg", context, request=request)
    return Response(
        text, headers={"Content-Disposition": 'attachment; filename="tinkhoi-map.svg"'}, content_type="image/svg+xml"
    )


ROUTES: tuple[Route, ...] = ((r"/ban-do$", map_page), (r"/ban-do\.svg$", map_svg))
"""What answers each address of this page."""
