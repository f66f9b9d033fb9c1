"""What a redirect means for the article at its address. This is decided once the whole file has been read."""

from __future__ import annotations

from scraper.ingest.answers import CapturedAnswer
from scraper.ingest.article_pages import PASSING
from scraper.ingest.failed_pages import ABSENT
from scraper.ingest.file_reading import FileReading, IngestedSite, storable
from scraper.ingest.missing_articles import Absence
from scraper.ingest.same_article import are_titles_of_one, is_part
from scraper.store.archive import moment
from scraper.store.articles import add_addresses, find_key
from scraper.store.ledgers import Decision, LinkOutcome
from scraper.text import LEAST_WORDS
from scraper.text.sentence import Sentence


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
    if article is not None and end is not None and end.kind == "reject" and _is_article(owner, target, end):
        return  # an article stands at the new address, though its page could not be read tonight
    detail = storable(target)
    decision = _decision(reading, owner, key, target, end)
    if decision is None:
        return  # where it leads is not known: what was decided before stands
    reading.decide(owner, key, decision, first.at)
    if decision.article is not None and article in {None, decision.article}:
        add_addresses(reading.archive, decision.article, owner.site.id, [(url, key)], first.at)
    if article is not None and article != decision.article and decision.outcome is not LinkOutcome.FAILED:
        state = "gone" if end is not None and end.kind == "error" else "redirected"
        reading.absences[owner.site.id].append(
            Absence(article, owner.site.id, capture["url"], first.at, state, detail, capture["id"])
        )


def _decision(
    reading: FileReading, owner: IngestedSite, key: str, target: str, end: CapturedAnswer | None
) -> Decision | None:
    """What became of the link ``key`` that ended at ``target``, where ``end`` was answered; None where that tells
    nothing."""
    detail = storable(target)
    if not owner.site.owns(target):
        return Decision(LinkOutcome.OFFSITE, "redirected", detail)
    if end is None or end.kind in {"outcome", "redirect"} or (end.kind == "reject" and end.reason in PASSING):
        return None
    if end.kind == "article" and end.article is not None:
        known = find_key(reading.archive, owner.site.id, key)
        if known is not None or not _is_another(reading, owner.site.id, key, end.article):
            return Decision(LinkOutcome.COLLECTED, article=end.article)
    elif end.kind == "error":
        outcome = LinkOutcome.REJECTED if end.status in ABSENT else LinkOutcome.FAILED
        return Decision(outcome, "http", Sentence("{status} at {address}", status=end.status, address=detail))
    elif owner.family.key(target) == key:
        return None
    return Decision(LinkOutcome.REJECTED, "redirected", detail)


def _is_article(owner: IngestedSite, target: str, end: CapturedAnswer) -> bool:
    """Whether a refused page at an article's address did not say that there is no such article."""
    return owner.family.key(target) is not None and end.reason != "soft-404"


def _is_another(reading: FileReading, site: str, key: str, article: int) -> bool:
    """Whether a list printed quite another title for the link ``key`` than the article has that it leads to.

    Where lists show that article at its own address, too, any other title is another article's. A link of fewer than
    LEAST_WORDS words is a label ("Bài viết", "Xem thêm"), which tells no title.
    """
    listed = reading.archive.value("SELECT title FROM listed WHERE site = ? AND key = ?", (site, key)) or ""
    title = reading.archive.value("SELECT title FROM articles WHERE id = ?", (article,))
    if not title or len(listed.split()) < LEAST_WORDS:
        return False
    beside = reading.archive.row(
        "SELECT 1 FROM listed JOIN articles ON articles.site = listed.site AND articles.key = listed.key"
        " WHERE articles.id = ? AND listed.title IS NOT NULL AND listed.key <> ?",
        (article, key),
    )
    return not (is_part(listed, title) if beside is not None else are_titles_of_one(listed, title))
