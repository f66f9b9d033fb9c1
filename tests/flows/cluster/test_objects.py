"""The storage: the same in a folder and in a bucket."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.cluster.objects import FolderObjects, Objects, StorageError
from flows.cluster.open_storage import open_objects
from flows.outcome.exit_codes import RunError


def test_what_was_put_is_read_whole_and_replaced_whole(objects: Objects) -> None:
    assert objects.read("runs/1/plan.json") is None
    objects.put("runs/1/plan.json", b"one")
    objects.put("runs/1/plan.json", "hai – hết".encode())
    found = objects.read("runs/1/plan.json")
    assert found is not None and found[0].decode() == "hai – hết"


def test_keys_come_in_order(objects: Objects) -> None:
    for key in ("runs/b/2", "runs/a/00000002", "runs/a/00000010", "runs/a/00000001", "other/1"):
        objects.put(key, b"x")
    assert objects.keys("runs/a/") == ["runs/a/00000001", "runs/a/00000002", "runs/a/00000010"]
    assert objects.keys("runs/") == ["runs/a/00000001", "runs/a/00000002", "runs/a/00000010", "runs/b/2"]
    assert objects.keys("nothing/") == []


def test_deleting_is_for_good_and_harms_no_neighbour(objects: Objects) -> None:
    objects.put("runs/a/1", b"x")
    objects.put("runs/a/2", b"x")
    objects.delete("runs/a/1")
    objects.delete("runs/a/1")
    assert objects.keys("runs/") == ["runs/a/2"]


def test_it_is_told_when_an_object_was_written(objects: Objects) -> None:
    assert objects.written("runs/a/1") is None
    before = datetime.now(UTC)
    objects.put("runs/a/1", b"x")
    written = objects.written("runs/a/1")
    assert written is not None and abs(written - before) < timedelta(minutes=1)


def test_of_many_that_create_one_object_one_wins(objects: Objects) -> None:
    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(lambda owner: objects.create("claim", f"owner {owner}".encode()), range(8)))
    (winner,) = [number for number, version in enumerate(won) if version is not None]
    found = objects.read("claim")
    assert found is not None and found[0] == f"owner {winner}".encode()
    assert won[winner] == found[1]


def test_of_many_that_replace_one_version_one_wins(objects: Objects) -> None:
    first = objects.create("claim", b"first")
    assert first is not None
    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(lambda owner: objects.replace("claim", f"owner {owner}".encode(), first), range(8)))
    assert sum(version is not None for version in won) == 1
    assert objects.replace("claim", b"too late", first) is None
    assert objects.replace("none", b"nothing to replace", first) is None


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "storage").write_text("a file")
    with pytest.raises(StorageError, match="storage"):
        FolderObjects(tmp_path / "storage").put("a/b", b"x")


def test_a_service_that_does_not_answer_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("obstore")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "tinkhoi")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "geheim")
    with pytest.raises(StorageError) as said:
        open_objects("s3://nowhere/at-all").put("a", b"x")
    assert "geheim" not in str(said.value) and "\n" not in str(said.value)


@pytest.mark.parametrize("address", ["gs://bucket", "http://example.org/x"])
def test_another_kind_of_storage_is_refused(address: str) -> None:
    with pytest.raises(RunError, match="s3://BUCKET/PREFIX"):
        open_objects(address)
