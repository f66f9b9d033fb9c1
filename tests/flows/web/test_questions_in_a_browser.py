"""Each question of docs/questions.md has a page, and what charts and calendars show is what plain SQL counts."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from html import unescape
from typing import Any

import pytest

from flows.share.exports import records
from flows.storage.folder import DataFolder
from flows.web import pages_of
from flows.web.questions import QUESTIONS
from scraper.sample import SEED_KEY, SITE_ID
from scraper.store import open_reader
from tests.places import REPOSITORY

CANNED = {
    "Bloc articles of one former province, by day": "bloc_articles_of_a_province?province=tien+giang",
    "When each bloc ended and what followed it": "how_blocs_ended",
    "The share of bloc articles by month, complete months only": "bloc_share_by_month",
    "Since when each site is complete": "complete_since",
    "A citation for an article": f"citation?article={SITE_ID}/{SEED_KEY}",
    "Articles by present province": "by_present_province",
    "Dates that lack a minute": "dates_without_a_minute",
    "A corpus to share without its text": "open_corpus",
    "Why an article counts as bloc, a hundred at random": "why_bloc",
    "Bloc articles since the blocs ended": "bloc_after_the_end",
    "All captures of an address, with their digests": "captures_of_an_address?url={url}",
    "Nights on which a list was not read whole": "lists_not_read_whole",
    "Listed but not collected, by reason": "missed_by_reason",
    "All addresses of an article": f"addresses_of_an_article?article={SITE_ID}/{SEED_KEY}",
    "What came live and what from an archive": "live_or_from_an_archive",
    "Bytes that each site costs": "bytes_of_a_site",
    "What the sites took down": "taken_down",
    "What was taken down here, on request": "taken_down_here",
    "Articles that moved to another address": "moved",
    "How each night ended": "how_nights_ended",
    "Each site on each night": "sites_by_night",
    "What was listed on each day, and what became of it": "links_by_day",
    "Days of which nothing is known, or on which nothing was published": "days_without_articles",
    "Sites that moved, ended or refuse visitors": "sites_moved_or_blocked",
    "From where the sites were seen": "seen_from",
    "Bytes that each night added": "bytes_by_night",
    "Sites that fell silent": "silent_sites",
    "New last night": "new_last_night",
    "Silent edits": "silent_edits",
    "“kỷ luật” this month": "words_this_month",
    "Title and lead before and after each edit": "titles_before_and_after",
    "The same story in several places": "same_story",
    "Articles by day": "by_day",
    "My watchwords since yesterday": "watchwords_since_yesterday",
    "Captions that say “phát biểu”": "captions_that_say",
    "Open problems": "open_problems",
}
"""The canned question for each heading of the page."""


@pytest.fixture(scope="module")
def sql(demo: DataFolder) -> Iterator[sqlite3.Connection]:
    """The demo's archive, opened by SQLite alone."""
    with closing(sqlite3.connect(f"{demo.database.as_uri()}?mode=ro", uri=True)) as connection:
        yield connection


def get(demo: DataFolder, path: str) -> Any:
    async def ask() -> Any:
        shown = pages_of(demo.database, "en")
        await shown.invoke_startup()
        return await shown.client.get(path)

    return asyncio.run(ask())


def statements() -> dict[str, str]:
    text = (REPOSITORY / "docs" / "questions.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^### (.+?)\n\n```sql\n(.+?)\n```", text, re.M | re.S))


def test_every_question_of_the_page_has_a_canned_question() -> None:
    assert statements().keys() == CANNED.keys()
    assert {asked.partition("?")[0] for asked in CANNED.values()} <= {question.name for question in QUESTIONS}


@pytest.mark.parametrize("heading", CANNED)
def test_the_browser_answers_with_rows_where_sql_does(
    heading: str, demo: DataFolder, sql: sqlite3.Connection
) -> None:
    url = sql.execute("SELECT url FROM articles WHERE key = ?", (SEED_KEY,)).fetchone()[0]
    rows = sql.execute(statements()[heading], {"key": SEED_KEY, "url": url}).fetchall()
    answer = get(demo, f"/tinkhoi/{CANNED[heading]}".format(url=url))
    assert answer.status_code == 200
    assert ("<tbody" in answer.text) == bool(rows), len(rows)


