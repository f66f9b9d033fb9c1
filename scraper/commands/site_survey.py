"""Looks at a new site: recognises its family, finds its lists, writes its file and a fixture."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from scraper.clock import utc_now
from scraper.commands.fixtures import fixture_of, save_fixture
from scraper.commands.learn_new_site import learn_new_site
from scraper.commands.polite_visits import Answer, Ask, VisitFailed, is_private, visit
from scraper.items import ListPage, NotAnArticle
from scraper.pages import load_family
from scraper.pages.best_reader import best_reader
from scraper.pages.blocks import parse
from scraper.pages.family import Family
from scraper.pages.feeds import looks_like_feed, looks_like_sitemap, read_feed, read_sitemap
from scraper.pages.metadata import canonical
from scraper.pages.recognise import Recognition, Section, recognise, robots_sitemaps, usual_feeds, usual_sitemaps
from scraper.sites import Site
from scraper.sites.reference import provinces
from scraper.sites.site import BUILT_IN, Fetch, read_site
from scraper.text import decode, fold
from scraper.text.sentence import Sentence

if TYPE_CHECKING:
    from scrapy.crawler import CrawlerProcessBase

MAX_SECTIONS = 12
"""How many menu entries are looked at, and how many sections are written at most."""

KINDS = ("newspaper", "broadcaster", "committee", "bloc", "government")
"""The kinds of site (:class:`scraper.sites.Site`)."""

_FIXTURES = Path("tests") / "pages" / "fixtures"
_KIND_WORDS = (
    ("bloc", r"\bkhoi (?:cac )?(?:co quan|cq|doanh nghiep|dn)|\bdang (?:uy|bo) khoi\b"),
    ("newspaper", r"^bao\b|\bbao dien tu\b"),
    ("broadcaster", r"\bdai (?:pt|phat thanh)|\btruyen hinh\b"),
    ("committee", r"\b(?:tinh|thanh|huyen) uy\b|\bdang bo\b|\bdang cong san\b|\btuyen giao\b"),
)
_WATCHED = re.compile(r"\bdang\b|chinh tri|\bkhoi\b|thoi su|tin tuc|hoat dong|kiem tra|noi chinh")
_SUFFIX = re.compile(r"\.(?:com|org|net|edu)\.vn$|\.vn$|\.(?:com|org|net)$")


@dataclass
class Findings:
    """What is known of a site after a look at it."""

    home: str
    recognition: Recognition
    sections: list[str] = field(default_factory=list)
    feeds: list[str] = field(default_factory=list)
    sitemaps: list[str] = field(default_factory=list)
    article: Answer | None = None
    is_read: bool = False  # whether the family's page object read an article of the site
    notes: list[str] = field(default_factory=list)
    learned: tuple[str, ...] = ()  # lines [select] and [learned], where no family reads the site's pages


@dataclass(frozen=True, kw_only=True)
class SiteChoices:
    """What the user says about a new site. What is None is found on the site itself."""

    id: str | None = None
    url: str | None = None  # the original address of a saved page
    family: str | None = None
    kind: str | None = None
    province: str | None = None
    force: bool = False  # replace a site file with the same id


@dataclass(frozen=True, kw_only=True)
class NewSite:
    """A site whose file was written."""

    site: Site
    path: Path  # of its file
    fixture: tuple[Path, ...]  # page and record; empty if no article page was found
    findings: Findings


def new_site(
    source: str, folder: Path, choices: SiteChoices, *, process: CrawlerProcessBase, fixtures: Path | None = None
) -> NewSite:
    """Looks at ``source``, an address or a saved page, and writes the site's file into ``folder``.

    The fixture goes to ``fixtures``, else beside the file, or, for a site of the project, to its tests. ``process``
    is started, so it must not have run before. Raises ValueError if the source is neither a file nor a web address,
    OSError if a file exists already or cannot be written, VisitFailed if the site does not answer.
    """
    found = _look(source, choices, process)
    path = _write(folder, found, choices)
    site = read_site(path)
    saved = _save((fixtures or _fixture_folder(folder)) / site.family, site, found)
    return NewSite(site=site, path=path, fixture=saved, findings=found)


def _look(source: str, choices: SiteChoices, process: CrawlerProcessBase) -> Findings:
    if Path(source).is_file():
        return look_at_file(Path(source), choices.url, choices.family)
    if urlsplit(source).scheme not in {"http", "https"}:
        raise ValueError(
            Sentence("{source} is neither a file nor an address that begins with http:// or https://", source=source)
        )
    home = urljoin(source, urlsplit(source).path or "/")
    found: list[Findings] = []

    async def work(ask: Ask) -> None:
        found.append(await look_at_site(ask, home, choices.family))

    notes = visit(process, home, fetch_rules(home), work)
    found[0].notes += notes
    return found[0]


def fetch_rules(home: str) -> Fetch:
    """The fetch rules for a look at ``home``: the defaults, or no delay for a user's own private server."""
    if not is_private(home):
        return Fetch()
    parts = urlsplit(home)
    port = parts.port or {"http": 80, "https": 443}[parts.scheme]
    return Fetch(delay=0, allow=(f"{parts.hostname}:{port}",))


