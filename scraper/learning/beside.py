"""What is printed beside an article's words: names, tags, and the furniture that recurs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from urllib.parse import urljoin, urlsplit

from scraper.learning.body import Recurring, is_sentence
from scraper.learning.found import Found, Furniture
from scraper.learning.heading import Sample, Scored, bare, found, is_date_line, pick, words
from scraper.learning.selectors import Selector, candidates, counted, is_telling
from scraper.learning.tree import Element, Line, Page
from scraper.text import fold

_LABEL = re.compile(r"^[^:]{2,20}:\s*")
_NAME = re.compile(r"(?:[^\W\d_][\w’'.]*)(?:[ .,&–-]+[^\W\d_][\w’'.]*){0,7}")
_LONGEST_NAME = 45
_AUTHOR_LABELS = frozenset({
    "tac gia", "tac gia bai viet", "nguoi viet", "viet boi", "dang boi", "boi", "by", "written by", "author", "pv",
    "bai",
})  # fmt: skip
_SENTENCE_END = (".", "!", "?", "…", "”", '"')


def is_name(text: str) -> bool:
    """Whether ``text`` can be the name of one or more persons: few words, each with a capital."""
    name = _LABEL.sub("", text).strip("()* ")
    if not 2 <= len(name) <= _LONGEST_NAME or not _NAME.fullmatch(name) or name.endswith(":"):
        return False
    parts = re.findall(r"[^\W_]+", name)
    return all(part[0].isupper() for part in parts) and (len(parts) >= 2 or name.isupper())


def is_labelled(text: str) -> bool:
    """Whether an author's label opens ``text``, and a few words follow it."""
    label = _LABEL.match(text)
    if label is None or fold(label[0]).strip(" :") not in _AUTHOR_LABELS:
        return False
    return 1 < len(text) - len(label[0]) <= 2 * _LONGEST_NAME


def may_sign(text: str) -> bool:
    """Whether ``text`` can stand in a byline: a name, an office, or words after an author's label."""
    name = _LABEL.sub("", text).strip()
    is_short = 2 <= len(name) <= _LONGEST_NAME and name[0].isupper() and name[-1].isalpha()
    return is_name(text) or is_labelled(text) or is_short


# The author.


def learn_author(samples: Sequence[Sample], stable: frozenset[str], recurs: Recurring) -> Found | None:
    """The byline: what the feed or the head call the author, else names by the title or the body's end."""
    by_label = [_named_authors(sample) for sample in samples]
    by_place = [_names_in_place(sample, recurs) for sample in samples]
    for good, by in ((by_label, "with the author that feed or head state"), (by_place, "that print a name there")):
        judged = sum(bool(few) for few in good)
        labelled = sum(any(is_labelled(words(s.page, e)) for e in few) for s, few in zip(samples, good, strict=True))
        if judged < max(3, 0.25 * len(samples)) and not labelled:
            continue
        best, second = pick(_score_names(samples, good, stable, judged), 0.5)
        if best is not None:
            return found(best, second, samples, judged, by)
    return None


def _score_names(
    samples: Sequence[Sample], good: Sequence[set[Element]], stable: frozenset[str], judged: int
) -> list[Scored]:
    scored = []
    proposed = [{c for e in few for c in candidates(s.page, e, stable)} for s, few in zip(samples, good, strict=True)]
    for selector in counted(proposed, 1):
        if selector.has_position or not ("." in selector.name or selector.name.startswith("#") or selector.anchor):
            continue
        if not is_telling(selector.name) and any(_is_in_body(s, selector) for s in samples):
            continue
        texts = [words(s.page, e) for s in samples if (e := selector.first(s.page)) is not None]
        names = [text for text in texts if is_name(text) or is_labelled(text)]
        signed = [text for text in texts if may_sign(text)]
        is_certain = bool(texts) and all(map(is_labelled, texts))
        if (
            len(names) < 0.5 * len(texts)
            or len(signed) < 0.9 * len(texts)
            or (len(set(names)) < 2 and not is_certain)
        ):
            continue
        if len(set(names)) == 2 < len(samples) // 4 and not is_labelled(names[0]):
            continue
        right = sum(selector.first(s.page) in few for s, few in zip(samples, good, strict=True))
        several = sum(len(selector.matches(s.page)) > 2 for s in samples)
        scored.append(Scored((right - several) / judged - selector.cost, selector, right, 0))
    return scored


def _is_in_body(sample: Sample, selector: Selector) -> bool:
    first = selector.first(sample.page)
    return first is not None and sample.body is not None and sample.body in first.iterancestors()


def _named_authors(sample: Sample) -> set[Element]:
    wanted = {bare(name) for name in sample.label.authors if is_name(name)}
    return {e for e, text in sample.page.texts.items() if bare(_LABEL.sub("", text)) in wanted and len(text) <= 60}


