"""Each statement of docs/questions.md is run on the sample newspaper's three nights; what the newspaper published,
and its own log, tell the answer."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from scraper.sample import SEED_KEY
from scraper.sites import load_sites
from scraper.sites.reference import party_bodies
from scraper.sites.site import Status
from scraper.store import open_archive
from scraper.store.backups import backup
from scraper.store.runs import VIETNAM
from scraper.store.watches import watch
from scraper.text import fold
from tests.conftest import ThreeNights

PAGE = Path(__file__).resolve().parents[1] / "docs" / "questions.md"
QUESTIONS: dict[str, str] = dict(
    re.findall(r"^### (.+?)\n+```sql\n(.+?)```", PAGE.read_text(encoding="utf-8"), re.M | re.S)
)
Record = dict[str, Any]


@dataclass(frozen=True)
class Paper:
    """What the newspaper knows of itself."""

    nights: ThreeNights
    key: str  # of the article that is asked for
    url: str

    @property
    def records(self) -> list[Record]:
        """All that was published, the newest first, as last printed."""
        return list(self.nights.truth(3).values())

    def those(self, test: Callable[[Record], bool]) -> list[Record]:
        return [record for record in self.records if test(record)]

    @property
    def first(self) -> date:
        """The day of the first night, on which the newspaper has published what its first night shows."""
        return self.nights.newspaper.today

    def first_seen(self, key: str) -> datetime:
        """When the night began that showed the article first."""
        night = next(night for night in (1, 2, 3) if key in self.nights.truth(night))
        return self.nights.nights[night - 1].started.astimezone(UTC)

    def changed(self, before: int, after: int) -> list[Record]:
        """Records whose words are not those of an earlier night."""
        first, then = self.nights.truth(before), self.nights.truth(after)
        return [then[key] for key in first if words(first[key]) != words(then[key])]


def words(record: Record) -> list[Any]:
    captions = [figure["caption"] for figure in record["figures"] if figure["caption"]]
    return [record["kicker"], record["title"], record["lead"], record["body"], captions]


def text(record: Record) -> str:
    kicker, title, lead, body, captions = words(record)
    return "\n".join([kicker or "", title, lead or "", *body, *captions])


def digest(record: Record) -> str:
    return sha256(json.dumps(words(record), ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def day(record: Record) -> str:
    return str(record["published_at"][:10])


def is_bloc(record: Record) -> bool:
    """Whether it names a bloc's party organisation; no text of the newspaper names one in another way."""
    return re.search(r"dang (bo|uy) khoi", fold(text(record))) is not None


def by(key: Callable[[Record], str], records: list[Record]) -> list[tuple[str, int]]:
    return sorted(Counter(map(key, records)).items())


def months(paper: Paper) -> list[tuple[str, float]]:
    """The first month began before the first article, the last is not over."""
    tonight = (paper.nights.newspaper.today + timedelta(days=2)).isoformat()[:7]
    first = min(day(record)[:7] for record in paper.records)
    whole = paper.those(lambda record: first < day(record)[:7] < tonight)
    bloc = dict(by(lambda record: day(record)[:7], [record for record in whole if is_bloc(record)]))
    return [(month, round(100 * bloc.get(month, 0) / count, 1)) for month, count in by(lambda r: day(r)[:7], whole)]


def listed(paper: Paper) -> list[tuple[Any, ...]]:
    """New links by night; on the first also a page that says it does not exist, and another paper's advertisement."""
    sizes = [0, *(len(paper.nights.truth(night)) for night in (1, 2, 3))]
    new = [after - before for before, after in pairwise(sizes)]
    return [("baomau", new[0] + 2, new[0], 0, 1, 1), *(("baomau", count, count, 0, 0, 0) for count in new[1:])]


def gap_days(paper: Paper) -> list[tuple[str]]:
    """Days on which nothing was published, and the day that the third night, with a doubted list, looked back on."""
    days = [(paper.first + timedelta(days=number)).isoformat() for number in range(2)]
    return [(each,) for each in days if each not in set(map(day, paper.records)) or each == days[1]]


def gone(paper: Paper) -> Record:
    (record,) = paper.those(lambda record: record["state"] == "gone")
    return record


def moved(paper: Paper) -> Record:
    (record,) = paper.those(lambda record: len(record["urls"]) > 2)
    return record


def nights(paper: Paper) -> list[tuple[Any, ...]]:
    held = [set(), *(set(paper.nights.truth(night)) for night in (1, 2, 3))]
    edited = [0, *(len(paper.changed(night - 1, night)) for night in (2, 3))]
    vanished = [
        sum(record["state"] == "gone" for record in paper.nights.truth(night).values()) for night in (1, 2, 3)
    ]
    first = paper.nights.newspaper.today
    return [
        (
            (first + timedelta(days=night)).isoformat(),
            len(paper.nights.logs[night]),
            len(held[night + 1] - held[night]),
            edited[night],
            vanished[night] - (vanished[night - 1] if night else 0),
        )
        for night in range(3)
    ]


