"""Articles: one row each. A row is written only if something changed, and a later look never makes it worse."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from scraper.addresses import same_address
from scraper.items import Article, Figure, Problem, Topic
from scraper.record import attributes_of
from scraper.store.archive import Archive, moment
from scraper.store.article_ids import SLOTS, free_id, sorting_id
from scraper.store.article_rows import (
    DATE_COLUMNS,
    Seen,
    What,
    add_addresses,
    add_related,
    add_revision,
    article_columns,
    has_shrunk,
    note_addresses_and_problems,
    replace_related,
    tell_addresses_of_figures,
    tells_date_better,
    touch,
    why_changed,
)
from scraper.store.errors import damaged
from scraper.store.filters import Filters
from scraper.store.past_captures import extend_revision, merge_earlier
from scraper.store.revisions import Words, paragraphs, standing_words
from scraper.text.sentence import Sentence

__all__ = [
    "Saved",
    "Seen",
    "Stored",
    "What",
    "add_addresses",
    "article_ids",
    "confirm",
    "find_article",
    "find_key",
    "forget",
    "load_article",
    "mark_absent",
    "save_article",
]


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of an article that was handed to the archive."""

    id: int | None  # None if the article is forgotten
    what: What
    silent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """An article as the archive holds it."""

    id: int
    article: Article
    revision: int
    state: str
    since: str
    text_hash: str
    words: int
    origin: str
    first_seen: str
    last_seen: str
    file: str  # the file of the capture that holds its words
    offset: int


def save_article(archive: Archive, article: Article, seen: Seen, *, same_as: int | None = None) -> Saved:
    """Keeps ``article`` as read from the capture ``seen``.

    ``same_as`` is the id of an article whose address redirects here: the article has moved and keeps its identity.
    Only what changed is written. If it raises within a transaction, all of that, or of its part, must be taken back.
    An older capture is placed in the history by its time (see
    scraper.store.past_captures). A capture of a second address only adds that address, unless the article's own
    address led there. Raises ValueError for a paragraph that is not one line.
    """
    with archive.joint_write():
        if archive.row("SELECT 1 FROM forgotten WHERE site = ? AND key = ?", (article.site, article.key)):
            return Saved(None, What.FORGOTTEN)
        id_ = find_key(archive, article.site, article.key) or same_as
        if id_ is None:
            return _insert(archive, article, seen)
        return _update(archive, id_, article, seen)


def find_key(archive: Archive, site: str, key: str) -> int | None:
    """The id of the article that has this key, itself or by one of its addresses."""
    found: int | None = archive.value(
        "SELECT coalesce((SELECT id FROM articles WHERE site = ?1 AND key = ?2),"
        " (SELECT article FROM addresses WHERE site = ?1 AND key = ?2))",
        (site, key),
    )
    return found


def find_article(archive: Archive, name: str) -> int | None:
    """The id of the article called ``name``: ``site/key``, any of its addresses, or a key that only one site has."""
    name = name.strip()  # a key from a CSV file may bring its line end along
    site, _, key = name.partition("/")
    found: int | None = find_key(archive, site, key) if key else None
    if found is None:
        found = archive.value("SELECT article FROM addresses WHERE url = ?", (name,))
    if found is None:
        keys = archive.rows("SELECT DISTINCT id FROM articles WHERE key = ? LIMIT 2", (name,))
        found = keys[0][0] if len(keys) == 1 else None
    return found


def article_ids(archive: Archive, filters: Filters = Filters()) -> Iterator[int]:  # noqa: B008
    """The ids of all articles that pass the filters, newest first."""
    conditions, values = filters.where()
    query = f"SELECT id FROM articles WHERE {conditions or '1'} ORDER BY id DESC"  # noqa: S608
    for row in archive.execute(query, values):
        yield row[0]


def confirm(archive: Archive, id_: int, at: datetime) -> None:
    """Notes that the server called the article unchanged: it was seen at ``at``."""
    with archive.transaction():
        touch(archive, id_, moment(at))


