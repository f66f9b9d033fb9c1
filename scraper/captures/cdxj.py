"""CDXJ, the index by which pywb and ReplayWeb.page find captures: https://specs.webrecorder.net/cdxj/0.1.0/"""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from urllib.parse import quote_from_bytes, unquote_to_bytes, urlsplit

from scraper.addresses import DEFAULT_PORTS
from scraper.captures.format import Capture

_WWW = re.compile(r"^www\d*\.")
_SESSION = re.compile(
    r"(?:^|(?<=&))(?:jsessionid=[0-9a-z$]{32}|phpsessid=[0-9a-z]{32}|sid=[0-9a-z]{32}|aspsessionid[a-z]{8}=[a-z]{24})"
    r"(?:&|$)"
)
_KEPT = "!\"$&'()*+,-./:;<=>?@[\\]^_`{|}~"


def url_key(url: str) -> str:
    """The sortable key of an address (SURT). All spellings of an address have the same key.

    The host is reversed and loses ``www.`` and the default port. Path and query are in lower case; the query is
    sorted and loses session identifiers. The rules are those of the package ``surt``, which pywb uses to find a page.
    """
    parts = urlsplit(url)
    host = _WWW.sub("", (parts.hostname or "").rstrip("."))
    key = ",".join(reversed(host.split(".")))
    if parts.port and parts.port != DEFAULT_PORTS.get(parts.scheme.lower()):
        key += f":{parts.port}"
    path = _escaped(parts.path)
    path = re.sub(r"/{2,}", "/", path)
    path = _without_dots(path).lower()
    path = path.rstrip("/") or "/"
    query = "&".join(sorted(_escaped(parts.query).lower().split("&"))) if parts.query else ""
    query = _SESSION.sub("", query)
    return f"{key}){path}?{query}" if query else f"{key}){path}"


def cdxj_line(capture: Capture, *, file: str, offset: int, length: int) -> str:
    """The line for a capture whose record has ``length`` bytes at ``offset`` of ``file``, without a line end."""
    is_revisit = capture.kind == "revisit"
    status = capture.status or (None if is_revisit else HTTPStatus.OK.value)
    content_type = (capture.header("Content-Type") or "").partition(";")[0].strip().lower()
    fields = {
        "url": capture.url,
        "mime": "warc/revisit" if is_revisit else content_type or "unk",
        **({} if is_revisit or status is None else {"status": str(status)}),
        "digest": capture.payload_digest or "-",
        "length": str(length),
        "offset": str(offset),
        "filename": file,
    }
    key, at = url_key(capture.url), f"{capture.fetched_at:%Y%m%d%H%M%S}"
    return f"{key} {at} {json.dumps(fields, ensure_ascii=True)}"


def _escaped(text: str) -> str:
    plain = text.encode("utf-8", "surrogateescape")
    for _ in range(4):
        once = unquote_to_bytes(plain)
        if once == plain:
            break
        plain = once
    return quote_from_bytes(plain, safe=_KEPT)


def _without_dots(path: str) -> str:
    kept: list[str] = []
    for part in path.split("/"):
        if part == "..":
            if len(kept) > 1:
                kept.pop()
        elif part != ".":
            kept.append(part)
    return "/".join(kept)
