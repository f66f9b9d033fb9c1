"""An archive of any number of articles, made by SQL, that has something to answer to every question.

Eight papers of eight provinces print as many articles a day each, for four years: 86 in an archive of a million. Of a
hundred articles five are about the bloc, fourteen about party building, five stand in another paper too, three lack a
minute, two were edited, a few are gone or have moved. For ten articles there is one link that was not collected. A
picture stands in every second article. The last night brought twenty new articles and three edits; a year of nights
lies before it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from newspaper import Newspaper
from nights import RUN, know, write_site

from scraper.store import Archive, open_archive
from scraper.store.archive import moment
from scraper.store.revisions import standing_words
from scraper.store.runs import end_run, start_run

PAPERS = 8
YEARS = 4
NIGHTS = 365
LAST = "generated-2"
PROVINCES = ("Tiền Giang", "Hà Nội", "Nghệ An", "Thanh Hóa", "Đồng Tháp", "Lâm Đồng", "Quảng Nam", "Cà Mau")

_MORE = """
UPDATE sites SET watched_since = '2022-07-01', complete_from = '2022-07-01', expected_a_month = 60
    WHERE id LIKE 'paper%';
UPDATE articles SET
    section = 'Chuyên mục ' || (key % 12),
    author = CASE WHEN key % 3 THEN 'Tác giả ' || (key / 50) END,
    published_precision = CASE WHEN key % 33 THEN 'minute' ELSE 'day' END,
    first_seen = strftime(
        '%Y-%m-%dT%H:%M:%S+00:00', published_at, CASE WHEN key % 20 THEN '+2 hours' ELSE '+2 days' END
    ),
    title = CASE key % 50 WHEN 1 THEN 'Hội nghị sơ kết của Đảng ủy Khối, lần ' || key ELSE title END,
    lead = CASE key % 50 WHEN 2 THEN 'Sáng nay, hội nghị của Đảng ủy Khối bế mạc.' END,
    story = CASE WHEN key % 20 = 7 THEN 1 + key / 40 END,
    captions = CASE WHEN key % 2 THEN '' ELSE 'Đồng chí Bí thư phát biểu' END;
INSERT INTO figures (article, number, src, caption)
    SELECT id, 1, url || '1.jpg', captions FROM articles WHERE captions <> '';
INSERT INTO topics (article, topic, words, rule) SELECT id, 'khoi', 'khối', 'khối' FROM articles WHERE key % 20 = 0;
INSERT INTO topics (article, topic, words, rule)
    SELECT id, 'khoi', 'Khối', 'đảng bộ khối' FROM articles WHERE key % 40 = 0;
INSERT INTO topics (article, topic, words, rule)
    SELECT id, 'xay-dung-dang', 'Đảng ủy', 'đảng ủy' FROM articles WHERE key % 7 = 0;
INSERT INTO watches (words, since) VALUES ('dang uy khoi', '2026-01-01T00:00:00+00:00');
INSERT INTO topics (article, topic, words, rule)
    SELECT id, 'dang uy khoi', 'Đảng ủy Khối', 'watch' FROM articles WHERE key % 50 = 0;
UPDATE listed SET first_listed = (
    SELECT strftime('%Y-%m-%dT%H:%M:%S+00:00', published_at, '+1 hours')
    FROM articles WHERE articles.id = listed.article
);
INSERT INTO listed (site, key, url, title, source, first_listed, last_listed, outcome, reason, listed_run)
    SELECT site, 'x' || key, url || 'x', title, source, first_listed, last_listed,
        CASE key / 10 % 10 WHEN 0 THEN 'failed' WHEN 1 THEN 'waiting' WHEN 2 THEN 'refused by robots'
            WHEN 3 THEN 'offsite' ELSE 'rejected' END,
        CASE WHEN key / 10 % 10 > 3 THEN 'reason ' || (key / 10 % 10) END, listed_run
    FROM listed WHERE key % 10 = 0;
INSERT INTO revisions (article, number, seen_at, why, silent, text_hash, parser, capture, run)
    SELECT article, 2, strftime('%Y-%m-%dT%H:%M:%S+00:00', seen_at, '+1 days'), 'edited', article % 2,
        text_hash || 'b', parser, capture, run
    FROM revisions WHERE text_hash % 50 = 3;
UPDATE revisions SET content = json_array('', 'Đầu đề cũ', '', '', '')
    WHERE number = 1 AND text_hash % 50 = 3;
UPDATE articles SET revision = 2 WHERE key % 50 = 3;
UPDATE articles SET state = 'gone', since = first_seen, state_reason = '404', state_capture = capture
    WHERE key % 200 = 9;
INSERT INTO addresses (url, article, site, key, first_seen)
    SELECT url || 'old', id, site, key || 'old', first_seen FROM articles WHERE key % 500 = 11;
