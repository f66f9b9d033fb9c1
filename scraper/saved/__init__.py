"""Pages that people and programs saved without WARC: HAR, MHTML, SingleFile, "save page as", HTTrack, plain folders.

Each reader gives the pages with what its form tells of them: the response where that was kept, the time of capture
where one is told. What a form does not tell is left open.
"""

from scraper.saved.forms import Form, form_of, saved_pages
from scraper.saved.page import SavedPage

__all__ = ["Form", "SavedPage", "form_of", "saved_pages"]
