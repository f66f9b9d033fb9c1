"""The demo: two nights on the embedded sample newspaper, in an archive of its own."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime, time, timedelta
from pathlib import Path

from flows.outcome.exit_codes import ExitCode, RunError, archive_failures
from flows.outcome.messages import Lang
from flows.outcome.night_summary import NightSummary
from flows.outcome.report import render
from flows.outcome.suggested import suggested
from flows.outcome.wording import translated
from flows.runs.night import run_night
from flows.runs.request import NightRequest
from flows.storage.folder import DataFolder
from scraper.clock import VIETNAM, utc_now
from scraper.sample import SEED_KEY, SITE_ID, SampleNewspaper
from scraper.store import ArchiveLocked
from scraper.store.archive import writers_lock

_MARK = "this-is-the-demo"
WORDS = "dang uy khoi"
NIGHTS_AGO = timedelta(days=2, hours=1, minutes=30)
"""How far before now the first night lies at least: the newspaper lives three nights, and the third has begun too."""

_SAID: dict[str, str] = {
    "anew": "The folder {folder} is made anew: what an earlier demo left there is deleted.",
    "served": "Báo Mẫu, a small newspaper made up for this demo, is served at {url} (this machine only).",
    "folder": "Data folder: {folder}\n",
    "night": "Night {night} …",
    "asked": "The newspaper's own log of this night: {asked} requests.\n",
    "next": "\nWhat to try next:",
    "own": "{tinkhoi} setup        then a site of your own: {tinkhoi} sites new ADDRESS",
}
"""The words that the demo prints beside its reports."""


def run_demo(data: DataFolder, lang: Lang, *, plain: bool, say: Callable[[str], None]) -> int:
    """Runs the demo under ``data``'s folder ``demo`` and returns the worse of its two nights' exit codes.

    Each night begins at 01:30 in Vietnam on the run's own clock, a day after the other, so that on the second the
    articles of the first are due for their re-check. Both have passed: no capture is dated after now. Raises RunError
    where another demo runs, or the folder is not one of the demo's.
    """
    words = {name: translated(english, "demo", lang) for name, english in _SAID.items()}
    folder = data.root / "demo"
    with _only_demo(folder):
        _need_own(folder)
        say(words["anew"].format(folder=folder))
        _make_anew(folder)
        return _run_demo(folder, lang, words, plain, say)


def _run_demo(folder: Path, lang: Lang, words: Mapping[str, str], plain: bool, say: Callable[[str], None]) -> int:
    demo = DataFolder(root=folder)
    today = (utc_now() - NIGHTS_AGO).astimezone(VIETNAM).date()
    newspaper = SampleNewspaper(today=today)
    codes: list[int] = []
    with newspaper.serve() as server:
        sites = folder / "sites"
        sites.mkdir()
        (sites / f"{SITE_ID}.toml").write_text(newspaper.site_file(server.url), encoding="utf-8")
        say(words["served"].format(url=server.url))
        say(words["folder"].format(folder=folder))
        for night in (1, 2):
            newspaper.night = night
            asked = len(server.log)
            begins = datetime.combine(today + timedelta(days=night - 1), time(1, 30), VIETNAM)
            say(words["night"].format(night=night))
            request = NightRequest(data=demo, sites=(SITE_ID,), trigger="demo", now=begins)
            summary = _run(request, plain)
            say(render(summary, lang))
            say(words["asked"].format(asked=len(server.log) - asked))
            codes.append(summary.exit_code)
    _show_what_was_kept(demo, say)
    _show_what_is_next(demo, words, say)
    return max(codes)


def _run(request: NightRequest, plain: bool) -> NightSummary:
    if plain:
        return run_night(request)
    from flows.with_prefect import run_with_prefect

    return run_with_prefect(request, private=True)


def _show_what_was_kept(demo: DataFolder, say: Callable[[str], None]) -> None:
    from scraper.record import record
    from scraper.store import open_reader
    from scraper.store.articles import find_article, load_article
    from scraper.store.search import search

    with open_reader(demo.database) as archive:
        say(f"tinkhoi search {WORDS!r}")
        for hit in search(archive, WORDS, limit=5):
            say(f"  {hit.published_day}  {hit.site}/{hit.key}  {hit.title}\n      {hit.snippet}")
        say(f"\ntinkhoi show {SITE_ID}/{SEED_KEY} --json")
        number = find_article(archive, f"{SITE_ID}/{SEED_KEY}")
        if number is None:
            raise RunError("the seed article was not collected; the reports above say why", ExitCode.DATA)
        stored = load_article(archive, number)
        say(json.dumps(record(stored.article, revision=stored.revision), ensure_ascii=False, indent=1))


def _show_what_is_next(demo: DataFolder, words: Mapping[str, str], say: Callable[[str], None]) -> None:
    tinkhoi = suggested()
    say(words["next"])
    for command in (
        f"{tinkhoi} --data {demo.root} search 'kỷ luật'",
        f"{tinkhoi} --data {demo.root} export --format jsonl",
        f"{tinkhoi} --data {demo.root} browse",
        f"{suggested('sqlite-utils')} {demo.database} 'select day, title from reading limit 5' --table",  # noqa: S608
        words["own"].format(tinkhoi=tinkhoi),
    ):
        say(f"  {command}")


@contextmanager
def _only_demo(folder: Path) -> Iterator[None]:
    """Keeps other demos away from ``folder``, by a lock beside it that ends with this process."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with archive_failures():
        try:
            lock = writers_lock(folder)
        except ArchiveLocked as error:
            raise RunError(
                "{folder}: another demo is running there; wait for its end", ExitCode.LOCKED, folder=folder
            ) from error
    with closing(lock):
        yield


def _need_own(folder: Path) -> None:
    if folder.exists() and not (folder / _MARK).exists() and any(folder.iterdir()):
        raise RunError(
            "{folder}: not a folder of the demo, so it is left alone; choose another with --data",
            ExitCode.CONFIGURATION,
            folder=folder,
        )


def _make_anew(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir()
    (folder / _MARK).write_text("Written by `tinkhoi demo`, which deletes this folder when it runs again.\n")
