"""Learns where the body is, what opens it, and which words are a picture's caption."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from scraper.learning.found import Found, Furniture
from scraper.learning.heading import Sample, Scored, bare, best_selector, found, is_date_line, pick, words
from scraper.learning.selectors import Selector, candidates, counted, is_telling
from scraper.learning.tree import Element, Line, Page, ancestors
from scraper.sites.learned import is_sentence as reads_as_sentence
from scraper.text.sentence import Sentence

_PROSE = 50  # characters; from here a line that is no link may be prose
_DESCRIPTION = 24  # folded characters of a description that can name a lead
_BEGINNING = 150  # folded characters; a description is compared no further, for it may be cut
_LONGEST_CAPTION = 300
_DASHES = "*-–—•"  # before a speaker or an item
_FEWEST_WORDS = 8  # of prose: a line of addresses and machine dates has fewer
_WORD = re.compile(r"(?<!\S)[\W_]*[^\W\d_]{1,7}[\W_]*(?!\S)")  # Vietnamese syllables have at most seven letters


@dataclass(slots=True)
class Recurring:
    """What the pages of a site have in common."""

    pages: int
    lines: Counter[str]  # shape to the number of article pages that print it
    on_lists: frozenset[str]  # folded lines of list pages
    images: Counter[str]  # address to the number of article pages that show it
    below: Mapping[str, Counter[str]]  # shape of a sentence to the shapes of the sentences right below it, or none

    def often(self, line: Line, share: float, fewest: int = 3) -> bool:
        """Whether the line is, ignoring numbers, on this share of the article pages.

        A recurring sentence may be text (a closing formula). It counts only if it is on all pages and is always
        followed by the same sentence or by none, as in a licence.
        """
        count = self.lines[line.shape]
        if not is_sentence(line):
            return count >= max(fewest, share * self.pages)
        return count >= max(fewest, 0.95 * self.pages) and max(self.below[line.shape].values()) >= 0.8 * count


def is_sentence(line: Line) -> bool:
    """Whether a line is a whole sentence and no link."""
    return reads_as_sentence(line.text) and not line.is_link


def recurring(samples: Sequence[Sample], lists: Sequence[Page]) -> Recurring:
    """What recurs over the pages."""
    shapes = Counter(shape for s in samples for shape in {line.shape for line in s.page.lines if line.text})
    images = Counter(src for s in samples for src in {line.image for line in s.page.lines if line.image})
    below: dict[str, Counter[str]] = {}
    for sample in samples:
        following = [*(line.shape if is_sentence(line) else "" for line in sample.page.lines[1:]), ""]
        for line, next_shape in zip(sample.page.lines, following, strict=True):
            if is_sentence(line):
                below.setdefault(line.shape, Counter())[next_shape] += 1
    on_lists = frozenset(line.folded for page in lists for line in page.lines if len(line.folded) >= _DESCRIPTION)
    return Recurring(len(samples), shapes, on_lists, images, below)


def described(sample: Sample, line: Line) -> bool:
    """Whether a description of the article begins like the line, or the line like the description."""
    text = bare(line.text)
    if len(text) < _DESCRIPTION or line.is_link:
        return False
    for label in sample.label.descriptions:
        said = bare(label)
        if len(said) >= _DESCRIPTION and (text.startswith(said[:_BEGINNING]) or said.startswith(text)):
            return True
    return False


def is_prose(sample: Sample, number: int, recurs: Recurring) -> bool:
    """Whether the line of this number can be prose of this article alone."""
    line = sample.page.lines[number]
    if number <= sample.title_line or len(line.text) < _PROSE or 2 * line.linked > len(line.text):
        return False
    if number in sample.lead or is_date_line(line) or line.folded in recurs.on_lists:
        return False
    if bare(line.text) in _titles(sample) or len(_WORD.findall(line.text)) < _FEWEST_WORDS:
        return False
    return not recurs.often(line, 0) if is_sentence(line) else recurs.lines[line.shape] <= max(2, 0.2 * recurs.pages)


def _titles(sample: Sample) -> set[str]:
    return {bare(title) for title in sample.label.titles}


# The lead.


def learn_lead(samples: Sequence[Sample], stable: frozenset[str], recurs: Recurring) -> Found | None:
    """The lead's selector, if the lead is an element of its own and a description begins like it."""
    openings = [list(_opening(sample, recurs)) for sample in samples]
    good: list[set[Element]] = []
    for sample, numbers in zip(samples, openings, strict=True):
        told = [n for n in numbers if described(sample, sample.page.lines[n])][:1]
        texts = {sample.page.lines[n].text for n in told}
        nodes = {e for e, text in sample.page.texts.items() if text in texts and e.tag not in {"li", "a"}}
        good.append({e for e in nodes if e in sample.page.order})
    judged = sum(bool(few) for few in good)
    scored = [
        one
        for one in best_selector(samples, good, stable, rank=_depth(samples), wrong_weight=1.0)
        if not one.selector.has_position and _is_one_element(one.selector, samples) and _is_its_own(one.selector)
    ]
    best, second = pick(scored, 0.6)
    if best is not None and judged >= max(3, 0.3 * len(samples)):
        for sample in samples:
            first = best.selector.first(sample.page)
            if first is not None:
                sample.lead |= _numbers(sample.page, first)
        return found(best, second, samples, judged, "with what lists, feeds and the head describe")
    return _undescribed_lead(samples, openings, stable) if not judged else None


