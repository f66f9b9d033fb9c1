"""The rows of one article: its columns, revisions, figures, topics, addresses and problems."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from scraper.addresses import same_address
from scraper.items import Article, Problem
from scraper.record import columns_of
from scraper.store.archive import Archive, moment
from scraper.store.ledgers import add_problem, close_problems
from scraper.store.revisions import PARAGRAPH, Words
from scraper.store.watches import watched_topics
from scraper.text.sentence import Sentence

_Figure = tuple[int, str, str | None, str | None]
"""A row of ``figures``: its number, address, alternative text and caption."""

_LOST = ("file:", "ni:")  # see scraper.reading.saved_pictures
_SHORT = 0.3  # share of the earlier words
_LONG_ENOUGH = 100  # words: in a shorter text a share means little


DATE_COLUMNS = (
    "published_day", "published_at", "published_precision", "published_earliest", "published_latest",
    "published_text", "date_evidence",
)  # fmt: skip
"""The columns that tell the date of publication."""


class What(StrEnum):
    """What a look at an article showed."""

    NEW = "new"
    EDITED = "edited"
    PARSER = "parser"  # the same page was read anew, or a newer parser read it
    UNCHANGED = "unchanged"
    OLDER = "older"  # a capture older than what is known, with the same words
    EARLIER = "earlier"  # an older capture with other words: a revision before the current one
    SHRUNK = "shrunk"  # most of the words are gone: believed only when seen again
    FORGOTTEN = "forgotten"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The capture that an article was read from."""

    capture: int  # captures.id
    run: str
    origin: str = "live"  # live, import, wayback, commoncrawl
    url: str  # the address that was read
    etag: str | None = None
    last_modified: str | None = None
    led_from: tuple[str, ...] = ()  # the addresses whose redirects led to it


def add_addresses(archive: Archive, id_: int, site: str, addresses: Iterable[tuple[str, str]], at: datetime) -> None:
    """Notes further addresses of an article, each with the key that can be read from it alone."""
    archive.connection.executemany(
        "INSERT INTO addresses (url, article, site, key, first_seen) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (url, site) DO UPDATE SET article = excluded.article WHERE article <> excluded.article",
        [(url, id_, site, key, moment(at)) for url, key in addresses],
    )


def article_columns(article: Article, words: Words) -> dict[str, Any]:
    """The columns that hold what an article says, but not when it was seen."""
    if any(len(part.splitlines()) != 1 for part in words.body):
        raise ValueError(f"{article.url}: a paragraph of the body is empty or has more than one line")
    return {
        **columns_of(article),
        "words": words.count,
        "text_hash": words.hash,
        "captions": "\n".join(words.captions),
        "body": PARAGRAPH.join(words.body),
    }


def why_changed(archive: Archive, row: Any, article: Article, seen: Seen) -> What:
    """Why the words differ from those of ``row``.

    UNCHANGED if they were read from a second address this night, and are now read from the article's own.
    """
    moved_here = same_address(seen.url, article.url) and not _was_own(archive, row)
    standing_run = archive.value(
        "SELECT run FROM revisions WHERE article = ? AND number = ?", (row["id"], row["revision"])
    )
    if moved_here and standing_run == seen.run:
        return What.UNCHANGED
    digest = archive.value("SELECT payload_digest FROM captures WHERE id = ?", (seen.capture,))
    same_page = seen.capture == row["capture"] or (digest is not None and digest == row["payload_digest"])
    return What.PARSER if same_page or moved_here or article.parser != row["parser"] else What.EDITED


def _was_own(archive: Archive, row: Any) -> bool:
    """Whether the standing words were read from the article's own address, or where it led in that run."""
    return (
        same_address(row["read_from"], row["url"])
        or archive.row(
            "SELECT 1 FROM captures WHERE url = ? AND run = ? AND kind = 'redirect'", (row["url"], row["read_in"])
        )
        is not None
    )


def has_shrunk(archive: Archive, row: Any, words: Words, article: Article, seen: Seen) -> bool:
    """Whether most of a long text is gone, as on a page cut short. The same short text seen twice is believed."""
    if row["words"] < _LONG_ENOUGH or words.count >= row["words"] * _SHORT:
        return False
    detail = Sentence(
        "{before} words became {now}; text {hash}", before=row["words"], now=words.count, hash=words.hash[:12]
    )
    before = archive.row(
        "SELECT 1 FROM problems WHERE article = ? AND kind = 'shrunk' AND detail = ? AND closed IS NULL"
        " AND capture <> ?",
        (row["id"], detail, seen.capture),
    )
    if before is not None:
        return False
    add_problem(
        archive,
        Problem(kind="shrunk", detail=detail),
        site=article.site,
        url=article.url,
        at=article.captured_at,
        run=seen.run,
        capture=seen.capture,
        article=row["id"],
    )
    return True


def touch(archive: Archive, id_: int, at: str, seen: Seen | None = None, *, looked_only: bool = False) -> None:
    """Notes that the article was looked at, at ``at``. Unless ``looked_only``, it was also seen."""
    if looked_only:
        archive.execute("UPDATE articles SET last_looked = max(last_looked, ?) WHERE id = ?", (at, id_))
        return
    archive.execute(
        "UPDATE articles SET last_seen = max(last_seen, :at), last_looked = max(last_looked, :at),"
        " first_seen = min(first_seen, :at) WHERE id = :id",
        {"at": at, "id": id_},
    )
    archive.execute(
        "UPDATE articles SET state = 'live', since = :at, state_reason = NULL, state_capture = NULL"
        " WHERE id = :id AND state <> 'live' AND since <= :at",
        {"at": at, "id": id_},
    )
    if seen is not None:
        archive.execute(
            "UPDATE articles SET etag = :etag, last_modified = :modified"
            " WHERE id = :id AND (etag IS NOT :etag OR last_modified IS NOT :modified)",
            {"etag": seen.etag, "modified": seen.last_modified, "id": id_},
        )


