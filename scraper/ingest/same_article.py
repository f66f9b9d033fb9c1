"""Which article a page really shows: the one that a list named, the same one at a new address, or another one."""

from __future__ import annotations

import re
from typing import NamedTuple

from scraper.ingest.file_reading import FileReading, storable
from scraper.items import Article, Reject
from scraper.store.archive import Archive
from scraper.store.articles import find_key
from scraper.store.revisions import Words
from scraper.text import LEAST_WORDS, are_alike, fold
from scraper.text.sentence import Sentence

_NUMBER = re.compile(r"\d+")

ALIKE = 0.8
"""From which likeness on a list's title and a page's are of one article."""

HABIT = 3
"""Pages that kept a title quite unlike their list's at a second look. From then on that is the site's habit."""


def are_titles_of_one(listed: str, printed: str) -> bool:
    """Whether a title that a list prints can be that of the page: lists shorten titles and add words to them.

    Titles that differ in a number ("lần thứ 11", "lần thứ 12") are of two articles, however alike.
    """
    if is_part(listed, printed):
        return True
    return _NUMBER.findall(listed) == _NUMBER.findall(printed) and are_alike(listed, printed, ALIKE)


def is_part(listed: str, printed: str) -> bool:
    """Whether one of two titles is a part of the other."""
    one, other = fold(listed).strip(" .…"), fold(printed).strip(" .…")
    return one in other or other in one


def is_another(reading: FileReading, site: str, key: str | None, article: Article) -> bool:
    """Whether a list printed another title for the link ``key``, which no row holds yet, than the article has.

    A link of fewer than LEAST_WORDS words is a label ("Bài viết", "Xem thêm"), which tells no title.
    """
    if key in {None, article.key} or find_key(reading.archive, site, key) is not None:
        return False
    listed = reading.archive.value("SELECT title FROM listed WHERE site = ? AND key = ?", (site, key)) or ""
    return len(listed.split()) >= LEAST_WORDS and not is_part(listed, article.title)


class KnownTitles(NamedTuple):
    """What is known of the link with a key before its page is kept."""

    held: int | None  # the article that has the key
    own: str | None  # its title
    listed: str | None  # the title that lists show


def known_titles(archive: Archive, site: str, key: str) -> KnownTitles:
    """The article that has this key, by itself or by one of its addresses, and the titles of both."""
    held = find_key(archive, site, key)
    own = None if held is None else archive.value("SELECT title FROM articles WHERE id = ?", (held,))
    return KnownTitles(held, own, archive.value("SELECT title FROM listed WHERE site = ? AND key = ?", (site, key)))


def refuse_another(
    reading: FileReading, site: str, key: str, url: str, article: Article, known: KnownTitles
) -> Reject | None:
    """The refusal of a page at ``url`` that prints the title of another article of the site in place of its own.

    A list (or the archive) names this address by another title, and neither is a part of the other. If the title that
    the page prints is that of another address, it is refused. If nobody knows it, a new page is refused until it
    prints it at a second look: the other article may not be listed yet.
    """
    own = known.own or known.listed
    if not own or is_part(own, article.title):
        return None
    refusal = Reject(
        reason="another-article", detail=Sentence("not {own!r} but {found!r}", own=own, found=article.title), url=url
    )
    other = reading.titles.get((site, fold(article.title)), key)
    if other != key or same_day_title(reading.archive, article, key) is not None:
        return refusal
    is_doubted = known.held is None and reading.is_tonight and _is_unlike(own, article.title)
    return refusal if is_doubted and not _is_second_look(reading, site, refusal) else None


def _is_unlike(listed: str, printed: str) -> bool:
    """Whether a list's title is one, and quite another one than the page prints."""
    return len(listed.split()) >= LEAST_WORDS and not are_titles_of_one(listed, printed)


def _is_second_look(reading: FileReading, site: str, refusal: Reject) -> bool:
    """Whether an earlier run refused the page for the same titles, or lists of the site often print other titles."""
    before = reading.archive.row(
        "SELECT 1 FROM problems WHERE url = ? AND kind = ? AND closed IS NULL AND detail = ? AND run <> ?",
        (refusal.url, refusal.reason, storable(refusal.detail)[:500], reading.run),
    )
    return (
        before is not None
        or reading.archive.value(
            "SELECT count(*) FROM problems JOIN listed ON listed.site = problems.site AND listed.url = problems.url"
            " JOIN articles ON articles.id = listed.article WHERE problems.site = ? AND problems.kind = ?"
            " AND substr(problems.detail, -length(articles.title) - 1, length(articles.title)) = articles.title",
            (site, refusal.reason),
        )
        >= HABIT
    )


def same_day_title(archive: Archive, article: Article, key: str) -> int | None:
    """The id of another article of the site with the same title on the same day."""
    found: int | None = archive.value(
        "SELECT id FROM articles WHERE site = ? AND published_day = ? AND title = ? AND key <> ?",
        (article.site, article.published_day.isoformat() if article.published_day else None, article.title, key),
    )
    return found


def same_words(archive: Archive, article: Article) -> int | None:
    """The id of the article that has moved here, though nobody led us: same site, minute, title and words."""
    if article.published_at is None or article.published_day is None:
        return None
    alike = archive.rows(
        "SELECT id, text_hash FROM articles WHERE site = ? AND published_day = ? AND published_at = ? AND title = ?"
        " AND key <> ?",
        (
            article.site,
            article.published_day.isoformat(),
            article.published_at.isoformat(),
            article.title,
            article.key,
        ),
    )
    words = Words.of(article).hash if alike else ""
    return next((row["id"] for row in alike if row["text_hash"] == words), None)
