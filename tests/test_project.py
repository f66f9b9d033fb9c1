"""What stands beside the code agrees with it: licence, changelog, hooks, issue forms, extras, targets of make."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement

from scraper.sites import Site
from tests.conftest import SLOW
from tests.places import REPOSITORY

PROJECT: dict[str, Any] = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
FORMS = sorted((REPOSITORY / ".github" / "ISSUE_TEMPLATE").glob("[!c]*.yml"))


def test_the_licence_names_who_holds_it() -> None:
    text = (REPOSITORY / "LICENSE").read_text(encoding="utf-8")
    (author,) = PROJECT["authors"]
    assert text.startswith("MIT License")
    assert PROJECT["license"] == "MIT"
    assert f"Copyright (c) 2026 {author['name']}\n" in text


def test_the_changelog_tells_of_this_version() -> None:
    text = (REPOSITORY / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## {re.escape(PROJECT['version'])}\b", text, re.M)


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"])
def test_links_lead_to_files_of_the_repository(page: str) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", (REPOSITORY / page).read_text(encoding="utf-8"))
    assert links
    assert [link for link in links if not (REPOSITORY / link).exists()] == []


def test_hooks_before_a_commit_run_the_tools_of_the_lock() -> None:
    hooks = yaml.safe_load((REPOSITORY / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    assert [source["repo"] for source in hooks] == ["local"]  # nothing is downloaded
    checks = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    for hook in hooks[0]["hooks"]:
        tool = re.match(r"\.venv/bin/([\w-]+)", hook["entry"])
        assert tool is not None, hook["entry"]
        assert f"$(BIN)/{tool[1]}" in checks, f"{tool[1]} is no tool of the checks"


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.stem)
def test_an_issue_form_asks_for_what_is_needed(form: Path) -> None:
    asked = {
        field["id"]: field
        for field in yaml.safe_load(form.read_text(encoding="utf-8"))["body"]
        if field["type"] != "markdown"
    }
    assert asked["address"]["validations"]["required"] is True
    for field in asked.values():
        assert field["attributes"]["label"]
    if "kind" in asked:
        offered = {option.split(" ")[0] for option in asked["kind"]["attributes"]["options"]}
        kind = Site.model_fields["kind"].annotation
        assert offered == set(getattr(kind, "__args__", ()))


def test_there_are_forms_for_a_site_and_for_a_misread_page() -> None:
    assert {form.stem for form in FORMS} == {"new_site", "page_misread"}


def test_every_extra_has_code_that_uses_it() -> None:
    imported = {
        name.split(".")[0]
        for room in ("scraper", "flows")
        for path in (REPOSITORY / room).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name in _imported(node)
    }
    for extra, requirements in PROJECT["optional-dependencies"].items():
        for requirement in requirements:
            assert Requirement(requirement).name in imported, f"nothing uses the extra {extra}"


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module] if isinstance(node, ast.ImportFrom) and node.module else []


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not here")
def test_help_tells_every_target() -> None:
    # A make that runs these tests hands its own state to the next one, which then tells the folders it enters.
    outside = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    said = subprocess.run(
        ["make", "help"], cwd=REPOSITORY, env=outside, capture_output=True, text=True, check=True
    ).stdout
    told = {line.split()[1] for line in said.splitlines()}
    (phony,) = re.findall(r"^\.PHONY: (.*)$", (REPOSITORY / "Makefile").read_text(encoding="utf-8"), re.M)
    assert told == set(phony.split())
    assert all(len(line.split()) > 2 for line in said.splitlines())


def test_what_is_said_to_be_slow_is_there() -> None:
    assert [name for name in SLOW if not (REPOSITORY / name).exists()] == []
