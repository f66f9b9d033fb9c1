"""The seam between fetching and understanding: exchanges as WARC records (ISO 28500), written and read.

One file a run, one gzip member a record, flushed one by one: a crawl that is killed leaves whole records and at
most one torn tail, which reading drops. Files that other programs wrote (wget, Browsertrix, ArchiveBox) are read by
the same functions.
"""

from scraper.captures.decoders import MAX_BODY
from scraper.captures.format import NOT_MODIFIED_PROFILE, Capture, is_good, is_html, warcinfo
from scraper.captures.members import MAX_RECORD, Report, Tally, ignore
from scraper.captures.reader import capture_in, follow_captures, payload_digest, read_capture_at, read_captures
from scraper.captures.writer import CaptureWriter, WarcExporter

__all__ = [
    "MAX_BODY",
    "MAX_RECORD",
    "NOT_MODIFIED_PROFILE",
    "Capture",
    "CaptureWriter",
    "Report",
    "Tally",
    "WarcExporter",
    "capture_in",
    "follow_captures",
    "ignore",
    "is_good",
    "is_html",
    "payload_digest",
    "read_capture_at",
    "read_captures",
    "warcinfo",
]
