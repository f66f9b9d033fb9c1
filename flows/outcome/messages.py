"""Messages of a run: a kind and its values, stored as such and put into words where they are shown.

The English words stand here, beside the values that each kind has. Those of other languages stand in the catalogues
of ``flows/locale`` (see :mod:`flows.outcome.wording`).
"""

from __future__ import annotations

import json
import locale
import os
import string
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Lang = Literal["vi", "en"]
LANGS: tuple[Lang, ...] = ("vi", "en")


def locale_language() -> Lang:
    """The language of this process's locale, or English."""
    named = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG")
    return "vi" if (named or locale.getlocale()[0] or "").lower().startswith("vi") else "en"


Value = str | int | float | Mapping[str, int] | Sequence[Sequence[str]]
"""The values that a message may hold: those of JSON."""

SENTENCES: dict[str, str] = {
    "no-space": "no space left to write captures",
    "broken-off": "the crawl ended with code {code} before it could say how; see {path}",
    "ended-early": "the crawl ended early: {why:reason}",
    "spider": "the spider failed {some} times; see {path}",
    "not-asked": "none of its lists, feeds and sitemaps was asked",
    "no-answer": "{some} of {all} article pages could not be had: {why:reason}",
    "layout": "{some} of {all} article pages no longer fit its page object",
    "lies": "of {all} article pages: {reasons:counted}; nothing was overwritten",
    "lost": "{some} of {all} new addresses lead to no article",
    "vanished": "{some} known articles vanished at once: not counted as gone yet",
    "led-away": "{some} of {all} known articles that were looked at again lead elsewhere",
    "parts": "{some} articles have further pages, which are not collected",
    "empty": "{url} shows no article any more",
    "no-links": "{url} shows no link to an article",
    "pending": "{some} listed articles could not be had, and are asked for again: {why:reason}",
    "refused": "listed addresses gave no article, and are looked at again: {reasons:counted}",
    "edits": "{some} articles were edited, by their lists, and could not be looked at: they are asked for again",
    "lastmod": "{site}: its sitemap called articles edited, night after night, that were not, so its lastmod is not"
    " heeded for a while",
    "cookie-wall": "{some} addresses lead back to themselves, as where a script must first set a cookie: tinkhoi"
    ' runs no scripts; ask the paper to let its User-Agent in, and write status = "blocked" into its site file until'
    " then",
    "forbidden": "robots.txt forbids {some} of {all} newly listed articles",
    "silent": "nothing since {day}, usually {rate:g} a month",
    "no-server": "no Prefect server could be had, so this run went without one ({error})",
    "accepted": "accepted by its site file: {exceptions:exceptions}",
    "changed-pages": "{some} pages of the database are damaged, or another program wrote them: ask tinkhoi doctor",
    "backfill": "backfill of {site} from {source} not complete: {fetched:number} captures fetched, {left:number}"
    " left",
    "backfill-at-least": "backfill of {site} from {source} not complete: {fetched:number} captures fetched, at least"
    " {left:number} left",
    "backfill-uncounted": "backfill of {site} from {source} not complete: {fetched:number} captures fetched, then it"
    " broke off",
    "site-file": "its site file cannot be used: {error}",
    "unread": "{url}: {why:reason}",
}
"""The kinds of messages, each with its English words. How a value is written stands after its colon:

``reason`` is a short name such as ``timeout`` or ``http 503``; ``counted`` is a mapping of such names to numbers;
``exceptions`` is a list of pairs of an exception from secure connections and its host; ``number``, ``decimal`` and
``day`` (an ISO day) are written as the language writes them. Any other format is Python's own.
"""


class EnglishWords(string.Formatter):
    """Puts values into words, in English. A subclass for another language replaces what differs there."""

    def format_field(self, value: Any, format_spec: str) -> str:
        """One value, as ``format_spec`` asks."""
        write = getattr(self, f"write_{format_spec}", None)
        text: str = super().format_field(value, format_spec) if write is None else write(value)
        return text

    def write_number(self, value: int) -> str:
        """``1,846``."""
        return f"{value:,}"

    def write_reason(self, value: str) -> str:
        """Why a page or an address could not be fetched. In English a reason is its own name."""
        return value

    def write_counted(self, value: Mapping[str, int]) -> str:
        """``4 soft-404, 2 login``."""
        return ", ".join(f"{self.write_number(count)} {self.write_reason(name)}" for name, count in value.items())

    def write_exceptions(self, value: Sequence[Sequence[str]]) -> str:
        """``legacy_tls of bao.vn``."""
        return ", ".join(f"{exception} of {host}" for exception, host in value)


@dataclass(frozen=True, slots=True)
class Message:
    """One message. As text it is English; :func:`flows.outcome.wording.say` words it in a reader's language.

    Raises ValueError for an unknown kind, and for values that its kind does not have.
    """

    kind: str  # a key of SENTENCES
    values: Mapping[str, Value] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.kind not in SENTENCES:
            raise ValueError(f"there is no message {self.kind!r}")
        if fields(SENTENCES[self.kind]) != set(self.values):
            raise ValueError(f"the message {self.kind!r} has other values than {sorted(self.values)}")

    def __str__(self) -> str:
        return EnglishWords().vformat(SENTENCES[self.kind], (), self.values)


def message(kind: str, /, **values: Value) -> Message:
    """The message of this kind with these values."""
    return Message(kind, values)


def fields(sentence: str) -> set[str]:
    """The names of the values that a sentence takes."""
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def as_json(messages: Iterable[Message]) -> list[dict[str, Any]]:
    """The messages as JSON keeps them."""
    return [{"kind": each.kind, "values": dict(each.values)} for each in messages]


def from_json(kept: str | Sequence[Mapping[str, Any]] | None) -> list[Message]:
    """Reads what :func:`as_json` made, as text or already parsed. Empty if an earlier or a later version wrote it."""
    try:
        read = json.loads(kept) if isinstance(kept, str) else kept
        return [Message(each["kind"], each["values"]) for each in read or ()]
    except (ValueError, KeyError, TypeError):
        return []