def edits(paper: Paper) -> list[tuple[Any, ...]]:
    found = []
    for night in (2, 3):
        before = paper.nights.truth(night - 1)
        for then in paper.changed(night - 1, night):
            was = before[then["key"]]
            found.append((then["key"], was["title"], then["title"], was["lead"], then["lead"]))
    return found


Rows = list[tuple[Any, ...]]
Answer = Callable[[Paper], Rows]

# Each question: what of its answer is compared, by the names of the columns, and the rows that are right.
ANSWERS: dict[str, tuple[str, Answer]] = {
    "Bloc articles of one former province, by day": ("day articles", lambda p: by(day, p.those(is_bloc))),
    "When each bloc ended and what followed it": (
        "name ended succeeded_by",
        lambda p: sorted(
            [
                (b.name, b.ended.isoformat() if b.ended else None, b.succeeded_by)
                for b in party_bodies()
                if b.kind == "bloc"
            ],
            key=lambda row: (row[1] is None, row[1] or "", row[0]),
        ),
    ),
    "The share of bloc articles by month, complete months only": ("month percent", months),
    "Since when each site is complete": (
        "id complete_from watched_since",
        lambda p: [("baomau", min(map(day, p.records)), p.nights.newspaper.today.isoformat())],
    ),
    "Articles by present province": ("province_now articles", lambda p: [("Đồng Tháp", len(p.records))]),
    "Dates that lack a minute": ("key", lambda p: []),
    "A corpus to share without its text": (
        "site key url published_day published_at text_hash state",
        lambda p: [
            (r["site"], r["key"], r["url"], day(r), r["published_at"], digest(r), r["state"]) for r in p.records
        ],
    ),
    "Bloc articles since the blocs ended": (
        "day title",
        lambda p: sorted((day(r), r["title"]) for r in p.those(is_bloc) if day(r) > "2025-02-28"),
    ),
    "All captures of an address, with their digests": (
        "status",
        lambda p: [(a.status,) for log in p.nights.logs for a in log if a.path == urlsplit(p.url).path],
    ),
    # On the third night a list that had a second page names none any more: it is doubted.
    "Nights on which a list was not read whole": ("night", lambda p: [((p.first + timedelta(days=2)).isoformat(),)]),
    "Listed but not collected, by reason": (
        "outcome reason links",
        lambda p: [("offsite", "offsite", 1), ("rejected", "soft-404", 1)],
    ),
    "All addresses of an article": ("url", lambda p: [(url,) for url in moved(p)["urls"]]),
    "What came live and what from an archive": ("origin articles", lambda p: [("live", len(p.records))]),
    "Bytes that each site costs": ("site bytes", lambda p: [("baomau", p.nights.sent)]),
    "What the sites took down": (
        "site key title state reason",
        lambda p: [("baomau", gone(p)["key"], gone(p)["title"], "gone", "http 404")],
    ),
    "What was taken down here, on request": ("url", lambda p: []),
    "Articles that moved to another address": (
        "site key moved_to",
        lambda p: [("baomau", moved(p)["key"], moved(p)["url"])],
    ),
    "How each night ended": ("night requests new edited gone", nights),
    # On the third night a list that had a second page names none any more, and the site counts as failed.
    "Each site on each night": (
        "night state new edited gone",
        lambda p: [
            (night, "failed" if p.nights.nights[number].failures else "read whole", new, edited, vanished)
            for number, (night, _, new, edited, vanished) in enumerate(nights(p))
        ],
    ),
    "What was listed on each day, and what became of it": (
        "site listed collected late rejected offsite",
        listed,
    ),
    "Days of which nothing is known, or on which nothing was published": ("day", gap_days),
    "Sites that moved, ended or refuse visitors": (
        "id status moved_to",
        lambda p: sorted(
            (site.id, site.status.value, site.moved_to)
            for site in load_sites().values()
            if site.status in {Status.MOVED, Status.GONE, Status.BLOCKED}
        ),
    ),
    "From where the sites were seen": (
        "nights first last",
        lambda p: [(3, *((p.first + timedelta(days=number)).isoformat() for number in (0, 2)))],
    ),
    "Sites that fell silent": ("site", lambda p: []),
    "New last night": (
        "day title",
        lambda p: [(day(r), r["title"]) for r in p.records if r["key"] not in p.nights.truth(2)],
    ),
    "Silent edits": (
        "key title",
        lambda p: [(r["key"], r["title"]) for r in p.changed(1, 3) if r["updated_at"] is None],
    ),
    "“kỷ luật” this month": (
        "day title",
        lambda p: [
            (day(r), r["title"])
            for r in p.records
            if "kỷ luật" in text(r).lower() and day(r) >= f"{datetime.now(VIETNAM):%Y-%m}-01"
        ],
    ),
    "Title and lead before and after each edit": ("key title_before title_after lead_before lead_after", edits),
    "The same story in several places": ("story", lambda p: []),
    "Articles by day": ("day articles", lambda p: by(day, p.records)[::-1]),
    "My watchwords since yesterday": (
        "watch day title",
        lambda p: [
            ("kỷ luật", day(r), r["title"])
            for r in p.those(lambda r: "kỷ luật" in text(r).lower())
            if p.first_seen(r["key"]).date() >= (datetime.now(UTC) - timedelta(days=1)).date()
        ],
    ),
    "Captions that say “phát biểu”": (
        "title caption",
        lambda p: [
            (r["title"], f["caption"])
            for r in p.records[::-1]
            for f in r["figures"]
            if "phát biểu" in (f["caption"] or "")
        ],
    ),
    "Open problems": ("site kind", lambda p: [("baomau", "soft-404")]),
}

