"""Stamps that machines write for machines: ISO 8601, RFC 5322, epochs, and what CMSs make of them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz

from scraper.dates.readings import EARLIEST, VIETNAM, Reading, Refusal, latest, settle

_ISO = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})"
    # NukeViet 4.3 to 4.6 write PHP's date('Y-m-dTH:i:s'), in which T prints the zone instead of the letter.
    r"(?:(?:\s*[Tt,]\s*|\s+|\+07(?=\d\d:)|ICT(?=\d\d:))"
    r"(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,]\d{1,9})?)?"
    r"\s*(?:([Zz]|UTC|GMT)|(?:UTC|GMT)?\s*([+-])\s*(\d{1,2})(?::?(\d{2}))?|ICT)?)?"
)
_EPOCH = re.compile(r"(?:/Date\()?([1-9]\d{8,9})(\d{3})?(?:[+-]\d{4})?(?:\)/)?")
_RFC = re.compile(
    r"(?:(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,?\s+)?\d{1,2}[ -][A-Z][a-z]{2}[a-z]*[ -]\d{2,4},?\s+\d{1,2}:"
)
_RFC_ZONE = re.compile(
    r":\d{1,2}\s*(?:(?:GMT|UTC)?\s*([+-])(\d{1,2})(?::?(\d{2}))?|(ICT|GMT|UTC|UT|Z|[ECMP][SD]T)?)(?:\s*\([^()]*\))?$"
)
_WEEKDAYS = {name: number for number, name in enumerate(("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"))}


def read_stamp(text: str, base: datetime | None) -> Reading | Refusal | None:
    """``text`` (squeezed) read as a machine's stamp; None where it is none.

    A stamp without an offset is Vietnam's time: such are written by servers that stand there.
    """
    if found := _ISO.fullmatch(text):
        year, month, day, hour, minute, second, utc, sign, hours, minutes = found.groups()
        offset: timezone | None = VIETNAM
        said = "no offset printed: Vietnam's time"
        if utc:
            offset, said = UTC, "in UTC"
        elif sign:
            offset, said = _offset(sign, hours, minutes), f"offset {sign}{hours}{minutes or ''} printed"
        if offset is None:
            return Refusal("nonsense", "there is no such offset from UTC", text)
        clock = (int(hour), int(minute), int(second or 0)) if hour else None
        how = f"ISO 8601: year-month-day and time, {said}" if clock else "ISO 8601: year-month-day, no time"
        return settle(text, (int(year), int(month), int(day)), clock, how, base=base, offset=offset)
    if found := _EPOCH.fullmatch(text):
        return _epoch(text, int(found.group(1)), bool(found.group(2)), base)
    return _rfc(text, base) if _RFC.match(text) else None


def _epoch(text: str, seconds: int, milliseconds: bool, base: datetime | None) -> Reading | Refusal:
    moment = datetime.fromtimestamp(seconds, VIETNAM)
    if not EARLIEST <= moment.date() <= latest(base).date():
        return Refusal("no-date", "a number alone, and as seconds since 1970 it is no date of publication", text)
    unit = "milliseconds" if milliseconds else "seconds"
    day, clock = (moment.year, moment.month, moment.day), (moment.hour, moment.minute, moment.second)
    return settle(text, day, clock, f"epoch: {unit} since 1970 in UTC", base=base)


def _rfc(text: str, base: datetime | None) -> Reading | Refusal | None:
    parsed = parsedate_tz(text)
    start, zone = _RFC.match(text), _RFC_ZONE.search(text)
    if parsed is None or start is None or zone is None:
        return None
    sign, hours, minutes, name = zone.groups()
    offset: timezone | None = VIETNAM
    said = "no offset printed: Vietnam's time"
    if sign:
        offset, said = _offset(sign, hours, minutes), f"offset {sign}{hours}{minutes or ''} printed"
    elif name and name != "ICT":
        offset, said = timezone(timedelta(seconds=parsed[9] or 0)), f"zone {name} printed"
    if offset is None:
        return Refusal("nonsense", "there is no such offset from UTC", text)
    weekday = _WEEKDAYS.get(start.group(1))
    how = f"RFC 5322: day month year and time, {said}"
    return settle(text, parsed[:3], parsed[3:6], how, base=base, offset=offset, weekday=weekday)


def _offset(sign: str, hours: str, minutes: str | None) -> timezone | None:
    if int(hours) > 14 or int(minutes or 0) > 59:
        return None
    ahead = timedelta(hours=int(hours), minutes=int(minutes or 0))
    return timezone(-ahead if sign == "-" else ahead)
