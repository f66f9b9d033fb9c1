"""HAR, the log of a browser's network panel and of Playwright: http://www.softwareishard.com/blog/har-12-spec/"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scraper.captures import Tally
from scraper.captures.members import Report
from scraper.saved.json_list import list_members
from scraper.saved.page import SavedPage, is_web, names_text
from scraper.text.sentence import Sentence

_OF_THE_WIRE = frozenset({"content-encoding", "content-length", "transfer-encoding"})
"""Headers of the body as it was sent; a HAR has it decoded."""

_END: Any = object()
"""Stands behind the last entry. An entry may be null, which is an odd one."""


def read_har(path: Path, tally: Tally) -> Iterator[SavedPage]:
    """The pages of a HAR file of any size. Raises OSError."""
    number = -1
    with path.open(encoding="utf-8-sig") as file:
        entries = list_members(file, "log", "entries")
        while True:
            number += 1
            place = f"{path.name}: entry {number}"
            try:
                entry = next(entries, _END)
            except (ValueError, RecursionError) as error:
                tally.refuse(
                    Sentence(
                        "{name}: not a whole HAR file from entry {number} on: {kind}: {error}",
                        name=path.name,
                        number=number,
                        kind=type(error).__name__,
                        error=error,
                    )
                )
                return
            if entry is _END:
                return
            try:
                page = _page(entry, place, tally.remarks.append)
            except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
                tally.refuse(
                    Sentence(
                        "{place} cannot be read: {name}: {error}", place=place, name=type(error).__name__, error=error
                    )
                )
                continue
            tally.records += 1
            if page is None:
                tally.no_captures += 1
            else:
                yield page


def _page(entry: dict[str, Any], place: str, remark: Report) -> SavedPage | None:
    """The page of one entry; None for pictures, styles, and requests that got no response."""
    url, response = entry["request"]["url"], entry["response"]
    status, content = int(response["status"]), response["content"]
    media_type = str(content.get("mimeType") or "")
    if not is_web(url) or status <= 0 or entry["request"].get("method", "GET") != "GET":
        return None
    is_text = names_text(media_type)
    if status < 300 and not is_text:
        return None
    text = content.get("text")
    if text is None and is_text and status == 200:
        raise ValueError(Sentence("the page's text was not saved; save the HAR with content"))
    body = base64.b64decode(text) if content.get("encoding") == "base64" else (text or "").encode("utf-8", "replace")
    kept = [(str(each["name"]), str(each["value"])) for each in response["headers"]]
    headers = [(name, value) for name, value in kept if name.lower() not in _OF_THE_WIRE and name[:1] != ":"]
    if content.get("encoding") != "base64" and media_type:
        # A HAR holds text as Unicode, whatever encoding the server used.
        headers = [(name, value) for name, value in headers if name.lower() != "content-type"]
        headers.append(("Content-Type", f"{media_type.partition(';')[0].strip()}; charset=utf-8"))
    return SavedPage(
        kind="response",
        url=url,
        body=body,
        place=place,
        captured_at=_moment(entry.get("startedDateTime"), place, remark),
        status=status,
        headers=tuple((name, " ".join(value.split())) for name, value in headers),
    )


def _moment(text: Any, place: str, remark: Report) -> datetime | None:
    """The moment of an entry. None, with a remark, if it is unreadable or has no offset, which HAR demands: without
    it the moment is uncertain by more than a day."""
    try:
        moment = datetime.fromisoformat(text)
    except (ValueError, TypeError):
        remark(
            Sentence(
                "{place}: its time is {time}, so the time of its capture is not known", place=place, time=repr(text)
            )
        )
        return None
    if moment.tzinfo is None:
        remark(
            Sentence(
                "{place}: its time {time} has no offset, so the time of its capture is not known",
                place=place,
                time=repr(text),
            )
        )
        return None
    return moment.astimezone(UTC)
