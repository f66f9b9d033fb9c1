"""Says which articles of a corpus this archive has word for word."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import click

from flows.cli.spoken import in_words, tell
from flows.outcome.exit_codes import ExitCode

if TYPE_CHECKING:
    from flows.share import corpora


def tell_matches(matches: list[corpora.Match]) -> int:
    """Names on stderr the articles that are missing or differ here. Returns the exit code: 8 if there are any."""
    fates: Counter[str] = Counter(match.fate for match in matches)
    for match in matches:
        if match.fate not in {"held", "earlier"}:
            click.echo(f"{in_words(match.fate)}: {match.name} {match.url}", err=True)
    whole = fates["held"] + fates["earlier"]
    tell("{whole} of {all} articles are here word for word", err=True, whole=whole, all=len(matches))
    for fate, said in (
        ("earlier", "{count} of them as an earlier revision"),
        ("differs", "{count} read otherwise here"),
        ("missing", "{count} are missing here"),
        ("forgotten", "{count} were taken down here"),
    ):
        if fates[fate]:
            tell(said, err=True, count=fates[fate])
    return ExitCode.OK if whole == len(matches) else ExitCode.DATA
