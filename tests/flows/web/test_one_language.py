"""Every page in both languages: each word of ours is in the reader's language, in text and in what is read out.

Stored words (titles, names, cells of tables) are data: they stand below an element that names another language, or
that is marked as not to be translated.
"""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote

import pytest
from markupsafe import escape

from flows.outcome.messages import Lang, as_json, message
from flows.outcome.wording import catalogue
from flows.storage.folder import DataFolder
from flows.web import pages_of
from flows.web.captured_page import captured_address
from flows.web.questions import QUESTIONS
from flows.web.words import WORDS
from scraper.items import Problem
from scraper.sample import SEED_KEY, SITE_ID
from scraper.store import open_archive, open_reader
from scraper.store.articles import find_article
from scraper.store.ledgers import add_problem
from scraper.store.runs import judge_site

EMPTY = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
SPOKEN = ("aria-label", "title", "placeholder", "alt")
NO_WORDS = frozenset({"style", "script", "pre", "code", "textarea"})
LETTER_OF_VIETNAMESE = re.compile("[ăâđêôơưạảãàáẹẻẽèéịỉĩìíọỏõòóụủũùúỵỷỹỳý\u1ea0-\u1ef9]", re.I)
WORD = re.compile(r"[^\W\d_]+")

STUDIES = ("/xu-huong", "/ngu-canh", "/so-sanh", "/ban-do")
PAGES = [
    "/",
    "/lich",
    f"/lich?site={SITE_ID}",
    "/tim",
    "/tim?q=dang+uy+khoi",
    "/tim?q=khongcogi",
    "/tim?since=nonsense",
    "/tim?site=nowhere",
    "/tim?province=nowhere",
    "/tim?topic=nowhere",
    "/tim?section=nowhere",
    "/tim?author=nowhere",
    "/tim?since=2025-01-02&until=2025-01-01",
    *STUDIES,
    "/xu-huong?q=khoi,hoi+nghi&since=2024-05-01&until=2024-08-31",
    "/xu-huong?q=khoi&since=nonsense",
    "/xu-huong?q=khoi&by=week&since=2024-07-02&until=2024-07-03",
    "/ngu-canh?q=khoi&order=left",
    "/ngu-canh?q=khongcogi",
    "/so-sanh?topic=khoi",
    "/ban-do?map=63&tiles=share&since=2024-07-01&until=2024-07-31",
    "/ban-do?tiles=coverage",
    f"/bai/{SITE_ID}/{SEED_KEY}",
    f"/bai/{SITE_ID}/{SEED_KEY}?tim=khoi",
    f"/bai/{SITE_ID}/0",
    "/theo-doi",
    "/khong-co",
    "/tinkhoi",
    "/tinkhoi/khong_co",
    "/tinkhoi/reading",
    "/tinkhoi/reading?_search=khoi&day__gt=2024-01-01",
    "/tinkhoi/reading?day=1900-01-01",
    "/tinkhoi/articles?_sort=id",
    f"/tinkhoi/sites/{SITE_ID}",
    captured_address(SITE_ID, SEED_KEY),
    "/tinkhoi/problems",
    "/tinkhoi?sql=" + quote("select day, bloc from reading limit 2"),
    "/tinkhoi?sql=" + quote("select day from reading where 0"),
    "/tinkhoi?sql=" + quote("select nothing from nowhere"),
    "/tinkhoi?sql=" + quote("delete from articles"),
    *(f"/tinkhoi/{question.name}" for question in QUESTIONS),
]


class Words(HTMLParser):
    """The words of a page that are in the language of the whole page, each with the element it stands in."""

    def __init__(self, lang: str) -> None:
        super().__init__()
        self.lang = lang
        self.open: list[tuple[str, bool]] = [("", True)]  # names, and whether what they hold is ours
        self.found: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        ours = self.open[-1][1] and named.get("translate") != "no" and tag not in NO_WORDS
        if "lang" in named:
            ours = named["lang"] == self.lang and named.get("translate") != "no" and tag not in NO_WORDS
        if ours:
            self.found += [(f"{tag}@{name}", named[name] or "") for name in SPOKEN if name in named]
        if tag not in EMPTY:
            self.open.append((tag, ours))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in EMPTY:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag in {name for name, _ in self.open}:
            while self.open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        if self.open[-1][1] and data.strip():
            self.found.append((self.open[-1][0], " ".join(data.split())))