def seen_again(archive: Archive, id_: int, at: datetime) -> None:
    """Notes that a capture of ``at`` called the article unchanged: the revision of that time was still seen then."""
    with archive.transaction():
        last_seen = archive.value("SELECT last_seen FROM articles WHERE id = ?", (id_,))
        if moment(at) >= last_seen or not extend_revision(archive, id_, moment(at)):
            confirm(archive, id_, at)


def settle_revisits(archive: Archive, id_: int) -> None:
    """Handles again the captures that called this article unchanged when the archive did not hold its text yet."""
    rows = archive.rows(
        "SELECT captures.fetched_at FROM captures JOIN addresses ON addresses.url = captures.url"
        " WHERE addresses.article = ? AND captures.kind = 'unchanged' ORDER BY captures.fetched_at",
        (id_,),
    )
    for row in rows:
        seen_again(archive, id_, datetime.fromisoformat(row["fetched_at"]))


def mark_absent(archive: Archive, id_: int, url: str, *, state: str, reason: str, at: datetime, capture: int) -> bool:
    """Notes that the article's own address showed it as ``gone`` or ``redirected`` at ``at``. True if that is new.

    Its words stay. If a second address is gone, or the look is older than the last one, nothing changes.
    """
    with archive.transaction():
        row = archive.row("SELECT id, url, state, last_seen, last_looked FROM articles WHERE id = ?", (id_,))
        if row is not None and _outranks(archive, capture, moment(at), row):
            row = _taken_back(archive, id_, moment(at))
        if row is None or not same_address(row["url"], url) or moment(at) < row["last_looked"]:
            return False
        archive.execute("UPDATE articles SET last_looked = ? WHERE id = ?", (moment(at), id_))
        if row["state"] == state:
            return False
        archive.execute(
            "UPDATE articles SET state = ?, since = ?, state_reason = ?, state_capture = ? WHERE id = ?",
            (state, moment(at), reason, capture, id_),
        )
        return bool(row["state"] == "live")


def load_article(archive: Archive, id_: int) -> Stored:
    """The article with this id. Raises LookupError if there is none.

    Raises ArchiveDamaged if its words are not those whose hash stands beside them.
    """
    row = archive.row(
        "SELECT articles.*, captures.file, captures.offset FROM articles"
        " JOIN captures ON captures.id = articles.capture WHERE articles.id = ?",
        (id_,),
    )
    if row is None:
        raise LookupError(Sentence("no article has the id {id}", id=id_))

    def related(columns: str, table: str, order: str) -> list[Any]:
        return archive.rows(f"SELECT {columns} FROM {table} WHERE article = ? ORDER BY {order}", (id_,))  # noqa: S608

    urls = [
        address["url"] for address in related("url", "addresses", "first_seen, url") if address["url"] != row["url"]
    ]
    article = Article(
        site=row["site"],
        key=row["key"],
        urls=(row["url"], *urls),
        body=paragraphs(row["body"]),
        figures=tuple(Figure(**figure) for figure in related("src, alt, caption", "figures", "number")),
        topics=tuple(Topic(**topic) for topic in related("topic, words, rule", "topics", "topic, rule")),
        captured_at=datetime.fromisoformat(row["captured_at"]),
        problems=tuple(
            Problem(kind=problem["kind"], detail=problem["detail"])
            for problem in related("kind, detail, closed", "problems", "id")
            if problem["closed"] is None
        ),
        **attributes_of(dict(row)),
    )
    if Words.of(article).hash != row["text_hash"]:
        raise damaged(
            archive.path,
            Sentence(
                "the words of {site}/{key} are not those whose hash stands beside them",
                site=article.site,
                key=article.key,
            ),
        )
    return Stored(
        id=id_,
        article=article,
        revision=row["revision"],
        state=row["state"],
        since=row["since"],
        text_hash=row["text_hash"],
        words=row["words"],
        origin=row["origin"],
        first_seen=row["first_seen"],
        last_seen=row["last_seen"],
        file=row["file"],
        offset=row["offset"],
    )


