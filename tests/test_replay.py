"""Our captures open in readers that are not ours: warcio's own check, and pywb, which replays them."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, build_opener

import pytest

from flows.storage.folder import DataFolder
from scraper.captures import read_captures
from scraper.sample import SEED_KEY
from tests.places import PYWB

COLLECTION = "sample"
START_SECONDS = 60.0


@pytest.fixture(scope="module")
def captures(demo: DataFolder) -> list[Path]:
    return sorted(demo.captures.glob("*.warc.gz"))


@pytest.fixture(scope="module")
def replay(captures: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """pywb on loopback, over the captures of the demo's nights."""
    if not (PYWB / "wayback").exists():
        pytest.skip("pywb is not installed: run `make install`")
    folder = tmp_path_factory.mktemp("pywb")
    for arguments in (["init", COLLECTION], ["add", COLLECTION, *map(str, captures)]):
        subprocess.run([PYWB / "wb-manager", *arguments], cwd=folder, check=True, capture_output=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [PYWB / "wayback", "--bind", "127.0.0.1", "--port", str(port)]
    server = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # type: ignore[arg-type]
    try:
        home = f"http://127.0.0.1:{port}"
        ends = time.monotonic() + START_SECONDS
        while time.monotonic() < ends:
            try:
                get(f"{home}/")
                break
            except URLError:
                time.sleep(0.2)
        yield f"{home}/{COLLECTION}/mp_/"
    finally:
        server.terminate()
        server.wait(10)


def get(url: str) -> tuple[int, str]:
    """Status and text, without the proxy that the environment may name."""
    try:
        with build_opener(ProxyHandler({})).open(url, timeout=30) as response:
            return response.status, response.read().decode("utf-8", "replace")
    except HTTPError as error:
        return error.code, error.read().decode("utf-8", "replace")


def captured(captures: list[Path], ending: str, status: int = 200) -> str:
    """The address of a capture that ends so."""
    found = [
        capture.url
        for file in captures
        for capture in read_captures(file)
        if capture.url.endswith(ending) and capture.status == status
    ]
    assert found, f"nothing captured that ends in {ending!r}"
    return found[0]


def test_warcio_finds_each_record_and_its_digests_sound(captures: list[Path]) -> None:
    assert len(captures) == 2
    done = subprocess.run(
        [sys.executable, "-m", "warcio.cli", "check", *map(str, captures)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONUTF8": "1"},
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_an_article_is_replayed_with_its_words(captures: list[Path], replay: str) -> None:
    status, page = get(replay + captured(captures, f"-{SEED_KEY}/"))
    assert status == 200
    assert "Thứ Năm, 11/07/2024, 15:51 (GMT+7)" in page
    assert "Bí thư Đảng ủy Khối Thải Ngọc Bảo Trâm phát biểu tại hội nghị." in page


def test_a_list_page_is_replayed(captures: list[Path], replay: str) -> None:
    status, page = get(replay + captured(captures, "/xay-dung-dang/?page=2"))
    assert status == 200
    assert "<a href=" in page


def test_robots_is_replayed(captures: list[Path], replay: str) -> None:
    status, text = get(replay + captured(captures, "/robots.txt"))
    assert status == 200
    assert "Disallow: /tim-kiem/" in text


def test_an_error_is_replayed_with_its_status(captures: list[Path], replay: str) -> None:
    status, _ = get(replay + captured(captures, "/", status=404))
    assert status == 404
