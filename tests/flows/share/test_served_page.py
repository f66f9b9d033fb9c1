"""The page as it was served: its bytes and headers, shown without running anything of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flows.cli import run
from flows.outcome.exit_codes import ExitCode
from flows.share.served_page import SANDBOX, served_page
from flows.storage.folder import DataFolder
from scraper.sample import SEED_KEY, SITE_ID
from scraper.store import open_reader
from scraper.store.articles import find_key


def test_each_field_has_its_place_in_the_source(demo: DataFolder) -> None:
    with open_reader(demo.database) as archive:
        id_ = find_key(archive, SITE_ID, SEED_KEY)
        assert id_ is not None
        page = served_page(archive, demo.captures, id_)
    lines = page.capture.body.decode().splitlines()
    found = {place.field: place for place in page.places}
    for field in ("published_text", "title", "lead"):
        place = found[field]
        assert place.line is not None and place.text[:40] in lines[place.line - 1]
    assert "HTTP 200" in page.head() and "text/html" in page.head()


def test_the_command_prints_headers_and_bytes(demo: DataFolder, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    options = ["--data", str(demo.root), "show", SEED_KEY, "--capture"]
    assert run(options) == ExitCode.OK
    head, _, body = capfdbinary.readouterr().out.partition(b"\n\n")
    assert head.startswith(b"HTTP 200\n") and b"Content-Type: text/html" in head
    assert body.startswith(b"<!DOCTYPE html>") and "Thứ Năm, 11/07/2024, 15:51 (GMT+7)".encode() in body
    assert run([*options, "--json"]) == ExitCode.OK
    assert json.loads(capfdbinary.readouterr().out)["status"] == 200


def test_a_capture_that_is_gone_is_told(demo: DataFolder, tmp_path: Path) -> None:
    with open_reader(demo.database) as archive:
        id_ = find_key(archive, SITE_ID, SEED_KEY)
        assert id_ is not None
        with pytest.raises(OSError, match="No such file"):
            served_page(archive, tmp_path, id_)


def test_the_policy_lets_nothing_run_or_load() -> None:
    directives = {part.strip().split(" ")[0]: part.strip() for part in SANDBOX.split(";")}
    assert directives["sandbox"] == "sandbox"  # no allow-scripts, no allow-same-origin
    assert directives["default-src"] == "default-src 'none'"
    assert "script-src" not in directives and directives["img-src"] == "img-src data:"
