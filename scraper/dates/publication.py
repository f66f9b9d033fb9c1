"""Weighs what a page and its lists say about an article's date, and decides on one moment, with evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from scraper.dates.date_line import read_date
from scraper.dates.readings import WEEKDAYS, Order, Reading, Refusal
from scraper.items import Evidence, Precision, PrintedArticle, Problem, Witness, WitnessSource, time_is_known
from scraper.text.sentence import Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationDate:
    """When an article was published, and how that is known."""

    published_at: datetime | None  # as exact as ``precision`` says; None if only a day, or less, is known
    published_day: date | None  # in Vietnam; None if an interval spans a midnight
    precision: Precision
    earliest: datetime | None  # the first moment that a relative time ("3 giờ trước") can mean, in Vietnam's time
    latest: datetime | None  # the last such moment
    evidence: tuple[Evidence, ...]  # the chosen witness first, then the others in the family's order of trust
    updated_at: datetime | None
    problems: tuple[Problem, ...]


_SOONEST_EDIT = timedelta(minutes=1)


def date_article(
    printed: PrintedArticle,
    *,
    trust: Sequence[WitnessSource],
    captured_at: datetime,
    month: tuple[int, int] | None = None,
    other: Sequence[Witness] = (),
    order: Order = "dmy",
) -> PublicationDate:
    """The moment of publication of ``printed``, from the first witness in the order of ``trust`` that can be read.

    A source that ``trust`` does not name is ignored. A family leaves out a source that its CMS writes wrong
    (NukeViet's metadata, its feed before 4.6). If a page shows the visitor's own time, its family puts SITEMAP before
    VISIBLE; the visible line then counts only if the sitemap does not know the article.

    A relative time is an interval. It is believed last, and only if there is no other witness. If the interval spans
    a midnight, neither day nor moment is known. A date with the month first only because of its weekday is believed
    before that and after all others: the weekday may be wrong.

    A day without a time gets its time from the next trusted witness that tells one on the same day. Witnesses are
    compared by minute, or by day if one of them tells no more. A contradiction is a problem and changes nothing.
    ``month`` is the year and month that the address states. ``other`` is what lists, feeds and sitemaps said.

    Kinds of problem: ``date-disagreement``, ``date-zone`` (another witness differs by whole hours, as when a
    page shows the visitor's time), ``date-address``, ``weekday``, ``future``, ``date-unread`` (a date line is
    there and could not be read).
    """
    heard = _heard(printed, other, trust)
    base = captured_at if time_is_known(captured_at) else None  # without a base, “3 giờ trước” tells nothing
    answers = [(said, read_date(said.text, base=said.seen or base, order=said.order or order)) for said in heard]
    readings = [(witness, answer) for witness, answer in answers if isinstance(answer, Reading)]
    readings.sort(key=lambda reading: (reading[1].relative, reading[1].turned))
    problems = [_refused(witness, answer) for witness, answer in answers if isinstance(answer, Refusal)]
    updated = read_date(printed.updated_text, base=base, order=order) if printed.updated_text else None
    updated_at = updated.moment if isinstance(updated, Reading) else None
    if not readings:
        return PublicationDate(
            published_at=None,
            published_day=None,
            precision=Precision.NONE,
            earliest=None,
            latest=None,
            evidence=tuple(Evidence(source=w.source, text=w.text, reads=None, agrees=None) for w in heard),
            updated_at=updated_at,
            problems=tuple(p for p in problems if p),
        )
    chosen_witness, chosen = readings[0]
    exact = next((reading for _, reading in readings if _refines(reading, chosen)), chosen)
    evidence = [_evidence(chosen_witness, chosen, agrees=True)]
    for witness, answer in answers:
        if witness is chosen_witness:
            continue
        if isinstance(answer, Refusal):
            evidence.append(Evidence(source=witness.source, text=witness.text, reads=None, agrees=None))
            continue
        agrees = None if answer.relative or chosen.relative else _agree(answer, exact)
        evidence.append(_evidence(witness, answer, agrees=agrees))
        if agrees is False:
            problems.append(_contradiction(chosen_witness, exact, witness, answer))
    checks = (*_weekday(readings), *_address(month, exact.first_day))
    return PublicationDate(
        published_at=exact.moment if exact.day else None,
        published_day=exact.day,
        precision=exact.precision,
        earliest=exact.earliest,
        latest=exact.latest,
        evidence=(*evidence, *(check for check, _ in checks)),
        updated_at=_edit(updated_at, exact),
        problems=tuple(problem for problem in (*problems, *(p for _, p in checks)) if problem),
    )


def _edit(updated_at: datetime | None, published: Reading) -> datetime | None:
    """The moment of the last edit, or None if it is not clearly later than publication.

    Papers without an edit state the time of publication there, or one a second later or a moment earlier.
    """
    if updated_at is None or published.moment is None:
        return updated_at
    return updated_at if updated_at - published.moment >= _SOONEST_EDIT else None


def _heard(printed: PrintedArticle, other: Sequence[Witness], trust: Sequence[WitnessSource]) -> list[Witness]:
    """The trusted witnesses, the most trusted first. Each statement occurs once."""
    visible = [Witness(WitnessSource.VISIBLE, printed.published_text)] if printed.published_text else []
    stated = dict.fromkeys((*visible, *printed.witnesses, *other))
    return sorted((w for w in stated if w.source in trust), key=lambda witness: trust.index(witness.source))


def _evidence(witness: Witness, reading: Reading, *, agrees: bool | None) -> Evidence:
    return Evidence(
        source=witness.source,
        text=witness.text,
        reads=reading.iso,
        agrees=agrees,
        earliest=reading.earliest.isoformat() if reading.earliest else None,
        latest=reading.latest.isoformat() if reading.latest else None,
    )


def _refused(witness: Witness, refusal: Refusal) -> Problem | None:
    if refusal.kind == "future":
        return Problem(
            kind="future",
            detail=Sentence(
                "{source} says “{text}”: {why}", source=witness.source, text=witness.text, why=refusal.reason
            ),
        )
    if witness.source is WitnessSource.VISIBLE:
        return Problem(
            kind="date-unread",
            detail=Sentence("the date line “{text}” was not read: {why}", text=witness.text, why=refusal.reason),
        )
    return None


def _refines(reading: Reading, chosen: Reading) -> bool:
    """Whether ``reading`` tells a time on ``chosen``'s day. Midnight tells none: machines print a bare day so."""
    if chosen.moment is not None or reading.moment is None or reading.relative:
        return False
    return reading.day == chosen.day and (reading.moment.hour, reading.moment.minute) != (0, 0)


def _agree(one: Reading, other: Reading) -> bool:
    if one.moment is None or other.moment is None:
        return one.day == other.day
    return one.moment.replace(second=0) == other.moment.replace(second=0)


def _contradiction(chosen: Witness, moment: Reading, witness: Witness, reading: Reading) -> Problem:
    detail = Sentence(
        "{chosen} says {moment} (“{text}”), {other} {another} (“{otherwise}”)",
        chosen=chosen.source,
        moment=moment.iso,
        text=chosen.text,
        other=witness.source,
        another=reading.iso,
        otherwise=witness.text,
    )
    if moment.moment is not None and reading.moment is not None:
        apart = abs(moment.moment.replace(second=0) - reading.moment.replace(second=0))
        if apart <= timedelta(hours=14) and apart % timedelta(hours=1) == timedelta():
            return Problem(
                kind="date-zone",
                detail=Sentence("{what}: whole hours apart, one may be in another zone", what=detail),
            )
    return Problem(kind="date-disagreement", detail=detail)


def _weekday(readings: list[tuple[Witness, Reading]]) -> list[tuple[Evidence, Problem | None]]:
    checks: list[tuple[Evidence, Problem | None]] = []
    for witness, reading in readings:
        if reading.weekday_agrees is None or reading.day is None:
            continue
        problem = None
        if reading.turned:
            detail = Sentence(
                "“{text}”: read as {day}, the month first, since only so is it a {weekday}",
                text=witness.text,
                day=reading.day,
                weekday=WEEKDAYS[reading.day.weekday()],
            )
            problem = Problem(kind="weekday", detail=detail)
        if not reading.weekday_agrees:
            problem = Problem(
                kind="weekday",
                detail=Sentence(
                    "“{text}”: {day} is a {weekday}",
                    text=witness.text,
                    day=reading.day,
                    weekday=WEEKDAYS[reading.day.weekday()],
                ),
            )
        evidence = Evidence(
            source="weekday", text=witness.text, reads=reading.day.isoformat(), agrees=reading.weekday_agrees
        )
        checks.append((evidence, problem))
    return checks


def _address(month: tuple[int, int] | None, day: date) -> list[tuple[Evidence, Problem | None]]:
    if month is None:
        return []
    stated = f"{month[0]:04}-{month[1]:02}"
    agrees = (day.year, day.month) == month
    problem = (
        None
        if agrees
        else Problem(
            kind="date-address", detail=Sentence("the address says {stated}, the page {day}", stated=stated, day=day)
        )
    )
    return [(Evidence(source="address", text=stated, reads=stated, agrees=agrees), problem)]
