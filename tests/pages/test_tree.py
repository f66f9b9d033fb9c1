"""The tree is the one that Beautiful Soup makes, and answers as it does."""

from __future__ import annotations

import copy
import gc
import random
import re
import weakref
from pathlib import Path
from typing import Any

import pytest
import soupsieve
from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

from scraper.pages import FAMILIES, load_family
from scraper.pages.tree import _ON_ALL, Element, KeptParser, hold, released, rename, tree_of
from scraper.time_limit import TooSlow

FIXTURES = sorted((Path(__file__).parent / "fixtures").rglob("*.html"))
ODD = (
    "",
    "x",
    " \n ",
    "\ufeff<p>một",
    "<!---->a<!-- --><?php echo 1 ?><p>hai</p>",
    '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd"><p>ba',
    "<template><p> a </p></template><ruby>x<rt>y<b> </b></rt><rp>(</rp></ruby>",
    "<pre>  \n <b> </b></pre><textarea> </textarea><style> </style><script>a<b></script>",
    "<a {x}y=1>z</a><svg:rect xlink:href='a'></svg:rect><o:p>Word</o:p>",
    "<p>a</b></p></html>đuôi<p><table><p>b<tr><td headers='a b' class=''>c</table>",
    "<meta charset=utf-8><meta http-equiv='Content-Type' content='text/html; charset=x'>",
    "<html xmlns='http://www.w3.org/1999/xhtml' xmlns:fb='x'><fb:like>a</fb:like>",
    "<a rel='x y' rev=z accesskey='a b' class='m\u00a0n'><form accept-charset='a b'><p>một<p>hai<div>ba</p>bốn",
    "<frameset><frame></frameset>",
)
PAGES = [pytest.param(page.read_text("utf-8", "replace"), id=page.stem) for page in FIXTURES]
PAGES += [pytest.param(markup, id=f"odd {number}") for number, markup in enumerate(ODD)]
LINKS = ("parent", "previous_element", "next_element", "previous_sibling", "next_sibling")
OUR_OWN = {
    "lookup",
    "elements",
    "named",
    "is_ordered",
    "is_whole",
    "times_ordered",
    "builder",
    "element_classes",
    "parser_class",
    "markup",
}


def described(page: BeautifulSoup) -> list[Any]:
    """Each element and string of the page: its kind, all that is set on it, and where its links lead."""
    nodes = [page, *page.descendants]
    place = {id(node): number for number, node in enumerate(nodes)} | {id(None): None}
    found = []
    for node in nodes:
        is_ours = isinstance(node, Element) and not isinstance(node, BeautifulSoup)
        set_on_it = _ON_ALL | vars(node) if is_ours else vars(node)
        own = {key: value for key, value in set_on_it.items() if not key.startswith("_") and key not in OUR_OWN}
        own |= {key: place[id(own[key])] for key in LINKS}
        if isinstance(node, Tag):
            own["contents"] = [place[id(child)] for child in node.contents]
            own["attrs"] = [(key, type(value), value) for key, value in node.attrs.items()]
            for key in ("current_data", "tagStack", "currentTag", "open_tag_counter"):  # of the parser, not the page
                own.pop(key, None)
            own.pop("preserve_whitespace_tag_stack", None)
            own.pop("string_container_stack", None)
        found.append((Tag if isinstance(node, Tag) else type(node), str(node) if node is not page else "", own))
    return found


@pytest.mark.parametrize("markup", PAGES)
def test_the_tree_is_beautiful_soups(markup: str) -> None:
    assert described(tree_of(markup)) == described(BeautifulSoup(markup, "lxml"))


def selectors() -> list[str]:
    """The selectors of the declarative families, and some of each other kind."""
    found = {"*", "p", "DIV", "div *", "div > p + p", "h1 ~ p", "p:nth-of-type(2)", "li:first-child a", "p:has(> em)"}
    found |= {"a[HREF]", "[class*=tit]", "p, div, .x", "a:not([href^=http])", "img[src$='.jpg' i]", ":is(h1, h2)"}
    found |= {
        "a[rel~=TAG]",
        "input[type=TEXT]",
        "p:not(.a, .b p)",
        "div:has(> p)",
        "div:has(> a, img)",
        "li:not(:has(a))",
    }
    found |= {
        "a:nth-of-type(2n+1)",
        "p:not(:nth-last-of-type(-n+2))",
        "p:nth-of-type(-2n+5)",
        "div:not(body > div) p",
        "p:empty",
    }
    for name in FAMILIES:
        family = load_family(name)
        for rows in getattr(family, "fields", {}).values():
            found |= set(rows)
        found |= {getattr(family, row, "") for row in ("beside", "not_body", "list_links", "pictures")}
    return sorted(found - {""})


