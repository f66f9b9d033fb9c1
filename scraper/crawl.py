"""Runs one crawl in a process of its own: ``python -m scraper.crawl PLAN.json``.

The plan is a :class:`~scraper.fetch.plan.CrawlPlan`. Progress goes to standard output, the log to standard error, and
Scrapy's statistics to the plan's ``stats``. The process ends with its parent: if standard input is a pipe and ends,
the crawl stops. Exit codes: 0 the crawl came to an end (its statistics tell how), 3 no space for the captures, 4 a
plan or site file that cannot be used, 9 another failure, 11 stopped by a signal.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from scraper.garbage import uncollected, uncollected_at_exit
from scraper.optional_packages import when_asked

_FOR_SERVERS = "twisted.web._http2"
"""HTTP/2 as a server speaks it. Twisted's HTTP client loads it with all of its library, where that is installed."""


def main(arguments: list[str]) -> int:
    """Runs the crawl of the given plan file and returns the process's exit code."""
    uncollected_at_exit()
    sys.modules.setdefault(_FOR_SERVERS, None)  # type: ignore[arg-type]  # it then counts as not installed
    when_asked("charset_normalizer", "from_bytes")  # asked where a page says nothing of its encoding
    when_asked("scrapy.http.request.rpc", "XmlRpcRequest")  # loads an HTTP server
    with uncollected(), _bare_stacks():
        from scraper.spiders.crawl_of_plan import crawl
    return crawl(arguments)


@contextmanager
def _bare_stacks() -> Iterator[None]:
    """In the block, ``inspect.stack()`` reads no source.

    Scrapy calls it for each of its deprecated classes, to learn which module makes them. To find and read the lines
    of all that is being imported takes a tenth of a crawl's start.
    """
    whole = inspect.stack
    inspect.stack = partial(whole, 0)
    try:
        yield
    finally:
        inspect.stack = whole


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
