"""Finds the address of a picture, wherever a lazy page keeps it, and reads emoji as letters."""

from __future__ import annotations

import re
from collections.abc import Iterator
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


def emoji(image: Tag) -> str | None:
    """The letter that a picture stands for (WordPress and Facebook draw emoji so), or None for a real picture."""
    alt = _value(image, "alt")
    is_named = not _EMOJI_CLASSES.isdisjoint(_value(image, "class").split())
    is_sign = 0 < len(alt) <= 8 and not any(c.isalnum() for c in alt) and any(ord(c) > 0x203B for c in alt)
    return alt if alt and (is_named or is_sign) else None


def picture_address(image: Tag) -> str | None:
    """The address of the picture itself, never that of the placeholder that a lazy page shows at first."""
    return next((address for address in _addresses(image) if _is_picture(address)), None)


def _addresses(image: Tag) -> Iterator[str]:
    for name in _LAZY:
        yield _value(image, name)
    if _is_picture(own := _value(image, "src")):
        yield own
    for name in image.attrs:
        if _LAZIER.fullmatch(name):
            yield _value(image, name)
    frame = image.find_parent("picture")  # libxml2 puts what follows a source inside it
    sources = frame.find_all("source") if frame is not None else []
    for tag in (image, *sources):
        for name in _SETS:
            yield from _largest(_value(tag, name))
    beside = image.find_next_sibling()
    if beside is not None and beside.name == "noscript" and (real := beside.find("img")) is not None:
        yield _value(real, "src")


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


def _value(tag: Tag, name: str) -> str:
    value = tag.get(name)
    return (" ".join(value) if isinstance(value, list) else value or "").strip()
