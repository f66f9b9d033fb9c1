"""What the leader makes of silence, of Prefect's word and of machines that refuse, without any machine."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.cluster.claims import Claim
from flows.cluster.leader import Cluster, RunState
from flows.cluster.objects import FolderObjects
from flows.cluster.run_objects import Attempt, AttemptEnd, put_run, run_key
from flows.outcome.crawl_end import CrawlEnd
from flows.outcome.exit_codes import ExitCode, RunError
from flows.runs.clock_check import WrongClock
from flows.runs.steps import LoggedSteps
from flows.storage.folder import DataFolder
from scraper.fetch.plan import CrawlPlan
from scraper.sites import Site
from scraper.store import open_archive
from scraper.store.runs import start_run

RUN = "20261128T183000Z-00ff"
SITES = {
    "bao": Site(
        id="bao", name="Báo", kind="newspaper", province="Tiền Giang", family="apbac", home="https://bao.test/"
    )
}
FIRST, SECOND, THIRD = (Attempt(RUN, "shard-1", number) for number in (1, 2, 3))


class Asked:
    """Workers that only note what was asked of them; a test says what becomes of it."""

    def __init__(self) -> None:
        self.submitted: list[str] = []
        self.said: dict[str, RunState] = {}
        self.cancelled: list[str] = []
        self.at_cancel: Callable[[], None] = lambda: None

    def submit(self, attempt: Attempt, sites: Sequence[str]) -> str:
        self.submitted.append(attempt.address)
        return attempt.address

    def states(self, runs: Sequence[str]) -> Mapping[str, RunState]:
        return {run: self.said.get(run, RunState.WAITING) for run in runs}

    def cancel(self, runs: Sequence[str]) -> None:
        self.at_cancel()
        self.cancelled += runs


class Scene:
    """A night of one shard whose time goes on by two seconds with each look; ``each`` is played between the looks."""

    def __init__(self, root: Path) -> None:
        self.data = DataFolder(root=root / "archive")
        self.data.create()
        with open_archive(self.data.database) as archive:
            start_run(archive, RUN, started=datetime.now(UTC), trigger="nightly", sites=[], version="1")
        self.objects, self.workers = FolderObjects(root / "storage"), Asked()
        self.seconds = 0.0
        self.each: Callable[[float], None] = lambda _: None
        self.cluster = Cluster(
            self.objects, self.workers, claim_seconds=300, clock=lambda: self.seconds, wait=self.pass_time
        )
        folder = self.data.runs / RUN
        folder.mkdir(parents=True)
        self.plan = folder / "shard-1.json"
        self.plan.write_text(
            CrawlPlan(
                run=RUN,
                sites=("bao",),
                site_folders=(),
                snapshot=None,
                captures=self.data.captures / f"{RUN}-1.warc.gz",
                stats=folder / "shard-1.stats.json",
                contact="a@b.vn",
            ).to_json()
        )

    def pass_time(self, _: float) -> None:
        self.seconds += 2
        if self.seconds > 20_000:
            raise AssertionError("the night does not end")
        self.each(self.seconds)

    def plan_again(self, plan: Path, number: int) -> Path:
        again = self.plan.with_name(f"shard-1-{number}.json")
        again.write_text(self.plan.read_text())
        return again

    def ends(self) -> list[CrawlEnd]:
        with self.cluster.crawls([self.plan], LoggedSteps(), self.plan_again, self.data, SITES) as ends:
            return list(ends)

    def crawl_whole(self, attempt: Attempt) -> None:
        """What a worker leaves that crawls the attempt to its end."""
        claim = Claim(self.objects, attempt.key("claim"), "one")
        claim.take()
        self.objects.put(attempt.key("end.json"), AttemptEnd(0, {}, {"finish_reason": "finished"}).to_json())
        claim.release()


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


def test_a_run_that_waits_for_hours_is_not_given_out_again(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    scene.each = lambda now: scene.crawl_whole(FIRST) if now == 8000 else None
    (end,) = scene.ends()
    assert end.exit_code == 0 and end.failure is None
    assert scene.workers.submitted == [FIRST.address]
    assert "still waits for a worker" in caplog.text


def test_a_run_that_a_worker_took_and_never_claimed_is_given_out_again(scene: Scene) -> None:
    """A machine that dies between its taking a run and the claim leaves the run pending for ever."""
    taken = 1000
    seen: dict[str, float] = {}

    def each(now: float) -> None:
        if now == taken:
            scene.workers.said[FIRST.address] = RunState.BEGUN
        for address in scene.workers.submitted:
            seen.setdefault(address, now)
        if SECOND.address in seen and scene.objects.read(SECOND.key("claim")) is None:
            scene.crawl_whole(SECOND)

    scene.each = each
    ends = scene.ends()
    assert [end.is_tried_again for end in ends] == [True, False]
    assert taken + 330 < seen[SECOND.address] < taken + 350
    late = Claim(scene.objects, FIRST.key("claim"), "late")
    with pytest.raises(Exception, match="has an owner"):
        late.take()


def test_machines_that_refuse_use_up_no_attempt(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    def each(_: float) -> None:
        number = len(scene.workers.submitted)
        attempt = Attempt(RUN, "shard-1", number)
        if number < 7:
            scene.objects.put(attempt.key("refused"), b"an earlier version")
        elif scene.objects.read(attempt.key("claim")) is None:
            scene.crawl_whole(attempt)

    scene.each = each
    ends = scene.ends()
    assert [end.is_tried_again for end in ends] == [True] * 6 + [False]
    assert ends[-1].failure is None
    assert scene.seconds < 60
    assert "a worker refused it: an earlier version" in caplog.text


def test_a_crawl_whose_machines_all_die_fails_after_three(scene: Scene) -> None:
    def each(_: float) -> None:
        attempt = Attempt(RUN, "shard-1", len(scene.workers.submitted))
        if scene.objects.read(attempt.key("claim")) is None:
            Claim(scene.objects, attempt.key("claim"), "dies").take()

    scene.each = each
    ends = scene.ends()
    assert [end.is_tried_again for end in ends] == [True, True, False]
    assert ends[-1].failure is not None
    assert scene.seconds > 3 * 330


def test_a_stop_is_in_the_storage_before_prefect_is_asked(scene: Scene) -> None:
    found: list[bool] = []
    scene.workers.at_cancel = lambda: found.append(scene.objects.read(run_key(RUN, "stop")) is not None)

    def stop(_: float) -> None:
        raise KeyboardInterrupt

    scene.each = stop
    with pytest.raises(KeyboardInterrupt):
        scene.ends()
    assert found == [True]
    assert scene.workers.cancelled == [FIRST.address]


def test_a_run_of_another_archive_in_the_storage_is_left_alone(scene: Scene) -> None:
    put_run(scene.objects, "other-run", [], 300, "20200101T000000Z-0000")
    plan = CrawlPlan.read(scene.plan)
    scene.objects.put(Attempt("other-run", "shard-1").key("plan.json"), plan.to_json().encode())
    before = scene.objects.keys("runs/")
    with pytest.raises(RunError, match="another archive") as refused:
        scene.cluster.fetch_left(scene.data, SITES)
    assert refused.value.exit_code is ExitCode.CONFIGURATION
    assert scene.objects.keys("runs/") == before


def test_a_run_of_this_archive_is_ended_and_fetched(scene: Scene) -> None:
    put_run(scene.objects, "own-run", [], 300, RUN)
    attempt = Attempt("own-run", "shard-1")
    scene.objects.put(attempt.key("plan.json"), CrawlPlan.read(scene.plan).to_json().encode())
    scene.objects.put(attempt.key("captures/00000001"), b"a part")
    assert scene.cluster.fetch_left(scene.data, SITES) == {"own-run"}
    assert (scene.data.captures / f"{RUN}-1.warc.gz").read_bytes() == b"a part"
    with pytest.raises(Exception, match="has an owner"):
        Claim(scene.objects, attempt.key("claim"), "late").take()


def test_a_leader_whose_clock_is_not_the_storage_s_gives_out_nothing(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    ahead = datetime.now(UTC) + timedelta(minutes=3)
    monkeypatch.setattr(FolderObjects, "written", lambda *_: ahead)
    with pytest.raises(WrongClock, match="behind the storage's"):
        scene.ends()
    assert scene.workers.submitted == []