def look_at_file(path: Path, url: str | None, family: str | None) -> Findings:
    """What a saved page tells. Raises ValueError if the page's address is not known."""
    body = path.read_bytes()
    html = decode(body, None).text
    address = url or canonical(parse(html), "") or _stated_address(html)
    if address is None:
        raise ValueError(Sentence("{path} does not say its address: add --url ADDRESS", path=path))
    recognition = _as(recognise(html, address), family)
    found = Findings(home=urljoin(address, "/"), recognition=recognition)
    found.article = Answer(url=address, status=200, headers=(), body=body)
    found.is_read = _is_article(load_family(recognition.family), html, address)
    if not found.is_read and family is None:
        _try_other_families(found, found.article)
    found.feeds = list(recognition.feeds[:1])
    found.sections = [s.url for s in _watched(recognition.sections)]
    found.notes.append(Sentence("a saved page: nothing was asked of the site, the lists below are not verified"))
    return found


async def look_at_site(ask: Ask, address: str, family: str | None) -> Findings:
    """What the live site tells: home page, robots.txt, lists, one article. Raises VisitFailed without a home page.

    Where no family reads an article, a dozen are looked at, and what they teach becomes ``[select]`` lines.
    """
    seen: list[Answer] = []
    ask = _remembering(ask, seen)
    home = await ask(address)
    if home is None or home.status != 200:
        status = (
            Sentence("it answered {status}", status=home.status)
            if home is not None
            else Sentence("it gave no answer")
        )
        raise VisitFailed(
            Sentence(
                "{address}: {status}; is it the right address, and is TINKHOI_CONTACT set?",
                address=address,
                status=status,
            )
        )
    recognition = _as(recognise(home.text, home.url, home.headers), family)
    found = Findings(home=home.url, recognition=recognition)
    pages = load_family(recognition.family)
    robots = await ask(urljoin(home.url, "/robots.txt"))
    named = robots_sitemaps(robots.text, home.url) if robots is not None and robots.status == 200 else ()

    shown: list[ListPage] = []
    for feed in dict.fromkeys((*recognition.feeds[:3], *usual_feeds(recognition.family, home.url))):
        if page := _read_feed(await ask(feed)):
            found.feeds, shown = [feed], [*shown, page]
            break
    for sitemap in dict.fromkeys((*usual_sitemaps(recognition.family, home.url), *named)):
        if page := _read_sitemap(await ask(sitemap)):
            found.sitemaps = [sitemap]
            break
    front = _read_list(pages, home)
    if front is not None and (front.next_url or not recognition.sections):
        found.sections, shown = [home.url], [*shown, front]
    for section in _watched(recognition.sections):
        page = _read_list(pages, await ask(section.url))
        if page is not None:
            found.sections.append(section.url)
            shown.append(page)
    shown += [front] if front else []
    lists = list(seen)
    await _find_article(ask, pages, shown, found)
    await _find_reader(ask, pages, shown, lists, found, is_chosen=family is not None)
    return found


async def _find_reader(
    ask: Ask, pages: Family, shown: Sequence[ListPage], lists: Sequence[Answer], found: Findings, *, is_chosen: bool
) -> None:
    """Where the family that the marks speak for cannot read its article: another family, or what its pages teach.

    ``generic`` reads many pages, and some of them wrongly, so what a site's own pages teach goes before it.
    """
    if found.article is None or is_chosen:
        return
    if not found.is_read:
        _try_other_families(found, found.article)
    if not found.is_read or found.recognition.family == "generic":
        await _learn(ask, pages, shown, lists, found)


def _remembering(ask: Ask, seen: list[Answer]) -> Ask:
    """The same as ``ask``; each good answer is added to ``seen``."""

    async def remembering(url: str) -> Answer | None:
        answer = await ask(url)
        if answer is not None and answer.status == 200 and not urlsplit(url).path.endswith("/robots.txt"):
            seen.append(answer)
        return answer

    return remembering


