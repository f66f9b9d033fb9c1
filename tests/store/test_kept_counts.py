"""The counts that are kept are those of the rows, whatever is done to the rows."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from scraper.items import Topic
from scraper.store import Archive
from scraper.store.articles import forget
from scraper.store.health import check_schema, mend
from scraper.store.kept_counts import check_counts
from scraper.store.watches import unwatch, watch
from tests.store.conftest import NIGHT

DAYS = ("2024-06-30", "2024-07-01", "2024-07-31", None)
OUTCOMES = ("collected", "waiting", "failed", "rejected", "refused by robots", "offsite", "forgotten")

MONTHLY = """
SELECT substr(coalesce(published_day, published_earliest), 1, 7), site, count(*),
    sum(EXISTS (SELECT 1 FROM topics WHERE topics.article = articles.id AND topics.topic = 'khoi'))
FROM articles WHERE coalesce(published_day, published_earliest) IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2
"""
DAILY = (
    "SELECT coalesce(published_day, substr(published_earliest, 1, 10)), count(*) FROM articles GROUP BY 1 ORDER BY 1"
)
COVERAGE = """
SELECT listed.site, date(first_listed, '+7 hours'), count(*), sum(outcome = 'collected'),
    sum(outcome = 'collected' AND coalesce(
        date(articles.first_seen, '+7 hours') > date(listed.first_listed, '+7 hours'), 0)),
    sum(outcome = 'waiting'), sum(outcome = 'failed'), sum(outcome = 'rejected'), sum(outcome = 'refused by robots'),
    sum(outcome = 'offsite'), sum(outcome = 'forgotten')
