"""Keeps captures that hold no page: no answer, an unchanged page, an error."""

from __future__ import annotations

from dataclasses import replace

from scraper.addresses import comparable
from scraper.captures import Capture, is_html
from scraper.ingest.answers import CapturedAnswer
from scraper.ingest.file_reading import FileReading, IngestedSite, storable
from scraper.ingest.missing_articles import Absence
from scraper.store.archive import moment
from scraper.store.articles import find_key, seen_again
from scraper.store.ledgers import Decision, LinkOutcome
from scraper.text.sentence import Sentence

ABSENT = frozenset({404, 410})
_PASSING_STATUS = frozenset({403, 408, 423, 425, 429})
_NOT_ASKED = frozenset({"blocked", "capped", "no-contact", "paused", "robots-unreachable"})


def keep_no_answer(reading: FileReading, capture: Capture, owner: IngestedSite) -> None:
    """Keeps an address that gave no answer. Its link gets an outcome all the same."""
    reason = capture.outcome or "failed"
    reading.answers.note_empty(
        owner.site.id, capture.url, CapturedAnswer("outcome", capture.fetched_at, reason=reason)
    )
    key = owner.family.key(capture.url)
    if key is None:
        return
    if reason == "robots":
        outcome = LinkOutcome.ROBOTS
    elif reason == "offsite":
        outcome, reason = LinkOutcome.OFFSITE, "redirected"  # beside links that are another host's from the start
    elif reason in {"redirect-loop", "scheme", "too-large"}:
        outcome = LinkOutcome.REJECTED
    elif reason in _NOT_ASKED:
        outcome = LinkOutcome.WAITING
    else:
        outcome = LinkOutcome.FAILED
        reading.counts["failed"] += 1
    reading.decide(owner, key, Decision(outcome, reason, capture.detail), capture.fetched_at)


def keep_unchanged(reading: FileReading, capture: Capture, owner: IngestedSite) -> None:
    """Keeps a "not modified" answer (304): a known article was seen in its place."""
    answer = CapturedAnswer("unchanged", capture.fetched_at, capture.status)
    reading.answers.note_empty(owner.site.id, capture.url, answer)
    if comparable(capture.url) in owner.sources:
        return
    key = owner.family.key(capture.url)
    article = find_key(reading.archive, owner.site.id, key) if key else None
    if key is not None and article is None:
        reading.counts["without_original"] += 1  # settled when the original comes
    if article is not None:
        seen_again(reading.archive, article, capture.fetched_at)
        reading.counts["unchanged"] += 1
        reading.standing[owner.site.id] += 1
        reading.archive.execute(
            "UPDATE problems SET closed = ? WHERE article = ? AND kind = 'vanished' AND closed IS NULL",
            (moment(capture.fetched_at), article),
        )


def keep_no_page(reading: FileReading, capture: Capture, owner: IngestedSite) -> None:
    """Keeps a good answer that is no page of HTML. An article's address that gives one is refused, not pending."""
    key = owner.family.key(capture.url)
    if is_html(capture) or (key is None and not any(reading.answers.aliases(owner.site.id, capture.url))):
        return
    kind = capture.header("Content-Type") or Sentence("no Content-Type")
    answer = CapturedAnswer("reject", capture.fetched_at, capture.status, reason="not-html")
    reading.answers.note_empty(owner.site.id, capture.url, answer)
    if key is not None:
        reading.counts["rejected"] += 1
        reading.decide(owner, key, Decision(LinkOutcome.REJECTED, "not-html", storable(kind)), capture.fetched_at)


def keep_error(reading: FileReading, capture: Capture, owner: IngestedSite, row: int) -> None:
    """Keeps an error. At the address of a known article it may mean that the article is gone."""
    status = capture.status or 0
    reason = f"http {status}"
    answer = CapturedAnswer("error", capture.fetched_at, capture.status, reason=capture.outcome or reason)
    reading.answers.note_empty(owner.site.id, capture.url, answer)
    key = owner.family.key(capture.url)
    if key is None:
        return
    article = find_key(reading.archive, owner.site.id, key)
    if status in ABSENT and article is not None:
        reading.note_absence(capture, owner, article, reason, row)
    elif status in ABSENT:  # a file of several nights may hold the article later on, or in this batch
        reading.absent_pages.append(Absence(0, owner.site.id, capture.url, capture.fetched_at, "gone", reason, row))
    lasting = 400 <= status < 500 and status not in _PASSING_STATUS
    if article is None or not lasting:
        reading.counts["rejected" if lasting else "failed"] += 1
    outcome = LinkOutcome.REJECTED if lasting else LinkOutcome.FAILED
    decision = Decision(outcome, capture.outcome or "http", capture.detail or str(status))
    reading.decide(owner, key, decision, capture.fetched_at)


def note_absent_pages(reading: FileReading) -> None:
    """Handles again the errors at addresses that were no known article at the time, but are one now."""
    for absence in reading.absent_pages:
        key = reading.sites[absence.site].family.key(absence.url)
        article = find_key(reading.archive, absence.site, key) if key else None
        if article is not None:
            reading.absences[absence.site].append(replace(absence, article=article))
    reading.absent_pages.clear()
