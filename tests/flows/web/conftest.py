"""The pages as ``tinkhoi browse`` serves them, and Chromium to read them with."""

from __future__ import annotations

import http.client
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.conftest import ThreeNights

CHROMIUM = Path("/usr/bin/chromium")
BROWSE = "from flows.cli import main; main()"


@contextmanager
def serving(root: Path) -> Iterator[str]:
    """The address of ``tinkhoi browse`` over the data folder ``root``."""
    command = [
        sys.executable,
        "-c",
        BROWSE,
        "--data",
        str(root),
        "--lang",
        "vi",
        "browse",
        "--no-open",
        "--port",
        "0",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stderr is not None
        try:
            said = [process.stdout.readline(), process.stdout.readline()]
            match = re.match(r"(http://127\.0\.0\.1:\d+)/", said[1])
            assert match, (said, process.stderr.read() if said[1] == "" else "")
            yield match[1]
        finally:
            process.terminate()
            process.wait(30)
        errors = process.stderr.read()
        assert process.returncode == 0, errors
        assert "Traceback" not in errors


def get(address: str, path: str, method: str = "GET", **headers: str) -> tuple[int, http.client.HTTPMessage, str]:
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
    connection.request(method, path, headers=headers)
    answer = connection.getresponse()
    return answer.status, answer.headers, answer.read().decode("utf-8")


@pytest.fixture(scope="module")
def address(three_nights: ThreeNights) -> Iterator[str]:
    with serving(three_nights.data.root) as found:
        yield found


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is not installed")
    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser, address: str) -> Iterator[Page]:
    """A page of a Vietnamese reader; at the end, nothing was asked of another place and nothing was blocked."""
    context = chromium.new_context(locale="vi-VN", base_url=address)
    found = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    found.on("request", lambda request: asked.append(request.url))
    found.on("console", lambda message: said.append(message.text))
    yield found
    context.close()
    assert {url.removeprefix(address)[:1] for url in asked if not url.startswith("data:")} == {"/"}
    assert said == []
