"""A CDXJ of the captures as they lie on the disk, for pywb.

A 304 becomes a line with its own time and the place of the capture that it repeats: the reader then serves the page
that stood at that moment. A ``revisit`` that names none is served by some readers as whichever capture is nearest,
even a later one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from scraper.captures import Capture, Tally, capture_in
from scraper.captures.cdxj import cdxj_line
from scraper.captures.members import whole_records

_Original = tuple[str, str]
"""Time and line of a capture that a 304 may repeat."""


def index_lines(files: Iterable[Path], leave_out: Callable[[Capture], bool]) -> Iterator[str]:
    """The sorted lines of all captures of these files but those that ``leave_out`` names."""
    lines: list[str] = []
    revisits: list[Capture] = []
    originals: dict[str, list[_Original]] = {}
    for path in files:
        with path.open("rb") as file:
            for record in whole_records(file, path.name, Tally()):
                capture = capture_in(record.content, path.name, record.offset, Tally())
                if capture is None or record.length is None or capture.kind == "outcome" or leave_out(capture):
                    continue
                if capture.kind == "revisit" and not capture.payload_digest:
                    revisits.append(capture)
                    continue
                line = cdxj_line(capture, file=path.name, offset=record.offset, length=record.length)
                lines.append(line)
                if capture.status == 200:
                    originals.setdefault(capture.url, []).append((capture.fetched_at.isoformat(), line))
    for revisit in revisits:
        earlier = [each for each in originals.get(revisit.url, ()) if each[0] <= revisit.fetched_at.isoformat()]
        if earlier:
            lines.append(_at(revisit, max(earlier)[1]))
    return iter(sorted(lines))


def _at(revisit: Capture, line: str) -> str:
    key, _, fields = line.split(" ", 2)
    return f"{key} {revisit.fetched_at:%Y%m%d%H%M%S} {json.dumps(json.loads(fields))}"
