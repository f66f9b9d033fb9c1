"""How a crawl ended, by its exit code and its statistics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.outcome.exit_codes import ExitCode
from flows.outcome.messages import Message, message


@dataclass(frozen=True)
class CrawlEnd:
    """How one child ended. Its exit code alone proves nothing: Scrapy ends with 0 after errors."""

    plan: Path
    exit_code: int
    stats: Mapping[str, Any]  # Scrapy's statistics; empty if the child left none
    log: Path
    sites: tuple[str, ...] = ()
    is_tried_again: bool = False  # its machine died, and another attempt has the rest

    @property
    def disk_full(self) -> bool:
        """Whether captures could not be written because the disk was full."""
        return self.exit_code == ExitCode.DISK_FULL

    @property
    def failure(self) -> Message | None:
        """What went wrong with the crawl as a whole, or None."""
        if self.disk_full:
            return message("no-space")
        reason = self.stats.get("finish_reason")
        if reason is None:
            return message("broken-off", code=self.exit_code, path=str(self.log))
        if reason != "finished":
            return message("ended-early", why=str(reason))
        errors = sum(
            int(v) for k, v in self.stats.items() if k.startswith("spider_exceptions/") and k.count("/") == 1
        )
        if errors:
            return message("spider", some=errors, path=str(self.log))
        return None
