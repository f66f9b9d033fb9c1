"""The pages that real servers sent, through an ordinary night: the archive against the rows of their databases.

The site files name what a person would watch (sections, feeds, sitemaps) and one list page of the test's own, which
leads to every other address that was captured: redirects, copies, drafts, articles behind a password, missing pages.
"""

from __future__ import annotations

import html
import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from w3lib.url import safe_url_string

from flows.runs.night import run_night
from flows.runs.request import NightRequest
from flows.storage.folder import DataFolder
from scraper.captures import CaptureWriter
from scraper.fetch.exchange import Exchange
from scraper.ingest import Ingested, ingest
from scraper.items import Article, Witness, WitnessSource
from scraper.reading import read_article
from scraper.sites import Site, read_site
from scraper.store import open_archive
from scraper.store.reference import sync_sites
from scraper.store.runs import start_run
from tests.realsite import HOMES, REALPAGES, manifest, needs_realpages, serve_manifest, served_headers

pytestmark = needs_realpages

TRUTH: list[dict[str, Any]] = manifest()["articles"] if REALPAGES.is_dir() else []
PAGES: list[dict[str, Any]] = manifest()["pages"] if REALPAGES.is_dir() else []
PUBLISHED = [article for article in TRUTH if article["state"] == "published"]
CAPTURED = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)

WATCHED = {
    "nukeviet": {
        "sections": ["/", "/tin-hoat-dong/", "/xay-dung-dang/", "/to-chuc-kiem-tra/", "/doanh-nghiep/"],
        "feeds": ["/rss/", "/rss/tin-hoat-dong/"],
        "sitemaps": ["/sitemap.xml"],
    },
    "wordpress": {
        "sections": ["/", "/category/tin-hoat-dong/", "/category/xay-dung-dang/", "/category/doanh-nghiep/"],
        "feeds": ["/feed/", "/feed/?paged=2", "/feed/atom/", "/category/tin-hoat-dong/feed/"],
        "sitemaps": ["/wp-sitemap.xml"],
    },
}


def written(folder: Path, family: str) -> Path:
    """A site file as a person would write it."""
    home = HOMES[family]
    lists = {**WATCHED[family], "sections": [*WATCHED[family]["sections"], "/moi-dia-chi/"]}
    path = folder / f"{family}.toml"
    path.write_text(
        f'name = "Đảng bộ Khối"\nkind = "bloc"\nprovince = "Tiền Giang"\nfamily = "{family}"\nhome = "{home}"\n'
        + "".join(f"{name} = {json.dumps(addresses)}\n" for name, addresses in lists.items())
        + f'[fetch]\ndelay = 0\nallow = ["{home[7:-1]}"]\n',
        encoding="utf-8",
    )
    return path


def links(family: str) -> str:
    """A list page that leads to every address captured from this server."""
    addresses = [page["url"] for page in PAGES if page["file"].startswith(f"{family}/")]
    shown = "".join(f'<li><h2><a href="{html.escape(url)}">Bài viết</a></h2></li>' for url in addresses)
    return f"<!DOCTYPE html><title>Mọi địa chỉ</title><main><ul>{shown}</ul></main>"


class Kept:
    """An archive, read from outside."""

    def __init__(self, database: Path) -> None:
        self.database = database

    def rows(self, sql: str, *values: object) -> list[sqlite3.Row]:
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as connection:
            connection.row_factory = sqlite3.Row
            return connection.execute(sql, values).fetchall()

    def article(self, url: str) -> sqlite3.Row:
        (row,) = self.rows("SELECT * FROM articles WHERE url = ?", url)
        return row


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    root = tmp_path_factory.mktemp("accuracy")
    (root / "sites").mkdir()
    further = {family: {"/moi-dia-chi/": links(family)} for family in WATCHED}
    for family in WATCHED:
        written(root / "sites", family)
    data = DataFolder(root=root)
    with (
        serve_manifest("nukeviet", further=further["nukeviet"]),
        serve_manifest("wordpress", further=further["wordpress"]),
    ):
        run_night(NightRequest(data=data, sites=tuple(WATCHED), trigger="manual", full=True, now=CAPTURED))
    return Kept(data.database)


def typed(text: Any) -> Any:
    """What was typed into WordPress, before wptexturize made quotes curly and dashes long."""
    if isinstance(text, list):
        return [typed(each) for each in text]
    return text.replace("“", '"').replace("”", '"').replace("–", "-") if text else text


