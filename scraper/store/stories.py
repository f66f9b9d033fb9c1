"""Stories: the same text at several sites, found by its shingles. Nothing is merged or deleted.

The words of lead and body, folded, are cut into shingles of :data:`SHINGLE` words; the :data:`SKETCH` smallest
hashes of an article's shingles are its sketch (bottom-k MinHash; A. Broder, *On the resemblance and containment of
documents*, 1997). Two articles of resemblance r share none of them with a chance of (1 - r) to the power of
:data:`SKETCH`, so the table ``shingles`` names the few articles worth comparing, and those are compared whole.

Triggers add each article that is new or has new words to ``uncompared``, and :func:`find_stories` works through that
list. Only articles of different sites, published within :data:`WINDOW` of each other, are compared, because papers
print forms (prices, weather) in which only the numbers differ.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from zlib import crc32

from scraper.garbage import rarely_collected
from scraper.store.archive import Archive
from scraper.store.article_ids import SLOTS
from scraper.text import bare_words

SHINGLE = 5
"""Words in a shingle."""

SKETCH = 12
"""Hashes in a sketch: texts that share half of their shingles are missed once in 4,096 times."""

WINDOW = timedelta(days=3)
"""How far apart two articles of one story may be published."""

RESEMBLANCE = 0.5
"""Two texts are one story if they share at least this part of all their shingles."""

CONTAINMENT = 0.8
"""They are also one story if they share this part of the shorter text's shingles: a paper may print half of an
agency's text."""

LEAST = 30
"""Shingles that a text must have. A shorter text is too much like others to be compared."""

CANDIDATES = 20
"""How many articles are compared whole with one article. Those that share the most of its sketch come first."""

BATCH = 200
"""Articles in one transaction."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What a call of :func:`find_stories` did."""

    articles: int  # compared
    together: int  # compared articles that are in a story with others
    left: int  # still to be compared


def shingles(texts: Iterable[str]) -> frozenset[int]:
    """The checksums of all shingles of ``texts`` taken together. Marks and case are ignored.

    A checksum finds as many common texts as a cryptographic hash and takes a third of its time.
    """
    return frozenset(_checksums(texts))


def _checksums(texts: Iterable[str]) -> Iterator[int]:
    """The checksum of each shingle in the order of the words. Those that return are given again."""
    words = bare_words("\n".join(texts))
    return map(crc32, map(b" ".join, zip(*(words[at:] for at in range(SHINGLE)), strict=False)))


def are_one_story(one: frozenset[int], other: frozenset[int]) -> bool:
    """Whether two texts, given by their shingles, are the same except for edits and cuts."""
    shorter = min(len(one), len(other))
    if shorter < LEAST:
        return False
    common = len(one & other)
    return common >= RESEMBLANCE * len(one | other) or common >= CONTAINMENT * shorter


def find_stories(archive: Archive, *, most: int = 20_000) -> Compared:
    """Compares the newest ``most`` articles that are new or have new words, and sets ``articles.story``.

    Its cost grows with their number and with how much was published within :data:`WINDOW` of each. It does not grow
    with the archive.
    """
    with rarely_collected():
        return _find_stories(archive, most)


def _find_stories(archive: Archive, most: int) -> Compared:
    ids = [row[0] for row in archive.rows("SELECT article FROM uncompared ORDER BY article DESC LIMIT ?", (most,))]
    of_article = lru_cache(maxsize=2 * BATCH)(lambda id_: _shingles_of(archive, id_))
    together = 0
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        with archive.transaction():
            sketches = {id_: _sketch(of_article(id_)) for id_ in batch}
            _keep_sketches(archive, sketches)
            for id_, sketch in sketches.items():
                found = _candidates(archive, id_, sketch)
                own = frozenset(of_article(id_)) if found else frozenset()
                same = [other for other in found if are_one_story(own, frozenset(of_article(other)))]
                _join(archive, id_, same)
                together += bool(same)
            archive.connection.executemany("DELETE FROM uncompared WHERE article = ?", [(id_,) for id_ in batch])
    return Compared(len(ids), together, archive.value("SELECT count(*) FROM uncompared"))


def places(archive: Archive, id_: int) -> list[int]:
    """The ids of all articles of the same story, the first published first. Empty if there is no other."""
    rows = archive.rows(
        "SELECT id FROM stories WHERE story = (SELECT story FROM articles WHERE id = ?) ORDER BY place", (id_,)
    )
    return [row[0] for row in rows]


def _shingles_of(archive: Archive, id_: int) -> array[int]:
    """The checksums of an article's shingles, packed: as objects, those of a batch take ten megabytes."""
    lead, body = archive.rows("SELECT coalesce(lead, ''), body FROM articles WHERE id = ?", (id_,))[0]
    return array("I", _checksums((lead, body)))


def _sketch(of_article: Sequence[int]) -> list[int]:
    """The smallest hashes; none of a text that is too short to be compared.

    Hashes are evenly spread, so below the bound there are about five times as many as are wanted.
    """
    if len(of_article) < LEAST:
        return []
    bound = 5 * SKETCH * 2**32 // len(of_article)
    smallest = {each for each in of_article if each < bound}
    if len(smallest) < LEAST:  # a short text, or one of repetitions
        smallest = set(of_article)
    return sorted(smallest)[:SKETCH] if len(smallest) >= LEAST else []


def _keep_sketches(archive: Archive, sketches: Mapping[int, Sequence[int]]) -> None:
    archive.connection.executemany("DELETE FROM shingles WHERE article = ?", [(id_,) for id_ in sketches])
    archive.connection.executemany(
        "INSERT INTO shingles (hash, article) VALUES (?, ?)",
        [(each, id_) for id_, sketch in sketches.items() for each in sketch],
    )


def _candidates(archive: Archive, id_: int, sketch: Sequence[int]) -> list[int]:
    """Articles of other sites that share a part of ``sketch``. An id holds its minute of publication."""
    minutes = int(WINDOW.total_seconds()) // 60 << SLOTS
    marks = ", ".join("?" * len(sketch))
    rows = archive.rows(
        "SELECT shingles.article FROM shingles JOIN articles ON articles.id = shingles.article"  # noqa: S608
        f" WHERE shingles.hash IN ({marks}) AND shingles.article BETWEEN ? AND ?"
        " AND articles.site <> (SELECT site FROM articles WHERE id = ?)"
        " GROUP BY shingles.article ORDER BY count(*) DESC, shingles.article DESC LIMIT ?",
        (*sketch, id_ - minutes, id_ + minutes, id_, CANDIDATES),
    )
    return [row[0] for row in rows]


def _join(archive: Archive, id_: int, same: Sequence[int]) -> None:
    """Makes the article and those of ``same`` one story. If ``same`` is empty, the article leaves its story."""
    if not same:
        archive.execute("UPDATE articles SET story = NULL WHERE id = ? AND story IS NOT NULL", (id_,))
        return
    marks = ", ".join("?" * len(same))
    stories = [
        row[0]
        for row in archive.rows(
            f"SELECT DISTINCT story FROM articles WHERE id IN ({marks}) AND story IS NOT NULL ORDER BY story",  # noqa: S608
            tuple(same),
        )
    ]
    story = stories[0] if stories else archive.value("SELECT coalesce(max(story), 0) + 1 FROM articles")
    for other in stories[1:]:
        archive.execute("UPDATE articles SET story = ? WHERE story = ?", (story, other))
    archive.execute(
        f"UPDATE articles SET story = ? WHERE id IN (?, {marks}) AND story IS NOT ?",  # noqa: S608
        (story, id_, *same, story),
    )
