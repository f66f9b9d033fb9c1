"""The page of an article as it was served: what was sent, and where each field stands in it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from datasette import NotFound, Response

from flows.share.served_page import SANDBOX, ServedPage, served_page
from flows.web.page import DATABASE, Route, ask, page
from scraper.captures import is_html
from scraper.store import Archive
from scraper.store.articles import find_article, load_article

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.utils.asgi import Request


def captured_address(site: str, key: str) -> str:
    """The address of the page that tells what was served."""
    return f"/ban-chup/{quote(site, safe='')}/{quote(key, safe='')}"


def served(archive: Archive, name: str, folder: Path) -> ServedPage | None:
    """The page of ``site/key`` as it was served; None where there is no such article, or its capture is gone."""
    id_ = find_article(archive, name)
    if id_ is None:
        return None
    try:
        return served_page(archive, folder, id_)
    except (LookupError, OSError):
        return None


def captured(archive: Archive, name: str, folder: Path) -> dict[str, Any] | None:
    """What the template ``captured.html`` shows; None as in :func:`served`."""
    found, id_ = served(archive, name, folder), find_article(archive, name)
    if found is None or id_ is None:
        return None
    article = load_article(archive, id_).article
    return {
        "site": article.site,
        "key": article.key,
        "title": article.title,
        "capture": found.capture,
        "head": found.head(),
        "places": found.places,
        "bytes_address": f"/ban-chup-goc/{quote(article.site, safe='')}/{quote(article.key, safe='')}",
    }


async def captured_page(datasette: Datasette, request: Request) -> Response:
    """``/ban-chup/SITE/KEY``: what was served as this article's page."""
    name, folder = unquote(request.url_vars["name"]), _captures(datasette)
    return await page(datasette, request, "captured.html", lambda archive: captured(archive, name, folder))


async def captured_bytes(datasette: Datasette, request: Request) -> Response:
    """``/ban-chup-goc/SITE/KEY``: the page itself, of which nothing runs."""
    name, folder = unquote(request.url_vars["name"]), _captures(datasette)
    found = await ask(datasette, lambda archive: served(archive, name, folder))
    if found is None:
        raise NotFound("no such capture")
    content_type = found.capture.header("Content-Type") or "text/html"
    return Response(
        found.capture.body,
        headers={"Content-Security-Policy": SANDBOX, "X-DNS-Prefetch-Control": "off"},
        content_type=content_type if is_html(found.capture) else "text/plain; charset=utf-8",
    )


def _captures(datasette: Datasette) -> Path:
    return Path(datasette.get_database(DATABASE).path).parent / "captures"


ROUTES: tuple[Route, ...] = (
    (r"/ban-chup/(?P<name>.+)$", captured_page),
    (r"/ban-chup-goc/(?P<name>.+)$", captured_bytes),
)
"""What answers each address of this page."""
