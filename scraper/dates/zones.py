"""Reads the time zone beside a printed clock: an offset, letters, an IANA name, or a CLDR name in words.

``zones.tsv`` holds the Vietnamese and English names from CLDR (see its first line). A printed zone that is unknown,
or whose letters several zones share (CST, IST, PST), is never taken for Vietnam's zone: the moment is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from scraper.clock import VIETNAM

LETTERS = {
    "ICT": 7, "WIB": 7, "SGT": 8, "MYT": 8, "PHT": 8, "HKT": 8, "AWST": 8, "WITA": 8, "JST": 9, "KST": 9, "WIT": 9,
    "ACST": 9.5, "ACDT": 10.5, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13, "UTC": 0, "GMT": 0, "UT": 0, "Z": 0,
    "WET": 0, "BST": 1, "WEST": 1, "CET": 1, "MET": 1, "WAT": 1, "CEST": 2, "MEST": 2, "EET": 2, "CAT": 2, "SAST": 2,
    "EEST": 3, "MSK": 3, "EAT": 3, "IDT": 3, "PKT": 5, "MMT": 6.5, "ADT": -3, "EDT": -4, "EST": -5, "CDT": -5,
    "MDT": -6, "MST": -7, "PDT": -7, "AKDT": -8, "AKST": -9, "HDT": -9, "HST": -10,
}  # fmt: skip
"""Hours from UTC of zones whose letters no other zone uses, by the IANA database of 2026."""
_OWN_NAMES = {
    "giờ việt nam": "Asia/Ho_Chi_Minh", "giờ vn": "Asia/Ho_Chi_Minh", "giờ hà nội": "Asia/Ho_Chi_Minh",
    "giờ quốc tế": "Etc/UTC", "giờ utc": "Etc/UTC", "giờ gmt": "Etc/UTC", "vietnam time": "Asia/Ho_Chi_Minh",
}  # fmt: skip
"""Names that CLDR does not have."""
_LONGEST_NAME = 8  # words
_REGIONS = "africa|america|antarctica|arctic|asia|atlantic|australia|europe|indian|pacific|etc|us|canada"
_GENERAL = {
    "ET": "America/New_York", "CT": "America/Chicago", "MT": "America/Denver", "PT": "America/Los_Angeles",
}  # fmt: skip
"""CLDR's letters for a zone in winter and summer alike."""
_LETTERS = "|".join(LETTERS)
_ANYWHERE = "|".join(sorted(LETTERS.keys() - {"UTC", "GMT", "UT", "Z", "EAT", "CAT", "MET", "WAT", "WIT", "MYT"}))
_AFTER_CLOCK = r"(?:(?<=:\d\d)|(?<=\d[h:]\d\d\.\d\d\d)|(?<=\s[ap]m)|(?<=\s(?:sa|ch)))"
_NO_HOUR = r"(?<!\d)(?<!^\d\s)(?<!^\d\d\s)(?<!\D\d\s)(?<!\D\d\d\s)"
_NOT_A_NAME = r"(?:ngày|thứ|chủ|hôm|sáng|chiều|tối|trưa|đêm|phút|trước|tháng|sa|ch|am|pm|đăng|gửi|gmt|utc)\b"
_ZONE = re.compile(
    r"[(\[]?\s*(?:"
    r"(?:giờ\s)?\b(?:gmt|utc)\s?(?P<sign>[+−-])\s?(?P<hours>\d{1,2})(?::?(?P<minutes>\d{2}))?(?!\d)"
    r"|\b(?P<seven>(?:gmt|utc)\s?0?7)(?![\d/:.-]|\s?(?:tháng|thg|th|t)\.?\s?\w)"
    r"|\b(?P<utc>gmt|utc)(?!\w|\s?\d{1,2}\s*(?:[)\],|]|$))"
    rf"|\b(?P<iana>(?:{_REGIONS})/[a-z_+-]+\d{{0,2}}(?:/[a-z_]+)?)(?!\w)"
    rf"|{_AFTER_CLOCK}\s*(?-i:\b(?P<letters>{_LETTERS}|[A-Z]{{1,4}}T)(?!\w)|(?P<zulu>Z)(?!\w))"
    rf"|(?-i:\b(?P<known>{_ANYWHERE}|[EP]T)(?!\w))"
    rf"|(?:{_AFTER_CLOCK}(?P<glue>\s*)|(?<=[(\[])|(?<=[/.-]\d{{4}})\s)(?P<bare>[+−-])(?P<h>\d{{2}})(?P<colon>:?)(?P<m>\d{{2}})?"
    r"(?![\d/:.]|-\d|\s?(?:tháng|thg|th)\b)"
    rf"|(?:{_AFTER_CLOCK}\s*|{_NO_HOUR}\b)(?P<vi>giờ\s(?!{_NOT_A_NAME})[^\W\d_][^\d,|:(){{}}\[\]]*"
    r"(?:\([^\d()]+\))?)(?!\s?:)"
    rf"|(?:{_AFTER_CLOCK}\s*|\(\s*)(?P<en>[a-z][a-z .&'’-]{{1,50}}?\stime)(?!\w)"
    r")\s*[)\]]?",
    re.I,
)

