"""Writes what was learned as lines of a site file, each with its evidence, so that a person can correct it."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from datetime import date
from typing import Any

from scraper.learning.found import Furniture, Learned

FIELD_ORDER = ("title", "kicker", "date", "lead", "body", "author", "section", "tags")


def site_lines(learned: Learned, on: date) -> list[str]:
    """The tables ``[select]`` and ``[learned]``, line by line, as `tinkhoi sites learn` shows and writes them."""
    lines = ["[select]"]
    for name in FIELD_ORDER:
        if (field := learned.fields.get(name)) is not None:
            lines.append(f"{name} = {_text(field.css)}  # {_comment(field.evidence)}")
    lines += [
        "",
        "[learned]  # written by `tinkhoi sites learn`; correct it by hand where it errs",
        f"on = {on.isoformat()}",
        f"pages = {learned.pages}",
        f"date_on_every_page = {_flag(learned.date_on_every_page)}  # a page without it is refused",
        f"title_in_head = {_flag(learned.title_in_head)}  # a page whose head does not repeat the title is refused",
    ]
    if learned.lead_opens:
        lines.append(f"lead_opens = {_text(learned.lead_opens)}  # the lead may be the body's first paragraph")
    for name, several in (
        ("furniture", learned.furniture),
        ("lines", learned.lines),
        ("captions", learned.captions),
    ):
        lines += _array(name, several)
    lines += _plain_array("not_titles", learned.not_titles)
    lines += _plain_array("unsure", learned.unsure)
    return lines


def site_data(learned: Learned, on: date) -> dict[str, Any]:
    """The same as data, as if those lines had been read."""
    return tomllib.loads("\n".join(site_lines(learned, on)))


def _array(name: str, several: tuple[Furniture, ...]) -> Iterator[str]:
    if several:
        yield f"{name} = ["
        yield from (f"    {_text(each.text)},  # {_comment(each.evidence)}" for each in several)
        yield "]"


def _plain_array(name: str, several: tuple[str, ...]) -> Iterator[str]:
    if several:
        yield f"{name} = ["
        yield from (f"    {_text(each)}," for each in several)
        yield "]"


def _text(value: str) -> str:
    """A basic string of TOML; JSON's differs from it in nothing that squeezed text holds but DEL."""
    return json.dumps(value.replace("\x7f", ""), ensure_ascii=False)


def _comment(text: str) -> str:
    return " ".join("".join(c for c in text if c.isprintable()).split())


def _flag(value: bool) -> str:
    return "true" if value else "false"
