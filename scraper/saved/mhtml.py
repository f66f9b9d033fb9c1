"""MHTML (RFC 2557), "Webpage, single file": written by Chromium and its kin, and by older Internet Explorers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_binary_file, policy
from email.utils import parsedate_to_datetime
from pathlib import Path

from scraper.captures import Tally
from scraper.saved.page import MAX_FILE, SavedPage, is_web
from scraper.text.sentence import Sentence


def read_mhtml(path: Path, tally: Tally) -> Iterator[SavedPage]:
    """The page of an MHTML file: its root part. Frames, pictures and styles are skipped. Raises OSError."""
    if path.stat().st_size > MAX_FILE:
        tally.refuse(Sentence("{name}: has more than {max_file} bytes", name=path.name, max_file=MAX_FILE))
        return
    with path.open("rb") as file:  # message_from_bytes would hold all of it in eight times its memory
        message = message_from_binary_file(file, policy=policy.compat32.clone(raise_on_defect=False))
    parts = [part for part in message.walk() if not part.is_multipart()]
    address = _line(message.get("Snapshot-Content-Location")) or _line(message.get("Content-Location"))
    pages = [part for part in parts if part.get_content_type() in {"text/html", "application/xhtml+xml"}]
    root = next((part for part in pages if _line(part.get("Content-Location")) == address), None)
    root = root if root is not None else next(iter(pages), None)
    tally.records += len(parts)
    tally.no_captures += len(parts) - 1
    url = address or (_line(root.get("Content-Location")) if root is not None else "")
    body = root.get_payload(decode=True) if root is not None else None
    if root is None or not isinstance(body, bytes) or not is_web(url):
        said = "has no page" if not body else f"its page has no address of the web but {url!r}"
        tally.unreadable.append(Sentence("{name}: not a whole MHTML file: {said}", name=path.name, said=said))
        return
    charset = root.get_content_charset()
    yield SavedPage(
        kind="conversion",
        url=url,
        body=body,
        place=path.name,
        captured_at=_moment(message.get("Date")),
        content_type=f"text/html; charset={charset}" if charset else "text/html",
    )


def _line(value: object) -> str:
    return "".join(str(value).split()) if value is not None else ""


def _moment(text: object) -> datetime | None:
    try:
        moment = parsedate_to_datetime(str(text))
    except (TypeError, ValueError):
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
