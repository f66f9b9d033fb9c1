"""One list of a JSON file, a member at a time: as the standard library reads it whole."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from scraper.saved import json_list
from scraper.saved.json_list import list_members

VALUES: Any = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats(allow_nan=False) | some.text(),
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(some.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


class Drop(io.StringIO):
    """A file that gives some characters at once."""

    size = 3

    def read(self, size: int | None = -1) -> str:
        return super().read(self.size)


@given(some.lists(VALUES, max_size=5), VALUES, some.sampled_from([None, 2]), some.booleans(), some.integers(1, 40))
def test_any_list_is_read_as_the_standard_library_reads_it(
    members: list[Any], other: Any, indent: int | None, is_ascii: bool, size: int
) -> None:
    text = json.dumps(
        {"before": other, "log": {"a": other, "entries": members, "b": other}}, indent=indent, ensure_ascii=is_ascii
    )
    file = Drop(text)
    file.size = size
    assert list(list_members(file, "log", "entries")) == members


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "the end"),
        ("[]", "'{' is expected"),
        ("{}", "it has no log"),
        ('{"log": {"version": "1.2"}}', "',' is expected"),
        ('{"log": {"entries": {}}}', "log.entries is no list"),
        ('{"log": {"entries": [1, 2', "the end"),
        ('{"log": {"entries": [1 2]}}', "',' is expected"),
        ('{"log": {"entries": [1, "a', "Unterminated string"),
        ('{"log": {"entries": [1, ,]}}', "Expecting value"),
    ],
)
def test_what_is_no_such_list_is_told(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        list(list_members(io.StringIO(text), "log", "entries"))


def test_a_value_that_is_too_large_ends_the_list_and_what_stands_before_it_is_given(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(json_list, "MAX_MEMBER", 100)
    monkeypatch.setattr(json_list, "_AT_ONCE", 50)
    members = list_members(io.StringIO(json.dumps({"log": {"entries": ["a" * 40, "b" * 300]}})), "log", "entries")
    assert next(members) == "a" * 40
    with pytest.raises(ValueError, match="more than 100 characters"):
        next(members)
