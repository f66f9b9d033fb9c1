"""A reading page gives its citation to reference managers: as files, and in its own head."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import replace
from datetime import datetime
from html.parser import HTMLParser
from typing import Any

import bibtexparser
import pytest
import rispy

from flows.storage.folder import DataFolder
from flows.web import pages_of
from flows.web.citation_file import linked_data, metadata
from scraper.clock import VIETNAM
from scraper.sample import SEED_KEY, SITE_ID
from scraper.store import open_reader
from tests.flows.share.test_citations import ARTICLE
from tests.places import REPOSITORY

PAGE = f"{SITE_ID}/{SEED_KEY}"


class Head(HTMLParser):
    """The metadata and the linked data of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.metadata: list[tuple[str, str]] = []
        self.linked: list[dict[str, Any]] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "meta" and given.get("name"):
            self.metadata.append((str(given["name"]), str(given.get("content"))))
        self._inside = tag == "script" and given.get("type") == "application/ld+json"

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.linked.append(json.loads(data))
            self._inside = False


def get(demo: DataFolder, address: str) -> Any:
    datasette = pages_of(demo.database, "en")

    async def ask() -> Any:
        await datasette.invoke_startup()
        return await datasette.client.get(address)

    return asyncio.run(ask())


@pytest.fixture(scope="module")
def stored(demo: DataFolder) -> dict[str, Any]:
    with open_reader(demo.database) as archive:
        return dict(
            archive.rows(
                "SELECT title, author, published_day, url, text_hash, sites.name FROM articles"
                " JOIN sites ON sites.id = site WHERE key = ?",
                (SEED_KEY,),
            )[0]
        )


def test_the_page_names_title_author_paper_day_and_address_in_its_head(
    demo: DataFolder, stored: dict[str, Any]
) -> None:
    head = Head()
    head.feed(get(demo, f"/bai/{PAGE}").text)
    found = dict(head.metadata)
    assert found["citation_title"] == stored["title"]
    assert found["citation_author"] == f"{stored['author']},"
    assert found["prism.publicationName"] == stored["name"]
    assert found["citation_publication_date"] == stored["published_day"].replace("-", "/")
    assert found["citation_public_url"] == stored["url"]
    assert stored["text_hash"] in found["z.archiveLocation"]
    (data,) = head.linked
    assert (data["headline"], data["datePublished"], data["url"]) == (
        stored["title"],
        stored["published_day"],
        stored["url"],
    )


MADE_OF = {
    "DC.type",
    "citation_title",
    "prism.publicationName",
    "citation_author",
    "citation_publication_date",
    "article:section",
    "citation_language",
    "citation_public_url",
    "z.archive",
    "z.archiveLocation",
    "z.extra",
}
"""The tags whose way through Zotero's translator docs/browse.md traces."""


def test_zotero_reads_each_tag_as_the_page_on_browsing_says() -> None:
    told = (REPOSITORY / "docs" / "browse.md").read_text(encoding="utf-8").partition("## Zotero")[2]
    assert set(re.findall(r"^\| `([^`]+)`", told.partition("## Research")[0], re.M)) == MADE_OF
    assert {name for name, _ in metadata(ARTICLE)} == MADE_OF


def test_an_article_without_day_or_author_gets_none_from_its_metadata(demo: DataFolder) -> None:
    names = {name for name, _ in metadata(replace(ARTICLE, day=None, authors=()))}
    assert names == MADE_OF - {"citation_publication_date", "citation_author"}
    assert not re.search('class="[^"]*(byline|vcard)', get(demo, f"/bai/{PAGE}").text, re.I)


def test_the_metadata_keeps_the_order_of_names_and_the_moment_of_capture() -> None:
    captured = datetime(2024, 7, 12, 1, 30, tzinfo=VIETNAM)
    found = metadata(replace(ARTICLE, authors=("Mai Hà", "Lê An"), captured=captured))
    assert [content for name, content in found if name == "citation_author"] == ["Mai Hà,", "Lê An,"]
    assert dict(found)["z.extra"] == "Captured: 2024-07-11T18:30:00Z"


def test_each_file_is_read_by_a_program_of_its_format(demo: DataFolder, stored: dict[str, Any]) -> None:
    ris = get(demo, f"/trich-dan/ris/{PAGE}")
    assert rispy.loads(ris.text)[0]["title"] == stored["title"]
    assert ris.headers["content-disposition"] == f'attachment; filename="{SITE_ID}-{SEED_KEY}.ris"'
    (entry,) = bibtexparser.parse_string(get(demo, f"/trich-dan/bibtex/{PAGE}").text).entries
    assert entry["url"] == stored["url"]
    (item,) = get(demo, f"/trich-dan/csl-json/{PAGE}").json()
    assert item["author"] == [{"literal": stored["author"]}]


def test_an_article_that_is_not_there_has_no_file(demo: DataFolder) -> None:
    assert get(demo, f"/trich-dan/ris/{SITE_ID}/nothing").status_code == 404


def test_words_of_an_article_cannot_end_the_script_that_holds_them() -> None:
    text = linked_data(replace(ARTICLE, title="Một & hai </script><b>ba"))
    assert "<" not in text and json.loads(text)["headline"] == "Một & hai </script><b>ba"
