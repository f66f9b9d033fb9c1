"""The keys of a run in the storage, and how it is given to workers.

``runs/RUN/run.json``            the program's version, the archive, its folders of site files, the seconds of a claim
``runs/RUN/sites/0/ID.toml``     the site files that are not built in
``runs/RUN/stop``                the run is being stopped
``runs/RUN/SHARD/1/plan.json``   the plan of the shard's first attempt; ``snapshot.db`` what is known of the archive
``runs/RUN/SHARD/1/claim``       who crawls it; ``refused`` why a machine did not
``runs/RUN/SHARD/1/captures/…``  parts of its captures; ``pages/…`` of what its pages print
``runs/RUN/SHARD/1/crawl.log``   the crawl's log
``runs/RUN/SHARD/1/end.json``    how it ended; what stands in it is all there
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from flows.cluster.objects import Objects
from scraper import __version__
from scraper.fetch.plan import CrawlPlan
from scraper.text.sentence import Sentence

RUNS = "runs/"


@dataclass(frozen=True)
class Attempt:
    """One attempt at the crawl of one shard, by the address that a worker is given."""

    run: str
    shard: str
    number: int = 1

    @property
    def address(self) -> str:
        """``RUN/SHARD/NUMBER``."""
        return f"{self.run}/{self.shard}/{self.number}"

    @classmethod
    def at(cls, address: str) -> Attempt:
        """The attempt of an address. Raises ValueError for any other text."""
        match address.split("/"):
            case [run, shard, number] if run and shard and number.isdigit():
                return cls(run, shard, int(number))
        raise ValueError(Sentence("{address!r} is no address of an attempt: write RUN/SHARD/NUMBER", address=address))

    def key(self, name: str) -> str:
        """The key of one of its objects."""
        return f"{RUNS}{self.address}/{name}"


def run_key(run: str, name: str = "") -> str:
    """The key of one of the run's objects, or what the keys of all begin with."""
    return f"{RUNS}{run}/{name}"


def part_key(attempt: Attempt, kind: str, number: int) -> str:
    """The key of a part. Keys sort in the order of their numbers, which begin with 1."""
    return attempt.key(f"{kind}/{number:08d}")


@dataclass(frozen=True)
class AttemptEnd:
    """How an attempt ended."""

    exit_code: int
    parts: Mapping[str, int]  # kind to the number of its parts
    stats: Mapping[str, Any]  # Scrapy's statistics

    def to_json(self) -> bytes:
        """The end as the content of an object."""
        return json.dumps(asdict(self), ensure_ascii=False, default=str).encode()

    @classmethod
    def from_json(cls, content: bytes) -> AttemptEnd:
        """The end that :meth:`to_json` wrote. Raises ValueError for any other content."""
        try:
            return cls(**json.loads(content))
        except TypeError as error:
            raise ValueError(Sentence("not the end of an attempt: {error}", error=error)) from error


def put_run(
    objects: Objects, run: str, site_folders: Sequence[Path], claim_seconds: float, archive: str | None
) -> None:
    """Puts what all shards of a run need. ``archive`` is the id of the archive that the run is for.

    Raises StorageError, and OSError where a site file cannot be read.
    """
    for number, folder in enumerate(site_folders):
        for path in sorted(folder.glob("*.toml")):
            objects.put(run_key(run, f"sites/{number}/{path.name}"), path.read_bytes())
    about = {
        "version": __version__,
        "site_folders": len(site_folders),
        "claim_seconds": claim_seconds,
        "archive": archive,
    }
    objects.put(run_key(run, "run.json"), json.dumps(about).encode())


def archive_of(objects: Objects, run: str) -> str | None:
    """The id of the archive that a run is for; None if the storage does not say. Raises StorageError."""
    about = objects.read(run_key(run, "run.json"))
    return json.loads(about[0]).get("archive") if about is not None else None


def put_attempt(objects: Objects, attempt: Attempt, plan: CrawlPlan) -> None:
    """Puts the plan of an attempt, with its snapshot. Raises StorageError, and OSError for the snapshot."""
    if plan.snapshot is not None:
        objects.put(attempt.key("snapshot.db"), plan.snapshot.read_bytes())
    objects.put(attempt.key("plan.json"), plan.to_json().encode())


class VersionError(Exception):
    """The run is one of another version of the program. The message says of which."""


def need_version(objects: Objects, attempt: Attempt) -> None:
    """Raises VersionError if the run is one of another version; LookupError if it is not there; StorageError."""
    run = objects.read(run_key(attempt.run, "run.json"))
    if run is None:
        raise LookupError(Sentence("{address}: the storage has no such run; has it ended?", address=attempt.address))
    version = json.loads(run[0])["version"]
    if version != __version__:
        raise VersionError(
            f"{attempt.address}: the run is of version {version}, this worker of {__version__};"
            " install the same version on all machines"
        )


def get_attempt(objects: Objects, attempt: Attempt, folder: Path) -> tuple[Path, float]:
    """Writes the plan of an attempt, its snapshot and its site files below ``folder``.

    Returns the plan's file, and how many seconds a claim stands that is not renewed.

    Raises StorageError; LookupError if the run is not there.
    """
    run, plan = objects.read(run_key(attempt.run, "run.json")), objects.read(attempt.key("plan.json"))
    if run is None or plan is None:
        raise LookupError(
            Sentence("{address}: the storage has no such plan; has the run ended?", address=attempt.address)
        )
    about = json.loads(run[0])
    site_folders = [folder / "sites" / str(number) for number in range(about["site_folders"])]
    for each in site_folders:
        each.mkdir(parents=True, exist_ok=True)
    for key in objects.keys(run_key(attempt.run, "sites/")):
        content = objects.read(key)
        _, number, name = key.rsplit("/", 2)
        (folder / "sites" / number / Path(name).name).write_bytes(content[0] if content else b"")
    written = CrawlPlan.from_json(plan[0].decode())
    snapshot = objects.read(attempt.key("snapshot.db"))
    if snapshot is not None:
        (folder / "snapshot.db").write_bytes(snapshot[0])
    here = written.model_copy(
        update={
            "site_folders": tuple(site_folders),
            "snapshot": folder / "snapshot.db" if snapshot is not None else None,
            "captures": folder / f"{attempt.shard}.warc.gz",
            "stats": folder / f"{attempt.shard}.stats.json",
        }
    )
    file = folder / f"{attempt.shard}.json"
    file.write_text(here.to_json(), encoding="utf-8")
    return file, float(about["claim_seconds"])


def delete_run(objects: Objects, run: str) -> None:
    """Deletes all objects of a run. Raises StorageError."""
    for key in objects.keys(run_key(run)):
        objects.delete(key)
