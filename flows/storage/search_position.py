"""How far a backfill has come in another archive's index, kept from one night to the next."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from flows.outcome.messages import Message, message
from scraper.whole_files import write_whole

log = logging.getLogger("tinkhoi")

MOST_FAILED = 20_000
"""The most captures that are remembered as not to be had."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfinished:
    """A backfill that is to go on."""

    site: str
    source: str
    fetched: int  # captures, in all its runs
    left: int | None  # captures still to be fetched; None where a run broke off before it counted them
    is_all: bool  # whether that number is of the whole index, and not of its next pages alone


class SearchPosition:
    """Which pages of the index were read whole, and which captures cannot be had: a file of its own keeps both."""

    def __init__(
        self, runs: Path, site: str, source: str, prefixes: Sequence[str], since: date | None, until: date | None
    ) -> None:
        asked = "-".join(prefixes)
        self._path = runs / f"backfill-{site}-{source}.json"
        self._asked = {"prefixes": asked, "since": str(since), "until": str(until)}
        self._scopes = len(prefixes)
        self._scope = 0
        self._resume: str | None = None
        self._fetched = 0
        self._failed: dict[str, None] = {}
        kept = _read(self._path)
        try:
            if kept["asked"] == self._asked and kept["scope"] < len(prefixes):
                self._scope, self._resume = int(kept["scope"]), kept["resume"]
                self._fetched = int(kept.get("fetched", 0))
                self._failed = dict.fromkeys(kept.get("failed", ()))
        except (ValueError, KeyError, TypeError):
            log.debug("%s: no progress of an earlier run", self._path)

    @property
    def is_at_start(self) -> bool:
        """Whether nothing of the search was done yet."""
        return self._scope == 0 and self._resume is None and not self._fetched

    @property
    def place(self) -> tuple[int, str | None]:
        """The number of the prefix that is searched next, and the key of the index page; None for its first."""
        return self._scope, self._resume

    def after(self, number: int, resume: str | None) -> tuple[int, str | None] | None:
        """The place after a page of the prefix ``number`` which names ``resume`` as the next; None at the end."""
        if resume is not None:
            return number, resume
        return (number + 1, None) if number + 1 < self._scopes else None

    def advance(self, resume: str | None) -> bool:
        """Notes that a page is done and how to ask for the next one. True if there is none."""
        self._resume = resume
        self._scope += resume is None
        self._write(None, False)
        return self._scope == self._scopes

    def has_failed(self, address: str) -> bool:
        """Whether the capture could not be had in an earlier run of this search."""
        return address in self._failed

    def end(self, fetched: int, failed: Iterable[str], left: int | None, *, is_all: bool) -> None:
        """Notes what a run has done, and what is left after it."""
        self._fetched += fetched
        self._failed |= dict.fromkeys(list(failed)[: MOST_FAILED - len(self._failed)])
        self._write(left, is_all)

    def _write(self, left: int | None, is_all: bool) -> None:
        is_over = self._scope == self._scopes
        place = {"asked": self._asked, "scope": self._scope, "resume": self._resume, "complete": is_over}
        told = {"fetched": self._fetched, "left": left, "is_all": is_all, "failed": list(self._failed)}
        write_whole(self._path, json.dumps(place | told, indent=1))


def unfinished(runs: Path) -> list[Unfinished]:
    """The backfills that did not come to the end of their index, by site."""
    found = []
    for path in sorted(runs.glob("backfill-*-*.json")):
        kept = _read(path)
        if kept.get("complete") is not False:
            continue
        site, _, source = path.stem.removeprefix("backfill-").rpartition("-")
        fetched, left = kept.get("fetched"), kept.get("left")
        found.append(
            Unfinished(
                site=site,
                source=source,
                fetched=fetched if isinstance(fetched, int) else 0,
                left=left if isinstance(left, int) else None,
                is_all=kept.get("is_all") is True,
            )
        )
    return found


def notes_of_backfills(runs: Path) -> list[Message]:
    """A note for the report about each backfill that is not complete."""
    return [_note(each) for each in unfinished(runs)]


def _note(each: Unfinished) -> Message:
    told: dict[str, str | int] = {"site": each.site, "source": each.source, "fetched": each.fetched}
    if each.left is None:
        return message("backfill-uncounted", **told)
    return message("backfill" if each.is_all else "backfill-at-least", left=each.left, **told)


def _read(path: Path) -> dict[str, Any]:
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return kept if isinstance(kept, dict) else {}
