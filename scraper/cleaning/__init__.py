"""Turns what a page prints (PrintedArticle) into what the archive keeps (Article), or rejects it (Reject).

Everything here is a pure function. Words are kept as printed: a masthead stays in the lead, ``uỷ`` stays ``uỷ``.
What is taken out of the body is an empty zone, a copy (a repeated lead), or kept in a field of its own (captions, a
signature). What cannot be told from prose by its shape stays prose.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Literal

from scraper.cleaning.bylines import same_name, without_signature
from scraper.cleaning.captions import pair_captions
from scraper.cleaning.leads import masthead, without_empty_zones, without_repeated_lead
from scraper.cleaning.soft_errors import soft_error
from scraper.clock import VIETNAM
from scraper.dates.publication import date_article
from scraper.items import (
    Article,
    Figure,
    Paragraph,
    Picture,
    PrintedArticle,
    Problem,
    Reject,
    Topic,
    Witness,
    WitnessSource,
    time_is_known,
)
from scraper.text import LEAST_WORDS, same_words, shows_title
from scraper.text.sentence import Sentence

__all__ = ["refine", "soft_error"]

Tagger = Callable[..., tuple[Topic, ...]]
"""Called with the keywords ``title``, ``kicker``, ``lead``, ``body`` (paragraphs) and ``captions``."""

_AHEAD = timedelta(days=2)  # how far another clock may be ahead of ours before a date counts as future


def refine(
    printed: PrintedArticle,
    *,
    site: str,
    key: str,
    trust: Sequence[WitnessSource],
    captured_at: datetime,
    month: tuple[int, int] | None = None,
    other_witnesses: Sequence[Witness] = (),
    urls: Sequence[str] = (),
    order: Literal["dmy", "mdy"] = "dmy",
    topics: Tagger | Sequence[Topic] = (),
) -> Article | Reject:
    """The article that ``printed`` makes, or why it is no article.

    ``trust`` is the family's order of date witnesses, and ``month`` the year and month that the address states.
    ``other_witnesses`` are what lists, feeds and sitemaps say about the date. ``urls`` are the other addresses that
    led here. ``topics`` are the topics themselves, or the function that finds them.

    A page that prints no date (``needs_date``) is dated only by those of ``other_witnesses`` that name its title.
    """
    refusal = soft_error(printed)
    if refusal is not None:
        return refusal
    if printed.needs_date:
        other_witnesses = [w for w in other_witnesses if w.title and _is_title(w.title, printed.title)]
    dating = date_article(
        printed, trust=trust, captured_at=captured_at, month=month, other=other_witnesses, order=order
    )
    if dating.published_day is None and dating.earliest is None:
        future = next((problem for problem in dating.problems if problem.kind == "future"), None)
        if future is not None:
            return Reject(reason="future", detail=future.detail, url=printed.url)
        if printed.needs_date:
            detail = Sentence("no date beside the title and none in the page's head")
            return Reject(reason="not-an-article", detail=detail, url=printed.url)
        seen = printed.published_text or Sentence("nothing")
        return Reject(
            reason="no-date", detail=Sentence("no date could be read from: {seen}", seen=seen), url=printed.url
        )
    ahead = (captured_at.astimezone(VIETNAM) + _AHEAD).date()
    if time_is_known(captured_at) and dating.published_day and dating.published_day > ahead:
        return Reject(reason="future", detail=Sentence("published {day}", day=dating.published_day), url=printed.url)

    blocks = without_repeated_lead(without_empty_zones(printed.body), printed.lead)
    blocks = pair_captions(blocks)
    blocks, signed = without_signature(blocks, printed.byline)
    body = tuple(block.text for block in blocks if isinstance(block, Paragraph))
    if not body and printed.lead is None:
        return Reject(
            reason="no-body", detail=Sentence("nothing is left but pictures and a signature"), url=printed.url
        )
    figures = tuple(
        Figure(src=block.src, alt=block.alt, caption=block.caption) for block in blocks if isinstance(block, Picture)
    )
    problems = dating.problems
    if printed.byline and signed and not same_name(printed.byline, signed):
        problems += (
            Problem(
                kind="two-authors",
                detail=Sentence(
                    "byline {byline!r}, signature {signature!r}", byline=printed.byline, signature=signed
                ),
            ),
        )
    if callable(topics):
        topics = topics(
            title=printed.title,
            kicker=printed.kicker,
            lead=printed.lead,
            body=body,
            captions=tuple(figure.caption for figure in figures if figure.caption),
        )
    url = printed.canonical_url or printed.url
    return Article(
        site=site,
        key=key,
        url=url,
        urls=tuple(dict.fromkeys((url, printed.url, *printed.other_urls, *urls))),
        title=printed.title,
        kicker=printed.kicker,
        lead=printed.lead,
        body=body,
        masthead=masthead(printed.lead or (body[0] if body else "")),
        author=printed.byline or signed,
        section=printed.section,
        tags=printed.tags,
        figures=figures,
        published_text=printed.published_text,
        published_at=dating.published_at,
        published_day=dating.published_day,
        published_precision=dating.precision,
        published_earliest=dating.earliest,
        published_latest=dating.latest,
        date_evidence=dating.evidence,
        updated_at=dating.updated_at,
        topics=tuple(topics),
        captured_at=captured_at,
        parser=printed.parser,
        problems=problems,
    )


def _is_title(listed: str, printed: str) -> bool:
    """Whether a list's title is the page's: the same words, or one is a part of the other and neither is a label."""
    are_titles = min(len(listed.split()), len(printed.split())) >= LEAST_WORDS
    return same_words(listed, printed) or (are_titles and shows_title(listed, printed))
