"""What a worker does before and beside its crawl, without a crawl."""

from __future__ import annotations

import gzip
import random
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.cluster import run_objects, worker
from flows.cluster.claims import Claim
from flows.cluster.objects import FolderObjects, StorageError
from flows.cluster.run_objects import Attempt, put_run, run_key
from flows.cluster.worker import AttemptStoppedError, RefusedError, work_on
from flows.runs.steps import LoggedSteps
from scraper.fetch.plan import CrawlPlan

ATTEMPT = Attempt("run", "shard-1")


@pytest.fixture
def objects(tmp_path: Path) -> FolderObjects:
    made = FolderObjects(tmp_path / "storage")
    put_run(made, "run", [], 100, "archive")
    return made


def is_claimed(objects: FolderObjects) -> bool:
    return objects.read(ATTEMPT.key("claim")) is not None


def test_a_run_that_is_being_stopped_is_not_begun(objects: FolderObjects) -> None:
    objects.put(run_key("run", "stop"), b"")
    with pytest.raises(AttemptStoppedError):
        work_on(ATTEMPT.address, objects, LoggedSteps())
    assert not is_claimed(objects)


def test_a_machine_of_another_version_says_so_and_keeps_its_place(
    objects: FolderObjects, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_objects, "__version__", "0.0.9")
    looks: list[float] = []

    def look(seconds: float) -> None:
        looks.append(seconds)
        told = objects.read(ATTEMPT.key("refused"))
        assert told is not None and b"0.0.9" in told[0]
        if len(looks) == 5:  # the night has ended
            objects.delete(run_key("run", "run.json"))

    monkeypatch.setattr(time, "sleep", look)
    with pytest.raises(RefusedError, match=r"this worker of 0\.0\.9"):
        worker._refuse_unfit(objects, ATTEMPT, wait=look)
    assert len(looks) == 5 and not is_claimed(objects)


@pytest.mark.parametrize(("minutes", "word"), [(2, "behind"), (-2, "ahead of")])
def test_a_machine_of_another_time_says_so(
    objects: FolderObjects, monkeypatch: pytest.MonkeyPatch, minutes: int, word: str
) -> None:
    other = datetime.now(UTC) + timedelta(minutes=minutes)
    monkeypatch.setattr(FolderObjects, "written", lambda *_: other)
    with pytest.raises(RefusedError, match=f"{word} the storage's"):
        worker._refuse_unfit(objects, ATTEMPT, seconds=0)
    assert objects.read(ATTEMPT.key("refused")) is not None


def test_a_storage_that_is_away_at_the_start_is_waited_for(
    objects: FolderObjects, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = iter(range(3))

    def ask() -> str:
        if next(times, None) is not None:
            raise StorageError("away")
        return "there"

    monkeypatch.setattr(time, "sleep", lambda _: None)
    assert worker._patiently(ask, 60) == "there"


def test_the_claim_is_renewed_between_parts_however_many_wait(
    objects: FolderObjects, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line that takes a megabyte in eight seconds, and a hundred of them to put."""
    plan = CrawlPlan(
        run="run",
        sites=("bao",),
        site_folders=(),
        snapshot=None,
        captures=tmp_path / "s.warc.gz",
        stats=tmp_path / "s.stats.json",
        contact="a@b.vn",
    )
    (tmp_path / "s.json").write_text(plan.to_json())
    member = gzip.compress(random.Random(1).randbytes(1_000_000))
    plan.captures.write_bytes(member * 100)
    now = 0.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    claim = Claim(objects, ATTEMPT.key("claim"), "one", seconds=100, clock=lambda: now)
    claim.take()
    work = worker._Work(objects, ATTEMPT, claim, tmp_path / "s.json", 60)
    put = objects.put

    def slowly(key: str, content: bytes) -> None:
        nonlocal now
        now += 8 if "/captures/" in key else 0
        put(key, content)
        claim.check()

    monkeypatch.setattr(objects, "put", slowly)
    work.finish(None)
    assert len(objects.keys(ATTEMPT.key("captures/"))) == 100
    assert claim.state.over and claim.state.count > 50
