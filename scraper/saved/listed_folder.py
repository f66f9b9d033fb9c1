"""A folder of HTML files, and a CSV that tells the address of each."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from scraper.captures import Tally
from scraper.saved.page import MAX_PAGE, SavedPage, is_web
from scraper.text.sentence import Sentence

_FILE = ("file", "path", "filename", "tệp", "tep")
_URL = ("url", "address", "địa chỉ", "dia chi", "link")
_TIME = ("captured_at", "fetched_at", "saved_at", "time", "timestamp", "datetime")


def is_list(path: Path) -> bool:
    """Whether ``path`` is such a CSV. Its first line must name a file and an address. Raises OSError."""
    return _separator(path) is not None


def _separator(path: Path) -> str | None:
    """What stands between the cells: Excel writes semicolons where a comma is the decimal sign, as in Vietnam."""
    try:
        with path.open(encoding=_encoding(path), newline="") as file:
            line = file.readline(4096)
    except UnicodeError:
        return None
    for separator in (",", ";", "\t"):
        names = {name.strip().lower() for name in next(csv.reader([line], delimiter=separator), [])}
        if not names.isdisjoint(_FILE) and not names.isdisjoint(_URL):
            return separator
    return None


def _encoding(path: Path) -> str:
    """UTF-8, or UTF-16 as Excel's "Unicode text" has it."""
    with path.open("rb") as file:
        return "utf-16" if file.read(2) in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"


def read_listed_folder(path: Path, tally: Tally) -> Iterator[SavedPage]:
    """The pages that the CSV at ``path`` names, beside it or below.

    Columns: ``file``, ``url`` and, if known, ``captured_at`` (ISO 8601 with offset, or 14 digits in UTC). The time of
    a file on the disk does not count as the time of its capture. Raises OSError.
    """
    with path.open(encoding=_encoding(path), newline="") as file:
        try:
            for number, row in enumerate(csv.DictReader(file, delimiter=_separator(path) or ","), start=2):
                place = f"{path.name}: line {number}"
                try:
                    page = _page(row, path.parent, place)
                except (ValueError, OSError) as error:
                    tally.refuse(Sentence("{place} cannot be read: {error}", place=place, error=error))
                    continue
                tally.records += 1
                yield page
        except (csv.Error, UnicodeError) as error:
            tally.refuse(Sentence("{name}: not a whole CSV: {error}", name=path.name, error=error))


def _page(row: Mapping[str, str | None], folder: Path, place: str) -> SavedPage:
    cells = {(name or "").strip().lower(): (value or "").strip() for name, value in row.items() if name is not None}
    name, url, time = (next((cells[n] for n in names if cells.get(n)), "") for names in (_FILE, _URL, _TIME))
    if not is_web(url):
        raise ValueError(Sentence("{url!r} is no address of the web", url=url))
    held = (folder / name).resolve()
    if not name or not held.is_relative_to(folder.resolve()):
        raise ValueError(Sentence("{name!r} lies outside the folder", name=name))
    if held.stat().st_size > MAX_PAGE:
        raise ValueError(Sentence("{name}: has more than {max_page} bytes", name=name, max_page=MAX_PAGE))
    return SavedPage(
        kind="resource",
        url=url,
        body=held.read_bytes(),
        place=f"{place}: {name}",
        captured_at=_moment(time) if time else None,
        content_type="text/html",
    )


def _moment(text: str) -> datetime:
    if text.isascii() and text.isdigit() and len(text) == 14:
        return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(
            Sentence("{text!r} is no time: write 2024-07-11T15:51:00+07:00, or leave it empty", text=text)
        ) from None
    if moment.tzinfo is None:
        raise ValueError(
            Sentence("{text!r} has no offset: write 2024-07-11T15:51:00+07:00, or leave it empty", text=text)
        )
    return moment.astimezone(UTC)
