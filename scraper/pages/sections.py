"""Finds the section of an article on a page of unknown software: by where its links lead, not by their names.

A page tells the section in several ways. They are asked in this order: the path from the home page to the article
(breadcrumbs), what the page's head states, a link beside the title to a list that the site's menu also has, the entry
that the menu shows as the current one, and the entry to whose folder the article's address belongs.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property, partial
from typing import Any
from urllib.parse import unquote

from bs4 import Tag
from bs4.element import NavigableString, PageElement

from scraper.pages.addresses import absolute, origin, path_of, same_host
from scraper.pages.blocks import attribute, is_hidden, words
from scraper.pages.metadata import LinkedArticle, breadcrumbs, meta
from scraper.pages.outline import Outline
from scraper.pages.tree import Page
from scraper.text import fold, squeeze

_HOME = frozenset({"", "trang chu", "trang nhat", "home", "homepage", "trang dau"})
_NAMES_OF_HOME = _HOME - {""}
_HOME_PATH = re.compile(r"/?(?:(?:index|home|default|trang-?chu)(?:\.\w{3,5})?/?)?", re.I)
_TRAIL = re.compile(r"bread-?_?crumb|breadcum|duong-?dan|path-?way", re.I)
_NAMING = ("class", "id", "itemtype", "aria-label")
_SEPARATORS = re.compile(r"\s*[›»>→/|\\·•▸❯]+\s*")
_CURRENT = re.compile(r"(?:^|[\s_-])(?:active|actived|current|selected)(?:$|[\s_-])", re.I)
_TRAIL_IN_WORDS = re.compile(r"\W*(?:trang (?:chủ|nhất)|home)\s*[›»>→/|]+\s*\w.{0,200}$", re.I)
_LONGEST = 60  # characters of a section's name
_LONGEST_ENTRY = 35  # characters of a menu's entry whose address might be an article's
_LONGEST_TRAIL = 250
_MOST_STEPS = 5  # links from the home page to the article
_LEVELS = 4  # elements around a link that may be the trail
_FEWEST_ENTRIES = 3  # links to lists side by side that make a menu
_BESIDE = 6  # links before or behind the title that may be beside it


def section_of(
    page: Page,
    title: Tag,
    url: str,
    *,
    key: Callable[[str], str | None],
    linked: LinkedArticle | None,
    base: str | None = None,
    outline: Outline | None = None,
) -> str | None:
    """The section of the article at ``url`` whose title is printed in ``title``, or None if nothing tells it.

    ``key`` recognises the addresses of articles; ``base`` is the address to which links are relative. ``outline`` is
    that of the page, where it is known.
    """
    links = _Links(page, title, url, key, base or url, outline)
    ways: tuple[Callable[[], str | None], ...] = (
        links.trail,
        lambda: (linked.section if linked else None) or meta(page, "article:section"),
        lambda: next(filter(links.may_be, reversed(breadcrumbs(page))), None),
        links.beside_title,
        links.current_entry,
        links.by_folder,
    )
    return next((name for way in ways if (name := way()) and links.may_be(name)), None)


class _Links:
    """The links of a page, in order, with where they lead."""

    def __init__(
        self,
        page: Page,
        title: Tag,
        url: str,
        key: Callable[[str], str | None],
        base: str,
        outline: Outline | None,
    ) -> None:
        self.page, self.title, self.url, self.key = page, title, url, key
        self.matching = partial(_matching, page) if outline is None else outline.matching
        self.own = {fold(words(title)), fold(title.get_text(" "))}
        self.nodes = nodes = page.nodes()
        self.links: list[tuple[Any, str]] = []  # to the site's own pages
        self.before = 0  # how many of them are above the title
        own = nodes.node_of(title)
        self.with_title = {id(node) for node in nodes.upwards(own)}
        within = {id(node) for node in nodes.within(own, "a")}
        start = f"{origin(url)}/"  # most links lead to the page's own host
        for node in nodes.named("a", title.name):
            if node is own:
                self.before = len(self.links)
            elif nodes.name_of(node) == "a" and id(node) not in within and (href := nodes.value_of(node, "href")):
                address = absolute(base, href)
                if address.startswith("http") and (address.startswith(start) or same_host(address, url)):
                    self.links.append((node, address))

    def name(self, link: Any) -> str:
        """What a link says, as a section's name."""
        said = self.nodes.only_string(link)
        return _plain(self.nodes.of(link)) if said is None else name_in(squeeze(squeeze(said)))

    def around(self, link: Any) -> Iterator[Any]:
        """The elements right around a link."""
        for _, node in zip(range(_LEVELS), self.nodes.upwards(link), strict=False):
            if self.nodes.name_of(node) in {"body", "html", "[document]"}:
                return
            yield node

    def may_be(self, text: str) -> bool:
        """Whether ``text`` can name a section: short, and neither the home page nor the title."""
        folded = fold(text)
        return len(text) <= _LONGEST and folded not in _HOME and folded not in self.own

    # The path from the home page.

    def trail(self) -> str | None:
        """The last step before the article on the path from the home page, if the page prints that path."""
        seen: set[int] = set()
        for link, address in reversed(self.links[: self.before + _BESIDE]):
            if not _is_home(self.name(link), address):
                continue
            for around in self.around(link):
                if id(around) in seen or id(around) in self.with_title:
                    break
                seen.add(id(around))
                if (steps := self._steps(self.nodes.of(around))) is None:
                    break
                if steps:
                    return steps[-1]
        return self._trail_in_words() or self._named_trail()

    def _trail_in_words(self) -> str | None:
        """The last step of a path that is printed without links: “Trang chủ › Thời sự”."""
        for text in self.matching(_TRAIL_IN_WORDS):
            parts = [part for part in _SEPARATORS.split(squeeze(text)) if part and self.may_be(part)]
            if 1 <= len(parts) <= _MOST_STEPS:
                return parts[-1]
        return None

    def _steps(self, around: Tag) -> list[str] | None:
        """The names of the steps in ``around`` that may be sections; None if it holds more than a path."""
        links = around.find_all("a", href=True)
        text = squeeze(around.get_text(" "))
        if len(links) > _MOST_STEPS or len(text) > _LONGEST_TRAIL:
            return None
        addresses = [absolute(self.url, attribute(link, "href")) for link in links]
        steps = [
            name
            for name, address in zip(map(_plain, links), addresses, strict=True)
            if name and not _is_home(name, address) and self.may_be(name)
        ]
        if len(steps) > 1 and not _is_named_trail(around) and not self._is_nested(addresses[1:]):
            return None
        if steps:
            return steps
        parts = [part for part in _SEPARATORS.split(text) if part and self.may_be(part)]
        return parts if _SEPARATORS.search(text) and len(parts) <= 2 else []

    def _is_nested(self, addresses: Sequence[str]) -> bool:
        """Whether each address lies in the folder of the one before, and no menu lists them side by side."""
        paths = [_folder(address) for address in addresses if self.key(address) is None]
        return all(below.startswith(above + "/") for above, below in itertools.pairwise(paths))

    def _named_trail(self) -> str | None:
        """The last step of an element that says by its own name that it is the path."""
        for around in self.page.naming(_TRAIL):
            text = squeeze(around.get_text(" "))
            if len(text) > _LONGEST_TRAIL or is_hidden(around):
                continue
            links = around.find_all("a", href=True)
            names = [name for link in links if (name := _plain(link)) and self.may_be(name)]
            if names:
                return names[-1]
        return None

    # The menu.

    @cached_property
    def menu(self) -> dict[str, str]:
        """The names of the lists to which the site's menus lead, by address."""
        found: dict[str, str] = {}
        for around in self._menus:
            for link in self.nodes.within(around, "a"):
                href = self.nodes.value_of(link, "href")
                if href is None:
                    continue
                address = absolute(self.url, href)
                name = self.name(link)
                if address and name and self._is_list(name, address):
                    found.setdefault(_folder(address), name)
        return found

    @cached_property
    def _menus(self) -> list[Any]:
        """The elements that show lists side by side, and nothing else."""
        listed: dict[int, list[str]] = {}
        elements: dict[int, Any] = {}
        spoilt: set[int] = set()
        for link, address in self.links:
            name, folder = self.name(link), _folder(address)
            is_list = _is_home(name, address) or self._is_further_list(name, address)
            for around in self.around(link):
                elements[id(around)] = around
                listed.setdefault(id(around), []).append(folder)
                if not is_list:
                    spoilt.add(id(around))
        return [
            elements[number]
            for number, folders in listed.items()
            if number not in spoilt and len(set(folders)) >= _FEWEST_ENTRIES
        ]

    def _is_list(self, name: str, address: str) -> bool:
        return not _is_home(name, address) and self._is_further_list(name, address)

    def _is_further_list(self, name: str, address: str) -> bool:
        """Whether a link that does not lead home leads to a list."""
        if not _folder(address):
            return False
        is_named_as_list = len(name) <= _LONGEST_ENTRY and not re.search(r"\d", path_of(address))
        return is_named_as_list or self.key(address) is None

    def beside_title(self) -> str | None:
        """The nearest link beside the title to a list that the menu also has, else the nearest words of an entry."""
        if not self.menu:
            return None
        in_menus = {id(link) for menu in self._menus for link in self.nodes.within(menu, "a")}
        above = self.links[max(0, self.before - _BESIDE) : self.before][::-1]
        below = self.links[self.before : self.before + _BESIDE]
        for link, address in (*above, *below):
            if id(link) not in in_menus and _folder(address) in self.menu and (name := self.name(link)):
                return name
        entries = {fold(name): name for name in self.menu.values()}
        menus = set(map(id, self._menus))
        for text in (*_strings(self.title.previous_elements), *_strings(self.title.next_elements)):
            entry = entries.get(fold(name_in(squeeze(text))))
            if entry and not any(id(self.nodes.node_of(parent)) in menus for parent in text.parents):
                return entry
        return None

    def current_entry(self) -> str | None:
        """The entry that the menu shows as the current one."""
        found: list[str] = []
        value_of = self.nodes.value_of
        for menu in self._menus:
            for node in self.nodes.within(menu, "li", "a"):
                if value_of(node, "aria-current") or _CURRENT.search(value_of(node, "class") or ""):
                    name = self.name(self._link_of(node))
                    if name and self.may_be(name):
                        found.append(name)
        return found[-1] if found and len({fold(name) for name in found[-2:]}) == 1 else None

    def _link_of(self, node: Any) -> Any:
        """The link, or the first one in an entry of a list; the entry itself where it has none."""
        if self.nodes.name_of(node) == "a":
            return node
        links = self.nodes.within(node, "a")
        return next((link for link in links if self.nodes.value_of(link, "href") is not None), node)

    def by_folder(self) -> str | None:
        """The entry of the menu in whose folder the article's address lies."""
        segments = _folder(self.url).split("/")[:-1]
        found = {folder: place for folder in self.menu if (place := _place(folder, segments)) is not None}
        return self.menu[max(found, key=lambda folder: found[folder])] if found else None


