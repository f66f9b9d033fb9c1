"""A file is there whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from scraper.whole_files import is_disk_full, replacing, write_whole


def test_a_file_is_replaced_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "báo.txt"
    for text in ("một\n", "hai\n"):
        write_whole(path, text)
        assert path.read_text(encoding="utf-8") == text
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("failure", [OSError(errno.ENOSPC, "full"), KeyboardInterrupt()])
def test_what_fails_midway_leaves_the_file_as_it_was(tmp_path: Path, failure: BaseException) -> None:
    path = tmp_path / "a.txt"
    path.write_text("before", encoding="utf-8")
    with pytest.raises(type(failure)), replacing(path) as draft:
        draft.write_text("half", encoding="utf-8")
        raise failure
    assert path.read_text(encoding="utf-8") == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_draft_that_a_killed_process_left_is_not_kept(tmp_path: Path) -> None:
    (tmp_path / "a.txt.new").write_text("of another process", encoding="utf-8")
    with replacing(tmp_path / "a.txt") as draft:
        assert not draft.exists()
        draft.write_text("whole", encoding="utf-8")
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_a_block_that_writes_no_draft_replaces_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("before", encoding="utf-8")
    with pytest.raises(FileNotFoundError), replacing(path):
        pass
    assert path.read_text(encoding="utf-8") == "before"


@pytest.mark.skipif(os.name == "nt", reason="Windows, which keeps permissions otherwise")
def test_a_private_file_is_its_owners_and_a_replaced_one_hands_on_its_permissions(tmp_path: Path) -> None:
    private, shared = tmp_path / "private", tmp_path / "shared"
    write_whole(private, "a", private=True)
    shared.touch()
    shared.chmod(0o640)
    write_whole(shared, "b", private=True)
    assert [stat.S_IMODE(path.stat().st_mode) for path in (private, shared)] == [0o600, 0o640]


def test_a_full_disk_is_told_from_other_errors() -> None:
    assert is_disk_full(OSError(errno.ENOSPC, "no space"))
    assert is_disk_full(errno.EDQUOT)
    assert not is_disk_full(OSError(errno.EACCES, "denied"))
    assert not is_disk_full(OSError("without a number"))
    assert not is_disk_full(None)
