"""What words set some articles apart from the rest, with their counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from datasette import Response

from flows.web.page import Route, page, query_of
from flows.web.study_request import StudyRequest
from flows.web.trend_page import choices
from scraper.store import Archive
from scraper.study.keywords import keywords_of

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.utils.asgi import Request

SAMPLE = 80
SYLLABLES = 15_000
"""A page reads at most so many articles of each side, and begins no more once it has so many syllables."""

SHOWN = 25


def compare(archive: Archive, study: StudyRequest) -> dict[str, Any]:
    """What the template ``compare.html`` shows."""
    shown: dict[str, Any] = {
        "study": study,
        "query": study.search,
        "found": None,
        "most": SAMPLE,
        "most_syllables": SYLLABLES,
    }
    shown |= choices(archive, study)
    chosen = study.search.chosen
    if any(chosen[name] is not None for name in ("site", "province", "topic", "since", "until")):
        against = (study.against or None) if chosen["site"] or chosen["province"] else None
        shown["found"] = keywords_of(
            archive, study.search, against=against, most=SAMPLE, most_syllables=SYLLABLES, shown=SHOWN
        )
    return shown


async def compare_page(datasette: Datasette, request: Request) -> Response:
    """``/so-sanh``."""
    study = StudyRequest.read(query_of(request))
    return await page(datasette, request, "compare.html", lambda archive: compare(archive, study))


ROUTES: tuple[Route, ...] = ((r"/so-sanh$", compare_page),)
"""What answers each address of this page."""
