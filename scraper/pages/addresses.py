"""Makes addresses on pages absolute, and compares their hosts."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

from bs4 import Tag

from scraper.pages.blocks import attribute

_PLAIN = re.compile(
    r"(https?://[a-z0-9.-]+(?::[0-9]+)?)?(?:(?:/[\w%~-][\w%.~-]*)+/?|/)(?:\?[\w%.~=&-]+)?", re.ASCII
)  # neither ; nor # nor a segment of dots
_WEB_ADDRESS = re.compile(r"https?://([A-Za-z0-9.:-]+)(/[\w%.~/-]*|)(?:\?[\w%.~=&/-]*)?\Z", re.ASCII)


def split_address(url: str) -> SplitResult | None:
    """The parts of an address, or None if it is malformed (``http://[``)."""
    try:
        return urlsplit(url)
    except ValueError:
        return None


def joined(url: str, href: str) -> str:
    """What urljoin makes of ``href`` on a page at ``url``. Plain addresses, which most are, take a tenth of its time.

    Raises ValueError.
    """
    found = _PLAIN.fullmatch(href)
    if found is None:
        return urljoin(url, href)
    if found[1]:
        return href
    start = origin(url)
    return start + href if start else urljoin(url, href)


def is_plain(href: str) -> bool:
    """Whether ``href`` leads to the same address from all pages of a host."""
    return _PLAIN.fullmatch(href) is not None


@lru_cache(maxsize=64)
def origin(url: str) -> str | None:
    """Scheme and host of a web address, as urljoin writes them."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in {"http", "https"} and parts.netloc else None


def absolute(url: str, href: str) -> str:
    """``href``, on a page at ``url``, made absolute; empty if it is no address."""
    try:
        return joined(url, href.strip())
    except ValueError:
        return ""


def web_address(base: str, href: str) -> str | None:
    """``href`` as an absolute http(s) address without fragment, or None."""
    try:
        address = joined(base, href.strip())
        parts = urlsplit(address)
    except ValueError:
        return None
    return urlunsplit(parts._replace(fragment="")) if parts.scheme in {"http", "https"} and parts.netloc else None


def base_address(page: Tag, url: str) -> str:
    """The address to which the page's links are relative: that of its ``base``, else its own."""
    base = page.find("base", href=True)
    return (web_address(url, attribute(base, "href")) or url) if isinstance(base, Tag) else url


def host(url: str) -> str:
    """The host that identifies a newspaper: that of ``url`` without ``www.`` and ``m.``."""
    return re.sub(r"^(?:www\.|m\.)+", "", urlsplit(url).netloc.lower())


def same_host(one: str, other: str) -> bool:
    """Whether two addresses are on the same host. ``www.`` is ignored."""
    a, b = netloc_of(one), netloc_of(other)
    return a == b or a.lower().removeprefix("www.") == b.lower().removeprefix("www.")


def netloc_of(address: str) -> str:
    """What urlsplit says of the host and port. Raises ValueError."""
    found = _WEB_ADDRESS.match(address)
    return found[1] if found is not None else urlsplit(address).netloc


def path_of(address: str) -> str:
    """What urlsplit says of the path. Raises ValueError."""
    found = _WEB_ADDRESS.match(address)
    return found[2] if found is not None else urlsplit(address).path