def told(field: str, truth: dict[str, Any]) -> Any:
    """What the server's database says of one field, as far as the article page or its lists show it."""
    if field == "lead":
        return None if "not on the article page" in (truth.get("lead_where") or "") else truth["lead"]
    return {
        "title": truth["title"],
        "body": truth["body"],
        "minute": truth["published"][:16],
        "author": truth["author"] or None,
        "captions": truth["captions"],
        "section": truth["category"],
        "tags": sorted(truth["tags"]),
    }[field]


def said(field: str, row: sqlite3.Row, night: Kept) -> Any:
    """What the archive says of the same field."""
    if field == "captions":
        figures = night.rows("SELECT caption FROM figures WHERE article = ? ORDER BY number", row["id"])
        return [figure["caption"] for figure in figures if figure["caption"]]
    if field == "minute":
        return (row["published_at"] or "")[:16]
    if field == "body":
        return row["body"].split("\n\n")
    if field == "tags":
        return sorted(json.loads(row["tags"]))
    return row[field]


FIELDS = ("title", "lead", "body", "minute", "author", "captions", "section", "tags")


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("truth", PUBLISHED, ids=lambda truth: truth["file"])
def test_field(night, truth, field):
    expected, read = told(field, truth), said(field, night.article(truth["url"]), night)
    if truth["site"] == "wordpress":
        expected, read = typed(expected), typed(read)
    assert read == expected


def test_only_what_is_published_is_a_row_and_each_once(night):
    rows = [row["url"] for row in night.rows("SELECT url FROM articles")]
    assert sorted(rows) == sorted(truth["url"] for truth in PUBLISHED)


def test_every_address_that_led_to_an_article_is_kept_with_it(night):
    """The redirects that were followed: an older number, another category, the first letters of an alias."""
    led = {
        page["url"]: page["location"]
        for page in PAGES
        if page["file"].startswith("wordpress/special/")
        and page["status"] == 301
        and "page_suffix" not in page["file"]
    }
    assert len(led) == 4
    for url, location in led.items():
        kept = night.rows(
            "SELECT articles.url FROM addresses JOIN articles ON articles.id = article WHERE addresses.url = ?", url
        )
        asked_otherwise = url.rstrip("/") + "/" == location  # without its last slash the address is known already
        assert [row["url"] for row in kept] == [location] or asked_otherwise, url


def test_every_link_that_was_listed_has_an_outcome(night):
    absent = {page["url"] for page in PAGES if page["status"] == 404}
    behind = {page["url"] for page in PAGES if "password" in page["file"]}
    outcomes = {row["url"]: (row["outcome"], row["reason"]) for row in night.rows("SELECT * FROM listed")}
    assert {outcome for outcome, _ in outcomes.values()} == {"collected", "rejected"}
    for url in absent & outcomes.keys():
        assert outcomes[url] == ("rejected", "http"), url
    assert [outcomes[url] for url in behind] == [("rejected", "password")]


def test_no_article_has_a_problem(night):
    assert [row["kind"] for row in night.rows("SELECT kind FROM problems")] == ["password"]


# Files that another program could have written: the same pages at all of their addresses, whatever their order.


def warc(path: Path, pages: Iterable[dict[str, Any]]) -> Path:
    """A capture file of ``pages`` as they were served."""
    with path.open("wb") as file:
        writer = CaptureWriter(file)
        for second, page in enumerate(pages):
            writer.write(
                Exchange(
                    url=safe_url_string(page["url"]),
                    method="GET",
                    request_headers=(("User-Agent", "another program"),),
                    status=page["status"],
                    headers=tuple(served_headers(page["file"])),
                    body=(REALPAGES / page["file"]).read_bytes(),
                    protocol="HTTP/1.1",
                    fetched_at=CAPTURED + timedelta(seconds=second),
                )
            )
    return path


def imported(folder: Path, pages: Iterable[dict[str, Any]]) -> tuple[Kept, Ingested]:
    """A new archive, with the pages of a capture file."""
    known: dict[str, Site] = {family: read_site(written(folder, family)) for family in WATCHED}
    with open_archive(folder / "tinkhoi.db") as archive:
        sync_sites(archive, known)
        start_run(
            archive, "import", started=CAPTURED, trigger="import", sites=list(known), version="0", vantage="here"
        )
        read = ingest(archive, warc(folder / "pages.warc.gz", pages), known, "import", origin="import")
    return Kept(folder / "tinkhoi.db"), read


ORDINARY = [page for page in PAGES if "/variants/" not in page["file"]]
SECOND_COPIES = ("/query.html", "/index_php.html", "/utm.html", "/uppercase.html")