def forget(archive: Archive, url: str, *, at: datetime, reason: str | None = None) -> tuple[str, str] | None:
    """Deletes the article with the address ``url`` and all its words, and notes that it must never be kept again.

    Returns its site and key, or None if no article has that address. Capture files are not changed.
    """
    with archive.transaction():
        id_ = find_article(archive, url)
        if id_ is None:
            return None
        site, key = archive.rows("SELECT site, key FROM articles WHERE id = ?", (id_,))[0]
        keys = {key, *(row[0] for row in archive.rows("SELECT key FROM addresses WHERE article = ?", (id_,)))}
        archive.connection.executemany(
            "INSERT INTO forgotten (site, key, url, forgotten_at, reason) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            [(site, each, url, moment(at), reason) for each in sorted(keys)],
        )
        archive.execute(
            "UPDATE listed SET outcome = 'forgotten', reason = ?, title = NULL, article = NULL, decided_at = ?"
            " WHERE article = ?",
            (reason, moment(at), id_),
        )
        archive.execute("DELETE FROM problems WHERE article = ?", (id_,))
        archive.execute("DELETE FROM articles WHERE id = ?", (id_,))
    return site, key


def _insert(archive: Archive, article: Article, seen: Seen) -> Saved:
    words = Words.of(article)
    at = moment(article.captured_at)
    id_ = free_id(archive, sorting_id(article))
    values = {
        "id": id_,
        "site": article.site,
        "key": article.key,
        "state": "live",
        "since": at,
        "origin": seen.origin,
        "first_seen": at,
        "last_seen": at,
        "last_looked": at,
        "revision": 1,
        "capture": seen.capture,
        "captured_at": at,
        "etag": seen.etag,
        "last_modified": seen.last_modified,
        **article_columns(article, words),
    }
    names, marks = ", ".join(values), ", ".join(f":{name}" for name in values)
    archive.execute(f"INSERT INTO articles ({names}) VALUES ({marks})", values)  # noqa: S608
    add_revision(archive, id_, 1, "first", False, article, seen, values)
    add_related(archive, id_, article)
    note_addresses_and_problems(archive, id_, article, seen)
    return Saved(id_, What.NEW)


def _with_capture(archive: Archive, id_: int) -> Any:
    return archive.rows(
        "SELECT articles.*, captures.url AS read_from, captures.run AS read_in, captures.payload_digest FROM articles"
        " JOIN captures ON captures.id = articles.capture WHERE articles.id = ?",
        (id_,),
    )[0]


def _outranks(archive: Archive, capture: int, at: str, row: Any) -> bool:
    """Whether ``capture``, our own look at ``at``, is newer than the last look although that one bears a later time.

    That look came with an import or a backfill which had begun before ``at``, so its time cannot be true.
    """
    if at >= max(row["last_seen"], row["last_looked"]):
        return False
    if archive.value("SELECT origin FROM captures WHERE id = ?", (capture,)) != "live":
        return False
    later = archive.rows(
        "SELECT captures.origin, runs.started FROM captures JOIN runs ON runs.id = captures.run"
        " WHERE captures.fetched_at > ? AND captures.url IN"
        " (SELECT url FROM addresses WHERE article = ? UNION SELECT url FROM articles WHERE id = ?)",
        (at, row["id"], row["id"]),
    )
    return bool(later) and all(each["origin"] != "live" and each["started"] <= at for each in later)


def _taken_back(archive: Archive, id_: int, at: str) -> Any:
    """Takes the times of an article that are later than ``at`` for ``at``, and returns its row."""
    archive.execute(
        "UPDATE articles SET last_seen = min(last_seen, :at), last_looked = min(last_looked, :at),"
        " first_seen = min(first_seen, :at), since = min(since, :at), captured_at = min(captured_at, :at)"
        " WHERE id = :id",
        {"at": at, "id": id_},
    )
    archive.execute("UPDATE revisions SET seen_at = min(seen_at, ?) WHERE article = ?", (at, id_))
    return _with_capture(archive, id_)


