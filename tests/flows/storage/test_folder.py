from __future__ import annotations

from pathlib import Path

import pytest

from flows.outcome.exit_codes import ExitCode, RunError
from flows.storage.folder import DataFolder, default_folder


def test_the_default_folder_does_not_depend_on_where_one_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, repository: Path
) -> None:
    monkeypatch.delenv("TINKHOI_DATA", raising=False)
    monkeypatch.chdir(tmp_path)
    assert default_folder() == repository / "data"
    monkeypatch.setenv("TINKHOI_DATA", str(tmp_path / "x"))
    assert default_folder() == tmp_path / "x"


def test_a_folder_that_cannot_be_made_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(RunError, match="--data") as caught:
        DataFolder(root=tmp_path / "file" / "data").create()
    assert caught.value.exit_code is ExitCode.CONFIGURATION


def test_site_folders_come_from_the_data_folder_the_environment_and_the_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sites").mkdir()
    monkeypatch.setenv("TINKHOI_SITES", str(tmp_path / "mine"))
    data = DataFolder(root=tmp_path, extra_sites=(tmp_path / "named",))
    assert data.site_folders == (tmp_path / "sites", tmp_path / "mine", tmp_path / "named")
