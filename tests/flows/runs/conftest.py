"""What an archive of pages holds of the sample newspaper, and an archive of ours that has none of it yet."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.storage.folder import DataFolder
from tests.conftest import ThreeNights


@pytest.fixture
def captures(three_nights: ThreeNights) -> list[Path]:
    """The capture files of three nights, oldest first."""
    return sorted(three_nights.data.captures.glob("*.warc.gz"))


@pytest.fixture
def empty(three_nights: ThreeNights, tmp_path: Path) -> DataFolder:
    """An empty archive that knows the sample newspaper."""
    return DataFolder(root=tmp_path / "data", extra_sites=(three_nights.data.root / "sites",))
