"""Learns a site's template: from a dozen pages, and from what is said about them, it finds where each field is.

Everything here is a pure function. Nothing here knows a CMS, a selector or a class. It compares the pages with lists,
feeds and the pages' own heads, and looks at what varies between pages and what recurs on them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from scraper.learning.beside import learn_author, learn_furniture, learn_lines, learn_tags
from scraper.learning.body import learn_body, learn_captions, learn_lead, learn_opening, recurring
from scraper.learning.found import FEWEST_PAGES, Found, Furniture, Learned, TooFewPages
from scraper.learning.heading import Sample, bare, learn_date, learn_kicker, learn_section, learn_title, words
from scraper.learning.labels import Label, address_of, labels_of_feed, labels_of_heads, labels_of_list, merged
from scraper.learning.selectors import Selector, stable_names
from scraper.learning.tree import Page, read_page
from scraper.text.sentence import Sentence

__all__ = [
    "FEWEST_PAGES", "Captured", "Found", "Furniture", "Label", "Learned", "TooFewPages", "address_of",
    "labels_of_feed", "labels_of_list", "learn", "merged",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Captured:
    """A page as it was served: its address and its source."""

    url: str
    html: str


def learn(pages: Sequence[Captured], labels: Mapping[str, Label], lists: Sequence[Captured] = ()) -> Learned:
    """Where the article ``pages`` of one site print each field.

    ``labels`` is what lists, feeds and sitemaps say about the pages, by :func:`address_of`. What the pages' own heads
    say is added here. ``lists`` are pages that are no articles. Raises TooFewPages if there are fewer pages than
    FEWEST_PAGES, or fewer whose title is found.
    """
    read = [page for each in pages if (page := read_page(each.html, each.url)) is not None]
    others = [page for each in lists if (page := read_page(each.html, each.url)) is not None]
    if len(read) < FEWEST_PAGES:
        raise TooFewPages(
            Sentence(
                "{read} pages of articles; {fewest_pages} are needed, a dozen are better",
                read=len(read),
                fewest_pages=FEWEST_PAGES,
            )
        )
    heads = labels_of_heads(read)
    samples = [
        Sample(page=page, label=labels.get(address_of(page.url), Label()) | head)
        for page, head in zip(read, heads, strict=True)
    ]
    stable = stable_names(read)
    title, selector = learn_title(samples, others, stable) or (None, None)
    samples = [sample for sample in samples if sample.title is not None]
    if title is None or selector is None or len(samples) < FEWEST_PAGES:
        raise TooFewPages(
            Sentence(
                "the title was found on {samples} of {read} pages; {fewest_pages} are needed",
                samples=len(samples),
                read=len(read),
                fewest_pages=FEWEST_PAGES,
            )
        )
    learned = _learn_rest(title, samples, others, stable)
    return replace(learned, not_titles=_titles_of(others, samples, selector))


def _learn_rest(title: Found, samples: list[Sample], others: Sequence[Page], stable: frozenset[str]) -> Learned:
    recurs = recurring(samples, others)
    fields = {"title": title}
    unsure: list[str | None] = []
    lead = learn_lead(samples, stable, recurs)
    date = learn_date(samples, others, stable)
    body, weak = learn_body(samples, others, stable, recurs)
    opens, doubt = learn_opening([sample for sample in samples if not sample.lead], recurs)
    if lead is not None and opens != "bold":
        opens, doubt = None, None
    unsure += [doubt, weak]
    captions = learn_captions(samples, stable, recurs)
    found = {
        "kicker": learn_kicker(samples, others, stable),
        "date": date,
        "lead": lead,
        "body": body,
        "author": learn_author(samples, stable, recurs),
        "section": learn_section(samples, others, stable),
        "tags": learn_tags(samples, others, stable),
    }
    fields |= {name: each for name, each in found.items() if each is not None}
    furniture = learn_furniture(samples, stable, recurs, [f.css for f in fields.values()], [c.text for c in captions])
    unsure += [
        Sentence("{field}: {css} counts elements", field=name, css=each.css)
        for name, each in fields.items()
        if ":nth-of-type" in each.css
    ]
    unsure += [Sentence("{field}: not found", field=name) for name in ("date", "body") if name not in fields]
    return Learned(
        pages=len(samples),
        fields=fields,
        furniture=furniture,
        lines=learn_lines(samples, recurs, furniture),
        captions=captions,
        lead_opens=opens,
        date_on_every_page=date is not None and all(sample.date is not None for sample in samples),
        title_in_head=all(_is_in_head(sample) for sample in samples),
        unsure=tuple(doubt for doubt in unsure if doubt),
    )


def _is_in_head(sample: Sample) -> bool:
    """Whether the page's own head repeats the title."""
    return sample.title is not None and bare(words(sample.page, sample.title)) in head_text(sample.page)


def head_text(page: Page) -> str:
    """The words of a page's ``title`` and ``og:title``, for comparison."""
    titles = ["".join(tag.itertext()) for tag in page.root.iter("title")]
    titles += [tag.get("content") or "" for tag in page.root.iter("meta") if tag.get("property") == "og:title"]
    return " | ".join(bare(title) for title in titles)


def _titles_of(lists: Sequence[Page], samples: Sequence[Sample], selector: Selector) -> tuple[str, ...]:
    """What pages that are no articles print where articles print their title."""
    own = {words(s.page, s.title) for s in samples if s.title is not None}
    printed = (words(page, e) for page in lists if (e := selector.first(page)) is not None)
    return tuple(sorted({text for text in printed if text} - own))
