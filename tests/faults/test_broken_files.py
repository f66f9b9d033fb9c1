"""Site files that cannot be used cost a whole night nothing but their own sites, and are named wherever one looks."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.cli import run
from flows.outcome.exit_codes import ExitCode
from flows.runs.night import run_night
from flows.storage.folder import DataFolder
from flows.storage.settings import Settings
from tests.faults.newspaper import FaultNewspaper, Page, Reply
from tests.faults.nights import Nights, wrong

FAULTS = {
    "family": ('family = "apbac"', 'family = "apback"', "family: no family 'apback'"),
    "select": ("[fetch]", "[select]\ntitel = 'h1'\n[fetch]", "select: no field 'titel'"),
    "selector": ("[fetch]", "[select]\nbody = 'p >'\n[fetch]", "select.body"),
    "toml": ('kind = "newspaper"', 'kind = "newspaper', "cannot be read as TOML"),
    "type": ("delay = 0", 'delay = "slow"', "fetch.delay"),
    "line": ("sections =", "sektions =", "sektions"),
    "lost": ('home = "', 'home = "ftp://x', "home"),
}


def test_a_night_of_broken_site_files_collects_the_healthy_sites_and_names_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with FaultNewspaper(datetime.now(UTC)).serving() as good, FaultNewspaper(datetime.now(UTC)).serving() as spoilt:
        nights = Nights(tmp_path)
        nights.add("baotot", good)
        for name, (before, after, _) in FAULTS.items():
            text = spoilt.site_file()
            assert before in text
            (tmp_path / "sites" / f"{name}.toml").write_text(text.replace(before, after), encoding="utf-8")
        data = DataFolder(root=tmp_path)
        data.save_settings(Settings(watch=("nosuch",)))

        request = replace(nights.request(1), sites=(), trigger="nightly")
        summary = run_night(request)
        assert wrong(nights, "baotot", 1) == []
        assert summary.exit_code is ExitCode.SITES_FAILED
        said = {site: str(failure) for site, failure in summary.failures.items()}
        assert set(said) == {*FAULTS, "nosuch"}
        for name, (_, _, field) in FAULTS.items():
            assert f"{name}.toml" in said[name] and field in said[name]
        report = (data.runs / summary.run / "report.md").read_text(encoding="utf-8")
        assert all(f"⚠ {name}: " in report for name in said)

        run(["doctor", "--data", str(tmp_path), "--json"])
        checks = {row["about"]: row for row in map(json.loads, capsys.readouterr().out.splitlines())}
        assert checks["sites"]["code"] == ExitCode.CONFIGURATION
        assert all(field in checks["sites"]["detail"] for _, _, field in FAULTS.values())

        assert run(["sites", "--data", str(tmp_path)]) == ExitCode.CONFIGURATION
        listed = capsys.readouterr().out
        assert all(f"✗ {name}" in listed for name in FAULTS)

        assert run(["crawl", "toml", "--data", str(tmp_path)]) == ExitCode.CONFIGURATION
        assert "toml.toml: cannot be read as TOML" in capsys.readouterr().err


def test_a_site_whose_file_is_spoilt_between_two_nights_is_a_failure_in_the_archive_and_comes_back(
    tmp_path: Path,
) -> None:
    with FaultNewspaper(datetime.now(UTC)).serving() as first, FaultNewspaper(datetime.now(UTC)).serving() as second:
        nights = Nights(tmp_path)
        nights.add("mot", first)
        nights.add("hai", second)
        assert nights.run(1).exit_code is ExitCode.OK
        file = tmp_path / "sites" / "hai.toml"
        good = file.read_text(encoding="utf-8")
        file.write_text(good.replace("apbac", "apback"), encoding="utf-8")
        summary = nights.run(2)
        assert summary.exit_code is ExitCode.SITES_FAILED
        assert wrong(nights, "mot", 2) == []
        (row,) = nights.rows("SELECT verdict, reason FROM run_sites WHERE site = 'hai' AND run = ?", summary.run)
        assert row["verdict"] == "failed" and "no family 'apback'" in row["reason"]
        file.write_text(good, encoding="utf-8")
        assert nights.run(3).exit_code is ExitCode.OK
        assert wrong(nights, "hai", 3) == []


def test_a_cookie_wall_is_told_with_a_step_that_helps(tmp_path: Path) -> None:
    def wall(paper: FaultNewspaper, page: Page) -> Reply:
        return Reply(302, headers={"Location": page.path}) if page.story else page.good

    with FaultNewspaper(datetime.now(UTC)).serving() as paper:
        nights = Nights(tmp_path)
        nights.add("mot", paper)
        paper.profile = wall
        summary = nights.run(1)
        assert summary.exit_code is ExitCode.DATA
        (finding,) = [each for each in summary.findings if each.kind == "cookie-wall"]
        assert 'status = "blocked"' in str(finding.message) and "User-Agent" in str(finding.message)
        paper.profile = None
        nights.run(2)
        assert wrong(nights, "mot", 2) == []
