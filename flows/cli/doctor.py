"""``tinkhoi doctor``: checks whether tonight's run will start."""

from __future__ import annotations

import click

from flows.cli.options import archive_options, data_folder, echo_json
from flows.cli.spoken import in_words, tell


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--whole", is_flag=True, help="Compare each capture file with its checksum: reads all captures.")
@archive_options
def doctor(as_json: bool, whole: bool) -> int:
    """Checks whether tonight's run will start, and whether the archive is what tinkhoi made of it.

    It looks at schedule, versions, sites, disk, clock and network, then at database, schema, search index and
    captures.

    If not all is well, the exit code is 4 where something must be set up, else 5 for a damaged database, else 8.
    """
    from flows.schedule.doctor import examine, verdict

    answers = []
    for answer in examine(data_folder(), whole=whole):
        answers.append(answer)
        if as_json:
            echo_json(
                {"about": answer.about, "good": answer.good, "detail": answer.detail, "code": int(answer.exit_code)}
            )
        else:
            mark = "✓" if answer.good else "✗"
            tell("{mark} {about}: {detail}", mark=mark, about=in_words(answer.about), detail=answer.detail)
    return verdict(answers)
