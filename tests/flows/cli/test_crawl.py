"""``tinkhoi crawl``: bad input is one clear line and the right exit code, and nothing is written."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from flows.cli import run
from flows.outcome.exit_codes import ExitCode
from flows.storage.folder import DataFolder
from scraper.clock import vietnam_today
from scraper.sample import SITE_ID
from tests.flows.cli.stderr_lines import one_line

Output = pytest.CaptureFixture[str]

OUTSIDE = """
name = "Báo Xa"
kind = "newspaper"
province = "Tiền Giang"
family = "apbac"
home = "https://xa.example/"
sections = ["/xay-dung-dang/"]
status = "live"
"""


def test_an_unknown_site_is_named(tmp_path: Path, capsys: Output) -> None:
    data = tmp_path / "data"
    assert run(["crawl", "khong-co", "--data", str(data)]) == ExitCode.CONFIGURATION
    assert "khong-co" in one_line(capsys.readouterr().err)
    assert not data.exists()


def test_a_bad_site_file_is_named_with_its_field(tmp_path: Path, capsys: Output) -> None:
    sites = tmp_path / "sites"
    sites.mkdir()
    (sites / "xa.toml").write_text(OUTSIDE.replace("newspaper", "magazine"), encoding="utf-8")
    data = tmp_path / "data"
    assert run(["crawl", "xa", "--sites", str(sites), "--data", str(data)]) == ExitCode.CONFIGURATION
    line = one_line(capsys.readouterr().err)
    assert "xa.toml" in line and "kind" in line
    assert not data.exists()


@pytest.mark.parametrize(
    ("day", "said"), [("yesterday", "write a day as 2024-07-11"), ("11/07/2024", "write a day"), ("", "write a day")]
)
def test_what_is_no_day_is_named_as_search_names_it(tmp_path: Path, capsys: Output, day: str, said: str) -> None:
    assert run(["crawl", "baoapbac", "--since", day, "--data", str(tmp_path / "data")]) == ExitCode.CONFIGURATION
    line = one_line(capsys.readouterr().err)
    assert repr(day) in line and said in line


@pytest.mark.parametrize("option", ["--since", "--until"])
def test_what_is_no_day_of_a_backfill_is_named_in_the_same_way(tmp_path: Path, capsys: Output, option: str) -> None:
    asked = ["backfill", "baoapbac", "--from", "wayback", "--data", str(tmp_path / "data")]
    assert run([*asked, option, "yesterday"]) == ExitCode.CONFIGURATION
    assert f"{option} 'yesterday': write a day as 2024-07-11" in one_line(capsys.readouterr().err)
    assert run([*asked, "--since", "2024-07-02", "--until", "2024-07-01"]) == ExitCode.CONFIGURATION
    assert "--since '2024-07-02': this is later than --until" in one_line(capsys.readouterr().err)
    assert run([*asked, "--since", "2999-01-01"]) == ExitCode.CONFIGURATION
    assert "this day is still to come" in one_line(capsys.readouterr().err)
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(("ahead", "refused"), [(0, False), (1, True), (400, True)])
def test_a_day_to_come_is_refused(tmp_path: Path, capsys: Output, ahead: int, refused: bool) -> None:
    day = str(vietnam_today() + timedelta(days=ahead))
    code = run(["crawl", "baoapbac", "--since", day, "--data", str(tmp_path / "data")])
    assert code == ExitCode.CONFIGURATION, "there is no contact address either"
    assert (day in one_line(capsys.readouterr().err)) is refused
    assert not (tmp_path / "data").exists()


def test_without_a_contact_address_the_open_web_is_not_asked(tmp_path: Path, capsys: Output) -> None:
    sites = tmp_path / "sites"
    sites.mkdir()
    (sites / "xa.toml").write_text(OUTSIDE, encoding="utf-8")
    data = tmp_path / "data"
    for command in (["crawl", "xa"], ["nightly", "--plain"]):
        assert run([*command, "--sites", str(sites), "--data", str(data)]) == ExitCode.CONFIGURATION
        assert "contact" in one_line(capsys.readouterr().err)
    assert not data.exists()


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path, demo: DataFolder, capsys: Output) -> None:
    (tmp_path / "tinkhoi.db").write_text("not a database, but long enough to look at " * 100, encoding="utf-8")
    before = (tmp_path / "tinkhoi.db").read_bytes()
    arguments = ["--data", str(tmp_path), "--sites", str(demo.root / "sites")]
    assert run(["crawl", SITE_ID, *arguments]) == ExitCode.DATABASE
    assert "tinkhoi.db" in one_line(capsys.readouterr().err)
    assert run(["search", "đảng", *arguments]) == ExitCode.DATABASE
    assert (tmp_path / "tinkhoi.db").read_bytes() == before


def test_a_site_that_does_not_answer_fails_alone(tmp_path: Path, demo: DataFolder, capsys: Output) -> None:
    # The demo's newspaper has ended: its port refuses.
    code = run(["crawl", SITE_ID, "--data", str(tmp_path), "--sites", str(demo.root / "sites"), "--lang", "en"])
    assert code == ExitCode.SITES_FAILED
    out = capsys.readouterr().out
    assert f"⚠ {SITE_ID}: " in out
    with sqlite3.connect(tmp_path / "tinkhoi.db") as connection:
        assert connection.execute("SELECT count(*) FROM articles").fetchone() == (0,)
