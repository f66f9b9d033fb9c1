from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.data_folder import DataFolder
from flows.demo import run_demo


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DataFolder]:
    """The archive that the demo makes, without Prefect: two nights on the sample newspaper."""
    root = tmp_path_factory.mktemp("archive")
    said: list[str] = []
    code = run_demo(DataFolder(root=root), "en", plain=True, say=said.append)
    assert code == 0, "\n".join(said)
    (root / "said.txt").write_text("\n".join(said), encoding="utf-8")
    yield DataFolder(root=root / "demo")


@pytest.fixture(scope="session")
def demo_said(demo: DataFolder) -> str:
    """What the demo printed."""
    return (demo.root.parent / "said.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def repository() -> Path:
    """The checkout."""
    return Path(__file__).resolve().parent.parent
