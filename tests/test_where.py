"""docs/where.md names files that are there, and few of them for each change."""

from __future__ import annotations

import re

from tests.places import REPOSITORY

PAGE = (REPOSITORY / "docs" / "where.md").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if line.startswith("| a")]
OURS = {  # an example of each name in capitals
    "scraper/sites/ID.toml": "scraper/sites/baoapbac.toml",
    "scraper/pages/NAME.py": "scraper/pages/cmsbody.py",
    "tests/pages/test_NAME.py": "tests/pages/test_cmsbody.py",
    "flows/cli/NAME.py": "flows/cli/search.py",
    "tests/flows/cli/test_NAME.py": "tests/flows/cli/test_search.py",
    "flows/web/NAME_page.py": "flows/web/coverage_page.py",
    "flows/web/templates/NAME.html": "flows/web/templates/coverage.html",
    "flows/share/NAME.py": "flows/share/exports.py",
    "tests/flows/share/test_NAME.py": "tests/flows/share/test_exports.py",
}


def test_every_file_that_is_named_is_there() -> None:
    named = re.findall(r"`((?:scraper|flows|tests|docs)/[^`]+)`", PAGE)
    assert len(named) > 25
    assert [path for path in named if not (REPOSITORY / OURS.get(path, path)).is_file()] == []


def test_ten_changes_touch_three_files_at_most() -> None:
    files = {change: [part for part in cell.split(", ") if "`" in part] for change, cell, *_ in ROWS}
    assert len(files) == 10
    assert {change: len(paths) for change, paths in files.items() if len(paths) > 3} == {}


def test_each_change_has_a_test() -> None:
    assert [change for change, _, test, *_ in ROWS if "`tests/" not in test] == []
