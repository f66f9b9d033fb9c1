"""Learns a site's template from the captures that the archive holds, and finds what would change with it."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from flows.outcome.exit_codes import ExitCode, RunError, archive_failures
from flows.runs.date_order import other_order, told
from flows.runs.reparse import Reparsed, judge, tasks
from flows.storage.folder import DataFolder
from scraper.captures import Capture, is_good, is_html, read_capture_at
from scraper.clock import vietnam_today
from scraper.items import Article
from scraper.learning import (
    Captured,
    Label,
    Learned,
    TooFewPages,
    address_of,
    labels_of_feed,
    labels_of_list,
    learn,
    merged,
)
from scraper.learning.site_lines import site_data, site_lines
from scraper.reading.parallel import read_again
from scraper.sites import Site, SiteError, load_sites
from scraper.sites.checked import site_path
from scraper.sites.learned_lines import with_learned, without_learned
from scraper.sites.site import BUILT_IN
from scraper.store import Archive, open_reader
from scraper.text import decode
from scraper.text.sentence import Sentence
from scraper.whole_files import write_whole

MOST_PAGES = 30  # of articles to learn from; more teach little (docs/learning.md)
_MOST_LISTS = 12
MISFITS = ("no-title", "no-date", "no-body", "not-an-article", "parser")
"""Reasons for which a page is refused when its layout is not the known one."""


@dataclass(kw_only=True)
class Lesson:
    """What was learned, where from, and what would change."""

    site: Site  # as it stands
    changed: Site  # with what was learned
    learned: Learned
    lines: list[str]  # of the site file
    refused_today: bool  # whether the pages learned from are those that do not fit today
    lists_read: list[str] = field(default_factory=list)  # list pages that the learned lines take for articles
    change: Reparsed = field(default_factory=Reparsed)
    order: str | None = None  # what to write of its order of day and month, where its own dates prove another
    by_hand: list[Article] = field(default_factory=list)  # to be held against the eye


def run_learn(data: DataFolder, site_id: str, *, today: date | None = None, workers: int = 1) -> Lesson:
    """Learns the template of ``site_id`` from captured pages. Makes no request, writes nothing.

    Raises RunError, and SiteError for a site that is unknown or whose file cannot be used.
    """
    site = load_sites(data.site_folders).named(site_id)
    with archive_failures(), open_reader(data.database) as archive:
        pages, are_refused = _article_pages(archive, data, site)
        lists, labels = _lists(archive, data, site)
        try:
            learned = learn(pages, labels, lists)
        except TooFewPages as few:
            raise RunError("{site_id}: {few}; nothing was learned", ExitCode.DATA, site_id=site_id, few=few) from few
        if missing := {"title", "body"} - learned.fields.keys():
            raise RunError(
                "{site_id}: {missing} not found; nothing was learned",
                ExitCode.DATA,
                site_id=site_id,
                missing=" and ".join(sorted(missing)),
            )
        day = today or vietnam_today()
        changed = site.model_copy(update=_fields(site_data(learned, day)))
        lesson = Lesson(
            site=site,
            changed=changed,
            learned=learned,
            lines=site_lines(learned, day),
            refused_today=are_refused,
        )
        if (proof := other_order(archive, site)) is not None:
            lesson.order = told(site, proof)
        _compare(archive, data, lesson, workers)
    lesson.lists_read = [page.url for page in lists if _reads(changed, page)]
    return lesson


def write_lesson(data: DataFolder, lesson: Lesson) -> Path:
    """Writes the learned lines into the site's file; of a built-in site into a copy in the data folder.

    The lines they replace stay as comments. Raises RunError where the file cannot be written so that it is read back.
    """
    try:
        path = site_path(lesson.site.id, data.site_folders)
        text = with_learned(path.read_text(encoding="utf-8"), lesson.site.id, lesson.lines)
        _check(text, lesson.changed)
        if path.parent == BUILT_IN:
            (data.root / "sites").mkdir(parents=True, exist_ok=True)
            path = data.root / "sites" / path.name
        write_whole(path.resolve(), text)
    except (OSError, SiteError, ValueError) as error:
        raise RunError(
            "{site}: the learned lines were not written: {error}",
            ExitCode.CONFIGURATION,
            site=lesson.site.id,
            error=error,
        ) from error
    return path


def undo_lesson(data: DataFolder, site_id: str) -> Path:
    """Takes the newest learned lines out of the site's file again. Raises RunError where there are none."""
    try:
        path = site_path(site_id, data.site_folders)
        text = without_learned(path.read_text(encoding="utf-8"))
        if text is None:
            raise RunError("{path}: holds no learned lines", ExitCode.CONFIGURATION, path=path)
        Site.model_validate({**tomllib.loads(text), "id": site_id})
        write_whole(path.resolve(), text)
    except (OSError, SiteError, ValueError) as error:
        raise RunError(
            "{site_id}: the learned lines were not taken out: {error}",
            ExitCode.CONFIGURATION,
            site_id=site_id,
            error=error,
        ) from error
    return path


