"""Reads article pages, compares them with each other and keeps them. What is no article is rejected with a reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from scraper.addresses import comparable
from scraper.captures import Capture, read_capture_at
from scraper.ingest.answers import CapturedAnswer
from scraper.ingest.file_reading import FileReading, IngestedSite, is_of_the_archive, said, storable
from scraper.ingest.same_article import KnownTitles, is_another, known_titles, refuse_another, same_words
from scraper.items import Article, PrintedArticle, Problem, Reject
from scraper.reading import understand
from scraper.reading.further_pages import second_page
from scraper.reading.parts import with_parts
from scraper.store.articles import Seen, What, add_addresses, find_key, save_article, settle_revisits
from scraper.store.ledgers import Decision, LinkOutcome, add_problem, decide, witnesses
from scraper.text import likeness
from scraper.text.sentence import Sentence

PASSING = frozenset({"maintenance", "blocked", "truncated"})
"""Reasons for a Reject that may no longer hold tomorrow: the address is requested again."""


@dataclass(frozen=True, slots=True)
class PageRead:
    """An article page that has been read but not yet kept."""

    capture: Capture  # without its body
    owner: IngestedSite
    result: Article | Reject
    second: str | None = None  # the address of the article's second page, which this one links to


def read_page(reading: FileReading, capture: Capture, owner: IngestedSite) -> PageRead:
    """Returns what an article page says, or why it is no article. Keeps nothing yet."""
    known = reading.pages.known(capture)
    if known is None and capture.dropped:  # what was read ahead is of no use: see PagesAhead
        capture = read_capture_at(reading.path, capture.offset, capture.record_id)
    result = _read(reading, capture, owner, known)
    find_second = second_page if known is None else reading.pages.second
    second = find_second(capture) if isinstance(result, Article) else None
    return PageRead(capture if capture.dropped else capture.without_body(), owner, result, second)


def _read(
    reading: FileReading, capture: Capture, owner: IngestedSite, known: PrintedArticle | Reject | None
) -> Article | Reject:
    key = owner.family.key(capture.url)
    heard = witnesses(reading.archive, owner.site.id, key) if key else ()
    try:
        printed = known or reading.pages.printed(capture, owner.site)
        if isinstance(printed, Reject):
            return printed
        printed = with_parts(printed, reading.parts)
        with reading.pages.limit(owner.site):
            return understand(printed, owner.site, captured_at=capture.fetched_at, witnesses=heard)
    except Exception as error:
        return Reject(reason="parser", detail=said(error), url=capture.url)


def keep_pages(reading: FileReading, waiting: list[PageRead]) -> None:
    """Keeps the pages of a batch. A page that cannot be kept becomes a problem; the others are stored."""
    for read in _believed(reading, waiting):
        capture, owner, result = read.capture, read.owner, read.result
        if isinstance(result, Article):
            try:
                with reading.archive.transaction():
                    _keep_article(reading, read, result)
                continue
            except Exception as error:
                if is_of_the_archive(error):
                    raise
                result = Reject(
                    reason="parser", detail=Sentence("cannot be stored: {error}", error=said(error)), url=capture.url
                )
        try:
            _keep_reject(reading, capture, owner, result)
        except Exception as error:
            if is_of_the_archive(error):
                raise
            reading.note_crash(capture, error, owner)
    waiting.clear()


def _believed(reading: FileReading, batch: list[PageRead]) -> Iterator[PageRead]:
    """The batch, in which an article is replaced by a Reject if the other pages of this file show it to be false."""
    for item in batch:
        if isinstance(item.result, Article):
            reading.repeated_pages.hear(item.result)
    for item in batch:
        try:
            refusal = _refusal(reading, item)
        except Exception as error:
            if is_of_the_archive(error):
                raise
            refusal = Reject(reason="parser", detail=said(error), url=item.capture.url)
        yield item if refusal is None else replace(item, result=refusal)


def _refusal(reading: FileReading, item: PageRead) -> Reject | None:
    article = item.result
    if not isinstance(article, Article):
        return None
    known = known_titles(reading.archive, article.site, article.key)
    repeated = reading.repeated_pages.refusal(article, known.own, known.listed)
    return repeated or _shows_another(reading, item, article, known)


def _shows_another(reading: FileReading, item: PageRead, article: Article, known: KnownTitles) -> Reject | None:
    site, url = item.owner.site.id, item.capture.url
    key = item.owner.family.key(url)
    if key is None or any(reading.answers.aliases(site, url)):
        return None  # led here by a redirect: the address asked for is another's anyway
    if (site, key) != (article.site, article.key):
        known = known_titles(reading.archive, site, key)
    return refuse_another(reading, site, key, url, article, known)


def _keep_article(reading: FileReading, read: PageRead, article: Article) -> None:
    capture, owner = read.capture, read.owner
    site = owner.site.id
    capture_row = reading.record(capture, owner, "article", reading.purpose_of(capture.url, owner))
    aliases = [
        alias
        for alias in reading.answers.aliases(site, capture.url)
        if not is_another(reading, site, owner.family.key(alias), article)
    ]
    seen = Seen(
        capture=capture_row,
        run=reading.run,
        origin=reading.origin,
        url=capture.url,
        etag=capture.header("ETag"),
        last_modified=capture.header("Last-Modified"),
        led_from=tuple(aliases),
    )
    saved = save_article(reading.archive, article, seen, same_as=_moved_from(reading, owner, article, aliases))
    if saved.id is None:
        decide(
            reading.archive,
            site,
            article.key,
            Decision(LinkOutcome.FORGOTTEN),
            at=capture.fetched_at,
            run=reading.run,
        )
        return
    own_key = owner.family.key(capture.url)
    addresses = [(capture.url, own_key or article.key)]
    addresses += [(alias, owner.family.key(alias) or article.key) for alias in aliases]
    keys = {article.key, *(key for _, key in addresses)}
    addresses += [(url, key) for key in sorted(keys) for url in sorted(reading.shown.get((site, key), ()))]
    further = [(url, key) for url, key in addresses if url not in article.urls]  # those were kept with the article
    if further:
        add_addresses(reading.archive, saved.id, site, further, capture.fetched_at)
    if saved.what in {What.NEW, What.EARLIER}:
        settle_revisits(reading.archive, saved.id)
    for key in keys:
        reading.decide(owner, key, Decision(LinkOutcome.COLLECTED, article=saved.id), capture.fetched_at)
    _tell_further_pages(reading, read, saved.id, capture_row)
    answer = CapturedAnswer("article", capture.fetched_at, capture.status, article=saved.id)
    reading.answers.note(site, capture.url, answer)
    reading.standing[site] += reading.was_known(owner, article.key)
    reading.counts["edited" if saved.what is What.EDITED else saved.what.value] += 1
    reading.counts["silent"] += saved.silent


def _tell_further_pages(reading: FileReading, read: PageRead, article: int, row: int) -> None:
    if read.second is not None and reading.is_tonight and comparable(read.second) not in reading.asked:
        add_problem(
            reading.archive,
            Problem(kind="further-pages", detail=storable(read.second)),
            site=read.owner.site.id,
            url=read.capture.url,
            at=read.capture.fetched_at,
            run=reading.run,
            capture=row,
            article=article,
        )


def _moved_from(reading: FileReading, owner: IngestedSite, article: Article, aliases: list[str]) -> int | None:
    """The id of the article that has moved to this address: its own redirects here, title and moment are the same."""
    if find_key(reading.archive, owner.site.id, article.key) is not None:
        return None
    for alias in aliases:
        key = owner.family.key(alias)
        id_ = find_key(reading.archive, owner.site.id, key) if key else None
        if id_ is not None:
            title, moment = reading.archive.rows("SELECT title, published_at FROM articles WHERE id = ?", (id_,))[0]
            printed = article.published_at.isoformat() if article.published_at else None
            if likeness(title, article.title) >= 0.6 and (moment == printed or None in {moment, printed}):
                return id_
    return same_words(reading.archive, article)


def _keep_reject(reading: FileReading, capture: Capture, owner: IngestedSite, reject: Reject) -> None:
    row = reading.record(capture, owner, "rejected", reading.purpose_of(capture.url, owner))
    key = owner.family.key(capture.url)
    article = find_key(reading.archive, owner.site.id, key) if key else None
    passing = reject.reason in PASSING
    answer = CapturedAnswer("reject", capture.fetched_at, capture.status, reason=reject.reason)
    reading.answers.note(owner.site.id, capture.url, answer)
    add_problem(
        reading.archive,
        Problem(kind=reject.reason, detail=storable(reject.detail)),
        site=owner.site.id,
        url=capture.url,
        at=capture.fetched_at,
        run=reading.run,
        capture=row,
        article=article,
    )
    reading.counts["failed" if passing else "rejected"] += 1
    if article is not None and reject.reason == "soft-404":
        reading.note_absence(capture, owner, article, "soft-404", row)
    if key is not None:
        outcome = LinkOutcome.FAILED if passing else LinkOutcome.REJECTED
        reading.decide(owner, key, Decision(outcome, reject.reason, storable(reject.detail)), capture.fetched_at)