@pytest.mark.parametrize("page", FIXTURES[::9], ids=lambda page: page.stem)
def test_selectors_find_what_soupsieve_finds(page: Path) -> None:
    markup = page.read_text("utf-8", "replace")
    ours, theirs = tree_of(markup), BeautifulSoup(markup, "lxml")
    for removed in (None, "div"):  # what is removed is not found, wherever the question is asked
        places = [{id(node): number for number, node in enumerate(tree.descendants)} for tree in (ours, theirs)]
        for selector in selectors():
            roots = zip((ours, *ours.find_all("div")[2:4]), (theirs, *theirs.find_all("div")[2:4]), strict=True)
            for own, other in roots:
                found = [places[0][id(tag)] for tag in own.select(selector)]
                assert found == [places[1][id(tag)] for tag in soupsieve.select(selector, other)], selector
                first = own.select_one(selector)
                assert [places[0][id(first)]] == found[:1] if first is not None else not found
        for tree in (ours, theirs) if removed else ():
            tree.find_all(removed)[-1].decompose()


MARKUP = (
    "<head><title>Đầu</title><meta name=a content=1><meta property=a content=''></head><body class='m n'>"
    "<a href=x rel='prev next'>một <b>hai</b><!-- ghi chú --></a><a>ba</a><img src=y><template>bốn</template>"
)
QUESTIONS: tuple[tuple[tuple[Any, ...], dict[str, Any]], ...] = (
    ((True,), {}),
    (("a",), {}),
    ((["a", "img"],), {}),
    (("a",), {"href": True}),
    (("meta",), {"attrs": {"name": "a"}}),
    (("meta",), {"property": "a"}),
    (("a",), {"rel": "next"}),
    (("a",), {"rel": "prev next"}),
    (("a",), {"limit": 1}),
    (("body",), {"class_": "n"}),
    ((), {"src": True}),
    (("a",), {"href": re.compile("x")}),
    (("meta",), {"content": ""}),
    ((), {"string": True}),
    (("a",), {"string": "ba"}),
    ((["a", re.compile("^im")],), {}),
    ((), {"href": "x"}),
    ((), {}),
)


@pytest.mark.parametrize("question", QUESTIONS, ids=str)
def test_finding_by_name_and_attribute(question: tuple[tuple[Any, ...], dict[str, Any]]) -> None:
    names, attributes = question
    ours, theirs = tree_of(MARKUP), BeautifulSoup(MARKUP, "lxml")
    for indexed in (False, True):
        assert [str(tag) for tag in ours.find_all(*names, **attributes)] == [
            str(tag) for tag in theirs.find_all(*names, **attributes)
        ]
        single = {key: value for key, value in attributes.items() if key != "limit"}
        assert str(ours.find(*names, **single)) == str(theirs.find(*names, **single))
        if not indexed:
            ours.select("a")


def test_words_are_those_of_the_same_strings() -> None:
    ours, theirs = tree_of(MARKUP), BeautifulSoup(MARKUP, "lxml")
    for own, other in zip(ours.find_all(True), theirs.find_all(True), strict=True):
        assert (own.get_text(), own.get_text("|"), own.get_text(" ", strip=True)) == (
            other.get_text(), other.get_text("|"), other.get_text(" ", strip=True))  # fmt: skip


def test_what_is_added_renamed_and_marked_is_selected() -> None:
    page = tree_of("<div><p id=a>một</p></div>")
    assert page.select(".moi, figure, b") == []
    first = page.find("p")
    first["class"] = "moi"
    assert [tag["id"] for tag in page.select(".moi")] == ["a"]
    rename(first, "figure")
    assert len(page.select("figure")) == 1
    first.append(page.new_tag("b"))
    assert len(page.select("figure > b")) == 1


def test_elements_are_found_by_what_names_them() -> None:
    page = tree_of(
        "<div id=menu-1 class='x y'><p class='y Menu2 menu3'></p><b itemtype=/menu></b></div>"
        "<i aria-label='the menu'></i><u title=menu class></u><a class=menu></a>"
    )
    page.find("a").decompose()
    assert [tag.name for tag in page.naming(re.compile("menu", re.I))] == ["div", "p", "b", "i"]
    assert page.naming(re.compile("x y")) == []


def test_a_selector_that_is_no_css_is_refused() -> None:
    with pytest.raises(soupsieve.SelectorSyntaxError):
        tree_of("<p>").select("p[")


