"""Watchwords are followed and dropped by a form of our own page, and by nothing else."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from flows.storage.folder import DataFolder
from flows.web import pages_of
from scraper.store import open_archive, open_reader
from scraper.store.backups import backup
from scraper.store.watches import watches

HERE = "http://localhost"
OURS: Mapping[str, str | None] = {"origin": HERE, "sec-fetch-site": "same-origin"}
"""What a browser says of a form of our own page."""

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def database(demo: DataFolder, tmp_path: Path) -> Path:
    path = tmp_path / "tinkhoi.db"
    with open_archive(demo.database) as archive:
        backup(archive, path)
    return path


def send(
    database: Path, words: str, act: str = "add", *, token: bool = True, headers: Mapping[str, str | None] = OURS
) -> Any:
    """The answer to the form, after its page was opened; a header that is None is left out."""

    async def ask() -> Any:
        shown = pages_of(database, "en")
        await shown.invoke_startup()
        page = await shown.client.get("/theo-doi")
        sent = {"words": words, "act": act}
        if token:
            found = re.search(r'name="csrftoken" value="([^"]+)"', page.text)
            assert found
            sent["csrftoken"] = found[1]
        return await shown.client.post(
            "/theo-doi",
            data=sent,
            headers={name: value for name, value in {**OURS, **headers}.items() if value is not None},
            cookies={"ds_csrftoken": page.cookies["ds_csrftoken"]},
        )

    return asyncio.run(ask())


def get(database: Path, path: str) -> str:
    async def ask() -> str:
        return str((await pages_of(database, "en").client.get(path)).text)

    return asyncio.run(ask())


def words_of(database: Path) -> list[str]:
    with open_reader(database) as archive:
        return [each.words for each in watches(archive)]


@pytest.mark.parametrize("path", ["/", "/tim?q=khoi", "/xu-huong", "/tinkhoi"])
def test_the_menu_of_each_page_leads_to_the_watchwords(database: Path, path: str) -> None:
    menu = re.search(r'<nav aria-label="Main menu">(.*?)</nav>', get(database, path), re.S)
    assert menu and '<a href="/theo-doi">Watchwords</a>' in menu[1]


def test_a_word_is_followed_found_by_feed_and_dropped(database: Path) -> None:
    answer = send(database, "  Kỷ   luật ")
    assert (answer.status_code, answer.headers["location"]) == (303, "/theo-doi")
    assert words_of(database) == ["Kỷ luật"]
    with open_reader(database) as archive:
        expected = archive.value(
            "SELECT count(*) FROM reading WHERE instr(lower(text || ' ' || title), 'kỷ luật')"
            " OR instr(text || ' ' || title, 'Kỷ luật')"
        )
    page = get(database, "/theo-doi")
    link = re.search(r'href="(/tim\.atom\?[^"]*)"', page)
    assert link and f'<td class="n">{expected}</td>' in page
    feed = ET.fromstring(get(database, link[1]).encode())
    assert feed.findtext(f"{ATOM}title") == "Tin Khối: Topic: Kỷ luật"
    assert 0 < len(feed.findall(f"{ATOM}entry")) <= expected
    assert send(database, "Kỷ luật", "remove").status_code == 303
    assert words_of(database) == []


@pytest.mark.parametrize("words", ["", "   ", "…!", "a" * 101, "khoi"])
def test_what_is_no_word_changes_nothing_and_says_so(database: Path, words: str) -> None:
    answer = send(database, words)
    assert answer.status_code == 400 and 'role="alert"' in answer.text
    assert words_of(database) == []


def test_what_is_not_followed_cannot_be_dropped_and_an_unknown_act_does_nothing(database: Path) -> None:
    assert send(database, "kỷ luật", "remove").status_code == 400
    assert send(database, "kỷ luật", "other").status_code == 400
    assert words_of(database) == []


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://attacker.example", "sec-fetch-site": "cross-site"},
        {"origin": "http://localhost:8000", "sec-fetch-site": "same-site"},
        {"origin": "null", "sec-fetch-site": "cross-site"},
        {"sec-fetch-site": None},
        {"origin": "http://localhost:8000"},
        {"origin": None},
        {"origin": None, "sec-fetch-site": None},
        {
            "origin": "https://attacker.example",
            "sec-fetch-site": "cross-site",
            "sec-fetch-mode": "navigate",
            "sec-fetch-dest": "document",
        },
    ],
)
def test_a_form_of_another_page_is_refused(database: Path, headers: dict[str, str | None]) -> None:
    assert send(database, "kỷ luật", headers=headers).status_code == 403
    assert words_of(database) == []


def test_a_form_without_its_token_or_of_great_size_is_refused(database: Path) -> None:
    assert send(database, "kỷ luật", token=False).status_code == 403
    assert send(database, "a" * 5000).status_code == 413
    assert words_of(database) == []


def test_no_other_page_takes_a_form(database: Path) -> None:
    async def ask(path: str) -> int:
        answer = await pages_of(database, "en").client.post(path, data={"words": "x"}, headers={"origin": HERE})
        return int(answer.status_code)

    for path in ("/", "/tim", "/theo-doi/", "/tinkhoi", "/tinkhoi/watches/-/insert"):
        assert asyncio.run(ask(path)) == 405


def test_while_a_run_writes_it_says_so_and_changes_nothing(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.web.watch_page.WAIT", 0.0)
    with open_archive(database):
        answer = send(database, "kỷ luật")
    assert answer.status_code == 503 and "Traceback" not in answer.text
    assert words_of(database) == []


def test_a_search_for_a_phrase_leads_to_a_watchword_that_finds_the_same(database: Path) -> None:
    results = get(database, "/tim?q=%22k%E1%BB%B7+lu%E1%BA%ADt%22")
    link = re.search(r'href="(/theo-doi\?words=[^"]+)"', results)
    assert link
    form = re.search(r'name="words"[^>]* value="([^"]*)"', get(database, link[1]))
    assert form and form[1] == "kỷ luật"
    assert send(database, form[1]).status_code == 303
    with open_reader(database) as archive:
        assert [(each.words, each.articles > 0) for each in watches(archive)] == [("kỷ luật", True)]
