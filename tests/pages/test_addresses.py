"""Addresses are joined and cut as urllib does it, only faster where they are plain."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from urllib.parse import urljoin, urlsplit

from scraper.pages.addresses import joined, netloc_of, path_of

BASES = (
    "http://a.vn/x/y?z=1#q", "https://www.b.vn", "https://b.vn/a/../c/", "http://a.vn:80/x;p", "HTTP://A.vn/x", "",
    "mailto:x@a.vn", "file:///x/y", "//a.vn/x",
)  # fmt: skip
PIECES = ("", "/", "//", "a", "a-1.html", ".", "..", "?", "?a=b", "#", "#x", ";p", "%20", "&", "\t", "ấp", "@", ":80")
ADDRESSES = tuple(
    "".join(pieces) for pieces in product(("", "http://a.vn", "https://B.vn:1", "/"), PIECES, PIECES, PIECES[:9])
)


def answer(ask: Callable[..., str], *given: str) -> str | type[ValueError]:
    """What ``ask`` says, or that it refuses."""
    try:
        return ask(*given)
    except ValueError:
        return ValueError


def test_joined() -> None:
    different = [
        (base, address)
        for base, address in product(BASES, ADDRESSES)
        if answer(joined, base, address) != answer(urljoin, base, address)
    ]
    assert not different


def test_host_and_path() -> None:
    for address in (*ADDRESSES, "http://[", "http://a\u2100.vn/x"):
        assert answer(netloc_of, address) == answer(lambda each: urlsplit(each).netloc, address)
        assert answer(path_of, address) == answer(lambda each: urlsplit(each).path, address)
