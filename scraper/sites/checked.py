"""The line of a site file that says when and against what it was verified."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable
from pathlib import Path

from scraper.sites.site import BUILT_IN, SiteError
from scraper.text.sentence import Sentence

_LINE = re.compile(r"^checked[ \t]*=.*$", re.M)
_TABLE = re.compile(r"^\[", re.M)


def site_path(id_: str, extra: Iterable[Path] = ()) -> Path:
    """The file that counts for the site ``id_``: the last one with this name. Raises SiteError if there is none."""
    paths = [path for folder in (BUILT_IN, *extra) if (path := folder / f"{id_}.toml").is_file()]
    if not paths:
        raise SiteError(Sentence("no site file is named {id}.toml", id=id_))
    return paths[-1]


def with_checked(text: str, checked: str) -> str:
    """The text of a site file in which the line ``checked`` says ``checked`` and no other line is changed.

    Raises ValueError if the line cannot be written so that it reads back the same.
    """
    line = f"checked = {json.dumps(checked, ensure_ascii=False)}"
    table = _TABLE.search(text)
    end = table.start() if table else len(text)
    head, tail = text[:end], text[end:]
    head = _LINE.sub(lambda _: line, head, count=1) if _LINE.search(head) else f"{head.rstrip()}\n{line}\n"
    written = head + tail
    try:
        is_right = tomllib.loads(written) == {**tomllib.loads(text), "checked": checked}
    except tomllib.TOMLDecodeError:
        is_right = False
    if not is_right:
        raise ValueError(Sentence("the line `checked` cannot be found: write it by hand"))
    return written
