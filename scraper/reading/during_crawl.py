"""Reads pages while their crawl goes on: ``python -m scraper.reading.during_crawl PLAN.json``.

A polite crawl waits most of the time. Reading its pages is most of a night's work and need not wait until the crawl
ends. This process follows the capture file that the crawl of the same plan writes, reads each page with its page
object, and writes what the page prints to ``PLAN.pages``. Nothing depends on it: a page missing there is read when
the captures enter the archive. It may therefore end, fail or be killed at any time. It reports neither a page that
it cannot read nor a lack of space.

A line ``end`` on standard input says that the crawl has ended. The process then reads what is left and ends. If the
input ends without that line, its parent is gone, and it ends at once.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import sys
import threading
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from scraper.captures import Capture, follow_captures, is_good, is_html
from scraper.fetch.plan import CrawlPlan
from scraper.garbage import rarely_collected, uncollected_at_exit
from scraper.items import ListPage, PrintedArticle, Reject
from scraper.pages import pages_of
from scraper.reading.captured_pages import Pages, ReadBody
from scraper.reading.further_pages import second_page
from scraper.sites import Site, by_netloc, load_sites, owner

if TYPE_CHECKING:
    from pydantic import TypeAdapter

FREE_BYTES = 512 * 1024**2
"""If less space is free, nothing is written, because captures need the space."""

SUFFIX = ".pages"
POLL_SECONDS = 0.2

Page = ListPage | PrintedArticle | Reject
_KINDS = {kind.__name__: kind for kind in (ListPage, PrintedArticle, Reject)}
_Kind = TypeVar("_Kind", ListPage, PrintedArticle, Reject)
_LINE = re.compile(rb"(\S+) (\S+) (\d{1,9}) (\S+) ")  # what stands before the page itself
_NO_SECOND = "-"


@cache
def _form(kind: str) -> TypeAdapter[Any]:
    """How pages of a kind are written and read. It takes a while to make, and a night without news needs none."""
    from pydantic import TypeAdapter

    return TypeAdapter(_KINDS[kind])


class PagesAhead:
    """The pages in the file ``path``. Only whole lines count; a missing file holds none.

    A line that is no page, as one written half and gone on with, or by another version, is as if it were not there.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lines: dict[tuple[str, str], _Line] = {}  # by record and kind
        place = 0
        for line in _whole_lines(path):
            if begun := _LINE.match(line):
                record_id, kind, size, second = (part.decode("utf-8", "replace") for part in begun.groups())
                body = ReadBody(int(size), None if second == _NO_SECOND else second)
                self._lines[record_id, kind] = _Line(place + begun.end(), body)
            place += len(line)

    def list_page(self, record_id: str) -> ListPage | None:
        """What the list page of that record shows; None if it was not read."""
        return self._get(record_id, ListPage)

    def printed(self, record_id: str) -> PrintedArticle | Reject | None:
        """What the article page of that record prints, or why it is no article; None if it was not read."""
        return self._get(record_id, PrintedArticle) or self._get(record_id, Reject)

    def body(self, record_id: str) -> ReadBody | None:
        """What else was read from the body of an article page; None if it was not read."""
        line = self._lines.get((record_id, PrintedArticle.__name__)) or self._lines.get((record_id, Reject.__name__))
        return line.body if line else None

    def _get(self, record_id: str, kind: type[_Kind]) -> _Kind | None:
        line = self._lines.get((record_id, kind.__name__))
        if line is None:
            return None
        with self._path.open("rb") as file:
            file.seek(line.place)
            written = file.readline()
        try:
            page: _Kind = _form(kind.__name__).validate_json(written)
        except ValueError:
            return None
        return page


class _Line(NamedTuple):
    place: int  # where in the file its page begins
    body: ReadBody


def _whole_lines(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            yield from (line for line in file if line.endswith(b"\n"))
    except FileNotFoundError:
        return


def read_ahead(captures: Iterable[Capture], sites: Iterable[Site], out: Path, *, free_bytes: int = FREE_BYTES) -> int:
    """Writes what each page of ``captures`` prints to ``out`` as soon as it is read. Returns the number of pages."""
    netlocs, pages, written = by_netloc(sites), Pages(), 0
    with out.open("ab") as file:
        for capture in captures:
            page = _read(capture, owner(capture.url, netlocs), pages)
            if page is None or shutil.disk_usage(out.parent).free < free_bytes:
                continue
            file.write(_line(capture, page))
            file.flush()
            written += 1
    return written


def _line(capture: Capture, page: Page) -> bytes:
    kind = type(page).__name__
    second = second_page(capture) if isinstance(page, PrintedArticle) else None
    about = f"{capture.record_id} {kind} {capture.size} {second or _NO_SECOND} "
    return b"%s%s\n" % (about.encode(), _form(kind).dump_json(page))


def _read(capture: Capture, site: Site | None, pages: Pages) -> Page | None:
    """What a page of ``site`` prints; None if the page must be read when it enters the archive."""
    if site is None or not is_good(capture) or not is_html(capture):
        return None
    from scraper.pages.feeds import looks_like_feed, looks_like_sitemap, opens_page

    if not opens_page(capture.body) and (looks_like_sitemap(capture.body) or looks_like_feed(capture.body)):
        return None
    family = pages_of(site)
    try:
        if family.key_of_part(capture.url) is not None:
            return None
        if family.key(capture.url) is None or capture.url in site.roots:
            return pages.list_page(capture, site, family)
        return None if pages.gave_up(site) else pages.printed(capture, site)
    except Exception:
        return None


def main(arguments: list[str]) -> int:
    """Follows the crawl of the given plan file until it has ended. Returns the process's exit code."""
    uncollected_at_exit()
    path = Path(arguments[0])
    plan = CrawlPlan.read(path)
    known = load_sites(plan.site_folders, only=plan.sites)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    ended = threading.Event()
    threading.Thread(target=_heed, args=(ended,), daemon=True).start()
    captures = follow_captures(plan.captures, lambda: ended.wait(POLL_SECONDS))
    with rarely_collected():
        read_ahead(captures, [known[site] for site in plan.sites if site in known], path.with_suffix(SUFFIX))
    return 0


def _heed(ended: threading.Event) -> None:
    if sys.stdin.buffer.readline() != b"end\n":
        os._exit(0)
    ended.set()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
