"""Alarms tell a person by e-mail or webhook what is wrong and what watchwords found, in one message a night.

A second message of the same night is sent only if it holds what no later night tells: new articles with a watchword,
missed nights. A standing alarm is sent once, and again in the weekly sign of life. That message is also sent when all
is well: silence could mean that everything has stopped. What was sent is kept in ``alarms.json`` of the data folder,
not in the archive: the archive itself may have failed.
"""

from __future__ import annotations

import json
import logging
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from flows.outcome.exit_codes import MEANING, ExitCode, RunError
from flows.outcome.messages import LANGS, Lang, locale_language
from flows.outcome.night_summary import NightSummary
from flows.outcome.report import render
from flows.outcome.wording import in_language, number, say, translated
from flows.storage.folder import DataFolder
from scraper.clock import VIETNAM
from scraper.text.sentence import Sentence, sentence_of
from scraper.whole_files import write_whole

log = logging.getLogger("tinkhoi")

WEEK = timedelta(days=7)
LEAST_FREE = 1_000_000_000
"""If fewer bytes than this are free on the disk of the archive, that is an alarm."""

_LINES: dict[str, str] = {
    "well": "all is well",
    "still": "still: {text}",
    "disk": "the disk is full or nearly so: {free} bytes free",
    "missed": "nights that did not happen: {nights}",
    "watched": "watched «{words}»: {some} new → {command}",
    "failed": "the night did not happen: {error} (code {code}: {meaning})",
}

Send = Callable[[Sequence[str], str, str], bool]
"""Sends a title and a text to addresses. Returns whether all of them accepted it."""


class AlarmsUnavailable(Exception):
    """The library that sends alarms is not installed, or an address is of no kind it knows."""


class UnknownAddress(AlarmsUnavailable):
    """Apprise knows nothing that an alarm's address could mean."""

    def __init__(self, address: str) -> None:
        self.kind = address.partition(":")[0]  # what follows may hold a password
        super().__init__(Sentence("{kind}://…: Apprise knows no such address", kind=self.kind))


@dataclass(frozen=True)
class Alarm:
    """One thing to look at. ``name`` identifies it and stays the same as long as it lasts: new articles, a night."""

    name: str  # kind, or kind:site
    text: str
    passing: bool = False  # whether only this run tells it


@dataclass(frozen=True)
class Told:
    """What was sent so far."""

    last: date | None = None  # the night of the last message
    standing: tuple[str, ...] = field(default=())  # names of the alarms sent that still stand
    owed: Mapping[str, Mapping[Lang, str]] = field(default_factory=dict)  # passing alarms that could not be sent

    @classmethod
    def read(cls, path: Path) -> Told:
        """What :meth:`write` kept at ``path``; empty if there is no such file or it cannot be read."""
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
            last = date.fromisoformat(found["last"]) if found["last"] else None
            return cls(last, tuple(found["standing"]), dict(found.get("owed", {})))
        except (OSError, ValueError, TypeError, KeyError):
            return cls()

    def owing(self, lang: Lang, found: Sequence[Alarm]) -> list[Alarm]:
        """The alarms of earlier runs that are still to be sent, beside those ``found`` now."""
        names = {alarm.name for alarm in found}
        return [Alarm(name, texts[lang], passing=True) for name, texts in self.owed.items() if name not in names]

    def write(self, path: Path) -> None:
        """Keeps it at ``path``."""
        kept: dict[str, object] = {
            "last": self.last.isoformat() if self.last else None,
            "standing": list(self.standing),
        }
        if self.owed:
            kept["owed"] = self.owed
        write_whole(path, json.dumps(kept, ensure_ascii=False) + "\n")


def alarms_of(summary: NightSummary, lang: Lang) -> list[Alarm]:
    """What is wrong after a night, most serious first, then the watchwords that have new articles."""
    return list(_alarms_of(summary, lang))


def _alarms_of(summary: NightSummary, lang: Lang) -> Iterator[Alarm]:
    if summary.exit_code is ExitCode.DISK_FULL or summary.bytes_free < LEAST_FREE:
        yield Alarm("disk", _line("disk", lang, free=number(summary.bytes_free, lang)))
    if summary.missed:
        nights = ", ".join(f"{night:%d/%m/%Y}" for night in summary.missed)
        yield Alarm(f"missed:{max(summary.missed)}", _line("missed", lang, nights=nights), passing=True)
    if summary.exit_code is ExitCode.NETWORK:
        yield Alarm("network", in_language(Sentence(MEANING[ExitCode.NETWORK]), lang))
        return
    for finding in summary.findings:
        told = say(finding.message, lang)
        yield Alarm(f"{finding.kind}:{finding.site}", f"{finding.site}: {told} → {finding.command}")
    for site, reason in summary.failures.items():
        yield Alarm(f"failed:{site}", f"{site}: {say(reason, lang)} → tinkhoi crawl {site}")
    for words, count in summary.counted.new_by_watch.items():
        command = f"tinkhoi search --topic {shlex.quote(words)}"
        text = _line("watched", lang, words=words, some=number(count, lang), command=command)
        yield Alarm(f"watched:{summary.run}:{words}", text, passing=True)