def _undescribed_lead(
    samples: Sequence[Sample], openings: Sequence[Sequence[int]], stable: frozenset[str]
) -> Found | None:
    """The lead if nothing describes the articles: the first long line, if most pages have an element for it alone."""
    prose = [[n for n in few if not _is_caption(s.page, n)][:1] for s, few in zip(samples, openings, strict=True)]
    texts = [{s.page.lines[n].text for n in few} for s, few in zip(samples, prose, strict=True)]
    good = [
        {e for e, t in s.page.texts.items() if t in few and e.tag != "a"}
        for s, few in zip(samples, texts, strict=True)
    ]
    scored = [
        one for one in best_selector(samples, good, stable, rank=_depth(samples))
        if is_telling(one.selector.name) and not one.selector.has_position and _is_one_element(one.selector, samples)
    ]  # fmt: skip
    best, second = pick(scored, 0.75)
    if best is None:
        return None
    for sample in samples:
        first = best.selector.first(sample.page)
        if first is not None:
            sample.lead |= _numbers(sample.page, first)
    return found(best, second, samples, len(samples), "that open with an element of its own, which nothing describes")


def _is_caption(page: Page, number: int) -> bool:
    """Whether an element holds this line and the picture above it, and nothing else."""
    line, above = page.lines[number], page.lines[number - 1]
    if number == 0 or above.image is None:
        return False
    around_picture = set(ancestors(above.node))
    frame = next((e for e in (line.node, *ancestors(line.node)) if e in around_picture), None)
    return page.span.get(frame) == (number - 1, number + 1)


def _depth(samples: Sequence[Sample]) -> Callable[[Selector], float]:
    """Prefers the innermost of elements with the same words: others hold a picture's caption on other pages."""

    def rank(selector: Selector) -> float:
        first = next((e for s in samples if (e := selector.first(s.page)) is not None), None)
        return 0.0 if first is None else 0.004 * min(10, sum(1 for _ in ancestors(first)))

    return rank


def _opening(sample: Sample, recurs: Recurring) -> Iterator[int]:
    """The numbers of the first lines below the title that are long enough to be a lead."""
    given = 0
    for number, line in enumerate(sample.page.lines[sample.title_line + 1 :], sample.title_line + 1):
        if line.image or line.is_link or len(line.text) < _DESCRIPTION or is_date_line(line):
            continue
        if recurs.often(line, 0.5) or bare(line.text) in _titles(sample):
            continue
        yield number
        given += 1
        if given == 5:
            return


def _is_its_own(selector: Selector) -> bool:
    """Whether its name tells a lead from any paragraph or bold words that may open a body."""
    return is_telling(selector.name) or selector.name in {"h2", "h3", "h4", "blockquote"}