FROM listed LEFT JOIN articles ON articles.id = listed.article GROUP BY 1, 2 ORDER BY 1, 2
"""
"""What the views show, counted from the rows alone."""


class Shuffled:
    """Changes rows by chance, as nights, imports, forgetting and reading anew may."""

    def __init__(self, archive: Archive, seed: int) -> None:
        self.archive = archive
        self.chance = random.Random(seed)
        self.number = 0

    def day(self) -> dict[str, Any]:
        day = self.chance.choice(DAYS)
        earliest = self.chance.choice((None, "2024-05-31T22:00:00+07:00")) if day is None else None
        return {"day": day, "earliest": earliest}

    def article(self) -> int | None:
        ids = [row[0] for row in self.archive.rows("SELECT id FROM articles")]
        return self.chance.choice(ids) if ids else None

    def add(self, _: int | None) -> None:
        self.number += 1
        id_ = self.number * 1000
        self.archive.execute(
            "INSERT INTO captures (site, url, fetched_at, kind, purpose, origin, file, offset, record_id, bytes, run)"
            " VALUES (?, 'u', 't', 'article', 'article', 'live', 'f', 0, ?, ?, 'night-1')",
            (self.chance.choice(("baoapbac", "baodongthap", None)), str(self.number), self.number * 7),
        )
        self.archive.execute(
            "INSERT INTO articles (id, site, key, published_day, published_earliest, published_precision, state,"
            " since, origin, first_seen, last_seen, last_looked, words, text_hash, parser, revision, capture,"
            " captured_at, url, section, title, tags, date_evidence, captions, body)"
            " VALUES (:id, :site, :key, :day, :earliest, 'day', 'live', 't', :origin, :seen, 't', 't', 1, 'h', 'p',"
            " 1, 1, 't', 'u', :section, 'T', '[]', '[]', '', 'b')",
            {
                "id": id_,
                "site": self.chance.choice(("baoapbac", "baodongthap")),
                "key": f"k{self.number}",
                "origin": self.chance.choice(("live", "wayback")),
                "section": self.chance.choice((None, "Thời sự", "Kinh tế")),
                "seen": self.moment(),
                **self.day(),
            },
        )
        self.mark(id_)
        self.list(id_)
        self.address(id_)

    def address(self, article: int | None) -> None:
        self.number += 1
        if article is not None:
            self.archive.execute(
                "INSERT INTO addresses VALUES (?, ?, 'baoapbac', ?, ?)",
                (f"u{self.number}", article, f"k{self.number}", self.moment()),
            )

    def readdress(self, article: int | None) -> None:
        self.archive.execute(
            "UPDATE addresses SET article = ? WHERE url IN (SELECT url FROM addresses ORDER BY url DESC LIMIT 1)",
            (article,),
        )

    def moment(self) -> str:
        return (NIGHT + timedelta(hours=self.chance.randrange(-48, 48))).isoformat()

    def mark(self, article: int | None) -> None:
        for topic, rule in (("khoi", "a"), ("khoi", "b"), ("dang uy", "watch")):
            if article is not None and self.chance.random() < 0.5:
                self.archive.execute(
                    "INSERT INTO topics VALUES (?, ?, 'w', ?) ON CONFLICT DO NOTHING", (article, topic, rule)
                )

    def unmark(self, article: int | None) -> None:
        rule = self.chance.choice(("a", "b", "watch"))
        self.archive.execute("DELETE FROM topics WHERE article = ? AND rule = ?", (article, rule))

    def list(self, article: int | None) -> None:
        self.number += 1
        self.archive.execute(
            "INSERT INTO listed (site, key, url, source, first_listed, last_listed, outcome, listed_run, article)"
            " VALUES (?, ?, 'u', 's', ?, 't', ?, 'night-1', ?)",
            (
                self.chance.choice(("baoapbac", "baodongthap")),
                f"l{self.number}",
                self.moment(),
                self.chance.choice(OUTCOMES),
                self.chance.choice((article, None)),
            ),
        )

    def decide(self, article: int | None) -> None:
        self.archive.execute(
            "UPDATE listed SET outcome = ?, article = ?, first_listed = min(first_listed, ?) WHERE id IN"
            " (SELECT id FROM listed ORDER BY id * ? % 17 LIMIT 2)",
            (self.chance.choice(OUTCOMES), article, self.moment(), self.chance.randrange(1, 17)),
        )

    def date(self, article: int | None) -> None:
        """As a page that was read anew with another date: the id changes with it."""
        self.archive.execute(
            "UPDATE articles SET published_day = :day, published_earliest = :earliest, id = :new, section = 'Khác',"
            " author = 'P. MAI',"
            " first_seen = :seen WHERE id = :id",
            {**self.day(), "id": article, "new": 10_000_000 + self.number, "seen": self.moment()},
        )
        self.number += 1

    def see(self, article: int | None) -> None:
        self.archive.execute(
            "UPDATE articles SET first_seen = min(first_seen, ?) WHERE id = ?", (self.moment(), article)
        )

    def delete(self, article: int | None) -> None:
        self.archive.execute("DELETE FROM articles WHERE id = ?", (article,))

    def unlist(self, article: int | None) -> None:
        self.archive.execute("DELETE FROM listed WHERE article = ?", (article,))

    def step(self) -> None:
        acts = (
            self.add,
            self.add,
            self.address,
            self.readdress,
            self.mark,
            self.unmark,
            self.list,
            self.decide,
            self.date,
            self.see,
            self.delete,
            self.unlist,
        )
        with self.archive.transaction():
            article = self.article()
            act = self.chance.choice(acts)
            if article is not None or act == self.add:
                act(article)


@pytest.mark.parametrize("seed", range(6))
def test_kept_counts_follow_every_change(archive: Archive, seed: int) -> None:
    shuffled = Shuffled(archive, seed)
    for _ in range(200):
        shuffled.step()
        assert check_counts(archive) == []
    shown = "month, site, articles, bloc_articles"
    assert archive.value("SELECT count(*) FROM articles") >= 3
    for view, sql in (
        (f"SELECT {shown} FROM monthly ORDER BY month, site", MONTHLY),
        ("SELECT day, articles FROM daily ORDER BY day", DAILY),
        (
            "SELECT site, day, listed, collected, late, waiting, failed, rejected, refused_by_robots, offsite,"
            " forgotten FROM coverage ORDER BY site, day",
            COVERAGE,
        ),
    ):
        assert list(map(tuple, archive.rows(view))) == list(map(tuple, archive.rows(sql)))


def test_a_watchword_and_what_is_forgotten_are_counted_too(archive: Archive, keep: Callable[..., Any]) -> None:
    keep(
        "1",
        topics=(
            Topic(topic="khoi", words="khối", rule="khối"),
            Topic(topic="khoi", words="Khối", rule="đảng bộ khối"),
        ),
    )
    keep("2", title="Đảng ủy Khối họp", topics=())
    watch(archive, "dang uy khoi", NIGHT)
    assert archive.counts("SELECT topic, sum(articles) FROM kept_topics GROUP BY topic")["khoi"] == 1
    assert archive.value("SELECT sum(articles) FROM kept_topics WHERE topic = 'dang uy khoi'") >= 1
    assert check_counts(archive) == []
    unwatch(archive, "dang uy khoi")
    url = archive.value("SELECT url FROM articles WHERE key = '1'")
    assert forget(archive, url, at=NIGHT) == ("baoapbac", "1")
    assert check_counts(archive) == []
    assert archive.value("SELECT sum(articles) FROM kept_topics") == 0


@pytest.mark.parametrize("table", ["kept_days", "kept_topics", "kept_links"])
def test_counts_that_another_program_changed_are_found_and_made_anew(
    archive: Archive, keep: Callable[..., Any], table: str
) -> None:
    keep("1", topics=(Topic(topic="khoi", words="khối", rule="khối"),))
    with archive.transaction():
        archive.execute(
            "INSERT INTO listed (site, key, url, source, first_listed, last_listed, outcome, listed_run)"
            " VALUES ('baoapbac', 'x', 'u', 's', '2024-07-01T00:00:00+00:00', 't', 'rejected', 'night-1')"
        )
        archive.execute(f"DELETE FROM {table}")
    assert check_counts(archive) == [f"the counts in {table} are not those of the rows"]
    assert mend(archive) == [f"the counts in {table} are not those of the rows"]
    assert check_counts(archive) == []
    assert archive.value(f"SELECT count(*) FROM {table}") == 1


def test_a_table_of_counts_that_is_lost_is_made_anew(archive: Archive, keep: Callable[..., Any]) -> None:
    keep("1")
    archive.execute("DROP TABLE kept_links")
    archive.execute("DROP TABLE kept_months")
    mend(archive)
    assert check_schema(archive.connection) == []
    assert check_counts(archive) == []
    assert archive.value("SELECT sum(articles) FROM kept_months") == 1
