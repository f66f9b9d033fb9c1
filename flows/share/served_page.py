"""The page of an article as it was served: its bytes and headers, and the place of each field of the record."""

from __future__ import annotations

from dataclasses import dataclass
from html import unescape
from pathlib import Path

from scraper.captures import Capture, read_capture_at
from scraper.items import Article
from scraper.store import Archive
from scraper.store.articles import load_article
from scraper.text import decode

SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'"
"""The policy under which a browser shows a page of another and runs nothing of it: an origin of its own, no script,
no request to any network."""

_SHOWN = 60  # how many letters of a field are searched for


@dataclass(frozen=True, slots=True)
class FieldPlace:
    """Where a field of the record begins in the page's source."""

    field: str
    text: str
    line: int | None  # from 1; None where the words do not stand in the source as they are


@dataclass(frozen=True, slots=True)
class ServedPage:
    """The capture that an article was read from."""

    capture: Capture
    places: tuple[FieldPlace, ...]

    def head(self) -> str:
        """Status and headers as lines of text."""
        status = "" if self.capture.status is None else f"HTTP {self.capture.status}\n"
        return status + "".join(f"{name}: {value}\n" for name, value in self.capture.headers)


def served_page(archive: Archive, folder: Path, id_: int) -> ServedPage:
    """The page that the article ``id_`` was read from, out of the captures in ``folder``.

    Raises LookupError where there is no such article or record, OSError where its file is missing.
    """
    stored = load_article(archive, id_)
    row = archive.rows(
        "SELECT file, offset, record_id FROM captures JOIN articles ON articles.capture = captures.id"
        " WHERE articles.id = ?",
        (id_,),
    )[0]
    stated = row["record_id"] if row["record_id"].startswith("<") else None
    capture = read_capture_at(folder / row["file"], row["offset"], stated)
    source = decode(capture.body, capture.header("Content-Type"), None).text
    return ServedPage(capture, tuple(_places(stored.article, source)))


def _places(article: Article, source: str) -> list[FieldPlace]:
    fields = [
        ("published_text", article.published_text),
        ("kicker", article.kicker),
        ("title", article.title),
        ("lead", article.lead),
        *(("body", paragraph) for paragraph in article.body),
        ("author", article.author),
        *(("figures", figure.caption) for figure in article.figures),
    ]
    lines = [" ".join(unescape(line).split()) for line in source.splitlines()]
    return [FieldPlace(name, text, _line_of(lines, text)) for name, text in fields if text]


def _line_of(lines: list[str], text: str) -> int | None:
    wanted = " ".join(text.split())[:_SHOWN]
    return next((number for number, line in enumerate(lines, start=1) if wanted in line), None)
