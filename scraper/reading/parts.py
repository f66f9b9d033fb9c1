"""Joins an article that its site divides over several pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from scraper.addresses import comparable
from scraper.items import Block, Paragraph, Picture, PrintedArticle


def place_of(url: str) -> str:
    """An address for comparison; servers redirect ``/2`` to ``/2/`` or the other way."""
    return comparable(url).rstrip("/")


def with_parts(first: PrintedArticle, parts: Mapping[str, PrintedArticle]) -> PrintedArticle:
    """The article on ``first`` with the bodies of its further pages. Its ``further_pages`` are those not at hand.

    The keys of ``parts`` are made by place_of. A page that is missing ends the text, because what follows would
    stand in the wrong place. A picture that pages repeat counts once.
    """
    if not first.further_pages:
        return first
    body, waiting = list(first.body), list(first.further_pages)
    done: set[str] = set()
    while waiting and (part := parts.get(place_of(waiting[0]))) is not None:
        done.add(place_of(waiting.pop(0)))
        body += _without_repeated_pictures(part, body)
        named = {place_of(url) for url in waiting} | done
        waiting += [url for url in part.further_pages if place_of(url) not in named]
    return replace(first, body=tuple(body), further_pages=tuple(waiting))


def _without_repeated_pictures(part: PrintedArticle, before: list[Block]) -> list[Block]:
    lead = [Paragraph(text=part.lead, bold=True)] if part.lead else []  # a bold opening there is no lead
    known = {block.src for block in before if isinstance(block, Picture)}
    return [*lead, *(block for block in part.body if not (isinstance(block, Picture) and block.src in known))]
