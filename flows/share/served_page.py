"""The page of an article as it was served: its bytes and headers, and the place of each field of the record."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from html import unescape
from itertools import accumulate
from pathlib import Path

from flows.share.chosen_captures import TakenDown
from scraper.captures import Capture, read_capture_at
from scraper.items import Article
from scraper.store import Archive
from scraper.store.articles import load_article
from scraper.text import decode
from scraper.text.sentence import Sentence

SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'"
"""The policy under which a browser shows a page of another and runs nothing of it: an origin of its own, no script,
no request to any network."""

_SHOWN = 60  # how many letters of a field are searched for
_ELEMENT_ENDS, _ELEMENT_BEGINS = re.compile(r">\s?$"), re.compile(r"\s?<")
_BESIDE = 60  # how many letters of the source are shown on each side


@dataclass(frozen=True, slots=True)
class FieldPlace:
    """Where a field of the record begins in the page's source."""

    field: str
    text: str
    line: int | None  # from 1; None where the words do not stand in the source as they are
    before: str = ""  # the source right before the words, then these, then what follows; white space folded
    marked: str = ""
    after: str = ""


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

    Raises LookupError where there is no such article or record, or where the page names an article that was taken
    down here; OSError where its file is missing.
    """
    stored = load_article(archive, id_)
    row = archive.rows(
        "SELECT file, offset, record_id FROM captures JOIN articles ON articles.capture = captures.id"
        " WHERE articles.id = ?",
        (id_,),
    )[0]
    stated = row["record_id"] if row["record_id"].startswith("<") else None
    capture = read_capture_at(folder / row["file"], row["offset"], stated)
    if TakenDown(archive).is_in(capture):
        raise LookupError(Sentence("the page names an article that was taken down here, so it is not shown"))
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
    starts = list(accumulate((len(line) + 1 for line in lines), initial=0))
    whole = " ".join(lines)
    return [_place(name, text, whole, starts) for name, text in fields if text]


def _place(name: str, text: str, whole: str, starts: list[int]) -> FieldPlace:
    words = " ".join(text.split())
    found = _alone(words, whole)
    at = whole.find(words[:_SHOWN]) if found is None else found
    if at < 0:
        return FieldPlace(name, text, None)
    end = at + (len(words) if whole.startswith(words, at) else len(words[:_SHOWN]))
    before, after = whole[max(0, at - _BESIDE) : at], whole[end : end + _BESIDE]
    return FieldPlace(name, text, bisect_right(starts, at), before, whole[at:end], after)


def _alone(words: str, whole: str) -> int | None:
    """Where an element holds these words and no others; a title also stands in the head, beside the site's name."""
    at = whole.find(words)
    while at >= 0:
        if _ELEMENT_ENDS.search(whole, max(0, at - 2), at) and _ELEMENT_BEGINS.match(whole, at + len(words)):
            return at
        at = whole.find(words, at + 1)
    return None
