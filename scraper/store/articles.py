"""Articles: one row each, written only where something changed, never made worse by a later look."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from scraper.items import Article, Evidence, Figure, Precision, Problem, Topic
from scraper.store.archive import Archive, moment
from scraper.store.article_ids import SLOTS, first_id, free_id
from scraper.store.filters import Filters
from scraper.store.ledgers import add_problem, close_problems
from scraper.store.past_captures import merge_earlier
from scraper.store.revisions import PARAGRAPH, Words, paragraphs, standing_words
from scraper.store.watches import watched_topics

_SHORT = 0.3  # of the words of before
_LONG_ENOUGH = 100  # words, for a share of them to mean something


class What(StrEnum):
    """What a look at an article brought."""

    NEW = "new"
    EDITED = "edited"
    PARSER = "parser"  # read anew from the same page, or by a newer parser
    UNCHANGED = "unchanged"
    OLDER = "older"  # a capture from before what is already known, which says nothing else
    EARLIER = "earlier"  # such a capture, with words of its own: a revision before the standing one
    SHRUNK = "shrunk"  # most of the words are gone: not believed until seen again
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


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of an article that was handed to the archive."""

    id: int | None  # None where it is forgotten
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
    file: str  # the capture its words stand in
    offset: int


def save_article(archive: Archive, article: Article, seen: Seen, *, same_as: int | None = None) -> Saved:
    """Keeps ``article`` as read from the capture ``seen``.

    ``same_as`` is the id of an article whose address led here by redirect: the article keeps its identity over the
    move. Nothing is written but what changed; an older capture goes into the history where its time is (see
    scraper.store.past_captures), one from a second address of the article adds its address and no more. Raises
    ValueError for a paragraph that is not one line.
    """
    with archive.transaction():
        if archive.row("SELECT 1 FROM forgotten WHERE site = ? AND key = ?", (article.site, article.key)):
            return Saved(None, What.FORGOTTEN)
        id_ = find_key(archive, article.site, article.key) or same_as
        if id_ is None:
            return _insert(archive, article, seen)
        return _update(archive, id_, article, seen)


def find_key(archive: Archive, site: str, key: str) -> int | None:
    """The id of the article with this key, or one of whose addresses has it."""
    found: int | None = archive.value("SELECT id FROM articles WHERE site = ? AND key = ?", (site, key))
    if found is None:
        found = archive.value("SELECT article FROM addresses WHERE site = ? AND key = ?", (site, key))
    return found


def find_article(archive: Archive, name: str) -> int | None:
    """The id of the article called ``name``: ``site/key``, any of its addresses, or a key that only one site has."""
    site, _, key = name.partition("/")
    found: int | None = find_key(archive, site, key) if key else None
    if found is None:
        found = archive.value("SELECT article FROM addresses WHERE url = ?", (name,))
    if found is None:
        keys = archive.rows("SELECT DISTINCT id FROM articles WHERE key = ? LIMIT 2", (name,))
        found = keys[0][0] if len(keys) == 1 else None
    return found


def article_ids(
    archive: Archive,
    *,
    site: str | None = None,
    province: str | None = None,
    section: str | None = None,
    topic: str | None = None,
    author: str | None = None,
    since: date | None = None,
    until: date | None = None,
) -> Iterator[int]:
    """The ids of all articles that pass the filters of :class:`~scraper.store.filters.Filters`, newest first."""
    filters = Filters(
        site=site, province=province, section=section, topic=topic, author=author, since=since, until=until
    )
    conditions, values = filters.where()
    query = f"SELECT id FROM articles WHERE {conditions or '1'} ORDER BY id DESC"  # noqa: S608
    for row in archive.execute(query, values):
        yield row[0]


def confirm(archive: Archive, id_: int, at: datetime) -> None:
    """The server said that the article is as it was: it was seen at ``at``."""
    with archive.transaction():
        _touch(archive, id_, moment(at))


def mark_absent(archive: Archive, id_: int, url: str, *, state: str, reason: str, at: datetime, capture: int) -> bool:
    """The article's own address showed at ``at`` that it is ``gone`` or ``redirected``; True where that is news.

    Its words stay. A second address that is gone, or a look older than the last, says nothing.
    """
    with archive.transaction():
        row = archive.row("SELECT url, state, last_looked FROM articles WHERE id = ?", (id_,))
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


def add_addresses(archive: Archive, id_: int, site: str, addresses: Iterable[tuple[str, str]], at: datetime) -> None:
    """Notes further addresses of an article, each with the key that it alone tells."""
    archive.connection.executemany(
        "INSERT INTO addresses (url, article, site, key, first_seen) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (url, site) DO UPDATE SET article = excluded.article WHERE article <> excluded.article",
        [(url, id_, site, key, moment(at)) for url, key in addresses],
    )


