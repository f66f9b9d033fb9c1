from __future__ import annotations

from pathlib import Path

import pytest

from flows.outcome.exit_codes import ExitCode, RunError
from flows.storage.folder import SETTINGS, DataFolder, Settings, default_folder


def test_what_was_set_up_is_read_again(tmp_path: Path) -> None:
    data = DataFolder(root=tmp_path / "a" / "b")
    settings = Settings(contact='“q" <a@b.vn>', watch=("baoapbac", "x"), since="2020-01-01")
    data.save_settings(settings)
    assert data.settings() == settings


def test_nothing_set_up_is_no_error(tmp_path: Path) -> None:
    assert DataFolder(root=tmp_path).settings() == Settings()


def test_a_broken_settings_file_is_named(tmp_path: Path) -> None:
    (tmp_path / SETTINGS).write_text("contact = ", encoding="utf-8")
    with pytest.raises(RunError, match=SETTINGS) as caught:
        DataFolder(root=tmp_path).settings()
    assert caught.value.exit_code is ExitCode.CONFIGURATION


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


def test_a_contact_in_the_environment_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = DataFolder(root=tmp_path)
    data.save_settings(Settings(contact="a@b.vn"))
    monkeypatch.setenv("TINKHOI_CONTACT", "c@d.vn")
    assert data.settings().contact == "c@d.vn"
