"""Makes the table of zones' names from Babel's CLDR: `python tests/dates/zone_names.py > NEW`, then move it.

A name stands for a zone of the IANA database, or for its standard or its summer time. A name that stands for several
is left out: beside a clock it is then unknown, and the moment is refused.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import babel
from babel.core import get_global

LANGUAGES = ("vi", "en")
TABLE = Path(__file__).parents[2] / "scraper" / "dates" / "zones.tsv"
YEAR = 2024
GOLDEN = {
    "America_Eastern": "America/New_York", "America_Central": "America/Chicago", "America_Mountain": "America/Denver",
    "America_Pacific": "America/Los_Angeles", "Atlantic": "America/Halifax", "Alaska": "America/Anchorage",
    "Europe_Central": "Europe/Paris", "Europe_Eastern": "Europe/Bucharest", "Europe_Western": "Atlantic/Canary",
    "Moscow": "Europe/Moscow", "GMT": "Atlantic/Reykjavik", "Australia_Eastern": "Australia/Sydney",
    "Australia_Central": "Australia/Adelaide", "Indochina": "Asia/Bangkok", "Africa_Central": "Africa/Maputo",
    "Amazon": "America/Manaus", "Arabian": "Asia/Riyadh", "Brasilia": "America/Sao_Paulo",
    "Chile": "America/Santiago", "India": "Asia/Kolkata", "Kazakhstan": "Asia/Almaty", "Korea": "Asia/Seoul",
    "Krasnoyarsk": "Asia/Krasnoyarsk", "Samara": "Europe/Samara", "Vladivostok": "Asia/Vladivostok",
    "Yakutsk": "Asia/Yakutsk",
}  # fmt: skip
"""Zones that Babel does not name as the main one of their metazone, after CLDR's ``metaZones.xml``."""
_WINTER, _SUMMER = (datetime(YEAR, month, 1, tzinfo=UTC) for month in (1, 7))


def offsets(name: str) -> tuple[timedelta, timedelta]:
    """Standard and summer offset of a zone in YEAR; the same twice where it has no summer time."""
    zone = ZoneInfo(name)
    both = [moment.astimezone(zone).utcoffset() or timedelta() for moment in (_WINTER, _SUMMER)]
    return min(both), max(both)


def names() -> Iterator[tuple[str, str]]:
    """Each printed name with its IANA zone."""
    zones = sorted(available_timezones() & set(get_global("meta_zones")))
    for language in LANGUAGES:
        yield from _of_language(babel.Locale.parse(language), zones)
    yield from _of_places(babel.Locale.parse("vi"), zones)


def _of_language(locale: babel.Locale, zones: list[str]) -> Iterator[tuple[str, str]]:
    main = set(get_global("windows_zone_mapping").values())
    of_metazone = defaultdict(list)
    for zone in zones:
        of_metazone[get_global("meta_zones")[zone]].append(zone)
    for metazone, said in locale.meta_zones.items():
        if of_metazone[metazone]:
            yield from _names_of(said.get("long", {}), _typical(metazone, of_metazone[metazone], main))
    for zone, said in locale.time_zones.items():
        if zone in available_timezones():
            yield from _names_of(said.get("long", {}), zone)


def _of_places(locale: babel.Locale, zones: list[str]) -> Iterator[tuple[str, str]]:
    """The names that are made of a city, or of a country with one zone."""
    territories = defaultdict(list)
    for zone, territory in get_global("zone_territories").items():
        if zone in available_timezones():
            territories[territory].append(zone)
    formats = locale.zone_formats
    for zone in zones:
        city = locale.time_zones.get(zone, {}).get("city") or zone.rpartition("/")[2].replace("_", " ")
        yield from _regions(formats, city, zone)  # type: ignore[arg-type]
    for territory, of_it in territories.items():
        name = locale.territories.get(territory)
        if name and len({offsets(zone) for zone in of_it}) == 1:
            yield from _regions(formats, name, of_it[0])  # type: ignore[arg-type]


def _typical(metazone: str, zones: list[str], main: set[str]) -> str:
    """The zone that a metazone's general name means in most of the world ("001" in CLDR's metaZones)."""
    return GOLDEN.get(metazone) or next((zone for zone in zones if zone in main), zones[0])


def _names_of(said: dict[str, str], zone: str) -> Iterator[tuple[str, str]]:
    if "generic" in said:
        yield said["generic"], zone
    if "standard" in said:
        yield said["standard"], f"{zone} standard" if "generic" in said or "daylight" in said else zone
    if "daylight" in said:
        yield said["daylight"], f"{zone} summer"


def _regions(formats: dict[str, str], name: str, zone: str) -> Iterator[tuple[str, str]]:
    yield formats["region"] % {"0": name} if "%(0)s" in formats["region"] else formats["region"] % name, zone


def table() -> dict[str, str]:
    """The names in lower case, each with the one thing it stands for."""
    found: dict[str, set[str]] = defaultdict(set)
    for name, zone in names():
        found[" ".join(name.lower().split())].add(zone)
    clear = {name: _one(zones) for name, zones in found.items()}
    return {name: zone for name, zone in sorted(clear.items()) if zone is not None}


def _one(zones: set[str]) -> str | None:
    alike = {(offsets(zone.split()[0]), zone.partition(" ")[2]) for zone in zones}
    return min(zones) if len(alike) == 1 else None


def known() -> dict[str, str]:
    """The names of the table as it is: CLDR drops and respells names, and pages that print them stay."""
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines if not line.startswith("#"))


if __name__ == "__main__":
    print(
        f"# Names of zones after CLDR, through Babel 2.18.0 to {babel.__version__}; made by tests/dates/zone_names.py"
    )
    for name, zone in sorted((known() | table()).items()):
        print(f"{name}\t{zone}")
