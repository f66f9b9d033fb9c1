"""The tree of which only parts are made is the one that Beautiful Soup makes, and answers and changes as it does."""

from __future__ import annotations

import copy
import gc
import random
import re
import weakref
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PageElement

from scraper.pages import on_demand
from scraper.pages.blocks import blocks
from scraper.pages.on_demand import PartElement, PartPage, part_tree_of
from scraper.pages.tree import new_element, places, released, rename
from tests.pages.test_tree import PAGES, described, selectors

FIXTURES = sorted((Path(__file__).parent / "fixtures").rglob("*.html"))
VALUELESS = re.compile(
    r"\b(nowrap|checked|compact|defer|disabled|ismap|multiple|noshade|readonly|selected)(?=[\s>/])"
)


@pytest.fixture(autouse=True)
def _small_pages_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(on_demand, "_SMALL", 0)


def usual(markup: str) -> str:
    """The page without what lxml's own tree does not tell: values that are not there, and blanks around the page."""
    return VALUELESS.sub(r'\1="\1"', markup).replace("{x}", "").strip()


@pytest.mark.parametrize("markup", PAGES)
def test_made_as_a_whole_it_is_beautiful_soups(markup: str) -> None:
    markup = usual(markup)
    page, other = part_tree_of(markup), BeautifulSoup(markup, "lxml")
    if isinstance(page, PartPage):
        for node in [node for node in other.contents if type(node) is NavigableString and node.isspace()]:
            node.extract()
        for tree in (page, other):
            tree.find(True).append(tree.new_tag("i"))  # before that, all is made
    assert described(page) == described(other)


@pytest.mark.parametrize(
    "markup",
    ["", " \n", "<p>a<!DOCTYPE html>b", "<!DOCTYPE html><p>a<!doctype x>b", "<html></html><html>"],
)
def test_an_unusual_page_is_beautiful_soups(markup: str) -> None:
    assert str(part_tree_of(markup)) == str(BeautifulSoup(markup, "lxml"))


@pytest.mark.parametrize("depth", [200, 248, 252, 254, 256, 400, 3000])
def test_nothing_is_lost_of_a_deep_page(depth: int) -> None:
    markup = "<body>" + "<div>" * depth + "<p>một</p>" + "</div>" * depth + "<p>hai</p></body>"
    page = part_tree_of(markup)
    assert len(page.find_all("div")) == depth
    assert [tag.get_text() for tag in page.find_all("p")] == ["một", "hai"]


def path(node: PageElement | None) -> tuple[int, ...]:
    """Where a node stands: its number among the nodes of what is around it, and so on."""
    steps = []
    while node is not None and node.parent is not None:
        steps.append(next(number for number, one in enumerate(node.parent.contents) if one is node))
        node = node.parent
    return tuple(steps)


def told(nodes: Iterable[PageElement | None]) -> list[Any]:
    return [
        (node.name, node.attrs, path(node)) if isinstance(node, Tag) else (type(node), str(node), path(node))
        for node in nodes
    ]


Question = Callable[[Any], Any]
QUESTIONS: tuple[Question, ...] = (
    lambda tag: told(tag.find_all(True)),
    lambda tag: told(tag.find_all(["a", "img"], class_=True)),
    lambda tag: told(tag.find_all("a", rel="tag")),
    lambda tag: told([tag.find("p"), tag.find(href=True)]),
    lambda tag: told(tag.find_all_next(["p", "a"], limit=20)),
    lambda tag: told(tag.find_all_previous(True, limit=20)),
    lambda tag: told([tag.parent, tag.next_sibling, tag.previous_sibling, tag.previous_element, tag.next_element]),
    lambda tag: told(tag.find_parents()),
    lambda tag: told(tag.descendants),
    lambda tag: told(list(tag.next_elements)[:50]),
    lambda tag: told(list(tag.previous_elements)[:50]),
    lambda tag: [tag.get_text(), tag.get_text("|", strip=True), str(copy.copy(tag))],
    lambda tag: blocks(tag, "https://bao.example/"),
    lambda tag: told(tag.select("p:has(> a), .title, div > a[href], [class*=a]")),
)


def change(tree: BeautifulSoup, tag: Any, other: Any, kind: int) -> None:  # noqa: C901
    if tag.name in {"html", "body", "head"} or tag.parent is None:
        return
    is_apart = all(around is not tag for around in (other, *other.parents))
    if kind < 3:
        tag.decompose()
    elif kind == 3:
        tag.extract()
    elif kind == 4:
        rename(tag, "figure")
    elif kind == 5:
        tag["class"] = "title"
    elif kind == 6 and is_apart:
        other.insert(0, tag.extract())
    elif kind == 7 and is_apart:
        other.insert(1, copy.copy(tag))
    elif kind == 8:
        tag.append(tree.new_tag("em"))
    elif kind in {12, 13} and is_apart and other.parent is not None:
        figure = new_element(other, "figure")
        other.insert_before(figure)
        figure.append(tag.extract())
        figure.append("hai")
    elif kind == 9:
        tag.unwrap()
    elif kind == 10:
        tag.replace_with("một")
    elif kind == 11:
        del tag["class"]