def _names_in_place(sample: Sample, recurs: Recurring) -> set[Element]:
    """Elements that print a name by the title or the body's end, or words after an author's label anywhere."""
    page = sample.page
    near = set(range(sample.title_line - 2, sample.title_line + 6))
    if sample.body is not None:
        end = page.span[sample.body][1]
        near |= set(range(end - 4, end + 6))
    texts = {
        line.text
        for number, line in enumerate(page.lines)
        if (number in near or (number > sample.title_line and is_labelled(line.text)))
        and number != sample.title_line and not line.image and not recurs.often(line, 0.8)
    }  # fmt: skip
    inline = (
        e for e, text in page.texts.items()
        if (is_name(text) or is_labelled(text)) and any(text in around for around in texts)
    )  # fmt: skip
    return {e for e in inline if e is not sample.title}


# Tags.


def learn_tags(samples: Sequence[Sample], lists: Sequence[Page], stable: frozenset[str]) -> Found | None:
    """The tags: links that the page's head names as tags, else links below the title to addresses of one kind."""
    links = [[e for e in s.page.root.iter("a") if s.page.texts.get(e)] for s in samples]
    stated = [{bare(tag) for tag in s.label.tags} for s in samples]
    good = [
        {e for e in few if bare(s.page.texts[e]) in tags} for s, few, tags in zip(samples, links, stated, strict=True)
    ]
    judged = sum(bool(few) for few in good)
    by = "with the tags that the head states"
    if judged < max(3, 0.3 * len(samples)):
        known = {page.url.rstrip("/") for page in (*lists, *(s.page for s in samples))}
        good, by = (
            [_of_one_kind(s, few, known) for s, few in zip(samples, links, strict=True)],
            "that link alike there",
        )
        judged = sum(bool(few) for few in good)
    if judged < max(3, 0.3 * len(samples)):
        return None
    proposed = [{c for e in few for c in candidates(s.page, e, stable)} for s, few in zip(samples, good, strict=True)]
    scored = [_score_tags(c, samples, good) for c in counted(proposed, 2) if not c.has_position]
    best, second = pick(scored, 0.6)
    return found(best, second, samples, judged, by) if best is not None else None


