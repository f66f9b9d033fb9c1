"""Chromium drives a study: search, two words over time, a month, an article, its citation, the hits taken along.

By mouse and by keyboard alone, in both languages, on a phone and on a desk, light and dark. axe-core looks at each
page on the way. Nothing is asked of another place than the page's own address.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from flows.web.language import WORDS
from scraper.store import open_archive, open_reader
from scraper.store.backups import backup
from scraper.store.watches import watches
from tests.flows.web.conftest import serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Download, Page

    from tests.conftest import ThreeNights


AXE = tuple(Path(root) / "axe-core/axe.min.js" for root in ("/usr/lib/node_modules", "/usr/local/lib/node_modules"))
pytestmark = pytest.mark.slow

SERIOUS = """async () => (await axe.run()).violations.filter(each => ['serious', 'critical'].includes(each.impact))
    .map(each => each.id + ': ' + each.nodes.slice(0, 3).map(node => node.html.slice(0, 160)).join(' | '))"""
FOCUSED = """() => ({href: document.activeElement.getAttribute('href') || '', id: document.activeElement.id,
    text: document.activeElement.innerText || '', tag: document.activeElement.tagName})"""


@pytest.fixture(scope="module")
def axe() -> str:
    found = next((path for path in AXE if path.exists()), None)
    if found is None:
        pytest.skip("axe-core is not installed")
    return found.read_text(encoding="utf-8")


class Reader:
    """Someone who uses the pages by mouse, or by keyboard alone."""

    def __init__(self, page: Page, lang: str, *, keyboard: bool) -> None:
        self.page, self.lang, self.keyboard = page, lang, keyboard

    def word(self, name: str) -> str:
        return WORDS[name][self.lang == "en"]

    def go(self, wanted: Callable[[dict[str, str]], bool], selector: str) -> None:
        """Follows a link."""
        with self.page.expect_navigation():
            self._press(wanted, selector)

    def take(self, wanted: Callable[[dict[str, str]], bool], selector: str) -> Download:
        """Follows a link to a file."""
        with self.page.expect_download() as found:
            self._press(wanted, selector)
        return found.value

    def type(self, field: str, text: str) -> None:
        """Writes into a field and sends its form."""
        if self.keyboard:
            self._tab(lambda at: at["id"] == field)
            self.page.keyboard.press("Control+A")
            self.page.keyboard.type(text)
            with self.page.expect_navigation():
                self.page.keyboard.press("Enter")
        else:
            self.page.locator(f"#{field}").fill(text)
            with self.page.expect_navigation():
                self.page.locator(f"form:has(#{field}) button").first.click()

    def open(self, summary: str) -> None:
        """Opens what a summary hides."""
        self._press(lambda at: at["tag"] == "SUMMARY" and summary in at["text"], f"summary:has-text('{summary}')")

    def _press(self, wanted: Callable[[dict[str, str]], bool], selector: str) -> None:
        if self.keyboard:
            self._tab(wanted)
            self.page.keyboard.press("Enter")
        else:
            self.page.locator(selector).first.click()

    def _tab(self, wanted: Callable[[dict[str, str]], bool]) -> None:
        for _ in range(300):
            self.page.keyboard.press("Tab")
            if wanted(self.page.evaluate(FOCUSED)):
                return
        raise AssertionError(f"the keyboard does not reach it on {self.page.url}")


@pytest.mark.parametrize(
    ("lang", "width", "scheme", "keyboard"),
    [
        ("vi", 1280, "light", False),
        ("en", 390, "dark", False),
        ("vi", 390, "light", True),
        ("en", 1280, "dark", True),
    ],
)
def test_from_a_question_to_a_figure_a_citation_and_the_hits(
    chromium: Browser, address: str, axe: str, lang: str, width: int, scheme: Any, keyboard: bool
) -> None:
    context = chromium.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
        locale={"vi": "vi-VN", "en": "en-US"}[lang],
        base_url=address,
        accept_downloads=True,
    )
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    reader = Reader(page, lang, keyboard=keyboard)

    def look() -> None:
        assert page.locator("html").get_attribute("lang") == lang
        assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
        page.evaluate(axe)
        assert page.evaluate(SERIOUS) == [], page.url

    page.goto("/")
    look()
    reader.type("q", "kỷ luật")
    look()
    reader.go(lambda at: at["href"].startswith("/xu-huong?"), "a[href^='/xu-huong?']")
    look()
    reader.type("q", "kỷ luật, đảng ủy khối")
    look()
    assert page.locator(".legend li").count() == 2
    month = page.locator("tbody tr", has=page.locator("td:nth-child(5) a:not(:text-is('0'))")).last
    link = str(month.locator("td:nth-child(5) a").get_attribute("href"))
    count = int(month.locator("td:nth-child(5)").inner_text())
    reader.go(lambda at: at["href"] == link, f".plot a[href='{link}']")
    look()
    assert page.locator(".found > li").count() == count > 0
    reader.go(lambda at: at["href"].startswith("/bai/"), ".found a")
    look()
    ris = reader.take(lambda at: at["href"].startswith("/trich-dan/ris/"), "a[href^='/trich-dan/ris/']")
    assert "TY  - " in Path(ris.path()).read_text(encoding="utf-8")
    page.go_back()
    reader.open(reader.word("take_along"))
    sheet = reader.take(lambda at: at["href"].startswith("/tai-ve/csv"), "a[href^='/tai-ve/csv']")
    rows = list(csv.DictReader(Path(sheet.path()).read_text(encoding="utf-8-sig").splitlines()))
    assert len(rows) == count
    assert {url.removeprefix(address)[:1] for url in asked if not url.startswith("data:")} == {"/"}
    context.close()


@pytest.mark.parametrize(
    ("path", "answer"), [("/xu-huong?q=kỷ luật", ".trend .plot"), ("/ngu-canh?q=kỷ luật", ".lines tbody tr")]
)
def test_the_answer_begins_on_the_first_screen_of_a_phone(
    chromium: Browser, address: str, path: str, answer: str
) -> None:
    page = chromium.new_page(viewport={"width": 390, "height": 844}, locale="vi-VN", base_url=address)
    page.goto(path)
    place = page.locator(answer).first.bounding_box()
    assert place is not None and place["y"] < 600
    assert page.locator("form.asking button").count() == 1
    assert not page.locator("#f-site").is_visible()
    page.goto(path + "&topic=khoi")
    assert page.locator("#f-site").is_visible(), "what is chosen is shown"
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_for_research_has_a_serious_fault(chromium: Browser, address: str, axe: str, scheme: Any) -> None:
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, color_scheme=scheme, base_url=address)
    page = context.new_page()
    for path in (
        "/ngu-canh?q=kỷ luật&order=left",
        "/so-sanh?topic=khoi",
        "/ban-do?map=63&tiles=share",
        "/lich",
        "/theo-doi",
    ):
        page.goto(path)
        page.evaluate(axe)
        assert page.evaluate(SERIOUS) == [], path
    context.close()


def test_a_reader_follows_and_drops_a_word_in_a_browser(
    chromium: Browser, three_nights: ThreeNights, tmp_path: Path
) -> None:
    database = tmp_path / "tinkhoi.db"
    with open_archive(three_nights.data.database) as archive:
        backup(archive, database)

    def followed() -> list[str]:
        with open_reader(database) as archive:
            return [each.words for each in watches(archive)]

    with serving(tmp_path) as address:
        page = chromium.new_page(base_url=address, locale="vi-VN")
        page.goto("/tim?q=" + quote("kỷ luật"))
        page.get_by_role("link", name="Theo dõi các từ này").click()
        page.wait_for_url("**/theo-doi?*")
        page.locator("#words").press("Enter")
        page.wait_for_url("**/theo-doi")
        assert page.get_by_role("rowheader").all_inner_texts() == ["kỷ luật"]
        assert followed() == ["kỷ luật"]
        page.get_by_role("button", name="Thôi theo dõi kỷ luật").click()
        page.get_by_text("Chưa theo dõi từ nào.").wait_for()
        assert followed() == []
        page.close()
