"""Runs one crawl in a process of its own: ``python -m scraper.crawl PLAN.json``.

The plan is a :class:`~scraper.fetch.plan.CrawlPlan`. Progress goes to standard output, the log to standard error, and
Scrapy's statistics to the plan's ``stats``. The process ends with its parent: if standard input is a pipe and ends,
the crawl stops. Exit codes: 0 the crawl came to an end (its statistics tell how), 3 no space for the captures, 4 a
plan or site file that cannot be used, 9 another failure, 11 stopped by a signal.
"""

from __future__ import annotations

import sys

from scraper.garbage import uncollected, uncollected_at_exit


def main(arguments: list[str]) -> int:
    """Runs the crawl of the given plan file and returns the process's exit code."""
    uncollected_at_exit()
    with uncollected():
        from scraper.spiders.crawl_of_plan import crawl
    return crawl(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
