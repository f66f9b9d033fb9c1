"""A fixture: a page as served, and what the page object reads from it, to be corrected by a person."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from scraper.items import NotAnArticle, PrintedArticle
from scraper.pages import pages_of
from scraper.sites import Site
from scraper.text.sentence import Sentence


def fixture_of(site: Site, html: str, url: str) -> dict[str, Any]:
    """What the site's page object reads from the page: its ``article``, or ``refused`` with reason and detail.

    ``checked`` is false until a person has compared every field with the page.
    """
    about: dict[str, Any] = {"url": url, "site": site.id, "family": site.family, "checked": False}
    try:
        return about | {"article": _printed(pages_of(site).article(html, url))}
    except NotAnArticle as refusal:
        return about | {"refused": {"reason": refusal.reason, "detail": refusal.detail}}


def save_fixture(folder: Path, name: str, body: bytes, says: dict[str, Any]) -> tuple[Path, Path]:
    """Writes ``NAME.html`` and ``NAME.json`` into ``folder``. Raises FileExistsError, to keep corrections."""
    page, record = folder / f"{name}.html", folder / f"{name}.json"
    for path in (page, record):
        if path.exists():
            raise FileExistsError(Sentence("{path} is there already: choose another --name or remove it", path=path))
    folder.mkdir(parents=True, exist_ok=True)
    page.write_bytes(body)
    record.write_text(json.dumps(says, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return page, record


def _printed(article: PrintedArticle) -> dict[str, Any]:
    fields = asdict(article)
    fields["body"] = [{name: value for name, value in block.items() if value} for block in fields["body"]]
    return {name: value for name, value in fields.items() if value and name != "url"}
