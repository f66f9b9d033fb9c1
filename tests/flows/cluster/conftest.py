"""The storages that the tests use: a folder, and a bucket of a stand-in for S3 in a process of its own."""

from __future__ import annotations

import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.cluster.objects import Objects
from flows.cluster.open_storage import open_objects
from tests.places import REPOSITORY

MOTO = REPOSITORY / ".venv-moto" / "bin" / "moto_server"


@pytest.fixture(scope="session")
def s3_service() -> Iterator[str]:
    """The address of a moto server."""
    if not MOTO.exists():
        pytest.skip("moto, the stand-in for S3, is not here; `make install` installs it")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [MOTO, "-H", "127.0.0.1", "-p", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{address}/moto-api/", timeout=5).close()
                break
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        yield address
    finally:
        server.terminate()
        server.wait()


@pytest.fixture
def s3(s3_service: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of an empty bucket, with what reaches it in the environment."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3_service)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "tinkhoi")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "tinkhoi")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    bucket = f"tinkhoi-{time.time_ns()}"
    urllib.request.urlopen(urllib.request.Request(f"{s3_service}/{bucket}", method="PUT"), timeout=10).close()
    return f"s3://{bucket}/bao"


@pytest.fixture(params=["folder", "s3"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty storage of each kind."""
    if request.param == "folder":
        return str(tmp_path / "storage")
    address: str = request.getfixturevalue("s3")
    return address


@pytest.fixture
def objects(storage: str) -> Objects:
    return open_objects(storage)