def load_article(archive: Archive, id_: int) -> Stored:
    """The article with this id. Raises LookupError where there is none."""
    row = archive.row(
        "SELECT articles.*, captures.file, captures.offset FROM articles"
        " JOIN captures ON captures.id = articles.capture WHERE articles.id = ?",
        (id_,),
    )
    if row is None:
        raise LookupError(f"no article has the id {id_}")

    def related(columns: str, table: str, order: str) -> list[Any]:
        return archive.rows(f"SELECT {columns} FROM {table} WHERE article = ? ORDER BY {order}", (id_,))  # noqa: S608

    urls = [
        address["url"] for address in related("url", "addresses", "first_seen, url") if address["url"] != row["url"]
    ]
    article = Article(
        site=row["site"],
        key=row["key"],
        url=row["url"],
        urls=(row["url"], *urls),
        title=row["title"],
        kicker=row["kicker"],
        lead=row["lead"],
        body=paragraphs(row["body"]),
        masthead=row["masthead"],
        author=row["author"],
        section=row["section"],
        tags=tuple(json.loads(row["tags"])),
        figures=tuple(Figure(**figure) for figure in related("src, alt, caption", "figures", "number")),
        published_text=row["published_text"],
        published_at=datetime.fromisoformat(row["published_at"]) if row["published_at"] else None,
        published_day=date.fromisoformat(row["published_day"]) if row["published_day"] else None,
        published_precision=Precision(row["published_precision"]),
        date_evidence=tuple(Evidence(**evidence) for evidence in json.loads(row["date_evidence"])),
        updated_at=datetime.fromisoformat(row["updated_at"]) if row["updated_at"] else None,
        topics=tuple(Topic(**topic) for topic in related("topic, words, rule", "topics", "topic, rule")),
        captured_at=datetime.fromisoformat(row["captured_at"]),
        parser=row["parser"],
        problems=tuple(
            Problem(kind=problem["kind"], detail=problem["detail"])
            for problem in related("kind, detail, closed", "problems", "id")
            if problem["closed"] is None
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
    """Deletes the article with the address ``url``, all its words with it, and remembers never to keep it again.

    Returns its site and key, or None where no article has that address. Capture files are not touched.
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


def same_address(one: str, other: str) -> bool:
    """Whether two addresses differ at most in ``http``/``https``, ``www.`` and a last slash."""
    return _bare(one) == _bare(other)


def _bare(url: str) -> tuple[str, str, str]:
    parts = urlsplit(url)
    return parts.netloc.lower().removeprefix("www."), parts.path.rstrip("/"), parts.query


def _columns(article: Article, words: Words) -> dict[str, Any]:
    """The columns that tell what an article says, without those that tell when it was seen."""
    if any(len(part.splitlines()) != 1 for part in words.body):
        raise ValueError(f"{article.url}: a paragraph of the body is empty or has more than one line")
    return {
        "published_day": article.published_day.isoformat() if article.published_day else None,
        "published_at": article.published_at.isoformat() if article.published_at else None,
        "published_precision": article.published_precision.value,
        "published_text": article.published_text,
        "updated_at": article.updated_at.isoformat() if article.updated_at else None,
        "words": words.count,
        "text_hash": words.hash,
        "parser": article.parser,
        "url": article.url,
        "section": article.section,
        "author": article.author,
        "masthead": article.masthead,
        "kicker": article.kicker,
        "title": article.title,
        "lead": article.lead,
        "tags": json.dumps(article.tags, ensure_ascii=False),
        "date_evidence": json.dumps([asdict(e) for e in article.date_evidence], ensure_ascii=False),
        "captions": "\n".join(words.captions),
        "body": PARAGRAPH.join(words.body),
    }


def _insert(archive: Archive, article: Article, seen: Seen) -> Saved:
    words = Words.of(article)
    at = moment(article.captured_at)
    id_ = free_id(archive, first_id(article.published_at, article.published_day))
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
        **_columns(article, words),
    }
    names, marks = ", ".join(values), ", ".join(f":{name}" for name in values)
    archive.execute(f"INSERT INTO articles ({names}) VALUES ({marks})", values)  # noqa: S608
    _add_revision(archive, id_, 1, "first", False, article, seen, values)
    _replace_related(archive, id_, article)
    _note(archive, id_, article, seen)
    return Saved(id_, What.NEW)


def _update(archive: Archive, id_: int, article: Article, seen: Seen) -> Saved:
    row = archive.rows(
        "SELECT articles.*, captures.url AS read_from, captures.payload_digest FROM articles"
        " JOIN captures ON captures.id = articles.capture WHERE articles.id = ?",
        (id_,),
    )[0]
    at = moment(article.captured_at)
    add_addresses(archive, id_, article.site, [(url, article.key) for url in article.urls], article.captured_at)
    again = seen.capture == row["capture"]
    own_address = same_address(seen.url, article.url)
    second_address = same_address(row["read_from"], row["url"]) and not own_address and article.key == row["key"]
    if at < row["last_seen"] and not again:
        archive.execute(
            "UPDATE articles SET first_seen = min(first_seen, :at),"
            " since = CASE WHEN state = 'live' AND since = first_seen THEN min(since, :at) ELSE since END"
            " WHERE id = :id",
            {"at": at, "id": id_},
        )
        is_revision = not second_address and merge_earlier(archive, id_, article, capture=seen.capture, run=seen.run)
        return Saved(id_, What.EARLIER if is_revision else What.OLDER)
    if second_address:
        _touch(archive, id_, at)
        return Saved(id_, What.UNCHANGED)

    words = Words.of(article)
    columns = _columns(article, words)
    changed = {name: value for name, value in columns.items() if value != row[name]}
    is_revision = not {"text_hash", "published_at", "published_day"}.isdisjoint(changed)
    if is_revision and not again and _has_shrunk(archive, row, words, article, seen):
        _touch(archive, id_, at, looked_only=True)
        return Saved(id_, What.SHRUNK)
    _touch(archive, id_, at, seen)
    what, silent = What.UNCHANGED, False
    if is_revision:
        what = _why(archive, row, article, seen)
        silent = what is What.EDITED and columns["updated_at"] == row["updated_at"]
        number = row["revision"]
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
        _add_revision(archive, id_, number, why, silent, article, seen, columns)
        changed |= {"revision": number}
        if {"published_at", "published_day"} & changed.keys():
            base = first_id(article.published_at, article.published_day)
            if base != row["id"] >> SLOTS << SLOTS:
                changed["id"] = free_id(archive, base)
    if changed:
        changed |= {"capture": seen.capture, "captured_at": at}  # so that the row is what its capture says
        settings = ", ".join(f"{name} = :{name}" for name in changed)
        archive.execute(f"UPDATE articles SET {settings} WHERE id = :this_id", {**changed, "this_id": id_})  # noqa: S608
        id_ = changed.get("id", id_)
    _replace_related(archive, id_, article)
    _note(archive, id_, article, seen)
    return Saved(id_, what, silent)


def _why(archive: Archive, row: Any, article: Article, seen: Seen) -> What:
    """Why the words differ from those of ``row``; UNCHANGED where this night's look at a second address is replaced
    by one at the article's own."""
    moved_here = same_address(seen.url, article.url) and not same_address(row["read_from"], row["url"])
    standing_run = archive.value(
        "SELECT run FROM revisions WHERE article = ? AND number = ?", (row["id"], row["revision"])
    )
    if moved_here and standing_run == seen.run:
        return What.UNCHANGED
    digest = archive.value("SELECT payload_digest FROM captures WHERE id = ?", (seen.capture,))
    same_page = seen.capture == row["capture"] or (digest is not None and digest == row["payload_digest"])
    return What.PARSER if same_page or moved_here or article.parser != row["parser"] else What.EDITED


def _has_shrunk(archive: Archive, row: Any, words: Words, article: Article, seen: Seen) -> bool:
    """Whether most of a long text is gone: a page cut short looks so. The same short text seen twice is believed."""
    if row["words"] < _LONG_ENOUGH or words.count >= row["words"] * _SHORT:
        return False
    detail = f"{row['words']} words became {words.count}; text {words.hash[:12]}"
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


def _touch(archive: Archive, id_: int, at: str, seen: Seen | None = None, *, looked_only: bool = False) -> None:
    """The article was looked at, and but for ``looked_only`` seen, at ``at``."""
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


def _add_revision(
    archive: Archive,
    id_: int,
    number: int,
    why: str,
    silent: bool,
    article: Article,
    seen: Seen,
    columns: dict[str, Any],
) -> None:
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
            columns["published_at"] or columns["published_day"],
            columns["updated_at"],
            article.parser,
            seen.capture,
            seen.run,
        ),
    )


def _replace_related(archive: Archive, id_: int, article: Article) -> None:
    figures = [(n, f.src, f.alt, f.caption) for n, f in enumerate(article.figures, start=1)]
    topics = sorted({(t.topic, t.words, t.rule) for t in article.topics} | set(watched_topics(archive, article)))
    for table, columns, order, rows in (
        ("figures", "number, src, alt, caption", "number", figures),
        ("topics", "topic, words, rule", "topic, words, rule", topics),
    ):
        query = f"SELECT {columns} FROM {table} WHERE article = ? ORDER BY {order}"  # noqa: S608
        if [tuple(row) for row in archive.rows(query, (id_,))] == rows:
            continue
        archive.execute(f"DELETE FROM {table} WHERE article = ?", (id_,))  # noqa: S608
        marks = ", ".join("?" * (columns.count(",") + 2))
        archive.connection.executemany(
            f"INSERT INTO {table} (article, {columns}) VALUES ({marks})",  # noqa: S608
            [(id_, *row) for row in rows],
        )


def _note(archive: Archive, id_: int, article: Article, seen: Seen) -> None:
    """The article's addresses, and its problems: those it no longer has are closed."""
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
