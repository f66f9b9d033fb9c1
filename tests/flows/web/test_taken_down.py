"""An article that was taken down is on no page, in no feed and in no download of the web pages."""

from __future__ import annotations

import asyncio
import gzip
import io
import shutil
import zipfile
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote_plus

import pandas
import pytest

from flows.share.downloads import KINDS
from flows.share.wacz import WARC
from flows.storage.folder import DataFolder
from flows.web import pages_of
from scraper.sample import SEED_KEY, SITE_ID
from scraper.store.archive import open_archive
from scraper.store.articles import forget

NAME = f"{SITE_ID}/{SEED_KEY}"
SEARCHED = "q=hoan+thanh+va+vuot"
PAGES = [
    "/",
    f"/tim?{SEARCHED}",
    f"/tim.atom?{SEARCHED}",
    f"/ngu-canh?{SEARCHED}",
    f"/xu-huong?{SEARCHED}",
    f"/xu-huong.csv?{SEARCHED}",
    f"/so-sanh?{SEARCHED}",
    "/lich",
    "/ban-do",
    "/tinkhoi/articles.csv?_stream=on",
    "/tinkhoi/revisions.csv?_stream=on",
    "/tinkhoi/figures.csv?_stream=on",
    "/tinkhoi/stories.csv?_stream=on",
    "/tinkhoi/citations.csv?_stream=on",
]
OF_THE_ARTICLE = [f"/bai/{NAME}", f"/ban-chup/{NAME}", f"/ban-chup-goc/{NAME}", f"/trich-dan/ris/{NAME}"]


def get(data: DataFolder, path: str) -> Any:
    async def ask() -> Any:
        return await pages_of(data.database, "vi").client.get(path)

    return asyncio.run(ask())


@pytest.fixture(scope="module")
def before(demo: DataFolder, tmp_path_factory: pytest.TempPathFactory) -> tuple[DataFolder, str]:
    """A copy of the demo's archive, and the title of the article that is to go."""
    copy = DataFolder(root=tmp_path_factory.mktemp("taken-down") / "data")
    shutil.copytree(demo.root, copy.root)
    with open_archive(copy.database) as archive:
        title: str = archive.value("SELECT title FROM articles WHERE key = ?", (SEED_KEY,))
    return copy, title


@pytest.fixture(scope="module")
def after(before: tuple[DataFolder, str], tmp_path_factory: pytest.TempPathFactory) -> tuple[DataFolder, str]:
    data, title = before
    copy = DataFolder(root=tmp_path_factory.mktemp("taken-down") / "data")
    shutil.copytree(data.root, copy.root)
    with open_archive(copy.database) as archive:
        forget(archive, NAME, at=datetime.now(UTC))
    return copy, title


def holds(content: bytes, title: str) -> bool:
    """Whether the content, or a file packed in it, has the article's key or its title."""
    texts = [content]
    if content.startswith(b"PAR1"):
        texts = [pandas.read_parquet(io.BytesIO(content)).to_csv().encode()]
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            texts = [packed.read(name) for name in packed.namelist()]
            texts += [gzip.decompress(packed.read(WARC))] if WARC in packed.namelist() else []
    return any(mark.encode() in text for text in texts for mark in (SEED_KEY, title, quote_plus(title)))


@pytest.mark.parametrize("form", KINDS)
def test_no_download_holds_it(before: tuple[DataFolder, str], after: tuple[DataFolder, str], form: str) -> None:
    path = f"/tai-ve/{form}?q=dang+uy+khoi"
    had, has = get(before[0], path), get(after[0], path)
    assert had.status_code == has.status_code == 200
    assert holds(had.content, before[1]) and not holds(has.content, after[1])


def test_it_is_on_no_page(before: tuple[DataFolder, str], after: tuple[DataFolder, str]) -> None:
    told = 0
    for path in PAGES:
        had, has = get(before[0], path), get(after[0], path)
        assert had.status_code == has.status_code == 200, path
        told += holds(had.content, before[1])
        # What was searched stands in the page's own form, and is no word of the article's alone.
        assert not holds(has.content, after[1]), path
    assert told >= 5
    for path in OF_THE_ARTICLE:
        assert get(before[0], path).status_code == 200, path
        answer = get(after[0], path)
        assert answer.status_code == 404 and not holds(answer.content.replace(SEED_KEY.encode(), b""), after[1]), path
