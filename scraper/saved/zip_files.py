"""Opens ZIP files of others (WACZ, HTTrack's cache) within limits, and gives what is odd about them one name."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

MAX_DIRECTORY = 4 * 1024 * 1024
"""The most bytes of a ZIP file's directory, all of which is held in memory. A member takes about a hundred."""

MAX_RATIO = 200
"""How many bytes one byte of a member may become. Text becomes ten, and a deflated WARC of blank pages fifty."""

UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)
"""What reading a member raises if it is damaged, encrypted, or packed in a way that Python does not know."""

_END = struct.Struct("<4s4H2LH")
_END_64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR_64 = struct.Struct("<4sLQL")


@contextmanager
def open_zip(path: Path) -> Iterator[zipfile.ZipFile]:
    """The ZIP file at ``path``. Raises BadZipFile if it cannot be read, OSError."""
    with path.open("rb") as file:
        try:
            size = _directory_size(file)
            if size > MAX_DIRECTORY:
                raise zipfile.BadZipFile(f"its directory has {size} bytes, more than {MAX_DIRECTORY}")
            packed = zipfile.ZipFile(file)
        except (NotImplementedError, ValueError, zipfile.LargeZipFile, EOFError, struct.error) as error:
            raise zipfile.BadZipFile(str(error)) from error
        with packed:
            yield packed


def refuse_packed_too_well(entry: zipfile.ZipInfo, *, room: int) -> None:
    """Raises BadZipFile for a member that would become more than a packed file can be, or more than ``room``."""
    if entry.file_size > MAX_RATIO * entry.compress_size + 1024 * 1024:
        raise zipfile.BadZipFile(
            f"{entry.compress_size} bytes would become {entry.file_size}, more than {MAX_RATIO} for each"
        )
    if entry.file_size > room:
        raise zipfile.BadZipFile(f"it would become {entry.file_size} bytes, and {room} are free")


def _directory_size(file: IO[bytes]) -> int:
    """The size of the directory that the end of the file states (APPNOTE 4.3.14 and 4.3.16); 0 if none is found."""
    end = file.seek(0, io.SEEK_END)
    start = file.seek(max(end - _END.size - 65_536, 0))
    tail = file.read()
    place = tail.rfind(b"PK\x05\x06")
    if place < 0 or len(tail) - place < _END.size:
        return 0
    size: int = _END.unpack_from(tail, place)[5]
    at = start + place - _LOCATOR_64.size
    if at < 0:
        return size
    file.seek(at)
    magic, _, offset, _ = _LOCATOR_64.unpack(file.read(_LOCATOR_64.size))
    if magic != b"PK\x06\x07" or offset + _END_64.size > end:
        return size
    file.seek(offset)
    magic, *rest = _END_64.unpack(file.read(_END_64.size))
    return int(rest[7]) if magic == b"PK\x06\x06" else size
