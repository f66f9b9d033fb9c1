"""HTML files that say where they are from: SingleFile's, and "save page as, complete" of Chromium-based browsers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from html import unescape
from pathlib import Path

from scraper.captures import Tally
from scraper.saved.page import MAX_FILE, SavedPage, is_web
from scraper.text.sentence import Sentence

_START = 8192
_SINGLE_FILE = re.compile(rb"<!--\s*Page saved with SingleFile\s(.{0,4000}?)-->", re.S)
_FIELD = re.compile(r"^\s*(url|saved date):[ \t]*(\S.*?)\s*$", re.M)
_SAVED_FROM = re.compile(rb"<!-- saved from url=\(\d{4,}\)(\S{1,4000}) -->")
_JAVASCRIPT_DATE = re.compile(r"[A-Z][a-z]{2} ([A-Z][a-z]{2} \d{1,2} \d{4} \d\d:\d\d:\d\d GMT[+-]\d{4})")


def tells_origin(start: bytes) -> bool:
    """Whether an HTML file with this beginning says where it was saved from."""
    return bool(_SINGLE_FILE.search(start[:_START]) or _SAVED_FROM.search(start[:_START]))


def read_saved_html(path: Path, tally: Tally) -> Iterator[SavedPage]:
    """The page of one saved HTML file. SingleFile records the time; "save page as" does not. Raises OSError."""
    if path.stat().st_size > MAX_FILE:
        tally.refuse(Sentence("{name}: has more than {max_file} bytes", name=path.name, max_file=MAX_FILE))
        return
    body = path.read_bytes()
    fields, captured_at = {}, None
    single = _SINGLE_FILE.search(body[:_START])
    if single is not None:
        fields = dict(_FIELD.findall(single.group(1).decode("utf-8", "replace")))
        captured_at = javascript_moment(fields.get("saved date", ""))
    saved_from = _SAVED_FROM.search(body[:_START])
    url = fields.get("url") or (saved_from.group(1).decode("utf-8", "replace") if saved_from else "")
    url = unescape(url)
    if not is_web(url):
        tally.refuse(
            Sentence(
                "{name}: tells no address of the web; name it in a CSV with the columns file and url", name=path.name
            )
        )
        return
    tally.records += 1
    yield SavedPage(
        kind="conversion", url=url, body=body, place=path.name, captured_at=captured_at, content_type="text/html"
    )


def javascript_moment(text: str) -> datetime | None:
    """The moment that JavaScript's ``Date.toString()`` prints; None for any other text."""
    found = _JAVASCRIPT_DATE.match(text)
    try:
        return datetime.strptime(found.group(1), "%b %d %Y %H:%M:%S GMT%z") if found else None
    except ValueError:
        return None
