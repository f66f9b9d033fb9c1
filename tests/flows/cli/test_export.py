"""``tinkhoi export``."""

from __future__ import annotations

import json
from pathlib import Path

from flows.cli import run
from flows.storage.folder import DataFolder


def test_export_writes_each_article_once(demo: DataFolder, tmp_path: Path) -> None:
    file = tmp_path / "out.jsonl"
    assert run(["export", "--data", str(demo.root), "--output", str(file)]) == 0
    keys = [json.loads(line)["key"] for line in file.read_text(encoding="utf-8").splitlines()]
    assert len(keys) == len(set(keys)) > 60
