"""Why an address that a crawl was to request gave no answer of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
    NotSupported,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from w3lib.url import safe_url_string

from scraper.clock import utc_now
from scraper.fetch.exchange import NoAnswer

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

OUTCOMES: dict[str, str] = {
    "blocked": "The server refused us (403, captcha): nothing more is asked of the host this night.",
    "capped": "The host has had its requests of this night, or the list its pages.",
    "dns": "The host's name could not be resolved.",
    "failed": "The connection failed.",
    "limit": "The run has the new articles of the site it was asked for, or has used up its time there.",
    "no-contact": "No contact address is set: only hosts that site files allow on this machine are asked.",
    "offsite": "The address leads to a host that is not the site's.",
    "paused": "The server asked to wait longer than a night allows.",
    "redirect-loop": "Too many redirects.",
    "refused-address": "The address guard refused where the name leads.",
    "refused-connection": "Nothing listens there.",
    "robots": "robots.txt forbids the address.",
    "robots-unreachable": "robots.txt could not be read, so nothing is asked of the host.",
    "scheme": "The address is neither http nor https.",
    "timeout": "The server did not answer in time.",
    "tls": "No secure connection could be made.",
    "too-large": "The answer is larger than is accepted.",
    "truncated": "The answer ended before its announced end.",
    "unreachable": "The host stopped answering, and is left alone this night.",
    "window": "All that the list shows is older than the day the run was asked for, so it is turned no further.",
    "undecodable": "The answer's Content-Encoding could not be undone.",
}

outcome_decided = object()
"""Scrapy signal: an address that was to be requested has an outcome but no answer (``outcome``: a NoAnswer)."""


class Refused(IgnoreRequest):
    """A request that is not sent, and why. Scrapy neither retries it nor counts it as an error."""

    def __init__(self, outcome: str, detail: str) -> None:
        if outcome not in OUTCOMES:
            raise ValueError(f"unknown outcome {outcome!r}")
        super().__init__(f"{outcome}: {detail}")
        self.outcome = outcome
        self.detail = detail


_BY_TYPE: tuple[tuple[type[BaseException], str], ...] = (
    (CannotResolveHostError, "dns"),
    (DownloadTimeoutError, "timeout"),
    (DownloadConnectionRefusedError, "refused-connection"),
    (DownloadCancelledError, "too-large"),
    (ResponseDataLossError, "truncated"),
    (UnsupportedURLSchemeError, "scheme"),
    (NotSupported, "scheme"),
)


def outcome_of(error: BaseException) -> tuple[str, str]:
    """The outcome, with its detail, for an error of a download."""
    if isinstance(error, Refused):
        return error.outcome, error.detail
    detail = str(error) or type(error).__name__
    for kind, outcome in _BY_TYPE:
        if isinstance(error, kind):
            return outcome, detail
    if isinstance(error, IgnoreRequest):
        return ("redirect-loop" if "max redirections" in detail else "too-large"), detail
    return "failed", detail


def announce(crawler: Crawler, url: str, outcome: str, detail: str) -> None:
    """Tells the capture file and the statistics what became of ``url``."""
    crawler.stats.inc_value(f"outcome/{outcome}")
    decided = NoAnswer(url=safe_url_string(url), outcome=outcome, detail=detail, decided_at=utc_now())
    crawler.signals.send_catch_log(outcome_decided, outcome=decided)