def words_of(text: str) -> set[str]:
    return {word.lower() for word in WORD.findall(re.sub(r"\{[^{}]*\}", " ", text))}


def texts(lang: Lang) -> Iterator[str]:
    """Everything that the pages can say in a language."""
    for vietnamese, english in WORDS.values():
        yield vietnamese if lang == "vi" else english
    for question in QUESTIONS:
        yield question.vi if lang == "vi" else question.en
    for entry in catalogue("vi"):
        if entry.id:
            yield str(entry.string if lang == "vi" else entry.id)


@pytest.fixture(scope="module")
def english_only(demo: DataFolder) -> set[str]:
    """Words of the English texts that no Vietnamese text has: none of them may stand in a Vietnamese page."""
    with open_reader(demo.database) as archive:
        printed = [str(row[0]) for row in archive.rows("SELECT text FROM reading")]
        printed += [f"{row[0]} {row[1]}" for row in archive.rows("SELECT name_before, name_now FROM provinces")]
    vietnamese = set().union(*map(words_of, (*texts("vi"), *printed)))
    return {word for word in set().union(*map(words_of, texts("en"))) - vietnamese if len(word) > 2}


@pytest.fixture(scope="module")
def names(demo: DataFolder) -> list[str]:
    """Names that the archive holds: Vietnamese ones stay as they are in an English page."""
    with open_reader(demo.database) as archive:
        found = {str(row[0]) for row in archive.rows("SELECT name FROM sites")}
        found |= {str(row[0]) for row in archive.rows("SELECT name_before FROM provinces")}
        found |= {str(row[0]) for row in archive.rows("SELECT name_now FROM provinces")}
        found |= {str(row[0]) for row in archive.rows("SELECT DISTINCT section FROM articles WHERE section <> ''")}
        found |= {str(row[0]) for row in archive.rows("SELECT DISTINCT author FROM articles WHERE author <> ''")}
    return sorted(found | {"Tin Khối", "kỷ luật", "khen thưởng", "phát biểu", "(cũ)"}, key=len, reverse=True)


@pytest.fixture(scope="module")
def pages(demo: DataFolder) -> dict[tuple[Lang, str], Any]:
    async def ask(lang: Lang) -> dict[tuple[Lang, str], Any]:
        shown = pages_of(demo.database, lang)
        await shown.invoke_startup()
        return {(lang, path): await shown.client.get(path) for path in PAGES}

    return asyncio.run(ask("vi")) | asyncio.run(ask("en"))


KEPT = {
    "weekday": "“Thứ Hai, 11/07/2024”: 2024-07-11 is a Thursday",
    "date-unread": "the date line “hôm nọ” was not read: it prints no date",
    "date-zone": "visible says 2024-07-11T15:51:00+07:00 (“11/07/2024, 15:51”), jsonld 2024-07-11T08:51:00+07:00"
    " (“08:51”): whole hours apart, one may be in another zone",
    "date-address": "the address says 2024-06, the page 2024-07-11",
    "two-authors": "byline 'P. MAI', signature 'N. LAN'",
    "parts": "goes on at http://bao.vn/2, which was not read",
    "canonical": "the page names http://bao.vn/khac as its address",
    "shrunk": "300 words became 20; text 0123456789ab",
}
"""Details of problems, as the archive keeps them."""

OF_ANOTHER_PROGRAM = "OSError: [Errno 5] Input/output error"


