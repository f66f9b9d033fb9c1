"""Where an archive lives."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from flows.outcome.exit_codes import ExitCode, RunError
from scraper.data_folder import default_folder as default_folder

if TYPE_CHECKING:
    from flows.storage.settings import Settings


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
        """What crawls may know of the archive. It is made again if it is missing."""
        return self.root / "snapshot.db"

    @property
    def prefect_home(self) -> Path:
        """Prefect's own files, unless the user has chosen another place."""
        return self.root / "prefect"

    @property
    def site_folders(self) -> tuple[Path, ...]:
        """Folders of site files beside the built-in ones: ``sites/`` here, ``TINKHOI_SITES``, those named."""
        return (*([self.own_sites] if self.own_sites.is_dir() else []), *self.named_sites)

    @property
    def own_sites(self) -> Path:
        """The folder of site files that belongs to the archive, where `tinkhoi sites new` writes."""
        return self.root / "sites"

    @property
    def named_sites(self) -> tuple[Path, ...]:
        """The other folders, as full paths: a schedule must name them, since it sees no shell's environment."""
        named = os.environ.get("TINKHOI_SITES", "").split(os.pathsep)
        folders = (*(Path(folder) for folder in named if folder), *self.extra_sites)
        return tuple(dict.fromkeys(folder.expanduser().absolute() for folder in folders))

    @property
    def named_contact(self) -> str | None:
        """The contact address from the environment, if there is one; otherwise the settings hold it."""
        return os.environ.get("TINKHOI_CONTACT") or None

    def create(self) -> None:
        """Makes the folders. Raises RunError if that fails."""
        try:
            for folder in (self.root, self.captures, self.runs):
                folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise RunError(
                "{folder}: the data folder cannot be made: {error}; choose another with --data",
                ExitCode.CONFIGURATION,
                folder=self.root,
                error=error.strerror,
            ) from error

    def size(self) -> int:
        """Bytes of the database and of all captures."""
        captures = self.captures.iterdir() if self.captures.is_dir() else ()
        return sum(file.stat().st_size for file in (self.database, *captures) if file.is_file())

    def settings(self) -> Settings:
        """What was set up here. Raises RunError, which names the file and the key."""
        from flows.storage.settings import read_settings  # only when asked: the command must start quickly

        return read_settings(self.root)

    def save_settings(self, settings: Settings) -> Path:
        """Writes the settings file and returns its path."""
        from flows.storage.settings import write_settings

        self.create()
        return write_settings(self.root, settings)
