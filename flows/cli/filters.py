"""The filters that search, export and freeze share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import click

from flows.outcome.exit_codes import ExitCode, RunError


def filters(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options. The command gets them as keyword arguments, to be checked by :func:`valid`."""
    for option in (
        click.option("--site", help="Only this site."),
        click.option("--province", help="Only this province, by its old or new name."),
        click.option("--section", help="Only this section, as the page prints it."),
        click.option("--topic", help="Only this topic: khoi, ke-thua, xay-dung-dang or a watchword."),
        click.option("--author", help="Only this byline."),
        click.option("--since", metavar="DATE", help="Published on or after this day (2024-07-11)."),
        click.option("--until", metavar="DATE", help="Published on or before this day."),
    ):
        command = option(command)
    return command


def valid(chosen: Mapping[str, str | None]) -> dict[str, Any]:
    """The filters with their days read. Raises RunError for a day that is none."""
    found: dict[str, Any] = dict(chosen)
    for name in ("since", "until"):
        day = chosen.get(name)
        if day is not None:
            try:
                found[name] = date.fromisoformat(day)
            except ValueError:
                raise RunError(f"--{name} {day!r}: write a day as 2024-07-11", ExitCode.CONFIGURATION) from None
    return found
