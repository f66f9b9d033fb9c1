"""Search over titles, leads, bodies and captions, typed with or without marks, in either tone placement.

The index holds the words with ``đ`` as ``d`` and points to the original rows, because then a query folds to one form;
an index of the original would need ``dang`` asked as ``dang OR đang``, which doubles with every ``d`` of a phrase.
The price is that SQLite's own ``rebuild`` would fill it unfolded: :func:`reindex` is the only way, and
:func:`check_index` tells where another was used.

Newest first costs the same however many articles match, since ids are in the order of publication. A beginning is
asked for as the words of the index that begin so: FTS5 itself gathers every row of a beginning before it gives the
first. Relevance looks at the newest :data:`RANKED` matches only and puts first those that have the words in the
title, then in the lead, then together in the text; within each, the newest first.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any, Literal

from scraper.store.archive import Archive
from scraper.store.filters import Filters
from scraper.store.search_index import COLUMNS, fold_bar, folded
from scraper.text import fold, squeeze

RANKED = 2000
"""How many of the newest matches relevance looks at."""

EXACT = 20_000
"""How many of the newest matches are compared letter by letter where exact marks are asked for."""

MAX_CHARACTERS = 1000
MAX_TERMS = 24
"""What is read of a question: a longer one is answered by its beginning."""

SPELLED = 300
"""As how many words of the index a beginning is asked for at most; one of more words is left to FTS5."""

_SNIPPET = 32  # words
_BEFORE = 8  # of them before the match
_TERM = re.compile(r'(?P<minus>-?)(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))(?P<star>\*?)')
_WORD = re.compile(r"[^\W_]+")
_TONES = "\u0300\u0301\u0303\u0309\u0323"


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
    state: str
    snippet: str  # some original words around the matches, which stand in [ ]
    parts: tuple[tuple[str, bool], ...]  # the same, cut into (words, whether they match)


@dataclass(frozen=True, slots=True)
class Term:
    """One thing asked for: a word, a phrase, or what begins with it."""

    words: tuple[str, ...]
    prefix: bool = False
    quoted: bool = False
    lasts: tuple[str, ...] = ()  # the words of the index that the last word begins, where they were looked up

    @property
    def expression(self) -> str:
        """The term in FTS5's language, as quoted strings: nothing in them is syntax."""
        if not self.lasts:
            return _quoted(self.words) + ("*" if self.prefix else "")
        return "(" + " OR ".join(_quoted((*self.words[:-1], last)) for last in self.lasts) + ")"

    @property
    def spelling(self) -> re.Pattern[str]:
        """What finds the term in words that :func:`_spelled` gives."""
        *before, last = map(_spelling, self.words)
        letters = last.rstrip(_TONES)
        if not self.prefix:
            end = f"{re.escape(last)} "
        elif letters == last:
            end = re.escape(letters)
        else:
            end = f"{re.escape(letters)}[^ ]*{last[len(letters) :]} "
        return re.compile("".join(f" {re.escape(word)}" for word in before) + " " + end)


def _quoted(words: Sequence[str]) -> str:
    return f'"{fold_bar(" ".join(words))}"'


@dataclass(frozen=True, slots=True)
class Question:
    """What a user typed, understood: everything is literal but quotes, a last ``*`` and a first ``-``."""

    wanted: tuple[Term, ...]
    unwanted: tuple[Term, ...]
    is_blank: bool  # nothing was typed: every article is meant

    @classmethod
    def read(cls, text: str) -> Question:
        """Any text at all; what no word can be read from asks for nothing that could be found."""
        text = squeeze(text[: 4 * MAX_CHARACTERS].encode("utf-8", "ignore").decode("utf-8"))[:MAX_CHARACTERS]
        wanted: list[Term] = []
        unwanted: list[Term] = []
        for match in _TERM.finditer(text):
            written = match["phrase"] if match["phrase"] is not None else match["word"]
            star = bool(match["star"]) or (match["word"] is not None and written.endswith("*"))
            words = tuple(_WORD.findall(written))[:MAX_TERMS]
            if words and len(wanted) + len(unwanted) < MAX_TERMS:
                prefix = star and len(words[-1]) > 1
                term = Term(words, prefix, match["phrase"] is not None)
                (unwanted if match["minus"] else wanted).append(term)
        return cls(tuple(wanted), tuple(unwanted), not text)

    @property
    def together(self) -> Term | None:
        """The plain words as one phrase, where there are several: hits that have it so come first."""
        plain = [word for term in self.wanted if not term.quoted and not term.prefix for word in term.words]
        return Term(tuple(plain), quoted=True) if len(plain) > 1 else None

    def expression(self, *, columns: Sequence[str] = (), together: bool = False, with_unwanted: bool = True) -> str:
        """The question in FTS5's language: in these columns only, and with the plain words as one phrase."""
        terms = [term.expression for term in self.wanted]
        if together and self.together is not None:
            terms.append(self.together.expression)
        wanted = " AND ".join(terms)
        if columns:
            wanted = f"{{{' '.join(columns)}}} : ({wanted})"
        if not self.unwanted or not with_unwanted:
            return wanted
        return f"({wanted}) NOT ({self.unwanted_expression})"

    @property
    def unwanted_expression(self) -> str:
        """What must not be in an article, in FTS5's language."""
        return " OR ".join(term.expression for term in self.unwanted)