def _update(archive: Archive, id_: int, article: Article, seen: Seen) -> Saved:
    row = _with_capture(archive, id_)
    at = moment(article.captured_at)
    if _outranks(archive, seen.capture, at, row):
        row = _taken_back(archive, id_, at)
    add_addresses(archive, id_, article.site, [(url, article.key) for url in article.urls], article.captured_at)
    again = seen.capture == row["capture"]
    own_address = same_address(seen.url, article.url) or any(same_address(row["url"], url) for url in seen.led_from)
    second_address = same_address(row["read_from"], row["url"]) and not own_address and article.key == row["key"]
    if at < row["last_seen"] and not again:
        archive.execute(
            "UPDATE articles SET first_seen = min(first_seen, :at),"
            " since = CASE WHEN state = 'live' AND since = first_seen THEN min(since, :at) ELSE since END"
            " WHERE id = :id",
            {"at": at, "id": id_},
        )
        tell_addresses_of_figures(archive, id_, article)
        is_revision = not second_address and merge_earlier(archive, id_, article, capture=seen.capture, run=seen.run)
        return Saved(id_, What.EARLIER if is_revision else What.OLDER)
    if second_address:
        touch(archive, id_, at)
        return Saved(id_, What.UNCHANGED)

    words = Words.of(article)
    columns = article_columns(article, words)
    if not again and not tells_date_better(article, row):
        columns |= {name: row[name] for name in DATE_COLUMNS}
    changed = {name: value for name, value in columns.items() if value != row[name]}
    is_revision = not {"text_hash", "published_at", "published_day"}.isdisjoint(changed)
    if is_revision and not again and has_shrunk(archive, row, words, article, seen):
        touch(archive, id_, at, looked_only=True)
        return Saved(id_, What.SHRUNK)
    touch(archive, id_, at, seen)
    what, silent = What.UNCHANGED, False
    if is_revision:
        what, silent, number = _revise(archive, row, article, seen, columns)
        changed |= {"revision": number}
        if {"published_at", "published_day", "published_earliest"} & changed.keys():
            base = sorting_id(article)
            if base != row["id"] >> SLOTS << SLOTS:
                changed["id"] = free_id(archive, base)
    if changed:
        changed |= {"capture": seen.capture, "captured_at": at}  # so that the row agrees with its capture
        settings = ", ".join(f"{name} = :{name}" for name in changed)
        archive.execute(f"UPDATE articles SET {settings} WHERE id = :this_id", {**changed, "this_id": id_})  # noqa: S608
        id_ = changed.get("id", id_)
    replace_related(archive, id_, article)
    note_addresses_and_problems(archive, id_, article, seen)
    return Saved(id_, what, silent)


def _revise(
    archive: Archive, row: Any, article: Article, seen: Seen, columns: dict[str, Any]
) -> tuple[What, bool, int]:
    """Adds a revision that makes the words of ``columns`` current. Returns why, whether silently, and its number."""
    id_, number = row["id"], row["revision"]
    what = why_changed(archive, row, article, seen)
    silent = what is What.EDITED and columns["updated_at"] == row["updated_at"]
    if what is What.UNCHANGED:
        why = archive.value("SELECT why FROM revisions WHERE article = ? AND number = ?", (id_, number))
        archive.execute("DELETE FROM revisions WHERE article = ? AND number = ?", (id_, number))
    else:
        why = what.value
        archive.execute(
            "UPDATE revisions SET content = ?, seen_until = ? WHERE article = ? AND number = ?",
            (standing_words(archive, id_).to_json(), row["last_seen"], id_, number),
        )
        number += 1
    add_revision(archive, id_, number, why, silent, article, seen, columns)
    return what, silent, number
