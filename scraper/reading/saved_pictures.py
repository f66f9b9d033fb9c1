"""Names the pictures of a page that a browser saved, where their addresses on the web are gone from it.

"Save page as" writes the path of a file beside the page, SingleFile the picture itself. Read as they are, the one
would become an address that never was, and the other would be lost with its caption.
"""

from __future__ import annotations

import re
from base64 import b64decode, urlsafe_b64encode
from binascii import Error
from hashlib import sha256

_START = 8192  # characters: both programs sign a page at its beginning
_IMAGE = re.compile(r"<img\b[^>]*>", re.I)
_BESIDE = re.compile(r'\ssrc="\./([^"]*)"')
_WITHIN = re.compile(r"(\ssrc=[\"']?)data:image/(?:jpeg|png|webp|avif|gif);base64,([A-Za-z0-9+/=]+)", re.I)
_ALT = re.compile(r"\salt=(?![\"']{2}|[\s>])", re.I)
_SMALL = 200  # letters of Base64: a smaller picture without words is a spacer, a dot, a counter
_ADDRESS = re.compile(r"\s(?:data-)?(?:lazy-)?src(?:set)?=[\"']?https?://", re.I)


def with_named_pictures(text: str) -> str:
    """The page in which ``file:`` names a picture beside it, and ``ni:`` (RFC 6920) one within it by its SHA-256.

    Any page that a browser did not save is returned as it is.
    """
    start = text[:_START]
    if "<!-- saved from url=(" in start:
        named = _named_beside
    elif "Page saved with SingleFile" in start:
        named = _named_within
    else:
        return text
    end = text.rfind(">") + 1  # up to here each tag ends, so that none is looked for twice
    return _IMAGE.sub(lambda image: named(image.group()), text[:end]) + text[end:]


def _named_beside(image: str) -> str:
    """The tag with the file named, or without it where the tag still tells an address on the web."""
    found = _BESIDE.search(image)
    if found is None or "_files/" not in found[1]:
        return image
    return image.replace(found[0], "" if _ADDRESS.search(image) else f' src="file:{found[1]}"')


def _named_within(image: str) -> str:
    """The tag with a name for the picture in it, unless it is a small one that no words describe."""
    found = _WITHIN.search(image)
    if found is None or (len(found[2]) < _SMALL and not _ALT.search(image)):
        return image
    return image.replace(found[0], found[1] + _name(found[2]))


def _name(picture: str) -> str:
    try:
        content = b64decode(picture)
    except Error:
        content = picture.encode()
    return f"ni:///sha-256;{urlsafe_b64encode(sha256(content).digest()).decode().rstrip('=')}"