def _place(folder: str, segments: Sequence[str]) -> int | None:
    """Which of an address's ``segments`` names the list at ``folder``; None if none does."""
    name = folder.rpartition("/")[2]
    return len(segments) - segments[::-1].index(name) if name in segments else None


def _matching(page: Tag, pattern: re.Pattern[str]) -> Iterator[str]:
    return (text for text in page.descendants if type(text) is NavigableString and pattern.match(text))


def _strings(elements: Iterable[PageElement]) -> Iterator[NavigableString]:
    """The first printed strings among ``elements``, the title's own words aside."""
    printed = (e for e in elements if type(e) is NavigableString and squeeze(e))
    return itertools.islice(printed, _BESIDE)


def _is_home(name: str, address: str) -> bool:
    is_path = _HOME_PATH.fullmatch(path_of(address)) is not None and "?" not in address
    return is_path or fold(name) in _NAMES_OF_HOME


def _is_named_trail(tag: Tag) -> bool:
    return any(_says_trail(each) for each in (tag, *list(tag.parents)[:2]))


def _says_trail(tag: Tag) -> bool:
    attributes = tag.attrs
    if attributes:
        for name in _NAMING:
            if name in attributes and _TRAIL.search(attribute(tag, name)):
                return True
    return False


def _plain(link: Tag) -> str:
    return name_in(words(link))


def name_in(text: str) -> str:
    """A section's name without the separators of a path around it."""
    return text.strip(" >»›→/|\\·•▸❯")


def _folder(address: str) -> str:
    """The path of an address as a folder: decoded, without a file's ending and the last slash."""
    return re.sub(r"\.(?:html?|aspx|php)$", "", unquote(path_of(address)).lower().rstrip("/"))
