"""Search over titles, leads, bodies and captions, typed with or without marks, in either tone placement.

The index holds the words with ``đ`` as ``d`` and points to the original rows, so a query folds to one form. An index
of the original words would turn ``dang`` into ``dang OR đang``, and each ``d`` in a phrase would double the query.
The price: SQLite's own ``rebuild`` would fill the index unfolded. Only :func:`reindex` may fill it, and
:func:`check_index` finds an index that was filled otherwise.

"Newest first" costs the same however many articles match, because ids are in the order of publication. The beginning
of a word is replaced by the words of the index that begin with it, because FTS5 itself gathers every matching row
before it returns the first. Relevance looks at the newest :data:`RANKED` matches only. It puts first those that have
the words in the title, then in the lead, then together in the text; within each group the newest come first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

from scraper.store.archive import Archive
from scraper.store.filters import Filters
from scraper.store.search_index import COLUMNS, folded
from scraper.store.search_query import MAX_TERMS, WORD, SearchQuery, Term, bare, spelled
from scraper.store.snippets import snippet
from scraper.text.sentence import Sentence

RANKED = 2000
"""How many of the newest matches are ranked by relevance."""

EXACT = 20_000
"""How many of the newest matches are compared letter by letter when marks must be exact."""

SPELLED = 300
"""The beginning of a word is replaced by at most this many words of the index. If there are more, FTS5 finds them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One article that was found."""

    id: int
    site: str
    key: str
    url: str
    title: str
    kicker: str | None
    lead: str | None
    section: str | None
    author: str | None
    published_day: str | None
    published_at: str | None
    published_earliest: str | None  # and latest: a relative time may span a midnight
    published_latest: str | None
    state: str
    snippet: str  # some original words around the matches; matches are in [ ]
    parts: tuple[tuple[str, bool], ...]  # the same, cut into (words, whether they match)


def search(
    archive: Archive,
    words: str,
    filters: Filters = Filters(),  # noqa: B008
    *,
    order: Literal["newest", "relevance"] = "newest",
    exact: bool = False,
    limit: int = 20,
    offset: int = 0,
) -> list[Hit]:
    """The articles that have all of ``words`` and pass the filters.

    ``"a phrase"``, ``beginning*`` and ``-excluded`` have their meaning; everything else is literal, and no text is
    an error. With ``exact``, marks count: ``Đảng`` does not find ``đang`` (``uỷ`` still finds ``ủy``). A search
    without words finds every article.
    """
    query = _spelled_out(archive, SearchQuery.read(words))
    limit, offset = max(0, limit), max(0, offset)
    ids = list(_ids(archive, query, filters, order, exact, limit + offset))[offset:]
    return [_hit(archive, id_, query) for id_ in ids]


def search_ids(archive: Archive, words: str, filters: Filters, *, exact: bool = False, limit: int) -> list[int]:
    """The ids of all articles that :func:`search` finds, newest first; at most ``limit`` of them."""
    query = _spelled_out(archive, SearchQuery.read(words))
    return list(_ids(archive, query, filters, "newest", exact, limit))


def _ids(
    archive: Archive, query: SearchQuery, filters: Filters, order: str, exact: bool, limit: int
) -> Iterator[int]:
    """The ids of the first ``limit`` hits; none for a query of which no word can be read."""
    if query.wanted or query.unwanted or query.is_blank:
        yield from _found(archive, query, filters, order, exact, limit)


def index_expression(archive: Archive, words: str) -> str | None:
    """What ``words`` ask of the index, in FTS5's query language; None if they ask for no word."""
    query = _spelled_out(archive, SearchQuery.read(words))
    return query.expression() if query.wanted else None


def matching_ids(archive: Archive, words: str, filters: Filters) -> Iterator[int]:
    """The ids of all articles that have ``words`` and pass the filters, newest first, each as it is asked for."""
    query = _spelled_out(archive, SearchQuery.read(words))
    if query.wanted:
        yield from _matching(archive, query, query.expression(), filters, 0, False, -1)


