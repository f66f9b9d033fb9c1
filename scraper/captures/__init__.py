"""Writes and reads exchanges as WARC records (ISO 28500). They are all that passes from fetching to reading.

Each run has one file, and each record is one gzip member, flushed on its own. A crawl that is killed therefore leaves
whole records and at most one torn tail, which the reader drops. The same functions read files that other programs
wrote (wget, Browsertrix, ArchiveBox).
"""

from scraper.optional_packages import left_out

with left_out("fsspec"):
    import warcio.utils  # noqa: F401

from scraper.captures.decoders import MAX_BODY, OPENING
from scraper.captures.format import NOT_MODIFIED_PROFILE, Capture, is_good, is_html, warcinfo
from scraper.captures.members import MAX_RECORD, Report, Tally, ignore
from scraper.captures.reader import (
    Heads,
    capture_in,
    follow_captures,
    look_through,
    payload_digest,
    read_capture_at,
    read_captures,
)
from scraper.captures.writer import CaptureWriter, WarcExporter

__all__ = [
    "MAX_BODY",
    "MAX_RECORD",
    "NOT_MODIFIED_PROFILE",
    "OPENING",
    "Capture",
    "CaptureWriter",
    "Heads",
    "Report",
    "Tally",
    "WarcExporter",
    "capture_in",
    "follow_captures",
    "ignore",
    "is_good",
    "is_html",
    "look_through",
    "payload_digest",
    "read_capture_at",
    "read_captures",
    "warcinfo",
]
