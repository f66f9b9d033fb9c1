"""Refuses a night whose clock is wrong: its captures would be dated wrongly, and the archive orders by those dates.

Two witnesses are heard: the newest capture that the archive holds, and the ``Date`` headers of the night's answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median

from flows.outcome.crawl_end import CrawlEnd
from flows.outcome.exit_codes import ExitCode, RunError
from flows.runs.index_check import AHEAD
from scraper.addresses import endpoint
from scraper.fetch.exchange import CLOCK
from scraper.fetch.hosts import queue_of
from scraper.sites import Site
from scraper.store import Archive
from scraper.store.archive import moment
from scraper.store.misdated import MISDATED
from scraper.text.sentence import Sentence

SUFFIX = ".wrong-clock"
"""Added to the names of capture files that a wrong clock dated, so that nothing reads them as captures."""


class WrongClock(RunError):
    """The clock of this machine cannot be right."""


def refuse_earlier_than_captures(archive: Archive, now: datetime) -> None:
    """Raises WrongClock if the archive holds a capture of a later time than ``now``. A long pause never does."""
    newest = archive.value(
        "SELECT max(fetched_at) FROM captures WHERE fetched_at > ? AND kind <> ?", (moment(now + AHEAD), MISDATED)
    )
    if newest is not None:
        raise WrongClock(
            Sentence(
                "this machine's clock says {now}, but the newest capture is of {newest}: set the"
                " clock; if it is right, `tinkhoi mend-times` shows and mends what is dated ahead",
                now=_minute(now),
                newest=_minute(datetime.fromisoformat(newest)),
            ),
            ExitCode.CONFIGURATION,
        )


def refuse_other_clock(ends: Iterable[CrawlEnd], sites: Mapping[str, Site]) -> None:
    """Raises WrongClock if most hosts' answers were sent at another time than this machine's clock says.

    The median of each host's answers counts. Hosts whose site files say ``wrong_clock`` are no witnesses.
    """
    own = {
        queue_of(endpoint(f"http://{netloc}/")[0])
        for site in sites.values()
        if site.fetch.wrong_clock
        for netloc in site.netlocs
    }
    said = {
        name: float(value)
        for end in ends
        for name, value in end.stats.items()
        if name.startswith(CLOCK) and queue_of(name.removeprefix(CLOCK)) not in own
    }
    wrong = [value for value in said.values() if abs(value) > AHEAD.total_seconds()]
    if len(wrong) * 2 <= len(said):
        return
    off = timedelta(seconds=round(abs(median(wrong))))
    told: dict[str, object] = {"off": off, "some": len(wrong), "all": len(said), "suffix": SUFFIX}
    raise WrongClock(
        Sentence(
            "this machine's clock is {off} behind what the answers of {some} of {all} hosts say: set the clock and"
            " run again; what was captured is kept as *{suffix} and not read. If a site's clock is wrong, write"
            " wrong_clock = true under [fetch] of its file",
            **told,
        )
        if median(wrong) > 0
        else Sentence(
            "this machine's clock is {off} ahead of what the answers of {some} of {all} hosts say: set the clock and"
            " run again; what was captured is kept as *{suffix} and not read. If a site's clock is wrong, write"
            " wrong_clock = true under [fetch] of its file",
            **told,
        ),
        ExitCode.CONFIGURATION,
    )


def set_aside(captures: Iterable[Path]) -> None:
    """Renames capture files that a wrong clock dated."""
    for path in captures:
        if path.exists():
            path.rename(path.with_name(path.name + SUFFIX))


def _minute(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
