"""Checks whether tonight's run will start. Each check looks for itself, and a bad result says what to do.

The checks see what the scheduled night will see: the folders and the contact address that the schedule names, but
nothing that this shell exports.
"""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

from packaging.requirements import Requirement

from flows.outcome.alarms import LEAST_FREE, AlarmsUnavailable, sender
from flows.outcome.exit_codes import ExitCode, RunError
from flows.outcome.wording import Size
from flows.prefect_server import answers, noted_contact, noted_server, own_secret
from flows.runs.date_order import other_order, told
from flows.runs.request import NightRequest, choose_sites
from flows.schedule.archive_checks import archive_checks
from flows.schedule.check import Check
from flows.schedule.due import AT
from flows.schedule.system_timers import installed_command, this_system, timer
from flows.storage.folder import DataFolder
from scraper.addresses import is_loopback
from scraper.clock import VIETNAM, utc_now
from scraper.sites import SiteError, load_sites
from scraper.store import ArchiveError, open_reader
from scraper.store.misdated import MISDATED
from scraper.text.sentence import Sentence, sentence_of

PROGRAM = "tinkhoi"
NOT_INSTALLED = Sentence("not installed")


@dataclass(frozen=True)
class Schedule:
    """What starts the nights, and what it gives them."""

    answer: Check
    data: DataFolder
    contact: str | None = None
    names_all: bool = False  # whether a night sees only what is named here, and nothing that this shell exports


def examine(data: DataFolder, *, whole: bool = False) -> Iterator[Check]:
    """Every result, as soon as it is found."""
    found = schedule(data)
    yield found.answer
    yield versions()
    told = set()
    for name, question in QUESTIONS.items():
        try:
            with _as_started(found):
                answer = question(found.data)
        except (RunError, SiteError) as error:
            if str(error) in told:
                continue  # an error in one file stops several checks, and is reported once
            told.add(str(error))
            answer = Check(name, sentence_of(error), getattr(error, "exit_code", ExitCode.CONFIGURATION))
        yield answer if answer.good else _with_what_is_not_seen(answer, found)
    yield from archive(found.data, whole=whole)


@contextmanager
def _as_started(found: Schedule) -> Iterator[None]:
    """Gives this process the schedule's environment for the time of the block."""
    if not found.names_all:
        yield
        return
    exported = {name: os.environ.pop(name) for name in EXPORTED if name in os.environ}
    if found.contact:
        os.environ["TINKHOI_CONTACT"] = found.contact
    try:
        yield
    finally:
        os.environ.pop("TINKHOI_CONTACT", None)
        os.environ.update(exported)


EXPORTED = ("TINKHOI_CONTACT", "TINKHOI_SITES", "TINKHOI_DATA")


def _with_what_is_not_seen(answer: Check, found: Schedule) -> Check:
    exported = [name for name in EXPORTED if os.environ.get(name)]
    if answer.about not in {"sites", "contact"} or not found.names_all or not exported:
        return answer
    unseen = Sentence(
        "{detail} ({exported} of this shell: the schedule does not see it; install it again)",
        detail=answer.detail,
        exported=", ".join(exported),
    )
    return Check(answer.about, unseen, answer.exit_code)


def verdict(answers: list[Check]) -> ExitCode:
    """4 if something is set up wrongly, else 5 for a damaged database, else 8 if something is wrong, else 0."""
    bad = [answer.exit_code for answer in answers if not answer.good]
    for code in (ExitCode.CONFIGURATION, ExitCode.DATABASE):
        if code in bad:
            return code
    return ExitCode.DATA if bad else ExitCode.OK


def schedule(data: DataFolder) -> Schedule:
    """A Prefect server whose scheduler has really made runs of ``nightly``, or a timer of this system."""
    api = noted_server(data)
    if api is not None and answers(api.removesuffix("/api")):
        served = noted_contact(data)
        return Schedule(scheduled_runs(api, own_secret(data)), data, contact=served, names_all=True)
    own = timer(this_system(), data, AT)
    words = installed_command(own)
    if words is None:
        said = Sentence("nothing will start a night: run `tinkhoi serve`, or `tinkhoi schedule install`")
        return Schedule(Check("schedule", said, ExitCode.CONFIGURATION), data)
    where = (
        f"{own.system}: {', '.join(map(str, own.files))}"
        if own.installed
        else Sentence("a line of this user's crontab")
    )
    started = DataFolder(
        root=Path(next(iter(_values(words, "--data")), str(data.root))),
        extra_sites=tuple(Path(folder) for folder in _values(words, "--sites")),
    )
    return Schedule(
        _startable(words, where, started, data),
        started,
        contact=next(iter(_values(words, "--contact")), None),
        names_all=True,
    )


