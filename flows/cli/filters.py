"""The filters that search, export and freeze share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from flows.outcome.exit_codes import ExitCode, RunError

if TYPE_CHECKING:
    from scraper.store import Archive


def filters(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options. The command gets them as keyword arguments, to be checked by :func:`valid`."""
    for option in (
        click.option("--site", help="Only this site."),
        click.option("--province", help="Only this province, by its old or new name."),
        click.option("--section", help="Only this section, as the page prints it."),
        click.option("--topic", help="Only this topic: khoi, ke-thua, xay-dung-dang or a watchword."),
        click.option("--author", help="Only articles with this byline."),
        click.option("--since", metavar="DATE", help="Published on or after this day (2024-07-11)."),
        click.option("--until", metavar="DATE", help="Published on or before this day."),
    ):
        command = option(command)
    return command


def valid(chosen: Mapping[str, str | None], archive: Archive) -> dict[str, Any]:
    """The filters with their days read.

    Raises RunError for an unreadable day and for an unknown site, province or topic: an empty answer
    would say that nothing was published.
    """
    found: dict[str, Any] = dict(chosen)
    for name in ("since", "until"):
        day = chosen.get(name)
        if day is not None:
            try:
                found[name] = date.fromisoformat(day)
            except ValueError:
                raise RunError(f"--{name} {day!r}: write a day as 2024-07-11", ExitCode.CONFIGURATION) from None
    for name, (is_known, what) in _NAMES.items():
        named = chosen.get(name)
        if named is not None and not is_known(archive, named):
            raise RunError(f"--{name} {named!r}: {what}", ExitCode.CONFIGURATION)
    return found


def _is_site(archive: Archive, name: str) -> bool:
    return archive.value("SELECT 1 FROM sites WHERE id = ?", (name,)) is not None


def _is_province(_archive: Archive, name: str) -> bool:
    from scraper.sites.reference import provinces_named

    return bool(provinces_named(name))


def _is_topic(archive: Archive, name: str) -> bool:
    from scraper.topics import rules

    return (
        any(rule.topic == name for rule in rules())
        or archive.value("SELECT 1 FROM topics WHERE topic = ? LIMIT 1", (name,)) is not None
        or archive.value("SELECT 1 FROM watches WHERE words = ?", (name,)) is not None
    )


_NAMES: dict[str, tuple[Callable[[Archive, str], bool], str]] = {
    "site": (_is_site, "this archive has no such site; `tinkhoi sites` lists them"),
    "province": (_is_province, "no province had or has this name; `tinkhoi sites` shows each site's"),
    "topic": (_is_topic, "no such topic or watchword; `tinkhoi watch list` shows your words"),
}
"""For each option: a function that says whether its value is known, and the message if it is not."""
