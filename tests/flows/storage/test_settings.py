"""Settings: what is written is read again, and what cannot be meant is an error that names the file and the key."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from flows.cli import run
from flows.outcome.exit_codes import ExitCode, RunError
from flows.storage.folder import DataFolder
from flows.storage.settings import SETTINGS, Settings


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataFolder:
    monkeypatch.delenv("TINKHOI_CONTACT", raising=False)
    return DataFolder(root=tmp_path)


def written(data: DataFolder, text: str) -> Settings:
    (data.root / SETTINGS).write_text(text, encoding="utf-8")
    return data.settings()


def test_what_was_set_up_is_read_again(data: DataFolder) -> None:
    settings = Settings(
        contact='“q" <a@b.vn>',
        watch=("baoapbac", "x"),
        since=date(2020, 1, 1),
        minutes=30,
        captures_cap=20_000_000_000,
        captures_keep_days=365,
        alarms=("mailto://a:b@c.vn",),
    )
    path = data.save_settings(settings)
    assert data.settings() == settings
    assert path.read_text(encoding="utf-8").splitlines()[0] == 'contact = "“q\\" <a@b.vn>"'


def test_nothing_set_up_is_no_error(data: DataFolder) -> None:
    assert data.settings() == Settings()


@pytest.mark.parametrize(
    ("text", "key", "value"),
    [
        ('since = "2020-01-31"', "since", date(2020, 1, 31)),
        ("since = 2020-01-31", "since", date(2020, 1, 31)),
        ("minutes = 90", "minutes", 90.0),
        ('captures_cap = "20 GB"', "captures_cap", 20_000_000_000),
        ('captures_cap = "1.5 MB"', "captures_cap", 1_500_000),
        ("captures_cap = 5000", "captures_cap", 5000),
        ('watch = ["baoapbac"]', "watch", ("baoapbac",)),
    ],
)
def test_a_value_may_be_written_as_people_write_it(data: DataFolder, text: str, key: str, value: object) -> None:
    assert getattr(written(data, text), key) == value


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("contact = ", "cannot be read"),
        ('contcat = "a@b.vn"', "unknown key 'contcat'; the keys are contact, watch"),
        ("contact = 5", "contact = 5: "),
        ('watch = "baoapbac"', "watch = 'baoapbac': "),
        ("watch = [1]", "watch.0 = 1: "),
        ('since = "31/01/2020"', "since = '31/01/2020': write a day as 2020-01-31"),
        ("since = 2020", "since = 2020: "),
        ('minutes = "60"', "minutes = '60': "),
        ("minutes = 0", "minutes = 0: "),
        ('captures_cap = "20 gigs"', "captures_cap = '20 gigs': write a number of bytes, or a size as 20 GB"),
        ("captures_keep_days = true", "captures_keep_days = True: "),
    ],
)
def test_what_cannot_be_meant_names_the_file_and_the_key(data: DataFolder, text: str, said: str) -> None:
    with pytest.raises(RunError, match=SETTINGS) as caught:
        written(data, text)
    assert said in str(caught.value)
    assert caught.value.exit_code is ExitCode.CONFIGURATION


def test_no_password_is_printed(data: DataFolder) -> None:
    with pytest.raises(RunError, match="alarms: ") as caught:
        written(data, 'alarms = "mailto://toi:mat-khau@bao.example"')
    assert "mat-khau" not in str(caught.value)


def test_the_command_ends_with_4_and_the_doctor_says_it_once(
    data: DataFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    (data.root / SETTINGS).write_text('contcat = "a@b.vn"\n', encoding="utf-8")
    assert run(["sites", "--data", str(data.root)]) == ExitCode.CONFIGURATION
    assert f"{data.root / SETTINGS}: unknown key 'contcat'" in capsys.readouterr().err
    assert run(["doctor", "--data", str(data.root)]) == ExitCode.CONFIGURATION
    told = [line for line in capsys.readouterr().out.splitlines() if "contcat" in line]
    assert told == [line for line in told if line.startswith("✗ settings: ")] and len(told) == 1


def test_a_contact_in_the_environment_comes_first(data: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    data.save_settings(Settings(contact="a@b.vn"))
    monkeypatch.setenv("TINKHOI_CONTACT", "c@d.vn")
    assert data.settings().contact == "c@d.vn"


def test_a_file_that_only_needs_a_contact_takes_it_from_the_environment(
    data: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TINKHOI_CONTACT", "c@d.vn")
    assert data.settings() == Settings(contact="c@d.vn")
