"""Archives of earlier versions are opened by this one, keep their names, and answer what they answered."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import pytest

from flows.cli import run, tinkhoi
from flows.outcome.exit_codes import MEANING
from flows.share.exports import OPEN, RECORD
from scraper.fetch.outcomes import OUTCOMES
from scraper.items import REASONS
from scraper.sites import load_sites
from scraper.sites.site import Fetch, Site
from scraper.store import open_archive
from scraper.store.articles import find_article
from scraper.store.search import search

VERSIONS = sorted(path for path in Path(__file__).parent.iterdir() if path.is_dir() and path.name[0].isdigit())
KEY = "1016196"
"""The article that questions ask for."""


@dataclass(frozen=True)
class Upgraded:
    """An archive as its version left it, and a copy that this version has opened."""

    folder: Path  # what the version wrote
    before: Path
    after: Path

    @property
    def names(self) -> dict[str, Any]:
        """The public names of the version."""
        found: dict[str, Any] = json.loads((self.folder / "names.json").read_text(encoding="utf-8"))
        return found


@pytest.fixture(scope="module", params=VERSIONS, ids=lambda folder: folder.name)
def upgraded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Upgraded:
    root = tmp_path_factory.mktemp("upgrade")
    (root / "data").mkdir()
    found = Upgraded(request.param, before=root / "before.db", after=root / "data" / "tinkhoi.db")
    with gzip.open(found.folder / "tinkhoi.db.gz") as packed, found.before.open("wb") as written:
        shutil.copyfileobj(packed, written)
    shutil.copy(found.before, found.after)
    with open_archive(found.after) as archive:
        assert archive.value("PRAGMA integrity_check") == "ok"
        assert archive.rows("PRAGMA foreign_key_check") == []
    return found


def questions(folder: Path) -> list[tuple[str, str]]:
    """Each question of a version with its SQL."""
    return re.findall(
        r"^-- (.+?: .+?)\n(.+?);\n", (folder / "questions.sql").read_text(encoding="utf-8"), re.M | re.S
    )


def answer(database: Path, query: str, values: dict[str, str]) -> tuple[list[str], list[tuple[Any, ...]]]:
    """The names of the columns, and the rows."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        cursor = connection.execute(query, values)
        names = [column[0] for column in cursor.description]
        return names, cursor.fetchall()


def test_every_question_of_then_is_answered_as_then(upgraded: Upgraded) -> None:
    with closing(sqlite3.connect(upgraded.before)) as connection:
        ((url,),) = connection.execute("SELECT url FROM articles WHERE key = ?", (KEY,)).fetchall()
    values = {"key": KEY, "url": url}
    asked = questions(upgraded.folder)
    answered = 0
    for title, query in asked:
        names, rows = answer(upgraded.before, query, values)
        names_now, rows_now = answer(upgraded.after, query, values)
        assert names_now[: len(names)] == names, title
        shown = [row[: len(names)] for row in rows_now]
        assert sorted(shown, key=repr) == sorted(rows, key=repr), title  # a few ask for a random order
        answered += bool(rows)
    assert len(asked) >= 30
    assert answered >= 20  # most have an answer in the sample


def test_no_table_view_or_column_of_then_is_gone(upgraded: Upgraded) -> None:
    gone = []
    with closing(sqlite3.connect(upgraded.after)) as connection:
        for table, columns in upgraded.names["columns"].items():
            now = {row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')}
            gone += [f"{table}.{column}" for column in columns if column not in now]
    assert gone == []


def test_an_export_has_every_field_of_then_with_its_value(
    upgraded: Upgraded, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "now.jsonl"
    assert run(["--data", str(upgraded.after.parent), "export", "--output", str(output)]) == 0
    with gzip.open(upgraded.folder / "export.jsonl.gz", "rt", encoding="utf-8") as lines:
        then = [json.loads(line) for line in lines]
    now = [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]
    assert len(then) == len(now) > 60
    for record, today in zip(then, now, strict=True):
        assert {name: today.get(name) for name in record} == record


def test_the_public_names_of_then_are_still_there(upgraded: Upgraded) -> None:
    names = upgraded.names
    now: dict[str, set[Any]] = {
        "exit_codes": {int(code) for code in MEANING},
        "record": set(RECORD),
        "open_corpus": set(OPEN),
        "sites": set(load_sites()),
        "site_file": set(Site.model_fields),
        "site_file_fetch": set(Fetch.model_fields),
        "reasons": set(REASONS),
        "outcomes": set(OUTCOMES),
    }
    assert [(kind, name) for kind, there in now.items() for name in names[kind] if name not in there] == []


def test_every_command_of_then_takes_its_options(upgraded: Upgraded) -> None:
    now = options(tinkhoi, "")
    for command, taken in upgraded.names["commands"].items():
        assert command in now, command
        assert set(taken) - now[command] == set(), command


def options(command: click.Command, name: str) -> dict[str, set[str]]:
    """Each command below this one with what it takes; ``<argument>`` stands for words without a dash."""
    taken = {
        option
        for parameter in command.params
        for option in (
            [*parameter.opts, *parameter.secondary_opts] if isinstance(parameter, click.Option) else ["<argument>"]
        )
    }
    found = {name: taken} if name else {}
    for each, child in command.commands.items() if isinstance(command, click.Group) else ():
        found |= options(child, f"{name} {each}".strip())
    return found


def test_settings_of_then_are_read(upgraded: Upgraded, tmp_path: Path) -> None:
    from flows.storage.folder import DataFolder

    values = {
        "contact": '"a@example.org"',
        "watch": '["baoapbac"]',
        "since": '"2020-01-31"',
        "minutes": "30",
        "captures_cap": '"20 GB"',
        "captures_keep_days": "365",
        "alarms": '["json://localhost"]',
    }
    assert set(upgraded.names["settings"]) == set(values)
    (tmp_path / "settings.toml").write_text("\n".join(f"{name} = {value}" for name, value in values.items()))
    found = DataFolder(root=tmp_path).settings()
    assert (found.contact, found.watch, found.alarms) == ("a@example.org", ("baoapbac",), ("json://localhost",))
    assert (found.minutes, found.captures_cap, found.captures_keep_days) == (30, 20_000_000_000, 365)


def test_it_is_searched_and_taken_further(upgraded: Upgraded) -> None:
    with open_archive(upgraded.after) as archive:
        hits = search(archive, "dang uy khoi", limit=5)
        assert hits
        assert find_article(archive, f"{hits[0].site}/{hits[0].key}") is not None
        watched = archive.rows("SELECT words FROM watches")
        assert [row[0] for row in watched] == ["kỷ luật"]
