"""The command in the reader's language: its help, its messages, and the words of click itself.

The English words stand where they are used; those of another language stand in the catalogue, which is read only when
that language is asked for.
"""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import click

from flows.cli.options import language
from flows.outcome.messages import LANGS, Lang

_CLICK = ("core", "decorators", "exceptions", "formatting", "parser", "termui", "types")
"""click's modules that ask gettext for their words. gettext itself reads compiled catalogues from folders alone."""


def language_of(arguments: list[str], default: Lang) -> Lang:
    """The language that ``--lang`` asks for, wherever it stands in a call; the last one counts. Else ``default``."""
    found = default
    for option, value in pairwise([*arguments, ""]):
        name, _, joined = option.partition("=")
        asked = joined or value
        if name == "--lang" and asked in LANGS:
            found = "vi" if asked == "vi" else "en"
    return found


@contextmanager
def spoken(command: click.Command, lang: Lang) -> Iterator[None]:
    """``command`` with all below it, and click, in the language ``lang``; afterwards in English again."""
    if lang == "en":
        yield
        return
    changed: list[tuple[Any, str, Any]] = []

    def change(of: Any, name: str, value: Any) -> None:
        changed.append((of, name, getattr(of, name)))
        setattr(of, name, value)

    all_of_it = _with_options(command)  # before click's own words change
    try:
        for module in map(importlib.import_module, (f"click.{name}" for name in _CLICK)):
            if hasattr(module, "_"):
                change(module, "_", lambda text: _said(text, "click", lang))
            if hasattr(module, "ngettext"):
                change(module, "ngettext", lambda one, many, count: _said(one if count == 1 else many, "click", lang))
        for each, its_options in all_of_it:
            change(each.command, "help", help_text(each.command.help, lang))
            for option in its_options:
                change(option, "help", help_text(option.help, lang))
            change(each.command, "options_metavar", _said(each.command.options_metavar or "", "click", lang))
            if isinstance(each.command, click.Group):
                change(each.command, "subcommand_metavar", _said(each.command.subcommand_metavar, "click", lang))
        yield
    finally:
        for of, name, value in reversed(changed):
            setattr(of, name, value)


def contexts(command: click.Command, parent: click.Context | None = None) -> Iterator[click.Context]:
    """``command`` and all commands below it, each with its context, which knows what its help option is called."""
    context = click.Context(command, parent=parent, info_name=command.name, **command.context_settings)
    yield context
    if isinstance(command, click.Group):
        for each in command.commands.values():
            yield from contexts(each, context)


def options(context: click.Context) -> list[click.Option]:
    """The options of a context's command, its help option too."""
    return [each for each in context.command.get_params(context) if isinstance(each, click.Option)]


def _with_options(command: click.Command) -> list[tuple[click.Context, list[click.Option]]]:
    """``command`` and all below it, with their options. click keeps a help option in the words of its first use."""
    return [(each, options(each)) for each in contexts(command)]


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a help text, each on one line, as the catalogue has them."""
    return [" ".join(each.split()) for each in re.split(r"\n\s*\n", inspect.cleandoc(text)) if each.strip()]


def help_text(text: str | None, lang: Lang) -> str | None:
    """A help text in another language, paragraph by paragraph."""
    return None if text is None else "\n\n".join(_said(each, "help", lang) for each in paragraphs(text))


def tell(english: str, /, *, err: bool = False, **values: object) -> None:
    """Prints a line in the reader's language; ``err`` prints it on standard error."""
    click.echo(in_words(english, **values), err=err)


def tell_row(english: str, /) -> None:
    """Prints the heading of a table whose columns tabs part."""
    click.echo("\t".join(in_words(name) for name in english.split("\t")))


def in_words(english: str, /, **values: object) -> str:
    """The words of a command in the reader's language, with their values."""
    lang = language()
    put = {name: in_language(value, lang) if isinstance(value, str) else value for name, value in values.items()}
    return _said(english, "command", lang).format(**put)


def in_language(said: str, lang: Lang) -> str:
    """What an error or a check says, in the language ``lang``."""
    if lang == "en":
        return str(said)
    from flows.outcome.wording import in_language as put

    return put(said, lang)


def in_progress(english: str, lang: Lang) -> str:
    """What a run says of its progress, its values still to be put in by ``%``."""
    return _said(english, "progress", lang)


def in_reason(name: str) -> str:
    """Why a page was refused, in the reader's language; in English a reason is its own name."""
    if language() == "en":
        return name
    from flows.outcome.wording import reason

    return reason(name, language())


def in_detail(kept: str) -> str:
    """What was kept of a refused page, in the reader's language where it is a sentence of ours."""
    if language() == "en":
        return kept
    from flows.outcome.wording import detail

    return detail(kept, language())[0]


def _said(text: str, context: str, lang: Lang) -> str:
    if lang == "en":
        return text
    from flows.outcome.wording import translated  # reads Babel: only where another language is asked for

    return translated(text, context, lang)
