from __future__ import annotations

import os
import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from pathlib import Path

import pytest

from scraper.fetch.snapshot import Snapshot, Validators, Wanted
from scraper.items import ListEntry
from scraper.sites import Fetch, Site
from scraper.store import Archive, open_archive, seal
from scraper.store import snapshot as snapshots
from scraper.store.archive import moment
from scraper.store.articles import Saved, confirm, forget, mark_absent
from scraper.store.ledgers import Decision, LinkOutcome, decide, list_link, look_at_source
from scraper.store.snapshot import write_snapshot
from scraper.store.source_walks import close_gap, note_gap, note_walk

NIGHT = datetime(2024, 7, 11, 18, 30, tzinfo=UTC)
VIETNAM = timezone(timedelta(hours=7))
URL = "https://baoapbac.vn/xay-dung-dang/202407/bai-viet-1/"
Keep = Callable[..., Saved]


@pytest.fixture
def taken(archive: Archive, sites: dict[str, Site], tmp_path: Path) -> Callable[..., Snapshot]:
    def take(days: float = 0, site: Site | None = None) -> Snapshot:
        file = tmp_path / f"snapshot {days}.db"
        write_snapshot(archive, file, [site] if site else sites.values(), NIGHT + timedelta(days=days))
        return Snapshot(file)

    return take


def due(snapshot: Snapshot, site: str = "baoapbac") -> list[str]:
    return [wanted.key for wanted in snapshot.due(site)]


def test_articles_are_known_by_every_key_they_ever_had(
    archive: Archive, keep: Keep, taken: Callable[..., Snapshot]
) -> None:
    first = keep("1")
    keep("2", hours=1, same_as=first.id)
    keep("3", site="baobinhdinh")
    with taken() as snapshot:
        assert snapshot.is_known("baoapbac", "1") and snapshot.is_known("baoapbac", "2")
        assert snapshot.is_known("baobinhdinh", "3") and not snapshot.is_known("baoapbac", "3")


# Published on 11 July at 15:51 in Vietnam, first seen that night; looked at again on the days of the site file.
@pytest.mark.parametrize(
    ("looked_after_days", "now_after_days", "is_due"),
    [
        (0, 0.1, False),
        (0, 0.7, True),  # a day after publication, at 15:51, has passed
        (0.7, 0.8, False),
        (0.7, 2.7, True),
        (2.7, 6, False),
        (2.7, 6.7, True),
        (6.7, 29, False),
        (6.7, 30, True),
        (30, 300, False),
        (0, 300, True),  # the machine slept for most of a year
    ],
)
def test_articles_are_due_on_the_days_of_the_site_file(
    archive: Archive,
    keep: Keep,
    taken: Callable[..., Snapshot],
    looked_after_days: float,
    now_after_days: float,
    is_due: bool,
) -> None:
    saved = keep("1")
    confirm(archive, saved.id or 0, NIGHT + timedelta(days=looked_after_days))
    with taken(now_after_days) as snapshot:
        assert due(snapshot) == (["1"] if is_due else [])


@pytest.mark.parametrize("days", [(1, 3, 7, 30), (5,), (30, 2)])
def test_an_article_is_due_if_one_of_its_days_came_since_the_last_look(
    archive: Archive, keep: Keep, taken: Callable[..., Snapshot], sites: dict[str, Site], days: tuple[int, ...]
) -> None:
    chance, now, expected = random.Random(str(days)), NIGHT + timedelta(days=60), []
    for number in range(60):
        out = NIGHT - timedelta(hours=chance.randrange(-24 * 60, 24 * 20))
        looked = out + timedelta(hours=chance.randrange(24 * 40))
        id_ = keep(str(number), published_at=out).id
        archive.execute("UPDATE articles SET last_looked = ? WHERE id = ?", (moment(looked), id_))
        came = [out + timedelta(days=day) for day in days]
        if any(looked < day <= now for day in came):
            expected.append(str(number))
    site = sites["baoapbac"].model_copy(update={"fetch": Fetch(recheck_days=days)})
    with taken(60, site) as snapshot:
        assert due(snapshot) == sorted(expected)
    assert 0 < len(expected) < 60


def test_an_article_found_long_after_its_publication_is_not_looked_at_again(
    keep: Keep, taken: Callable[..., Snapshot]
) -> None:
    keep("1", published_at=datetime(2020, 1, 1, tzinfo=VIETNAM))
    with taken(2) as snapshot:
        assert due(snapshot) == []