def _startable(words: Sequence[str], where: str, started: DataFolder, data: DataFolder) -> Check:
    """Whether the command that the schedule starts exists and uses this archive."""
    if not os.access(words[0], os.X_OK):
        said = Sentence(
            "{where}: starts {command}, which is not there; run `tinkhoi schedule install` again",
            where=where,
            command=words[0],
        )
    elif started.root != data.root:
        said = Sentence(
            "{where}: its nights go into {folder}; run `tinkhoi schedule install` with this data folder",
            where=where,
            folder=started.root,
        )
    else:
        return Check("schedule", where)
    return Check("schedule", said, ExitCode.CONFIGURATION)


def _values(words: Sequence[str], option: str) -> list[str]:
    return [value for name, value in pairwise(words) if name == option]


def scheduled_runs(api: str, secret: str | None = None) -> Check:
    """Whether the server at ``api``, which asks for ``secret``, holds a run of ``nightly`` that is still to come."""
    from prefect.client.orchestration import SyncPrefectClient
    from prefect.client.schemas.filters import (
        FlowFilter,
        FlowFilterName,
        FlowRunFilter,
        FlowRunFilterState,
        FlowRunFilterStateType,
    )
    from prefect.client.schemas.objects import StateType

    with SyncPrefectClient(api, auth_string=secret) as client:
        runs = client.read_flow_runs(
            flow_filter=FlowFilter(name=FlowFilterName(any_=["nightly"])),
            flow_run_filter=FlowRunFilter(
                state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.SCHEDULED]))
            ),
        )
    now = utc_now()
    coming = sorted(
        run.expected_start_time for run in runs if run.expected_start_time and run.deployment_id is not None
    )
    coming = [at for at in coming if at > now - timedelta(minutes=5)]
    if not coming:
        return Check(
            "schedule",
            Sentence(
                "the Prefect server at {api} holds no scheduled run of nightly: if it has just started,"
                " ask again in a minute; else its scheduler is broken, see versions",
                api=api,
            ),
            ExitCode.DATA,
        )
    first = coming[0].astimezone(VIETNAM)
    return Check(
        "schedule",
        Sentence(
            "{count} nights scheduled at {api}, the next {first:%d/%m/%Y %H:%M} Vietnam time",
            count=len(coming),
            api=api,
            first=first,
        ),
    )


def versions() -> Check:
    """Whether the installed packages are within the ranges with which this program was tested."""
    wrong = []
    for text in importlib.metadata.requires(PROGRAM) or ():
        requirement = Requirement(text)
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
            continue
        try:
            version = importlib.metadata.version(requirement.name)
        except importlib.metadata.PackageNotFoundError:
            version = NOT_INSTALLED
        if version is NOT_INSTALLED or not requirement.specifier.contains(version, prereleases=True):
            wrong.append(
                Sentence(
                    "{name} is {version}, wanted {specifier}",
                    name=requirement.name,
                    version=version,
                    specifier=requirement.specifier,
                )
            )
    if wrong:
        return Check(
            "versions",
            Sentence("{wrong}: install from requirements.lock again", wrong=Sentence.row(wrong)),
            ExitCode.CONFIGURATION,
        )
    return Check("versions", Sentence("all libraries are within their tested ranges"))


def settings(data: DataFolder) -> Check:
    """Whether the settings file can be used, if there is one."""
    written = data.settings().model_fields_set
    return Check(
        "settings",
        Sentence("set: {names}", names=", ".join(sorted(written)))
        if written
        else Sentence("none yet: `tinkhoi setup`"),
    )


def sites(data: DataFolder) -> Check:
    """Whether every site file can be used and there is a site to crawl."""
    chosen = choose_sites(NightRequest(data=data))
    if chosen.broken:
        return Check("sites", Sentence.row(map(sentence_of, chosen.broken.values())), ExitCode.CONFIGURATION)
    return Check(
        "sites",
        Sentence(
            "{some} of {all} sites are crawled at night", some=len(chosen), all=len(load_sites(data.site_folders))
        ),
    )


