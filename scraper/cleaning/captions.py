"""Finds captions that are printed as paragraphs of their own, and joins them to their pictures."""

from __future__ import annotations

import re
from collections.abc import Sequence

from scraper.items import Block, Paragraph, Picture
from scraper.text import are_alike, fold

_CAPTION = 300  # characters; the longest caption on the pages read by eye has 170
_ALIKE = 0.8  # likeness of an alt text and its caption: `lần thứ 1` / `lần thứ I`, `sau` / `tại`

_CREDIT_LINE = re.compile(r"\(?(?:Ảnh|ẢNH|Nguồn ảnh|Ảnh minh họa)\b.{0,50}")
_NOT_A_CAPTION = re.compile(r"[“\"'«\-–—•+*]|\d+[.)]|[IVX]+[.)]")


def pair_captions(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The body with each caption joined to its picture.

    A short paragraph below a picture is its caption in two cases. Either it is like the picture's alt text (folded;
    an alt text may be cut in mid-word), or its style shows it: centred or italic, not only bold, and unlike the
    paragraphs before and after it. Several pictures in a row may share one run of captions.
    """
    out: list[Block] = []
    rest = list(blocks)
    while rest:
        pictures: list[Picture] = []
        while rest and isinstance(rest[0], Picture):
            pictures.append(rest.pop(0))  # type: ignore[arg-type]
        if not pictures:
            out.append(rest.pop(0))
            continue
        below = _leading_paragraphs(rest, len(pictures) + 1)
        before = next((block for block in reversed(out) if isinstance(block, Paragraph)), None)
        captions = _by_alt(pictures, below) or _by_type(pictures, below, before)
        used = len(captions)
        if used and used < len(below) and _CREDIT_LINE.fullmatch(below[used].text):
            last = max(captions)
            captions[last] = f"{captions[last]} {below[used].text}"
            used += 1
        out += [
            Picture(src=picture.src, alt=picture.alt, caption=captions.get(i, picture.caption))
            for i, picture in enumerate(pictures)
        ]
        del rest[:used]
    return tuple(out)


def _leading_paragraphs(blocks: Sequence[Block], most: int) -> list[Paragraph]:
    out: list[Paragraph] = []
    for block in blocks[:most]:
        if not isinstance(block, Paragraph):
            break
        out.append(block)
    return out


def _by_alt(pictures: Sequence[Picture], below: Sequence[Paragraph]) -> dict[int, str]:
    captions: dict[int, str] = {}
    for paragraph in below:
        for i, picture in enumerate(pictures):
            if i not in captions and picture.caption is None and _is_alt(picture.alt, paragraph.text):
                captions[i] = paragraph.text
                break
        else:
            break
    return captions


def _is_alt(alt: str | None, text: str) -> bool:
    if alt is None or len(text) > _CAPTION:
        return False
    one, other = fold(alt).rstrip(" .…"), fold(text).rstrip(" .…")
    if one == other:
        return True
    if len(one) >= 20 and len(one) >= 0.3 * len(other) and other.startswith(one):
        return True
    return len(one) >= 8 and are_alike(alt, text, _ALIKE)


def _by_type(pictures: Sequence[Picture], below: Sequence[Paragraph], before: Paragraph | None) -> dict[int, str]:
    free = [i for i, picture in enumerate(pictures) if picture.caption is None]
    if not below or len(pictures) - 1 not in free:
        return {}
    after = below[1] if len(below) > 1 else None
    if after is not None and _CREDIT_LINE.fullmatch(after.text):
        after = None
    one = below[0]
    if _has_type_of_caption(one) and not _alike_in_type(one, before) and not _alike_in_type(one, after):
        return {len(pictures) - 1: one.text}
    return {}


def _has_type_of_caption(paragraph: Paragraph) -> bool:
    text = paragraph.text
    if text.endswith(":") or _NOT_A_CAPTION.match(text) or paragraph.align == "right":
        return False
    if paragraph.align == "center":
        return len(text) <= _CAPTION and (paragraph.italic or not paragraph.bold)
    return paragraph.italic and len(text) <= _CAPTION * 2 // 3


def _alike_in_type(one: Paragraph, other: Paragraph | None) -> bool:
    return other is not None and (one.align, one.italic, one.bold) == (other.align, other.italic, other.bold)
