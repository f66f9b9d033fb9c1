"""A reparse reads a divided article with its further pages, so that it loses none of them."""

from __future__ import annotations

from pathlib import Path

from flows.runs.reparse import run_reparse
from flows.storage.folder import DataFolder
from scraper.ingest import ingest
from scraper.sites import load_sites
from scraper.store import open_archive
from scraper.store.reference import sync_sites
from scraper.store.runs import start_run
from tests.ingest.tapes import FIRST_NIGHT, Tape
from tests.ingest.test_parts import HOME, URL, page

SITE = f"""name = "Khối"
kind = "bloc"
province = "Tiền Giang"
family = "wordpress"
home = "{HOME}/"
"""


def test_a_reparse_changes_nothing(tmp_path: Path) -> None:
    data = DataFolder(root=tmp_path)
    (tmp_path / "sites").mkdir()
    (tmp_path / "sites" / "khoi.toml").write_text(SITE, encoding="utf-8")
    data.captures.mkdir()
    tape = Tape(data.captures / "night-1.warc.gz", FIRST_NIGHT)
    for number in (1, 2, 3):
        tape.get(URL + (f"/{number}/" if number > 1 else "/"), page(number))
    sites = {"khoi": load_sites(data.site_folders)["khoi"]}
    with open_archive(data.database) as archive:
        sync_sites(archive, sites)
        start_run(archive, "night-1", started=FIRST_NIGHT, trigger="nightly", sites=["khoi"], version="0")
        assert ingest(archive, tape.close(), sites, "night-1").new == 1
    done = run_reparse(data, site="khoi")
    assert (done.read, done.differences, done.refused, done.found) == (1, [], [], [])
