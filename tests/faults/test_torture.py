"""The table that stands in docs/reliability.md is that of a whole run in which all was as promised."""

from __future__ import annotations

from tests.faults.profiles import LIES
from tests.faults.torture import PARTS, read_record
from tests.faults.traps import LISTS, SLOW, TRAPS

FRAMED = {"17 MB packed by zstd", "four layers of gzip", "a body in chunks of a letter, with long names"}
"""Added since the whole run."""


def test_the_record_is_whole_and_good() -> None:
    rows = read_record()
    assert [row for row in rows if row.as_promised != "yes"] == []
    assert {row.part for row in rows} >= set(PARTS) - {"silence", "year"}
    played = {row.played.partition(":")[0] for row in rows}
    assert set(LIES) <= played
    assert {*TRAPS, *SLOW, *LISTS} - FRAMED <= {row.played for row in rows}
    assert sum(int(row.times) for row in rows if "kill -9" in row.played) >= 100
