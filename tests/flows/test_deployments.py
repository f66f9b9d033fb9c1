"""The form of a run by hand: what it asks, what it offers, and nothing of what is ours alone."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path
from typing import Any

import pytest

from flows.deployments import make_deployments, share_with_runs
from flows.storage.folder import DataFolder, default_folder


@pytest.fixture
def forms() -> dict[str, dict[str, Any]]:
    """Deployment to the properties of its form, as Prefect's server is told them."""
    from prefect.utilities.callables import parameter_schema

    from flows import deployments

    real, seen = deployments.offering, {}

    def offering(*args: Any) -> Any:
        seen["collect"] = parameter_schema(offered := real(*args)).model_dump_for_openapi()["properties"]
        return offered

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(deployments, "offering", offering)
        made = make_deployments(at=time(1, 30), cron=None, sites=["baoapbac", "thtg"])
    assert [each.name for each in made] == ["nightly", "collect"]
    return seen


def test_the_form_offers_the_sites_and_asks_what_a_person_decides(forms: dict[str, dict[str, Any]]) -> None:
    form = forms["collect"]
    assert list(form) == ["sites", "since", "limit", "full"]
    assert form["sites"]["items"]["enum"] == ["baoapbac", "thtg"]
    assert {"type": "string", "format": "date"} in form["since"]["anyOf"]
    assert all(field["description"] for field in form.values())


def test_what_the_form_gives_is_checked() -> None:
    from prefect.exceptions import ParameterTypeError

    from flows.collect import collect

    given = collect.validate_parameters({"sites": ["baoapbac"], "since": "2024-07-01", "limit": 5})
    assert (given["sites"], given["since"], given["limit"]) == (("baoapbac",), date(2024, 7, 1), 5)
    for wrong in ({"since": "July"}, {"limit": 0}):
        with pytest.raises(ParameterTypeError):
            collect.validate_parameters(wrong)


def test_runs_find_the_archive_and_the_site_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TINKHOI_DATA", "elsewhere")
    monkeypatch.setenv("TINKHOI_SITES", str(tmp_path / "shell"))
    (tmp_path / "data" / "sites").mkdir(parents=True)
    data = DataFolder(root=tmp_path / "data", extra_sites=(tmp_path / "option",))
    folders = data.site_folders
    assert len(folders) == 3
    share_with_runs(data)
    assert default_folder() == data.root
    assert DataFolder(root=default_folder()).site_folders == folders