def test_a_site_says_when_its_articles_are_looked_at_again(
    keep: Keep, taken: Callable[..., Snapshot], sites: dict[str, Site]
) -> None:
    keep("1")
    site = sites["baoapbac"]
    with taken(2.7, site.model_copy(update={"fetch": Fetch(recheck_days=(5,))})) as snapshot:
        assert due(snapshot) == []
    with taken(5, site.model_copy(update={"fetch": Fetch(recheck_days=(5,))})) as snapshot:
        assert due(snapshot) == ["1"]
    with taken(50, site.model_copy(update={"fetch": Fetch(recheck_days=())})) as snapshot:
        assert due(snapshot) == []


def test_a_gone_article_may_come_back(
    archive: Archive, keep: Keep, taken: Callable[..., Snapshot], capture: Callable[..., int]
) -> None:
    saved = keep("1")
    at = NIGHT + timedelta(days=1)
    mark_absent(archive, saved.id or 0, URL, state="gone", reason="http 404", at=at, capture=capture(URL, 24))
    with taken(1.1) as snapshot:
        assert due(snapshot) == []
    with taken(3) as snapshot:
        assert due(snapshot) == ["1"]


def test_a_look_again_is_made_with_the_validators_of_the_last_good_answer(
    archive: Archive, keep: Keep, taken: Callable[..., Snapshot]
) -> None:
    keep("1")
    archive.execute("UPDATE articles SET etag = 'W/\"a\"', last_modified = 'Thu, 11 Jul 2024 08:51:00 GMT'")
    with taken(1) as snapshot:
        expected = Wanted("1", URL, Validators('W/"a"', "Thu, 11 Jul 2024 08:51:00 GMT"))
        assert list(snapshot.due("baoapbac")) == [expected]


def test_links_without_an_article_are_tried_again_for_a_month(
    archive: Archive, keep: Keep, taken: Callable[..., Snapshot]
) -> None:
    for number, outcome in enumerate(LinkOutcome):
        entry = ListEntry(url=f"https://baoapbac.vn/a/202407/b-{number}/")
        list_link(
            archive,
            site="baoapbac",
            key=str(number),
            url=entry.url,
            entry=entry,
            source="https://baoapbac.vn/a/",
            at=NIGHT,
            run="night-1",
            first=Decision(LinkOutcome.WAITING),
        )
        reason = "redirected" if outcome is LinkOutcome.OFFSITE else "not-an-article"
        decide(archive, "baoapbac", str(number), Decision(outcome, reason), at=NIGHT, run="night-1")
    keys = {outcome: str(number) for number, outcome in enumerate(LinkOutcome)}
    with taken(1) as snapshot:
        pending = {wanted.key: wanted.url for wanted in snapshot.pending("baoapbac")}
        known = {outcome for outcome, key in keys.items() if snapshot.is_known("baoapbac", key)}
    tried = set(LinkOutcome) - {LinkOutcome.COLLECTED, LinkOutcome.FORGOTTEN}
    assert pending.keys() == {keys[outcome] for outcome in tried}
    assert pending[keys[LinkOutcome.FAILED]] == f"https://baoapbac.vn/a/202407/b-{keys[LinkOutcome.FAILED]}/"
    assert known == {LinkOutcome.COLLECTED}
    with taken(31) as snapshot:
        assert list(snapshot.pending("baoapbac")) == []


def test_what_was_forgotten_is_known(archive: Archive, keep: Keep, taken: Callable[..., Snapshot]) -> None:
    keep("1")
    forget(archive, URL, at=NIGHT)
    with taken(1) as snapshot:
        assert snapshot.is_known("baoapbac", "1")
        assert due(snapshot) == []


def test_sources_have_validators_only_where_nothing_of_them_is_open(
    archive: Archive, taken: Callable[..., Snapshot]
) -> None:
    def look(days: float, whole: bool, validators: Validators | None, sent: float = 0) -> Validators:
        look_at_source(
            archive,
            site="baoapbac",
            url="https://baoapbac.vn/a/",
            kind="list",
            at=NIGHT + timedelta(days=days),
            whole=whole,
            validators=validators,
        )
        sent_at = (NIGHT + timedelta(days=sent)).isoformat()
        note_walk(archive, "baoapbac", "https://baoapbac.vn/a/", last_sent=sent_at, last_walked=sent_at)
        with taken(days) as snapshot:
            return snapshot.validators("https://baoapbac.vn/a/")

    tag = Validators('"1"', None)
    assert look(0, True, tag) == tag
    assert look(1, True, None) == tag  # not modified
    note_gap(archive, "baoapbac", "https://baoapbac.vn/a/", "http 500", at=NIGHT, run="night-1")
    assert look(1, True, None) == Validators()  # what lies between must be walked through
    close_gap(archive, "baoapbac", "https://baoapbac.vn/a/", at=NIGHT, run="night-1")
    assert look(1, True, None, sent=-2) == Validators()  # nobody is believed for ever that nothing has changed
    assert look(1, True, None) == tag
    assert look(2, False, Validators()) == Validators()
    assert look(1.5, True, tag) == Validators()  # an older look, read late
    rows = archive.rows("SELECT last_looked, last_whole FROM sources")
    days = (NIGHT + timedelta(days=2), NIGHT + timedelta(days=1))
    assert [tuple(row) for row in rows] == [tuple(day.isoformat() for day in days)]


