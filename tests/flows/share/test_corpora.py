"""A shared corpus is filled with the very words it names; a frozen one is cited by a hash that holds."""

from __future__ import annotations

import io
import json
import re
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.cli import run
from flows.outcome.exit_codes import ExitCode, RunError
from flows.share.corpora import load_freeze, manifest_hash
from flows.share.exports import RECORD
from flows.storage.folder import DataFolder
from scraper.sample import SEED_KEY, SITE_ID
from scraper.store import open_archive, open_reader
from scraper.store.articles import forget
from scraper.store.backups import backup
from tests.conftest import ThreeNights

Output = pytest.CaptureFixture[str]


@pytest.fixture
def data(three_nights: ThreeNights, tmp_path: Path) -> Path:
    """A copy of the three nights' archive, to be changed."""
    folder = tmp_path / "data"
    folder.mkdir()
    with open_reader(three_nights.data.database) as archive:
        backup(archive, folder / "tinkhoi.db")
    return folder


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_an_open_export_is_filled_with_the_same_records(form: str, data: Path, tmp_path: Path) -> None:
    shared, full, again = tmp_path / f"open.{form}", tmp_path / "full.jsonl", tmp_path / "again.jsonl"
    assert run(["export", "--open", "--format", form, "-o", str(shared), "--data", str(data)]) == 0
    assert run(["export", "-o", str(full), "--data", str(data)]) == 0
    assert run(["rehydrate", str(shared), "-o", str(again), "--data", str(data)]) == 0
    assert lines(again) == [{name: row[name] for name in RECORD} for row in lines(full)]


def test_an_older_corpus_is_filled_with_the_words_of_its_time(
    three_nights: ThreeNights, demo: DataFolder, data: Path, tmp_path: Path, capsys: Output
) -> None:
    """The corpus is of the second night; since then one article was edited silently."""
    before, then = three_nights.truth(2), three_nights.truth(3)
    edited = [key for key in before if before[key]["body"] != then[key]["body"]]
    shared, again = tmp_path / "open.jsonl", tmp_path / "again.jsonl"
    assert run(["export", "--open", "-o", str(shared), "--data", str(demo.root)]) == 0
    code = run(["rehydrate", str(shared), "-o", str(again), "--data", str(data)])
    assert code == ExitCode.OK
    records = {record["key"]: record for record in lines(again)}
    assert records.keys() == before.keys()
    for key, record in records.items():
        assert (record["title"], record["lead"], record["body"]) == (
            before[key]["title"],  # type: ignore[index]
            before[key]["lead"],  # type: ignore[index]
            before[key]["body"],  # type: ignore[index]
        )
    assert [records[key]["revision"] for key in edited] == [1]
    assert "1 of them as an earlier revision" in capsys.readouterr().err


def test_what_is_missing_differs_or_was_taken_down_is_named(data: Path, tmp_path: Path, capsys: Output) -> None:
    shared, again = tmp_path / "open.jsonl", tmp_path / "again.jsonl"
    assert run(["export", "--open", "-o", str(shared), "--data", str(data)]) == 0
    rows = lines(shared)
    forgotten, differs = rows[0], rows[1]
    differs["text_hash"] = "0" * 64
    missing = {**rows[2], "key": "1", "url": "https://khac.example/1/"}
    shared.write_text("".join(json.dumps(row) + "\n" for row in [*rows, missing]), encoding="utf-8")
    assert run(["forget", str(forgotten["url"]), "--reason", "yêu cầu", "--data", str(data)]) == 0
    capsys.readouterr()
    assert run(["rehydrate", str(shared), "-o", str(again), "--data", str(data)]) == ExitCode.DATA
    said = capsys.readouterr().err.splitlines()
    assert f"forgotten: {SITE_ID}/{forgotten['key']} {forgotten['url']}" in said
    assert f"differs: {SITE_ID}/{differs['key']} {differs['url']}" in said
    assert f"missing: {SITE_ID}/1 https://khac.example/1/" in said
    assert len(lines(again)) == len(rows) - 2


@pytest.mark.parametrize(
    "text", ["", "{", "[1]", '{"site": "a"}', '{"site":"a","key":"1","url":"x","text_hash":"=cmd"}', "\xff"]
)
def test_a_file_that_is_no_open_export_is_refused(text: str, data: Path, tmp_path: Path, capsys: Output) -> None:
    file = tmp_path / "x.jsonl"
    file.write_bytes(text.encode("latin-1"))
    code = run(["rehydrate", str(file), "--data", str(data)])
    assert code == (ExitCode.OK if text == "" else ExitCode.CONFIGURATION)
    capsys.readouterr()
    assert run(["rehydrate", str(tmp_path / "none.csv"), "--data", str(data)]) == ExitCode.CONFIGURATION


