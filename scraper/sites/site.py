"""A site file and its meaning."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urljoin, urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from w3lib.url import safe_url_string

from scraper.addresses import endpoint
from scraper.sites.families import check_family, check_learned, check_select
from scraper.sites.learned import LearnedPart
from scraper.text.sentence import Sentence, sentence_of

BUILT_IN = Path(__file__).parent
_ID = re.compile(r"[a-z0-9][a-z0-9_.-]*")


class SiteError(Exception):
    """A site file that cannot be used. The message names the file, what is wrong, and what to write instead."""


class Status(StrEnum):
    """Whether a site still publishes. Only a live site is crawled at night."""

    LIVE = "live"
    MOVED = "moved"
    GONE = "gone"
    BLOCKED = "blocked"
    UNVERIFIED = "unverified"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Fetch(_Strict):
    """How a site's hosts are treated. A site file may be gentler than these defaults."""

    delay: Annotated[float, Field(ge=0)] = 2.0  # seconds between two requests to one host
    max_requests: Annotated[int, Field(gt=0)] = 3000  # a host and night
    max_pages: Annotated[int, Field(gt=0)] = 200  # of one list
    recheck_days: tuple[Annotated[int, Field(gt=0, le=36_500)], ...] = (1, 3, 7, 30)  # after publication
    encoding: str | None = None  # if the server's own statement is known to be wrong
    legacy_tls: bool = False  # the server cannot do secure renegotiation (RFC 5746)
    wrong_clock: bool = False  # the server's own clock is known to be wrong: its ``Date`` headers tell nothing
    expired_certificate: bool = False  # accept this host's certificate although it is not valid
    allow: tuple[str, ...] = ()  # "host:port" of a private or loopback address that this site alone may use

    @field_validator("encoding")
    @classmethod
    def _encoding_is_known(cls, value: str | None) -> str | None:
        try:
            b" ".decode(value or "utf-8")
        except (LookupError, ValueError) as error:
            raise ValueError(Sentence("no encoding {value!r} is known", value=value)) from error
        return value

    @field_validator("allow")
    @classmethod
    def _allowed_are_pairs(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for pair in value:
            if not _is_netloc(pair) or urlsplit(f"http://{pair}/").port is None:
                raise ValueError(
                    Sentence("{pair!r}: write a host and its port, for example 127.0.0.1:8080", pair=pair)
                )
        return value


class Former(_Strict):
    """The page objects that a site's older captures need."""

    family: str  # a key of FAMILIES
    until: date  # the last day on which a page of it is known to have been served
    select: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _family_reads_it(self) -> Self:
        check_family(self.family)
        check_select(self.family, self.select)
        return self


class Site(_Strict):
    """One newspaper, broadcaster or party site, as its file describes it."""

    id: str
    name: str
    kind: Literal["newspaper", "broadcaster", "committee", "bloc", "government"]
    province: str  # as named before 1 July 2025
    family: str  # a key of FAMILIES
    home: str
    hosts: tuple[str, ...] = ()  # other hosts that serve the same articles
    path: str = "/"  # on a host that several sites share, only addresses whose path begins so are this site's
    sections: tuple[str, ...] = ()  # list pages to watch, absolute after loading
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    status: Status = Status.UNVERIFIED
    since: date | None = None  # the day from which ``status`` holds
    moved_to: str | None = None  # another site's id, or an address
    expect: Annotated[float, Field(ge=0)] | None = None  # articles a month, usually
    checked: str = "unverified"  # when and against what this file was verified
    date_order: Literal["dmy", "mdy"] = "dmy"  # some SharePoint portals print the month first
    select: dict[str, str] = Field(default_factory=dict)
    learned: LearnedPart | None = None  # with it [select] is what the site's own pages taught
    former: tuple[Former, ...] = ()
    fetch: Fetch = Fetch()

    @field_validator("id")
    @classmethod
    def _id_is_plain(cls, value: str) -> str:
        if not _ID.fullmatch(value):
            raise ValueError(
                Sentence("a site's id (its file's name) is lower-case letters, digits, '-', '_' and '.'")
            )
        return value

    @field_validator("home")
    @classmethod
    def _home_is_web(cls, value: str) -> str:
        if not _is_web(value):
            raise ValueError(Sentence("write the whole address, for example https://baoapbac.vn/"))
        return value

    @field_validator("hosts")
    @classmethod
    def _hosts_are_hosts(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for host in value:
            if not _is_netloc(host):
                raise ValueError(Sentence("{host!r}: write a host alone, for example m.baoapbac.vn", host=host))
        return value

    @field_validator("path")
    @classmethod
    def _path_is_a_path(cls, value: str) -> str:
        if not value.startswith("/"):
            raise ValueError(Sentence("{value!r}: write a path, for example /tin-tuc/", value=value))
        return value

    @field_validator("family")
    @classmethod
    def _family_is_known(cls, value: str) -> str:
        check_family(value)
        return value

    @model_validator(mode="before")
    @classmethod
    def _addresses_are_absolute(cls, data: Any) -> Any:
        if isinstance(data, dict) and isinstance(data.get("home"), str) and _is_web(data["home"]):
            for name in ("sections", "feeds", "sitemaps"):
                if isinstance(data.get(name), list | tuple):
                    whole = [_absolute(data["home"], name, a) if isinstance(a, str) else a for a in data[name]]
                    data = data | {name: whole}
        return data

    @model_validator(mode="after")
    def _family_reads_it(self) -> Self:
        if self.learned is None:
            check_select(self.family, self.select)
        else:
            check_learned(self.family, self.select, (*self.learned.furniture, *self.learned.captions))
        return self

    @cached_property
    def netlocs(self) -> frozenset[str]:
        """``host`` or ``host:port`` of every address that belongs to this site, with and without ``www.``."""
        own = {urlsplit(self.home).netloc.lower(), *(h.lower() for h in self.hosts)}
        return frozenset(own | {n.removeprefix("www.") for n in own} | {f"www.{n}" for n in own if n[0].isalpha()})

    @property
    def roots(self) -> tuple[str, ...]:
        """The addresses at which a crawl of the site begins."""
        return tuple(dict.fromkeys((*self.feeds, *self.sitemaps, *self.sections))) or (self.home,)

    def owns(self, url: str) -> bool:
        """Whether ``url`` is on one of this site's hosts and, if other sites share them, in this site's part."""
        parts = urlsplit(url)
        return parts.netloc.lower() in self.netlocs and (parts.path or "/").startswith(self.path)


def _is_web(url: str) -> bool:
    try:
        endpoint(url)
    except ValueError:
        return False
    return urlsplit(url).scheme in {"http", "https"}


def _is_netloc(text: str) -> bool:
    return bool(text) and _is_web(f"http://{text}/") and urlsplit(f"http://{text}/").netloc == text


def _absolute(home: str, name: str, address: str) -> str:
    try:
        whole: str = safe_url_string(urljoin(home, address))
    except ValueError:
        whole = ""
    if not _is_web(whole):
        raise ValueError(Sentence("{name}: {address!r} is no address of the web", name=name, address=address))
    return whole


class Sites(dict[str, Site]):
    """Sites by id. A file that cannot be used costs its own site alone: ``broken`` says what is wrong with it."""

    def __init__(self, sites: Mapping[str, Site], broken: Mapping[str, SiteError]) -> None:
        super().__init__(sites)
        self.broken = dict(broken)  # id to the error

    def named(self, id_: str) -> Site:
        """The site with this id. Raises SiteError if its file cannot be used, or if there is none."""
        if id_ in self.broken:
            raise self.broken[id_]
        if id_ not in self:
            raise SiteError(Sentence("unknown site {id!r}; `tinkhoi sites` lists them", id=id_))
        return self[id_]


def by_netloc(sites: Iterable[Site]) -> dict[str, list[Site]]:
    """The sites of each ``host`` or ``host:port``."""
    found: dict[str, list[Site]] = {}
    for site in sites:
        for netloc in site.netlocs:
            found.setdefault(netloc, []).append(site)
    return found


def owner(url: str, sites: Mapping[str, Sequence[Site]]) -> Site | None:
    """The site, from those of by_netloc, that owns an address. If several do, the one with the longest path wins."""
    own = [site for site in sites.get(urlsplit(url).netloc.lower(), ()) if site.owns(url)]
    return max(own, key=lambda site: len(site.path), default=None)


def read_site(path: Path) -> Site:
    """The site that the file ``path`` describes. Raises SiteError."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise SiteError(Sentence("{path}: cannot be read as TOML: {error}", path=path, error=error)) from error
    try:
        return Site.model_validate({**data, "id": path.stem})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raised = first.get("ctx", {}).get("error")
        said = first["msg"] if raised is None or isinstance(raised, str) else sentence_of(raised)
        where = [".".join(map(str, first["loc"]))] if first["loc"] else []
        raise SiteError(
            Sentence("{what} (see docs/add_a_site.md)", what=Sentence.row([str(path), *where, said], ": "))
        ) from error


def load_sites(extra: Iterable[Path] = (), *, only: Container[str] | None = None) -> Sites:
    """All sites by id: the built-in ones, then those in the folders ``extra``, which replace built-in ones by id.

    With ``only``, the files of other sites are not read, which takes most of the time.
    A file that cannot be used is among ``broken``, and a file that it would have replaced does not count either.
    Raises SiteError for a folder that does not exist.
    """
    sites: dict[str, Site] = {}
    broken: dict[str, SiteError] = {}
    for folder in (BUILT_IN, *extra):
        if not folder.is_dir():
            raise SiteError(Sentence("{folder}: no such folder of site files", folder=folder))
        for path in sorted(folder.glob("*.toml")):
            if only is not None and path.stem not in only:
                continue
            sites.pop(path.stem, None)
            broken.pop(path.stem, None)
            try:
                sites[path.stem] = read_site(path)
            except SiteError as error:
                broken[path.stem] = error
    return Sites(sites, broken)
