"""From the bytes of a page to its text, whatever its server says of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Decoded:
    """A page's text, how it was read, and what keeps it from being trusted."""

    text: str
    encoding: str
    problem: str | None  # plain English; None where the text is right


def decode(body: bytes, content_type: str | None, declared: str | None = None) -> Decoded:
    """The text of ``body``."""
    try:
        return Decoded(body.decode("utf-8-sig"), "utf-8", None)
    except UnicodeDecodeError as error:
        return Decoded(body.decode("utf-8", "replace"), "utf-8", str(error))