@pytest.mark.parametrize("page", FIXTURES[::4], ids=lambda page: page.stem)
def test_questions_and_changes_in_any_order(page: Path) -> None:
    markup = usual(page.read_text("utf-8", "replace"))
    chance = random.Random(page.stem)
    for _ in range(6):
        trees = [part_tree_of(markup), BeautifulSoup(markup, "lxml")]
        for step in range(8):
            name, place, others = (
                chance.choice(["p", "div", "a", "span", "h1", "body", "script"]),
                chance.random(),
                chance.random(),
            )
            question, kind = chance.choice(QUESTIONS), chance.randrange(15)
            answers = []
            for tree in trees:
                tags = tree.find_all(name) or tree.find_all("body")
                tag, other = tags[int(place * len(tags))], tags[int(others * len(tags))]
                if step % 2:
                    change(tree, tag, other, kind)
                answers.append(None if tag.decomposed else question(tag))
            assert answers[0] == answers[1]


@pytest.mark.parametrize("page", FIXTURES[::9], ids=lambda page: page.stem)
def test_selectors_find_what_beautiful_soup_finds(page: Path) -> None:
    markup = usual(page.read_text("utf-8", "replace"))
    ours, theirs = part_tree_of(markup), BeautifulSoup(markup, "lxml")
    for removed in (None, "div", "p"):
        for tree in (ours, theirs) if removed else ():
            for tag in tree.find_all(removed)[-1:]:
                tag.decompose()
        for own, other in zip((ours, *ours.find_all("div")[:2]), (theirs, *theirs.find_all("div")[:2]), strict=True):
            for selector in selectors():
                assert told(own.select(selector)) == told(other.select(selector)), selector


def test_only_what_is_asked_for_is_made() -> None:
    page = part_tree_of("<body><div id=a><p>một <b>hai</b></p></div><div id=b><p>ba</p></div>")
    assert isinstance(page, PartPage)
    page.select(".c, #c")
    assert [tag.name for tag in page._source.made.values()] == ["html"]
    assert page.select_one("#a").find("b").get_text() == "hai"
    assert {tag.get("id") for tag in page._source.made.values()} == {"a", None}


def test_what_was_removed_is_empty() -> None:
    page = part_tree_of("<body><div><p>một <b>hai</b></p></div><p>ba</p>")
    inner, outer = page.find("b"), page.find("div")
    text = inner.contents[0]
    outer.decompose()
    assert inner.decomposed and outer.decomposed and text.decomposed
    assert (inner.contents, inner.parent, inner.attrs, outer.find("b")) == ([], None, None, None)
    assert [tag.name for tag in page.find_all(True)] == ["html", "body", "p"]


def test_marked_elements_and_places() -> None:
    page = part_tree_of("<nav>a</nav><div class='x y'><p id=z>b<aside>c</aside></div><p class=y>d")
    found = page.marked({"nav", "aside"}, {"y"}, {"z"})
    assert [tag.name for tag in found] == ["nav", "div", "p", "aside", "p"]
    place = places(page)
    assert [place(tag) for tag in found] == sorted(place(tag) for tag in page.find_all(True))[2:]
    found[1].decompose()
    assert [tag.name for tag in page.marked({"nav", "aside"}, {"y"}, {"z"})] == ["nav", "p"]


def test_a_renamed_script_still_holds_a_script() -> None:
    page = part_tree_of("<script>một</script>")
    rename(page.find("script"), "div")
    assert str(type(page.find("div").contents[0])) == str(
        type(BeautifulSoup("<script>x</script>", "lxml").script.string)
    )


def test_released_trees_need_no_garbage_collector() -> None:
    class Remembered(str):
        __slots__ = ("__weakref__",)

    for adds in (False, True):
        gc.collect()
        with released():
            page = part_tree_of("<body><div><p>một <b>hai</b><i>ba</i></p></div><p>bốn</p>")
            assert isinstance(page.find("b"), PartElement)
            page.select("p > b")
            page.find("i").extract()
            if adds:
                page.body.append(page.new_tag("u"))
            word = Remembered("x")
            page.find("b").attrs["title"] = word
            kept = weakref.ref(word)
            del word
            assert kept() is not None
        del page
        assert kept() is None


def test_lxmls_tree_of_a_released_page_needs_no_garbage_collector() -> None:
    gc.disable()
    try:
        with released():
            page: Any = part_tree_of("<body><div><p>một <b>hai</b></p></div><p>bốn</p>")
            assert page.find("b").parent.parent.name == "div"
            source = weakref.ref(page._source)  # which holds all of lxml's elements
        del page
        assert source() is None
    finally:
        gc.enable()
