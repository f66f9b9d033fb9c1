"""``tinkhoi sites learn``: a site's template from its own captured pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from flows.cli.options import archive_options, data_folder, echo_json
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
        click.echo(f"{undo_lesson(data, site_id)}: the lines before stand again")
        return ExitCode.OK
    lesson = run_learn(data, site_id)
    if as_json:
        echo_json(_as_data(lesson))
    else:
        _show(lesson)
    if not write:
        if not as_json:
            click.echo(f"Nothing was written. To write it: tinkhoi sites learn {site_id} --write")
        return ExitCode.OK
    if not yes and not click.confirm("Write these lines into the site file?", default=False):
        click.echo("Nothing was written.")
        return ExitCode.OK
    click.echo(f"wrote {write_lesson(data, lesson)}; the old lines stand there as comments", err=True)
    click.echo(f"To take it back: tinkhoi sites learn {site_id} --undo", err=True)
    click.echo(f"To read captured pages with it: tinkhoi reparse --site {site_id}", err=True)
    return ExitCode.OK


def _show(lesson: Lesson) -> None:
    which = "refused today" if lesson.refused_today else "read today"
    click.echo(f"# {lesson.site.id}: learned from {lesson.learned.pages} captured pages that are {which}\n")
    click.echo("\n".join(lesson.lines))
    click.echo()
    for name, found in lesson.learned.fields.items():
        for sample in found.samples:
            click.echo(f"{name:<8} {sample}")
        if found.runner_up:
            click.echo(f"{'':<8} next best: {found.runner_up}")
    for doubt in lesson.learned.unsure:
        click.echo(f"unsure   {doubt}")
    if lesson.order is not None:
        click.echo(f"WRONG    {lesson.order}, then `tinkhoi reparse`")
    for url in lesson.lists_read:
        click.echo(f"WRONG    this list page would be read as an article: {url}")
    _show_change(lesson)
    click.echo("\nHold these against the pages as a browser shows them:")
    for article in lesson.by_hand:
        _show_article(article)


def _show_change(lesson: Lesson) -> None:
    change = lesson.change
    click.echo(
        f"\n{change.read} captures read with these lines; {change.articles_that_differ} articles differ,"
        f" {len(change.found)} are new, {len(change.refused)} refused (they stay as they are)"
    )
    for name, examples in change.by_field().items():
        click.echo(f"{name}: {len(examples)}")
        for each in examples[:2]:
            click.echo(f"  {each.key}\n    − {each.before}\n    + {each.after}")
    if change.articles_that_differ and not lesson.refused_today:
        click.echo(f"The family {lesson.site.family} reads these pages: where it is right, leave it.")


def _show_article(article: Article) -> None:
    opens, ends = (article.body[0], article.body[-1]) if article.body else ("", "")
    click.echo(f"  {article.url}")
    click.echo(f"    title    {article.title}")
    click.echo(
        f"    date     {article.published_at or article.published_day} (“{article.published_text or 'not printed'}”)"
    )
    click.echo(f"    lead     {(article.lead or 'none')[:_SHOWN]}")
    click.echo(f"    body     {len(article.body)} paragraphs, from “{opens[:_SHOWN]}” to “{ends[-_SHOWN:]}”")
    click.echo(f"    author   {article.author or 'none'}")
    for figure in article.figures:
        click.echo(f"    caption  {(figure.caption or 'none')[:_SHOWN]}")


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
