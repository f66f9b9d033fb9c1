"""A growing file in parts: a worker puts them, the leader puts them together again.

A part holds whole records only, so that what arrived can be read although the rest never does.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from flows.cluster.objects import Objects
from flows.cluster.run_objects import Attempt, part_key
from scraper.captures.members import read_member

CAPTURES = "captures"
PAGES = "pages"

PART_BYTES = 1_000_000
"""A part is put when it has so many bytes …"""

PART_SECONDS = 10.0
"""… or when its first record is so many seconds old."""

Whole = Callable[[Path, int, int], int]
"""Where the last whole record ends in a file, from an offset on; it may stop once so many bytes are whole."""


def whole_members(path: Path, offset: int, enough: int) -> int:
    """The end of the whole gzip members that begin at ``offset``."""
    end = offset
    with path.open("rb") as file:
        while end - offset < enough and (member := read_member(file, end)) is not None:
            end = member[1]
    return end


def whole_lines(path: Path, offset: int, enough: int) -> int:
    """The end of the whole lines that begin at ``offset``."""
    end = offset
    with path.open("rb") as file:
        file.seek(offset)
        for line in file:
            if end - offset >= enough or not line.endswith(b"\n"):
                break
            end += len(line)
    return end


class Uploader:
    """Puts one growing file of an attempt into the storage, part by part."""

    def __init__(
        self,
        objects: Objects,
        attempt: Attempt,
        kind: str,
        path: Path,
        whole: Whole,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.parts = 0
        self._objects, self._attempt, self._kind = objects, attempt, kind
        self._path, self._whole, self._clock = path, whole, clock
        self._offset = self._end = 0  # what is in the storage, and what is known to be whole
        self._since: float | None = None

    def step(self, *, last: bool = False) -> bool:
        """Puts one part if there is enough for it, or if any is left and this is the ``last`` of the file.

        Returns whether a part was put. Raises StorageError; the part is then put by a later step.
        """
        if not self._path.exists() or self._path.stat().st_size == self._offset:
            return False
        now = self._clock()
        self._since = now if self._since is None else self._since
        if self._end - self._offset < PART_BYTES:
            self._end = self._whole(self._path, self._end, PART_BYTES - (self._end - self._offset))
        size = self._end - self._offset
        if not size or not (last or size >= PART_BYTES or now - self._since >= PART_SECONDS):
            return False
        with self._path.open("rb") as file:
            file.seek(self._offset)
            content = file.read(size)
        self._objects.put(part_key(self._attempt, self._kind, self.parts + 1), content)
        self.parts += 1
        self._offset, self._since = self._end, None
        return True


class Downloader:
    """Puts the parts of an attempt together in a file, in their order, as they arrive."""

    def __init__(self, objects: Objects, attempt: Attempt, kind: str, path: Path) -> None:
        self.parts = 0
        self._objects, self._attempt, self._kind = objects, attempt, kind
        self._path = path
        self._begun = False

    def step(self) -> int:
        """Appends the parts that are new and returns their number. Raises StorageError and OSError.

        The first part begins the file anew: what an earlier leader had put together is in the storage too.
        """
        before = self.parts
        # By its key, and not by a list: some storages show a new object in their lists only later.
        while (found := self._objects.read(part_key(self._attempt, self._kind, self.parts + 1))) is not None:
            with self._path.open("ab" if self._begun else "wb") as file:
                file.write(found[0])
            self._begun = True
            self.parts += 1
        return self.parts - before
