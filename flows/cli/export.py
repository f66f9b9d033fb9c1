"""``tinkhoi export``: writes articles as public records, citations or captures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from flows.cli.filters import filters, valid
from flows.cli.open_archive import reader
from flows.cli.options import archive_options, data_folder, form_chosen, form_option, output_option
from flows.cli.spoken import in_words, tell
from flows.cli.take_along import MOST, take_along
from flows.outcome.exit_codes import ExitCode, RunError
from scraper.clock import utc_now

if TYPE_CHECKING:
    from flows.share.downloads import ArticleForm
    from scraper.store import Archive
    from scraper.store.filters import Filters

    CaptureForm = Literal["wacz", "cdxj"]


@click.command()
@partial(form_option, more=("ris", "bibtex", "csl-json", "wacz", "cdxj"))
@output_option
@click.option("--open", "is_open", is_flag=True, help="Write no text: only addresses, dates, topics and hashes.")
@click.option("--matching", metavar="WORDS", help="Only articles that a search finds.")
@click.option("--frozen", metavar="NAME", help="Only the articles of a frozen corpus.")
@filters
@archive_options
def export(
    form: ArticleForm | CaptureForm | None,
    output: Path | None,
    is_open: bool,
    matching: str | None,
    frozen: str | None,
    **chosen: str | None,
) -> int:
    """Writes articles as public records, newest first. The page docs/fields.md explains each field.

    Beside FILE.csv, .xlsx, .parquet or .jsonl stands FILE.fields.csv: what its fields mean. CSV opens in Excel with
    its Vietnamese intact; no cell of it or of xlsx is a formula. `--open` leaves the text out, and
    `tinkhoi rehydrate` fills it in again from an archive that has it. ris, bibtex and csl-json are citations for
    Zotero and other reference managers.

    wacz is one file with the captures as they were served. It holds the chosen articles and the lists that showed
    them, or whole sites; pywb and ReplayWeb.page open it. cdxj is an index of all capture files, for pywb.
    """
    form = form_chosen(form, output)
    if form == "wacz" or form == "cdxj":
        return _hand_on(form, output, chosen, matching, frozen)
    with reader() as archive:
        filters_chosen = valid(chosen, archive)
        ids = _ids(archive, filters_chosen, matching, frozen)
        if ids is None:
            from scraper.store.articles import article_ids

            ids = article_ids(archive, filters_chosen)
        take_along(archive, ids, form, output, is_open=is_open)
    return ExitCode.OK


def _hand_on(
    form: CaptureForm, output: Path | None, asked: Mapping[str, str | None], matching: str | None, frozen: str | None
) -> int:
    from flows.share.chosen_captures import TakenDown
    from flows.share.exports import write_lines
    from flows.share.wacz import write_wacz
    from flows.share.whole_index import index_lines
    from flows.storage.capture_files import capture_files

    data = data_folder()
    with reader() as archive:
        chosen = valid(asked, archive)
        if form == "cdxj":
            if matching or frozen or any(chosen.chosen.values()):
                raise RunError("cdxj indexes all captures: drop the filters", ExitCode.CONFIGURATION)
            count = write_lines(index_lines(capture_files(data), TakenDown(archive).is_in), output)
            tell("{count} captures", err=True, count=count)
            return ExitCode.OK
        if output is None:
            raise RunError("WACZ needs a file: name one with --output", ExitCode.CONFIGURATION)
        named = ", ".join(str(value) for value in (*chosen.chosen.values(), matching, frozen) if value)
        title = f"Tin Khối: {named or in_words('all sites')}"
        ids = _ids(archive, chosen, matching, frozen)
        packed = write_wacz(archive, data.captures, chosen, output, title=title, now=utc_now(), ids=ids)
    told = {"path": output.absolute(), "captures": packed.captures, "articles": packed.articles}
    tell("{path}: {captures} captures, {articles} articles", err=True, **told)
    if packed.taken_down:
        left_out = "  {count} captures left out: they name what was taken down here"
        tell(left_out, err=True, count=packed.taken_down)
    for sentence in packed.lost[:10]:
        tell("  not in the file: {what}", err=True, what=sentence)
    return ExitCode.DATA if packed.lost else ExitCode.OK


def _ids(archive: Archive, chosen: Filters, matching: str | None, frozen: str | None) -> Iterable[int] | None:
    """The articles that a search or a frozen corpus names, newest first; None if neither is given."""
    if matching is not None:
        from scraper.store.search import search_ids

        return search_ids(archive, matching, chosen, limit=MOST)
    if frozen is not None:
        from flows.share.corpora import freeze_path, load_freeze
        from scraper.store.articles import find_key

        manifest = load_freeze(freeze_path(data_folder().root / "freezes", frozen))
        found = (find_key(archive, site, key) for site, key, *_ in manifest["articles"])
        return [id_ for id_ in found if id_ is not None]
    return None
