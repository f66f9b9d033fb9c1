"""Learns what is printed near a title: the title itself, the date, the kicker, the section."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from urllib.parse import urljoin

from scraper.dates.date_line import read_date
from scraper.dates.readings import Reading
from scraper.learning.found import Found
from scraper.learning.labels import Label
from scraper.learning.selectors import Selector, candidates, counted
from scraper.learning.tree import Element, Line, Page
from scraper.text import fold

_WORDS = re.compile(r"[^\W_]+")
_DATE = re.compile(r"\d{1,2}\D{1,12}\d{1,2}\D{1,12}\d{4}|\d{4}\D\d{1,2}\D\d{1,2}|\d{1,2}\s?(?:thg|tháng)", re.I)
_MACHINE = re.compile(r"\d{4}-\d{2}-\d{2}T")  # written for programs, where people do not see it
_PATH = re.compile(r"^\W*(?:trang (?:chủ|nhất)|home)\b|\s[›»>|/]\s", re.I)
_LONGEST_DATE = 100  # characters
_FEWEST = 0.6  # share of the pages that a field's selector must hold on


@dataclass(slots=True, eq=False)
class Sample:
    """One article page, with what other sources say about it and what has been found on it so far."""

    page: Page
    label: Label
    title: Element | None = None
    title_line: int = 0  # the number of its first line; lines above it are no body
    date: Element | None = None
    lead: set[int] = field(default_factory=set)  # numbers of lines
    body: Element | None = None


@dataclass(frozen=True, slots=True)
class Scored:
    """A selector and how well it does."""

    score: float
    selector: Selector
    right: int
    wrong: int


def bare(text: str) -> str:
    """The words of ``text`` for comparison: folded, without punctuation."""
    return " ".join(_WORDS.findall(fold(text)))


def pick(scored: Iterable[Scored], least: float) -> tuple[Scored | None, Scored | None]:
    """The best of ``scored`` with at least the score ``least``, and the next best."""
    ordered = sorted(scored, key=lambda s: (-s.score, s.selector.cost, s.selector.css))
    if not ordered or ordered[0].score < least:
        return None, None
    return ordered[0], ordered[1] if len(ordered) > 1 else None


def found(best: Scored, second: Scored | None, samples: Sequence[Sample], of: int, by: str) -> Found:
    """The best selector with its evidence."""
    shown = (text for s in samples if (e := best.selector.first(s.page)) is not None and (text := words(s.page, e)))
    runner = f"{second.selector.css} ({second.score:.2f} against {best.score:.2f})" if second else None
    three = tuple(text[:90] for text, _ in zip(shown, range(3), strict=False))
    return Found(css=best.selector.css, right=best.right, of=of, by=by, samples=three, runner_up=runner)


def words(page: Page, element: Element) -> str:
    """What ``element`` prints, on one line."""
    return page.texts.get(element) or " ".join(line.text for line in page.inside(element) if line.text)


def best_selector(
    samples: Sequence[Sample],
    good: Sequence[set[Element]],
    stable: frozenset[str],
    *,
    rank: Callable[[Selector], float] = lambda _: 0.0,
    wrong_weight: float = 2.0,
) -> list[Scored]:
    """The selectors of ``good`` (elements for each page), with scores.

    The score counts the pages on which the first match is good, less ``wrong_weight`` times those on which it is
    wrong. A page without good elements does not count.
    """
    proposed = [{c for e in few for c in candidates(s.page, e, stable)} for s, few in zip(samples, good, strict=True)]
    judged = [(s, few) for s, few in zip(samples, good, strict=True) if few]
    scored = []
    for selector in counted(proposed, max(2, len(judged) // 3)):
        right = wrong = several = 0
        for sample, few in judged:
            first = selector.first(sample.page)
            right += first in few
            wrong += first is not None and first not in few
            several += len(selector.matches(sample.page)) > 1
        score = (right - wrong_weight * wrong - 0.05 * several) / max(1, len(judged))
        scored.append(Scored(score - selector.cost + rank(selector), selector, right, wrong))
    return scored


# The title.


def learn_title(
    samples: Sequence[Sample], lists: Sequence[Page], stable: frozenset[str]
) -> tuple[Found, Selector] | None:
    """The title: the element whose words are the title that lists, feeds or the page's head give."""
    shared = _shared_titles(samples)
    good = [_titles(sample, shared) for sample in samples]

    def rank(selector: Selector) -> float:
        on_lists = sum(selector.first(page) is not None for page in lists) / max(1, len(lists))
        heading = {"h1": 0.04, "h2": 0.02, "h3": 0.01}.get(re.split(r"[.\[]", selector.name)[0], 0.0)
        return heading - 0.03 * on_lists

    best, second = pick(best_selector(samples, good, stable, rank=rank), _FEWEST)
    if best is None:
        return None
    for sample, few in zip(samples, good, strict=True):
        first = best.selector.first(sample.page)
        if first is not None and (first in few or not few):
            sample.title = first
            sample.title_line = _line_of(sample.page, first)
    judged = sum(bool(few) for few in good)
    return found(best, second, samples, judged, "with lists, feeds and the page's head"), best.selector


