"""What commands print under ``--lang vi``: no word of ours in English, whatever is asked and whatever is wrong."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from flows.cli import run
from flows.outcome.wording import catalogue
from flows.storage.folder import DataFolder
from scraper.sample import SEED_KEY, SITE_ID
from scraper.store import open_reader

Output = pytest.CaptureFixture[str]
WORD = re.compile(r"[^\W\d_]+")
SEED = f"{SITE_ID}/{SEED_KEY}"

ASKED = (
    "status",
    "doctor",
    "sites",
    "search khoi",
    "search khongcogi",
    "search khoi --site nowhere",
    "search khoi --since nonsense",
    "search khoi -o hits.ris",
    "search khoi -o hits.csv",
    "search khoi -o nowhere/hits.csv",
    "search khoi -o hits.wacz",
    "search khoi -o hits.doc",
    f"show {SEED}",
    f"show {SEED} --history",
    f"show {SEED} --places",
    "show nothing",
    "context khoi --limit 3",
    "context khongcogi",
    "context khoi -o lines.xlsx",
    "context khoi -o lines.bib",
    "trend khoi --since 2024-07-01 --until 2024-08-31",
    "trend khoi --since 2024-07-02 --until 2024-07-03",
    "trend khoi --since 2000-01-02 --until 2000-01-01",
    "compare --topic khoi",
    "compare",
    "compare --topic khoi --since 2001-01-01 --until 2001-02-01",
    "compare --since 2000-01-01",
    "freeze corpus --topic khoi",
    "freeze corpus --verify",
    "export --format xlsx",
    "export --open --format ris",
    "export --format cdxj -o captures.cdxj",
    "watch add khối",
    "watch add khoi",
    "watch list",
    "watch remove nothing",
    "date 30/02/2024",
    "date 11/07/2024",
    "date nothing",
    "import nowhere.warc",
    "import page.txt",
    "import page.html",
    "rehydrate nowhere.csv",
    "parse page.html --url http://bao.vn/ --site baoapbac",
    "parse page.html --url http://bao.vn/a-1234567/ --site baoapbac",
    "reparse",
    "reindex",
    "backup copy.db",
    "restore page.txt",
    "forget nothing",
    "crawl nowhere",
    "crawl baomau --since nonsense",
    "crawl baomau --since 2999-01-01",
    "setup --since nonsense",
    "setup --alarm nonsense",
    "setup --contact nobody@bao.example",
    "sites check nowhere",
    "mend-times",
)
"""Calls of commands, good and wrong, that send no request."""

NAMES = frozenset(
    ["error", "version", "site", "table", "default", "page", "hits", "lines", "corpus", "copy", "captures"]
)
"""Words of both languages in what is quoted: files and options of ASKED."""


@pytest.fixture(scope="module")
def english_only(demo: DataFolder) -> set[str]:
    """Words of our English texts that no Vietnamese text and no article has."""
    with open_reader(demo.database) as archive:
        printed = [str(row[0]) for row in archive.rows("SELECT text FROM reading")]
        printed += [f"{row[0]} {row[1]}" for row in archive.rows("SELECT name_before, name_now FROM provinces")]
        printed += [f"{row[0]} {row[1]} {row[2]}" for row in archive.rows("SELECT id, name, home FROM sites")]
    entries = [entry for entry in catalogue("vi") if entry.id]
    vietnamese = words(" ".join([*printed, *(said(str(entry.string)) for entry in entries)]))
    return {
        word for word in words(" ".join(str(entry.id) for entry in entries)) - vietnamese if len(word) > 3
    } - NAMES


def words(text: str) -> set[str]:
    return {word.lower() for word in WORD.findall(re.sub(r"\{[^{}]*\}", " ", text))}


def said(text: str) -> str:
    """What is printed, without commands, options, paths, addresses and keys."""
    return re.sub(r"`[^`]*`|→.*|--[a-z-]+|\S*[/@]\S*|\S+\.\w{2,5}\b|'[^']*'|“[^”]*”|\b\w+\.\w+", " ", text)


@pytest.fixture(scope="module")
def folder(demo: DataFolder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("spoken")
    shutil.copytree(demo.root, root / "demo")
    (root / "page.txt").write_text("no page\n", encoding="utf-8")
    (root / "page.html").write_text("<html><body><h1>Tin</h1></body></html>", encoding="utf-8")
    return root


@pytest.mark.parametrize("asked", ASKED)
def test_no_command_says_an_english_word_in_vietnamese(
    asked: str, folder: Path, english_only: set[str], monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    monkeypatch.chdir(folder)
    assert {"which", "cannot"} <= english_only and len(english_only) > 700
    run(["--data", str(folder / "demo"), "--lang", "vi", *asked.split()])
    printed = capsys.readouterr()
    text = printed.out + printed.err
    assert text.strip()
    assert words(said(text)) & english_only == set(), text[:2000]