def _is_one_element(selector: Selector, samples: Sequence[Sample]) -> bool:
    """Whether it names one element of a page, and not simply the first of many paragraphs."""
    matches = [len(selector.matches(s.page)) for s in samples]
    return sum(matches) <= 1.4 * max(1, sum(bool(m) for m in matches))


def learn_opening(samples: Sequence[Sample], recurs: Recurring) -> tuple[str | None, str | None]:
    """How the lead opens the body (``bold``, ``first`` or not at all), and what a person should look at."""
    marked = told = beyond = 0
    firsts: list[tuple[Sample, int]] = []
    for sample in samples:
        prose = _first_prose(sample, recurs)
        if not prose:
            continue
        first = sample.page.lines[prose[0]]
        following = sample.page.lines[prose[1]] if len(prose) > 1 else None
        firsts.append((sample, prose[0]))
        marked += _is_marked(first) and not (following is not None and _is_marked(following))
        if described(sample, first):
            told += 1
            beyond += _runs_on(sample, first, following)
    if marked >= max(2, 0.25 * len(firsts)):
        return "bold", None
    if told >= max(3, 0.8 * len(firsts)):
        if beyond >= 0.2 * told:
            return None, "lead: descriptions are made from the body's first words, so they name no lead"
        return "first", "lead: the description is the first paragraph, and nothing in its shape tells it"
    return None, None


def _first_prose(sample: Sample, recurs: Recurring) -> list[int]:
    """The numbers of the first two lines of the body that are neither links nor furniture."""
    if sample.body is None:
        return []
    start, end = sample.page.span[sample.body]
    lines = ((n, sample.page.lines[n]) for n in range(max(start, sample.title_line + 1), end))
    prose = [
        n for n, ln in lines if ln.text and not ln.is_link and not recurs.often(ln, 0.5) and not is_date_line(ln)
    ]
    texts = {n: sample.page.lines[n].text for n in prose[1:]}
    return prose[:1] + [n for n, text in texts.items() if len(text) >= _PROSE and text[0] not in _DASHES][:1]


def _is_marked(line: Line) -> bool:
    """Bold or italic, and neither an interview's question nor a heading."""
    return (line.bold or line.italic) and len(line.text) >= 40 and line.text[0] not in _DASHES


def _runs_on(sample: Sample, first: Line, following: Line | None) -> bool:
    """Whether a description says the first paragraph and goes on with the second: a machine cut it."""
    start, then = bare(first.text), bare(following.text)[:12] if following is not None else ""
    rests = [said[len(start) :].strip() for d in sample.label.descriptions if (said := bare(d)).startswith(start)]
    return any(rest and then.startswith(rest[:12]) for rest in rests)


def _numbers(page: Page, element: Element) -> set[int]:
    if element in page.span:
        return set(range(*page.span[element]))
    return {n for n, line in enumerate(page.lines) if line.node is element or element in list(ancestors(line.node))}


# The body's element.


