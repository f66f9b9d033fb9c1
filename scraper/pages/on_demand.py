"""A page's tree of which only what is asked for is made: an article is a small part of its page.

lxml parses the page into a tree of its own, in a quarter of the time that it takes to make all of Beautiful Soup's
objects. Questions by name, attribute and selector are answered from that tree; an element is made when it is found,
what it holds when that is looked at. It is then what ``tree_of`` makes, with one exception: strings do not know the
node before and after them, which they would have only from walking all of the page.

Elements may be taken out, moved, renamed and marked, and ``new_element`` makes one that may be put in. Before any
other is put in, the rest of the tree is made.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain, islice
from typing import Any, cast

from bs4 import Tag
from bs4.element import Comment, Doctype, NavigableString, PageElement, ProcessingInstruction, ResultSet
from lxml import etree

from scraper.pages import tree
from scraper.pages.nodes import Nodes
from scraper.pages.outline import Outline
from scraper.pages.selecting import Piece, Simple, pieces_of
from scraper.pages.tree import Asked, Element, Page

_SMALL = 5_000  # characters
_DEPTH = 250
_STATED = re.compile("![dD]")  # behind "<": the document's type
_NESTING = ("rt", "rp")  # elements that say of all strings in them of which kind they are


class _OnDemand:
    """An attribute that is made when it is first asked for. Its value then stands on the element itself."""

    def __init__(self, make: Callable[[Any], Any]) -> None:
        self.make = make

    def __get__(self, tag: Any, _: Any) -> Any:
        return self if tag is None else self.make(tag)


def _contents(tag: PartElement) -> list[Any]:
    if tag._source is None:
        raise AttributeError
    return tag._source.fill(tag)


def _parent(tag: PartElement) -> Any:
    if tag._source is None:
        return None
    tag.parent = found = tag._source.around(tag)
    return found


def _beside(name: str) -> _OnDemand:
    def make(tag: PartElement) -> Any:
        if tag._source is None or (parent := tag.parent) is None:
            return None
        parent.contents  # noqa: B018 - this makes the siblings
        return vars(tag).get(name)

    return _OnDemand(make)


class PartElement(Element):
    """An element of which parts may not be made yet."""

    _source: _Source | None = None  # of which it is made; None for one of our own, and for one that was removed
    _node: Any = None  # lxml's element

    contents = _OnDemand(_contents)
    attrs = _OnDemand(lambda tag: None if tag._source is None else tag._source.attributes_of(tag))
    parent = _OnDemand(_parent)
    next_sibling = _beside("next_sibling")
    previous_sibling = _beside("previous_sibling")
    next_element = _OnDemand(lambda tag: None if tag._source is None else tree.next_node(tag))
    previous_element = _OnDemand(lambda tag: None if tag._source is None else tree.node_before(tag))

    @property
    def _part_of(self) -> _Source | None:
        """The source, while the page is not made as a whole."""
        source = self._source
        return source if source is not None and source.is_growing else None

    @property
    def descendants(self) -> Iterator[PageElement]:
        """See Tag."""
        if self._part_of is None:
            yield from super().descendants
            return
        waiting: list[Iterator[Any]] = [iter(self.contents)]
        while waiting:
            node = next(waiting[-1], None)
            if node is None:
                waiting.pop()
                continue
            yield node
            if isinstance(node, Tag) and node.contents:
                waiting.append(iter(node.contents))

    @property
    def next_elements(self) -> Iterator[PageElement]:
        """See PageElement."""
        return (
            super().next_elements if self._part_of is None or self._node is None else tree.walk(self, tree.next_node)
        )

    @property
    def previous_elements(self) -> Iterator[PageElement]:
        """See PageElement."""
        return (
            super().previous_elements
            if self._part_of is None or self._node is None
            else tree.walk(self, tree.node_before)
        )

    def find_all(self, name: Any = None, attrs: Any = None, recursive: bool = True, string: Any = None,
                 limit: int | None = None, **kwargs: Any) -> Any:  # fmt: skip
        """See Tag."""
        found = self._found(name, attrs, recursive, string, kwargs)
        if found is None:
            return super().find_all(name, attrs, recursive, string, limit, **kwargs)
        return ResultSet(None, found if limit is None else islice(found, limit or None))

    def find(self, name: Any = None, attrs: Any = None, recursive: bool = True, string: Any = None,
             **kwargs: Any) -> Any:  # fmt: skip
        """See Tag."""
        found = self._found(name, attrs, recursive, string, kwargs)
        return super().find(name, attrs, recursive, string, **kwargs) if found is None else next(found, None)

    def _found(self, name: Any, attrs: Any, recursive: bool, string: Any, kwargs: Any) -> Iterator[Tag] | None:
        source = self._part_of
        asked = tree.asked_for(name, attrs, kwargs) if source is not None and recursive and string is None else None
        return None if source is None or asked is None else source.among(source.inside(self, asked.names), asked)

    def find_all_next(self, name: Any = None, attrs: Any = None, string: Any = None, limit: int | None = None,
                      **kwargs: Any) -> Any:  # fmt: skip
        """See Tag."""
        source = self._part_of
        asked = tree.asked_for(name, attrs, tree.without_depth(kwargs)) if string is None else None
        if source is None or asked is None or self._node is None:
            return super().find_all_next(name, attrs, string, limit, **kwargs)
        nodes = source.around_all(self, asked.names)
        later = (node for node in nodes if source.place[node] > self._place)
        return ResultSet(None, islice(source.among(later, asked), limit or None))

    def elements_after(self, names: tuple[str, ...]) -> Iterator[Tag]:
        """See Element."""
        source = self._part_of
        if source is None or self._node is None or source.gone[self._place]:
            return super().elements_after(names)
        later = (node for node in islice(source.nodes, self._place + 1, None) if not source.gone[source.place[node]])
        return (source.of(node) for node in later if not names or node.tag in names)

    def find_all_previous(self, name: Any = None, attrs: Any = None, string: Any = None, limit: int | None = None,
                          **kwargs: Any) -> Any:  # fmt: skip
        """See Tag."""
        source = self._part_of
        asked = tree.asked_for(name, attrs, tree.without_depth(kwargs)) if string is None else None
        if source is None or asked is None or self._node is None:
            return super().find_all_previous(name, attrs, string, limit, **kwargs)
        earlier = [node for node in source.around_all(self, asked.names) if source.place[node] < self._place]
        return ResultSet(None, islice(source.among(reversed(earlier), asked), limit or None))

    def select(self, selector: str, namespaces: Any = None, limit: int = 0, **kwargs: Any) -> Any:
        """See Tag."""
        source = self._part_of
        if source is not None and namespaces is None and not kwargs:
            found = source.select(self, selector)
            if found is not None:
                return ResultSet(None, found[:limit] if limit else found)
            source.finish()
        return super().select(selector, namespaces, limit, **kwargs)

    def extract(self, _self_index: int | None = None) -> Any:
        """See PageElement."""
        source = self._part_of
        if source is not None and self._node.getparent() is None and self.parent is not None:
            source.finish()  # it is the page's outermost element
        elif source is not None:
            if self.parent is not None:
                source.take_out(self)
            return self
        return super().extract(_self_index)

    def decompose(self) -> None:
        """See PageElement."""
        self.extract()
        source = self._part_of
        if source is None:
            super().decompose()
            return
        source.apart.pop(self._node, None)
        for tag in [made for node in self._node.iter("*") if (made := source.made.pop(node, None))]:
            for node in (*vars(tag).get("contents", ()), tag):
                if node is tag or not isinstance(node, Tag):
                    vars(node).clear()
                    vars(node)["_decomposed"] = True
            tag.contents = []

    def insert(self, position: int, *new_children: Any) -> list[PageElement]:
        """See Tag."""
        source = self._part_of
        if source is not None and self._node is not None and all(map(source.takes, new_children)):
            return [source.put_in(self, position + number, child) for number, child in enumerate(new_children)]
        self._finish()
        return super().insert(position, *new_children)

    def new_element(self, name: str) -> Tag:
        """See Element."""
        source = self._part_of
        return super().new_element(name) if source is None else source.new(name)

    def clear(self, decompose: bool = False) -> None:
        """See Tag."""
        self._finish()
        super().clear(decompose)

    def _finish(self) -> None:
        if (source := self._part_of) is not None:
            source.finish()

    def __setitem__(self, key: str, value: Any) -> None:
        if (source := self._part_of) is not None:
            self._node.set(key, value if isinstance(value, str) else " ".join(value))
            source.index = None
        super().__setitem__(key, value)

    def __delitem__(self, key: str) -> None:
        if (source := self._part_of) is not None:
            self._node.attrib.pop(key, None)
            source.index = None
        super().__delitem__(key)

    def renamed(self, name: str) -> None:
        """See Element."""
        source = self._part_of
        if source is not None and (self.name in source.kinds or self.name in source.keeping):
            source.finish()  # its old name says of which kind its strings are
            source = None
        if source is None:
            super().renamed(name)
        else:
            self.name = self._node.tag = name
            source.index = None

    __eq__ = Tag.__eq__
    __hash__ = Tag.__hash__


class PartPage(PartElement, Page):
    """A page of which parts may not be made yet."""

    def numbers(self) -> bool:
        """See Page."""
        return self._part_of is not None or super().numbers()

    def nodes(self) -> Nodes:
        """See Page."""
        return self._part_of or super().nodes()

    def outline(self) -> Outline:
        """See Page."""
        source = self._part_of
        return super().outline() if source is None else source.outline()

    def naming(self, pattern: re.Pattern[str]) -> list[Tag]:
        """See Page."""
        source = self._part_of
        return super().naming(pattern) if source is None else source.naming(pattern)

    def marked(self, names: Iterable[str], classes: Iterable[str], ids: Iterable[str]) -> list[Tag]:
        """See Page."""
        source = self._part_of
        return super().marked(names, classes, ids) if source is None else source.marked(names, classes, ids)


class _Index:
    """lxml's elements of a page, in their order, by what selectors name. Some may have been taken out."""

    def __init__(self, source: _Source) -> None:
        self.source = source
        self.absent: set[str] = set()  # selectors for which no element has the names
        self._names: dict[str, Sequence[Any]] = {}
        self._matching: dict[Simple, Sequence[Any]] = {}

    @cached_property
    def classes(self) -> Mapping[str, Sequence[Any]]:
        """The elements by class."""
        classes: dict[str, list[Any]] = {}
        for node in self.source.nodes:
            names = node.get("class")
            if names is not None:
                several = names.split()
                for each in several if len(several) == 1 else dict.fromkeys(several):
                    if each in classes:
                        classes[each].append(node)
                    else:
                        classes[each] = [node]
        return classes

    @cached_property
    def ids(self) -> Mapping[str, Sequence[Any]]:
        """The elements by id."""
        ids: dict[str, list[Any]] = {}
        for node in self.source.nodes:
            name = node.get("id")
            if name is not None:
                ids.setdefault(name, []).append(node)
        return ids

    def matching(self, one: Simple) -> Sequence[Any]:
        """The elements that have the names of ``one`` and pass its tests."""
        found = self._matching.get(one)
        if found is None:
            found = self._matching[one] = self._search(one)
        return found

    def _search(self, one: Simple) -> Sequence[Any]:
        lists = []
        having = []
        for kind, key in one.keys:
            if kind == "[":
                having.append(key)
                continue
            few = self.classes.get(key) if kind == "." else self.ids.get(key) if kind == "#" else self.named(key)
            if not few:
                return ()
            lists.append(few)
        found: Sequence[Any] = (
            min(lists, key=len) if lists else self.with_attribute(having.pop()) if having else self.source.nodes
        )
        if len(lists) > 1:
            others = [set(few) for few in lists if few is not found]
            found = [node for node in found if all(node in other for other in others)]
        for key in having:
            found = [node for node in found if node.get(key) is not None]
        for name, test in one.tests:
            if name == "class":  # the same as below, in half the time
                found = [node for node in found if test(" ".join(node.get(name).split()))]
            else:
                found = [node for node in found if test(self.source.text_of(node, name))]
        return found

    def named(self, name: str) -> Sequence[Any]:
        """The elements of that name."""
        found = self._names.get(name)
        if found is None:
            found = self._names[name] = list(self.source.every(name))
        return found

    def with_attribute(self, key: str) -> Sequence[Any]:
        """The elements that have that attribute."""
        return self._having.get(key, ())

    @cached_property
    def _having(self) -> Mapping[str, Sequence[Any]]:
        having: dict[str, list[Any]] = {}
        for node in self.source.nodes:
            for key in node.keys():  # noqa: SIM118 - an element's children are not its keys
                if key in having:
                    having[key].append(node)
                else:
                    having[key] = [node]
        return having


