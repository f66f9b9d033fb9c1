"""Places captures that are older than what is known. Other archives are often read long after the live pages."""

from __future__ import annotations

from typing import Any

from scraper.items import Article
from scraper.store.archive import Archive, moment
from scraper.store.revisions import Words, standing_words

_State = dict[str, Any]
"""A row of ``revisions``, with ``until`` (when it was last seen) and the ``payload_digest`` of its capture."""


def merge_earlier(archive: Archive, id_: int, article: Article, *, capture: int, run: str) -> bool:
    """Merges what an older ``capture`` says into the history of the article ``id_``, in the order of capture.

    True if it says something that was not known of its time. It then becomes a revision of its own, and those after
    it are numbered anew. If the next revision says the same, that revision is dated earlier instead. The current
    words never change.
    """
    states = _history(archive, id_)
    if any(state["capture"] == capture for state in states):
        return False
    earlier = _state(archive, article, capture, run)
    at = earlier["seen_at"]
    before = [state for state in states if state["seen_at"] <= at]
    after = [state for state in states if state["seen_at"] > at]
    if before and _says_the_same(before[-1], earlier):
        _was_there(archive, id_, before[-1]["number"], until=max(at, before[-1]["until"]))
        return False
    if after and _says_the_same(after[0], earlier):
        _was_there(archive, id_, after[0]["number"], since=at, until=after[0]["until"], capture=capture)
        return False
    place = len(before)
    if before and before[-1]["until"] > at:  # the earlier words were seen before and after: they went and came back
        returned = {**before[-1], "seen_at": before[-1]["until"], "run": run}
        before[-1] |= {"until": before[-1]["seen_at"], "content": _words(archive, id_, before[-1])}
        after.insert(0, returned)
    _rewrite(archive, id_, [*before, earlier, *after], place)
    return True


def extend_revision(archive: Archive, id_: int, at: str) -> bool:
    """Notes that the earlier revision which was current at ``at`` was seen then.

    False if the present revision was current then. If no revision is known of that time, nothing is noted, because
    an older capture may still come.
    """
    states = _history(archive, id_)
    before = [state for state in states if state["seen_at"] <= at]
    if not before:
        return True
    if len(before) == len(states):
        return False
    if before[-1]["until"] < at:
        _was_there(archive, id_, before[-1]["number"], until=at)
    return True


def _history(archive: Archive, id_: int) -> list[_State]:
    rows = archive.rows(
        "SELECT revisions.*, captures.payload_digest,"
        " CASE WHEN number = revision THEN last_seen ELSE coalesce(seen_until, seen_at) END AS until"
        " FROM revisions JOIN captures ON captures.id = revisions.capture"
        " JOIN articles ON articles.id = revisions.article WHERE article = ? ORDER BY number",
        (id_,),
    )
    return [dict(row) for row in rows]


def _state(archive: Archive, article: Article, capture: int, run: str) -> _State:
    words = Words.of(article)
    published = article.published_at or article.published_day or article.published_earliest
    return {
        "seen_at": moment(article.captured_at),
        "until": moment(article.captured_at),
        "text_hash": words.hash,
        "published_at": published.isoformat() if published else None,
        "updated_at": article.updated_at.isoformat() if article.updated_at else None,
        "parser": article.parser,
        "capture": capture,
        "run": run,
        "content": words.to_json(),
        "payload_digest": archive.value("SELECT payload_digest FROM captures WHERE id = ?", (capture,)),
    }


def _words(archive: Archive, id_: int, state: _State) -> str:
    content: str | None = state["content"]
    return content if content is not None else standing_words(archive, id_).to_json()


def _says_the_same(one: _State, other: _State) -> bool:
    return all(one[name] == other[name] for name in ("text_hash", "published_at"))


def _was_there(
    archive: Archive, id_: int, number: int, *, until: str, since: str | None = None, capture: int | None = None
) -> None:
    archive.execute(
        "UPDATE revisions SET seen_at = coalesce(?, seen_at), capture = coalesce(?, capture), seen_until = ?"
        " WHERE article = ? AND number = ?",
        (since, capture, until, id_, number),
    )


def _rewrite(archive: Archive, id_: int, history: list[_State], place: int) -> None:
    """Writes ``history`` with its new state at ``place``. Also tells anew why the state after it differs."""
    archive.execute("DELETE FROM revisions WHERE article = ?", (id_,))
    for index, state in enumerate(history):
        if index in (place, place + 1):
            state["why"], state["silent"] = _why(history[index - 1] if index else None, state)
        archive.execute(
            "INSERT INTO revisions (article, number, seen_at, seen_until, why, silent, text_hash, published_at,"
            " updated_at, parser, capture, run, content) VALUES (:article, :number, :seen_at, :until, :why, :silent,"
            " :text_hash, :published_at, :updated_at, :parser, :capture, :run, :content)",
            {**state, "article": id_, "number": index + 1},
        )
    archive.execute("UPDATE articles SET revision = ? WHERE id = ?", (len(history), id_))


def _why(before: _State | None, state: _State) -> tuple[str, bool]:
    if before is None:
        return "first", False
    same_page = state["payload_digest"] is not None and state["payload_digest"] == before["payload_digest"]
    if same_page or state["parser"] != before["parser"]:
        return "parser", False
    return "edited", bool(state["updated_at"] == before["updated_at"])
