"""Where an archive lives, and what its owner has set."""

from __future__ import annotations

import json
import os
import tomllib
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from platformdirs import user_data_path

import scraper
from flows.outcome.exit_codes import ExitCode, RunError
from scraper.whole_files import write_whole

SETTINGS = "settings.toml"


def default_folder() -> Path:
    """The data folder used where none is named: never relative to the working directory, which cron chooses.

    ``TINKHOI_DATA``; else ``data/`` of the checkout this program runs from; else the user's own data folder.
    """
    named = os.environ.get("TINKHOI_DATA")
    if named:
        return Path(named).expanduser().absolute()
    checkout = Path(scraper.__file__).resolve().parent.parent
    if (checkout / "scrapy.cfg").is_file():
        return checkout / "data"
    return user_data_path("tinkhoi")


@dataclass(frozen=True)
class Settings:
    """What ``tinkhoi setup`` asked: who answers for the crawl, and what to watch."""

    contact: str | None = None  # an address people can write to; named in each request
    watch: tuple[str, ...] = ()  # ids of sites to crawl at night although their files are not marked live
    since: str | None = None  # how far back to collect, an ISO day
    minutes: float = 60.0  # a night and site, for new articles and list pages
    captures_cap: int | None = None  # bytes; more captures than that, and those no article rests on are removed
    captures_keep_days: int | None = None  # the same for captures that are older
    alarms: tuple[str, ...] = ()  # Apprise addresses that are told what is wrong: mailto://…, json://…

    def since_day(self) -> date | None:
        """How far back to collect. Raises RunError for a day that is none."""
        try:
            return None if self.since is None else date.fromisoformat(str(self.since))
        except ValueError:
            raise RunError(
                f"{SETTINGS}: since = {self.since!r}: write a day as 2020-01-31", ExitCode.CONFIGURATION
            ) from None


@dataclass(frozen=True)
class DataFolder:
    """The files of one archive."""

    root: Path
    extra_sites: tuple[Path, ...] = field(default=())  # a user's own folders of site files

    @property
    def database(self) -> Path:
        """The SQLite file that is the archive."""
        return self.root / "tinkhoi.db"

    @property
    def captures(self) -> Path:
        """WARC files, one a run and shard."""
        return self.root / "captures"

    @property
    def runs(self) -> Path:
        """Plans, statistics, logs and reports, one folder a run."""
        return self.root / "runs"

    @property
    def snapshot(self) -> Path:
        """What crawls may know of the archive; made anew where it is missing."""
        return self.root / "snapshot.db"

    @property
    def prefect_home(self) -> Path:
        """Prefect's own files, where the user has not chosen another place."""
        return self.root / "prefect"

    @property
    def site_folders(self) -> tuple[Path, ...]:
        """Folders of site files beside the built-in ones: ``sites/`` here, ``TINKHOI_SITES``, those named."""
        own = self.root / "sites"
        named = os.environ.get("TINKHOI_SITES", "")
        return (
            *([own] if own.is_dir() else []),
            *(Path(folder) for folder in named.split(os.pathsep) if folder),
            *self.extra_sites,
        )

    def create(self) -> None:
        """Makes the folders. Raises RunError where that is refused."""
        try:
            for folder in (self.root, self.captures, self.runs):
                folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise RunError(
                f"{self.root}: the data folder cannot be made: {error.strerror}; choose another with --data",
                ExitCode.CONFIGURATION,
            ) from error

    def size(self) -> int:
        """Bytes of the database and of all captures."""
        captures = self.captures.iterdir() if self.captures.is_dir() else ()
        return sum(file.stat().st_size for file in (self.database, *captures) if file.is_file())

    def settings(self) -> Settings:
        """What was set up here; a contact address in ``TINKHOI_CONTACT`` comes first.

        Raises RunError for a settings file that cannot be read.
        """
        path = self.root / SETTINGS
        named = os.environ.get("TINKHOI_CONTACT")
        if not path.exists():
            return Settings(contact=named)
        try:
            data = tomllib.loads(path.read_text(encoding="utf-8"))
            return Settings(
                contact=named or data.get("contact"),
                watch=tuple(data.get("watch", ())),
                since=data.get("since"),
                minutes=float(data.get("minutes", 60.0)),
                captures_cap=_bytes(data["captures_cap"]) if "captures_cap" in data else None,
                captures_keep_days=int(data["captures_keep_days"]) if "captures_keep_days" in data else None,
                alarms=tuple(data.get("alarms", ())),
            )
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, TypeError, ValueError) as error:
            raise RunError(
                f"{path}: cannot be read: {error}; correct it or run `tinkhoi setup` again", ExitCode.CONFIGURATION
            ) from error

    def save_settings(self, settings: Settings) -> Path:
        """Writes the settings file and returns its path."""
        self.create()
        values: dict[str, Any] = {
            "contact": settings.contact,
            "watch": list(settings.watch),
            "since": settings.since,
            "minutes": settings.minutes if settings.minutes != Settings.minutes else None,
            "captures_cap": settings.captures_cap,
            "captures_keep_days": settings.captures_keep_days,
            "alarms": list(settings.alarms),
        }
        # A JSON string or list of strings is also a TOML one.
        lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in values.items() if value]
        path = self.root / SETTINGS
        write_whole(path, "\n".join(lines) + "\n", private=True)  # an address of an alarm may hold a password
        return path


def _bytes(size: int | str) -> int:
    """The bytes that ``20 GB`` (of 1,000 MB) or a number means. Raises ValueError for any other text."""
    number, _, unit = str(size).strip().partition(" ")
    return int(float(number) * 1000 ** ["B", "kB", "MB", "GB", "TB"].index(unit or "B"))
