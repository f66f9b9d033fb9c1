"""Good, bad and good nights for every profile: no good row is made worse, no junk kept, nothing lost."""

from __future__ import annotations

import pytest

from tests.faults.lying import Lied, play_lies
from tests.faults.profiles import LIES


@pytest.fixture(scope="module")
def lied(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Lied]:
    return play_lies(tmp_path_factory.mktemp("lies"), LIES)


@pytest.mark.parametrize("name", LIES)
def test_a_night_of_lies_changes_nothing_and_is_told(lied: dict[str, Lied], name: str) -> None:
    told = lied[name]
    assert told.worse == ()
    assert told.junk == ()
    assert told.missing == ()
    assert told.code in LIES[name].codes, told.verdict