def _line(name: str, lang: Lang, **values: object) -> str:
    return translated(_LINES[name], "alarm", lang).format(**values)


def after_night(data: DataFolder, summary: NightSummary, send: Send | None = None) -> None:
    """Sends what is new after a night, or once a week that all is well. A failed message never fails the night."""
    alarms = {lang: alarms_of(summary, lang) for lang in LANGS}
    _tell(data, summary.started, alarms, lambda lang: render(summary, lang), send or by_apprise)


def after_failure(data: DataFolder, now: datetime, error: Exception, send: Send | None = None) -> None:
    """Sends that tonight's run did not start, or broke off, and why."""
    code = ExitCode(error.exit_code) if isinstance(error, RunError) else ExitCode.CRASH

    def alarm(lang: Lang) -> Alarm:
        said, meaning = in_language(sentence_of(error), lang), in_language(Sentence(MEANING[code]), lang)
        return Alarm(f"night:{int(code)}", _line("failed", lang, error=said, code=int(code), meaning=meaning))

    _tell(data, now, {lang: [alarm(lang)] for lang in LANGS}, lambda _: "", send or by_apprise)


def _tell(
    data: DataFolder,
    now: datetime,
    alarms: Mapping[Lang, Sequence[Alarm]],
    report: Callable[[Lang], str],
    send: Send,
) -> None:
    """Sends the alarms, the same in each language, and the report, if they are to be sent tonight."""
    try:
        settings = data.settings()
    except RunError:
        return
    path = data.root / "alarms.json"
    if not settings.alarms or not data.root.is_dir():
        return
    first = settings.lang or locale_language()
    night = now.astimezone(VIETNAM).date()
    told = Told.read(path)
    alarms = {lang: [*found, *told.owing(lang, found)] for lang, found in alarms.items()}
    names = tuple(alarm.name for alarm in alarms[first] if alarm.name in told.standing)
    new = tuple(alarm.name for alarm in alarms[first] if alarm.name not in names)
    weekly = told.last is None or night - told.last >= WEEK
    can_wait = not any(alarm.passing for alarm in alarms[first] if alarm.name in new)
    owed = {
        alarm.name: {lang: each.text for lang, found in alarms.items() for each in found if each.name == alarm.name}
        for alarm in alarms[first]
        if alarm.passing and alarm.name in new
    }
    try:
        if (told.last == night and can_wait) or not (new or weekly):
            Told(told.last, names).write(path)
            return
        langs = [first] if settings.lang else sorted(LANGS, key=lambda lang: lang != first)
        texts = [_text(alarms[lang], new, report(lang), lang) for lang in langs]
        if send(settings.alarms, _title(night, alarms[first], new, first), "\n\n".join(texts) + "\n"):
            Told(night, (*names, *new)).write(path)
            return
        log.error("an alarm could not be sent to every address; it is tried again next night")
    except (AlarmsUnavailable, OSError) as error:
        log.error("alarms cannot be sent: %s", error)
    if owed:
        replace(told, owed=owed).write(path)


def _title(night: date, alarms: Sequence[Alarm], new: Sequence[str], lang: Lang) -> str:
    """How many alarms there are, and the first new one."""
    first = next((alarm.text for alarm in alarms if alarm.name in new), alarms[0].text if alarms else "")
    said = f"{len(alarms)} ⚠ {first}"[:100] if alarms else _line("well", lang)
    return f"Tin Khối {night:%d/%m/%Y}: {said}"


def _text(alarms: Sequence[Alarm], new: Sequence[str], report: str, lang: Lang) -> str:
    """The alarms, new ones first, and the report."""
    lines = [f"⚠ {alarm.text}" for alarm in alarms if alarm.name in new]
    lines += [f"… {_line('still', lang, text=alarm.text)}" for alarm in alarms if alarm.name not in new]
    return "\n".join([*lines, "", report]).strip()


def by_apprise(addresses: Sequence[str], title: str, text: str) -> bool:
    """Sends through Apprise, which knows e-mail, webhooks and a hundred services by address.

    Raises AlarmsUnavailable if it is not installed or does not know an address.
    """
    sent: bool = bool(sender(addresses).notify(body=text, title=title, body_format="text"))
    return sent


def sender(addresses: Sequence[str]) -> Any:
    """Apprise with these addresses. Raises UnknownAddress, and AlarmsUnavailable if it is not installed."""
    for address in addresses:
        if "://" not in address:
            raise UnknownAddress(address)
    try:
        import apprise
    except ImportError as error:
        raise AlarmsUnavailable(Sentence("Apprise is not installed: pip install 'tinkhoi[alarms]'")) from error
    logging.getLogger("apprise").setLevel(logging.CRITICAL)  # it writes addresses, passwords and all
    made = apprise.Apprise()
    for address in addresses:
        if not made.add(address):
            raise UnknownAddress(address)
    return made
