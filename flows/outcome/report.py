"""The morning report: one night on one screen, in Vietnamese or English.

Its rules: the sums balance. Each number has a view in the database. Each warning names one command. "No news" and
"could not look" never look alike. The report of a good night is short.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flows.outcome.exit_codes import ExitCode
from flows.outcome.messages import Lang
from flows.outcome.night_summary import Completeness, NightSummary
from flows.outcome.wording import number, reason, say, size, translated
from scraper.clock import VIETNAM

MOST_NAMED = 5
"""How many articles or sites one line names. If there are more, the line says so."""

_LINES: dict[str, str] = {
    "head": "TIN KHỐI · night of {night}, {start}–{end} Vietnam time · {verdict}",
    "head_by_hand": "TIN KHỐI · crawl of {night}, {start}–{end} Vietnam time · {verdict}",
    "well": "ALL IS WELL",
    "cut": "CUT SHORT BY --limit {limit}",
    "look": "{count} TO LOOK AT (code {code})",
    "network": "The network is down: no server answered; the archive is as it was, the next night tries again",
    "disk": "No space is left: make room and run again; what was acknowledged is kept",
    "sources": "Sources: {whole}/{total} lists read whole",
    "sources_left": " · {left} not (see ⚠)",
    "links": "Links: {seen} seen = {already} held + {new} new + {rejected} rejected + {waiting} pending",
    "sources_unfinished": " · {left} not to their end",
    "again": " (tried again next night)",
    "aside": " + {aside} excluded",
    "requests": "Requests: {total} = {parts}",
    "source": "{n} sources",
    "article": "{n} new articles",
    "recheck": "{n} re-checks",
    "robots": "{n} robots",
    "other": "{n} other",
    "new": "New {new}: {parts}",
    "khoi": "{n} bloc",
    "ke-thua": "{n} successor bodies",
    "xay-dung-dang": "{n} party building",
    "no-topic": "{n} other",
    "watched": "watched «{words}»: {n}",
    "edits": "Edited {edited}, {silent} of them silently · Gone {gone}",
    "kept": ": {keys} (our copy is kept)",
    "rejects": "Rejected {n}: {parts}; not written, nothing overwritten",
    "failed": "⚠ {site}: {reason} → tinkhoi crawl {site}",
    "problems": "Open problems: {n} → table problems",
    "missed": "⚠ {n} nights did not happen: {nights}; this one catches up → tinkhoi doctor",
    "back": "Way back: {sites}",
    "back_from": "{site} complete from {day}",
    "back_none": "{site} not yet complete",
    "back_left": " (wanted from {wanted}, {waiting} links waiting)",
    "next": " · next run {at}",
    "store": "Archive: {articles} articles · {size} (+{added}), {free} free",
}


def render(summary: NightSummary, lang: Lang) -> str:
    """The report as text, one line a finding."""
    return "\n".join(_Report(summary, lang).lines())


class _Report:
    """One night in one language. Each method gives the lines of one subject, or none if there are none."""

    def __init__(self, summary: NightSummary, lang: Lang) -> None:
        self.summary = summary
        self.counted = summary.counted
        self.lang = lang
        self.looks = len(summary.failures) + len(summary.findings) + bool(summary.missed)

    def lines(self) -> Iterator[str]:
        yield self.head()
        yield from self.urgent()
        yield from (f"· {say(note, self.lang)}" for note in self.summary.notes)
        yield self.sources()
        yield self.links()
        yield self.requests()
        yield from self.new()
        yield from self.edits()
        yield from self.rejects()
        yield from self.warnings()
        yield from self.look_back()
        if self.counted.problems:
            yield self.line("problems", n=self.counted.problems)
        yield self.store()

    def line(self, name: str, /, **values: object) -> str:
        """The words called ``name``, with their values; whole numbers as the language writes them."""
        text = translated(_LINES[name], "report", self.lang)
        written = {key: number(v, self.lang) if isinstance(v, int) else v for key, v in values.items()}
        return text.format(**written)

    def parts(self, counts: Mapping[str, int], names: Mapping[str, str]) -> list[str]:
        """Each count that is not 0 by its own name."""
        return [self.line(names[key], n=n) for key, n in counts.items() if n]

    def head(self) -> str:
        good = self.summary.exit_code == ExitCode.OK and not self.looks
        started, ended = (moment.astimezone(VIETNAM) for moment in (self.summary.started, self.summary.ended))
        look = self.line("look", count=max(self.looks, 1), code=int(self.summary.exit_code))
        well = self.line("cut", limit=self.summary.limit) if self.summary.is_cut else self.line("well")
        return self.line(
            "head_by_hand" if self.summary.by_hand else "head",
            night=f"{started:%d/%m/%Y}",
            start=f"{started:%H:%M}",
            end=f"{ended:%H:%M}",
            verdict=well if good else look,
        )

    def urgent(self) -> Iterator[str]:
        names = {ExitCode.NETWORK: "network", ExitCode.DISK_FULL: "disk"}
        if self.summary.exit_code in names:
            yield self.line(names[self.summary.exit_code])

    def sources(self) -> str:
        whole, total = self.counted.sources_whole, self.counted.sources_total
        text = self.line("sources", whole=whole, total=total)
        if whole == total:
            return text
        return text + self.line("sources_left" if self.looks else "sources_unfinished", left=total - whole)

    def links(self) -> str:
        counted = self.counted
        text = self.line(
            "links",
            seen=counted.links_seen,
            already=counted.already,
            new=counted.new,
            rejected=counted.rejected,
            waiting=counted.waiting,
        )
        text += self.line("again") if counted.waiting else ""
        return text + (self.line("aside", aside=counted.set_aside) if counted.set_aside else "")

    def requests(self) -> str:
        names = {"sources": "source", "articles": "article", "rechecks": "recheck"}
        parts = self.parts(self.counted.requests_by_kind, names | {"robots": "robots", "other": "other"})
        return self.line("requests", total=self.counted.requests, parts=" + ".join(parts) or "0")

    def new(self) -> Iterator[str]:
        if not self.counted.new:
            return
        names = {"khoi": "khoi", "ke-thua": "ke-thua", "xay-dung-dang": "xay-dung-dang", "other": "no-topic"}
        text = self.line("new", new=self.counted.new, parts=" · ".join(self.parts(self.counted.new_by_topic, names)))
        watched = [self.line("watched", words=words, n=n) for words, n in self.counted.new_by_watch.items()]
        yield " | ".join([text, " · ".join(watched)] if watched else [text])

    def edits(self) -> Iterator[str]:
        gone = self.counted.gone
        if not (self.counted.edited or gone):
            return
        text = self.line("edits", edited=self.counted.edited, silent=self.counted.silent, gone=len(gone))
        keys = ", ".join(gone[:MOST_NAMED]) + (", …" if len(gone) > MOST_NAMED else "")
        yield text + (self.line("kept", keys=keys) if gone else "")

    def rejects(self) -> Iterator[str]:
        if self.counted.rejected:
            parts = [f"{number(n, self.lang)} {reason(why, self.lang)}" for why, n in self.counted.rejects.items()]
            yield self.line("rejects", n=self.counted.rejected, parts=", ".join(parts))

    def warnings(self) -> Iterator[str]:
        missed = self.summary.missed
        if missed:
            yield self.line("missed", n=len(missed), nights=", ".join(f"{night:%d/%m/%Y}" for night in missed))
        for site, failure in self.summary.failures.items():
            yield self.line("failed", site=site, reason=say(failure, self.lang))
        for finding in self.summary.findings:
            yield f"⚠ {finding.site}: {say(finding.message, self.lang)} → {finding.command}"

    def look_back(self) -> Iterator[str]:
        sites = self.summary.way_back
        if sites:
            told = [self.completeness(site) for site in sites[:MOST_NAMED]]
            yield self.line("back", sites="; ".join([*told, *(["…"] if len(sites) > MOST_NAMED else [])]))

    def completeness(self, at: Completeness) -> str:
        if at.complete_from is None:
            text = self.line("back_none", site=at.site)
        else:
            text = self.line("back_from", site=at.site, day=f"{at.complete_from:%d/%m/%Y}")
        return text + self.line("back_left", wanted=f"{at.wanted:%d/%m/%Y}", waiting=at.waiting)

    def store(self) -> str:
        summary = self.summary
        text = self.line(
            "store",
            articles=self.counted.articles_total,
            size=size(summary.bytes_total, self.lang),
            added=size(summary.bytes_added, self.lang),
            free=size(summary.bytes_free, self.lang),
        )
        if summary.next_run is None:
            return text
        return text + self.line("next", at=f"{summary.next_run.astimezone(VIETNAM):%d/%m/%Y %H:%M}")
