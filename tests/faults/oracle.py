"""How an archive differs from what a generated paper has published, and what its answers have proved of that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tests.faults.generated_paper import GeneratedPaper
from tests.faults.nights import Nights, Row
from tests.faults.scenario import EditedStory


@dataclass(frozen=True)
class Difference:
    """One article that is not as the paper has it.

    ``is_proved``: some answer showed it, and the article's own address did not deny it this night. ``is_due``: it
    must be mended after the good nights; an edit or a removal that no list shows waits for its planned re-check.
    """

    said: str
    is_proved: bool = False
    is_due: bool = True
    is_junk: bool = False


def differences(nights: Nights, name: str, paper: GeneratedPaper) -> list[Difference]:
    """What is wrong with the rows of the paper ``name`` after this night."""
    stories = {story.lasting_key: story for story in paper.all_stories()}
    lasting = {key: story.lasting_key for story in stories.values() for key in (story.key, story.lasting_key)}
    rows: dict[str, list[Row]] = {}
    found = []
    for row in nights.rows("SELECT key, title, lead, body, published_at, state FROM articles WHERE site = ?", name):
        if row["key"] in lasting:
            rows.setdefault(lasting[row["key"]], []).append(row)
        else:
            found.append(Difference(f"{row['key']} was never published: {row['title']}", is_junk=True))
    for key, story in stories.items():
        is_removed = story.removed is not None and story.removed <= paper.night
        if not is_removed:
            found += _of_one(paper, story, rows.get(key, []))
        versions = [_words_of(story, version) for version in range(story.version + 1)]
        if any(_words(row) not in versions for row in rows.get(key, [])):
            found.append(Difference(f"{key} says what was never printed", is_junk=True))
    return found


def _of_one(paper: GeneratedPaper, story: EditedStory, rows: Sequence[Row]) -> list[Difference]:
    keys = {story.key, story.lasting_key}
    denied = bool(keys & paper.denied)
    live = [row for row in rows if row["state"] == "live"]
    if not rows:
        return [Difference(f"{story.key} is missing", is_proved=bool(keys & paper.shown) and not denied)]
    if not live:
        return [Difference(f"{story.key} is {rows[0]['state']}", is_proved=bool(keys & paper.shown) and not denied)]
    if len(live) > 1:
        return [Difference(f"{story.key} is there twice", is_proved=True)]
    if _words(live[0]) != _words_of(story):
        retold = bool(keys & paper.retold)
        proved = retold and not denied and not keys & paper.older
        return [Difference(f"{story.key} has old words", is_proved=proved, is_due=retold)]
    return []


def _words(row: Row) -> tuple[str, ...]:
    return row["title"], row["lead"] or "", " ".join(row["body"].split()), row["published_at"]


def _words_of(story: EditedStory, version: int | None = None) -> tuple[str, ...]:
    told = story if version is None else replace(story, version=version)
    return told.title, told.lead, " ".join(" ".join(told.paragraphs).split()), told.published.isoformat()
