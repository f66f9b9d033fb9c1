"""Writes files whole or not at all, and recognises a full disk."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """The path of a draft beside ``path``, for the block to write. After the block, the draft replaces ``path``.

    ``path`` is therefore whole at every moment: either the old file or the new one. If the block fails, the draft is
    deleted and ``path`` stays as it was. The new file keeps the permissions of the old one. Raises OSError.
    """
    draft = path.with_name(f"{path.name}.new")
    draft.unlink(missing_ok=True)  # left by a process that was killed
    try:
        yield draft
        if path.exists():
            shutil.copymode(path, draft)
        with draft.open("rb+") as file:
            os.fsync(file.fileno())
        draft.replace(path)
        _sync_folder(path.parent)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def sync(path: Path) -> None:
    """Sees to it that the file at ``path``, and its name, survive a loss of power. Raises OSError."""
    with path.open("rb") as file, suppress(PermissionError):  # Windows syncs only what may be written
        os.fsync(file.fileno())
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return  # only POSIX opens a folder
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def write_whole(path: Path, text: str, *, private: bool = False) -> None:
    """Writes ``text`` in UTF-8 to ``path``. Only its owner may read a new ``private`` file. Raises OSError."""
    with replacing(path) as draft:
        draft.touch(mode=0o600 if private else 0o666)
        draft.write_text(text, encoding="utf-8")


def is_disk_full(error: OSError | int | None) -> bool:
    """Whether an error, or its number, means that space ran out: on the disk, in the quota, or in one file."""
    return (error.errno if isinstance(error, OSError) else error) in _NO_SPACE