# Questions whose answer is by chance, holds the moment of a capture, or is known in sum: tests of their own, below.
APART = {
    "A citation for an article",
    "Why an article counts as bloc, a hundred at random",
    "Bytes that each night added",
}
UNORDERED = {
    "Title and lead before and after each edit",
    "All addresses of an article",
    "My watchwords since yesterday",
    "Captions that say “phát biểu”",
    "“kỷ luật” this month",
    "Silent edits",
}


@pytest.fixture(scope="module")
def paper(three_nights: ThreeNights) -> Paper:
    records = three_nights.truth(3).values()
    (moved,) = [record for record in records if len(record["urls"]) > 2]
    (gone,) = [record for record in records if record["state"] == "gone"]
    return Paper(three_nights, moved["key"], gone["url"])


@pytest.fixture(scope="module")
def database(three_nights: ThreeNights, tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """A copy of the archive with watchwords, opened by SQLite alone."""
    path = tmp_path_factory.mktemp("asked") / "tinkhoi.db"
    with open_archive(three_nights.data.database) as archive:
        backup(archive, path)
    with open_archive(path) as copy:
        watch(copy, "kỷ luật", datetime.now(VIETNAM))
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        yield connection


def asked(database: sqlite3.Connection, question: str, paper: Paper) -> list[sqlite3.Row]:
    return database.execute(QUESTIONS[question], {"key": paper.key, "url": paper.url}).fetchall()


def test_every_question_of_the_page_has_an_answer_here() -> None:
    assert QUESTIONS.keys() == ANSWERS.keys() | APART
    assert len(QUESTIONS) >= 24
    for statement in QUESTIONS.values():
        assert len(statement) < 200 and ";" not in statement


@pytest.mark.parametrize("question", ANSWERS)
def test_a_question_is_answered_as_the_newspaper_would(
    question: str, database: sqlite3.Connection, paper: Paper
) -> None:
    columns, answer = ANSWERS[question]
    rows = [tuple(row[name] for name in columns.split()) for row in asked(database, question, paper)]
    expected = answer(paper)
    if question in UNORDERED:
        rows, expected = sorted(rows), sorted(expected)
    assert rows == expected


def test_the_bytes_of_the_nights_are_all_that_the_newspaper_sent(database: sqlite3.Connection, paper: Paper) -> None:
    rows = asked(database, "Bytes that each night added", paper)
    assert [row["night"] for row in rows] == [night for night, *_ in nights(paper)]
    assert sum(row["bytes"] for row in rows) == paper.nights.sent
    assert all(row["bytes"] > 0 for row in rows)


def test_a_citation_holds_site_title_day_address_capture_and_hash(database: sqlite3.Connection, paper: Paper) -> None:
    record = paper.nights.truth(3)[SEED_KEY]
    (row,) = database.execute(QUESTIONS["A citation for an article"], {"key": SEED_KEY}).fetchall()
    captured = database.execute("SELECT captured_at FROM articles WHERE key = ?", (SEED_KEY,)).fetchone()[0]
    second = datetime.fromisoformat(captured).astimezone(UTC)
    assert row[0] == (
        f"P. MAI, “{record['title']}”, Báo Mẫu, 11/07/2024, {record['url']}"
        f" (captured {second:%Y-%m-%d %H:%M:%S} UTC, SHA-256 {digest(record)})"
    )


def test_the_words_that_made_an_article_bloc_stand_in_it(database: sqlite3.Connection, paper: Paper) -> None:
    records = paper.nights.truth(3)
    rows = asked(database, "Why an article counts as bloc, a hundred at random", paper)
    assert {row["key"] for row in rows} <= {record["key"] for record in paper.those(is_bloc)}
    assert len(rows) == 100 or {row["key"] for row in rows} == {record["key"] for record in paper.those(is_bloc)}
    for row in rows:
        assert fold(row["words"]) in fold(text(records[row["key"]]))
        assert row["rule"]
