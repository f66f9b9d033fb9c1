"""Reads timestamps that machines write for machines: ISO 8601, RFC 5322, epochs, and CMSs' variants of them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_tz

from scraper.clock import VIETNAM
from scraper.dates.readings import EARLIEST, Reading, Refusal, latest, settle
from scraper.dates.zones import lettered, offset
from scraper.text.sentence import Sentence

_ISO = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:(?:\s*[Tt,]\s*|\s+)"
    r"(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,]\d{1,9})?)?"
    r"\s*(?:([Zz]|UTC|GMT)|(?:UTC|GMT)?\s*([+-])\s*(\d{1,2})(?::?(\d{2}))?|ICT)?(?:\[[\w/+-]+\])?)?"
)
_BASIC_ISO = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)?(?:([Zz])|([+-])(\d\d):?(\d\d)?)?")
# NukeViet writes PHP's date('Y-m-dTH:i:s'), in which T prints the zone instead of the letter: the server's own, or
# that of the visitor's country ("2024-07-11EDT04:51:00" seen from the United States).
_ZONE_INSIDE = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:([+-])(\d\d)(\d\d)?|([A-Z]{3,4}))(\d\d):(\d\d):(\d\d)")
_EPOCH = re.compile(r"(?:/Date\()?([1-9]\d{8,9})(\d{3})?(?:\.\d{1,9})?(?:[+-]\d{4})?(?:\)/)?")
_RFC = re.compile(
    r"(?:(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,?\s+)?\d{1,2}[ -][A-Z][a-z]{2}[a-z]*[ -]\d{2,4},?\s+\d{1,2}:"
)
_RFC_ZONE = re.compile(
    r":\d{1,2}\s*(?:(?:GMT|UTC)?\s*([+-])(\d{1,2})(?::?(\d{2}))?|(ICT|GMT|UTC|UT|Z|[ECMP][SD]T)?)(?:\s*\([^()]*\))?$"
)
_FIRST = frozenset("/MTWFS")
"""What a stamp may begin with, beside a digit: ``/Date(`` and the English weekdays."""
_WEEKDAYS = {name: number for number, name in enumerate(("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"))}


def read_timestamp(text: str, base: datetime | None) -> Reading | Refusal | None:
    """Reads ``text`` (squeezed, not empty) as a machine's timestamp; None if it is none.

    A timestamp without an offset is Vietnam's time, because servers in Vietnam write such timestamps.
    """
    if not (text[0].isdigit() or text[0] in _FIRST):
        return None
    if found := _ZONE_INSIDE.fullmatch(text):
        return _zone_inside(text, found, base)
    if found := _ISO.fullmatch(text) or _BASIC_ISO.fullmatch(text):
        return _iso(text, found, base)
    if found := _EPOCH.fullmatch(text):
        return _epoch(text, int(found.group(1)), bool(found.group(2)), base)
    return _rfc(text, base) if _RFC.match(text) else None


def _iso(text: str, found: re.Match[str], base: datetime | None) -> Reading | Refusal:
    year, month, day, hour, minute, second, utc, sign, hours, minutes = found.groups()
    zone: timezone | None = VIETNAM
    said = Sentence("no offset printed: Vietnam's time")
    if utc:
        zone, said = UTC, Sentence("in UTC")
    elif sign:
        zone, said = (
            offset(sign, hours, minutes),
            Sentence("offset {offset} printed", offset=f"{sign}{hours}{minutes or ''}"),
        )
    if zone is None:
        return Refusal("nonsense", Sentence("there is no such offset from UTC"), text)
    clock = (int(hour), int(minute), int(second or 0)) if hour else None
    how = (
        Sentence("ISO 8601: year-month-day and time, {said}", said=said)
        if clock
        else Sentence("ISO 8601: year-month-day, no time")
    )
    printed = utc or (f"{sign}{hours}{minutes or ''}" if sign else None)
    return settle(text, (int(year), int(month), int(day)), clock, how, base=base, zone=zone, printed_zone=printed)


def _zone_inside(text: str, found: re.Match[str], base: datetime | None) -> Reading | Refusal:
    year, month, day, sign, hours, minutes, name, *clock = found.groups()
    zone: tzinfo | None = offset(sign, hours, minutes) if sign else lettered(name)
    if zone is None:
        return Refusal(
            "unknown-zone", Sentence("“{name}” is no known zone, or several have this name", name=name), text
        )
    hour, minute, second = (int(part) for part in clock)
    how = Sentence(
        "PHP's date('Y-m-dTH:i:s'): zone {zone} printed between day and time", zone=name or f"{sign}{hours}"
    )
    date = (int(year), int(month), int(day))
    return settle(text, date, (hour, minute, second), how, base=base, zone=zone)


def _epoch(text: str, seconds: int, milliseconds: bool, base: datetime | None) -> Reading | Refusal:
    moment = datetime.fromtimestamp(seconds, VIETNAM)
    if not EARLIEST <= moment.date() <= latest(base).date():
        return Refusal(
            "no-date", Sentence("a number alone, and as seconds since 1970 it is no date of publication"), text
        )
    how = (
        Sentence("epoch: milliseconds since 1970 in UTC")
        if milliseconds
        else Sentence("epoch: seconds since 1970 in UTC")
    )
    day, clock = (moment.year, moment.month, moment.day), (moment.hour, moment.minute, moment.second)
    return settle(text, day, clock, how, base=base)


def _rfc(text: str, base: datetime | None) -> Reading | Refusal | None:
    parsed = parsedate_tz(text)
    start, end = _RFC.match(text), _RFC_ZONE.search(text)
    if parsed is None or start is None or end is None:
        return None
    sign, hours, minutes, name = end.groups()
    zone: timezone | None = VIETNAM
    said = Sentence("no offset printed: Vietnam's time")
    if sign:
        zone, said = (
            offset(sign, hours, minutes),
            Sentence("offset {offset} printed", offset=f"{sign}{hours}{minutes or ''}"),
        )
    elif name and name != "ICT":
        zone, said = timezone(timedelta(seconds=parsed[9] or 0)), Sentence("zone {zone} printed", zone=name)
    if zone is None:
        return Refusal("nonsense", Sentence("there is no such offset from UTC"), text)
    weekday = _WEEKDAYS.get(start.group(1))
    how = Sentence("RFC 5322: day month year and time, {said}", said=said)
    printed = name or (f"{sign}{hours}{minutes or ''}" if sign else None)
    return settle(text, parsed[:3], parsed[3:6], how, base=base, zone=zone, printed_zone=printed, weekday=weekday)
