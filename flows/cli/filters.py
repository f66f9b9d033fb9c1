"""The filters that search, export and freeze share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from flows.outcome.exit_codes import ExitCode, RunError

if TYPE_CHECKING:
    from scraper.store import Archive
    from scraper.store.filters import Filters


def filters(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options. The command gets them as keyword arguments, to be checked by :func:`valid`."""
    for option in (  # the last one becomes the first of the help
        click.option("--until", metavar="DATE", help="Published on or before this day."),
        click.option("--since", metavar="DATE", help="Published on or after this day (2024-07-11)."),
        click.option("--author", help="Only articles with this byline."),
        click.option("--topic", help="Only this topic: khoi, ke-thua, xay-dung-dang or a watchword."),
        click.option("--section", help="Only this section, as the page prints it."),
        click.option("--province", help="Only this province, by its old or new name."),
        click.option("--site", help="Only this site."),
    ):
        command = option(command)
    return command


def valid(chosen: Mapping[str, str | None], archive: Archive) -> Filters:
    """The filters, their days read.

    Raises RunError for an unreadable day, for days in the wrong order, and for a site, province, topic, section or
    byline that the archive does not know: an empty answer would say that nothing was published.
    """
    from scraper.store.filters import Filters

    found: dict[str, Any] = dict(chosen)
    for name in ("since", "until"):
        typed = chosen.get(name)
        if typed is not None:
            found[name] = day(name, typed)
    filters = Filters(**found)
    for name in filters.unknown(archive):
        raise RunError(_UNKNOWN[name], ExitCode.CONFIGURATION, value=str(found[name]))
    return filters


def day(name: str, typed: str) -> date:
    """The day that was typed for the option ``name``. Raises RunError for what is none."""
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise RunError(
            "--{name} {day!r}: write a day as 2024-07-11", ExitCode.CONFIGURATION, name=name, day=typed
        ) from None


_UNKNOWN = {
    "site": "--site {value!r}: this archive has no such site; `tinkhoi sites` lists them",
    "province": "--province {value!r}: no province had or has this name; `tinkhoi sites` shows each site's",
    "topic": "--topic {value!r}: no such topic or watchword; `tinkhoi watch list` shows your words",
    "section": "--section {value!r}: no article stands in this section",
    "author": "--author {value!r}: no article has this byline",
    "since": "--since {value!r}: this is later than --until",
}
"""What is wrong with a filter whose value is not known."""
