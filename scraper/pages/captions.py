"""Turns captions that a CMS binds to their pictures in its own way into figures."""

from __future__ import annotations

from bs4 import Tag

from scraper.pages.blocks import words
from scraper.pages.tree import rename
from scraper.text import squeeze


def bind_captions(body: Tag, selector: str) -> None:
    """Makes one figure of each caption that ``selector`` finds and the picture above it.

    The picture is in the caption's own element, which then holds nothing else, or in the element before it.
    """
    for caption in body.select(selector):
        if caption.decomposed or not words(caption) or caption.find_parent("figure") is not None:
            continue
        frame = caption.parent
        if frame is None:
            continue
        if frame is not body and len(frame.find_all("img")) == 1 and _says_only(frame, caption):
            picture_with_caption(frame, caption)
            continue
        before = caption.find_previous_sibling()
        image = before if before is not None and before.name == "img" else before.find("img") if before else None
        if image is not None and before is not None and not words(before):
            figure = Tag(name="figure")
            caption.insert_before(figure)
            figure.append(image.extract())
            figure.append(caption.extract())
            rename(caption, "figcaption")


def picture_with_caption(paragraph: Tag, caption: Tag) -> None:
    """Turns ``paragraph``, which prints one picture and its ``caption``, into a figure."""
    rename(paragraph, "figure")
    rename(caption, "figcaption")


def _says_only(frame: Tag, caption: Tag) -> bool:
    return squeeze(frame.get_text()) == squeeze(caption.get_text())
