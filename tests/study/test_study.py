"""Trend, context and comparison against counts that plain SQL makes of the same archive.

The archives are the sample newspaper's three nights and a small generated one. SQL splits the words by itself
(``json_each``); it shares nothing with the code that is tested but the rows.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from scraper.captures import Capture
from scraper.clock import VIETNAM
from scraper.items import Article, Precision, Topic
from scraper.sites import Site, Status
from scraper.store import Archive, open_archive, open_reader
from scraper.store.articles import Seen, save_article
from scraper.store.filters import Filters
from scraper.store.ledgers import record_capture
from scraper.store.reference import sync_sites
from scraper.store.runs import start_run
from scraper.study.concordance import concordance, in_order
from scraper.study.keywords import keywords_of, log_likelihood
from scraper.study.ledger import unproven_days
from scraper.study.periods import periods, sums
from scraper.study.places import finder
from scraper.study.selection import chosen_and_rest, ids_of, sample_of
from scraper.study.terms import as_search, distinct, split_terms
from scraper.study.trend import count_by_day, daily_rows, first_day
from scraper.text import fold
from tests.conftest import ThreeNights

PROVINCES = {"bao1": "Tiền Giang", "bao2": "Đồng Tháp", "bao3": "Lai Châu"}
WORDS = "đảng ủy khối kỷ luật hội nghị đang thi thì thị xã cán bộ uỷ tỉnh và của người".split()  # noqa: SIM905
FIRST = datetime(2024, 1, 1, 1, tzinfo=VIETNAM)
NIGHT = datetime(2024, 7, 1, 18, 30, tzinfo=UTC)
SPLIT = """
    WITH words AS (
        SELECT articles.id, articles.site, parts.id AS part, word.key AS place, word.value AS word FROM articles,
            json_each(json_array(kicker, title, lead)) AS parts,
            json_each('["' || replace(parts.value, ' ', '","') || '"]') AS word
        WHERE parts.value IS NOT NULL
    )
