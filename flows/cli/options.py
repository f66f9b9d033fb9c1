"""The options that commands share. Those of the archive may stand before or after the command's name."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Collection, Sequence
from datetime import time
from pathlib import Path
from typing import Any

import click

from flows.outcome.exit_codes import ExitCode, RunError
from flows.outcome.messages import LANGS, Lang, locale_language
from flows.storage.folder import DataFolder, default_folder


def archive_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds ``--data``, ``--sites`` and ``--lang``. If one is given twice, the value nearest to the command wins."""
    for option in (
        language_option,
        click.option(
            "--sites",
            "site_folders",
            type=click.Path(path_type=Path),
            multiple=True,
            expose_value=False,
            callback=_remember("sites"),
            help="A folder with your own site files, read beside the built-in ones. Repeatable.",
        ),
        click.option(
            "--data",
            "data_folder",
            type=click.Path(path_type=Path),
            expose_value=False,
            callback=_remember("data"),
            help="The data folder, with database and captures. Also TINKHOI_DATA.",
        ),
    ):
        command = option(command)
    return command


def language_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds ``--lang`` alone, to a command that asks no archive; every command has it, before and after its name."""
    return click.option(
        "--lang",
        type=click.Choice(LANGS),
        expose_value=False,
        callback=_remember("lang"),
        help="Language of reports; by default the language of your locale.",
    )(command)


def _remember(name: str) -> Callable[[click.Context, click.Parameter, Any], Any]:
    def callback(context: click.Context, _parameter: click.Parameter, value: Any) -> Any:
        if value:
            context.ensure_object(dict)[name] = value
        return value

    return callback


def contact_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds ``--contact``. Like TINKHOI_CONTACT, it applies to this call and the processes that it starts."""
    return click.option(
        "--contact",
        metavar="ADDRESS",
        expose_value=False,
        callback=_export_contact,
        help="Sent with each request of this call; by default what `tinkhoi setup` wrote. Also TINKHOI_CONTACT.",
    )(command)


def _export_contact(_context: click.Context, _parameter: click.Parameter, value: str | None) -> None:
    if value:
        os.environ["TINKHOI_CONTACT"] = value


def at_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds ``--at``, an hour of the day."""
    return click.option(
        "--at",
        metavar="HH:MM",
        default="01:30",
        show_default=True,
        callback=_hour,
        help="When a night begins, in Vietnam.",
    )(command)


def output_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds ``--output``, a file to write to."""
    return click.option(
        "--output",
        "-o",
        type=click.Path(path_type=Path, dir_okay=False),
        help="The file to write; by default standard output.",
    )(command)


def table_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds ``--output``, a file for the whole of what a study of words finds."""
    return click.option(
        "--output",
        "-o",
        type=click.Path(path_type=Path, dir_okay=False),
        help="Write the whole table to this file: .csv, .xlsx, .parquet or .jsonl.",
    )(command)


def form_option(command: Callable[..., Any], *, more: Sequence[str] = ()) -> Callable[..., Any]:
    """Adds ``--format``, in which articles are written: as records, or in one of the formats ``more``.

    Without it the ending of ``--output`` decides (:func:`form_chosen`).
    """
    return click.option(
        "--format",
        "form",
        type=click.Choice(["jsonl", "csv", "xlsx", "parquet", *more]),
        help="By default what the ending of --output says; jsonl (JSON lines) where it has none.",
    )(command)


def form_chosen(form: str | None, output: Path | None, among: Collection[str] | None = None) -> Any:
    """The format asked for, else that of the output's ending; JSON lines where it has none.

    Raises RunError for an ending that means no format, or none of those ``among`` which the command can write.
    """
    from flows.share.downloads import KINDS, form_of

    if form or output is None:
        return form or "jsonl"
    meant, possible = form_of(output), among or KINDS
    if meant in possible or (meant is None and not output.suffix):
        return meant or "jsonl"
    raise RunError(
        "{path}: no file with this ending can be written here; known are {endings}",
        ExitCode.CONFIGURATION,
        path=output,
        endings=", ".join(f".{kind.ending}" for name, kind in KINDS.items() if name in possible),
    )


def _hour(_context: click.Context, _parameter: click.Parameter, value: str) -> time:
    from flows.schedule.due import hour

    try:
        return hour(value)
    except ValueError:
        from flows.cli.spoken import in_words

        raise click.BadParameter(in_words("{value!r}: write an hour as 01:30", value=value)) from None


def data_folder() -> DataFolder:
    """The data folder that this call's options choose."""
    chosen = _chosen()
    root = chosen.get("data")
    return DataFolder(
        root=Path(root).expanduser().absolute() if root else default_folder(),
        extra_sites=tuple(Path(folder).expanduser().absolute() for folder in chosen.get("sites", ())),
    )


def language() -> Lang:
    """``vi`` or ``en``: the language asked for, else the language of the locale."""
    chosen = _chosen().get("lang")
    if chosen in {"vi", "en"}:
        return "vi" if chosen == "vi" else "en"
    return locale_language()


def echo_json(value: Any) -> None:
    """Prints one record as one line of JSON, with Vietnamese letters unescaped."""
    click.echo(json.dumps(value, ensure_ascii=False, default=str))


def _chosen() -> dict[str, Any]:
    context = click.get_current_context(silent=True)
    found: dict[str, Any] = context.ensure_object(dict) if context else {}
    return found
