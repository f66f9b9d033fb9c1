"""Says which articles of a corpus this archive has word for word."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import click

from flows.outcome.exit_codes import ExitCode

if TYPE_CHECKING:
    from flows.share import corpora


def tell_matches(matches: list[corpora.Match]) -> int:
    """Names on stderr the articles that are missing or differ here. Returns the exit code: 8 if there are any."""
    fates: Counter[str] = Counter(match.fate for match in matches)
    for match in matches:
        if match.fate not in {"held", "earlier"}:
            click.echo(f"{match.fate}: {match.name} {match.url}", err=True)
    whole = fates["held"] + fates["earlier"]
    click.echo(f"{whole} of {len(matches)} articles are here word for word", err=True)
    for fate, said in (
        ("earlier", "of them as an earlier revision"),
        ("differs", "read otherwise here"),
        ("missing", "are missing here"),
        ("forgotten", "were taken down here"),
    ):
        if fates[fate]:
            click.echo(f"{fates[fate]} {said}", err=True)
    return ExitCode.OK if whole == len(matches) else ExitCode.DATA