def reindex(archive: Archive) -> None:
    """Fills the index anew from the articles."""
    columns = ", ".join(COLUMNS)
    with archive.transaction():
        archive.execute("INSERT INTO articles_fts (articles_fts) VALUES ('delete-all')")
        archive.execute(
            f"INSERT INTO articles_fts (rowid, {columns}) SELECT id, {folded('articles')} FROM articles"  # noqa: S608
        )
        archive.execute("INSERT INTO articles_fts (articles_fts) VALUES ('optimize')")


def check_index(archive: Archive, sample: int = 500) -> list[str]:
    """What is wrong with the index, one sentence for each fault. :func:`reindex` repairs it.

    The words of ``sample`` articles are looked up, half of them the newest.
    """
    wrong: list[str] = []
    missing = archive.value("SELECT count(*) FROM articles WHERE id NOT IN (SELECT id FROM articles_fts_docsize)")
    if missing:
        wrong.append(Sentence("{count} articles are not in the search index", count=missing))
    stale = archive.value("SELECT count(*) FROM articles_fts_docsize WHERE id NOT IN (SELECT id FROM articles)")
    if stale:
        wrong.append(Sentence("the search index holds {count} articles that are no more", count=stale))
    if archive.row("SELECT 1 FROM articles_terms WHERE term >= 'đ' AND term < 'Ē' LIMIT 1"):
        wrong.append(Sentence("the search index was rebuilt by another program: words with đ are not found as d"))
    rows = archive.rows(
        "SELECT id, title, body FROM articles WHERE id IN (SELECT id FROM articles ORDER BY id DESC LIMIT :half)"
        " OR id IN (SELECT id FROM articles ORDER BY random() LIMIT :half)",
        {"half": max(1, sample // 2)},
    )
    lost = 0
    for row in rows:
        for text in (row["title"], row["body"][-200:].partition(" ")[2]):
            query = SearchQuery.read(" ".join(WORD.findall(text)[:MAX_TERMS]))
            if query.wanted and not archive.row(
                "SELECT 1 FROM articles_fts WHERE articles_fts MATCH ? AND rowid = ?",
                (query.expression(), row["id"]),
            ):
                lost += 1
                break
    if lost:
        wrong.append(Sentence("{some} of {all} articles are not found by their own words", some=lost, all=len(rows)))
    return wrong


def _spelled_out(archive: Archive, query: SearchQuery) -> SearchQuery:
    """The query, in which each beginning is replaced by the words of the index that begin with it."""

    def each(terms: tuple[Term, ...]) -> tuple[Term, ...]:
        return tuple(
            replace(term, lasts=_beginning(archive, term.words[-1])) if term.prefix else term for term in terms
        )

    return replace(query, wanted=each(query.wanted), unwanted=each(query.unwanted))


def _beginning(archive: Archive, letters: str) -> tuple[str, ...]:
    """The words of the index that begin with ``letters``; empty if FTS5 must find them itself.

    FTS5 finds them if there are more than SPELLED. It also does for letters that do not fold to ASCII: they belong
    to another script, which the index may fold in another way.

    Each query asks for the next word after the last one, so the positions of a word are never read.
    """
    first = bare(letters)
    if not first or not first.isascii():
        return ()
    rows = archive.rows(
        "WITH RECURSIVE words (term) AS ("
        " SELECT (SELECT term FROM articles_places WHERE term >= :first LIMIT 1) UNION ALL"
        " SELECT (SELECT term FROM articles_places WHERE term >= words.term || char(1) LIMIT 1) FROM words"
        "  WHERE term < :end LIMIT :most"
        ") SELECT term FROM words WHERE term < :end",
        {"first": first, "end": f"{first}\U0010ffff", "most": SPELLED + 2},
    )
    return tuple(row["term"] for row in rows) if len(rows) <= SPELLED else ()


def _found(
    archive: Archive, query: SearchQuery, filters: Filters, order: str, exact: bool, limit: int
) -> Iterator[int]:
    """The ids of the first ``limit`` hits."""
    seen: set[int] = set()
    for expression, first_id in _tiers(archive, query, order, exact):
        if len(seen) >= limit:
            return
        for id_ in _matching(archive, query, expression, filters, first_id, exact, limit):
            if id_ not in seen:
                seen.add(id_)
                yield id_
                if len(seen) >= limit:
                    return


def _tiers(archive: Archive, query: SearchQuery, order: str, exact: bool) -> Iterator[tuple[str | None, int]]:
    """The queries to the index, the best first, each with the lowest id to look at."""
    if not query.wanted:
        yield None, 0
        return
    # With exact marks, "-đang" must not exclude "Đảng", so the words themselves tell what is unwanted.
    apart = not exact
    everything = query.expression(with_unwanted=apart)
    if order == "newest":
        yield everything, 0
        return
    newest = archive.rows(
        "SELECT rowid FROM articles_fts WHERE articles_fts MATCH ? ORDER BY rowid DESC LIMIT ?", (everything, RANKED)
    )
    if not newest:
        return
    floor = newest[-1][0]
    for columns in (("kicker", "title"), ("lead",), ()):
        for together in (True, False) if query.together else (False,):
            yield query.expression(columns=columns, together=together, with_unwanted=apart), floor


def _matching(
    archive: Archive,
    query: SearchQuery,
    expression: str | None,
    filters: Filters,
    first_id: int,
    exact: bool,
    limit: int,
) -> Iterator[int]:
    conditions, values = filters.where()
    if expression is None:
        source, order = "articles", "articles.id"
        if query.unwanted and not exact:
            unwanted = "articles.id NOT IN (SELECT rowid FROM articles_fts WHERE articles_fts MATCH :unwanted)"
            conditions = f"{conditions} AND {unwanted}" if conditions else unwanted
            values["unwanted"] = query.unwanted_expression
    else:
        source, order = "articles_fts", "articles_fts.rowid"
        if conditions or exact:
            # CROSS JOIN keeps SQLite from walking all articles and asking the index about each.
            source += " CROSS JOIN articles ON articles.id = articles_fts.rowid"
        matches = "articles_fts MATCH :match AND articles_fts.rowid >= :first_id"
        # A range of days is a range of the index's own rows, so nothing outside it is read.
        for name, sign in (("since_id", ">="), ("until_id", "<")):
            if name in values:
                matches += f" AND articles_fts.rowid {sign} :{name}"
        conditions = f"{matches} AND {conditions}" if conditions else matches
        values |= {"match": expression, "first_id": first_id}
    columns = f", {', '.join(f'articles.{column}' for column in COLUMNS)}" if exact else ""
    rows = archive.execute(
        f"SELECT {order}{columns} FROM {source} WHERE {conditions or '1'} ORDER BY {order} DESC LIMIT :most",  # noqa: S608
        {**values, "most": max(EXACT, limit) if exact else limit},
    )
    for row in rows:
        if not exact or _is_spelled_so(row, query):
            yield row[0]


def _hit(archive: Archive, id_: int, query: SearchQuery) -> Hit:
    row = archive.rows(
        "SELECT id, site, key, url, title, kicker, lead, section, author, published_day, published_at,"
        " published_earliest, published_latest, state, body, captions FROM articles WHERE id = ?",
        (id_,),
    )[0]
    parts = snippet([row["lead"], row["body"], row["captions"]], query)
    marked = "".join(f"[{text}]" if is_match else text for text, is_match in parts)
    fields = {name: row[name] for name in row.keys() if name not in {"body", "captions"}}  # noqa: SIM118 - a Row
    return Hit(**fields, snippet=marked, parts=parts)


def _is_spelled_so(row: Any, query: SearchQuery) -> bool:
    texts = [spelled(row[column]) for column in COLUMNS if row[column]]
    return all(any(map(term.spelling.search, texts)) for term in query.wanted) and not any(
        any(map(term.spelling.search, texts)) for term in query.unwanted
    )
