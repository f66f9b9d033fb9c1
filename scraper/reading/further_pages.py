"""Articles that go on on further pages of their own. A page of them that was not asked for is a problem, not a loss
in silence."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urljoin, urlsplit

from scraper.captures import Capture

_LINK = re.compile(rb"""href\s*=\s*["']?([^"'>\s]{1,500})""")  # in lower case, and found fast by its first letters
_TELLS_TWO = re.compile(rb"2/*(?:[?#]|$)|=(?:2|%32)|(?:^|/)\.")  # of an address whose path or query may end in 2
_WHOLE = (b"/", b"http://", b"https://")  # how an address begins that tells all of its path
_RELATIVE = re.compile(rb"""href\s*=\s*["']?(?!/|https?://)([^"'>\s]{1,500})""")
_GOES_ON = re.compile(rb"""[^"'>\s]{0,500}?(?:2/*(?:[?#"'>\s]|$)|=(?:2|%32)|/\.)""")  # behind the last part of a path
_MANY = 100
_NUMBERS = ("page", "trang", "paged")


def second_page(capture: Capture) -> str | None:
    """The address of the second page of the article that ``capture`` shows the first page of, if it links to one.

    WordPress adds the number to the path of a post (``/bai-viet/2/``) or to its query (``?p=12&page=2``); others add
    ``page=2`` or ``trang=2``.
    """
    if not any(mark in capture.body for mark in (b"/2", b"page=2", b"trang=2", b"paged=2")):
        return None
    here = urlsplit(capture.url)
    base, query = here.path.rstrip("/"), parse_qs(here.query)
    if (not base and not query) or any(name in query for name in _NUMBERS):
        return None
    last = base.rpartition("/")[2].partition("&")[0].encode()
    body = capture.body
    if last and not _may_link(body, last):
        return None
    for link in _LINK.finditer(body.lower()):
        found = body[link.start(1) : link.end(1)]
        if (last not in found and found.startswith(_WHOLE)) or not _TELLS_TWO.search(found):
            continue
        try:
            address = urljoin(capture.url, found.decode("utf-8", "replace").replace("&amp;", "&"))
            there = urlsplit(address)
        except ValueError:
            continue
        if there.netloc != here.netloc:
            continue
        asked = parse_qs(there.query)
        numbers = [asked.pop(name) for name in _NUMBERS if name in asked]
        by_path = bool(base) and there.path.rstrip("/") == f"{base}/2" and asked == query and not numbers
        if by_path or (there.path.rstrip("/") == base and asked == query and numbers == [["2"]]):
            return str(address)
    return None


def _may_link(body: bytes, last: bytes) -> bool:
    """Whether a link may lead to a second page of the address that ends in ``last``: it repeats that, or is relative.

    Few pages have such a link. Looking for it takes a third of the time of reading all links.
    """
    place, some = body.find(last), 0
    while place >= 0:
        place, some = place + len(last), some + 1
        if some > _MANY or _GOES_ON.match(body, place):
            return True
        place = body.find(last, place)
    return any(_TELLS_TWO.search(found) for found in _RELATIVE.findall(body.lower()))
