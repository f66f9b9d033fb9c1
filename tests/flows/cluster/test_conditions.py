"""A storage without conditional writes is refused before any work is given out."""

from __future__ import annotations

import threading
from typing import cast

import pytest

from flows.cluster.conditions import WRITERS, need_conditions
from flows.cluster.objects import Objects, Version
from flows.outcome.exit_codes import ExitCode, RunError


class TakesNoHeed:
    """The headers are taken and ignored."""

    def __init__(self) -> None:
        self.contents: dict[str, bytes] = {}

    def create(self, key: str, content: bytes) -> Version | None:
        self.contents[key] = content
        return content.hex()

    def replace(self, key: str, content: bytes, version: Version) -> Version | None:
        return self.create(key, content)

    def delete(self, key: str) -> None:
        del self.contents[key]


class LooksFirst(TakesNoHeed):
    """The condition is looked at before the write, and others may write between: several writers win."""

    def __init__(self) -> None:
        super().__init__()
        self.all_have_looked = threading.Barrier(WRITERS)

    def create(self, key: str, content: bytes) -> Version | None:
        is_there = key in self.contents
        self.all_have_looked.wait(5)
        return None if is_there else super().create(key, content)


class ForgetsTheVersion(TakesNoHeed):
    """A new object is made once, but whoever would replace it may."""

    def __init__(self) -> None:
        super().__init__()
        self.lock = threading.Lock()

    def create(self, key: str, content: bytes) -> Version | None:
        with self.lock:
            return None if key in self.contents else super().create(key, content)

    def replace(self, key: str, content: bytes, version: Version) -> Version | None:
        return super().create(key, content)


def test_a_storage_that_keeps_them_passes_and_nothing_is_left(objects: Objects) -> None:
    need_conditions(objects)
    assert objects.keys("conditions/") == []


@pytest.mark.parametrize("kind", [TakesNoHeed, LooksFirst, ForgetsTheVersion])
def test_a_storage_that_does_not_is_refused(kind: type[TakesNoHeed]) -> None:
    objects = kind()
    with pytest.raises(RunError, match="conditions of writes") as refused:
        need_conditions(cast(Objects, objects))
    assert refused.value.exit_code is ExitCode.CONFIGURATION
    assert objects.contents == {}
