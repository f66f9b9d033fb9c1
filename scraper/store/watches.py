"""Watchwords: words that a user follows. An article that has them carries them as a topic, by the rule ``watch``.

They are therefore found like other topics (the table ``topics``, ``search --topic``) and in the view ``watch_hits``.
Articles older than the watchword are marked too. :func:`scraper.topics.match_watch` decides what matches.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from scraper.items import Article
from scraper.store.archive import Archive, moment
from scraper.store.search_query import SearchQuery
from scraper.text import squeeze
from scraper.topics import match_watch, rules

RULE = "watch"
_QUOTES = re.compile('["“”«»]')


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """Words that are followed."""

    words: str
    since: str  # ISO, UTC
    articles: int  # articles that have them


def watchword(typed: str) -> str:
    """What is followed where ``typed`` was asked for. Quotes are left out: the words stand in a row anyway."""
    return squeeze(_QUOTES.sub(" ", typed))


def is_topic(words: str) -> bool:
    """Whether ``words`` are the name of a topic that has rules: followed, they would be counted as that topic."""
    return any(rule.topic == words for rule in rules())


def watch(archive: Archive, words: str, at: datetime) -> bool:
    """Follows ``words`` from ``at`` on, and marks the articles that already have them.

    If no word can be read from ``words``, or they name a topic, it returns False and does nothing.
    """
    words = watchword(words)
    query = SearchQuery.read(f'"{words}"')
    if not query.wanted or is_topic(words):
        return False
    with archive.transaction():
        archive.db.table("watches").insert({"words": words, "since": moment(at)}, ignore=True)
        found = archive.execute(
            "SELECT id, title, kicker, lead, body, captions FROM articles"
            " WHERE id IN (SELECT rowid FROM articles_fts WHERE articles_fts MATCH ?)",
            (query.expression(),),
        )
        matches = ((row["id"], match_watch(words, tuple(row)[1:])) for row in found)
        archive.connection.executemany(
            "INSERT INTO topics (article, topic, words, rule) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            [(id_, words, printed, RULE) for id_, printed in matches if printed is not None],
        )
    return True


def unwatch(archive: Archive, words: str) -> bool:
    """Stops following ``words``. False if they were not followed."""
    both = (squeeze(words), watchword(words))  # earlier versions kept the quotes
    with archive.transaction():
        archive.execute("DELETE FROM topics WHERE topic IN (?, ?) AND rule = ?", (*both, RULE))
        return archive.execute("DELETE FROM watches WHERE words IN (?, ?)", both).rowcount > 0


def watches(archive: Archive) -> list[Watch]:
    """All watchwords in alphabetical order, with the number of articles that have them."""
    return [
        Watch(words=row["words"], since=row["since"], articles=row["articles"])
        for row in archive.rows(
            "SELECT words, since, (SELECT count(*) FROM topics WHERE topic = watches.words AND rule = ?) AS articles"
            " FROM watches ORDER BY words",
            (RULE,),
        )
    ]


def watched_topics(archive: Archive, article: Article) -> list[tuple[str, str, str]]:
    """Topic, words as printed and rule for each watchword that ``article`` has."""
    captions = (figure.caption for figure in article.figures)
    texts = (article.title, article.kicker, article.lead, *article.body, *captions)
    followed = (row["words"] for row in archive.rows("SELECT words FROM watches"))
    matches = ((words, match_watch(words, texts)) for words in followed)
    return [(words, printed, RULE) for words, printed in matches if printed is not None]