def test_an_old_snapshot_is_replaced_and_the_archive_is_not_changed(
    archive: Archive, keep: Keep, sites: dict[str, Site], tmp_path: Path
) -> None:
    file = tmp_path / "snapshot.db"
    write_snapshot(archive, file, sites.values(), NIGHT)
    keep("1")
    before = [tuple(row) for row in archive.rows("SELECT * FROM articles")]
    write_snapshot(archive, file, sites.values(), NIGHT)
    with Snapshot(file) as snapshot:
        assert snapshot.is_known("baoapbac", "1")
    assert [tuple(row) for row in archive.rows("SELECT * FROM articles")] == before
    assert "snapshot" not in {row["name"] for row in archive.rows("PRAGMA database_list")}


@pytest.fixture
def standing(archive: Archive, sites: dict[str, Site], tmp_path: Path) -> Callable[..., set[tuple[str, str]]]:
    """Brings the standing file up to date and gives what it knows, the same as one made anew would."""

    def take(of: Archive = archive) -> set[tuple[str, str]]:
        file = tmp_path / "standing.db"
        write_snapshot(of, file, sites.values(), NIGHT)
        known = content(file)
        fresh = tmp_path / "fresh.db"
        fresh.unlink(missing_ok=True)
        snapshots._make(of, fresh, partial(snapshots._write_night, of, sites.values(), NIGHT, "a token", ()))
        assert known == content(fresh)
        return known

    return take


