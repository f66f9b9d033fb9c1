"""Finds the address of a picture, wherever a lazy page keeps it, and reads emoji as letters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from bs4 import Tag

_LAZY = ("data-src", "data-original", "data-lazy-src", "data-full-url", "data-orig-file", "data-large-file")
_LAZIER = re.compile(r"(?:data-(?:[\w-]*src|[\w-]*url|lazy|image|img|original[\w-]*)|lazy-?src|original)$", re.I)
_SETS = ("data-srcset", "data-lazy-srcset", "srcset")
_PLACEHOLDER = re.compile(
    r"(?:^|[/_-])(?:blank|placeholder|loading|loader|lazy(?:-?load)?|spacer|gr[ea]y|pixel|transparent|1x1|trans|empty|dot)"
    r"[\w-]*\.(?:gif|png|svg|jpe?g|webp)$",
    re.I,
)
_PICTURE = re.compile(r"^(?!data:|about:|javascript:|blob:)\S.*$", re.I)
_CANDIDATE = re.compile(r"(\S[^\s,]*(?:,[^\s,]+)*)\s*(?:([\d.]+)([wx]))?\s*(?:,|$)")
_EMOJI_CLASSES = frozenset({"emoji", "wp-smiley", "emojione", "twemoji"})


def emoji(attributes: Mapping[str, Any]) -> str | None:
    """The letter that a picture stands for (WordPress and Facebook draw emoji so), or None for a real picture."""
    alt = _value(attributes, "alt")
    is_named = not _EMOJI_CLASSES.isdisjoint(_value(attributes, "class").split())
    is_sign = 0 < len(alt) <= 8 and not any(c.isalnum() for c in alt) and any(ord(c) > 0x203B for c in alt)
    return alt if alt and (is_named or is_sign) else None


def picture_address(image: Tag) -> str | None:
    """The address of the picture itself, never that of the placeholder that a lazy page shows at first."""
    if (own := address_in(image.attrs)) is not None:
        return own
    frame = image.find_parent("picture")  # libxml2 puts what follows a source inside it
    sources = [source.attrs for source in frame.find_all("source")] if frame is not None else []
    beside = image.find_next_sibling()
    real = beside.find("img") if beside is not None and beside.name == "noscript" else None
    return address_beside(sources, real.attrs if real is not None else {})


def address_in(attributes: Mapping[str, Any]) -> str | None:
    """The address of the picture itself in the attributes of its ``img``."""
    return next((address for address in _addresses(attributes) if _is_picture(address)), None)


def address_beside(sources: Iterable[Mapping[str, Any]], real: Mapping[str, Any]) -> str | None:
    """The address of a picture whose ``img`` has none, in the attributes of what is beside.

    That is the sources of its ``picture``, or the ``img`` for readers without scripts.
    """
    offered = [address for source in sources for address in _in_sets(source)]
    return next((address for address in (*offered, _value(real, "src")) if _is_picture(address)), None)


def _addresses(attributes: Mapping[str, Any]) -> Iterator[str]:
    for name in _LAZY:
        yield _value(attributes, name)
    if _is_picture(own := _value(attributes, "src")):
        yield own
    for name in attributes:
        if _LAZIER.fullmatch(name):
            yield _value(attributes, name)
    yield from _in_sets(attributes)


def _in_sets(attributes: Mapping[str, Any]) -> Iterator[str]:
    for name in _SETS:
        yield from _largest(_value(attributes, name))


def _largest(candidates: str) -> list[str]:
    """The address of the largest picture that a ``srcset`` offers."""
    if not candidates:
        return []
    found = [(float(match[2] or 1), match[1]) for match in _CANDIDATE.finditer(candidates)]
    return [address for _, address in sorted(found, key=lambda each: -each[0])][:1]


def _is_picture(address: str) -> bool:
    if not _PICTURE.match(address):
        return False
    try:
        path = urlsplit(address).path
    except ValueError:
        return False
    return _PLACEHOLDER.search(path) is None


def _value(attributes: Mapping[str, Any], name: str) -> str:
    value = attributes.get(name)
    return (" ".join(value) if isinstance(value, list) else value or "").strip()
