"""Makes addresses on pages absolute, and compares their hosts."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

from bs4 import Tag

from scraper.pages.blocks import attribute


def split_address(url: str) -> SplitResult | None:
    """The parts of an address, or None if it is malformed (``http://[``)."""
    try:
        return urlsplit(url)
    except ValueError:
        return None


def absolute(url: str, href: str) -> str:
    """``href``, on a page at ``url``, made absolute; empty if it is no address."""
    try:
        return urljoin(url, href.strip())
    except ValueError:
        return ""


def web_address(base: str, href: str) -> str | None:
    """``href`` as an absolute http(s) address without fragment, or None."""
    try:
        address = urljoin(base, href.strip())
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
    a, b = (urlsplit(address).netloc.lower().removeprefix("www.") for address in (one, other))
    return a == b
