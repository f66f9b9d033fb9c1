"""The first pass over a file of captures: what lists, feeds and sitemaps show, and where redirects lead."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin, urlsplit

from scraper.addresses import comparable
from scraper.captures import Capture, is_good, is_html
from scraper.fetch.snapshot import Validators, modified_at
from scraper.ingest.answers import CapturedAnswer
from scraper.ingest.file_reading import FileReading, IngestedSite, is_of_the_archive, is_robots
from scraper.items import ListEntry, ListPage, NotAnArticle, PrintedArticle, WitnessSource
from scraper.reading.parts import place_of
from scraper.store.articles import add_addresses, find_key
from scraper.store.ledgers import Decision, LinkOutcome, list_link, note_title
from scraper.text import fold
from scraper.text.sentence import Sentence

_OPENED = re.compile(rb"<body\b", re.I)
_CLOSED = re.compile(rb"</(?:body|html)\b", re.I)
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


def may_be_source(reading: FileReading, capture: Capture) -> bool:
    """Whether :func:`look_for_sources` has need of the whole body of ``capture``, of which the opening is known.

    It needs none of a page at the address of an article alone, which nearly all pages are. One whose body was let go
    was read ahead, and is no feed.
    """
    if not is_good(capture) or is_robots(capture.url):
        return False
    owner = reading.site_of(capture.url)
    if owner is None:
        return False
    from scraper.pages.feeds import opens_page

    return (
        not (capture.dropped or opens_page(capture.body))
        or comparable(capture.url) in owner.sources
        or owner.family.key_of_part(capture.url) is not None
        or owner.family.key(capture.url) is None
    )


def look_for_sources(reading: FileReading, capture: Capture) -> None:
    """Notes where a redirect leads, and keeps what a list, feed or sitemap shows. Leaves all other captures."""
    reading.counts["captures"] += 1
    owner = reading.site_of(capture.url)
    if owner is None:
        return
    reading.touched.setdefault(owner.site.id, owner)
    if reading.is_tonight:
        reading.asked.add(comparable(capture.url))
    behind = _behind(capture)
    if behind is not None:
        reading.answers.hear_clock(owner.site.id, behind)
    target = _target(capture)
    if target is not None:
        answer = CapturedAnswer("redirect", capture.fetched_at, capture.status, target)
        reading.answers.note(owner.site.id, capture.url, answer)
        reading.kinds[owner.site.id, comparable(capture.url), capture.fetched_at] = "redirect"
        if comparable(capture.url) in owner.sources:
            owner.sources.add(comparable(target))
        return
    if not is_good(capture) or is_robots(capture.url):
        return
    if _keep_part(reading, capture, owner):
        return
    page = _read_source(reading, capture, owner)
    if page is None:
        return
    kind, shown = page
    if kind == "list":
        owner.sources.update(comparable(url) for url in (shown.next_url,) if url)
    owner.sources.update(comparable(url) for url in shown.children)
    _keep_list_page(reading, capture, owner, kind, shown)


def _keep_part(reading: FileReading, capture: Capture, owner: IngestedSite) -> bool:
    """Whether the capture is a further page of a divided article. It is kept until the first page is read."""
    if owner.family.key_of_part(capture.url) is None or not is_html(capture):
        return False
    if comparable(capture.url) in owner.sources:
        return False
    try:
        printed = reading.pages.printed(capture, owner.site)
    except Exception as error:
        reading.note_crash(capture, error, owner)
        return False
    if not isinstance(printed, PrintedArticle):
        return False
    reading.parts[place_of(capture.url)] = printed
    reading.kinds[owner.site.id, comparable(capture.url), capture.fetched_at] = "part"
    return True


def _read_source(reading: FileReading, capture: Capture, owner: IngestedSite) -> tuple[str, ListPage] | None:
    """The kind of source that a page is and what it shows; None for a page that lists nothing."""
    from scraper.pages.feeds import looks_like_feed, looks_like_sitemap, read_feed, read_sitemap

    if capture.dropped:
        return None
    try:
        if looks_like_sitemap(capture.body):
            return "sitemap", read_sitemap(capture.body, capture.url)
        if looks_like_feed(capture.body):
            return "feed", read_feed(capture.body, capture.url)
        is_source = comparable(capture.url) in owner.sources
        if not is_html(capture) or (not is_source and owner.family.key(capture.url) is not None):
            return None
        page = reading.pages.list_page(capture, owner.site, owner.family)
    except (ValueError, NotAnArticle):
        return None
    except Exception as error:
        reading.note_crash(capture, error, owner)
        return None
    if page is None or not (page.entries or is_source):
        return None
    is_cut = _OPENED.search(capture.body) is not None and _CLOSED.search(capture.body) is None
    return "list", replace(page, whole=False) if is_cut else page


def _keep_list_page(reading: FileReading, capture: Capture, owner: IngestedSite, kind: str, page: ListPage) -> None:
    try:
        with reading.archive.transaction():
            found = [_keep_entry(reading, capture, owner, entry) for entry in page.entries]
    except Exception as error:
        if is_of_the_archive(error):
            raise
        found, whole = _keep_each_alone(reading, capture, owner, page.entries)
        page = replace(page, whole=page.whole and whole)
    keys = [key for key in found if key is not None]
    unseen = sum(not reading.was_settled(owner, key) for key in keys)
    reading.kinds[owner.site.id, comparable(capture.url), capture.fetched_at] = kind
    answer = CapturedAnswer(
        "page",
        capture.fetched_at,
        capture.status,
        page=page,
        keys=tuple(dict.fromkeys(keys)),
        unseen=unseen,
        validators=Validators(capture.header("ETag"), capture.header("Last-Modified")),
        source_kind=kind,
        age=_age(capture),
        behind=_behind(capture) or 0.0,
    )
    reading.answers.note(owner.site.id, capture.url, answer)


def _keep_each_alone(
    reading: FileReading, capture: Capture, owner: IngestedSite, entries: Iterable[ListEntry]
) -> tuple[list[str | None], bool]:
    """The keys of the links of which one cannot be kept, so that it costs no other; whether all could be kept."""
    keys: list[str | None] = []
    whole = True
    for entry in entries:
        try:
            with reading.archive.transaction():
                keys.append(_keep_entry(reading, capture, owner, entry))
        except Exception as error:
            if is_of_the_archive(error):
                raise
            reading.note_crash(capture, error, owner, detail=entry.url)
            whole = False
    return keys, whole


def _keep_entry(reading: FileReading, capture: Capture, owner: IngestedSite, entry: ListEntry) -> str | None:
    """Keeps one listed link. Returns its key, or None for a link that is not the site's article."""
    place = _place_of(reading, owner, entry)
    if place is None:
        return None
    key, url, first = place
    if entry.title:
        reading.titles.setdefault((owner.site.id, fold(entry.title)), key)
    if first.article is not None:
        add_addresses(reading.archive, first.article, owner.site.id, [(entry.url, key)], capture.fetched_at)
    else:
        reading.shown.setdefault((owner.site.id, key), set()).add(entry.url)
    if first.article is not None and reading.is_tonight:
        _note_edit(reading, owner, key, entry, capture.fetched_at)
    list_link(
        reading.archive,
        site=owner.site.id,
        key=key,
        url=url,
        entry=entry,
        source=capture.url,
        at=capture.fetched_at,
        run=reading.run,
        first=first,
    )
    return None if first.outcome is LinkOutcome.OFFSITE else key


