"""Recognises the form of a file by its first bytes, and chooses the reader for it."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path

from scraper.captures import Tally
from scraper.captures.packing import packing
from scraper.saved.har import read_har
from scraper.saved.httrack import is_cache, read_httrack
from scraper.saved.listed_folder import is_list, read_listed_folder
from scraper.saved.mhtml import read_mhtml
from scraper.saved.page import SavedPage
from scraper.saved.saved_html import read_saved_html, tells_origin
from scraper.saved.zip_files import open_zip

_START = 8192
_LISTS = frozenset({".csv", ".tsv", ".txt"})
_HAR = re.compile(rb'\s*\{\s*"log"\s*:')


class Form(StrEnum):
    """The forms in which captures come."""

    WARC = "warc"
    PACKED_WARC = "zstd"
    ARC = "arc"
    WACZ = "wacz"
    HAR = "har"
    MHTML = "mhtml"
    SAVED_HTML = "html"
    HTTRACK = "httrack"
    LISTED_FOLDER = "csv"


_READERS: Mapping[Form, Callable[[Path, Tally], Iterator[SavedPage]]] = {
    Form.HAR: read_har,
    Form.MHTML: read_mhtml,
    Form.SAVED_HTML: read_saved_html,
    Form.HTTRACK: read_httrack,
    Form.LISTED_FOLDER: read_listed_folder,
}


def form_of(path: Path) -> Form | None:
    """The form of the file at ``path``; None if it has none of them. Raises OSError."""
    packed = packing(path)
    if packed is not None:
        return Form(packed)
    with path.open("rb") as file:
        start = file.read(_START)
    if start.startswith(b"PK"):
        return Form.HTTRACK if is_cache(path) else Form.WACZ if _name_of_wacz(path) else None
    text = start.removeprefix(b"\xef\xbb\xbf")
    if _HAR.match(text) or (path.suffix.lower() == ".har" and text.lstrip().startswith(b"{")):
        return Form.HAR
    if b"MIME-Version:" in start and b"multipart/related" in start.lower():
        return Form.MHTML
    if tells_origin(start):
        return Form.SAVED_HTML
    return Form.LISTED_FOLDER if path.suffix.lower() in _LISTS and is_list(path) else None


def saved_pages(path: Path, form: Form, tally: Tally) -> Iterator[SavedPage]:
    """The pages of a file of this form. Raises OSError, KeyError for a form of whole records (WARC, ARC, WACZ)."""
    return _READERS[form](path, tally)


def _name_of_wacz(path: Path) -> bool:
    if path.suffix.lower() == ".wacz":
        return True
    try:
        with open_zip(path) as packed:
            return "datapackage.json" in packed.namelist()
    except (OSError, zipfile.BadZipFile):
        return False