def test_a_freeze_names_every_revision_and_how_complete_the_sites_were(
    three_nights: ThreeNights, data: Path, capsys: Output
) -> None:
    assert run(["freeze", "luan-van", "--data", str(data)]) == 0
    manifest = load_freeze(data / "freezes" / "luan-van.json")
    truth = three_nights.truth(3)
    named = {row[manifest["fields"].index("key")]: row for row in manifest["articles"]}
    assert named.keys() == truth.keys()
    (site,) = manifest["sites"]
    assert site == {
        "site": SITE_ID,
        "source": "Báo Mẫu",
        "articles": len(truth),
        "complete_from": "2024-07-11",
        "watched_since": three_nights.newspaper.today.isoformat(),
        "listed_and_not_collected": {"offsite": 1, "rejected": 1},
    }
    said = capsys.readouterr().out
    assert manifest["sha256"] == manifest_hash(manifest)
    assert f"{len(truth)} articles of Báo Mẫu" in said and manifest["sha256"] in said
    titles = [record["title"] for record in truth.values()]
    text = (data / "freezes" / "luan-van.json").read_text(encoding="utf-8")
    assert not [title for title in titles if title in text]


def test_a_freeze_is_never_overwritten_and_its_change_is_seen(data: Path, capsys: Output) -> None:
    path = data / "freezes" / "a.json"
    assert run(["freeze", "a", "--topic", "khoi", "--data", str(data)]) == 0
    assert run(["freeze", "a", "--data", str(data)]) == ExitCode.CONFIGURATION
    assert load_freeze(path)["filters"] == {"topic": "khoi"}
    assert run(["freeze", "a", "--verify", "--data", str(data)]) == 0
    path.write_text(path.read_text(encoding="utf-8").replace("khoi", "khac"), encoding="utf-8")
    assert run(["freeze", "a", "--verify", "--data", str(data)]) == ExitCode.DATA
    with pytest.raises(RunError, match="changed"):
        load_freeze(path)
    capsys.readouterr()


def test_a_freeze_is_verified_article_by_article(data: Path, capsys: Output) -> None:
    assert run(["freeze", "a", "--data", str(data)]) == 0
    with open_archive(data / "tinkhoi.db") as archive:
        forget(archive, f"{SITE_ID}/{SEED_KEY}", at=datetime.now(UTC))
    capsys.readouterr()
    assert run(["freeze", "a", "--verify", "--data", str(data)]) == ExitCode.DATA
    assert f"forgotten: {SITE_ID}/{SEED_KEY}" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["../a", "", ".hidden", "a/b", "a\x00b", "x" * 200])
def test_a_freeze_has_a_name_for_a_file(name: str, data: Path, capsys: Output) -> None:
    assert run(["freeze", name, "--data", str(data)]) == ExitCode.CONFIGURATION
    assert not (data / "freezes").exists()
    capsys.readouterr()


def test_an_article_taken_down_is_gone_from_everything_and_stays_away(data: Path, capsys: Output) -> None:
    url = f"{SITE_ID}/{SEED_KEY}"
    assert run(["forget", url, "--reason", "theo yêu cầu", "--json", "--data", str(data)]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["site"], said["key"]) == (SITE_ID, SEED_KEY) and said["captures"]
    assert run(["show", url, "--data", str(data)]) == ExitCode.CONFIGURATION
    assert run(["search", "P. MAI", "Hoàng Nam", "--json", "--data", str(data)]) == 0
    assert SEED_KEY not in capsys.readouterr().out
    with open_reader(data / "tinkhoi.db") as archive:
        row = archive.rows("SELECT key, reason FROM forgotten")[0]
        assert tuple(row) == (SEED_KEY, "theo yêu cầu")
    assert run(["forget", url, "--data", str(data)]) == ExitCode.CONFIGURATION


