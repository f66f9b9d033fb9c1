"""Questions to a page's elements that make none: the answers are those of Beautiful Soup."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from bs4 import Tag

from scraper.pages import on_demand
from scraper.pages.nodes import Tags
from scraper.pages.on_demand import PartPage
from scraper.pages.tree import Page, elements_after, tree_of

MARKUP = (
    "<html><body><ul class=' menu  top '><li><a href='/a' title=x>một</a><li><a>hai <b>ba</b></a><li></ul>"
    "<h1>bốn <a href='/b'>năm</a></h1><p>sáu<!-- c --></p><p><img src=x></p><script>s</script></body></html>"
)


@pytest.fixture(params=[tree_of, on_demand.part_tree_of], ids=["whole", "in part"])
def page(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Page:
    monkeypatch.setattr(on_demand, "_SMALL", 0)
    make: Callable[[str], Page] = request.param
    return make(MARKUP)


def test_a_page_in_part_is_asked_itself(page: Page) -> None:
    assert isinstance(page.nodes(), Tags) is not isinstance(page, PartPage)


def test_elements_by_name_within_others_and_around_them(page: Page) -> None:
    nodes = page.nodes()
    found = [nodes.of(node) for node in nodes.named("a", "h1")]
    assert [tag.name for tag in found] == ["a", "a", "h1", "a"]
    assert all(nodes.of(nodes.node_of(tag)) is tag for tag in found)
    menu = next(iter(nodes.named("ul")))
    assert [nodes.name_of(node) for node in nodes.within(menu, "a", "b")] == ["a", "a", "b"]
    link = next(iter(nodes.within(menu, "a")))
    assert [nodes.name_of(node) for node in nodes.upwards(link)][:3] == ["li", "ul", "body"]


def test_values_of_attributes(page: Page) -> None:
    nodes = page.nodes()
    menu, link = next(iter(nodes.named("ul"))), next(iter(nodes.named("a")))
    assert nodes.value_of(menu, "class") == "menu top"
    assert nodes.value_of(link, "href") == "/a"
    assert nodes.value_of(link, "class") is None


def test_the_only_string_of_an_element(page: Page) -> None:
    nodes = page.nodes()
    assert [nodes.only_string(node) for node in nodes.named("a", "p", "script")] == [
        "một",
        None,
        "năm",
        None,
        None,
        None,
    ]


def test_the_only_string_of_an_element_that_changed(page: Page) -> None:
    nodes = page.nodes()
    page.find("b").decompose()
    link = nodes.node_of(page.find_all("a")[1])
    assert nodes.only_string(link) == "hai "


def test_elements_behind_a_tag_one_by_one(page: Page) -> None:
    title = page.find("h1")
    assert isinstance(title, Tag)
    page.find("img").decompose()
    assert [tag.name for tag in elements_after(title)] == ["a", "p", "p", "script"]
    assert [tag.name for tag in elements_after(title, "p")] == ["p", "p"]
