"""Turns captions that a CMS binds to their pictures in its own way into figures."""

from __future__ import annotations

from collections.abc import Iterator

from bs4 import Tag
from bs4.element import PageElement, PreformattedString

from scraper.pages.blocks import attribute, words
from scraper.pages.tree import new_element, rename
from scraper.text import squeeze

_LONGEST = 300  # characters of a caption


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
            figure = new_element(caption, "figure")
            caption.insert_before(figure)
            figure.append(image.extract())
            figure.append(caption.extract())
            rename(caption, "figcaption")


def bind_marked_captions(body: Tag) -> None:
    """Makes figures of the body's pictures and what its markup shows to be their captions, whatever its names are.

    A caption is all that an element says which holds a picture besides, or stands right below a picture and has a
    class or id that nothing else in the body has but what stands below pictures.
    """
    below: dict[str, list[tuple[Tag, Tag]]] = {}
    for image in body.find_all("img"):
        framed = image.find_parent(["figure", "table"])
        if framed is not None and body in framed.parents:  # not the table of the page's layout
            continue
        frame = _frame(image, body)
        after = next((node for node in frame.next_siblings if isinstance(node, Tag)), None)
        if after is None or after.find("img") is not None or not 0 < len(words(after)) <= _LONGEST:
            continue
        if squeeze("".join(map(str, _between(frame, after)))):
            continue
        around = frame.parent
        if around is not None and around is not body and around.name == "div" and _says_only(around, after):
            picture_with_caption(around, after)
        elif mark := _mark(after):
            below.setdefault(mark, []).append((frame, after))
    used = {id(after) for few in below.values() for _, after in few}
    others = {_mark(tag) for tag in body.find_all(True) if id(tag) not in used}
    for mark, few in below.items():
        for frame, after in few if mark not in others else ():
            figure = new_element(frame, "figure")
            frame.insert_before(figure)
            figure.append(frame.extract())
            figure.append(after.extract())
            rename(after, "figcaption")


def _frame(image: Tag, body: Tag) -> Tag:
    """The largest element around a picture that says nothing."""
    tag = image
    while tag.parent is not None and tag.parent is not body and not squeeze(tag.parent.get_text()):
        tag = tag.parent
    return tag


def _between(one: Tag, other: Tag) -> Iterator[PageElement]:
    for node in one.next_siblings:
        if node is other:
            return
        if not isinstance(node, PreformattedString):
            yield node


def _mark(tag: Tag) -> str:
    return (
        f"{tag.name} {attribute(tag, 'id')} {attribute(tag, 'class')}".strip()
        if tag.get("id") or tag.get("class")
        else ""
    )


def picture_with_caption(paragraph: Tag, caption: Tag) -> None:
    """Turns ``paragraph``, which prints one picture and its ``caption``, into a figure."""
    rename(paragraph, "figure")
    rename(caption, "figcaption")


def _says_only(frame: Tag, caption: Tag) -> bool:
    return squeeze(frame.get_text()) == squeeze(caption.get_text())
