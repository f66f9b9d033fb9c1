"""``tinkhoi freeze``: writes the manifest of a corpus, to be cited and verified."""

from __future__ import annotations

import click

from flows.cli.corpus_matches import tell_matches
from flows.cli.filters import filters, valid
from flows.cli.open_archive import reader
from flows.cli.options import archive_options, data_folder
from flows.cli.spoken import tell
from flows.outcome.exit_codes import ExitCode
from scraper.clock import utc_now


@click.command()
@click.argument("name")
@click.option(
    "--verify", "only_verify", is_flag=True, help="Check whether this archive still has every word of the corpus."
)
@filters
@archive_options
def freeze(name: str, only_verify: bool, **chosen: str | None) -> int:
    """Writes a manifest called NAME of the articles as they are now, so that a corpus can be cited.

    The manifest names each article with its revision and the hash of its words, says how complete each site was, and
    has a hash of its own. It holds no text. It is kept in freezes/ of the data folder and is never overwritten.
    """
    from flows.share import corpora

    path = corpora.freeze_path(data_folder().root / "freezes", name)
    with reader() as archive:
        if only_verify:
            manifest = corpora.load_freeze(path)
            matches = list(corpora.verify(archive, manifest))
            tell("{what}", what=corpora.citation(manifest))
            return tell_matches(matches)
        manifest = corpora.freeze(archive, name, valid(chosen, archive), utc_now())
    corpora.save_freeze(manifest, path)
    tell("Written to {path}", path=path)
    tell("{what}", what=corpora.citation(manifest))
    return ExitCode.OK
