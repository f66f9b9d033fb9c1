"""The page as it was served: its bytes and headers, shown without running anything of it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from flows.cli import run
from flows.outcome.exit_codes import ExitCode
from flows.share.served_page import SANDBOX, served_page
from flows.storage.folder import DataFolder
from scraper.clock import utc_now
from scraper.sample import SEED_KEY, SITE_ID
from scraper.store import open_reader
from scraper.store.archive import open_archive
from scraper.store.articles import find_key, forget


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
        assert place.marked == place.text and place.before.rstrip().endswith(">") and place.after.startswith("<")
    assert "HTTP 200" in page.head() and "text/html" in page.head()


def test_the_command_prints_headers_and_bytes(demo: DataFolder, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    options = ["--data", str(demo.root), "show", SEED_KEY, "--capture"]
    assert run(options) == ExitCode.OK
    out, err = capfdbinary.readouterr()
    head, _, body = out.partition(b"\n\n")
    assert b"lead: line " in err and b"published_text: line " in err
    assert head.startswith(b"HTTP 200\n") and b"Content-Type: text/html" in head
    assert body.startswith(b"<!DOCTYPE html>") and "Thứ Năm, 11/07/2024, 15:51 (GMT+7)".encode() in body
    assert run([*options, "--json"]) == ExitCode.OK
    assert json.loads(capfdbinary.readouterr().out)["status"] == 200


def test_a_page_that_links_to_what_was_taken_down_is_not_shown(
    demo: DataFolder, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    copy = DataFolder(root=tmp_path / "data")
    shutil.copytree(demo.root, copy.root)
    with open_archive(copy.database) as archive:
        body = read_seed_page(copy)
        linked = next(
            row["url"]
            for row in archive.rows("SELECT key, url FROM articles WHERE key <> ?", (SEED_KEY,))
            if row["key"].encode() in body
        )
        forget(archive, linked, at=utc_now())
    assert run(["--data", str(copy.root), "show", SEED_KEY, "--capture"]) == ExitCode.DATA
    out, err = capfdbinary.readouterr()
    assert out == b"" and b"was taken down here" in err
    assert run(["--data", str(copy.root), "show", SEED_KEY]) == ExitCode.OK


def read_seed_page(data: DataFolder) -> bytes:
    with open_reader(data.database) as archive:
        id_ = find_key(archive, SITE_ID, SEED_KEY)
        assert id_ is not None
        return served_page(archive, data.captures, id_).capture.body


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
