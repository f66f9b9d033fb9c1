"""The dateparser step: printed text and its witnesses → a moment, with evidence.

A text is read in three ways, the first that fits: as a machine's stamp (:mod:`scraper.dates.machine`), as one of the
exact forms that newspapers print most (:mod:`scraper.dates.exact`), and else as speech: its date is found among
labels, categories and counts, and dateparser reads it (:mod:`scraper.dates.spoken`). Where exact and spoken both
answer they agree; a property test holds them together.
"""

from __future__ import annotations

from scraper.dates.dating import Dating, date_article
from scraper.dates.reader import read_date
from scraper.dates.readings import VIETNAM, Reading, Refusal

__all__ = ["VIETNAM", "Dating", "Reading", "Refusal", "date_article", "read_date"]