def content(file: Path) -> set[tuple[str, str]]:
    connection = sqlite3.connect(file)
    try:
        return set(connection.execute("SELECT site, key FROM known"))
    finally:
        connection.close()


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files that :func:`write_snapshot` made whole."""
    paths: list[Path] = []
    whole = snapshots._make

    def make(archive: Archive, path: Path, *said: object) -> None:
        if path.name == "standing.db":
            paths.append(path)
        whole(archive, path, *said)  # type: ignore[arg-type]

    monkeypatch.setattr(snapshots, "_make", make)
    return paths


def rejected(archive: Archive, key: str, reason: str, *, at: datetime, listed_at: datetime = NIGHT) -> None:
    entry = ListEntry(url=f"https://baoapbac.vn/a/202407/b-{key}/")
    waiting = Decision(LinkOutcome.WAITING)
    about = {"site": "baoapbac", "key": key, "url": entry.url, "entry": entry, "source": "https://baoapbac.vn/a/"}
    list_link(archive, **about, at=listed_at, run="night-1", first=waiting)  # type: ignore[arg-type]
    decide(archive, "baoapbac", key, Decision(LinkOutcome.REJECTED, reason), at=at, run="night-1")


@pytest.mark.parametrize(("nights", "is_asked"), [(1, True), (4, True), (8, True), (11, False), (15, False)])
def test_a_refused_page_that_a_list_still_shows_is_asked_for_each_night_of_its_first_ten(
    archive: Archive, taken: Callable[..., Snapshot], nights: int, is_asked: bool
) -> None:
    """Several bad nights may have refused it, each for a reason of its own."""
    rejected(archive, "1", "redirected", at=NIGHT + timedelta(days=nights - 1))
    archive.execute("UPDATE listed SET last_listed = ?", ((NIGHT + timedelta(days=nights)).isoformat(),))
    with taken(nights) as snapshot:
        assert [wanted.key for wanted in snapshot.pending("baoapbac")] == ["1"] * is_asked


def test_a_standing_file_takes_in_only_what_changed(
    archive: Archive, keep: Keep, standing: Callable[..., set[tuple[str, str]]], made: list[Path]
) -> None:
    first = keep("1")
    assert standing() == {("baoapbac", "1")}
    keep("2", hours=1, same_as=first.id)
    keep("3", site="baobinhdinh")
    assert standing() == {("baoapbac", "1"), ("baoapbac", "2"), ("baobinhdinh", "3")}
    archive.execute("UPDATE articles SET key = '4' WHERE key = '3'")
    archive.execute("UPDATE addresses SET key = '4' WHERE key = '3'")
    assert standing() == {("baoapbac", "1"), ("baoapbac", "2"), ("baobinhdinh", "4")}
    archive.execute("DELETE FROM articles WHERE key = '1'")  # its addresses go with it
    assert standing() == {("baobinhdinh", "4")}
    keep("5")
    forget(archive, URL.replace("-1/", "-5/"), at=NIGHT)
    assert standing() == {("baoapbac", "5"), ("baobinhdinh", "4")}
    archive.execute("DELETE FROM forgotten")
    archive.execute("DELETE FROM listed")
    assert standing() == {("baobinhdinh", "4")}
    assert len(made) == 1
    assert archive.rows("SELECT * FROM known_changes") == []


def test_a_standing_file_follows_the_doubt_about_a_rejected_page(
    archive: Archive, standing: Callable[..., set[tuple[str, str]]], made: list[Path]
) -> None:
    assert standing() == set()
    rejected(archive, "1", "never-asked", at=NIGHT)
    rejected(archive, "2", "not-an-article", at=NIGHT)
    assert standing() == {("baoapbac", "1")}
    decision = Decision(LinkOutcome.REJECTED, "no-body")
    decide(archive, "baoapbac", "2", decision, at=NIGHT + timedelta(days=4), run="night-1")
    assert standing() == {("baoapbac", "1"), ("baoapbac", "2")}
    decide(archive, "baoapbac", "1", Decision(LinkOutcome.FAILED), at=NIGHT + timedelta(days=5), run="night-1")
    assert standing() == {("baoapbac", "2")}
    assert len(made) == 1


@pytest.mark.parametrize(
    "harm",
    [
        lambda file: file.unlink(),
        lambda file: file.write_bytes(b""),
        lambda file: file.write_bytes(b"not a database" * 1000),
        lambda file: file.write_bytes(file.read_bytes()[:5000]),
    ],
    ids=["missing", "empty", "foreign", "torn"],
)
def test_a_file_that_cannot_be_used_is_made_anew(
    keep: Keep,
    standing: Callable[..., set[tuple[str, str]]],
    made: list[Path],
    tmp_path: Path,
    harm: Callable[[Path], object],
) -> None:
    keep("1")
    standing()
    harm(tmp_path / "standing.db")
    assert standing() == {("baoapbac", "1")}
    assert len(made) == 2


@pytest.mark.parametrize("statement", ["DELETE FROM known_changes", "COMMIT"])
def test_a_snapshot_broken_off_never_leaves_a_file_that_claims_more_than_the_archive(
    archive: Archive,
    keep: Keep,
    standing: Callable[..., set[tuple[str, str]]],
    made: list[Path],
    monkeypatch: pytest.MonkeyPatch,
    statement: str,
) -> None:
    standing()
    keep("1")
    execute = Archive.execute

    def stop(of: Archive, sql: str, *parameters: object) -> sqlite3.Cursor:
        if sql == statement:
            raise KeyboardInterrupt
        return execute(of, sql, *parameters)  # type: ignore[arg-type]

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(Archive, "execute", stop)
        standing()
    archive.execute("DELETE FROM articles")
    assert standing() == set()
    assert len(made) == 2  # the file had no seal, or a token that the archive lacks


def test_an_archive_restored_from_a_backup_makes_the_file_anew(
    archive: Archive,
    keep: Keep,
    standing: Callable[..., set[tuple[str, str]]],
    made: list[Path],
    path: Path,
    tmp_path: Path,
) -> None:
    keep("1")
    standing()
    keep("2")
    backup = tmp_path / "backup" / path.name
    backup.parent.mkdir()
    archive.execute("VACUUM INTO ?", (str(backup),))
    shutil.copy(tmp_path / "standing.db", tmp_path / "standing.backup")
    keep("3")
    assert standing() == {("baoapbac", "1"), ("baoapbac", "2"), ("baoapbac", "3")}
    with open_archive(backup) as restored:
        assert standing(restored) == {("baoapbac", "1"), ("baoapbac", "2")}
        assert len(made) == 2
        # A file restored with its archive is of the same state, so that it serves.
        assert standing(restored) == {("baoapbac", "1"), ("baoapbac", "2")}
        assert len(made) == 2
    shutil.copy(tmp_path / "standing.backup", tmp_path / "standing.db")
    assert standing() == {("baoapbac", "1"), ("baoapbac", "2"), ("baoapbac", "3")}
    assert len(made) == 3


@pytest.fixture
def large(
    archive: Archive, keep: Keep, standing: Callable[..., set[tuple[str, str]]], monkeypatch: pytest.MonkeyPatch
) -> int:
    """How many pages the standing file has, which are more than are compared at once."""
    saved = keep("1")
    know(archive, saved.id or 0, range(4000))
    monkeypatch.setattr(seal, "PART", 10)
    standing()
    standing()  # the first night that brings it up to date has its pages written to a log
    return seal.seal_of(archive.path.with_name("standing.db")).stat().st_size // 4 - 2


def know(archive: Archive, article: int, numbers: range) -> None:
    rows = [(f"{URL}{number}", article, f"{number * 7919 % 100_000:05} of many", moment(NIGHT)) for number in numbers]
    with archive.transaction():
        archive.connection.executemany("INSERT INTO addresses VALUES (?, ?, 'baoapbac', ?, ?)", rows)


@pytest.mark.parametrize("seed", range(3))
def test_the_seal_of_a_standing_file_is_that_of_the_whole_whatever_changed(
    archive: Archive, sites: dict[str, Site], standing: Callable[..., set[tuple[str, str]]], large: int, seed: int
) -> None:
    chance, file = random.Random(seed), archive.path.with_name("standing.db")
    (article,) = archive.rows("SELECT id FROM articles")[0]
    for night in range(4):
        if chance.random() < 0.7:
            first = 4000 + 1000 * night
            know(archive, article, range(first, first + chance.choice((1, 30, 900))))
        with archive.transaction():
            archive.execute("DELETE FROM addresses WHERE key < ?", (f"{chance.randrange(20_000 * night + 1):05}",))
        standing()
        assert seal.changed_pages(file) == []
        write_snapshot(archive, file, sites.values(), NIGHT, recheck=[article])
        assert seal.changed_pages(file) == []
        with Snapshot(file) as snapshot:
            assert due(snapshot) == ["1"]


def test_a_night_on_which_little_changed_reads_little_of_a_large_file(
    archive: Archive, sites: dict[str, Site], large: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, checksums = 0, seal._checksums

    def counted(*args: object) -> object:
        nonlocal read
        for checksum in checksums(*args):  # type: ignore[arg-type]
            read += 1
            yield checksum

    monkeypatch.setattr(seal, "_checksums", counted)
    write_snapshot(archive, archive.path.with_name("standing.db"), sites.values(), NIGHT)
    assert large > 30 and 10 < read < 20


def test_a_flipped_bit_in_a_large_file_is_found_within_as_many_nights_as_it_has_parts(
    archive: Archive, sites: dict[str, Site], large: int, made: list[Path]
) -> None:
    file = archive.path.with_name("standing.db")
    time = file.stat()
    content = bytearray(file.read_bytes())
    content[-2000] ^= 1
    file.write_bytes(content)
    os.utime(file, ns=(time.st_atime_ns, time.st_mtime_ns))  # as a disk does it
    for night in range(-(-large // 10)):
        write_snapshot(archive, file, sites.values(), NIGHT + timedelta(days=night))
    assert made == [file]


def test_a_log_that_a_killed_night_left_is_not_taken_into_the_new_file(
    archive: Archive, keep: Keep, standing: Callable[..., set[tuple[str, str]]], made: list[Path]
) -> None:
    keep("1")
    standing()
    standing()
    file = archive.path.with_name("standing.db")
    log = file.with_name(f"{file.name}-wal")
    with closing(sqlite3.connect(file)) as killed:
        killed.execute("INSERT INTO known VALUES ('baoapbac', 'never held')")
        killed.commit()
        left = file.read_bytes(), log.read_bytes()
    file.write_bytes(left[0])
    log.write_bytes(left[1])
    assert standing() == {("baoapbac", "1")}
    assert made == [file, file] and not log.exists()


def test_a_crawl_sees_what_was_written_although_another_program_reads_the_file(
    archive: Archive, keep: Keep, standing: Callable[..., set[tuple[str, str]]], made: list[Path]
) -> None:
    standing()
    standing()
    archive.execute("PRAGMA busy_timeout = 0")
    file = archive.path.with_name("standing.db")
    with closing(sqlite3.connect(file)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM known").fetchall()
        keep("1")
        standing()
        with Snapshot(file) as crawl:
            assert crawl.is_known("baoapbac", "1")
    standing()
    assert made == [file, file]
