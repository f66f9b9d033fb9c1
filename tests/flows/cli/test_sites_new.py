"""``tinkhoi sites new``: a site of one's own, from its address to an archive, in the data folder alone."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from flows.cli import run
from flows.outcome.exit_codes import ExitCode
from flows.storage.folder import DataFolder
from scraper.sites.site import read_site
from scraper.store import open_reader
from tests.places import REPOSITORY

Output = pytest.CaptureFixture[str]
PAGE = REPOSITORY / "tests" / "pages" / "fixtures" / "wordpress" / "classic.html"


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    return DataFolder(root=tmp_path / "data")


def new(data: DataFolder, *words: str) -> int:
    return run(["--data", str(data.root), "sites", "new", *words])


def test_a_saved_page_becomes_a_site_of_the_data_folder(data: DataFolder, capsys: Output) -> None:
    assert new(data, str(PAGE), "--id", "moi", "--province", "Tiền Giang") == 0
    site = read_site(data.root / "sites" / "moi.toml")
    assert (site.family, site.home, site.province) == ("wordpress", "https://khoi.example.vn/", "Tiền Giang")
    assert (data.root / "sites" / "fixtures" / "wordpress" / "moi.json").is_file()
    assert "tinkhoi" in capsys.readouterr().out
    assert run(["--data", str(data.root), "sites"]) == 0
    assert "moi" in [line.split()[1] for line in capsys.readouterr().out.splitlines() if line.startswith("* ")]


def test_a_file_that_is_there_is_kept(data: DataFolder, capsys: Output) -> None:
    assert new(data, str(PAGE), "--id", "moi") == 0
    (data.root / "sites" / "moi.toml").write_text("# corrected by hand\n", encoding="utf-8")
    assert new(data, str(PAGE), "--id", "moi") == ExitCode.CONFIGURATION
    assert "--force" in capsys.readouterr().err
    assert (data.root / "sites" / "moi.toml").read_text(encoding="utf-8") == "# corrected by hand\n"


def test_another_folder_is_named_in_the_next_command(data: DataFolder, tmp_path: Path, capsys: Output) -> None:
    assert new(data, str(PAGE), "--id", "moi", "--out", str(tmp_path / "mine")) == 0
    assert (tmp_path / "mine" / "moi.toml").is_file()
    assert f"--sites {tmp_path / 'mine'} crawl moi --limit 5" in capsys.readouterr().out
    assert not data.root.exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["khong-co"], "neither a file nor an address"),
        ([str(PAGE), "--family", "khac"], "nukeviet"),
        (["https://khoi.example.vn/"], "tinkhoi setup --contact"),
    ],
)
def test_what_cannot_be_looked_at_is_one_line(data: DataFolder, words: list[str], said: str, capsys: Output) -> None:
    assert new(data, *words) == ExitCode.CONFIGURATION
    assert said in capsys.readouterr().err
    assert not list(data.root.glob("sites/*"))


@pytest.mark.slow
def test_an_address_becomes_a_site_that_is_crawled(tmp_path: Path) -> None:
    """The whole way in processes of their own, as Scrapy's engine starts once in a process."""
    import subprocess
    import sys

    from scraper.sample import SampleNewspaper

    root = tmp_path / "data"
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "PYTHONPATH": str(REPOSITORY)}

    def tinkhoi(*words: str) -> subprocess.CompletedProcess[str]:
        program = "from flows.cli import main; main()"
        return subprocess.run(
            [sys.executable, "-c", program, "--data", str(root), *words],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    with SampleNewspaper(today=date(2026, 11, 24)).serve() as server:
        made = tinkhoi("sites", "new", f"{server.url}/", "--id", "baomau")
        assert made.returncode == 0, made.stderr
        assert "family: apbac" in made.stdout
        crawled = tinkhoi("crawl", "baomau", "--limit", "5")
        assert crawled.returncode == 0, crawled.stderr
        first = crawled.stdout.splitlines()[0]
        assert "crawl of" in first and "night" not in first
        assert "CUT SHORT BY --limit 5" in first
        night = tinkhoi("nightly", "--plain")
        assert night.returncode == 0, night.stderr
        assert "night of" in night.stdout and "ALL IS WELL" in night.stdout
    with open_reader(root / "tinkhoi.db") as archive:
        assert archive.value("SELECT count(*) FROM articles WHERE site = 'baomau'") > 50
    assert {path.name for path in tmp_path.iterdir()} == {"data"}
