"""What each address answered in one file of captures, and where its redirects led."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from statistics import median_low

from scraper.addresses import comparable
from scraper.fetch.snapshot import Validators
from scraper.items import ListPage

HOPS = 10
"""How many redirects are followed, one after another."""

_NO_VALIDATORS = Validators()


@dataclass(slots=True)
class CapturedAnswer:
    """What an address answered, as far as following a source or a redirect needs to know."""

    kind: str  # page, unchanged, redirect, error, outcome, article, reject
    at: datetime
    status: int | None = None
    target: str | None = None  # where a redirect leads
    reason: str | None = None
    article: int | None = None
    page: ListPage | None = None
    keys: tuple[str, ...] = ()  # the keys of the articles that the page shows
    unseen: int = 0  # how many of these keys were not settled before this run
    validators: Validators = _NO_VALIDATORS
    source_kind: str = "list"
    age: int = 0  # seconds that a cache on the way had kept it, by its own word
    behind: float = 0.0  # seconds from the ``Date`` that it bears to when it came


class Answers:
    """The answers of one file, by site and address."""

    def __init__(self) -> None:
        self._given: dict[tuple[str, str], CapturedAnswer] = {}
        self._behind: dict[str, list[float]] = {}
        self._redirected_from: dict[tuple[str, str], str] = {}

    def hear_clock(self, site: str, behind: float) -> None:
        """Hears by how many seconds the ``Date`` of an answer was behind the moment when it came."""
        self._behind.setdefault(site, []).append(behind)

    def usually_behind(self, site: str) -> float:
        """By how many seconds the answers of a site are behind: what its clock, and not a cache, accounts for."""
        return median_low(self._behind.get(site) or [0.0])

    def note(self, site: str, url: str, answer: CapturedAnswer) -> None:
        """Keeps ``answer`` as the latest answer of its address."""
        self._given[site, comparable(url)] = answer
        if answer.target is not None:
            self._redirected_from.setdefault((site, comparable(answer.target)), url)

    def note_empty(self, site: str, url: str, answer: CapturedAnswer) -> None:
        """Keeps an answer without content, unless the address gave another one."""
        self._given.setdefault((site, comparable(url)), answer)

    def of(self, site: str, url: str) -> CapturedAnswer | None:
        """The answer of an address; None if it was not requested."""
        return self._given.get((site, comparable(url)))

    def redirects(self) -> list[tuple[str, str, CapturedAnswer]]:
        """Site, address and answer of each address that leads elsewhere."""
        return [(*place, answer) for place, answer in self._given.items() if answer.kind == "redirect"]

    def follow(self, site: str, url: str) -> tuple[str, CapturedAnswer | None]:
        """Where the redirects that begin at ``url`` end, and what answered there."""
        place = url
        for _ in range(HOPS):
            answer = self.of(site, place)
            if answer is None or answer.target is None:
                return place, answer
            place = answer.target
        return place, None

    def aliases(self, site: str, url: str) -> Iterator[str]:
        """The addresses whose redirects led to ``url``, the nearest first."""
        place = comparable(url)
        for _ in range(HOPS):
            alias = self._redirected_from.get((site, place))
            if alias is None or comparable(alias) == place:
                return
            yield alias
            place = comparable(alias)
