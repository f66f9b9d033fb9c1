"""The dateparser step: printed text and its witnesses → a moment, with evidence.

A text is read in three ways, and the first that fits wins: as a machine's timestamp
(:mod:`scraper.dates.timestamps`), as one of the forms that newspapers print most
(:mod:`scraper.dates.known_forms`), or as free text, in which dateparser reads what is left once labels, categories
and counts are told apart (:mod:`scraper.dates.free_text`). Where the last two both answer they agree; a property
test holds them together.
"""

from __future__ import annotations

from scraper.dates.dating import Dating, date_article
from scraper.dates.reader import read_date
from scraper.dates.readings import VIETNAM, Reading, Refusal

__all__ = ["VIETNAM", "Dating", "Reading", "Refusal", "date_article", "read_date"]
