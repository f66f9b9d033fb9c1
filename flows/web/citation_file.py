"""One article's citation as a file that reference managers take, and as the metadata of its reading page."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from datasette import NotFound, Response

from flows.share.citations import ARCHIVE, Citation, CitationForm, citations, written
from flows.web.page import Route, ask
from scraper.store import Archive
from scraper.store.articles import find_article

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.utils.asgi import Request

TYPES: dict[CitationForm, tuple[str, str]] = {
    "ris": ("application/x-research-info-systems", "ris"),
    "bibtex": ("application/x-bibtex", "bib"),
    "csl-json": ("application/vnd.citationstyles.csl+json", "json"),
}
"""Form to media type and ending of the file's name."""


@dataclass(frozen=True, slots=True)
class CitationFile:
    """A file to download."""

    filename: str
    content_type: str
    text: str


def citation_file(archive: Archive, name: str, form: CitationForm) -> CitationFile | None:
    """The citation of ``site/key`` (or an address of it) in ``form``, or None for no such article."""
    citation = citation_of(archive, find_article(archive, name))
    if citation is None:
        return None
    content_type, ending = TYPES[form]
    bare = re.sub(r"[^A-Za-z0-9.-]+", "-", f"{citation.site}-{citation.key}").strip("-")[:100]
    text = written(citation, form)
    return CitationFile(f"{bare}.{ending}", content_type, f"[{text}]\n" if form == "csl-json" else text)


def citation_of(archive: Archive, id_: int | None) -> Citation | None:
    """The citation of the article with this id, or None."""
    return next(citations(archive, [id_]), None) if id_ is not None else None


def metadata(citation: Citation) -> list[tuple[str, str]]:
    """Names and contents of the ``<meta>`` elements from which Zotero and search engines read an article.

    docs/browse.md tells what Zotero's translator makes of each. A comma ends each name, so that the translator keeps
    it whole as a family name. There is no ``citation_journal_title``, which would make it a journal article, no
    ``citation_online_date``, which would date an article without a day by its capture, and no ``DC.identifier``,
    in which the translator looks for ISBN and ISSN.
    """
    found = [("citation_title", citation.title), ("prism.publicationName", citation.publication)]
    found += [("citation_author", f"{name},") for name in citation.authors]
    if citation.day is not None:
        found.append(("citation_publication_date", f"{citation.day:%Y/%m/%d}"))
    found += [
        ("citation_language", "vi"),
        ("citation_public_url", citation.url),
        ("DC.type", "newspaperArticle"),
        ("z.archive", ARCHIVE),
        ("z.archiveLocation", citation.place),
        ("z.extra", f"Captured: {citation.captured.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"),
    ]
    if citation.section:
        found.append(("article:section", citation.section))
    return found


def linked_data(citation: Citation) -> str:
    """The same as JSON-LD (schema.org's NewsArticle), safe inside ``<script>``."""
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": citation.title,
        "author": [{"@type": "Person", "name": name} for name in citation.authors],
        "publisher": {"@type": "Organization", "name": citation.publication},
        "datePublished": citation.day.isoformat() if citation.day else None,
        "inLanguage": "vi",
        "url": citation.url,
        "archivedAt": citation.place,
        "dateAccessed": citation.captured.isoformat(),
    }
    text = json.dumps({name: value for name, value in data.items() if value}, ensure_ascii=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


async def citation(datasette: Datasette, request: Request) -> Response:
    """``/trich-dan/FORM/SITE/KEY``: the citation of an article as a file for reference managers."""
    name, form = unquote(request.url_vars["name"]), request.url_vars["form"]
    found = await ask(datasette, lambda archive: citation_file(archive, name, form))
    if found is None:
        raise NotFound("no such article")
    return Response(
        found.text,
        headers={"Content-Disposition": f'attachment; filename="{found.filename}"'},
        content_type=f"{found.content_type}; charset=utf-8",
    )


ROUTES: tuple[Route, ...] = ((r"/trich-dan/(?P<form>ris|bibtex|csl-json)/(?P<name>.+)$", citation),)
"""What answers each address of this page."""