def _fields(data: dict[str, Any]) -> dict[str, Any]:
    from scraper.sites.learned import LearnedPart

    return {"select": data["select"], "learned": LearnedPart.model_validate(data["learned"])}


def _check(text: str, changed: Site) -> None:
    """Raises ValueError where ``text`` does not read as ``changed``."""
    read = Site.model_validate({**tomllib.loads(text), "id": changed.id})
    if (read.select, read.learned) != (changed.select, changed.learned):
        raise ValueError(
            Sentence("the file's tables [select] and [learned] cannot be replaced: write the lines by hand")
        )


# From the archive.


def _article_pages(archive: Archive, data: DataFolder, site: Site) -> tuple[list[Captured], bool]:
    """The newest pages of articles, one of each address: those that fit no more where there are enough of them."""
    refused = _captures(
        archive,
        "SELECT captures.* FROM captures JOIN problems ON problems.capture = captures.id WHERE captures.site = ?"
        " AND captures.kind = 'rejected' AND problems.kind IN (SELECT value FROM json_each(?))"
        " ORDER BY fetched_at DESC LIMIT 90",
        (site.id, json.dumps(MISFITS)),
        data,
    )
    pages = list(_pages(refused, site))[:MOST_PAGES]
    if len(pages) >= 5:
        return pages, True
    read = _captures(
        archive,
        "SELECT captures.* FROM captures JOIN articles ON articles.capture = captures.id WHERE captures.site = ?"
        " ORDER BY fetched_at DESC LIMIT 90",
        (site.id,),
        data,
    )
    return list(_pages(read, site))[:MOST_PAGES], False


def _lists(archive: Archive, data: DataFolder, site: Site) -> tuple[list[Captured], dict[str, Label]]:
    """The newest list pages, and what they, feeds and sitemaps say of articles."""
    captured = _captures(
        archive,
        "SELECT * FROM captures WHERE site = ? AND kind IN ('list', 'feed', 'sitemap') AND status = 200"
        " ORDER BY fetched_at DESC LIMIT 60",
        (site.id,),
        data,
    )
    lists: dict[str, Captured] = {}
    said: list[dict[str, Label]] = []
    for capture in captured:
        if not is_html(capture) or capture.body.lstrip()[:5] == b"<?xml":
            said.append(labels_of_feed(capture.body))
        elif len(lists) < _MOST_LISTS and capture.url not in lists:
            page = _page(capture, site)
            lists[capture.url] = page
            said.append(labels_of_list(page.html, page.url))
    return list(lists.values()), merged(said)


def _captures(archive: Archive, sql: str, parameters: Sequence[object], data: DataFolder) -> Iterator[Capture]:
    """The captures of these rows that are whole, sound answers."""
    for row in list(archive.rows(sql, parameters)):
        record = row["record_id"] if row["record_id"].startswith("<") else None
        try:
            capture = read_capture_at(data.captures / row["file"], row["offset"], record)
        except (LookupError, OSError):
            continue
        if is_good(capture):
            yield capture


def _pages(captures: Iterator[Capture], site: Site) -> Iterator[Captured]:
    seen: set[str] = set()
    for capture in captures:
        if is_html(capture) and address_of(capture.url) not in seen:
            seen.add(address_of(capture.url))
            yield _page(capture, site)


def _page(capture: Capture, site: Site) -> Captured:
    return Captured(capture.url, decode(capture.body, capture.header("Content-Type"), site.fetch.encoding).text)


# What would change.


def _compare(archive: Archive, data: DataFolder, lesson: Lesson, workers: int) -> None:
    """Reads the captures of the site as they would be read with what was learned, as ``reparse`` does."""
    changed = {lesson.changed.id: lesson.changed}
    for again in read_again(tasks(archive, data, changed, lesson.changed.id), workers):
        lesson.change.read += 1
        judge(archive, again, None, lesson.change)
        if (
            isinstance(again.result, Article)
            and len(lesson.by_hand) < 3
            and again.result.parser.startswith("learned/")
        ):
            lesson.by_hand.append(again.result)


def _reads(site: Site, page: Captured) -> bool:
    """Whether the page, which is a list, would be taken for an article."""
    from scraper.items import NotAnArticle
    from scraper.pages import pages_of

    try:
        return not pages_of(site).article(page.html, page.url).needs_date
    except NotAnArticle:
        return False