def learn_body(
    samples: Sequence[Sample], lists: Sequence[Page], stable: frozenset[str], recurs: Recurring
) -> tuple[Found | None, str | None]:
    """The element that holds the prose and little else; and what a person should look at."""
    prose = [[n for n in range(len(s.page.lines)) if is_prose(s, n, recurs)] for s in samples]
    proposed = [
        {c for e in _holders(s.page, few) for c in candidates(s.page, e, stable)}
        for s, few in zip(samples, prose, strict=True)
    ]
    scored = [
        _score_body(selector, samples, prose, recurs, lists)
        for selector in counted(proposed, max(2, len(samples) // 2))
    ]
    best, second = pick(scored, 0.3)
    if best is None:
        return None, None
    for sample in samples:
        sample.body = best.selector.first(sample.page)
    judged = sum(bool(few) for few in prose)
    weak = Sentence("body: no element holds the text and little else") if best.score < 0.6 else None
    return found(best, second, samples, judged, "that hold their text there"), weak


def _holders(page: Page, prose: Sequence[int]) -> set[Element]:
    """The elements that hold at least half of the prose."""
    total = sum(len(page.lines[n].text) for n in prose)
    held: Counter[Element] = Counter()
    for number in prose:
        line = page.lines[number]
        for around in (line.node, *ancestors(line.node)):
            held[around] += len(line.text)
    return {e for e, chars in held.items() if 2 * chars >= total > 0 and e in page.span and e.tag != "html"}


def _score_body(
    selector: Selector, samples: Sequence[Sample], prose: Sequence[Sequence[int]], recurs: Recurring,
    lists: Sequence[Page],
) -> Scored:  # fmt: skip
    held: list[float] = []
    foreign = loose = 0.0
    right = 0
    for sample, few in zip(samples, prose, strict=True):
        if not few:
            continue
        element = selector.first(sample.page)
        if element is None:
            held.append(0.0)
            continue
        total = sum(len(sample.page.lines[n].text) for n in few)
        inside = sum(len(sample.page.lines[n].text) for n in few if sample.page.is_in(n, element))
        held.append(inside / total)
        right += inside >= 0.9 * total
        other, rest = _other_text(sample, element, set(few), recurs)
        foreign += other / (other + rest + inside + 1)
        loose += rest / (other + rest + inside + 1)
    n = max(1, len(held))
    best = sorted(held, reverse=True)[: max(1, round(0.75 * n))]
    on_lists = sum(selector.first(page) is not None for page in lists) / max(1, len(lists))
    score = sum(best) / len(best) - 0.7 * foreign / n - 0.15 * loose / n - selector.cost - 0.05 * on_lists
    return Scored(score - 0.2 * sum(h == 0 for h in held) / n, selector, right, 0)


def _other_text(sample: Sample, element: Element, prose: set[int], recurs: Recurring) -> tuple[int, int]:
    """Characters inside ``element`` that are others' text, and that may be anybody's."""
    other = rest = 0
    start, end = sample.page.span.get(element, (0, 0))
    for number in range(start, end):
        line = sample.page.lines[number]
        if number in prose or number in sample.lead:
            continue
        own = described(sample, line) if line.folded in recurs.on_lists else True
        if number <= sample.title_line or line.is_link or recurs.often(line, 0.5) or not own:
            other += len(line.text)
        else:
            rest += len(line.text)
    return other, rest


# Captions.


def learn_captions(samples: Sequence[Sample], stable: frozenset[str], recurs: Recurring) -> tuple[Furniture, ...]:
    """The names of elements that nearly always follow a picture of the article and hold a few words."""
    after: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    shown: dict[str, str] = {}
    on_pages: dict[str, set[int]] = {}
    for number, sample in enumerate(samples):
        for element in _in_article(sample):
            lines = sample.page.inside(element)
            names = [name for name in sample.page.names[element] if name in stable and ("." in name or "[" in name)]
            if not names or not lines or any(line.image for line in lines):
                continue
            is_caption = (
                _follows_picture(sample, element, recurs) and len(words(sample.page, element)) <= _LONGEST_CAPTION
            )
            for name in names:
                seen[name] += 1
                after[name] += is_caption
                if is_caption:
                    shown.setdefault(name, words(sample.page, element)[:90])
                    on_pages.setdefault(name, set()).add(number)
    kept = [name for name, count in after.items() if count >= 0.7 * seen[name] and len(on_pages[name]) >= 2]
    return tuple(Furniture(name, after[name], seen[name], shown[name]) for name in sorted(kept))


def _in_article(sample: Sample) -> list[Element]:
    """The elements between title and the body's end."""
    if sample.body is None:
        return []
    end = sample.page.span[sample.body][1]
    return [e for e, (s, t) in sample.page.span.items() if sample.title_line < s and t <= end and t > s]


def _follows_picture(sample: Sample, element: Element, recurs: Recurring) -> bool:
    start = sample.page.span[element][0]
    if start == 0:
        return False
    above, first = sample.page.lines[start - 1], sample.page.lines[start]
    own_picture = above.image is not None and recurs.images[above.image] <= max(2, 0.2 * recurs.pages)
    return own_picture and not first.is_link and not recurs.often(first, 0.5)