def add_revision(
    archive: Archive,
    id_: int,
    number: int,
    why: str,
    silent: bool,
    article: Article,
    seen: Seen,
    columns: dict[str, Any],
) -> None:
    """Adds the row of a revision. Its words stay in ``articles`` until the next revision."""
    archive.execute(
        "INSERT INTO revisions (article, number, seen_at, why, silent, text_hash, published_at, updated_at, parser,"
        " capture, run) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            id_,
            number,
            moment(article.captured_at),
            why,
            silent,
            columns["text_hash"],
            columns["published_at"] or columns["published_day"] or columns["published_earliest"],
            columns["updated_at"],
            article.parser,
            seen.capture,
            seen.run,
        ),
    )


def tells_date_better(article: Article, row: Any) -> bool:
    """Whether the date of ``article`` may replace that in ``row``.

    A relative time gets less exact with each look ("3 giờ trước", then "2 ngày trước"). It therefore replaces neither
    a day nor an interval that is as narrow as its own.
    """
    if article.published_earliest is None or article.published_latest is None:
        return True
    if row["published_earliest"] is None:
        return row["published_day"] is None
    known = datetime.fromisoformat(row["published_latest"]) - datetime.fromisoformat(row["published_earliest"])
    return article.published_latest - article.published_earliest < known


def add_related(archive: Archive, id_: int, article: Article) -> None:
    """Adds the figures and topics of a new article."""
    _insert_figures(archive, id_, _told(article))
    _insert_topics(archive, id_, _topics(archive, article))


def replace_related(archive: Archive, id_: int, article: Article) -> None:
    """Rewrites figures and topics if they changed."""
    known = _figures(archive, id_)
    figures = _with_known_addresses(_told(article), known)
    if figures != known:
        archive.execute("DELETE FROM figures WHERE article = ?", (id_,))
        _insert_figures(archive, id_, figures)
    topics = _topics(archive, article)
    query = "SELECT topic, words, rule FROM topics WHERE article = ? ORDER BY topic, words, rule"
    if [tuple(row) for row in archive.rows(query, (id_,))] != topics:
        archive.execute("DELETE FROM topics WHERE article = ?", (id_,))
        _insert_topics(archive, id_, topics)


def _told(article: Article) -> list[_Figure]:
    return [(n, f.src, f.alt, f.caption) for n, f in enumerate(article.figures, start=1)]


def _topics(archive: Archive, article: Article) -> list[tuple[str, str, str]]:
    return sorted({(t.topic, t.words, t.rule) for t in article.topics} | set(watched_topics(archive, article)))


def _insert_figures(archive: Archive, id_: int, figures: Iterable[_Figure]) -> None:
    archive.connection.executemany(
        "INSERT INTO figures (article, number, src, alt, caption) VALUES (?, ?, ?, ?, ?)",
        [(id_, *figure) for figure in figures],
    )


def _insert_topics(archive: Archive, id_: int, topics: Iterable[tuple[str, str, str]]) -> None:
    archive.connection.executemany(
        "INSERT INTO topics (article, topic, words, rule) VALUES (?, ?, ?, ?)", [(id_, *topic) for topic in topics]
    )


def tell_addresses_of_figures(archive: Archive, id_: int, article: Article) -> None:
    """Gives the figures of ``id_`` the addresses that only ``article``, another capture of it, still tells."""
    known = _figures(archive, id_)
    for before, after in zip(known, _with_known_addresses(known, _told(article)), strict=True):
        if before != after:
            archive.execute("UPDATE figures SET src = ? WHERE article = ? AND number = ?", (after[1], id_, after[0]))


def _figures(archive: Archive, id_: int) -> list[_Figure]:
    rows = archive.rows("SELECT number, src, alt, caption FROM figures WHERE article = ? ORDER BY number", (id_,))
    return [(row["number"], row["src"], row["alt"], row["caption"]) for row in rows]


def _with_known_addresses(figures: list[_Figure], known: list[_Figure]) -> list[_Figure]:
    """The figures of a saved page, whose addresses it has lost, with those of the same figures in ``known``."""
    if [figure[2:] for figure in figures] != [figure[2:] for figure in known]:
        return figures
    return [
        (number, other[1] if src.startswith(_LOST) and not other[1].startswith(_LOST) else src, alt, caption)
        for (number, src, alt, caption), other in zip(figures, known, strict=True)
    ]


def note_addresses_and_problems(archive: Archive, id_: int, article: Article, seen: Seen) -> None:
    """Notes the article's addresses and problems. Closes the problems that it no longer has."""
    add_addresses(archive, id_, article.site, [(url, article.key) for url in article.urls], article.captured_at)
    for problem in article.problems:
        add_problem(
            archive,
            problem,
            site=article.site,
            url=article.url,
            at=article.captured_at,
            run=seen.run,
            capture=seen.capture,
            article=id_,
        )
    close_problems(
        archive,
        {article.url, seen.url},
        article.captured_at,
        article=id_,
        but={problem.kind for problem in article.problems},
    )
