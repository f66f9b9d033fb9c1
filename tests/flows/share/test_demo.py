"""The demo in Vietnamese: everything it says to a person, and the report that README.vi.md shows; what it deletes."""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path

import pytest

from flows.outcome.exit_codes import ExitCode, RunError
from flows.share.demo import run_demo
from flows.storage.folder import DataFolder
from scraper.store.archive import writers_lock
from tests.test_readme import masked


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the demo prints to a Vietnamese reader."""
    lines: list[str] = []
    assert run_demo(DataFolder(root=tmp_path_factory.mktemp("demo")), "vi", plain=True, say=lines.append) == 0
    return "\n".join(lines)


def test_a_vietnamese_reader_is_told_in_vietnamese_what_happens_and_what_is_next(said: str) -> None:
    for told in ("một tờ báo nhỏ", "Thư mục dữ liệu: ", "Đêm 1 …", "Đêm 2 …", "Làm gì tiếp:", "nguồn của bạn"):
        assert told in said
    for english in ("newspaper", "Data folder", "Night", "What to try", "of your own", "requests"):
        assert english not in said


def test_the_first_line_says_that_the_folder_is_made_anew(said: str) -> None:
    first = said.splitlines()[0]
    assert "/demo " in first and "bị xóa" in first


def test_a_second_demo_and_a_folder_of_another_are_refused_before_anything_is_deleted(tmp_path: Path) -> None:
    data, kept = DataFolder(root=tmp_path), tmp_path / "demo" / "tinkhoi.db"
    kept.parent.mkdir()
    kept.write_text("an archive", encoding="utf-8")
    said: list[str] = []
    for mark, code in ((False, ExitCode.CONFIGURATION), (True, ExitCode.LOCKED)):
        if mark:
            (kept.parent / "this-is-the-demo").touch()
        with closing(writers_lock(tmp_path / ("demo" if mark else "another"))), pytest.raises(RunError) as refused:
            run_demo(data, "en", plain=True, say=said.append)
        assert refused.value.exit_code is code
    assert kept.read_text(encoding="utf-8") == "an archive" and said == []


def test_the_readme_in_vietnamese_shows_the_report_of_the_second_night(said: str, repository: Path) -> None:
    readme = (repository / "README.vi.md").read_text(encoding="utf-8")
    shown = re.search(r"```text\n(TIN KHỐI .*?)\n```", readme, re.S)
    reports = re.findall(r"(TIN KHỐI .*?)\nNhật ký của chính tờ báo", said, re.S)
    assert shown is not None
    assert masked(shown[1]) == masked(reports[1])