def test_the_bars_of_the_first_page_are_what_sql_counts(demo: DataFolder, sql: sqlite3.Connection) -> None:
    page = get(demo, "/").text
    months = dict(re.findall(r'<tr><th scope="row">(\d\d/\d{4})</th><td class="n"><a [^>]*>([\d,]+)</a>', page))
    assert len(months) == 24
    counted = dict(sql.execute("SELECT strftime('%m/%Y', published_day), count(*) FROM articles GROUP BY 1"))
    assert {month: int(count.replace(",", "")) for month, count in months.items()} == {
        month: counted.get(month, 0) for month in months
    }
    assert sum(map(int, months.values())) > 20
    first = min(f"{month[3:]}-{month[:2]}-01" for month in months)
    drawn = dict(
        re.findall(r'<li class="chart"><p><a href="[^"]*topic=([\w-]+)">[^<]*</a> <span class="n">(\d+)', page)
    )
    by_topic = sql.execute(
        "SELECT topic, count(DISTINCT article) FROM topics JOIN articles ON id = article"
        " WHERE published_day >= ? GROUP BY topic",
        (first,),
    )
    assert {topic: int(count) for topic, count in drawn.items()} == dict(by_topic)
    provinces = re.findall(
        r'<li class="chart"><p><a href="[^"]*province=[^"]*">([^<]*)</a> <span class="n">(\d+)', page
    )
    by_province = sql.execute(
        "SELECT name_now, count(*) FROM articles JOIN sites ON sites.id = site"
        " JOIN provinces ON name_before = province WHERE published_day >= ? GROUP BY 1",
        (first,),
    )
    assert {unescape(name): int(count) for name, count in provinces} == dict(by_province)


def test_the_months_of_a_search_sum_up_to_its_hits(demo: DataFolder, sql: sqlite3.Connection) -> None:
    page = get(demo, "/tim?topic=khoi").text
    total = sql.execute("SELECT count(DISTINCT article) FROM topics WHERE topic = 'khoi'").fetchone()[0]
    assert f'<h1 id="found">{total} articles</h1>' in page
    bars = re.findall(r"<title>\d\d/\d{4}: (\d+) articles?</title>", page)
    assert sum(map(int, bars)) == total > 5


def test_the_table_of_coverage_is_what_the_links_say(demo: DataFolder, sql: sqlite3.Connection) -> None:
    page = get(demo, f"/lich?site={SITE_ID}").text
    body = page[page.index("Days with new links") :]
    rows = [
        re.findall(r"<t[hd][^>]*>(?:<a [^>]*>)?([^<]*)", row) for row in re.findall(r"<tr>(.*?)</tr>", body, re.S)
    ]
    heads, days = rows[0], rows[1:]
    assert heads[:3] == ["Day", "Listed", "Collected"]
    told = {row[0]: (int(row[1]), int(row[2])) for row in days}
    counted = {
        day: (listed, collected)
        for day, listed, collected in sql.execute(
            "SELECT strftime('%d/%m/%Y', first_listed, '+7 hours'), count(*), sum(outcome = 'collected')"
            " FROM listed WHERE site = ? GROUP BY 1",
            (SITE_ID,),
        )
    }
    assert told == counted and sum(listed for listed, _ in told.values()) > 20


def test_the_heading_over_lines_in_context_counts_articles_as_sql_does(
    demo: DataFolder, sql: sqlite3.Connection
) -> None:
    page = get(demo, "/ngu-canh?q=k%E1%BB%B7+lu%E1%BA%ADt&exact=1").text
    found = re.search(r'<h2 id="lines">(\d+) places in (\d+) articles', page)
    assert found
    texts = sql.execute("SELECT title, kicker, lead, body, captions FROM articles").fetchall()
    having = [text for text in texts if "kỷ luật" in " ".join(map(str, filter(None, text))).lower()]
    assert int(found[2]) == len(having) > 0
    assert page.count("<mark>") == int(found[1]) >= len(having)


def test_the_topic_khoi_and_the_columns_named_bloc_are_one(demo: DataFolder, sql: sqlite3.Connection) -> None:
    having = {row[0] for row in sql.execute("SELECT article FROM topics WHERE topic = 'khoi'")}
    assert {row[0] for row in sql.execute("SELECT id FROM reading WHERE bloc")} == having
    assert sql.execute("SELECT sum(bloc_articles) FROM monthly").fetchone()[0] == len(having) > 5
    every = [row[0] for row in sql.execute("SELECT id FROM articles")]
    with open_reader(demo.database) as archive:
        exported = [row["bloc"] for row in records(archive, every)]
    assert exported == [number in having for number in every] and not all(exported)
