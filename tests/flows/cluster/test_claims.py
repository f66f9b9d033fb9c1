"""Claims: one owner, and none while another may still ask."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.cluster.claims import Claim, ClaimLostError, ClaimWatch
from flows.cluster.objects import FolderObjects, Objects, StorageError


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


class AwayAtTimes:
    """A folder that does not answer while ``away``."""

    def __init__(self, root: Path) -> None:
        self.away = False
        self._folder = FolderObjects(root)

    def __getattr__(self, name: str) -> object:
        if self.away:
            raise StorageError("away")
        return getattr(self._folder, name)


def claim(objects: Objects, owner: str, clock: Clock) -> Claim:
    return Claim(objects, "claim", owner, seconds=100, clock=clock)


def test_a_claim_that_was_ever_taken_is_taken_by_nobody_else(objects: Objects) -> None:
    first, second = claim(objects, "one", Clock()), claim(objects, "two", Clock())
    first.take()
    for _ in range(2):
        with pytest.raises(ClaimLostError):
            second.take()
        first.renew({"articles": 5})
    first.release()
    with pytest.raises(ClaimLostError):
        second.take()


def test_the_leader_sees_progress_and_the_end(objects: Objects) -> None:
    owner, watch = claim(objects, "one", Clock()), ClaimWatch(objects, "claim", pause=5, clock=Clock())
    watch.look()
    assert [watch.is_over, watch.is_dead] == [False, False]
    owner.take()
    owner.renew({"articles": 5})
    watch.look()
    assert watch.state is not None
    assert watch.state.progress == {"articles": 5}
    assert [watch.is_over, watch.is_dead] == [False, False]
    owner.release()
    watch.look()
    assert [watch.is_over, watch.is_dead] == [True, False]


def test_who_stopped_renewing_has_stopped_asking_before_anyone_may_take_over(tmp_path: Path) -> None:
    clock, objects = Clock(), FolderObjects(tmp_path)
    owner, watch = claim(objects, "one", clock), ClaimWatch(objects, "claim", pause=5, clock=clock)
    owner.take()
    watch.look()
    stopped = dead = None
    for _ in range(200):
        clock.now += 1
        watch.look()
        if stopped is None:
            try:
                owner.check()
            except ClaimLostError:
                stopped = clock.now
        if dead is None and watch.is_dead:
            dead = clock.now
    assert stopped is not None and dead is not None
    assert stopped <= 1000 + 81 and dead > 1000 + 105


def test_whoever_renews_in_time_is_never_dead(tmp_path: Path) -> None:
    clock, objects = Clock(), FolderObjects(tmp_path)
    owner, watch = claim(objects, "one", clock), ClaimWatch(objects, "claim", pause=5, clock=clock)
    owner.take()
    for _ in range(50):
        clock.now += 70
        owner.check()
        owner.renew({})
        watch.look()
        assert not watch.is_dead
    clock.now += 120
    assert watch.is_dead
    owner.renew({})  # it was slow, not dead
    assert not watch.fence()
    watch.look()
    assert not watch.is_dead


def test_an_owner_that_was_fenced_learns_it(objects: Objects) -> None:
    clock = Clock()
    owner, watch = claim(objects, "one", clock), ClaimWatch(objects, "claim", pause=5, clock=clock)
    owner.take()
    watch.look()
    clock.now += 106
    assert watch.is_dead and watch.fence()
    with pytest.raises(ClaimLostError):
        owner.renew({})


def test_a_fence_before_any_owner_keeps_a_late_one_out(objects: Objects) -> None:
    watch = ClaimWatch(objects, "claim", pause=5, clock=Clock())
    watch.look()
    assert watch.fence()
    with pytest.raises(ClaimLostError):
        claim(objects, "late", Clock()).take()


def test_the_time_of_a_storage_that_is_away_proves_no_silence(tmp_path: Path) -> None:
    clock, objects = Clock(), AwayAtTimes(tmp_path)
    owner = claim(objects, "one", clock)  # type: ignore[arg-type]
    watch = ClaimWatch(objects, "claim", pause=5, clock=clock)  # type: ignore[arg-type]
    owner.take()
    watch.look()
    objects.away = True
    for _ in range(10):
        clock.now += 20
        with pytest.raises(StorageError):
            watch.look()
    objects.away = False
    watch.look()
    assert not watch.is_dead  # the owner may be about to renew
    clock.now += 106
    watch.look()
    assert watch.is_dead
