"""What the outline of a page tells, on pages that are made as a whole and on pages that are made in part."""

from __future__ import annotations

import re
from typing import Any

import pytest
from bs4 import BeautifulSoup
from bs4.element import NavigableString
from hypothesis import given
from hypothesis import strategies as st

from scraper.pages import on_demand
from scraper.pages.on_demand import PartPage
from scraper.pages.tree import Page, tree_of

MARKUP = (
    "<html><head><title>Báo</title><script>var một = 1</script><style>p {}</style></head><body class='a b'>"
    "<nav><a href='/'>Trang chủ</a> <a href='/x'>Xã hội</a></nav><!-- một --> hai "
    "<div id='d'>ba<b>bốn</b><!-- c -->năm<p>sáu<br>bảy</p>tám</div>chín"
    "<pre>  \n  </pre><ruby>mười<rt>x y</rt></ruby></body></html>"
)
PIECES = (
    "<p>", "</p>", "<div>", "</div>", "<b>", "</b>", "<br>", "<!-- x -->", " ", "một", "hai\n", "<ruby>", "<rt>",
    "<pre>", "</pre>", "<script>s</script>", "<a href=x>", "</a>", "<ul><li>", "<table><tr><td>",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _parts_of_small_pages_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(on_demand, "_SMALL", 0)


def both(markup: str) -> tuple[Page, Page]:
    return tree_of(markup), on_demand.part_tree_of(markup)


def told(page: Page) -> list[tuple[str, tuple[str, ...]]]:
    """Its strings, each with the names of the elements around it."""
    outline = page.outline()
    return [(str(text), tuple(outline.names[each] for each in outline.upwards(n))) for text, n in outline.strings]


def expected(markup: str) -> list[tuple[str, tuple[str, ...]]]:
    nodes: Any = BeautifulSoup(markup, "lxml").descendants
    strings = [node for node in nodes if type(node) is NavigableString and not node.isspace()]
    return [(str(node), tuple(parent.name for parent in node.parents)) for node in strings]


def test_it_has_the_strings_that_a_page_prints_and_what_is_around_them() -> None:
    for page in both(MARKUP):
        assert told(page) == expected(MARKUP)
    assert isinstance(both(MARKUP)[1], PartPage)


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=25).map("".join))
def test_any_page_has_the_same_outline_however_it_is_kept(markup: str) -> None:
    markup = f"<html><body>{markup}</body></html>"
    for page in both(markup):
        assert told(page) == expected(markup)


def test_elements_are_found_by_number_and_numbers_by_element() -> None:
    for page in both(MARKUP):
        outline = page.outline()
        for tag in page.find_all(True):
            number = outline.number(tag)
            assert outline.tag(number) is tag
            assert outline.names[number] == tag.name
            assert ("id" in outline.attributes(number)) == ("id" in tag.attrs)
            inner = [outline.number(each) for each in tag.find_all(True)]
            assert [each for each in outline.inside(number) if outline.names[each]] == [number, *inner]


def test_strings_before_and_behind_an_element() -> None:
    for page in both(MARKUP):
        outline = page.outline()
        place = outline.number(page.find("b"))
        assert [text for text, _ in outline.strings_after(place)][:3] == ["bốn", "năm", "sáu"]
        assert [text for text, _ in outline.strings_before(place)][:2] == ["ba", " hai "]


def test_what_was_removed_since_is_left_out() -> None:
    for page in both(MARKUP):
        outline = page.outline()
        place = outline.number(page.find("b"))
        page.find("b").decompose()
        page.find("p").decompose()
        assert [name for n, name in enumerate(outline.names) if name and outline.is_removed(n)] == ["b", "p", "br"]
        assert [text for text, _ in outline.strings_after(place)] == ["năm", "tám", "chín", "mười"]
        assert list(outline.matching(re.compile("tám|bảy"))) == ["tám"]
