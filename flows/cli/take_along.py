"""Writes the articles that a command found to a file, and tells where it is."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from flows.cli.options import form_chosen
from flows.cli.spoken import in_words, tell
from flows.outcome.exit_codes import ExitCode, RunError

if TYPE_CHECKING:
    from flows.share.downloads import ArticleForm
    from flows.share.study_tables import Table
    from scraper.store import Archive

MOST = 1_000_000
"""The articles of one search at most."""


def take_along(
    archive: Archive, ids: Iterable[int], form: ArticleForm, output: Path | None, *, is_open: bool = False
) -> None:
    """Writes the articles with these ids, and a dictionary of their fields beside a file of records.

    Raises RunError where a file cannot be written, and for citations without text (``is_open``).
    """
    from flows.share.downloads import dictionary_path, is_citation, write_articles, write_dictionary
    from flows.share.exports import EXPORT_FIELDS
    from scraper.record import OPEN_FIELDS

    if is_open and is_citation(form):
        raise RunError("{form} has no text to leave out: drop --open", ExitCode.CONFIGURATION, form=form)
    count = write_articles(archive, ids, form, output, is_open=is_open)
    if output is None:
        return
    tell("{path}: {count} articles", err=True, path=output.absolute(), count=count)
    if output.is_file() and not is_citation(form):
        write_dictionary(dictionary_path(output), OPEN_FIELDS if is_open else EXPORT_FIELDS)
        _tell_dictionary(output)


def take_table(table: Table, output: Path) -> None:
    """Writes what a study of words found, in the form that the file's ending means, and a dictionary beside it.

    Raises RunError where a file cannot be written, and for a form that holds articles alone.
    """
    from flows.share.downloads import dictionary_path, write_dictionary, write_table
    from flows.share.exports import Form

    count = write_table(table, form_chosen(None, output, get_args(Form)), output)
    tell("{path}: {count} {rows}", err=True, path=output.absolute(), count=count, rows=in_words(table.name))
    if output.is_file():
        write_dictionary(dictionary_path(output), table.fields)
        _tell_dictionary(output)


def _tell_dictionary(output: Path) -> None:
    from flows.share.downloads import dictionary_path

    tell("{path}: what the fields mean", err=True, path=dictionary_path(output).absolute())