class _Terminal(io.StringIO):
    """What a person types at a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("typed", "options", "is_kept"),
    [("\n", [], True), ("n\n", [], True), ("", [], True), ("y\n", [], False), ("", ["--yes"], False)],
)
def test_a_person_is_asked_before_an_article_is_taken_down(
    typed: str, options: list[str], is_kept: bool, data: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    monkeypatch.setattr(sys, "stdin", _Terminal(typed))
    url = f"{SITE_ID}/{SEED_KEY}"
    assert run(["forget", url, *options, "--data", str(data)]) == 0
    said = capsys.readouterr().err
    assert ("Nothing was forgotten." in said) is is_kept
    assert (f"Delete {url} “" in said) is (not options)
    assert (run(["show", url, "--data", str(data)]) == 0) is is_kept
    monkeypatch.setattr(sys, "stdin", _Terminal("y\n"))
    assert run(["forget", "no-such-article", "--data", str(data)]) == ExitCode.CONFIGURATION


def test_where_there_is_no_standard_input_nobody_is_asked(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert run(["forget", f"{SITE_ID}/{SEED_KEY}", "--data", str(data)]) == 0


def test_show_cites_and_tells_history_and_places(three_nights: ThreeNights, data: Path, capsys: Output) -> None:
    assert run(["show", f"{SITE_ID}/{SEED_KEY}", "--cite", "--data", str(data)]) == 0
    cited = capsys.readouterr().out
    record = three_nights.truth(3)[SEED_KEY]
    for part in ("P. MAI", record["title"], "Báo Mẫu", "11/07/2024", record["url"], "SHA-256"):
        assert part in cited
    (edited,) = [r["key"] for r in three_nights.truth(3).values() if r["updated_at"]]
    assert run(["show", f"{SITE_ID}/{edited}", "--history", "--data", str(data)]) == 0
    told = capsys.readouterr().out
    assert re.search(r"^Revision 2, seen \d{4}-\d\d-\d\d 01:30 \(GMT\+7\): edited$", told, re.M), told[:200]
    assert "{+" in told and "(đã đính chính).+}" in told
    assert run(["show", f"{SITE_ID}/{SEED_KEY}", "--places", "--data", str(data)]) == 0
    assert "no other site" in capsys.readouterr().err


def test_a_backup_is_restored_by_command(data: Path, tmp_path: Path, capsys: Output) -> None:
    copy = tmp_path / "copy.db"
    assert run(["backup", str(copy), "--data", str(data)]) == 0
    with open_archive(data / "tinkhoi.db") as archive:
        kept = archive.value("SELECT count(*) FROM articles")
        archive.execute("DELETE FROM articles WHERE key <> ?", (SEED_KEY,))
    assert run(["restore", str(copy), "--data", str(data)]) == 0
    with open_reader(data / "tinkhoi.db") as archive:
        assert archive.value("SELECT count(*) FROM articles") == kept > 1
    assert run(["show", f"{SITE_ID}/{SEED_KEY}", "--data", str(data)]) == 0
    shutil.copyfile(__file__, copy)
    assert run(["restore", str(copy), "--data", str(data)]) == ExitCode.DATABASE
    assert run(["show", f"{SITE_ID}/{SEED_KEY}", "--data", str(data)]) == 0
    capsys.readouterr()


def test_no_backup_brings_back_what_was_taken_down_after_it(data: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    assert run(["backup", str(copy), "--data", str(data)]) == 0
    forget = ["forget", f"{SITE_ID}/{SEED_KEY}", "--reason", "theo yêu cầu", "--data", str(data)]
    assert run(forget) == 0
    with open_reader(data / "tinkhoi.db") as archive:
        before = [tuple(row) for row in archive.rows("SELECT * FROM forgotten")]
    assert run(["restore", str(copy), "--data", str(data)]) == 0
    assert run(["show", f"{SITE_ID}/{SEED_KEY}", "--data", str(data)]) == ExitCode.CONFIGURATION
    with open_reader(data / "tinkhoi.db") as archive:
        assert [tuple(row) for row in archive.rows("SELECT * FROM forgotten")] == before
        assert archive.value("SELECT count(*) FROM articles WHERE key = ?", (SEED_KEY,)) == 0
        assert archive.value("SELECT count(*) FROM articles") > 50


def test_an_open_export_is_csv_whatever_the_case_of_its_ending(data: Path, tmp_path: Path, capsys: Output) -> None:
    export, filled = tmp_path / "OPEN.CSV", tmp_path / "filled.jsonl"
    assert run(["export", "--open", "-o", str(export), "--data", str(data)]) == 0
    assert run(["rehydrate", str(export), "-o", str(filled), "--data", str(data)]) == 0
    assert len(lines(filled)) > 50
    capsys.readouterr()
    for command in (["rehydrate", str(tmp_path / "nothing.csv")], ["freeze", "nothing", "--verify"]):
        assert run([*command, "--data", str(data)]) == ExitCode.CONFIGURATION
        said = capsys.readouterr().err
        assert "there is no such file" in said and "Errno" not in said