def contact(data: DataFolder) -> Check:
    """Whether requests carry a contact address."""
    address = data.settings().contact
    if address is None and all(is_loopback(site.home) for site in choose_sites(NightRequest(data=data)).values()):
        return Check("contact", Sentence("none, and none is needed: all sites are on this machine"))
    return Check("contact", address or "", ExitCode.OK if address else ExitCode.CONFIGURATION)


def disk(data: DataFolder) -> Check:
    """Whether the disk has room."""
    place = next(folder for folder in (data.root, *data.root.parents) if folder.exists())
    free = shutil.disk_usage(place).free
    said = Sentence("{size} free in {folder}", size=Size(free), folder=data.root)
    return Check("disk", said, ExitCode.OK if free >= LEAST_FREE else ExitCode.DATA)


def archive(data: DataFolder, *, whole: bool = False) -> Iterator[Check]:
    """Whether the archive is what tinkhoi made of it. ``whole`` also compares each capture file with its checksum."""
    if not data.database.exists():
        yield Check("database", Sentence("{database}: none yet; the first night makes it", database=data.database))
        return
    yield from archive_checks(data, whole=whole)


def dates(data: DataFolder) -> Check:
    """Whether each site prints day and month in the order that its file says: one number above 12 decides."""
    if not data.database.exists():
        return Check("dates", Sentence("none yet"))
    wrong = []
    try:
        with open_reader(data.database) as archive:
            for site in load_sites(data.site_folders).values():
                if (proof := other_order(archive, site)) is not None:
                    wrong.append(told(site, proof))
    except ArchiveError as error:
        return Check("dates", sentence_of(error), ExitCode.DATA)
    if wrong:
        return Check(
            "dates", Sentence("{wrong}, then `tinkhoi reparse`", wrong=Sentence.row(wrong)), ExitCode.CONFIGURATION
        )
    return Check("dates", Sentence("day and month stand in the order that each site's file says"))


def clock(data: DataFolder) -> Check:
    """Whether the clock is not behind what it was at the newest run."""
    now = utc_now()
    newest = None
    if data.database.exists():
        try:
            with open_reader(data.database) as archive:
                newest = archive.value("SELECT max(fetched_at) FROM captures WHERE kind <> ?", (MISDATED,))
        except ArchiveError:
            newest = None
    said = Sentence("{now:%d/%m/%Y %H:%M} in Vietnam", now=now.astimezone(VIETNAM))
    if newest is not None and datetime.fromisoformat(newest) > now + timedelta(minutes=10):
        return Check(
            "clock",
            Sentence(
                "{said}, but the newest capture is of {newest}: set the clock, or ask `tinkhoi mend-times`",
                said=said,
                newest=newest,
            ),
            ExitCode.CONFIGURATION,
        )
    return Check("clock", said)


def network(data: DataFolder) -> Check:
    """Whether the host name of one nightly site resolves. It sends no request to the site."""
    outside = [site for site in choose_sites(NightRequest(data=data)).values() if not is_loopback(site.home)]
    if not outside:
        return Check("network", Sentence("not needed: all sites are on this machine"))
    for site in outside[:3]:
        try:
            socket.getaddrinfo(urlsplit(site.home).hostname, None)
        except OSError:
            continue
        return Check("network", Sentence("{hostname} resolves", hostname=urlsplit(site.home).hostname))
    return Check("network", Sentence("no name of a site resolves: is the network up?"), ExitCode.DATA)


def alarms(data: DataFolder) -> Check:
    """Whether alarms can be sent."""
    addresses = data.settings().alarms
    if not addresses:
        return Check(
            "alarms", Sentence("none set: `tinkhoi setup --alarm mailto://…` tells you when something is wrong")
        )
    try:
        sender(addresses)
    except AlarmsUnavailable as error:
        return Check("alarms", sentence_of(error), ExitCode.CONFIGURATION)
    return Check("alarms", Sentence("{count} addresses are told", count=len(addresses)))


QUESTIONS: dict[str, Callable[[DataFolder], Check]] = {
    "settings": settings,
    "sites": sites,
    "contact": contact,
    "disk": disk,
    "dates": dates,
    "clock": clock,
    "network": network,
    "alarms": alarms,
}
"""What is asked of a data folder, by name."""
