"""The storage that the machines of a cluster share: named objects, in a folder or in a bucket of an S3 service.

An object is written whole or not at all. A claim needs more: that of two machines which write the same object at the
same moment, one is told that it lost. So :meth:`Objects.create` and :meth:`Objects.replace` are conditional.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from scraper.whole_files import replacing

Version = str
"""What tells one content of an object from the next: an ETag, or a hash of the content."""


class StorageError(Exception):
    """The storage did not do what it was asked, for now. The message is one line, without secrets."""


class Objects(Protocol):
    """Objects by key. A key is a relative path with ``/`` between its parts. All methods raise StorageError."""

    def put(self, key: str, content: bytes) -> None:
        """Writes the object, whatever was there."""

    def create(self, key: str, content: bytes) -> Version | None:
        """Writes a new object and returns its version; None if there is one already."""

    def replace(self, key: str, content: bytes, version: Version) -> Version | None:
        """Writes the object if ``version`` is still there, and returns the new version; None if it is not."""

    def read(self, key: str) -> tuple[bytes, Version] | None:
        """Content and version of the object; None if there is none."""

    def written(self, key: str) -> datetime | None:
        """When the object was written, by the clock of the storage; None if there is none."""

    def keys(self, prefix: str) -> list[str]:
        """The keys that begin with ``prefix``, in order."""

    def delete(self, key: str) -> None:
        """Deletes the object, if it is there."""


class FolderObjects:
    """Objects as files below a folder, which may be a network share. Conditions hold by a lock on one file."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, key: str, content: bytes) -> None:
        """Writes the object, whatever was there."""
        with self._failures(key):
            path = self.root / key
            path.parent.mkdir(parents=True, exist_ok=True)
            with replacing(path) as draft:
                draft.write_bytes(content)

    def create(self, key: str, content: bytes) -> Version | None:
        """Writes a new object; None if there is one already."""
        with self._failures(key), self._lock():
            if (self.root / key).exists():
                return None
            self.put(key, content)
            return _version(content)

    def replace(self, key: str, content: bytes, version: Version) -> Version | None:
        """Writes the object if ``version`` is still there; None if it is not."""
        with self._failures(key), self._lock():
            there = self.read(key)
            if there is None or there[1] != version:
                return None
            self.put(key, content)
            return _version(content)

    def read(self, key: str) -> tuple[bytes, Version] | None:
        """Content and version; None if there is no such object."""
        with self._failures(key):
            try:
                content = (self.root / key).read_bytes()
            except (FileNotFoundError, IsADirectoryError):
                return None
            return content, _version(content)

    def written(self, key: str) -> datetime | None:
        """When the object was written; a server of files sets it by its own clock."""
        with self._failures(key):
            try:
                return datetime.fromtimestamp((self.root / key).stat().st_mtime, UTC)
            except FileNotFoundError:
                return None

    def keys(self, prefix: str) -> list[str]:
        """The keys that begin with ``prefix``, in order."""
        with self._failures(prefix):
            folder = self.root / prefix.rpartition("/")[0]
            found = (
                (Path(parent) / name).relative_to(self.root).as_posix()
                for parent, _, names in os.walk(folder)
                for name in names
                if not name.endswith(".new")
            )
            return sorted(key for key in found if key.startswith(prefix))

    def delete(self, key: str) -> None:
        """Deletes the object, if it is there."""
        with self._failures(key):
            path = self.root / key
            path.unlink(missing_ok=True)
            with suppress(OSError):  # a folder that still holds something stays
                for folder in path.parents:
                    if folder == self.root:
                        break
                    folder.rmdir()

    @contextmanager
    def _lock(self) -> Iterator[None]:
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / ".lock").open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    @contextmanager
    def _failures(self, key: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise StorageError(f"{self.root / key}: {error.strerror or error}") from error


def _version(content: bytes) -> Version:
    return hashlib.sha256(content).hexdigest()
