"""``tinkhoi watch``: watchwords are followed, listed and dropped."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from flows.cli import run
from flows.outcome.exit_codes import ExitCode
from flows.storage.folder import DataFolder
from tests.flows.cli.stderr_lines import one_line

Output = pytest.CaptureFixture[str]


def test_watchwords_are_followed_listed_and_dropped(demo: DataFolder, tmp_path: Path, capsys: Output) -> None:
    shutil.copy(demo.database, tmp_path / "tinkhoi.db")
    data = ["--data", str(tmp_path)]
    assert run(["watch", "list", *data]) == 0
    assert "watch add" in capsys.readouterr().err
    assert run(["watch", "add", "kỷ luật", *data]) == 0
    assert "Following «kỷ luật»: " in capsys.readouterr().out
    assert run(["search", "--topic", "kỷ luật", "--json", "đảng", *data]) == 0
    assert "kỷ luật" in capsys.readouterr().out.lower()
    assert run(["watch", "list", "--json", *data]) == 0
    (followed,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert followed["words"] == "kỷ luật" and followed["articles"] > 0
    assert run(["watch", "remove", "kỷ luật", *data]) == 0
    assert "No longer following «kỷ luật»" in capsys.readouterr().out
    assert run(["watch", "remove", "kỷ luật", *data]) == ExitCode.CONFIGURATION
    assert "watch list" in one_line(capsys.readouterr().err)
    assert run(["watch", "add", "?!", *data]) == ExitCode.CONFIGURATION
    assert "no word" in one_line(capsys.readouterr().err)