UPDATE addresses SET first_seen = (SELECT first_seen FROM articles WHERE articles.id = addresses.article);
UPDATE addresses SET first_seen = strftime('%Y-%m-%dT%H:%M:%S+00:00', first_seen, '+30 days')
    WHERE key IN (SELECT key FROM articles WHERE key % 500 = 11)
        AND url IN (SELECT url FROM articles WHERE key % 500 = 11);
DELETE FROM kept_moves WHERE article IN (
    SELECT article FROM addresses GROUP BY article HAVING min(first_seen) = max(first_seen)
);
INSERT INTO problems (site, url, article, kind, detail, run, first_seen, last_seen)
    SELECT site, url, id, 'dates differ', 'generated', :run, first_seen, last_seen FROM articles WHERE key % 500 = 13;
INSERT INTO sources (url, site, kind, last_looked, last_whole)
    SELECT 'http://' || id || '/muc-0/', id, 'list', :at, :at FROM sites WHERE watched_since IS NOT NULL;
INSERT INTO gaps (site, source, since, run, reason)
    SELECT site, url, :at, :run, 'not read to its end' FROM sources LIMIT 2;
"""
"""What the archive has beside articles, statement by statement.

Addresses get their moments one by one here, and not with their rows as in a night. So each article seems to have
moved for a while, and ``kept_moves``, which forgets none, is told to.
"""

_NIGHTS = """
WITH RECURSIVE nights (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM nights WHERE number < :nights)
INSERT INTO runs (id, night, trigger, started, ended, verdict, exit_code, version, vantage)
SELECT 'night-' || number, date(:at, '+7 hours', -number || ' days'), 'nightly',
    strftime('%Y-%m-%dT%H:%M:%S+00:00', :at, -number || ' days'),
    strftime('%Y-%m-%dT%H:%M:%S+00:00', :at, -number || ' days', '+20 minutes'), 'ok', 0, 'generated', 'Việt Nam'
FROM nights;
INSERT INTO run_sites (run, site, sources, sources_whole, requests, links_seen, already, new, bytes, verdict)
SELECT runs.id, sites.id, 12, 12 - (substr(runs.id, 7) % 9 = 0), 100, 500, 420, 80, 5000000, 'ok'
FROM runs JOIN sites WHERE runs.id LIKE 'night-%' AND sites.watched_since IS NOT NULL;
INSERT INTO run_sources (run, site, url, kind, status, pages, entries, unseen, whole, reason)
SELECT run, site, 'http://' || site || '/muc-0/', 'list', 200, 3, 60, 20, sources = sources_whole,
    CASE WHEN sources <> sources_whole THEN 'not read to its end' END
FROM run_sites WHERE run LIKE 'night-%';
"""


def make(folder: Path, count: int) -> Path:
    """An archive of ``count`` articles in ``folder``; returns its path."""
    began = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(days=1)
    known = count // PAPERS
    between = YEARS * 365 * 1440 / known
    papers = {f"paper{n}": Newspaper(f"127.7.0.{n + 1}", known, began, between=between) for n in range(PAPERS)}
    for name, paper in papers.items():
        write_site(folder, name, paper, 8080, delay=0)
    know(folder, papers, 8080)
    path = folder / "tinkhoi.db"
    with open_archive(path) as archive:
        archive.execute("PRAGMA synchronous = OFF")
        archive.execute("PRAGMA cache_size = -400000")
        with archive.transaction():
            for number, province in enumerate(PROVINCES):
                archive.execute("UPDATE sites SET province = ? WHERE id = ?", (province, f"paper{number}"))
            _fill(archive, _MORE + _NIGHTS, began)
        start_run(archive, LAST, started=began, trigger="nightly", sites=list(papers), version="generated")
        with archive.transaction():
            _last_night(archive, began)
        end_run(archive, LAST, ended=began, verdict="ok", exit_code=0)
        archive.execute("ANALYZE")
        archive.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


def _fill(archive: Archive, script: str, began: datetime) -> None:
    about = {"run": RUN, "at": moment(began), "nights": NIGHTS}
    for statement in script.split(";\n"):
        if statement.strip():
            archive.execute(statement, {name: value for name, value in about.items() if f":{name}" in statement})


def _last_night(archive: Archive, began: datetime) -> None:
    """Twenty articles are of the last night, three were edited in it."""
    newest = [int(row[0]) for row in archive.rows("SELECT id FROM articles ORDER BY id DESC LIMIT 23")]
    marks = ", ".join("?" * 20)
    archive.execute(f"UPDATE revisions SET run = ? WHERE number = 1 AND article IN ({marks})", (LAST, *newest[:20]))
    for article in newest[20:]:
        archive.execute(
            "INSERT INTO revisions (article, number, seen_at, why, silent, text_hash, parser, capture, run)"
            " SELECT article, 3, ?, 'edited', 1, text_hash || 'c', parser, capture, ? FROM revisions"
            " WHERE article = ? AND number = 1",
            (moment(began), LAST, article),
        )
    for article in newest:  # their pages are shown only where the hash is that of the words
        digest = standing_words(archive, article).hash
        archive.execute("UPDATE articles SET text_hash = ? WHERE id = ?", (digest, article))
