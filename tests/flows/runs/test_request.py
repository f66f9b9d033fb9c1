"""The sites that a request chooses, and requests that are refused before anything is done."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from flows.outcome.exit_codes import ExitCode, RunError
from flows.runs.request import NightRequest, choose_sites
from flows.storage.folder import DataFolder
from flows.storage.settings import Settings

SITE = """
name = "Báo thử"
kind = "newspaper"
province = "Tiền Giang"
family = "apbac"
home = "https://bao.example/"
sections = ["/tin/"]
status = "{status}"
"""


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    """A folder with a site of each kind of status; nothing is set up."""
    (tmp_path / "sites").mkdir()
    for status in ("live", "unverified", "gone"):
        (tmp_path / "sites" / f"{status}.toml").write_text(SITE.format(status=status), encoding="utf-8")
    return DataFolder(root=tmp_path)


def test_a_night_takes_live_sites_and_watched_ones_that_are_not_gone(data: DataFolder) -> None:
    data.save_settings(Settings(contact="toi@example.vn", watch=("unverified", "gone")))
    assert set(choose_sites(NightRequest(data=data))) == {"live", "unverified"}


def test_by_hand_any_site_may_be_named(data: DataFolder) -> None:
    data.save_settings(Settings(contact="toi@example.vn"))
    assert set(choose_sites(NightRequest(data=data, sites=("gone",)))) == {"gone"}


@pytest.mark.parametrize(
    ("settings", "sites", "says"),
    [
        (Settings(contact="toi@example.vn"), ("live", "nosuch"), "unknown site 'nosuch'"),
        (Settings(), (), "no contact address is set, so nothing is asked of the open web (live)"),
    ],
)
def test_what_cannot_be_run_is_refused(
    data: DataFolder, settings: Settings, sites: tuple[str, ...], says: str
) -> None:
    data.save_settings(settings)
    with pytest.raises(RunError) as refused:
        choose_sites(NightRequest(data=data, sites=sites))
    assert says in str(refused.value)
    assert refused.value.exit_code is ExitCode.CONFIGURATION


def test_where_no_site_is_live_or_watched_setup_is_named(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="tinkhoi setup --province") as refused:
        choose_sites(NightRequest(data=DataFolder(root=tmp_path)))
    assert refused.value.exit_code is ExitCode.CONFIGURATION


def test_a_day_to_come_is_refused_in_the_form_too() -> None:
    from flows.collect import _request

    with pytest.raises(RunError, match="'2999-01-01': this day is still to come") as refused:
        choose_sites(_request(("baoapbac",), since=date(2999, 1, 1)))
    assert refused.value.exit_code is ExitCode.CONFIGURATION