def test_what_was_taken_out_is_still_asked_with_what_is_around_it() -> None:
    taken = tree_of("<div class=a><p class=b><i>một</i></p></div>").select_one(".a").extract()
    assert len(taken.select(".a .b > i")) == 1
    assert len(taken.p.select(".a i")) == 1


class Names:
    """Takes the names of elements, and stops at one of them."""

    def begin(self) -> None:
        self.names: list[str] = []

    def start(self, name: str, _: object) -> None:
        if name == "stop":
            raise TooSlow("enough")
        self.names.append(name)

    def close(self) -> list[str]:
        return self.names


def test_a_page_that_was_broken_off_leaves_nothing_to_the_next() -> None:
    parser = KeptParser(Names)
    assert parser.parsed("<i>") == parser.parsed("<i>") == ["html", "body", "i"]
    with pytest.raises(TooSlow):
        parser.parsed("<p><stop>")
    assert parser.parsed("<b>") == ["html", "body", "b"]


SMALL = sorted(FIXTURES, key=lambda page: page.stat().st_size)[::3]


def changed(tree: BeautifulSoup, chance: random.Random) -> None:
    """Removes, moves, adds, copies and renames some elements of the tree, the same with the same ``chance``."""
    for _ in range(chance.randint(1, 4)):
        tags = tree.find_all(True)
        one, other = chance.choice(tags), chance.choice(tags)
        kind = chance.randrange(6)
        if one.parent is tree or one.name in {"html", "body"}:
            continue
        if kind == 0:
            one.decompose()
        elif kind == 1:
            one.extract().append(tree.new_tag("em"))
        elif kind == 2 and one is not other and all(parent is not one for parent in other.parents):
            other.append(one)
        elif kind == 3:
            other.insert(0, copy.copy(one))
        elif kind == 4:
            rename(one, "section")
        else:
            one.unwrap()


@pytest.mark.parametrize("seed", range(12))
def test_a_changed_tree_answers_as_beautiful_soups(seed: int) -> None:
    markup = SMALL[seed].read_text("utf-8", "replace")
    ours, theirs = tree_of(markup), BeautifulSoup(markup, "lxml")
    chances = random.Random(seed), random.Random(seed)
    for _ in range(3):
        trees = []
        for tree, chance in zip((ours, theirs), chances, strict=True):
            taken = chance.choice(tree.find_all("div") or [tree])
            changed(tree, chance)
            trees.append([taken, *tree.find_all(True)])
        assert [tag.name for tag in trees[0]] == [tag.name for tag in trees[1]]
        places = [{id(tag): number for number, tag in enumerate(tags)} for tags in trees]
        for own, other in list(zip(*trees, strict=True))[::4]:
            for names in (True, "a", "p", ["img", "section"], "em"):
                for ask in ("find_all", "find_all_next", "find_all_previous", "find_parents"):
                    answers = [
                        [place.get(id(found), found.name) for found in getattr(tag, ask)(names)]
                        for place, tag in zip(places, (own, other), strict=True)
                    ]
                    assert answers[0] == answers[1], (ask, names)


def test_released_trees_need_no_garbage_collector() -> None:
    class Remembered(str):
        __slots__ = ("__weakref__",)

    gc.collect()
    with released():
        page = tree_of(MARKUP)
        word = Remembered("x")
        page.body.append(NavigableString("một"))
        page.find("b").attrs["title"] = word
        kept = weakref.ref(word)
        del word
        assert not gc.isenabled()
        with released():
            tree_of(MARKUP)
        assert kept() is not None and page.find("b") is not None
    del page
    assert kept() is None
    assert gc.isenabled()


def test_the_collector_works_again_after_trees_that_cannot_be_taken_apart() -> None:
    def fail() -> None:
        raise TooSlow("enough")

    with pytest.raises(TooSlow), released():
        hold(fail)
    assert gc.isenabled()


@pytest.mark.parametrize("asked", [(), (True,), ("a",), (["img", "b"],)], ids=str)
def test_siblings_are_found(asked: tuple[Any, ...]) -> None:
    ours, theirs = tree_of(MARKUP), BeautifulSoup(MARKUP, "lxml")
    for own, other in zip(ours.find_all(True), theirs.find_all(True), strict=True):
        for ask in ("find_next_sibling", "find_previous_sibling"):
            assert str(getattr(own, ask)(*asked)) == str(getattr(other, ask)(*asked))


def test_a_page_after_one_that_could_not_be_built() -> None:
    whole = str(tree_of(MARKUP))
    for _ in range(2):
        assert str(tree_of("<p>một<a {x}y=1>hai")) == str(BeautifulSoup("<p>một<a {x}y=1>hai", "lxml"))
        assert str(tree_of(MARKUP)) == whole
