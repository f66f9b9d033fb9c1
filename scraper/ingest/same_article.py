"""Which article a page really shows: the one that a list named, the same one at a new address, or another one."""

from __future__ import annotations

from scraper.ingest.file_reading import FileReading
from scraper.items import Article, Reject
from scraper.store.archive import Archive
from scraper.store.articles import find_key
from scraper.store.revisions import Words
from scraper.text import LEAST_WORDS, fold, likeness

ALIKE = 0.8
"""From which likeness on a list's title and a page's are of one article."""


def are_titles_of_one(listed: str, printed: str) -> bool:
    """Whether a title that a list prints can be that of the page: lists shorten titles and add words to them."""
    return is_part(listed, printed) or likeness(listed, printed) >= ALIKE


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


def refuse_another(reading: FileReading, site: str, key: str, article: Article) -> Reject | None:
    """The refusal of a page that prints the title of another article of the site in place of its own.

    Known by three things together: a list (or the archive) names this address by another title, neither is a part of
    the other, and the title that the page prints is that of another address.
    """
    own = reading.archive.value(
        "SELECT title FROM articles WHERE id = ?", (find_key(reading.archive, site, key),)
    ) or reading.archive.value("SELECT title FROM listed WHERE site = ? AND key = ?", (site, key))
    if not own or is_part(own, article.title):
        return None
    other = reading.titles.get((site, fold(article.title)), key)
    if other == key and same_day_title(reading.archive, article, key) is None:
        return None
    return Reject(reason="another-article", detail=f"not {own!r} but {article.title!r}", url=article.url)


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
    found: int | None = archive.value(
        "SELECT id FROM articles WHERE site = ? AND published_day = ? AND published_at = ? AND title = ?"
        " AND text_hash = ? AND key <> ?",
        (
            article.site,
            article.published_day.isoformat(),
            article.published_at.isoformat(),
            article.title,
            Words.of(article).hash,
            article.key,
        ),
    )
    return found
