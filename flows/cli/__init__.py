"""``tinkhoi``, the command. Prefect, Scrapy and Datasette are imported only by the commands that need them."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from itertools import pairwise
from pathlib import Path
from types import FrameType

import click

from flows.cli import (
    backfill,
    backup,
    browse,
    compare,
    context,
    crawl,
    date,
    demo,
    doctor,
    export,
    forget,
    freeze,
    import_,
    mend_times,
    nightly,
    parse,
    rehydrate,
    reindex,
    reparse,
    restore,
    sample,
    schedule,
    search,
    serve,
    setup,
    show,
    sites,
    status,
    trend,
    watch,
)
from flows.cli.options import archive_options, language
from flows.cli.spoken import in_language, language_of, spoken
from flows.outcome.exit_codes import ExitCode, RunError, StoppedBySignal
from flows.outcome.messages import Lang
from scraper import __version__
from scraper.garbage import uncollected_at_exit
from scraper.text.sentence import Sentence, sentence_of
from scraper.whole_files import is_disk_full

LONGEST_ERROR = 400
"""Characters of an error that nobody expected; some name whole pages."""


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="tinkhoi")
@archive_options
def tinkhoi(**_: object) -> None:
    """Tin Khối: the archive of Vietnamese provincial party-bloc news.

    To try it, run `tinkhoi demo`; to collect from the open web, run `tinkhoi setup` first.
    """


for command in (
    setup.setup,
    nightly.nightly,
    crawl.crawl,
    import_.import_,
    backfill.backfill,
    reparse.reparse,
    search.search,
    trend.trend,
    context.context,
    compare.compare,
    show.show,
    status.status,
    sites.sites,
    parse.parse,
    date.date,
    watch.watch,
    export.export,
    rehydrate.rehydrate,
    freeze.freeze,
    forget.forget,
    backup.backup,
    restore.restore,
    reindex.reindex,
    mend_times.mend_times,
    browse.browse,
    serve.serve,
    schedule.schedule,
    doctor.doctor,
    demo.demo,
    sample.sample,
):
    tinkhoi.add_command(command)


def main() -> None:
    """Runs the command and ends the process with one of our exit codes."""
    uncollected_at_exit()
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Runs the command with ``arguments`` and returns its exit code.

    Every error is one line on stderr. With TINKHOI_DEBUG=1 in the environment, what Python says of it stands before.
    """
    _heed_stops()
    lang = language_of(arguments, language())
    with spoken(tinkhoi, lang):
        return _run(arguments, lang)


def _run(arguments: list[str], lang: Lang) -> int:
    try:
        result = tinkhoi.main(arguments, standalone_mode=False)
    except click.exceptions.Exit as ending:
        return ending.exit_code
    except click.ClickException as error:
        error.show()
        return ExitCode.CONFIGURATION
    except RunError as error:
        return _fail(in_language(error.said, lang), error.exit_code)
    except (StoppedBySignal, KeyboardInterrupt, click.Abort):
        stopped = Sentence("stopped; what was captured so far is kept, and the next run goes on")
        return _fail(in_language(stopped, lang), ExitCode.STOPPED)
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output went away: nothing is wrong
        return ExitCode.OK
    except Exception as error:
        if os.environ.get("TINKHOI_DEBUG"):
            traceback.print_exception(error)
        said, code = _told(error, arguments)
        return _fail(in_language(said, lang), code)
    return int(result) if isinstance(result, int) else ExitCode.OK


def _told(error: Exception, arguments: list[str]) -> tuple[str, ExitCode]:
    """One line about an exception that no command expected, and the exit code of its kind."""
    from scraper.sites import SiteError  # only where something was raised: reading site files is slow to import
    from scraper.store.errors import ArchiveError, as_archive_error

    if isinstance(error, SiteError):
        return sentence_of(error), ExitCode.CONFIGURATION
    of_archive = error if isinstance(error, ArchiveError) else as_archive_error("the archive", error)
    if of_archive is not None:
        return sentence_of(of_archive), ExitCode(of_archive.exit_code)
    if isinstance(error, OSError) and is_disk_full(error):
        return Sentence(
            "{error}; make room and run again, nothing acknowledged was lost", error=error
        ), ExitCode.DISK_FULL
    if damage := _damage(arguments):
        return damage, ExitCode.DATABASE
    frame = traceback.extract_tb(error.__traceback__)[-1]
    said = " ".join(f"{type(error).__name__}: {error}".split())[:LONGEST_ERROR]
    where = f"{Path(frame.filename).name}:{frame.lineno}"
    pattern = "{said} ({where}); run it again with TINKHOI_DEBUG=1 and report what it prints"
    return Sentence(pattern, said=said, where=where), ExitCode.CRASH


def _damage(arguments: list[str]) -> str | None:
    """What is damaged, if the archive is not as tinkhoi left it: that explains an error that nobody expected."""
    from flows.storage.folder import DataFolder, default_folder
    from scraper.store.errors import damaged
    from scraper.store.health import check_seal

    named = [value for name, value in pairwise(arguments) if name == "--data"]
    named += [word.removeprefix("--data=") for word in arguments if word.startswith("--data=")]
    database = DataFolder(root=Path(named[-1]) if named else default_folder()).database
    try:
        changed = check_seal(database)
    except OSError:
        return None
    return sentence_of(damaged(database, changed[0])) if changed else None


def _heed_stops() -> None:
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _stop)


def _stop(number: int, _frame: FrameType | None) -> None:
    raise StoppedBySignal(signal.Signals(number).name)


def _fail(message: str, code: ExitCode) -> int:
    click.echo(f"tinkhoi: {message}", err=True)
    return code
