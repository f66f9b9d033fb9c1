"""Asks of one element what soupsieve has read from a selector, without its general rules for matching.

soupsieve takes a tenth of a millisecond to ask one element whether it has a child of some name. What is not known
here (``:empty``, siblings, languages) is left to it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from bs4 import Tag

Test = Callable[[Tag], bool]
ValueTest = Callable[[str], bool]

_UPPER = re.compile("[A-Z]+")


def test_of(rule: Any) -> Test | None:
    """Whether an element passes all of ``rule`` (soupsieve's ``Selector``); None for one that is not known here."""
    own = own_tests(rule)
    further = further_tests(rule)
    if own is None or further is None:
        return None
    return _all_of([*own, *further])


def own_tests(rule: Any) -> list[Test] | None:
    """The tests of the element's name, ids, classes and attributes."""
    name = tag_name(rule)
    tests: list[Test] = [_named(name)] if name else []
    tests += [_with_id(each) for each in rule.ids]
    tests += [_with_class(each) for each in rule.classes]
    for each in rule.attributes:
        test = attribute_test(each)
        if test is None:
            return None
        tests.append(test)
    return tests


def further_tests(rule: Any) -> list[Test] | None:
    """The tests of what else the rule says: its pseudo-classes, and what is around the element or in it."""
    return _joined([inner_tests(rule), _relation(rule.relation)])


def inner_tests(rule: Any) -> list[Test] | None:
    """The tests of the rule's pseudo-classes."""
    if rule.contains or rule.lang or rule.flags:
        return None
    return _joined([*map(_nth, rule.nth), *map(_choice, rule.selectors)])


def tag_name(rule: Any) -> str | None:
    """The name that the element must have, in lower case; None for any."""
    return rule.tag.name.lower() if rule.tag is not None and rule.tag.name not in (None, "*") else None


def attribute_test(asked: Any) -> Test | None:
    """Whether the element has the attribute, with a value as asked for. None for a test that is not known here."""
    name, test = asked.attribute.lower(), value_test(asked)
    if test is None:
        return None
    return lambda tag: (value := value_of(tag, name)) is not None and test(value)


def value_test(asked: Any) -> ValueTest | None:
    """Whether an attribute's value is as asked for. None for a test that is not known here."""
    pattern = asked.pattern
    if asked.inverse or asked.prefix:
        return None
    if pattern is None:
        return lambda value: True
    if asked.ignore_case:
        return lambda value: pattern.search(_UPPER.sub(_lowered, value)) is not None
    return lambda value: pattern.search(value) is not None


def value_of(tag: Tag, name: str) -> str | None:
    """The attribute's value as selectors see it; None for an element that does not have it."""
    value = _attributes(tag).get(name)
    return value if value is None or isinstance(value, str) else " ".join(value)


def _lowered(letters: re.Match[str]) -> str:
    return letters.group().lower()


def _attributes(tag: Tag) -> Any:
    """The element's attributes: none, once it was removed."""
    return {} if tag.decomposed else tag.attrs


def _joined(tests: Iterable[list[Test] | None]) -> list[Test] | None:
    found: list[Test] = []
    for each in tests:
        if each is None:
            return None
        found += each
    return found


def _all_of(tests: list[Test]) -> Test:
    if len(tests) == 1:
        return tests[0]
    return lambda tag: all(test(tag) for test in tests)


def _named(name: str) -> Test:
    return lambda tag: tag.name == name


def _with_id(wanted: str) -> Test:
    return lambda tag: _attributes(tag).get("id", "") == wanted


def _with_class(wanted: str) -> Test:
    def passes(tag: Tag) -> bool:
        value = _attributes(tag).get("class", ())
        return wanted in (value.split() if isinstance(value, str) else value)

    return passes


def _choice(rules: Any) -> list[Test] | None:
    """``:is()``, ``:not()`` or ``:has()``."""
    if rules.is_html or any(not hasattr(rule, "tag") for rule in rules):
        return None
    tests = [test_of(rule) for rule in rules]
    known = [test for test in tests if test is not None]
    if len(known) < len(tests):
        return None
    if rules.is_not:
        return [lambda tag: not any(test(tag) for test in known)]
    return [lambda tag: any(test(tag) for test in known)]


def _nth(asked: Any) -> list[Test] | None:
    """``:nth-of-type()`` and its like."""
    if not asked.of_type or asked.selectors:
        return None
    step, first, counts_back = asked.a if asked.n else 0, asked.b, asked.last

    def passes(tag: Tag) -> bool:
        around = tag.parent
        nodes: list[Any] = [tag] if around is None else around.contents
        siblings = [node for node in nodes if node.name == tag.name]
        place = next(number for number, node in enumerate(siblings) if node is tag)
        behind = (len(siblings) - place if counts_back else place + 1) - first
        return bool(behind == 0 if step == 0 else behind % step == 0 and behind // step >= 0)

    return [passes]


def _relation(relation: Any) -> list[Test] | None:
    """What must be around the element, or with ``:has()`` in it."""
    if not relation:
        return []
    nodes = _NODES.get(relation[0].rel_type) if len(relation) == 1 and hasattr(relation[0], "tag") else None
    test = test_of(relation[0]) if nodes is not None else None
    if nodes is None or test is None:
        return None
    return [lambda tag: any(test(node) for node in nodes(tag))]


def _right_around(tag: Tag) -> Iterator[Tag]:
    if tag.parent is not None:
        yield tag.parent


def _right_inside(tag: Tag) -> Iterator[Tag]:
    return (node for node in tag.contents if isinstance(node, Tag))


def _inside(tag: Tag) -> Iterator[Tag]:
    return iter(tag.find_all(True))


_NODES: dict[str, Callable[[Tag], Iterator[Tag]]] = {
    " ": lambda tag: tag.parents,
    ">": _right_around,
    ":>": _right_inside,
    ": ": _inside,
}
