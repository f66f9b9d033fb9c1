"""Learned on twelve pages of a drawn paper, read on others: which fields are right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from scraper.items import Article, Reject, Witness, WitnessSource
from scraper.learning import Captured, Learned, labels_of_feed, labels_of_list, learn, merged
from scraper.learning.site_lines import site_data
from scraper.reading import read_article
from scraper.sites import Site
from tests.learning.markup import Paper
from tests.learning.truth import Truth

AT = datetime(2026, 11, 28, 1, 30, tzinfo=UTC)
TAUGHT = 12


@dataclass
class Outcome:
    """What was right of one paper's pages that were not learned from."""

    paper: Paper
    learned: Learned | None = None
    pages: int = 0
    whole: int = 0  # pages right in all fields
    wrong: list[tuple[str, object, object]] = field(default_factory=list)  # field, told, read
    junk_read: list[str] = field(default_factory=list)
    silent_dates: list[str] = field(default_factory=list)


def teach(paper: Paper) -> Learned:
    """What the paper's first pages teach, with its lists and its feed."""
    lists = [Captured(url, html) for url, html in list(paper.junk().items())[:2]]
    said = [labels_of_list(page.html, page.url) for page in lists]
    if paper.feeds:
        said.append(labels_of_feed(paper.feed()))
    pages = [Captured(paper.url(t), paper.article(t)) for t in paper.articles[:TAUGHT]]
    return learn(pages, merged(said), lists)


def site_of(paper: Paper, learned: Learned | None) -> Site:
    """A site file that knows the paper's address and what was learned."""
    about = {"id": "giay", "name": paper.name, "kind": "newspaper", "province": "Tiền Giang", "family": "generic"}
    data = site_data(learned, date(2026, 11, 28)) if learned else {}
    return Site.model_validate({**about, "home": paper.home, **data})


def heard(paper: Paper, truth: Truth) -> list[Witness]:
    """What the paper's lists and feed say of the date."""
    told = [Witness(WitnessSource.LIST, f"{truth.published:%d/%m/%Y %H:%M}")] if paper.list_dates else []
    if paper.feeds:
        told.append(Witness(WitnessSource.FEED, f"{truth.published:%a, %d %b %Y %H:%M:%S} +0700"))
    return told


def expected(paper: Paper, truth: Truth) -> dict[str, object]:
    """What the page prints of each field."""
    above = [truth.above] if paper.picture_above and paper.lead_form == "own" and truth.above else []
    return {
        "title": truth.title,
        "kicker": truth.kicker,
        "lead": truth.lead,
        "body": list(truth.body),
        "minute": truth.published.isoformat()[:16],
        "author": truth.author,
        "captions": [*above, *(words for _, words in truth.captions)],
        "pictures": [f"{truth.number}-{n}.jpg" for n in ([99] if above else []) + [n for n, _ in truth.captions]],
        "section": truth.section if paper.tells_section else None,
        "tags": sorted(truth.tags) if paper.has_tags else [],
    }


def said(article: Article) -> dict[str, object]:
    """What was read of each field."""
    return {
        "title": article.title,
        "kicker": article.kicker,
        "lead": article.lead,
        "body": list(article.body),
        "minute": article.published_at.isoformat()[:16] if article.published_at else None,
        "author": article.author,
        "captions": [figure.caption for figure in article.figures if figure.caption],
        "pictures": [figure.src.rpartition("/")[2] for figure in article.figures],
        "section": article.section,
        "tags": sorted(article.tags),
    }


def read(paper: Paper, site: Site, truth: Truth) -> Article | Reject:
    """The article's page, as a night reads it."""
    source = paper.article(truth).encode()
    return read_article(source, paper.url(truth), site, captured_at=AT, witnesses=heard(paper, truth))


def differences(paper: Paper, truth: Truth, answer: Article | Reject) -> Iterator[tuple[str, object, object]]:
    """The fields that are not as the truth has them."""
    told = expected(paper, truth)
    if isinstance(answer, Reject):
        yield from ((name, value, f"refused: {answer.reason} {answer.detail}") for name, value in told.items())
        return
    got = said(answer)
    yield from ((name, value, got[name]) for name, value in told.items() if got[name] != value)


def outcome(seed: int, *, pages: int = 4, learns: bool = True) -> Outcome:
    """What is right of ``pages`` pages that were not learned from, and of pages that are no articles.

    If it does not learn, the family for unknown software reads each page by itself.
    """
    paper = Paper(seed)
    done = Outcome(paper, teach(paper) if learns else None)
    site = site_of(paper, done.learned)
    for truth in paper.articles[TAUGHT : TAUGHT + pages]:
        answer = read(paper, site, truth)
        wrong = list(differences(paper, truth, answer))
        done.pages += 1
        done.whole += not wrong
        done.wrong += wrong
        is_article = isinstance(answer, Article)
        if is_article and answer.published_day != truth.published.date() and not answer.problems:
            done.silent_dates.append(paper.url(truth))
    for url, source in paper.junk().items():
        if isinstance(read_article(source.encode(), url, site, captured_at=AT), Article):
            done.junk_read.append(url)
    return done
