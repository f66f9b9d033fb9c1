"""Runs a night for a command: shows its progress on stderr, then prints the report."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import click

from flows.cli.options import echo_json, language
from flows.cli.spoken import in_language, in_progress, tell
from flows.outcome.messages import Lang
from scraper.garbage import uncollected
from scraper.text.sentence import sentence_of

if TYPE_CHECKING:
    from flows.runs.request import NightRequest


def run_and_report(request: NightRequest, *, plain: bool, as_json: bool) -> int:
    """Runs the night, with Prefect or without, prints its report and returns its exit code."""
    from flows.outcome.report import render

    show_progress()
    tell("Data folder: {path}", err=True, path=request.data.root)
    if plain:
        with uncollected():
            from flows.runs.night import run_night

        summary = run_night(request)
    else:
        with uncollected():
            from flows.with_prefect import run_with_prefect

        summary = run_with_prefect(request)
    if as_json:
        echo_json(summary.as_json())
    else:
        click.echo(render(summary, language()))
    return summary.exit_code


class _Progress(logging.Handler):
    """Prints each step of a run on what is standard error at that moment.

    ``lang`` is the command's language: the threads of Prefect's tasks do not know the command.
    """

    lang: Lang = "en"

    def emit(self, record: logging.LogRecord) -> None:
        pattern = in_progress(str(record.msg), self.lang)
        values = record.args if isinstance(record.args, tuple) else ()
        told = tuple(_in_language(each, self.lang) for each in values)
        click.echo(f"… {pattern % told if told else pattern}", err=True)


def _in_language(value: object, lang: Lang) -> object:
    said = sentence_of(value) if isinstance(value, Exception) else value
    return in_language(said, lang) if isinstance(said, str) else said


def show_progress() -> None:
    """Shows the progress of the run on stderr."""
    logger = logging.getLogger("tinkhoi")
    logger.setLevel(logging.INFO)
    shown = next((handler for handler in logger.handlers if isinstance(handler, _Progress)), None)
    if shown is None:
        shown = _Progress()
        logger.addHandler(shown)
    shown.lang = language()
    logger.propagate = False