@pytest.mark.parametrize("order", [1, -1], ids=["as-captured", "backwards"])
def test_import_of_every_page_keeps_each_article_once(tmp_path, order):
    kept, read = imported(tmp_path, ORDINARY[::order])
    assert (read.captures, read.torn) == (len(ORDINARY), ())
    assert sorted(row["url"] for row in kept.rows("SELECT url FROM articles")) == sorted(t["url"] for t in PUBLISHED)
    for truth in PUBLISHED:
        row = kept.article(truth["url"])
        for field in FIELDS:
            assert typed(said(field, row, kept)) == typed(told(field, truth)), (truth["file"], field)


def test_second_copies_alone_give_the_article_under_its_own_address(tmp_path):
    """Those that answer 200 and name the canonical address; the copies to print and to save give nothing."""
    pages = [p for p in ORDINARY if any(part in p["file"] for part in ("/special/", "/print_", "/savefile_"))]
    kept, _ = imported(tmp_path, pages)
    copies = {
        "nukeviet": next(t for t in PUBLISHED if (t["site"], t["id"]) == ("nukeviet", 40))["url"],
        "wordpress": next(t for t in PUBLISHED if (t["site"], t["id"]) == ("wordpress", 6))["url"],
    }
    assert {row["site"]: row["url"] for row in kept.rows("SELECT site, url FROM articles")} == copies
    addresses = {row["url"] for row in kept.rows("SELECT url FROM addresses")}
    assert {page["url"] for page in pages if page["file"].endswith(SECOND_COPIES)} <= addresses


NO_ARTICLES = [
    page
    for page in PAGES
    if "html" in page["content_type"] and page["kind"] != "article" and not page["file"].endswith(SECOND_COPIES)
]


@pytest.mark.parametrize("page", NO_ARTICLES, ids=lambda page: page["file"])
def test_page_that_is_no_article_is_a_reject(page, tmp_path):
    site = read_site(written(tmp_path, page["file"].split("/")[0]))
    body = (REALPAGES / page["file"]).read_bytes()
    read = read_article(body, page["url"], site, captured_at=CAPTURED, content_type=page["content_type"])
    assert not isinstance(read, Article)


# The same article as a telephone, a search engine and a reader abroad are shown it.


def variant(name: str, tmp_path: Path, *witnesses: Witness) -> Article:
    page = next(page for page in PAGES if page["file"].endswith(f"/article_040_{name}.html"))
    site = read_site(written(tmp_path, "nukeviet"))
    body = (REALPAGES / page["file"]).read_bytes()
    read = read_article(
        body, page["url"], site, captured_at=CAPTURED, content_type=page["content_type"], witnesses=witnesses
    )
    assert isinstance(read, Article), read
    return read


@pytest.mark.parametrize("name", ["mobile_ua", "bot_ua", "no_ua", "scrapy_ua", "python_requests_ua", "from_US"])
def test_variant_says_what_the_database_says(name, tmp_path):
    truth = next(t for t in PUBLISHED if (t["site"], t["id"]) == ("nukeviet", 40))
    told_by_sitemap = Witness(WitnessSource.SITEMAP, truth["published"])
    for article in (variant(name, tmp_path), variant(name, tmp_path, told_by_sitemap)):
        assert article.title == truth["title"]
        assert article.lead == truth["lead"]
        assert list(article.body) == truth["body"]
        assert article.author == truth["author"]
        assert [figure.caption for figure in article.figures if figure.caption] == truth["captions"]
        assert article.section == truth["category"]
        assert sorted(article.tags) == sorted(truth["tags"])
        assert article.published_at == datetime.fromisoformat(truth["published"])


def test_time_shown_abroad_is_kept_as_printed_and_noted(tmp_path):
    article = variant("from_US", tmp_path)
    assert article.published_text is not None
    assert "04:51" in article.published_text
    assert [problem.kind for problem in article.problems] == ["date-zone"]


def test_document_shows_what_is_read_today(repository):
    """The lines of this project in the printed table; those of the other tools are as they were printed."""
    code = "from accuracy import our_rows, table; print(table(our_rows()))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=repository / "benchmarks", capture_output=True, text=True, check=True
    )
    printed = (repository / "docs" / "accuracy.md").read_text(encoding="utf-8").splitlines()
    lines = done.stdout.strip().splitlines()
    assert len(lines) == 5
    assert [line for line in lines if line not in printed] == []
