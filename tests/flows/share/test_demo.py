"""The demo in Vietnamese: everything it says to a person, and the report that README.vi.md shows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from flows.share.demo import run_demo
from flows.storage.folder import DataFolder
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


def test_the_readme_in_vietnamese_shows_the_report_of_the_second_night(said: str, repository: Path) -> None:
    readme = (repository / "README.vi.md").read_text(encoding="utf-8")
    shown = re.search(r"```text\n(TIN KHỐI .*?)\n```", readme, re.S)
    reports = re.findall(r"(TIN KHỐI .*?)\nNhật ký của chính tờ báo", said, re.S)
    assert shown is not None
    assert masked(shown[1]) == masked(reports[1])
