"""What a redirect means for the article at its address. This is decided once the whole file has been read."""

from __future__ import annotations

from scraper.ingest.answers import CapturedAnswer
from scraper.ingest.article_pages import PASSING
from scraper.ingest.failed_pages import ABSENT
from scraper.ingest.file_reading import FileReading, IngestedSite, storable
from scraper.ingest.missing_articles import Absence
from scraper.store.archive import moment
from scraper.store.articles import add_addresses, find_key
from scraper.store.ledgers import Decision, LinkOutcome


def resolve_redirect(reading: FileReading, owner: IngestedSite, url: str, first: CapturedAnswer) -> None:
    """Decides what the redirect at ``url`` means for the article of that address."""
    key = owner.family.key(url)
    if key is None:
        return
    article = find_key(reading.archive, owner.site.id, key)
    target, end = reading.answers.follow(owner.site.id, url)
    capture = reading.archive.row(
        "SELECT id, url FROM captures WHERE run = ? AND kind = 'redirect' AND fetched_at = ?",
        (reading.run, moment(first.at)),
    )
    if capture is None:
        return
    detail = storable(target)
    if not owner.site.owns(target):
        decision = Decision(LinkOutcome.OFFSITE, "redirected", detail)
    elif end is not None and end.kind == "article" and end.article is not None:
        decision = Decision(LinkOutcome.COLLECTED, article=end.article)
    elif end is None or end.kind in {"outcome", "redirect"} or (end.kind == "reject" and end.reason in PASSING):
        return  # nobody knows where it leads: the earlier decision stands
    elif end.kind == "error":
        lasting = end.status in ABSENT
        decision = Decision(
            LinkOutcome.REJECTED if lasting else LinkOutcome.FAILED, "http", f"{end.status} at {detail}"
        )
    elif owner.family.key(target) == key:
        return
    else:
        decision = Decision(LinkOutcome.REJECTED, "redirected", detail)
    reading.decide(owner, key, decision, first.at)
    if decision.article is not None and article in {None, decision.article}:
        add_addresses(reading.archive, decision.article, owner.site.id, [(url, key)], first.at)
    if article is not None and article != decision.article and decision.outcome is not LinkOutcome.FAILED:
        state = "gone" if end is not None and end.kind == "error" else "redirected"
        reading.absences[owner.site.id].append(
            Absence(article, owner.site.id, capture["url"], first.at, state, detail, capture["id"])
        )
