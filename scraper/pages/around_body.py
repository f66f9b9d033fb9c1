"""What pages of unknown software print between an article's title and its body, and how pages of teasers look."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bs4 import Tag

from scraper.items import Block, Paragraph, Picture
from scraper.pages.blocks import attribute, blocks
from scraper.text import fold, squeeze

SENTENCE_ENDS = (".", "!", "?", "…", ".”", '."', ".)")
_FEWEST_LETTERS_OF_A_LEAD = 60
_FIRST_BLOCKS = 4
_TEASERS = 3
_LETTERS_OF_A_TEASER = 400
_MORE = re.compile(r"(?:read more|continue reading|(?:doc|xem) (?:them|tiep)|xem chi tiet|chi tiet)\b.{0,3}")
_LETTER = re.compile(r"[^\W\d_]")


def lead_between(title: Tag, content: Tag) -> str | None:
    """The only prose between title and body, outside of links; None if there is none or more than one paragraph."""
    if any(parent is content for parent in title.parents):
        return None
    found: list[str] = []
    for tag in title.find_all_next(["p", "div", "h2", "h3", "h4", "td"]):
        if tag is content or content in tag.descendants:
            if tag is content:
                break
            continue
        if any(parent is content for parent in tag.parents) or tag.find(["p", "div", "td", "h2", "h3", "h4"]):
            continue
        text = squeeze(tag.get_text(" "))
        is_linked = sum(len(a.get_text()) for a in tag.find_all("a")) * 2 > len(text)
        if len(text) >= _FEWEST_LETTERS_OF_A_LEAD and text.endswith(SENTENCE_ENDS) and not is_linked:
            found.append(" ".join(block.text for block in blocks(tag, "") if isinstance(block, Paragraph)))
    return found[0] if len(found) == 1 and found[0] else None


def without_header(printed: Sequence[Block], is_date_line: re.Pattern[str], byline: str | None) -> tuple[Block, ...]:
    """The blocks without lines of the author's name or of dates among the first, where themes put them."""
    return tuple(
        block
        for place, block in enumerate(printed)
        if place >= _FIRST_BLOCKS or isinstance(block, Picture) or not _is_header(block, is_date_line, byline)
    )


def _is_header(block: Paragraph, dates: re.Pattern[str], byline: str | None) -> bool:
    if byline is not None and fold(block.text) == fold(byline):
        return True
    return not block.text.endswith(SENTENCE_ENDS) and bool(dates.search(block.text)) and len(block.text) <= 100


def is_of_teasers(around: Tag, letters: int) -> bool:
    """Whether the page leads to several articles by "Đọc thêm", beside little text of its own (``letters``)."""
    leads = {attribute(a, "href") for a in _more_links(around)}
    return len(leads) >= _TEASERS and letters < _LETTERS_OF_A_TEASER * len(leads) / _TEASERS


def _more_links(around: Tag) -> Iterator[Tag]:
    for link in around.find_all("a", href=True):
        text = fold(squeeze(link.get_text(" ")))
        if len(text) <= 30 and _MORE.match(text) and _LETTER.search(text):
            yield link