def _shared_titles(samples: Sequence[Sample]) -> set[str]:
    """What most pages are called alike, as by the head of a template (“Chi tiết tin”): no article's title."""
    counts = Counter(title for sample in samples for title in {bare(each) for each in sample.label.titles})
    return {title for title, count in counts.items() if count * 2 > len(samples)}


def _titles(sample: Sample, shared: set[str]) -> set[Element]:
    labels = {bare(title) for title in sample.label.titles} - {""} - shared
    return {e for e, text in sample.page.texts.items() if len(text) > 8 and bare(text) in labels and not _in_head(e)}


def _in_head(element: Element) -> bool:
    return element.tag in {"title", "meta", "head"}


def _line_of(page: Page, element: Element) -> int:
    if element in page.span:
        return page.span[element][0]
    for number, line in enumerate(page.lines):
        if line.node is element or any(a is element for a in line.node.iterancestors()):
            return number
        if any(a is line.node for a in element.iterancestors()) and page.texts.get(element, "-") in line.text:
            return number
    return 0


# The date.


@lru_cache(maxsize=4096)
def read(text: str, at: datetime | None = None) -> Reading | None:
    """The date that ``text`` prints, or None. A relative one (“3 giờ trước”) is not learned from."""
    if len(text) > _LONGEST_DATE or not _DATE.search(text) or _MACHINE.match(text):
        return None
    answer = read_date(text, base=at)
    return answer if isinstance(answer, Reading) and not answer.relative else None


def is_date_line(line: Line) -> bool:
    """Whether a line prints a date and little else."""
    return 0 < len(line.text) <= 60 and read(line.text) is not None