_PERHAPS = re.compile(r"gmt|utc|giờ\s|\stime|[a-z]/|[+−-]\d\d|(?-i:[A-Z]{2}|Z)", re.I)
"""What every text with a zone contains."""


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone as printed, and its meaning. ``is_a`` is None if that is unknown."""

    printed: str
    is_a: tzinfo | None


def take_zones(text: str, mark: str) -> tuple[list[Zone], str]:
    """The zones printed in ``text``, and ``text`` with each of them replaced by ``mark``."""
    zones: list[Zone] = []

    def take(found: re.Match[str]) -> str:
        zone, after = _zone(found)
        before = text[: found.start()].rstrip()
        if zone is None or (zone.is_a is None and found["vi"] and before[-1:].isalpha()):
            return found.group()  # no zone after all: "trước giờ khai mạc"
        zones.append(zone)
        return f"{mark}{after}"

    return zones, _ZONE.sub(take, text) if _PERHAPS.search(text) else text


def offset(sign: str, hours: str, minutes: str | None) -> timezone | None:
    """The offset, such as ``+7`` or ``-0430``; None if no place on earth has it."""
    if int(hours) > 14 or int(minutes or 0) > 59:
        return None
    ahead = timedelta(hours=int(hours), minutes=int(minutes or 0))
    found = timezone(ahead if sign == "+" else -ahead)
    return VIETNAM if found == VIETNAM else found


def lettered(letters: str) -> tzinfo | None:
    """The zone of these letters; None if they are unknown or several zones share them."""
    if general := _GENERAL.get(letters.upper()):
        return ZoneInfo(general)
    hours = LETTERS.get(letters.upper())
    return None if hours is None else VIETNAM if hours == 7 else timezone(timedelta(hours=hours))


def _zone(found: re.Match[str]) -> tuple[Zone | None, str]:
    """The zone, or None if it is none after all, and the text that follows it."""
    said = found.groupdict()
    printed = found.group().strip()
    if said["sign"]:
        return Zone(printed, offset(said["sign"], said["hours"], said["minutes"])), ""
    if said["seven"]:
        return Zone(printed, VIETNAM), ""
    if said["utc"] or said["zulu"]:
        return Zone(printed, UTC), ""
    if letters := said["letters"] or said["known"]:
        return Zone(printed, lettered(letters)), ""
    if said["bare"]:
        if said["bare"] != "+" and said["glue"] == "" and said["colon"]:
            return None, ""  # a range of hours: 7:00-11:00
        return Zone(printed, offset(said["bare"], said["h"], said["m"])), ""
    if said["iana"]:
        return Zone(printed, _iana(said["iana"])), ""
    return _worded(found.group(), said["vi"] or said["en"])


def _worded(whole: str, name: str) -> tuple[Zone, str]:
    """The zone of the longest beginning of ``name`` that is a zone's name, and the text that follows it.

    If a country has several zones, CLDR names the city in brackets: ``Giờ Australia (Sydney)``.
    """
    country, _, city = name.rstrip(" )").partition("(")
    if city and (known := _names().get(f"giờ {city.strip().lower()}")):
        return Zone(name.strip(), known), ""
    words = country.split()
    for count in range(min(len(words), _LONGEST_NAME), 0, -1):
        known = _names().get(" ".join(words[:count]).lower())
        if known is not None:
            return Zone(" ".join(words[:count]), known), " " + " ".join([*words[count:], f"({city})" if city else ""])
    return Zone(whole.strip(), None), ""


def _iana(name: str) -> tzinfo | None:
    proper = "/".join("_".join(_capital(word) for word in part.split("_")) for part in name.split("/"))
    for each in (name, proper):
        try:
            zone = ZoneInfo(each)
        except (ValueError, OSError):  # no such name; ZoneInfoNotFoundError is a KeyError
            continue
        except KeyError:
            continue
        return VIETNAM if each in {"Asia/Ho_Chi_Minh", "Asia/Saigon", "Asia/Bangkok"} else zone
    return None


def _capital(word: str) -> str:
    return word.upper() if word.lower() in {"us", "gmt", "utc"} else word.capitalize()


@cache
def _names() -> dict[str, tzinfo]:
    lines = files("scraper.dates").joinpath("zones.tsv").read_text(encoding="utf-8").splitlines()
    table = dict(line.split("\t") for line in lines if not line.startswith("#"))
    return {name: _known(zone) for name, zone in (table | _OWN_NAMES).items()}


def _known(name: str) -> tzinfo:
    zone, _, half = name.partition(" ")
    if zone in {"Asia/Bangkok", "Asia/Ho_Chi_Minh", "Asia/Saigon"}:
        return VIETNAM
    return _HalfYear(ZoneInfo(zone), summer=half == "summer") if half else ZoneInfo(zone)


class _HalfYear(tzinfo):
    """The standard or summer time of a zone, depending on the date."""

    def __init__(self, zone: ZoneInfo, *, summer: bool) -> None:
        self._zone, self._summer = zone, summer

    def utcoffset(self, moment: datetime | None) -> timedelta:
        """The zone's offset, an hour more in summer."""
        plain = (moment or datetime(2000, 1, 1, tzinfo=UTC)).replace(tzinfo=self._zone)
        ahead, saved = plain.utcoffset() or timedelta(), plain.dst() or timedelta()
        return ahead - saved + ((saved or timedelta(hours=1)) if self._summer else timedelta())

    def dst(self, moment: datetime | None) -> timedelta:
        """Zero, because the offset includes it."""
        return timedelta()

    def tzname(self, moment: datetime | None) -> str:
        """The name of the zone."""
        return self._zone.key
