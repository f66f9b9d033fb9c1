"""ZIP files of others: an odd member costs no other, and nothing takes more memory or disk than it may."""

from __future__ import annotations

import gzip
import struct
import zipfile
from pathlib import Path

import pytest

from flows.outcome.exit_codes import RunError
from flows.runs.held_files import held_name
from flows.runs.imports import import_files
from flows.storage.folder import DataFolder
from scraper.saved import form_of
from scraper.saved.zip_files import MAX_DIRECTORY, MAX_RATIO, open_zip
from tests.captures.records import warc

FIRST, LAST = (gzip.compress(warc(url=f"http://khong-ai.vn/{number}.html")) for number in (1, 2))


def wacz(path: Path, odd: bytes, name: str = "archive/odd.warc.gz", how: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("archive/a.warc.gz", FIRST)
        packed.writestr(name, odd, how)
        packed.writestr("archive/z.warc.gz", LAST)
    return path


def patched(path: Path, local: int, central: int, value: int) -> Path:
    """The file with a 16-bit field of the odd member's headers set to ``value``."""
    content = bytearray(path.read_bytes())
    for magic, place in ((b"PK\x03\x04", local), (b"PK\x01\x02", central)):
        at = content.find(magic, content.find(magic) + 1)
        struct.pack_into("<H", content, at + place, value)
    path.write_bytes(content)
    return path


def odd_members(folder: Path) -> dict[str, Path]:
    good = wacz(folder / "good.wacz", FIRST)
    return {
        "encrypted": patched(_copy(good, "e"), 6, 8, 1),
        "packed in an unknown way": patched(_copy(good, "u"), 8, 10, 99),
        "packed too well": wacz(folder / "w.wacz", bytes(MAX_RATIO * 1024 * 20), "archive/odd.warc"),
    }


def _copy(path: Path, name: str) -> Path:
    copy = path.with_name(f"{name}.wacz")
    copy.write_bytes(path.read_bytes())
    return copy


@pytest.mark.parametrize("kind", ["encrypted", "packed in an unknown way", "packed too well"])
def test_an_odd_member_of_a_wacz_is_told_and_costs_no_other(tmp_path: Path, kind: str) -> None:
    done = import_files(DataFolder(root=tmp_path / "data"), [odd_members(tmp_path)[kind]])
    assert [each.not_ours for each in done] == [1, 0, 1]
    assert len(done[1].unreadable) == 1 and "archive/odd.warc" in done[1].unreadable[0]


@pytest.mark.parametrize(
    "name",
    [
        "archive/../../../ra.warc.gz",
        "archive/" + "ế" * 120 + ".warc.gz",
        "archive/..\\..\\ra:*?.warc.gz",
        "archive/.warc.gz",
    ],
)
def test_a_name_inside_a_wacz_becomes_a_safe_file_name(tmp_path: Path, name: str) -> None:
    data = DataFolder(root=tmp_path / "data")
    done = import_files(data, [wacz(tmp_path / "a.wacz", gzip.compress(warc(url="http://khong-ai.vn/3.html")), name)])
    held = data.captures / done[1].file
    assert held.is_file() and held.parent == data.captures
    assert done[1].not_ours == 1
    assert len(held.name.encode()) <= 130 and held.name.endswith(".warc.gz")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.wacz", "data"]


def test_the_end_of_a_long_name_is_kept_in_whole_letters() -> None:
    assert held_name("0" * 64, "ế" * 60 + "a.warc.gz") == "import-000000000000-" + "ế" * 30 + "a.warc.gz"


def test_a_directory_has_its_limit(tmp_path: Path) -> None:
    path = tmp_path / "many.wacz"
    with zipfile.ZipFile(path, "w") as packed:
        for number in range(MAX_DIRECTORY // 60_000 + 1):
            entry = zipfile.ZipInfo(f"archive/{number}.warc.gz")
            entry.comment = b"x" * 60_000
            packed.writestr(entry, b"")
    with pytest.raises(zipfile.BadZipFile, match=str(MAX_DIRECTORY)), open_zip(path):
        pass
    with pytest.raises(RunError, match="not a whole WACZ"):
        import_files(DataFolder(root=tmp_path / "data"), [path])


def test_a_zip_file_with_a_name_in_no_encoding_is_no_wacz(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("đ.txt", b"")
    path.write_bytes(path.read_bytes().replace("đ".encode(), b"\xff\xff"))
    assert form_of(path) is None