async def _learn(
    ask: Ask, pages: Family, shown: Iterable[ListPage], lists: Sequence[Answer], found: Findings
) -> None:
    addresses = [entry.url for page in shown for entry in page.entries if pages.key(entry.url)]
    taught = await learn_new_site(ask, pages, addresses, lists, utc_now().date())
    if taught is None:
        return
    said = Sentence(
        "no family fits its pages; learned from {pages} of them, {read} are read",
        pages=taught.pages,
        read=taught.read,
    )
    found.recognition = replace(found.recognition, evidence=(said,))
    found.learned, found.article, found.is_read = taught.lines, taught.article, True
    found.notes = [note for note in found.notes if not note.startswith("no article could be read")]
    found.notes.append(
        Sentence("hold the lines of [select] and [learned] against three pages; `tinkhoi sites learn` renews them")
    )


def _try_other_families(found: Findings, article: Answer) -> None:
    """Where the family that the page's marks speak for cannot read its article: the one that reads most of it."""
    name, fields = best_reader(article.text, article.url)
    if name is None:
        return
    said = Sentence("its page objects read {count} fields of {url}", count=fields, url=article.url)
    found.recognition = replace(found.recognition, family=name, evidence=(said,))
    found.is_read = True
    found.notes = [note for note in found.notes if not note.startswith("no article could be read")]


async def _find_article(ask: Ask, pages: Family, shown: Iterable[ListPage], found: Findings) -> None:
    entries = [e.url for page in shown for e in page.entries[:2] if pages.key(e.url)]
    for url in list(dict.fromkeys(entries))[:4]:
        address = pages.fetch_url(url)
        answer = await ask(address) if address else None
        if answer is None or answer.status != 200:
            continue
        if _is_article(pages, answer.text, answer.url):
            found.article, found.is_read = answer, True
            return
        found.article = found.article or answer
    found.notes.append(Sentence("no article could be read: correct the family or [select], then run this again"))


def _is_article(pages: Family, html: str, url: str) -> bool:
    try:
        return not pages.article(html, url).needs_date
    except NotAnArticle:
        return False


def _as(recognition: Recognition, family: str | None) -> Recognition:
    if family is None or family == recognition.family:
        return recognition
    said = (Sentence("chosen by hand; the page looks like {family}", family=recognition.family),)
    return Recognition(
        family=family,
        points=recognition.points,
        evidence=said,
        name=recognition.name,
        feeds=recognition.feeds,
        sections=recognition.sections,
    )


def _watched(sections: Sequence[Section]) -> list[Section]:
    """The sections to look at: all if they are few, else those whose names tell of the party or of politics."""
    if len(sections) <= MAX_SECTIONS:
        return list(sections)
    named = [s for s in sections if _WATCHED.search(fold(s.name))]
    return (named or list(sections))[:MAX_SECTIONS]


def _read_feed(answer: Answer | None) -> ListPage | None:
    if answer is None or answer.status != 200 or not looks_like_feed(answer.body):
        return None
    page = read_feed(answer.body, answer.url)
    return page if page.entries else None


def _read_sitemap(answer: Answer | None) -> ListPage | None:
    if answer is None or answer.status != 200 or not looks_like_sitemap(answer.body):
        return None
    page = read_sitemap(answer.body, answer.url)
    return page if page.entries or page.children else None


def _read_list(pages: Family, answer: Answer | None) -> ListPage | None:
    if answer is None or answer.status != 200:
        return None
    try:
        page = pages.list_page(answer.text, answer.url)
    except (NotAnArticle, ValueError):
        return None
    return page if any(pages.key(entry.url) for entry in page.entries) else None


def _stated_address(html: str) -> str | None:
    found = re.search(r'<link[^>]+rel=["\']canonical["\'][^>]+href=["\'](https?://[^"\']+)', html)
    return found.group(1) if found else None


def site_id(home: str) -> str:
    """The id that a site's host suggests: ``baoapbac`` for baoapbac.vn, ``dongnai.gov`` for dongnai.gov.vn."""
    parts = urlsplit(home)
    host = _SUFFIX.sub("", (parts.hostname or "site").removeprefix("www."))
    return f"{host}-{parts.port}" if parts.port else host


