"""The command: bad input is one clear line and the right exit code, and nothing is written."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from flows.cli import run
from flows.outcome.exit_codes import ExitCode
from flows.storage.folder import DataFolder
from scraper.sample import SEED_KEY, SITE_ID

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


@pytest.fixture(autouse=True)
def _no_user_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TINKHOI_CONTACT", "TINKHOI_SITES", "TINKHOI_DATA"):
        monkeypatch.delenv(name, raising=False)


def one_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.startswith("tinkhoi:")]
    assert len(lines) == 1, text
    return lines[0]


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


def test_asking_before_the_first_run_says_so(tmp_path: Path, capsys: Output) -> None:
    assert run(["search", "đảng", "--data", str(tmp_path)]) == ExitCode.CONFIGURATION
    assert "no archive yet" in one_line(capsys.readouterr().err)
    assert not (tmp_path / "tinkhoi.db").exists()


def test_a_site_that_does_not_answer_fails_alone(tmp_path: Path, demo: DataFolder, capsys: Output) -> None:
    # The demo's newspaper has ended: its port refuses.
    code = run(["crawl", SITE_ID, "--data", str(tmp_path), "--sites", str(demo.root / "sites"), "--lang", "en"])
    assert code == ExitCode.SITES_FAILED
    out = capsys.readouterr().out
    assert f"⚠ {SITE_ID}: " in out
    with sqlite3.connect(tmp_path / "tinkhoi.db") as connection:
        assert connection.execute("SELECT count(*) FROM articles").fetchone() == (0,)


@pytest.mark.parametrize("words", ["dang uy khoi", "Đảng uỷ Khối", "Đảng ủy khối", "ĐẢNG ỦY KHỐI"])
def test_search_finds_the_same_in_each_spelling(words: str, demo: DataFolder, capsys: Output) -> None:
    def keys(text: str) -> list[str]:
        assert run(["search", text, "--data", str(demo.root), "--json", "--limit", "100"]) == 0
        return [json.loads(line)["key"] for line in capsys.readouterr().out.splitlines()]

    found = keys(words)
    assert SEED_KEY in found
    assert found == keys("dang uy khoi")


def test_snippets_show_the_original_words(demo: DataFolder, capsys: Output) -> None:
    assert run(["search", "dang uy khoi", "--data", str(demo.root), "--json", "--limit", "100"]) == 0
    hits = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    seed = next(hit for hit in hits if hit["key"] == SEED_KEY)
    assert "Đảng" in seed["snippet"] and "dang uy" not in seed["snippet"]


def test_show_gives_the_record_by_key_and_by_address(demo: DataFolder, capsys: Output) -> None:
    assert run(["show", f"{SITE_ID}/{SEED_KEY}", "--data", str(demo.root), "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["author"] == "P. MAI"
    mobile = next(url for url in record["urls"] if url.endswith("index.htm"))
    assert run(["show", mobile, "--data", str(demo.root)]) == 0
    text = capsys.readouterr().out
    assert "Thứ Năm, 11/07/2024, 15:51 (GMT+7)" in text and "Capture: " in text


def test_export_writes_each_article_once(demo: DataFolder, tmp_path: Path) -> None:
    file = tmp_path / "out.jsonl"
    assert run(["export", "--data", str(demo.root), "--output", str(file)]) == 0
    keys = [json.loads(line)["key"] for line in file.read_text(encoding="utf-8").splitlines()]
    assert len(keys) == len(set(keys)) > 60


def test_date_prints_the_moment_and_how_it_was_read(capsys: Output) -> None:
    assert run(["date", "Cập nhật: 09:13, 24/07/2024 (GMT+7)"]) == 0
    assert capsys.readouterr().out.startswith("2024-07-24T09:13:00+07:00\t")
    assert run(["date", "31/02/2024", "--json"]) == ExitCode.DATA
    assert json.loads(capsys.readouterr().out)["means"] is None


def test_help_starts_without_the_heavy_libraries() -> None:
    heavy = ("prefect", "scrapy", "datasette", "dateparser")
    code = f"import sys, flows.cli; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


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
    assert run(["watch", "remove", "kỷ luật", *data]) == ExitCode.CONFIGURATION
    assert "watch list" in one_line(capsys.readouterr().err)
    assert run(["watch", "add", "?!", *data]) == ExitCode.CONFIGURATION
    assert "no word" in one_line(capsys.readouterr().err)
