"""Where the links of a page of the family lead."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from scraper.pages.addresses import absolute, is_plain, netloc_of, origin, path_of, same_host

ADDRESS = re.compile(
    r"(?P<section>/.*)?/(?P<year>(?:19|20)\d\d)(?P<month>0[1-9]|1[0-2])/(?P<slug>[^/]*?)-+(?P<id>\d{4,9})"
    r"(?:/(?:index\.html?)?)?"
)
"""The path of an article's address."""

_FILE = re.compile(r"\.(?!html?$|rss$)\w{2,5}$")
_NUMBER = re.compile(r"-\d{4,9}(?:$|[/?#])")


class Target(NamedTuple):
    """Where a link leads."""

    address: str  # empty if it is none
    key: str | None  # what identifies the article there: a number is unique only on its own host
    path: str | None  # on the page's own host, without a last slash
    leads_away: bool  # to another page of the host; a file may be part of an article


def key_of(url: str) -> str | None:
    """The number at the end of an article's address."""
    match = ADDRESS.fullmatch(path_of(url))
    return match["id"] if match else None


def targets_of(hrefs: Iterable[str], url: str) -> list[Target]:
    """Where links with these ``href`` lead on the page at ``url``."""
    start = origin(url)
    return [(_plain_target(href, start) if start else None) or _target(href, url) for href in hrefs]


@lru_cache(maxsize=4096)  # menus are the same on all pages of a site
def _plain_target(href: str, start: str) -> Target | None:
    """Where the link leads on all pages of this scheme and host; None if that is not the same."""
    return _target(href, start + "/") if is_plain(href.strip()) else None


def _target(href: str, url: str) -> Target:
    address = absolute(url, href)
    key = key_of(address) if address and _NUMBER.search(address) else None
    if not same_host(address, url):
        return Target(address, key and f"{netloc_of(address)}/{key}", None, leads_away=False)
    path = path_of(address)
    return Target(address, key, path.rstrip("/"), leads_away=not _FILE.search(path))
