"""What the benchmarks of whole nights share: an archive that knows much, and the cost of one night."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from newspaper import LIST_LENGTH, Newspaper

from flows.storage.folder import DataFolder
from scraper.sites import load_sites
from scraper.store import Archive, open_archive
from scraper.store.archive import moment
from scraper.store.article_ids import first_id
from scraper.store.reference import sync_sites
from scraper.store.runs import end_run, start_run

ONE_NIGHT = Path(__file__).with_name("one_night.py")
RUN = "generated"
EARLIER = "generated-before"
SHOWN = timedelta(days=3)
"""How long the lists of a known paper have shown each story."""

CHUNK = 20_000


@dataclass(frozen=True)
class Night:
    """What one night cost and did."""

    cpu: float  # seconds, user and system, of all its processes
    crawl_cpu: float  # of them in the crawls and in what reads their pages ahead
    wall: float  # seconds
    memory: int  # bytes, the most that any of its processes had
    exit_code: int
    requests: dict[str, int]  # by kind
    new: int


def night(folder: Path, now: datetime) -> Night:
    """Runs one night in a process of its own and measures it."""
    began = time.monotonic()
    command = [sys.executable, str(ONE_NIGHT), str(folder), now.isoformat()]
    with (folder / "night.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
        assert process.stdout is not None
        said = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0 or not said:
        raise SystemExit(f"the night failed: {(folder / 'night.log').read_text(encoding='utf-8')[-3000:]}")
    told = json.loads(said.splitlines()[-1])
    return Night(
        cpu=used.ru_utime + used.ru_stime,
        wall=time.monotonic() - began,
        **told,
    )


def write_site(folder: Path, name: str, paper: Newspaper, port: int, *, delay: float) -> None:
    """Writes the paper's site file where the night finds it."""
    sites = folder / "sites"
    sites.mkdir(parents=True, exist_ok=True)
    (sites / f"{name}.toml").write_text(paper.site_file(port, delay=delay), encoding="utf-8")


def know(folder: Path, papers: dict[str, Newspaper], port: int) -> None:
    """An archive that has collected all stories of night 1, looked at the moment before the papers began.

    The stories have a sentence each for a body, so that a million of them can be made in minutes; they are not
    compared with one another (the table ``shingles`` is left empty).
    """
    data = DataFolder(root=folder)
    data.create()
    with open_archive(data.database) as archive:
        archive.execute("PRAGMA synchronous = OFF")
        archive.execute("PRAGMA cache_size = -400000")
        sync_sites(archive, load_sites(data.site_folders))
        at = next(iter(papers.values())).began
        start_run(archive, EARLIER, started=at - timedelta(days=400), trigger="manual", sites=[], version="generated")
        start_run(archive, RUN, started=at, trigger="manual", sites=list(papers), version="generated")
        for site, paper in papers.items():
            base = f"http://{paper.host}:{port}"
            for start in range(1, paper.known + 1, CHUNK):
                numbers = range(start, min(start + CHUNK, paper.known + 1))
                with archive.transaction():
                    for table, rows in _rows(archive, site, paper, base, numbers).items():
                        _insert(archive, table, rows)
                    archive.execute("DELETE FROM uncompared")
            with archive.transaction():
                _insert(archive, "sources", _sources(site, paper, base))
        end_run(archive, RUN, ended=at, verdict="ok", exit_code=0)
        archive.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def make_due(folder: Path, count: int, now: datetime) -> None:
    """Has ``count`` articles that no night fetched be due for a re-check at ``now``, a day after they came out."""
    with open_archive(DataFolder(root=folder).database) as archive, archive.transaction():
        archive.execute(
            "UPDATE articles SET last_looked = published_at WHERE id IN (SELECT id FROM articles"
            " WHERE id < :day_old AND etag IS NULL ORDER BY id DESC LIMIT :count)",
            {"day_old": first_id(now - timedelta(days=1), None), "count": count},
        )


def _insert(archive: Archive, table: str, rows: list[dict[str, Any]]) -> None:
    names, marks = ", ".join(rows[0]), ", ".join(f":{name}" for name in rows[0])
    archive.connection.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)


def _rows(
    archive: Archive, site: str, paper: Newspaper, base: str, numbers: range
) -> dict[str, list[dict[str, Any]]]:
    capture = (archive.value("SELECT max(id) FROM captures") or 0) + 1
    at = moment(paper.began)
    rows: dict[str, list[dict[str, Any]]] = {
        name: [] for name in ("captures", "articles", "revisions", "addresses", "listed")
    }
    for place, (number, id_) in enumerate(_ids(paper, numbers)):
        key, url, published = paper.key(number), base + paper.path(number), paper.published(number)
        listed_run = RUN if paper.began - published < SHOWN else EARLIER
        about = {"site": site, "key": key, "url": url}
        rows["captures"].append(
            {"id": capture + place, "site": site, "url": url, "fetched_at": at, "status": 200, "kind": "article"}
            | {"purpose": "article", "origin": "live", "file": f"{RUN}.warc.gz", "offset": number, "bytes": 0}
            | {"record_id": f"<{site}-{number}>", "run": RUN}
        )
        rows["articles"].append(
            about
            | {"id": id_, "published_day": published.date().isoformat(), "published_at": published.isoformat()}
            | {"published_precision": "minute", "published_text": paper.date_line(number), "state": "live"}
            | {"since": at, "origin": "live", "first_seen": at, "last_seen": at, "last_looked": at, "words": 20}
            | {"text_hash": key, "parser": "apbac 1", "revision": 1, "capture": capture + place, "captured_at": at}
            | {"title": paper.title(number), "tags": "[]", "date_evidence": "[]", "captions": ""}
            | {"body": f"Hội nghị lần thứ {number} của Đảng ủy Khối."}
        )
        rows["revisions"].append(
            {"article": id_, "number": 1, "seen_at": at, "why": "first", "silent": 0, "text_hash": key}
            | {"parser": "apbac 1", "capture": capture + place, "run": RUN}
        )
        for tail in ("", "index.htm"):
            rows["addresses"].append({"url": url + tail, "article": id_, "site": site, "key": key, "first_seen": at})
        rows["listed"].append(
            about
            | {
                "source": f"{base}/muc-0/",
                "first_listed": at,
                "outcome": "collected",
                "decided_at": at,
                "article": id_,
            }
            | {"last_listed": min(at, moment(published + SHOWN)), "decided_run": RUN, "listed_run": listed_run}
        )
    return rows


def _sources(site: str, paper: Newspaper, base: str) -> list[dict[str, Any]]:
    """The lists and feeds as a night leaves them that walked them all to their ends."""
    at = moment(paper.began)
    rows = []
    for path in paper.sources():
        section = int(path.split("/")[1].removeprefix("muc-"))
        head = [paper.key(number) for number in paper.listed(section, 1, 1)]
        pages = -(-paper.known // paper.sections // LIST_LENGTH)
        rows.append(
            {"url": base + path, "site": site, "kind": "feed" if path.endswith(".rss") else "list"}
            | {"last_looked": at, "last_whole": at, "last_sent": at, "last_walked": at}
            | {"head": json.dumps(head), "pages": pages}
        )
    return rows


def _ids(paper: Newspaper, numbers: range) -> Iterator[tuple[int, int]]:
    """Ids as the archive gives them; ``paper.host`` keeps those of several papers in one minute apart."""
    slot = int(paper.host.rpartition(".")[2])
    for number in numbers:
        yield number, first_id(paper.published(number), None) + slot
