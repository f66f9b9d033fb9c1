"""Known articles that a file shows as gone or moved. If many vanish at once, the site is at fault: we wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from scraper.items import Problem
from scraper.store.archive import Archive
from scraper.store.articles import mark_absent
from scraper.store.ledgers import add_problem
from scraper.text.sentence import Sentence

MASS = 3
"""If this many known articles vanish in one night, and they are half of those looked at, the site is at fault."""

DISBELIEF = timedelta(days=3)
"""How long such a loss is only reported. Meanwhile the articles are looked at again each night."""


@dataclass(frozen=True, slots=True)
class Absence:
    """A known article whose address showed that it is gone or leads elsewhere."""

    article: int
    site: str
    url: str
    at: datetime
    state: str
    reason: str
    capture: int


def settle_absences(archive: Archive, absences: list[Absence], *, standing: int, run: str) -> int:
    """Marks the articles of one site that are gone or moved, and returns how many.

    ``standing`` known articles of the site were found in their place. If half of those looked at vanished at once,
    this is only reported until it has lasted long enough.
    """
    own = {each.article: each for each in absences}
    live = {id_ for id_ in own if archive.value("SELECT state FROM articles WHERE id = ?", (id_,)) == "live"}
    in_mass = len(live) >= MASS and len(live) >= standing
    gone = 0
    for id_, each in own.items():
        if in_mass and id_ in live and not _is_lasting(archive, each):
            _note_vanished(archive, each, vanished=len(live), looked=standing + len(live), run=run)
        else:
            gone += mark_absent(
                archive, id_, each.url, state=each.state, reason=each.reason, at=each.at, capture=each.capture
            )
    return gone


def _is_lasting(archive: Archive, absence: Absence) -> bool:
    since = archive.value(
        "SELECT first_seen FROM problems WHERE article = ? AND kind = 'vanished' AND closed IS NULL",
        (absence.article,),
    )
    return since is not None and absence.at - datetime.fromisoformat(since) >= DISBELIEF


def _note_vanished(archive: Archive, absence: Absence, *, vanished: int, looked: int, run: str) -> None:
    detail = Sentence(
        "{reason}; so are {vanished} of the {looked} articles looked at: not believed yet",
        reason=absence.reason,
        vanished=vanished,
        looked=looked,
    )
    add_problem(
        archive,
        Problem(kind="vanished", detail=detail),
        site=absence.site,
        url=absence.url,
        at=absence.at,
        run=run,
        capture=absence.capture,
        article=absence.article,
    )
