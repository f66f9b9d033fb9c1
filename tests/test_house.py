"""Rules of the house that no linter keeps: over every file that git tracks."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from pathlib import Path, PurePosixPath

import pytest

HOUSE = Path(__file__).resolve().parents[1]

pytestmark = pytest.mark.skipif(
    shutil.which("git") is None or not (HOUSE / ".git").exists(), reason="git, or the repository itself, is not here"
)

# Written in pieces, so that this file does not break its own rules.
REGISTRY = re.compile(
    r'registry = "' + r"http|--(extra-)?index" + r"-url|https?://[^ \"]*/simp" + r"le\b|https?://registry\."
)
MACHINE = re.compile(r"(^|[^A-Za-z0-9_.])/(" + "|".join(["work", "root", "farm", "tmp/bash_jobs"]) + r")/")
ROOMS_WITHOUT_A_NAME = {"utils", "util", "helpers", "helper", "common", "core", "manager", "handler", "misc"}


def tracked() -> list[PurePosixPath]:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=HOUSE, capture_output=True, text=True, check=True).stdout
    return [PurePosixPath(name) for name in listing.split("\0") if name and (HOUSE / name).is_file()]


def lines_that_match(pattern: re.Pattern[str]) -> list[str]:
    found = []
    for name in tracked():
        data = (HOUSE / name).read_bytes()
        if b"\0" in data[:8000]:
            continue
        for number, line in enumerate(data.decode("utf-8", "replace").splitlines(), start=1):
            if pattern.search(line):
                found.append(f"{name}:{number}: {line[:100]}")
    return found


def test_the_rules_find_what_they_forbid() -> None:
    assert REGISTRY.search("pip install --index" + "-url x")
    assert REGISTRY.search("https://example.org/simp" + "le/")
    assert MACHINE.search('open("/' + 'work/main/x")')
    assert not MACHINE.search("https://example.org/network/")


def test_no_tracked_file_names_a_package_registry() -> None:
    assert lines_that_match(REGISTRY) == []


def test_no_tracked_file_names_a_path_of_one_machine() -> None:
    assert lines_that_match(MACHINE) == []


def test_no_room_is_named_after_nothing() -> None:
    nameless = [str(p) for p in tracked() if ROOMS_WITHOUT_A_NAME & {*p.parent.parts, p.stem}]
    assert nameless == []


def test_a_module_is_named_in_words() -> None:
    modules = [p for p in tracked() if p.suffix == ".py"]
    assert modules
    assert [str(p) for p in modules if not re.fullmatch(r"_{0,2}[a-z][a-z0-9_]*", p.stem)] == []


def test_every_module_stands_in_a_layer() -> None:
    contracts = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    lines = [line for each in contracts if each["type"] == "layers" for line in each["layers"]]
    layers = {layer for line in lines for layer in line.split(" | ")} - {"flows"}
    modules = {
        ".".join(p.with_suffix("").parts).removesuffix(".__init__")
        for p in tracked()
        if p.parts[0] in {"scraper", "flows"} and p.suffix == ".py"
    }
    packages = {module for module in modules if any(other.startswith(f"{module}.") for other in modules)}
    laid = {module for module in modules if any(f"{module}.".startswith(f"{layer}.") for layer in layers)}
    # A package whose modules stand in several layers holds no code of its own.
    assert modules - laid - packages == set(), "name them in a layer of pyproject.toml (tool.importlinter)"
    assert all((HOUSE / package.replace(".", "/") / "__init__.py").stat().st_size < 400 for package in modules - laid)
    assert {layer for layer in layers if layer not in modules} == set()


def test_a_site_file_is_named_like_a_host() -> None:
    sites = [p for p in tracked() if p.parent == PurePosixPath("scraper/sites") and p.suffix == ".toml"]
    assert len(sites) > 60
    assert [str(p) for p in sites if not re.fullmatch(r"[a-z0-9]+(\.[a-z0-9]+)*(-[a-z0-9]+)?", p.stem)] == []


def test_nothing_collected_is_tracked() -> None:
    assert [str(p) for p in tracked() if p.parts[0] == "data" and p.name != "README.md"] == []
    assert [str(p) for p in tracked() if p.suffix in {".db", ".sqlite", ".log"}] == []
