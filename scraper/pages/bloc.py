"""The ``bloc`` family: sites of party blocs (``dukccq…``) on programs of their own, wound up in early 2025.

What is known is addresses alone, seen on live pages: ``/<section>/<slug>-<Unix time>.html`` under a page clock
(dukccq.daknong.gov.vn), ``/<section>/<slug>-612481`` (danguykhoi.laichau.gov.vn) and
``newsdetail.php?id=210&newsid=2394`` (dukccqold.binhdinh.gov.vn). So an article is keyed by the number in its
address, and its page is read as one of a site with no family. The fixture is rebuilt. That the number of Đắk Nông is
the time of publication, and not of an edit, is not verified: it is a check on the printed date, never the date.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from scraper.clock import VIETNAM
from scraper.items import PrintedArticle
from scraper.pages.addresses import split_address
from scraper.pages.generic import Generic

_ADDRESS = re.compile(
    r"/[^/?]+-(?P<id>\d{5,10})(?:\.html?)?/?(?:\?|$)|/newsdetail\.php\?(?:.*&)?newsid=(?P<asked>\d+)(?:&|$)"
)
_FIRST_YEAR = 2005  # no site of a bloc is known to be older


class Bloc(Generic):
    """Page objects of the party blocs' own sites."""

    name = "bloc"

    def key(self, url: str) -> str | None:
        """The number in the address; None where there is none."""
        parts = split_address(url)
        found = _ADDRESS.search(parts.path + (f"?{parts.query}" if parts.query else "")) if parts else None
        return (found["id"] or found["asked"]) if found else None

    def month(self, url: str) -> tuple[int, int] | None:
        """Year and month in Vietnam, where the number is a Unix time."""
        number = self.key(url)
        if number is None or len(number) != 10:
            return None
        moment = datetime.fromtimestamp(int(number), VIETNAM)
        return (moment.year, moment.month) if moment.year >= _FIRST_YEAR else None

    def article(self, html: str, url: str) -> PrintedArticle:
        """What the page prints. Raises NotAnArticle, and ExtraMissing where trafilatura is not installed."""
        return replace(super().article(html, url), native_id=self.key(url))
