"""What the sites belong to: the provinces before and after 1 July 2025, and the party bodies they write about.

Both are tab-separated tables under ``data/``, and each row names its source. An empty field is unknown.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

from scraper.sites.site import Site, Status
from scraper.text import fold

BEFORE = "(cũ)"
"""Stands after the name of a province that existed before 1 July 2025."""

_DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Province:
    """One of the 63 provinces and cities that existed before 1 July 2025, and what became of it."""

    name_before: str
    name_now: str
    changed_on: date | None  # None if neither name nor territory changed
    source: str


@dataclass(frozen=True, slots=True)
class PartyBody:
    """A party bloc, one of its successors, or a committee that has a site of its own.

    A day that is not known exactly is None. Neither a month nor a guess takes its place.
    """

    name: str
    kind: Literal["bloc", "successor", "committee"]
    province: str  # as named before 1 July 2025
    founded: date | None
    ended: date | None
    succeeded_by: str | None  # names of bodies in this table, joined with "; "
    source: str


def _rows(name: str, columns: tuple[str, ...]) -> Iterator[dict[str, str]]:
    with (_DATA / name).open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, delimiter="\t", strict=True)
        if tuple(reader.fieldnames or ()) != columns:
            raise ValueError(f"{name}: its columns are {reader.fieldnames}, and should be {columns}")
        for number, row in enumerate(reader, start=2):
            if None in row or None in row.values():
                raise ValueError(f"{name}, line {number}: not {len(columns)} fields")
            yield row


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


@cache
def provinces() -> tuple[Province, ...]:
    """All 63 provinces and cities in Vietnamese alphabetical order. Raises ValueError for a broken table."""
    return tuple(
        Province(row["name_before"], row["name_now"], _day(row["changed_on"]), row["source"])
        for row in _rows("provinces.tsv", tuple(f.name for f in fields(Province)))
    )


@cache
def party_bodies() -> tuple[PartyBody, ...]:
    """The party bodies about which something is known. Raises ValueError for a broken table."""
    kinds: dict[str, Literal["bloc", "successor", "committee"]] = {
        "bloc": "bloc",
        "successor": "successor",
        "committee": "committee",
    }
    return tuple(
        PartyBody(
            name=row["name"],
            kind=kinds[row["kind"]],
            province=row["province"],
            founded=_day(row["founded"]),
            ended=_day(row["ended"]),
            succeeded_by=row["succeeded_by"] or None,
            source=row["source"],
        )
        for row in _rows("party_bodies.tsv", tuple(f.name for f in fields(PartyBody)))
    )


def sites_of_province(name: str, sites: Iterable[Site]) -> list[Site]:
    """Those of ``sites`` that belong to the province ``name``: its name before or after 1 July 2025.

    The name may be typed with or without marks and with or without *tỉnh*, *thành phố* or *TP.* before it.
    """
    names = provinces_named(name)
    return [site for site in sites if site.province in names]


def successor(site: Site, sites: Mapping[str, Site]) -> Site:
    """The site that took the place of one that moved, as far as ``sites`` knows it; else ``site`` itself."""
    passed = {site.id}
    while site.status is Status.MOVED and (to := site.moved_to or "") in sites and to not in passed:
        passed.add(to)
        site = sites[to]
    return site


def provinces_named(name: str) -> frozenset[str]:
    """The provinces that are or were called ``name``, by their names before 1 July 2025.

    The name may be typed as in :func:`sites_of_province`. With :data:`BEFORE` after it, it is that of before alone:
    ``Đồng Tháp`` of today holds the former Tiền Giang, ``Đồng Tháp (cũ)`` does not.
    """
    asked = _bare(name)
    if asked.endswith(fold(BEFORE)):
        former = asked.removesuffix(fold(BEFORE)).strip()
        return frozenset(p.name_before for p in provinces() if former == _bare(p.name_before))
    return frozenset(p.name_before for p in provinces() if asked in {_bare(p.name_before), _bare(p.name_now)})


def province_within(words: str) -> tuple[str, str] | None:
    """The province that plain ``words`` name, as the table spells it, and the other words; None if they name none.

    A name of one syllable (Huế) is a word like others, and a name in quotes was meant as words.
    """
    typed = words.split()
    folded = [fold(word) for word in typed]
    names = {tuple(fold(name).split()): name for each in provinces() for name in (each.name_now, each.name_before)}
    for name, spelled in names.items():
        for at in range(len(folded) - len(name) + 1):
            if len(name) > 1 and tuple(folded[at : at + len(name)]) == name:
                begin = at - 1 if at and folded[at - 1] == "tinh" else at
                return spelled, " ".join([*typed[:begin], *typed[at + len(name) :]])
    return None


def _bare(name: str) -> str:
    return re.sub(r"^(tinh|thanh pho|tp\.?) ", "", fold(name))