def site_file(found: Findings, fetch: Fetch, *, kind: str | None, province: str | None, today: str) -> str:
    """The site file as TOML: at most 15 lines, and those that were learned."""
    recognition = found.recognition
    name = recognition.name or urlsplit(found.home).netloc
    lines = [
        f"# {'; '.join(recognition.evidence) or 'no family recognised'}",
        f"name = {_quoted(name)}",
        f"kind = {_quoted(kind or kind_of(name))}",
        f"province = {_quoted(province or province_of(name) or 'unknown')}",
        f"family = {_quoted(recognition.family)}",
        f"home = {_quoted(found.home)}",
    ]
    for key, addresses in (("sections", found.sections), ("feeds", found.feeds), ("sitemaps", found.sitemaps)):
        if addresses:
            lines.append(f"{key} = [{', '.join(_quoted(_short(a, found.home)) for a in addresses[:MAX_SECTIONS])}]")
    checked = f"{today}, by newsite: an article was read" if found.is_read else "unverified"
    lines += [f"status = {_quoted('live' if found.is_read else 'unverified')}", f"checked = {_quoted(checked)}"]
    if fetch.allow:
        lines += ["[fetch]", f"delay = {fetch.delay:g}", f"allow = [{', '.join(map(_quoted, fetch.allow))}]"]
    return "\n".join([*lines, *(["", *found.learned] if found.learned else [])]) + "\n"


def kind_of(name: str) -> str:
    """The kind of site that the name tells; a government's site if it tells none."""
    folded = fold(name)
    return next((kind for kind, words in _KIND_WORDS if re.search(words, folded)), "government")


def province_of(name: str) -> str | None:
    """The province (before 1 July 2025) that a site's name contains."""
    folded = fold(name)
    named = [p.name_before for p in provinces() if re.search(rf"\b{re.escape(fold(p.name_before))}\b", folded)]
    return max(named, key=len, default=None)


def report(made: NewSite, next_command: str) -> list[str]:
    """What was found and what to do next, line by line."""
    found, path, site, saved = made.findings, made.path, made.site, made.fixture
    recognition = found.recognition
    lines: list[str] = [found.home, Sentence("family: {family}", family=recognition.family)]
    lines += [Sentence("  because {what}", what=line) for line in recognition.evidence]
    others = sorted(((p, f) for f, p in recognition.points.items() if f != recognition.family), reverse=True)
    lines += [
        Sentence("  also like {family} ({points} points)", family=family, points=points)
        for points, family in others[:2]
    ]
    none = Sentence("none found")
    lines += [
        Sentence("sections: {addresses}", addresses=", ".join(site.sections) or none),
        Sentence("feeds: {addresses}", addresses=", ".join(site.feeds) or none),
        Sentence("sitemaps: {addresses}", addresses=", ".join(site.sitemaps) or none),
    ]
    lines += [Sentence("note: {what}", what=note) for note in found.notes]
    lines += [Sentence("wrote {path}", path=file) for file in (path, *saved)]
    lines.append(Sentence("next:"))
    lines.append(
        Sentence(
            "  1. correct name, kind ({kind}) and province ({province}) in {path}",
            kind=site.kind,
            province=site.province,
            path=path,
        )
    )
    if saved:
        lines.append(Sentence('  2. hold {path} against the page, correct it, set "checked" to true', path=saved[-1]))
    lines.append(f"  3. {next_command}")
    return lines


def _fixture_folder(folder: Path) -> Path:
    tests = BUILT_IN.parent.parent / _FIXTURES
    return tests if folder == BUILT_IN and tests.is_dir() else folder / "fixtures"


def _write(folder: Path, found: Findings, choices: SiteChoices) -> Path:
    path = folder / f"{choices.id or site_id(found.home)}.toml"
    if path.exists() and not choices.force:
        raise FileExistsError(Sentence("{path} is there already: choose another --id, or --force", path=path))
    folder.mkdir(parents=True, exist_ok=True)
    today = utc_now().date().isoformat()
    text = site_file(found, fetch_rules(found.home), kind=choices.kind, province=choices.province, today=today)
    path.write_text(text, encoding="utf-8")
    return path


def _save(folder: Path, site: Site, found: Findings) -> tuple[Path, ...]:
    if found.article is None:
        return ()
    says = fixture_of(site, found.article.text, found.article.url)
    return save_fixture(folder, site.id, found.article.body, says)


def _short(address: str, home: str) -> str:
    """``address`` as a path, if it is on the home page's host."""
    one, other = urlsplit(address), urlsplit(home)
    if (one.scheme, one.netloc) != (other.scheme, other.netloc):
        return address
    return one._replace(scheme="", netloc="").geturl() or "/"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