@pytest.fixture(scope="module")
def troubled(demo: DataFolder, tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """The demo's archive with an article that has many problems, and a run that failed at its site."""
    root = tmp_path_factory.mktemp("troubled") / "demo"
    shutil.copytree(demo.root, root)
    found = DataFolder(root=root)
    with open_archive(found.database) as archive:
        article = find_article(archive, f"{SITE_ID}/{SEED_KEY}")
        url = archive.value("SELECT url FROM articles WHERE id = ?", (article,))
        run = archive.value("SELECT max(id) FROM runs")
        with archive.transaction():
            for kind, detail in (KEPT | {"parser": OF_ANOTHER_PROGRAM}).items():
                add_problem(
                    archive,
                    Problem(kind=kind, detail=detail),
                    site=SITE_ID,
                    url=url,
                    at=datetime(2026, 11, 24, tzinfo=UTC),
                    run=run,
                    article=article,
                )
        why = message("no-answer", some=3, all=9, why="timeout")
        judge_site(archive, run, SITE_ID, "failed", str(why), messages=as_json([why]))
    return found


WITH_DETAILS = [
    f"/bai/{SITE_ID}/{SEED_KEY}",
    "/tinkhoi/problems",
    "/tinkhoi/open_problems",
    "/tinkhoi/run_sites?verdict=failed",
    "/tinkhoi/listed?detail__notblank=1",
    "/tinkhoi?sql=" + quote("select detail from problems"),
]


def test_what_was_kept_of_problems_is_told_in_the_readers_language(
    troubled: DataFolder, english_only: set[str]
) -> None:
    async def ask(lang: Lang) -> dict[str, str]:
        shown = pages_of(troubled.database, lang)
        await shown.invoke_startup()
        return {path: (await shown.client.get(path)).text for path in WITH_DETAILS}

    for path, text in asyncio.run(ask("vi")).items():
        reader = Words("vi")
        reader.feed(text)
        assert {said for _, said in reader.found if words_of(said) & english_only} == set(), path
        said = " ".join(said for _, said in reader.found)
        if "problems" in path or "/bai/" in path:
            assert "2024-07-11 là thứ Năm" in said and "tên tác giả 'P. MAI'" in said, path
            assert OF_ANOTHER_PROGRAM in text and OF_ANOTHER_PROGRAM not in said, path  # told, and called English
        if "run_sites" in path:
            assert "3/9 trang bài không lấy được: quá hạn trả lời" in said
        if "listed" in path:
            assert "trang nói: " in said
    for path, text in asyncio.run(ask("en")).items():
        if "problems" in path or "/bai/" in path:
            assert all(str(escape(detail)) in text for detail in KEPT.values()), path


def told(pages: dict[tuple[Lang, str], Any], lang: Lang) -> Iterator[tuple[str, str, str]]:
    for path in PAGES:
        reader = Words(lang)
        reader.feed(pages[lang, path].text)
        yield from ((path, place, text) for place, text in reader.found)


def test_no_page_in_vietnamese_says_an_english_word(
    pages: dict[tuple[Lang, str], Any], english_only: set[str]
) -> None:
    english_texts = set(texts("en")) - set(texts("vi"))  # also those of one word that a Vietnamese text quotes
    assert {"Search", "Articles over time", "Province"} <= english_texts
    assert len(english_only) > 500 and {"the", "which", "newest"} <= english_only
    found = {
        (text, place, path)
        for path, place, text in told(pages, "vi")
        if words_of(text) & english_only or text in english_texts
    }
    assert found == set()


def test_no_page_in_english_says_a_vietnamese_word(pages: dict[tuple[Lang, str], Any], names: list[str]) -> None:
    def without_names(text: str) -> str:
        text = re.sub("“[^”]*”", "", text)  # what is quoted is data
        for name in names:
            text = text.replace(name, "")
        return text

    found = {
        (text, place, path)
        for path, place, text in told(pages, "en")
        if LETTER_OF_VIETNAMESE.search(without_names(text))
    }
    assert found == set()


def test_the_pages_are_those_that_were_asked_for(pages: dict[tuple[Lang, str], Any]) -> None:
    for (lang, path), answer in pages.items():
        expected = {"/khong-co": 404, "/tinkhoi/khong_co": 404, f"/bai/{SITE_ID}/0": 404}.get(path, 200)
        wrong_sql = ("nowhere" in path and "sql" in path) or "delete" in path
        assert answer.status_code == (400 if wrong_sql else expected), (lang, path)
        assert answer.headers["content-language"] == lang


def test_an_answer_that_is_no_page_is_in_the_readers_language(demo: DataFolder) -> None:
    async def refused(lang: Lang, **headers: str) -> str:
        shown = pages_of(demo.database, lang)
        await shown.invoke_startup()
        return str((await shown.client.get("/", headers=headers)).text)

    for headers in ({"host": "attacker.example"}, {"sec-fetch-site": "cross-site"}):
        vietnamese, english = (asyncio.run(refused(lang, **headers)) for lang in ("vi", "en"))
        assert LETTER_OF_VIETNAMESE.search(vietnamese) and not LETTER_OF_VIETNAMESE.search(english)
