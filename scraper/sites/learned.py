"""The part of a site file that `tinkhoi sites learn` writes, beside the selectors it writes into ``[select]``."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from scraper.text import fold

_DIGITS = re.compile(r"\d+")
_SENTENCE_END = (".", "!", "?", "…", "”", '"')


class LearnedPart(BaseModel):
    """What was learned of a site that no single selector of a field can say."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    on: date  # the day it was learned
    pages: Annotated[int, Field(ge=5)]  # of articles it was learned from
    furniture: tuple[str, ...] = ()  # selectors of what the body's element holds beside the body
    lines: tuple[str, ...] = ()  # lines that are none of the body, numbers in them aside
    captions: tuple[str, ...] = ()  # selectors of what follows a picture and is its caption
    lead_opens: Literal["bold", "first"] | None = None  # the lead is no element of its own but opens the body
    date_on_every_page: bool = False  # a page without a date line is refused
    title_in_head: bool = False  # a page whose head does not repeat the title is refused
    not_titles: tuple[str, ...] = ()  # what lists print where articles print their title
    unsure: tuple[str, ...] = ()  # what a person should decide; nothing reads it


def is_sentence(text: str) -> bool:
    """Whether a line reads as a whole sentence, and not as a heading, a label or a counter."""
    return len(text) > 40 and text.endswith(_SENTENCE_END)


def shape(text: str) -> str:
    """A line for comparison: folded, its numbers as 0 but in whole sentences, which they may tell apart."""
    folded = fold(text)
    return folded if is_sentence(text) else _DIGITS.sub("0", folded)