def learn_date(samples: Sequence[Sample], lists: Sequence[Page], stable: frozenset[str]) -> Found | None:
    """The date line: what reads as the day that lists, feeds or machines state. An equal minute counts double."""
    readings = [_readings(sample) for sample in samples]
    told = [[r for text in s.label.dates if (r := read(text) or _machine(text))] for s in samples]
    proposed = [
        {c for e in of_page for c in candidates(s.page, e, stable)}
        for s, of_page in zip(samples, readings, strict=True)
    ]
    scored = []
    for selector in counted(proposed, max(2, len(samples) // 2)):
        if (one := _score_date(selector, samples, readings, told, lists)) is not None:
            scored.append(one)
    best, second = pick(scored, 0.4)
    if best is None:
        return None
    for sample in samples:
        sample.date = best.selector.first(sample.page)
    judged = sum(bool(t) for t in told)
    by = "with the days that lists, feeds and machines state" if judged else "that print a date there"
    return found(best, second, samples, judged or len(samples), by)


def _machine(text: str) -> Reading | None:
    answer = read_date(text) if len(text) <= _LONGEST_DATE else None
    return answer if isinstance(answer, Reading) and not answer.relative else None


def _readings(sample: Sample) -> dict[Element, Reading]:
    texts = ((e, text) for e, text in sample.page.texts.items() if len(text) <= _LONGEST_DATE and e.tag != "a")
    return {e: reading for e, text in texts if (reading := read(text)) is not None}


def _score_date(
    selector: Selector,
    samples: Sequence[Sample],
    readings: Sequence[dict[Element, Reading]],
    told: Sequence[Sequence[Reading]],
    lists: Sequence[Page],
) -> Scored | None:
    right = wrong = minutes = unread = near = length = 0
    values: Counter[str] = Counter()
    for sample, of_page, labels in zip(samples, readings, told, strict=True):
        first = selector.first(sample.page)
        reading = of_page.get(first) if first is not None else None
        if reading is None:
            unread += first is not None
            continue
        values[reading.iso] += 1
        length += len(words(sample.page, first))
        near += abs(_line_of(sample.page, first) - sample.title_line) <= 4
        if not labels:
            right += 1
        elif any(reading.day == label.day for label in labels):
            right += 1
            minutes += reading.moment is not None
        else:
            wrong += 1
    n = len(samples)
    if right < _FEWEST * n * 0.8 or (n >= 4 and len(values) == 1):  # the page's clock says one moment everywhere
        return None
    clocks = sum((e := selector.first(page)) is not None and read(words(page, e)) is not None for page in lists)
    score = (right + minutes - 3 * wrong - unread) / (2 * n) + 0.05 * near / n
    score -= 0.2 * clocks / max(1, len(lists)) + selector.cost
    score -= 0.02 * sum(len(selector.matches(s.page)) > 1 for s in samples) / n + 0.002 * length / n
    return Scored(score, selector, right, wrong)


# Kicker and section.


def learn_kicker(samples: Sequence[Sample], lists: Sequence[Page], stable: frozenset[str]) -> Found | None:
    """The kicker: short words right above the title on nearly all pages that have them, another on most."""
    good: list[set[Element]] = []
    texts: Counter[str] = Counter()
    for sample in samples:
        line = _line_above(sample)
        few = {line.node} if line is not None and line.fills_node else set()
        texts.update({line.folded} if line is not None and few else ())
        good.append(few)
    if len(texts) < 2:
        return None
    speaks = all(text.endswith(":") for text in texts)
    scored = []
    for one in best_selector(samples, good, stable, wrong_weight=1.0):
        uses = [s for s in samples if one.selector.first(s.page) is not None]
        hits = [s for s, few in zip(samples, good, strict=True) if one.selector.first(s.page) in few]
        if (
            len(hits) < 0.9 * len(uses)
            or len(hits) < (2 if speaks else 3)
            or any(one.selector.first(p) is not None for p in lists)
        ):
            continue
        if len({words(s.page, e) for s in hits if (e := one.selector.first(s.page)) is not None}) >= 2:
            scored.append(Scored(len(hits) / len(samples) - one.selector.cost, one.selector, len(hits), 0))
    best, second = pick(scored, 0.1)
    if best is None or best.selector.has_position:
        return None
    return found(best, second, samples, best.right, "right above the title")


def _line_above(sample: Sample) -> Line | None:
    number = sample.title_line - 1
    if sample.title is None or number < 0:
        return None
    line = sample.page.lines[number]
    if line.image is not None or line.is_link or not 3 <= len(line.text) <= 120 or read(line.text):
        return None
    is_path = _PATH.search(line.text) is not None  # from the home page to the article
    is_path = is_path or bare(line.text) == bare(words(sample.page, sample.title))  # whose last step is the article
    return None if is_path or _names_a_list(sample.page, line) else line


def _names_a_list(page: Page, line: Line) -> bool:
    """Whether a menu's link has the same words: then they name the section."""
    return any(each.is_link and each.folded == line.folded for each in page.lines)


def learn_section(samples: Sequence[Sample], lists: Sequence[Page], stable: frozenset[str]) -> Found | None:
    """The section: the element with the words of the section in the page's head or feed, else a link to a list."""
    by_label = [_named(s, s.label.sections) for s in samples]
    listed = {_address(page.url) for page in lists}
    by_link = [
        {
            e for e in s.page.root.iter("a")
            if s.page.texts.get(e) and _address(_join(s.page.url, e.get("href"))) in listed
            and _line_of(s.page, e) <= s.title_line + 6
        }
        for s in samples
    ]  # fmt: skip
    for good, by in ((by_label, "with the page's head or the feed"), (by_link, "with the lists it leads to")):
        judged = [few for few in good if few]
        if len(judged) < max(3, 0.5 * len(samples)):
            continue
        ranked = best_selector(samples, good, stable, rank=_menu(samples))
        scored = [s for s in ranked if not s.selector.has_position and _is_alone(s.selector, samples)]
        best, second = pick(scored, _FEWEST)
        if best is not None:
            return found(best, second, samples, len(judged), by)
    return None


def _is_alone(selector: Selector, samples: Sequence[Sample]) -> bool:
    """Whether it selects one or two elements on nearly all pages. A menu or a list has more."""
    return sum(len(selector.matches(s.page)) > 2 for s in samples) <= 0.1 * len(samples)


def _menu(samples: Sequence[Sample]) -> Callable[[Selector], float]:
    """Recognises a menu: it prints the same first link on every page, while a section differs."""

    def rank(selector: Selector) -> float:
        values = {words(s.page, e) for s in samples if (e := selector.first(s.page)) is not None}
        return -0.5 if len(values) < 2 else 0.0

    return rank


def _named(sample: Sample, names: Sequence[str]) -> set[Element]:
    wanted = {bare(name) for name in names} - {""}
    return {e for e, text in sample.page.texts.items() if bare(text) in wanted}


def _address(url: str) -> str:
    return url.partition("#")[0].rstrip("/")


def _join(base: str, href: str | None) -> str:
    try:
        return urljoin(base, (href or "").strip())
    except ValueError:
        return ""
