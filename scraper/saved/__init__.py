"""Reads pages that were saved without WARC: HAR, MHTML, SingleFile, "save page as", HTTrack, plain folders.

Each reader returns the pages with what its form records: the response, if it was kept, and the time of capture, if
there is one. What a form does not record stays unknown.
"""

from scraper.saved.forms import Form, form_of, saved_pages
from scraper.saved.page import SavedPage

__all__ = ["Form", "SavedPage", "form_of", "saved_pages"]
