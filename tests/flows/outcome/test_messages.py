"""Messages: a kind and its values, kept as JSON and read again."""

from __future__ import annotations

import json

import pytest

from flows.outcome.messages import Message, as_json, from_json, message


def test_what_is_kept_as_json_is_read_again() -> None:
    told = [message("layout", some=3, all=9), message("accepted", exceptions=[["legacy_tls", "bao.vn"]])]
    kept = json.dumps(as_json(told), ensure_ascii=False)
    assert json.loads(kept)[0] == {"kind": "layout", "values": {"some": 3, "all": 9}}
    assert from_json(kept) == from_json(as_json(told)) == told


@pytest.mark.parametrize(
    "kept",
    [
        None,
        "",
        "not JSON",
        "5",
        '[{"kind": "of a later version", "values": {}}]',
        '[{"kind": "layout", "values": {"some": 3}}]',
        '[{"site": "bao", "kind": "layout", "detail": "as version 0.1.0 kept it"}]',
    ],
)
def test_what_another_version_kept_is_no_message_and_no_error(kept: str | None) -> None:
    assert from_json(kept) == []


def test_a_message_has_the_values_of_its_kind() -> None:
    with pytest.raises(ValueError, match="no message 'nothing'"):
        Message("nothing")
    with pytest.raises(ValueError, match="other values"):
        message("layout", some=3)
