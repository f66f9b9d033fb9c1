"""``tinkhoi sites learn``: a site's template from its own captured pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from flows.cli.options import archive_options, data_folder, echo_json
from flows.cli.spoken import in_words, tell
from flows.outcome.exit_codes import ExitCode

if TYPE_CHECKING:
    from flows.runs.learn import Lesson
    from scraper.items import Article

_SHOWN = 70  # characters of a paragraph


@click.command()
@click.argument("site_id", metavar="SITE")
@click.option(
    "--write", is_flag=True, help="Ask, then write the lines into the site file; the old ones stay as comments."
)
@click.option("--yes", is_flag=True, help="With --write: do not ask.")
@click.option("--undo", is_flag=True, help="Take the newest learned lines out of the site file again.")
@click.option("--json", "as_json", is_flag=True, help="Print what was learned as JSON.")
@archive_options
def learn(site_id: str, write: bool, yes: bool, undo: bool, as_json: bool) -> int:
    """Learns from captures where a site's pages print each field, and says what would change.

    It sends no request, and writes nothing without --write. It needs at least five article pages; a dozen are better.
    docs/learning.md explains how to read and correct what it shows.
    """
    from flows.runs.learn import run_learn, undo_lesson, write_lesson

    data = data_folder()
    if undo:
        tell("{path}: the lines before stand again", path=undo_lesson(data, site_id))
        return ExitCode.OK
    lesson = run_learn(data, site_id)
    if as_json:
        echo_json(_as_data(lesson))
    else:
        _show(lesson)
    if not write:
        if not as_json:
            tell("Nothing was written. To write it: tinkhoi sites learn {site} --write", site=site_id)
        return ExitCode.OK
    if not yes and not click.confirm(in_words("Write these lines into the site file?"), default=False):
        tell("Nothing was written.")
        return ExitCode.OK
    tell(
        "wrote {path}; the old lines stand there as comments",
        err=True,
        path=write_lesson(data, lesson),
    )
    tell("To take it back: tinkhoi sites learn {site} --undo", err=True, site=site_id)
    tell("To read captured pages with it: tinkhoi reparse --site {site}", err=True, site=site_id)
    return ExitCode.OK


def _show(lesson: Lesson) -> None:
    told: dict[str, Any] = {"site": lesson.site.id, "pages": lesson.learned.pages}
    if lesson.refused_today:
        tell("# {site}: learned from {pages} captured pages that are refused today", **told)
    else:
        tell("# {site}: learned from {pages} captured pages that are read today", **told)
    click.echo()
    click.echo("\n".join(lesson.lines))
    click.echo()
    for name, found in lesson.learned.fields.items():
        for sample in found.samples:
            click.echo(f"{name:<8} {sample}")
        if found.runner_up:
            tell("         next best: {selector}", selector=found.runner_up)
    for doubt in lesson.learned.unsure:
        tell("unsure   {doubt}", doubt=doubt)
    if lesson.order is not None:
        tell("WRONG    {order}, then `tinkhoi reparse`", order=lesson.order)
    for url in lesson.lists_read:
        tell("WRONG    this list page would be read as an article: {url}", url=url)
    _show_change(lesson)
    click.echo()
    tell("Hold these against the pages as a browser shows them:")
    for article in lesson.by_hand:
        _show_article(article)


def _show_change(lesson: Lesson) -> None:
    change = lesson.change
    click.echo()
    tell(
        "{read} captures read with these lines; {differ} articles differ, {new} are new, {refused} refused (they"
        " stay as they are)",
        read=change.read,
        differ=change.articles_that_differ,
        new=len(change.found),
        refused=len(change.refused),
    )
    for name, examples in change.by_field().items():
        click.echo(f"{name}: {len(examples)}")
        for each in examples[:2]:
            click.echo(f"  {each.key}\n    − {each.before}\n    + {each.after}")
    if change.articles_that_differ and not lesson.refused_today:
        tell("The family {family} reads these pages: where it is right, leave it.", family=lesson.site.family)


def _show_article(article: Article) -> None:
    opens, ends = (article.body[0], article.body[-1]) if article.body else ("", "")
    click.echo(f"  {article.url}")
    tell("    title    {title}", title=article.title)
    printed = article.published_text or in_words("not printed")
    tell("    date     {date} (“{printed}”)", date=article.published_at or article.published_day, printed=printed)
    tell("    lead     {lead}", lead=(article.lead or in_words("none"))[:_SHOWN])
    tell(
        "    body     {count} paragraphs, from “{opens}” to “{ends}”",
        count=len(article.body),
        opens=opens[:_SHOWN],
        ends=ends[-_SHOWN:],
    )
    tell("    author   {author}", author=article.author or in_words("none"))
    for figure in article.figures:
        tell("    caption  {caption}", caption=(figure.caption or in_words("none"))[:_SHOWN])


def _as_data(lesson: Lesson) -> dict[str, object]:
    learned = lesson.learned
    return {
        "site": lesson.site.id,
        "pages": learned.pages,
        "fields": {
            name: {"css": f.css, "agrees": f.right, "of": f.of, "by": f.by, "prints": f.samples}
            for name, f in learned.fields.items()
        },
        "furniture": [{"css": f.text, "agrees": f.on, "of": f.of} for f in learned.furniture],
        "lines": [{"text": f.text, "agrees": f.on, "of": f.of} for f in learned.lines],
        "captions": [{"css": f.text, "agrees": f.on, "of": f.of} for f in learned.captions],
        "unsure": learned.unsure,
        "date_order": lesson.order,
        "lists_read": lesson.lists_read,
        "captures": lesson.change.read,
        "differ": lesson.change.articles_that_differ,
        "new": len(lesson.change.found),
        "refused": len(lesson.change.refused),
    }