def _score_tags(selector: Selector, samples: Sequence[Sample], good: Sequence[set[Element]]) -> Scored:
    total = 0.0
    right = judged = 0
    sets: Counter[tuple[str, ...]] = Counter()
    for sample, few in zip(samples, good, strict=True):
        matches = set(selector.matches(sample.page))
        if not matches and not few:
            continue
        judged += 1
        both = len(matches & few)
        total += 2 * both / max(1, len(matches) + len(few))
        right += matches == few
        sets[tuple(sorted(words(sample.page, e) for e in matches))] += 1
    varies = len(sets) >= min(3, max(2, judged // 3))
    score = total / max(1, judged) - selector.cost - (0.0 if varies else 1.0)
    return Scored(score, selector, right, 0)


def _of_one_kind(sample: Sample, links: Iterable[Element], known: set[str]) -> set[Element]:
    """Links below the title to one folder (``/tag/…``) that holds neither a known article nor a list."""
    folders: dict[str, set[Element]] = {}
    here = urlsplit(sample.page.url)
    for link in links:
        try:
            address = urljoin(sample.page.url, (link.get("href") or "").strip())
            parts = urlsplit(address)
        except ValueError:
            continue
        if parts.netloc != here.netloc or address.rstrip("/") in known or len(sample.page.texts[link]) > 40:
            continue
        folder = parts.path.strip("/").partition("/")[0] if parts.path.strip("/").count("/") else ""
        if folder and _below_title(sample, link):
            folders.setdefault(folder, set()).add(link)
    return {e for folder, few in folders.items() if "tag" in folder or len(few) >= 2 for e in few}


def _below_title(sample: Sample, link: Element) -> bool:
    if sample.title is None:
        return False
    return sample.page.order[link] > sample.page.order[sample.title]


# Furniture.


def learn_furniture(
    samples: Sequence[Sample],
    stable: frozenset[str],
    recurs: Recurring,
    fields: Sequence[str],
    captions: Sequence[str],
) -> tuple[Furniture, ...]:
    """The names of elements in the body that hold links to other pages or recurring lines, but no prose."""
    kept = {name for css in (*fields, *captions) for name in css.split()}
    seen: Counter[str] = Counter()
    beside: Counter[str] = Counter()
    pages: dict[str, set[int]] = {}
    shown: dict[str, str] = {}
    where: dict[str, set[Element]] = {}
    for number, sample in enumerate(samples):
        for element in _in_body(sample):
            answer = _is_furniture(sample, element, recurs)
            for name in sample.page.names[element] if answer is not None else ():
                if name in stable and name not in kept and ("." in name or name.startswith("#")):
                    seen[name] += 1
                    beside[name] += bool(answer)
                    pages.setdefault(name, set()).add(number)
                    where.setdefault(name, set()).add(element)
                    if answer:
                        shown.setdefault(name, words(sample.page, element)[:60] or "a picture")
    names = [
        n for n, c in seen.items() if c - beside[n] <= max(1, 0.05 * c) and beside[n] >= 2 and len(pages[n]) >= 2
    ]
    protected = _protected(samples, fields)
    names = [n for n in names if not any(e in protected for e in where[n])]
    outer = [n for n in names if not _always_within(n, names, where)]
    return tuple(Furniture(n, beside[n], seen[n], shown[n]) for n in sorted(outer))


def _protected(samples: Sequence[Sample], fields: Sequence[str]) -> set[Element]:
    """The elements that print a field, and all around them."""
    found: set[Element] = set()
    for sample in samples:
        leads = [sample.page.lines[n].node for n in sample.lead]
        for element in (e for e in (sample.title, sample.date, sample.body, *leads) if e is not None):
            found |= {element, *element.iterancestors()}
    return found


def _in_body(sample: Sample) -> list[Element]:
    if sample.body is None:
        return []
    return [e for e in sample.body.iterdescendants() if e in sample.page.span]


def _is_furniture(sample: Sample, element: Element, recurs: Recurring) -> bool | None:
    """Whether ``element`` holds only furniture; None if nothing in it tells."""
    lines = sample.page.inside(element)
    start = sample.page.span[element][0]
    if start <= sample.title_line and sample.title is not None and sample.page.is_in(sample.title_line, element):
        return None
    spoken = [line for line in lines if line.text]
    if not spoken:
        images = [line for line in lines if line.image]
        return all(_is_foreign_picture(sample, line, recurs) for line in images) if images else None
    total = sum(len(line.text) for line in spoken)
    dull = sum(len(line.text) for line in spoken if is_dull(sample, line, recurs))
    if dull >= 0.8 * total:
        return True
    leads_away = sum(leads_to_another(sample, href) for line in spoken for href in line.hrefs)
    return leads_away >= 2 and sum(line.linked for line in spoken) >= 0.4 * total


def is_dull(sample: Sample, line: Line, recurs: Recurring) -> bool:
    """Whether a line is a link to elsewhere on the site, a date, or recurs, numbers aside, on half of the pages."""
    if line.is_link:
        return any(leads_to_another(sample, href) for href in line.hrefs) or recurs.often(line, 0.5)
    if is_name(line.text):
        return recurs.often(line, 0.95)
    return recurs.often(line, 0.5) or is_date_line(line)


def leads_to_another(sample: Sample, href: str) -> bool:
    """Whether an address leads to another page of the site, or nowhere: a script's link."""
    try:
        address = urljoin(sample.page.url, href.strip())
        parts, own = urlsplit(address), urlsplit(sample.page.url)
    except ValueError:
        return True
    if parts.scheme not in {"http", "https"}:
        return True
    is_file = re.search(r"\.(?:pdf|docx?|xlsx?|pptx?|zip|rar|jpe?g|png|mp[34])$", parts.path, re.I)
    return parts.netloc == own.netloc and not is_file and (parts.path, parts.query) != (own.path, own.query)


def _is_foreign_picture(sample: Sample, line: Line, recurs: Recurring) -> bool:
    return recurs.images[line.image or ""] >= max(3, 0.5 * recurs.pages) or any(
        leads_to_another(sample, href) for href in line.hrefs
    )


def _always_within(name: str, names: Sequence[str], where: dict[str, set[Element]]) -> bool:
    """Whether every element of this name stands inside elements of another of ``names``."""
    others = {e for other in names if other != name for e in where[other]}
    own = where[name]
    inside = all(any(a in others for a in e.iterancestors()) for e in own)
    same = next((n for n in names if n < name and where[n] == own), None)
    return inside or same is not None


def learn_lines(
    samples: Sequence[Sample], recurs: Recurring, furniture: Sequence[Furniture]
) -> tuple[Furniture, ...]:
    """Lines in the body that recur unchanged except for numbers: headings of lists, licences, counters."""
    dropped = {f.text for f in furniture}
    counts: Counter[str] = Counter()
    heads: Counter[str] = Counter()
    shown: dict[str, Line] = {}
    for sample in samples:
        if sample.body is None:
            continue
        gone = {e for e in sample.body.iterdescendants() if dropped.intersection(sample.page.names.get(e, ()))}
        lines = sample.page.inside(sample.body)
        own = [n for n, ln in enumerate(lines) if not gone.intersection((ln.node, *ln.node.iterancestors()))]
        for shape, number in {lines[n].shape: n for n in own if lines[n].text}.items():
            counts[shape] += 1
            heads[shape] += number + 1 < len(lines) and _is_away(sample, lines[number + 1])
            shown.setdefault(shape, lines[number])
    kept = [s for s, count in counts.items() if _recurs_enough(shown[s], count, heads[s], recurs)]
    return tuple(Furniture(shown[shape].text, counts[shape], len(samples)) for shape in sorted(kept))


def _is_away(sample: Sample, line: Line) -> bool:
    return bool(line.hrefs) and (line.is_link or line.image is not None) and leads_to_another(sample, line.hrefs[0])


def _recurs_enough(line: Line, count: int, heads: int, recurs: Recurring) -> bool:
    """Whether a line is furniture: on nearly all pages, or on half of them and the heading of links."""
    if is_sentence(line):
        return recurs.often(line, 1)
    is_heading = heads >= 0.8 * count and not line.text.endswith(_SENTENCE_END)
    share = 0.95 if is_name(line.text) else 0.5 if is_heading or line.is_link else 0.8
    return count >= max(3, share * recurs.pages)