def _note_edit(reading: FileReading, owner: IngestedSite, key: str, entry: ListEntry, at: datetime) -> None:
    """Notes what a list shows of a known article that may tell of an edit: its title, a sitemap's ``lastmod``."""
    if entry.title:
        note_title(reading.archive, owner.site.id, key, entry.title, at)
    modified = modified_at(entry.date_text or "") if entry.source is WitnessSource.SITEMAP else None
    if modified is not None and modified <= at:
        reading.modified[owner.site.id, key] = comparable(entry.url), modified, at


def _place_of(reading: FileReading, owner: IngestedSite, entry: ListEntry) -> tuple[str, str, Decision] | None:
    """The key of a listed link, the address to request, and what is known of it; None if it is no usable link."""
    if not owner.site.owns(entry.url):
        return entry.url, entry.url, Decision(LinkOutcome.OFFSITE, "offsite", urlsplit(entry.url).netloc)
    key = owner.family.key(entry.url)
    if key is None:
        return None
    if reading.archive.row("SELECT 1 FROM forgotten WHERE site = ? AND key = ?", (owner.site.id, key)):
        return key, entry.url, Decision(LinkOutcome.FORGOTTEN)
    article = find_key(reading.archive, owner.site.id, key)
    url = owner.family.fetch_url(entry.url)
    if article is not None:
        return key, url or entry.url, Decision(LinkOutcome.COLLECTED, article=article)
    if url is None:
        return (
            key,
            entry.url,
            Decision(LinkOutcome.REJECTED, "never-asked", Sentence("a copy that is never asked for")),
        )
    if not owner.site.owns(url):
        return key, url, Decision(LinkOutcome.OFFSITE, "offsite", urlsplit(url).netloc)
    return key, url, Decision(LinkOutcome.WAITING)


def _age(capture: Capture) -> int:
    """The seconds that the header ``Age`` states (RFC 9111, 5.1); 0 without it."""
    stated = (capture.header("Age") or "").strip()
    return int(stated) if stated.isascii() and stated.isdigit() and len(stated) < 12 else 0


def _behind(capture: Capture) -> float | None:
    """The seconds from the header ``Date`` to the capture; None without it. A cache sends the Date of the origin."""
    try:
        sent = parsedate_to_datetime(capture.header("Date") or "")
        return (capture.fetched_at - sent.replace(tzinfo=sent.tzinfo or UTC)).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return None


def _target(capture: Capture) -> str | None:
    location = capture.header("Location") if capture.status in _REDIRECTS else None
    try:
        return urljoin(capture.url, location) if location else None
    except ValueError:  # a Location header that is no address leads nowhere
        return None
