"""``tinkhoi setup``: sets the contact address, the sites to watch, and who gets alarms."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from flows.cli.options import archive_options, data_folder, language
from flows.cli.spoken import in_words, tell
from flows.outcome.exit_codes import ExitCode, RunError
from scraper.clock import utc_now

if TYPE_CHECKING:
    from flows.storage.settings import Settings
    from scraper.sites import Sites


@click.command()
@click.option("--contact", metavar="ADDRESS", help="An e-mail or web address that site owners can write to.")
@click.option("--province", "provinces", multiple=True, help="Watch the sites of this province, old or new name.")
@click.option("--site", "site_ids", multiple=True, help="Watch this site.")
@click.option("--since", metavar="DATE", help="How far back to collect, for example 2020-01-01.")
@click.option("--alarm", "alarms", multiple=True, metavar="URL", help="Where alarms are sent: mailto://…, json://….")
@archive_options
def setup(
    contact: str | None,
    provinces: tuple[str, ...],
    site_ids: tuple[str, ...],
    since: str | None,
    alarms: tuple[str, ...],
) -> int:
    """Sets the contact address, the sites to watch, how far back to collect, and who gets alarms.

    Alarms come in the language in which this command was given their addresses.

    Without a contact address tinkhoi sends no request to the open web. Without options, the command asks three
    questions; the answers may be piped in, one a line.
    """
    from flows.storage.settings import Settings
    from scraper.sites import load_sites

    data = data_folder()
    known = load_sites(data.site_folders)
    before = data.settings()
    if not (contact or provinces or site_ids or since or alarms):
        answers = _answers(before)
        contact, since = answers.contact or None, answers.since or None
        provinces = tuple(_words(answers.provinces))
    if contact is not None and "@" not in contact and "://" not in contact:
        raise RunError("contact {contact!r}: give an e-mail or web address", ExitCode.CONFIGURATION, contact=contact)
    if since is not None:
        since = _past_day(since)
    _need_known(alarms)
    for site_id in site_ids:
        known.named(site_id)
    chosen = dict.fromkeys((*before.watch, *site_ids))
    in_place: dict[str, str] = {}
    for province in provinces:
        for site, now in _sites_of(province, known).items():
            if now != site and site not in chosen:
                in_place[site] = now
            chosen[now] = None
    changes = {
        "contact": contact or before.contact,
        "watch": tuple(chosen),
        "since": since or before.since,
        "alarms": tuple(dict.fromkeys((*before.alarms, *alarms))),
        "lang": language() if alarms else before.lang,
    }
    settings = Settings.model_validate(before.model_dump() | changes)
    path = data.save_settings(settings)
    tell("Written to {path}", path=path)
    no_contact = in_words("none yet: nothing will be asked of the open web")
    tell("  contact: {contact}", contact=settings.contact or no_contact)
    nothing = in_words("none yet beside sites whose file says live")
    tell("  watched: {sites}", sites=", ".join(settings.watch) or nothing)
    for former, now_id in in_place.items():
        tell("  {former} moved: {site} takes its place", former=former, site=now_id)
    if settings.alarms:
        tell("  alarms go to: {kinds}", kinds=", ".join(address.partition(":")[0] for address in settings.alarms))
    tell("Next: tinkhoi crawl SITE --limit 5, then tinkhoi nightly")
    return ExitCode.OK


def _past_day(typed: str) -> str:
    """The day back to which is collected, as YYYY-MM-DD. Raises RunError for what is no day, or one to come."""
    from flows.runs.request import refuse_day_to_come

    try:
        found = datetime.strptime(typed, "%Y-%m-%d").replace(tzinfo=UTC).date()
    except ValueError:
        raise RunError("--since {since!r}: write a day as 2020-01-31", ExitCode.CONFIGURATION, since=typed) from None
    refuse_day_to_come(found, utc_now())
    return found.isoformat()


def _sites_of(province: str, known: Sites) -> dict[str, str]:
    """The sites of a province, and for each the one to watch: itself, or where it moved to. Those gone are left out.

    Raises RunError where there is no site of the province.
    """
    from scraper.sites import Status
    from scraper.sites.reference import sites_of_province, successor

    found = sites_of_province(province, known.values())
    if not found:
        raise RunError(
            "no site of a province {province!r}; `tinkhoi sites` shows each site's",
            ExitCode.CONFIGURATION,
            province=province,
        )
    now = {site.id: successor(site, known) for site in found}
    return {site: each.id for site, each in now.items() if each.status is not Status.GONE}


def _need_known(alarms: tuple[str, ...]) -> None:
    """Raises RunError for an address that alarms cannot be sent to. Without Apprise that is not known yet."""
    if not alarms:
        return
    from flows.outcome.alarms import AlarmsUnavailable, UnknownAddress, sender

    try:
        sender(alarms)
    except UnknownAddress as error:
        raise RunError(
            "--alarm {kind!r}: Apprise knows no such address; write it whole,"
            " for example mailto://name:password@mail.example or json://host/path",
            ExitCode.CONFIGURATION,
            kind=error.kind,
        ) from error
    except AlarmsUnavailable:
        pass  # `tinkhoi doctor` tells what to install


@dataclass
class _Answers:
    """The answers to the questions. An answer is empty if none was given, or if the piped input ended before it."""

    contact: str = ""
    provinces: str = ""
    since: str = ""


def _answers(before: Settings) -> _Answers:
    found = _Answers()
    try:
        contact = in_words("Contact address (e-mail or web), named in each request")
        found.contact = click.prompt(contact, default=before.contact or "")
        found.provinces = click.prompt(in_words("Provinces to watch, old or new names, commas between"), default="")
        found.since = click.prompt(
            in_words("Collect back to (YYYY-MM-DD)"), default=str(before.since or "2020-01-01")
        )
    except click.Abort:
        if sys.stdin.isatty():
            raise  # Ctrl-C
        click.echo()
    return found


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]
