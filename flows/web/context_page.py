"""Words in context: each place of a term with the words beside it, a column a position."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from datasette import Response

from flows.web.article_page import article_address
from flows.web.page import Route, page, query_of
from flows.web.study_request import StudyRequest
from flows.web.trend_page import choices
from scraper.store import Archive
from scraper.study.concordance import Line, concordance
from scraper.study.terms import as_search

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.utils.asgi import Request

LINES = 200
SECONDS = 0.06
"""A page shows at most so many lines, and reads articles for at most so much CPU time."""

COLUMNS = 4
"""How many words on either side have a column of their own."""


_PLACES = [
    *(("left", number) for number in range(COLUMNS, 0, -1)),
    ("hit", 0),
    *(("right", number) for number in range(1, COLUMNS + 1)),
]


def context(archive: Archive, study: StudyRequest) -> dict[str, Any]:
    """What the template ``context.html`` shows."""
    shown: dict[str, Any] = {"study": study, "query": study.search, "found": None} | choices(archive, study)
    if study.q.strip():
        found = concordance(
            archive,
            study.q,
            study.search,
            exact=study.search.exact,
            limit=LINES,
            seconds=SECONDS,
            order=study.order,
            position=int(study.position),
        )
        shown |= {
            "found": found,
            "words": as_search(study.q),
            "rows": [
                (line, _cells(line.left[::-1])[::-1], _cells(line.right), place_address(line, study))
                for line in found.lines
            ],
            "columns": [(side, number, _is_sorted(study, side, number)) for side, number in _PLACES],
        }
    return shown


def _is_sorted(study: StudyRequest, side: str, number: int) -> bool:
    return study.order == side and (side == "hit" or study.position == str(number))


def _cells(words: tuple[str, ...]) -> list[str]:
    """The words of the columns, the nearest first, empty where the text has none."""
    return [*words, *[""] * COLUMNS][:COLUMNS]


def place_address(line: Line, study: StudyRequest) -> str:
    """The sentence of a line in its article."""
    asked = {"tim": as_search(study.q)} | ({"exact": "1"} if study.search.exact else {})
    return f"{article_address(line.site, line.key)}?{urlencode(asked)}#cho-{line.number}"


async def context_page(datasette: Datasette, request: Request) -> Response:
    """``/ngu-canh``."""
    study = StudyRequest.read(query_of(request))
    return await page(datasette, request, "context.html", lambda archive: context(archive, study))


ROUTES: tuple[Route, ...] = ((r"/ngu-canh$", context_page),)
"""What answers each address of this page."""
