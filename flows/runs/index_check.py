"""Checks that a capture is the one that the archive's index lists, by address, time, status and digest."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING

from scraper.addresses import comparable
from scraper.captures import Capture, Tally, capture_in, payload_digest
from scraper.captures.members import records_at
from scraper.fetch.exchange import Exchange
from scraper.text.sentence import Sentence

if TYPE_CHECKING:
    from scraper.fetch.archives import Memento

AHEAD = timedelta(minutes=10)
"""How far a time of capture may lie ahead of this machine's clock. A later time is taken for false."""


class NotAsPromised(ValueError):
    """The capture is not the one that the index lists. The message says how it differs."""


def refuse_future(memento: Memento, now: datetime) -> None:
    """Raises NotAsPromised for a capture dated after ``now``: it would count as the newest one for ever."""
    if memento.captured_at > now + AHEAD:
        raise NotAsPromised(
            Sentence(
                "the index dates it {captured_at}, which has not come yet",
                captured_at=memento.captured_at.isoformat(),
            )
        )


def check_against_index(memento: Memento, found: Exchange | bytes) -> str | None:
    """Raises NotAsPromised if ``found`` is not the capture ``memento``. Returns a remark if there is one to make.

    A record that an archive gave whole tells its address, time, status and digest itself. Wayback's page comes
    unpacked, while its index keeps the digest of what was sent: there another digest is a remark.
    """
    if isinstance(found, Exchange):
        digest = payload_digest(found.body).removeprefix("sha1:")
        if len(memento.digest) == len(digest) and memento.digest != digest:
            return f"{memento.address}: the index has the digest {memento.digest}, the page {digest}"
        return None
    capture, tally = _captured(found)
    at = capture.fetched_at.replace(microsecond=0)
    if _loosely(capture.url) != _loosely(memento.url):
        raise NotAsPromised(
            Sentence("the index promised {url}, the record is of {other}", url=memento.url, other=capture.url)
        )
    if at != memento.captured_at:
        raise NotAsPromised(
            Sentence(
                "the index says {captured_at}, the record {at}",
                captured_at=memento.captured_at.isoformat(),
                at=at.isoformat(),
            )
        )
    if capture.status != 200:
        raise NotAsPromised(Sentence("the index says status 200, the record {status}", status=capture.status))
    stated = (capture.payload_digest or "").removeprefix("sha1:")
    if (stated and stated != memento.digest) or any("digest" in remark for remark in tally.remarks):
        raise NotAsPromised(
            Sentence("its payload is not the one of the digest {digest} in the index", digest=memento.digest)
        )
    return None


def _captured(record: bytes) -> tuple[Capture, Tally]:
    tally = Tally()
    captures = [capture_in(raw, "", 0, tally) for raw in records_at(BytesIO(record), 0, tally)]
    responses = [capture for capture in captures if capture is not None]
    if len(responses) != 1 or responses[0].kind != "response":
        raise NotAsPromised(Sentence("not one whole record of a page"))
    return responses[0], tally


def _loosely(url: str) -> str:
    return comparable(url).partition("://")[2]
