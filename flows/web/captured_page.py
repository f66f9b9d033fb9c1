"""The page of an article as it was served: what was sent, and where each field stands in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

from flows.share.served_page import ServedPage, served_page
from scraper.store import Archive
from scraper.store.articles import find_article, load_article


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