"""


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """300 articles of three sites, six a day; no punctuation, all words in lower case, one part each."""
    chance = random.Random(5)
    with open_archive(tmp_path_factory.mktemp("study") / "tinkhoi.db") as archive:
        sync_sites(archive, {name: _site(name) for name in PROVINCES})
        start_run(archive, "n1", started=NIGHT, trigger="nightly", sites=list(PROVINCES), version="0")
        for number in range(300):
            site = f"bao{number % 3 + 1}"
            at = FIRST + timedelta(hours=4 * number)
            words = chance.choices(WORDS, k=12) + (["lúa", "gạo"] if site == "bao2" else [])
            _save(archive, number, site, at, " ".join(words), bloc=number % 5 == 0)
        yield archive


def _site(name: str) -> Site:
    return Site(
        id=name,
        name=name,
        kind="newspaper",
        province=PROVINCES[name],
        family="apbac",
        home=f"https://{name}.vn/",
        status=Status.LIVE,
    )


def _save(archive: Archive, number: int, site: str, at: datetime, title: str, *, bloc: bool) -> None:
    url = f"https://{site}.vn/{number}"
    capture = Capture(
        kind="response",
        url=url,
        fetched_at=NIGHT,
        status=200,
        headers=(),
        body=b"",
        file="x",
        offset=number,
        record_id=str(number),
        payload_digest=None,
    )
    with archive.transaction():
        row = record_capture(archive, capture, site=site, kind="article", purpose="article", origin="live", run="n1")
    said: dict[str, Any] = dict.fromkeys(("kicker", "lead", "masthead", "author", "section", "updated_at"))
    article = Article(
        site=site,
        key=str(number),
        url=url,
        urls=(url,),
        title=title,
        body=(),
        tags=(),
        figures=(),
        published_text=None,
        published_at=at,
        published_day=at.date(),
        published_precision=Precision.MINUTE,
        date_evidence=(),
        topics=(Topic(topic="khoi", words="khối", rule="khối"),) if bloc else (),
        captured_at=NIGHT,
        parser="apbac/1",
        problems=(),
        **said,
    )
    save_article(archive, article, Seen(capture=row or 0, run="n1", url=url))


SCOPES = (
    (Filters(), "1"),
    (Filters(site="bao2"), "site = 'bao2'"),
    (Filters(province="lai chau"), "site = 'bao3'"),
    (Filters(topic="khoi"), "id IN (SELECT article FROM topics WHERE topic = 'khoi')"),
    (
        Filters(topic="khoi", province="Tiền Giang"),
        "site = 'bao1' AND id IN (SELECT article FROM topics WHERE topic = 'khoi')",
    ),
)


@pytest.mark.parametrize(("filters", "where"), SCOPES)
@pytest.mark.parametrize("term", ["kỷ luật", "DANG", "cán bộ"])
def test_a_trend_counts_what_plain_sql_counts(generated: Archive, filters: Filters, where: str, term: str) -> None:
    last = date(2024, 2, 19)
    found = count_by_day(generated, [term], filters, date(2024, 1, 1), last)
    like = {"kỷ luật": "% kỷ luật %", "DANG": "% đ_ng %", "cán bộ": "% cán bộ %"}[term]
    rows = generated.rows(
        f"SELECT published_day, count(*), sum(' ' || title || ' ' LIKE ?) FROM articles WHERE {where} GROUP BY 1",
        (like,),
    )
    assert found.total == {date.fromisoformat(day): count for day, count, _ in rows}
    assert found.matches[term] == {date.fromisoformat(day): matches for day, _, matches in rows if matches}
    assert not found.cut and sum(found.total.values()) > 10


@pytest.mark.parametrize(
    ("filters", "where"),
    [(Filters(topic="khoi"), "1"), (Filters(topic="khoi", province="lai chau"), "site = 'bao3'")],
)
def test_a_topic_without_words_is_counted_among_the_articles_of_all_topics(
    generated: Archive, filters: Filters, where: str
) -> None:
    found = count_by_day(generated, [], filters, date(2024, 1, 1), date(2024, 2, 19))
    rows = generated.rows(
        "SELECT published_day, count(*), sum(id IN (SELECT article FROM topics WHERE topic = 'khoi'))"
        f" FROM articles WHERE {where} GROUP BY 1"
    )
    assert found.total == {date.fromisoformat(day): count for day, count, _ in rows}
    assert found.matches == {"khoi": {date.fromisoformat(day): blocs for day, _, blocs in rows if blocs}}
    assert 0 < sum(found.matches["khoi"].values()) < sum(found.total.values())


def test_the_months_of_a_trend_are_the_sums_of_its_days_and_whole(generated: Archive) -> None:
    first, last = date(2024, 1, 1), date(2024, 2, 19)
    found = count_by_day(generated, ["khối", "không có"], Filters(), first, last)
    assert [(p.first, p.last) for p in periods(first, last, "month")] == [(first, date(2024, 1, 31))]
    both = periods(first, last, "month", unfinished=True)
    assert [p.days for p in both] == [31, 19]
    assert sums(found.total, both) == [31 * 6, 300 - 31 * 6]
    by_month = generated.rows(
        "SELECT sum(' ' || title || ' ' LIKE '% khối %') FROM articles GROUP BY substr(published_day, 1, 7)"
    )
    assert sums(found.matches["khối"], both) == [row[0] for row in by_month]
    assert found.matches["không có"] == {}
    weeks = periods(date(2024, 1, 3), date(2024, 1, 22), "week")
    assert [p.first for p in weeks] == [date(2024, 1, 8), date(2024, 1, 15)]
    rows = list(daily_rows(found, unproven_days(generated, None, first, last)))
    assert rows[0] == [
        "day", "articles", "khối: matches", "khối: ratio", "không có: matches", "không có: ratio",
        "sites_not_complete",
    ]  # fmt: skip
    assert len(rows) == 51 and sum(int(row[2]) for row in rows[1:]) == sum(row[0] for row in by_month)
    assert rows[1][0] == "2024-01-01" and rows[1][-1] == 3, "no list was read whole: nothing is proven"


def test_the_sample_newspaper_is_counted_as_sql_counts_it(three_nights: ThreeNights) -> None:
    with open_reader(three_nights.data.database) as archive:
        first = first_day(archive)
        assert first is not None
        last = date.fromisoformat(archive.value("SELECT max(published_day) FROM articles"))
        found = count_by_day(archive, ["Khối", "kỷ luật"], Filters(), first, last)
        days = archive.counts("SELECT published_day, count(*) FROM articles WHERE published_day NOT NULL GROUP BY 1")
        counted = {day.isoformat(): count for day, count in found.total.items()}
        assert counted == {**counted, **days} and sum(counted.values()) >= sum(days.values()) > 50
        parts = ("coalesce(kicker, '')", "title", "coalesce(lead, '')", "body", "captions")
        text = "fold(" + " || '. ' || ".join(parts) + ")"
        for term, pattern in (("Khối", r"(?<!\w)khoi(?!\w)"), ("kỷ luật", r"(?<!\w)ky luat(?!\w)")):
            rows = archive.rows(f"SELECT id, {text} FROM articles")
            having = [id_ for id_, folded in rows if re.search(pattern, folded)]
            assert sum(found.matches[term].values()) == len(having) > 0
            places = sum(len(re.findall(pattern, folded)) for _, folded in rows)
            lines = concordance(archive, term, Filters(), limit=10_000)
            assert len(lines.lines) == places and lines.articles == len(having) and not lines.more


def test_every_day_of_an_id_is_the_day_that_the_page_printed(three_nights: ThreeNights) -> None:
    with open_reader(three_nights.data.database) as archive:
        for row in archive.rows("SELECT id, published_day FROM articles WHERE published_day NOT NULL"):
            day = datetime.fromtimestamp((row["id"] >> 10) * 60, VIETNAM).date()
            assert day.isoformat() == row["published_day"]


def test_lines_show_the_words_beside_the_term_and_sort_by_them(generated: Archive) -> None:
    found = concordance(generated, "kỷ luật", Filters(), limit=1000)
    pairs = generated.rows(
        SPLIT + "SELECT a.id, a.place, c.word, d.word FROM words AS a"
        " JOIN words AS b ON b.id = a.id AND b.place = a.place + 1"
        " LEFT JOIN words AS c ON c.id = a.id AND c.place = a.place - 1"
        " LEFT JOIN words AS d ON d.id = a.id AND d.place = a.place + 2"
        " WHERE a.word = 'kỷ' AND b.word = 'luật' ORDER BY a.id DESC, a.place"
    )
    assert [(line.left[-1:], line.right[:1]) for line in found.lines] == [
        ((row[2],) if row[2] else (), (row[3],) if row[3] else ()) for row in pairs
    ]
    assert len(pairs) > 5 and not found.more
    left = [line.left[-1] if line.left else "" for line in in_order(found.lines, "left")]
    right = [line.right[1] if len(line.right) > 1 else "" for line in in_order(found.lines, "right", 2)]
    assert list(map(fold, left)) == sorted(map(fold, left)) and list(map(fold, right)) == sorted(map(fold, right))


def test_exact_marks_and_folded_ones_and_what_stands_between() -> None:
    text = "Đảng uỷ, ĐẢNG ỦY; đang uy. Đa\u0309ng u\u0309y, dang-uy, đảnguỷ"

    def found(words: str, **how: bool) -> list[str]:
        return [text[place.start : place.end] for place in finder(words, **how)(text)]

    assert found('"dang uy"') == ["Đảng uỷ", "ĐẢNG ỦY", "đang uy", "Đa\u0309ng u\u0309y", "dang-uy"]
    assert found('"Đảng ủy"', exact=True) == ["Đảng uỷ", "ĐẢNG ỦY", "Đa\u0309ng u\u0309y"]
    assert found("đản*") == ["Đảng", "ĐẢNG", "đang", "Đa\u0309ng", "dang", "đảnguỷ"]
    assert found('"') == found("-x") == []


@pytest.mark.parametrize(("filters", "where"), SCOPES[1:])
def test_a_comparison_counts_what_plain_sql_counts(generated: Archive, filters: Filters, where: str) -> None:
    found = keywords_of(generated, filters, shown=1000)
    inside = f"id IN (SELECT id FROM articles WHERE {where})"
    counts = f"sum({inside}), count(DISTINCT iif({inside}, id, NULL)), sum(NOT {inside})"
    one = f"SELECT word, {counts} FROM words GROUP BY word"
    # The placements of a tone mark are one word here: the words are listed so.
    said = {row[0]: tuple(row[1:]) for row in generated.rows(SPLIT + one)}
    assert found.here.syllables == sum(row[0] for row in said.values())
    assert found.rest.syllables == sum(row[2] for row in said.values())
    for word in found.keywords[1]:
        if word.word not in {"uỷ", "ủy"}:
            assert (word.count, word.articles, word.rest) == said[word.word]
    pairs = (
        f"SELECT a.word || ' ' || b.word, sum(a.{inside}), sum(NOT a.{inside}) FROM words AS a"
        " JOIN words AS b ON b.id = a.id AND b.part = a.part AND b.place = a.place + 1 GROUP BY 1"
    )
    said = {row[0]: tuple(row[1:]) for row in generated.rows(SPLIT + pairs)}
    for word in found.keywords[2]:
        if not {"uỷ", "ủy"} & set(word.word.split()):
            assert (word.count, word.rest) == said[word.word]
            assert word.likelihood == pytest.approx(
                log_likelihood(word.count, found.here.syllables, word.rest, found.rest.syllables)
            )
    assert found.whole and found.keywords[1] and found.keywords[2]
    if filters.site == "bao2":
        assert [word.word for word in found.keywords[2]][:1] == ["lúa gạo"]
        assert found.keywords[2][0].rest == 0 and found.keywords[2][0].count == 100


def test_log_likelihood_is_that_of_the_published_example() -> None:
    # Rayson's wizard (https://ucrel.lancs.ac.uk/llwizard.html) puts it as 2 Σ O ln(O/E).
    expected = 2 * (20 * 1.0986122887 + 0)
    assert log_likelihood(20, 1000, 0, 2000) == pytest.approx(expected)
    assert log_likelihood(10, 1000, 20, 2000) == pytest.approx(0)


def test_a_sample_is_spread_over_the_time_and_always_the_same(generated: Archive) -> None:
    here, rest = chosen_and_rest(generated, Filters(site="bao2"))
    ids = ids_of(generated, here)
    assert len(ids) == 100 and len(ids_of(generated, rest)) == 200
    assert sample_of(generated, here, 100) == (ids, True)
    chosen, whole = sample_of(generated, here, 20)
    assert not whole and chosen == sample_of(generated, here, 20)[0] and set(chosen) <= set(ids)
    assert 18 <= len(chosen) <= 20 and chosen == sorted(set(chosen))
    assert chosen[5] <= ids[35] and chosen[10] >= ids[45]
    period, others = chosen_and_rest(generated, Filters(since=date(2024, 1, 11), until=date(2024, 1, 20)))
    assert len(ids_of(generated, period)) == 60 and len(ids_of(generated, others)) == 240
    assert not set(ids_of(generated, period)) & set(sample_of(generated, others, 30)[0])
    with pytest.raises(ValueError, match="name a site"):
        chosen_and_rest(generated, Filters())


@pytest.mark.parametrize("topic", [None, "khoi"])
def test_two_provinces_are_compared_without_the_others(generated: Archive, topic: str | None) -> None:
    filters = Filters(province="Tiền Giang", topic=topic, since=date(2024, 1, 11))
    of_topic = "id IN (SELECT article FROM topics WHERE topic = 'khoi')" if topic else "1"
    for selection, site in zip(chosen_and_rest(generated, filters, "lai chau"), ("bao1", "bao3"), strict=True):
        rows = generated.rows(
            f"SELECT id FROM articles WHERE site = ? AND published_day >= '2024-01-11' AND {of_topic} ORDER BY id",
            (site,),
        )
        assert ids_of(generated, selection) == [row[0] for row in rows] != []


def test_a_comparison_may_stop_at_some_syllables_wherever_these_lie_in_time(generated: Archive) -> None:
    whole = keywords_of(generated, Filters(site="bao2"))
    part = keywords_of(generated, Filters(site="bao2"), most=80, most_syllables=300)
    assert whole.whole and not part.whole
    for side in (part.here, part.rest):
        assert 300 <= side.syllables < 300 + 14
    again = keywords_of(generated, Filters(site="bao2"), most=80, most_syllables=300)
    assert again.here.words == part.here.words and again.keywords == part.keywords
    assert keywords_of(generated, Filters(site="bao2"), most=400, most_syllables=10**9).keywords == whole.keywords


def test_days_that_are_not_proven_are_those_before_after_and_with_open_links(generated: Archive) -> None:
    first, last = date(2024, 1, 1), date(2024, 2, 19)
    with generated.transaction():
        generated.execute("UPDATE sites SET complete_from = '2024-01-10'")
        for site in PROVINCES:
            generated.execute(
                "INSERT INTO sources (url, site, kind, last_looked, last_whole) VALUES (?, ?, 'list', 'x', ?)",
                (f"https://{site}.vn/", site, "2024-02-09T18:30:00+00:00"),  # the night of 10 February
            )
        generated.execute(
            "INSERT INTO listed (site, key, url, source, first_listed, last_listed, outcome, listed_run) VALUES"
            " ('bao1', 'w', 'w', 's', '2024-01-14T18:30:00+00:00', 'x', 'waiting', 'n1')"
        )
    try:
        spans = unproven_days(generated, None, first, last)
        assert [(s.first, s.last, s.sites, s.of) for s in spans] == [
            (first, date(2024, 1, 9), 3, 3),
            (date(2024, 1, 15), date(2024, 1, 15), 1, 3),
            (date(2024, 2, 10), last, 3, 3),
        ]
        assert [s.first for s in unproven_days(generated, ["bao2"], first, last)] == [first, date(2024, 2, 10)]
    finally:
        with generated.transaction():
            generated.execute("DELETE FROM listed")
            generated.execute("DELETE FROM sources")
            generated.execute("UPDATE sites SET complete_from = NULL")


def test_terms_are_parted_by_commas_outside_quotes_and_each_is_asked_for_once() -> None:
    assert split_terms('kỷ luật, "a, b"; KY LUAT\n khen  thưởng,,') == ["kỷ luật", '"a, b"', "khen thưởng"]
    assert split_terms('"kỷ luật", kỷ luật, "a -b", "khen*"') == ["kỷ luật", '"a -b"', '"khen*"']
    assert len(split_terms("a,b,c,d,e,f,g")) == 6
    assert len(distinct([*"abcdefg"])) == 7
    assert as_search("kỷ luật") == '"kỷ luật"' and as_search("khối") == "khối" and as_search("kỷ lu*") == '"kỷ lu"*'
    assert as_search('"a b" c') == '"a b" c' and as_search("a -b") == "a -b"


def test_a_trend_that_is_out_of_time_tells_from_which_day_it_counted(generated: Archive) -> None:
    found = count_by_day(generated, ["khối"], Filters(), date(2000, 1, 1), date(2024, 2, 19), seconds=0.0)
    assert found.cut and date(2000, 1, 1) < found.first <= date(2024, 1, 1)
    assert min(found.total) >= found.first
    with pytest.raises(ValueError, match="site, province and topic"):
        count_by_day(generated, ["khối"], Filters(section="x"), found.first, found.last)
