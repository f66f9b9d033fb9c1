"""The files from which a cluster is put up: who is told which secret, and whether each command is one we have."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement

from flows.crawl_shard import crawl_shard
from tests.places import REPOSITORY
from tests.test_project import PROJECT

COMPOSE = REPOSITORY / "compose.cluster.yaml"
SECRETS = {"DATABASE_SECRET", "PREFECT_SECRET", "STORAGE_SECRET"}


def loaded(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@pytest.fixture
def compose() -> Any:
    return loaded(COMPOSE)["services"]


@pytest.fixture
def prefect() -> Any:
    return loaded(REPOSITORY / "prefect.yaml")["deployments"]


def secrets_of(service: dict[str, Any]) -> set[str]:
    return SECRETS & set(re.findall(r"\$\{(\w+)", str(service.get("environment"))))


def test_each_service_is_told_the_secrets_it_needs_and_no_other(compose: Any) -> None:
    assert {name: secrets_of(service) for name, service in compose.items()} == {
        "database": {"DATABASE_SECRET"},
        "server": {"DATABASE_SECRET", "PREFECT_SECRET"},
        "storage": {"STORAGE_SECRET"},
        "deployment": {"PREFECT_SECRET", "STORAGE_SECRET"},
        "worker": {"PREFECT_SECRET", "STORAGE_SECRET"},
        "night": {"PREFECT_SECRET", "STORAGE_SECRET"},
    }


def test_a_secret_stands_in_the_environment_only_and_nothing_starts_without_it(compose: Any) -> None:
    written = COMPOSE.read_text(encoding="utf-8")
    for secret in SECRETS:
        assert f"${{{secret}:?" in written, f"{secret} has no refusal of an empty value"
    for service in compose.values():
        rest = {name: value for name, value in service.items() if name != "environment"}
        assert not [secret for secret in SECRETS if secret in str(rest)]
        for name, value in service.get("environment", {}).items():
            if re.search("PASSWORD|SECRET|AUTH|CONNECTION_URL", name):
                assert "${" in value, f"{name} is written out"


def test_only_the_ui_listens_outside_and_on_loopback(compose: Any) -> None:
    ports = {name: service["ports"] for name, service in compose.items() if "ports" in service}
    assert list(ports) == ["server"]
    assert all(port.startswith("127.0.0.1:") for port in ports["server"])
    assert not [name for name, service in compose.items() if service.get("network_mode")]


def test_a_worker_has_nothing_of_the_archive(compose: Any) -> None:
    assert "volumes" not in compose["worker"] and compose["worker"]["read_only"]
    assert [name for name, service in compose.items() if "TINKHOI_DATA" in str(service.get("volumes"))] == ["night"]


def test_all_wait_for_what_they_need(compose: Any) -> None:
    for service in compose.values():
        for needed, how in service.get("depends_on", {}).items():
            assert needed in compose
            if how["condition"] == "service_healthy":
                assert "healthcheck" in compose[needed]


def test_the_pool_of_the_workers_is_that_of_the_deployment(compose: Any, prefect: Any) -> None:
    (shard,) = [deployment for deployment in prefect if deployment["name"] == "crawl-shard"]
    pool = shard["work_pool"]["name"]
    assert shard["entrypoint"] == f"{crawl_shard.fn.__module__}.{crawl_shard.fn.__name__}"
    started = compose["worker"]["entrypoint"]
    assert started[started.index("--pool") + 1] == pool
    assert f"work-pool create {pool} " in compose["deployment"]["command"][0]
    others = [deployment["work_pool"]["name"] for deployment in prefect if deployment is not shard]
    assert pool not in others, "a night must not wait for a place among its own crawls"


def test_the_image_has_what_the_services_run(compose: Any) -> None:
    docker = (REPOSITORY / "Dockerfile").read_text(encoding="utf-8")
    assert " prefect.yaml " in docker
    assert "!prefect.yaml" in (REPOSITORY / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert f"WORKDIR {compose['deployment']['working_dir']}" in docker
    locked = (REPOSITORY / "requirements.lock").read_text(encoding="utf-8")
    for needed in (*PROJECT["optional-dependencies"]["cluster"], "asyncpg"):
        assert re.search(rf"^{Requirement(needed).name}==", locked, re.M)


def test_one_machine_needs_nothing_of_it(tmp_path: Path) -> None:
    names = [Requirement(needed).name for needed in PROJECT["dependencies"]]
    assert "obstore" not in names
    assert set(loaded(REPOSITORY / "compose.yaml")["services"]) == {"nights", "pages"}
    chosen = (
        "import sys; sys.modules['obstore'] = None\n"  # whoever imports it fails
        "from pathlib import Path\n"
        "from flows.cluster.choice import chosen_machines\n"
        "from flows.cluster.prefect_workers import PrefectWorkers\n"
        "from flows.runs.machines import ThisMachine\n"
        "from flows.runs.request import NightRequest\n"
        "from flows.storage.folder import DataFolder\n"
        f"request = NightRequest(data=DataFolder(root=Path({str(tmp_path)!r})), trigger='nightly')\n"
        "assert type(chosen_machines(request, PrefectWorkers())) is ThisMachine\n"
    )
    without = {name: value for name, value in os.environ.items() if name != "TINKHOI_STORAGE"}
    told = subprocess.run([sys.executable, "-c", chosen], env=without, capture_output=True, text=True, cwd=REPOSITORY)
    assert told.returncode == 0, told.stderr
