"""The comparison with other programs runs as README says. What it prints of time is not looked at."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_the_short_form_prints_its_tables(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, REPOSITORY / "benchmarks" / "bench.py", "--short"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    rows = {line.split("|")[1].strip(): line.count("|") for line in done.stdout.splitlines() if line.startswith("|")}
    assert {"tinkhoi", "help", "quiet night", "the same through Prefect"} <= rows.keys()
    assert any(name.startswith("apbac, 1, ") for name in rows)
    assert {"2", "4"} <= rows.keys(), "memory by sites"
    assert "CPU of a night without" in done.stdout
    pages = [line for line in done.stdout.splitlines() if re.search(r"\(\d{3}\) \|$", line)]
    assert len(pages) > 80 and all(line.count("(200)") == 2 for line in pages)
    assert done.stdout.count("```mermaid") >= 2
    asked = done.stdout.partition("## What was asked")[2]
    parts = {line.split("|")[1].strip() for line in asked.splitlines() if line.startswith("| ")} - {"part"}
    assert parts == {"collect", "reading", "starts", "memory", "growth", "asking"}
    (beside_bare,) = re.findall(r"bytes of a night with news.*\| (\S+) \| not judged \|$", asked, re.M)
    assert 0.5 < float(beside_bare) < 2, "the requests are the bare client's"
    assert (
        "| growth | nights with another number of new articles than appeared | none | 0 of 2 | not judged |" in asked
    )
    assert "limits hold" not in asked and "BROKEN" not in done.stdout