def search(
    archive: Archive,
    words: str,
    *,
    site: str | None = None,
    province: str | None = None,
    section: str | None = None,
    topic: str | None = None,
    author: str | None = None,
    since: date | None = None,
    until: date | None = None,
    order: Literal["newest", "relevance"] = "newest",
    exact: bool = False,
    limit: int = 20,
    offset: int = 0,
) -> list[Hit]:
    """The articles that have all of ``words`` and pass the filters (see :class:`Filters`).

    ``"a phrase"``, ``beginning*`` and ``-excluded`` are understood; everything else is literal, and any text is
    answered. ``exact`` keeps marks: ``Đảng`` then does not find ``đang`` (``uỷ`` still finds ``ủy``). No words at
    all find every article.
    """
    filters = Filters(
        site=site, province=province, section=section, topic=topic, author=author, since=since, until=until
    )
    question = _spelled_out(archive, Question.read(words))
    if not question.wanted and not question.unwanted and not question.is_blank:
        return []
    limit, offset = max(0, limit), max(0, offset)
    ids = list(_found(archive, question, filters, order, exact, limit + offset))[offset:]
    return [_hit(archive, id_, question) for id_ in ids]


def count_by_month(archive: Archive, words: str, filters: Filters = Filters()) -> dict[str, int]:  # noqa: B008
    """How many articles match in each month of publication, the first month first."""
    return _counts(archive, words, filters, "substr(coalesce(articles.published_day, '?'), 1, 7)")


def count_by_site(archive: Archive, words: str, filters: Filters = Filters()) -> dict[str, int]:  # noqa: B008
    """How many articles match at each site."""
    return _counts(archive, words, filters, "articles.site")


def count_by_section(archive: Archive, words: str, filters: Filters = Filters()) -> dict[str, int]:  # noqa: B008
    """How many articles match in each section as printed; the name is empty where the page names none."""
    return _counts(archive, words, filters, "coalesce(articles.section, '')")


