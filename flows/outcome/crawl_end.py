"""How a crawl ended, by its exit code and its statistics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.outcome.exit_codes import ExitCode
from flows.outcome.messages import sentence


@dataclass(frozen=True)
class CrawlEnd:
    """How one child ended. Its exit code alone proves nothing: Scrapy ends with 0 after errors."""

    plan: Path
    exit_code: int
    stats: Mapping[str, Any]  # Scrapy's statistics; empty where the child left none
    log: Path
    sites: tuple[str, ...] = ()

    @property
    def disk_full(self) -> bool:
        """Whether captures could not be written for lack of space."""
        return self.exit_code == ExitCode.DISK_FULL

    @property
    def failure(self) -> str | None:
        """What went wrong with the crawl as a whole, a sentence of flows.outcome.messages, or None."""
        if self.disk_full:
            return sentence("no-space")
        reason = self.stats.get("finish_reason")
        if reason is None:
            return sentence("broken-off", code=self.exit_code, path=self.log)
        if reason != "finished":
            return sentence("ended-early", why=reason)
        errors = sum(
            int(v) for k, v in self.stats.items() if k.startswith("spider_exceptions/") and k.count("/") == 1
        )
        if errors:
            return sentence("spider", some=errors, path=self.log)
        return None