class _Source:
    """lxml's tree of a page, and what was made of it."""

    def __init__(self, page: PartPage, root: Any) -> None:
        self.page, self.root = page, root
        self.nodes = list(root.iter("*"))  # held, because lxml makes them anew otherwise
        self.place = {node: place for place, node in enumerate(self.nodes)}
        self.made: dict[Any, PartElement] = {}  # by lxml's element
        self.gone = bytearray(len(self.nodes))  # whether the element was taken out
        self.apart: dict[Any, PartElement] = {}  # what was taken out and is still used
        self.is_growing = True
        self.index: _Index | None = None
        builder: Any = page.builder
        self.kinds = builder.string_containers
        self.keeping = builder.preserve_whitespace_tags
        self.lists = builder.cdata_list_attributes
        self.everywhere = self.lists["*"]
        self.as_list = builder.attribute_value_list_class
        self.as_attributes = builder.attribute_dict_class
        self.is_nesting = next(root.iter(*_NESTING), None) is not None
        self.kept = self._kept()

    # Making elements and what they hold.

    def of(self, node: Any) -> PartElement:
        """The element of lxml's ``node``."""
        tag = self.made.get(node)
        if tag is None:
            tag = self.made[node] = PartElement.__new__(PartElement)
            tag.name = name = node.tag
            tag._source, tag._node, tag._place = self, node, self.place[node]
            own = tree.own_of(name, self.page)
            if own:
                vars(tag).update(own)
        return tag

    def around(self, tag: PartElement) -> Any:
        """The element around ``tag``; the page around the outermost one."""
        node = tag._node.getparent()
        return self.page if node is None else self.of(node)

    def attributes_of(self, tag: PartElement) -> Any:
        """The attributes of ``tag``, as Beautiful Soup keeps them."""
        name = tag.name
        given = tag._node.items()
        values = self.as_attributes(given)
        everywhere, own = self.everywhere, self.lists.get(name, ())
        for key, value in given:
            if key in everywhere or key in own:
                dict.__setitem__(values, key, self.as_list(value.split()))
        tag.attrs = values
        if name == "meta" and self.is_growing and ("charset" in values or "http-equiv" in values):
            self.is_growing = False  # what follows is no change
            self.page.builder.set_up_substitutions(tag)
            self.is_growing = True
        return values

    def fill(self, tag: PartElement) -> list[Any]:
        """Makes what ``tag`` holds: its elements, without what these hold, and its strings."""
        node = tag._node
        made, kind, keeps = self.made, self._kind(node), node in self.kept
        contents: list[Any] = []
        tag.contents = contents
        last: Any = None
        text = node.text
        if text:
            last = _string(text, kind, tag, keeps)
            last.previous_sibling = None
            contents.append(last)
        for child in node:
            if type(child.tag) is str:
                one: Any = made.get(child) or self.of(child)
                one.parent = tag
            else:
                one = _special(child, tag, keeps)
            one.previous_sibling = last
            if last is not None:
                last.next_sibling = one
            last = one
            contents.append(one)
            text = child.tail
            if text:
                last = _string(text, kind, tag, keeps)
                last.previous_sibling = one
                one.next_sibling = last
                contents.append(last)
        if last is not None:
            last.next_sibling = None
        return contents

    def _kind(self, node: Any) -> type[NavigableString]:
        kind = self.kinds.get(node.tag)
        if kind is None and self.is_nesting:
            kind = next((self.kinds[each.tag] for each in node.iterancestors() if each.tag in self.kinds), None)
        return kind or NavigableString

    def _kept(self) -> frozenset[Any]:
        """The elements that keep their white space."""
        return frozenset(node for top in self.root.iter(*self.keeping) for node in top.iter())

    # Finding elements.

    def every(self, name: str) -> Iterator[Any]:
        """lxml's elements of that name on the page, and in what was taken out of it."""
        return chain(self.root.iter(name), *(top._node.iter(name) for top in self.apart.values()))

    def marked(self, names: Iterable[str], classes: Iterable[str], ids: Iterable[str]) -> list[Tag]:
        """The page's elements with one of the names, classes or ids, in their order."""
        index = self.indexed()
        lists = (
            *(index.named(name) for name in names),
            *(index.classes.get(name, ()) for name in classes),
            *(index.ids.get(name, ()) for name in ids),
        )
        return self._in_order(lists)

    def naming(self, pattern: re.Pattern[str]) -> list[Tag]:
        """The page's elements that ``selecting.Index.naming`` would find."""
        index = self.indexed()
        tables = (index.classes, index.ids)
        lists = [nodes for table in tables for name, nodes in table.items() if pattern.search(name)]
        for key in ("itemtype", "aria-label"):
            lists.append([node for node in index.with_attribute(key) if pattern.search(node.get(key))])
        return self._in_order(lists)

    def _in_order(self, lists: Iterable[Sequence[Any]]) -> list[Tag]:
        """The elements of these nodes, without those that were taken out."""
        numbers = sorted({self.place[node] for nodes in lists for node in nodes})
        return [self.of(self.nodes[number]) for number in numbers if not self.gone[number]]

    def outline(self) -> Outline:
        """The page's strings, each with the number of what holds it."""
        nodes: list[Any] = [None, *self.root.iter()]
        numbers = {node: number for number, node in enumerate(nodes)}
        names = ["[document]", *(node.tag if type(node.tag) is str else "" for node in nodes[1:])]
        around = [-1, 0, *(numbers[node.getparent()] for node in nodes[2:])]
        ends = list(range(1, len(nodes) + 1))
        for number in range(len(nodes) - 1, 1, -1):
            if ends[number] > ends[around[number]]:
                ends[around[number]] = ends[number]
        silent = {number for number, name in enumerate(names) if name in self.kinds or not name}
        if self.is_nesting:
            silent = {inner for number in silent for inner in range(number, ends[number])}
        # A string behind an element stands behind all in it, and behind the strings that end there too.
        step = 2 * len(nodes)
        texts = [
            (step * number, text, number)
            for number, node in enumerate(nodes)
            if number and number not in silent and (text := node.text) is not None and not text.isspace()
        ]
        texts += [
            (step * ends[number] - number, text, around[number])
            for number, node in enumerate(nodes)
            if number > 1 and (text := node.tail) is not None and not text.isspace() and around[number] not in silent
        ]
        texts.sort()
        return Outline(
            names=names,
            around=around,
            strings=[(text, number) for _, text, number in texts],
            begun=[place // step for place, _, _ in texts],
            tag=lambda number: self.of(nodes[number]) if number else self.page,
            attributes=lambda number: nodes[number].attrib if number else {},
            number=lambda tag: 0 if tag is self.page else numbers[cast(PartElement, tag)._node],
            is_removed=lambda number: number > 0 and self._is_removed(nodes[number]),
        )

    def _is_removed(self, node: Any) -> bool:
        tag = self.made.get(node)
        return tag.decomposed if tag is not None else node not in self.place or bool(self.gone[self.place[node]])

    def indexed(self) -> _Index:
        """The page's index, made when it is first asked for."""
        if self.index is None:
            self.index = _Index(self)
        return self.index

    def inside(self, tag: PartElement, names: Sequence[str]) -> Iterator[Any]:
        """lxml's elements of ``names`` (any, where there is none) in ``tag``."""
        if tag is self.page:
            gone, place = self.gone, self.place
            if len(names) == 1:
                yield from (node for node in self.indexed().named(names[0]) if not gone[place[node]])
            else:
                yield from self.root.iter(*(names or ("*",)))
            return
        own = tag._node
        for node in own.iter(*(names or ("*",))):
            if node is not own:
                yield node

    def around_all(self, tag: PartElement, names: Sequence[str]) -> Iterator[Any]:
        """lxml's elements of ``names`` in the outermost element around ``tag``, and that itself."""
        top = tag._node
        for top in top.iterancestors():  # noqa: B007, B020
            pass
        return iter(top.iter(*(names or ("*",))))

    def among(self, nodes: Iterable[Any], asked: Asked) -> Iterator[Tag]:
        """The elements of those ``nodes`` that are as asked for. Their names are known to be."""
        if not asked.attributes:
            yield from map(self.of, nodes)
            return
        for node in nodes:
            if all(self._has(node, key, wanted) for key, wanted in asked.attributes.items()):
                yield self.of(node)

    # What nodes.Nodes asks.

    def named(self, *names: str) -> Iterator[Any]:
        """See Nodes."""
        return cast(Iterator[Any], self.root.iter(*names))

    def within(self, node: Any, *names: str) -> Iterator[Any]:
        """See Nodes."""
        return (each for each in node.iter(*names) if each is not node)

    def upwards(self, node: Any) -> Iterator[Any]:
        """See Nodes."""
        return cast(Iterator[Any], node.iterancestors())

    def name_of(self, node: Any) -> str:
        """See Nodes."""
        return str(node.tag)

    def value_of(self, node: Any, key: str) -> str | None:
        """See Nodes."""
        return None if node.get(key) is None else self.text_of(node, key)

    def only_string(self, node: Any) -> str | None:
        """See Nodes."""
        tag = self.made.get(node)
        if tag is not None and (contents := vars(tag).get("contents")) is not None:
            return contents[0] if len(contents) == 1 and type(contents[0]) is NavigableString else None
        return None if len(node) or self.is_nesting or node.tag in self.kinds else node.text

    def node_of(self, tag: Tag) -> Any:
        """See Nodes."""
        return cast(PartElement, tag)._node

    def _has(self, node: Any, key: str, wanted: Any) -> bool:
        value = node.get(key)
        if value is None or wanted is True:
            return value is not None
        if not self._is_list(node, key):
            return bool(value == wanted)
        several = value.split()
        return wanted in several or " ".join(several) == wanted

    def _is_list(self, node: Any, key: str) -> bool:
        return key in self.everywhere or key in self.lists.get(node.tag, ())

    def text_of(self, node: Any, key: str) -> str:
        """The value of an attribute that the node has, as selectors see it."""
        value: str = node.get(key)
        return " ".join(value.split()) if self._is_list(node, key) else value

    def select(self, tag: PartElement, selector: str) -> list[Tag] | None:
        """The elements of ``tag`` that a selector finds, in their order; None where only soupsieve can tell."""
        pieces = pieces_of(selector)
        if pieces is None:
            return None
        index = self.indexed()
        if selector in index.absent:
            return []
        proposals = [(piece, proposed) for piece in pieces if (proposed := index.matching(piece.simple))]
        if not proposals:
            index.absent.add(selector)
        found: dict[int, Tag] = {}
        for piece, proposed in proposals:
            nodes = self._standing(tag, piece, proposed)
            if not nodes:
                continue
            if piece.asks_soupsieve:
                return None
            few: list[Tag] = [self.of(node) for node in nodes]
            for one in few if piece.further is None else piece.further(few):
                found[cast(PartElement, one)._place] = one
        return [found[place] for place in sorted(found)] if len(proposals) > 1 else list(found.values())

    def _standing(self, tag: PartElement, piece: Piece, proposed: Sequence[Any]) -> list[Any]:
        """Those of the proposed elements that are in ``tag`` and stand where the selector says."""
        holders = []
        for one, is_right_around in piece.around:
            around = self.indexed().matching(one)
            if not around:
                return []
            holders.append((around, is_right_around))
        place, gone = self.place, self.gone
        if tag is self.page:
            few = [node for node in proposed if not gone[place[node]]]
        elif gone[tag._place]:
            own = tag._node
            few = [node for node in proposed if any(around is own for around in node.iterancestors())]
        else:
            start, end = tag._place, self._end_of(tag)
            few = [node for node in proposed if start < place[node] < end and not gone[place[node]]]
        if not holders or not few:
            return few
        sets = [(set(nodes), is_right_around) for nodes, is_right_around in holders]
        return [node for node in few if _stands(node, sets)]

    def _end_of(self, tag: PartElement) -> int:
        """The place of the first element behind all that is in ``tag``."""
        if not tag._end:
            node, tag._end = tag._node, len(self.nodes)
            while node is not None:
                behind = next(node.itersiblings("*"), None)
                if behind is not None:
                    tag._end = self.place[behind]
                    break
                node = node.getparent()
        return tag._end

    # Changing the tree.

    def take_out(self, tag: PartElement) -> None:
        """Takes ``tag``, and all in it, out of what is around it."""
        _unlink(tag)
        node = tag._node
        for each in node.iter("*"):
            self.gone[self.place[each]] = 1
        node.tail = None  # the string behind it is made, and stays
        node.getparent().remove(node)
        self.apart[node] = tag

    def takes(self, child: Any) -> bool:
        """Whether ``child`` may be put in while parts of the page are not made."""
        if isinstance(child, Tag):
            return isinstance(child, PartElement) and child._source is self and child._node is not None
        return isinstance(child, str)

    def new(self, name: str) -> PartElement:
        """An element without content, which may be put in."""
        node = etree.Element(name)
        self.place[node] = len(self.nodes)
        self.nodes.append(node)
        self.gone.append(1)
        tag = self.apart[node] = self.of(node)
        tag.parent = tag.next_sibling = tag.previous_sibling = None
        return tag

    def put_in(self, tag: PartElement, position: int, child: Any) -> Any:
        """Puts ``child`` before what ``tag`` holds at that position, as Beautiful Soup does."""
        contents = tag.contents
        position = min(position, len(contents))
        if not isinstance(child, PageElement):
            child = _string(child, NavigableString, tag, keeps=True)
        elif child.parent is not None:
            if child.parent is tag:
                here = tag.index(child)
                if here == position:
                    return child
                position -= here < position
            if isinstance(child, PartElement):
                child.extract()
            else:
                _unlink(child)
        before = contents[position - 1] if position else None
        after = contents[position] if position < len(contents) else None
        child.parent, child.previous_sibling, child.next_sibling = tag, before, after
        if before is not None:
            before.next_sibling = child
        if after is not None:
            after.previous_sibling = child
        contents.insert(position, child)
        if isinstance(child, PartElement):
            behind = next((one for one in contents[position + 1 :] if isinstance(one, PartElement)), None)
            if behind is not None:
                behind._node.addprevious(child._node)
            else:
                tag._node.append(child._node)
            del self.apart[child._node]
            self._number_again()
        return child

    def _number_again(self) -> None:
        self.nodes = list(self.root.iter("*"))
        self.gone = bytearray(len(self.nodes))
        for top in self.apart:
            self.nodes += top.iter("*")
        self.gone += b"\1" * (len(self.nodes) - len(self.gone))
        self.place = {node: place for place, node in enumerate(self.nodes)}
        self.kept = self._kept()
        for node, tag in self.made.items():
            tag._place, tag._end = self.place[node], 0
        self.index = None

    def finish(self) -> None:
        """Makes all that is not made yet, so that the tree is as ``tree_of`` makes it."""
        for top in (self.page, *self.apart.values()):
            last: Any = None
            for node in (*([top] if top is not self.page else []), *top.descendants):
                node.previous_element, node.next_element = last, None
                if last is not None:
                    last.next_element = node
                if isinstance(node, Tag):
                    node.attrs  # noqa: B018 - this makes them
                last = node
        self.is_growing = False
        tree.order(self.page)

    def release(self) -> None:
        """Leaves of the links between nodes only those that lead up and back."""
        page: Any = self.page
        for tag in (page, *self.made.values()):
            own = vars(tag)
            for node in own.get("contents", ()):
                node.next_sibling = None
                if not self.is_growing:
                    node.next_element = None
            own["contents"] = []
            own["next_sibling"] = own["next_element"] = None
        page.elements, page.named, page.lookup, page.is_ordered = [], {}, None, False
        self.made, self.apart, self.index = {}, {}, None
        del self.page


def _unlink(node: Any) -> None:
    """Takes a node out of what is around it."""
    before, after = node.previous_sibling, node.next_sibling
    siblings = node.parent.contents
    del siblings[next(number for number, one in enumerate(siblings) if one is node)]
    if before is not None:
        before.next_sibling = after
    if after is not None:
        after.previous_sibling = before
    node.parent = node.previous_sibling = node.next_sibling = None


def _stands(node: Any, holders: Sequence[tuple[set[Any], bool]]) -> bool:
    (nodes, is_right_around), *further = holders
    for around in node.iterancestors():
        if around in nodes and (not further or _stands(around, further)):
            return True
        if is_right_around:
            return False
    return False


def _string(text: str, kind: type[NavigableString], parent: Tag, keeps: bool) -> Any:
    if not keeps and not text.strip(tree.BLANKS):
        text = "\n" if "\n" in text else " "
    string: Any = str.__new__(kind, text)
    string.hidden = False
    string.parent = parent
    return string


def _special(node: Any, parent: Tag, keeps: bool) -> Any:
    """A comment, or a processing instruction."""
    if node.tag is etree.Comment:
        return _string(node.text, Comment, parent, keeps)
    return _string(f"{node.target} {node.text}", ProcessingInstruction, parent, keeps)


def part_tree_of(html: str) -> Page:
    """The tree of ``html`` as ``tree_of`` makes it, of which parts are made when they are asked for.

    A small page is made as a whole, which costs less than to ask for its parts.
    White space around the page's own element is left out. An attribute such as ``nowrap`` without a value has its
    name as value, as in XHTML, and one whose name holds braces keeps them.
    """
    html = html.removeprefix("\N{BYTE ORDER MARK}")
    if len(html) < _SMALL or not _is_usual(html):
        return tree.tree_of(html)
    parser = cast(Any, etree.HTMLParser)(recover=True, default_doctype=False)
    try:
        parser.feed(html)
        page = _page_of(parser.close())
    except (ValueError, LookupError, etree.LxmlError):
        page = None
    return tree.tree_of(html) if page is None else page


def _is_usual(html: str) -> bool:
    """Whether the document's type is stated at its beginning or not at all: lxml's tree does not tell where."""
    stated = sum(html[found.start() - 1 : found.start()] == "<" for found in _STATED.finditer(html))
    return stated == 0 or (stated == 1 and html.lstrip()[:3].lower() == "<!d")


def _page_of(root: Any) -> PartPage | None:
    """The page around the outermost element. None where there is none or several, or where elements stand so deep in
    others that lxml's tree may end there: libxml2 ends a tree, but not its events, with the 256th. None for a page
    with templates too, of which only soupsieve can tell what a selector finds: it wants the whole page.
    """
    if root is None or next(root.iter("template"), None) is not None:
        return None
    page: PartPage = tree.empty_page(PartPage)
    contents: list[Any] = []
    declared = root.getroottree().docinfo.internalDTD
    if declared is not None:
        text = Doctype._string_for_name_and_ids(declared.name, declared.external_id, declared.system_url)
        contents.append(_string(text, Doctype, page, keeps=False))
    before, after = list(root.itersiblings(preceding=True)), list(root.itersiblings())
    source = _Source(page, root)
    if sum(1 for _ in source.nodes[-1].iterancestors()) >= _DEPTH:
        return None
    page._source = source
    for node in (*reversed(before), root, *after):
        if node is root:
            one: Any = source.of(node)
            one.parent = page
        elif type(node.tag) is str:
            return None
        else:
            one = _special(node, page, keeps=False)
        contents.append(one)
    last = None
    for one in contents:
        one.previous_sibling, one.next_sibling = last, None
        if last is not None:
            last.next_sibling = one
        last = one
    page.contents = contents
    tree.hold(source.release)
    return page