def count_by_topic(archive: Archive, words: str, filters: Filters = Filters()) -> dict[str, int]:  # noqa: B008
    """How many articles match of each topic; an article may have several."""
    return _counts(archive, words, filters, "about.topic", "JOIN topics AS about ON about.article = articles.id")


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
    """What is wrong with the index, a sentence each; :func:`reindex` mends it.

    The words of ``sample`` articles are looked up, half of them the newest.
    """
    wrong: list[str] = []
    missing = archive.value("SELECT count(*) FROM articles WHERE id NOT IN (SELECT id FROM articles_fts_docsize)")
    if missing:
        wrong.append(f"{missing} articles are not in the search index")
    stale = archive.value("SELECT count(*) FROM articles_fts_docsize WHERE id NOT IN (SELECT id FROM articles)")
    if stale:
        wrong.append(f"the search index holds {stale} articles that are no more")
    if archive.row("SELECT 1 FROM articles_terms WHERE term >= 'đ' AND term < 'Ē' LIMIT 1"):
        wrong.append("the search index was rebuilt by another program: words with đ are not found as d")
    rows = archive.rows(
        "SELECT id, title, body FROM articles WHERE id IN (SELECT id FROM articles ORDER BY id DESC LIMIT :half)"
        " OR id IN (SELECT id FROM articles ORDER BY random() LIMIT :half)",
        {"half": max(1, sample // 2)},
    )
    lost = 0
    for row in rows:
        for text in (row["title"], row["body"][-200:].partition(" ")[2]):
            question = Question.read(" ".join(_WORD.findall(text)[:MAX_TERMS]))
            if question.wanted and not archive.row(
                "SELECT 1 FROM articles_fts WHERE articles_fts MATCH ? AND rowid = ?",
                (question.expression(), row["id"]),
            ):
                lost += 1
                break
    if lost:
        wrong.append(f"{lost} of {len(rows)} articles are not found by their own words")
    return wrong


def _spelled_out(archive: Archive, question: Question) -> Question:
    """The question with each beginning as the words of the index that begin so."""

    def spelled(terms: tuple[Term, ...]) -> tuple[Term, ...]:
        return tuple(
            replace(term, lasts=_beginning(archive, term.words[-1])) if term.prefix else term for term in terms
        )

    return replace(question, wanted=spelled(question.wanted), unwanted=spelled(question.unwanted))


def _beginning(archive: Archive, letters: str) -> tuple[str, ...]:
    """The words of the index that begin with ``letters``; none where FTS5 is to find them.

    So it is where they are more than SPELLED, and for letters that fold to other than ASCII: those of another script,
    which the index may fold otherwise.

    The index is asked for the next word after each, so that the places where a word stands are never read.
    """
    first = _bare(letters)
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
    archive: Archive, question: Question, filters: Filters, order: str, exact: bool, limit: int
) -> Iterator[int]:
    """The ids of the first ``limit`` hits."""
    seen: set[int] = set()
    for expression, first_id in _tiers(archive, question, order, exact):
        if len(seen) >= limit:
            return
        for id_ in _matching(archive, question, expression, filters, first_id, exact, limit):
            if id_ not in seen:
                seen.add(id_)
                yield id_
                if len(seen) >= limit:
                    return


def _tiers(archive: Archive, question: Question, order: str, exact: bool) -> Iterator[tuple[str | None, int]]:
    """What to ask the index for, the best first, each with the lowest id to look at."""
    if not question.wanted:
        yield None, 0
        return
    # With exact marks, "-đang" must leave "Đảng" in: what is unwanted is then told from the words themselves.
    apart = not exact
    everything = question.expression(with_unwanted=apart)
    if order == "newest":
        yield everything, 0
        return
    floor = archive.value(
        "SELECT rowid FROM articles_fts WHERE articles_fts MATCH ? ORDER BY rowid DESC LIMIT 1 OFFSET ?",
        (everything, RANKED - 1),
    )
    floor = floor or 0
    for columns in (("kicker", "title"), ("lead",), ()):
        for together in (True, False) if question.together else (False,):
            yield question.expression(columns=columns, together=together, with_unwanted=apart), floor


def _matching(
    archive: Archive,
    question: Question,
    expression: str | None,
    filters: Filters,
    first_id: int,
    exact: bool,
    limit: int,
) -> Iterator[int]:
    conditions, values = filters.where()
    if expression is None:
        source, order = "articles", "articles.id"
        if question.unwanted and not exact:
            unwanted = "articles.id NOT IN (SELECT rowid FROM articles_fts WHERE articles_fts MATCH :unwanted)"
            conditions = f"{conditions} AND {unwanted}" if conditions else unwanted
            values["unwanted"] = question.unwanted_expression
    else:
        source, order = "articles_fts", "articles_fts.rowid"
        if conditions or exact:
            # CROSS JOIN keeps SQLite from walking all articles and asking the index about each.
            source += " CROSS JOIN articles ON articles.id = articles_fts.rowid"
        matches = "articles_fts MATCH :match AND articles_fts.rowid >= :first_id"
        # The range of days as a range of the index's own rows, so that it is never read beyond.
        for name, sign in (("since_id", ">="), ("until_id", "<")):
            if name in values:
                matches += f" AND articles_fts.rowid {sign} :{name}"
        conditions = f"{matches} AND {conditions}" if conditions else matches
        values |= {"match": expression, "first_id": first_id}
    columns = f", {', '.join(f'articles.{column}' for column in COLUMNS)}" if exact else ""
    rows = archive.execute(
        f"SELECT {order}{columns} FROM {source} WHERE {conditions or '1'} ORDER BY {order} DESC LIMIT :most",  # noqa: S608
        {**values, "most": EXACT if exact else limit},
    )
    for row in rows:
        if not exact or _is_spelled_so(row, question):
            yield row[0]


def _hit(archive: Archive, id_: int, question: Question) -> Hit:
    row = archive.rows(
        "SELECT id, site, key, url, title, kicker, lead, section, author, published_day, published_at, state, body,"
        " captions FROM articles WHERE id = ?",
        (id_,),
    )[0]
    parts = _parts([row["lead"], row["body"], row["captions"]], question)
    snippet = "".join(f"[{text}]" if is_match else text for text, is_match in parts)
    fields = {name: row[name] for name in row.keys() if name not in {"body", "captions"}}  # noqa: SIM118 - a Row
    return Hit(**fields, snippet=snippet, parts=parts)


def _parts(texts: Sequence[str | None], question: Question) -> tuple[tuple[str, bool], ...]:
    """Some words around the best match in ``texts``, or their beginning where the match is elsewhere.

    Told from the words and not by the index: FTS5's own snippet asks the whole question again for each hit.
    """
    asked = [term for term in (question.together, *question.wanted) if term is not None]
    wanted = [(tuple(map(_bare, term.words)), term.prefix) for term in asked]
    wanted.sort(key=lambda term: -len(term[0]))
    best: tuple[int, str, list[re.Match[str]], list[tuple[int, int]]] | None = None
    for text in filter(None, texts):
        words = list(_WORD.finditer(text))
        matches = _matches([_bare(word.group()) for word in words], wanted)
        longest = max((end - start for start, end in matches), default=0)
        if words and (best is None or longest > best[0]):
            best = longest, text, words, matches
    if best is None:
        return ()
    longest, text, words, matches = best
    centre = next((start for start, end in matches if end - start == longest), 0)
    first = max(0, min(centre - _BEFORE, len(words) - _SNIPPET))
    last = min(len(words), first + _SNIPPET)
    begin = words[first].start() if first else 0
    stop = words[last - 1].end() if last < len(words) else len(text)
    parts: list[tuple[str, bool]] = [("…", False)] if first else []
    for start, end in matches:
        if first <= start and end <= last:
            parts.append((text[begin : words[start].start()], False))
            parts.append((text[words[start].start() : words[end - 1].end()], True))
            begin = words[end - 1].end()
    parts.append((text[begin:stop], False))
    if last < len(words):
        parts.append(("…", False))
    return tuple((" ".join(piece.split("\n\n")), is_match) for piece, is_match in parts if piece)


def _matches(words: Sequence[str], wanted: Sequence[tuple[tuple[str, ...], bool]]) -> list[tuple[int, int]]:
    """Where the terms stand among ``words``: first word and the one after the last. The longest term wins."""
    found: list[tuple[int, int]] = []
    number = 0
    while number < len(words):
        end = next((number + len(term) for term, prefix in wanted if _stands(words, number, term, prefix)), None)
        if end is not None:
            found.append((number, end))
        number = end or number + 1
    return found


def _stands(words: Sequence[str], number: int, term: tuple[str, ...], prefix: bool) -> bool:
    *before, last = term
    at = number + len(before)
    if at >= len(words) or list(words[number:at]) != before:
        return False
    return words[at].startswith(last) if prefix else words[at] == last


def _counts(archive: Archive, words: str, filters: Filters, group: str, joined: str = "") -> dict[str, int]:
    question = _spelled_out(archive, Question.read(words))
    conditions, values = filters.where()
    source = "articles"
    if question.wanted:
        source = "articles_fts CROSS JOIN articles ON articles.id = articles_fts.rowid"
        conditions = " AND ".join(filter(None, ("articles_fts MATCH :match", conditions)))
        values["match"] = question.expression()
    elif question.unwanted:
        unwanted = "articles.id NOT IN (SELECT rowid FROM articles_fts WHERE articles_fts MATCH :unwanted)"
        conditions = " AND ".join(filter(None, (unwanted, conditions)))
        values["unwanted"] = question.unwanted_expression
    elif not question.is_blank:
        return {}
    number = "count(DISTINCT articles.id)" if joined else "count(*)"
    return archive.counts(
        f"SELECT {group}, {number} FROM {source} {joined} WHERE {conditions or '1'} GROUP BY 1 ORDER BY 1",  # noqa: S608
        values,
    )


def _is_spelled_so(row: Any, question: Question) -> bool:
    texts = [_spelled(row[column]) for column in COLUMNS if row[column]]
    return all(any(map(term.spelling.search, texts)) for term in question.wanted) and not any(
        any(map(term.spelling.search, texts)) for term in question.unwanted
    )


def _spelled(text: str) -> str:
    """The words of ``text``, each with its tone last, so that both placements of a tone mark are one."""
    return " " + " ".join(map(_spelling, _WORD.findall(unicodedata.normalize("NFC", text)))) + " "


@lru_cache(maxsize=65_536)
def _bare(word: str) -> str:
    return fold(word)


@lru_cache(maxsize=65_536)
def _spelling(word: str) -> str:
    letters = unicodedata.normalize("NFD", word.lower().replace("ð", "đ"))
    bare = "".join(letter for letter in letters if letter not in _TONES)
    return bare + "".join(letter for letter in letters if letter in _TONES)
