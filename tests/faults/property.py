"""The property: what an answer proved is in the archive, or the night's report names the site.

An oracle reads every answer that the papers gave. A link that was shown, and whose article is not in the archive,
must be told that night, unless the article's own address said that it is not there. No night leaves words that the
paper never printed for that article; an earlier version of its words may stand. Once the truth is served again,
archive and truth are equal within seven nights.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from flows.outcome.night_summary import NightSummary
from tests.faults.generated_paper import GeneratedPaper
from tests.faults.nights import Nights, wrong
from tests.faults.scenario import Scenario, make_scenario, single_faults

AT_ONCE = 20
"""Papers in one archive and run: sites are judged each by itself."""


@dataclass
class Told:
    """What was seen over all nights of some papers."""

    papers: int = 0
    nights: int = 0  # of single papers
    silent: list[str] = field(default_factory=list)  # proved, not in the archive, not named
    lost: list[str] = field(default_factory=list)  # differences after the last good night
    junk: list[str] = field(default_factory=list)
    false_alarms: list[str] = field(default_factory=list)
    good_nights: int = 0  # nothing was wrong and nothing differed
    unshown: int = 0  # differences of nights that no answer ever proved, or that an answer denied
    sometimes: Counter[str] = field(default_factory=Counter)

    def add(self, other: Told) -> None:
        """Takes in what others have seen."""
        for name in ("papers", "nights", "good_nights", "unshown"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in ("silent", "lost", "junk", "false_alarms"):
            getattr(self, name).extend(getattr(other, name))
        self.sometimes += other.sometimes


def play(scenarios: Sequence[Scenario], folder: Path) -> Told:
    """All nights of some papers in one archive."""
    told = Told(papers=len(scenarios))
    today = datetime.now(UTC)
    nights = Nights(folder)
    papers: dict[str, GeneratedPaper] = {}
    try:
        for scenario in scenarios:
            name = f"bao{scenario.seed}"
            papers[name] = GeneratedPaper(today, scenario=scenario)
            papers[name].start()
            nights.add(name, papers[name])
        for night in range(1, max(scenario.nights for scenario in scenarios) + 1):
            for paper in papers.values():
                paper.begin(night)
            summary = nights.run(night, processes=2)
            _count(told, nights, summary)
            for name, paper in papers.items():
                if night <= paper.scenario.nights:
                    _judge(told, nights, name, paper, night, summary)
    finally:
        for paper in papers.values():
            paper.stop()
    return told


def _judge(told: Told, nights: Nights, name: str, paper: GeneratedPaper, night: int, summary: NightSummary) -> None:
    told.nights += 1
    named = name in summary.failures or name in {finding.site for finding in summary.findings}
    differences = wrong(nights, name, night)
    where = f"seed {paper.scenario.seed}, night {night}: "
    told.junk += [where + each for each in differences if "never published" in each or "twice" in each]
    told.junk += [f"{where}{key} says what was never printed" for key in _never_printed(nights, name, night)]
    for each in differences:
        key = each.partition(" ")[0]
        is_proved = each.endswith("is missing") and key in paper.shown and key not in paper.denied
        if is_proved and not (named and summary.exit_code):
            told.silent.append(where + each)
        told.unshown += not is_proved
    if night == paper.scenario.nights:
        told.lost += [where + each for each in differences]
    if not paper.wrong and not differences and night > 1:
        told.good_nights += 1
        if named:
            said = summary.failures.get(name) or [f.detail for f in summary.findings if f.site == name]
            told.false_alarms.append(f"{where}{said}")
    told.sometimes["site named"] += named
    told.sometimes["wrong answer"] += bool(paper.wrong)


def _never_printed(nights: Nights, name: str, night: int) -> list[str]:
    """Keys of articles whose words are those of no version that the paper has published by ``night``."""
    versions = [nights.papers[name].truth(each) for each in range(1, night + 1)]
    return [
        row["key"]
        for row in nights.rows("SELECT key, title, lead, body, published_at FROM articles WHERE site = ?", name)
        if all(
            (row["title"], row["lead"], row["body"].split(), row["published_at"])
            != (title, lead, body.split(), moment)
            for truth in versions
            if row["key"] in truth
            for title, lead, body, moment in [truth[row["key"]]]
        )
    ]


def _count(told: Told, nights: Nights, summary: NightSummary) -> None:
    told.sometimes[f"code {int(summary.exit_code)}"] += 1
    told.sometimes["re-check"] += summary.counted.requests_by_kind["rechecks"]
    told.sometimes["edit"] += summary.counted.edited
    told.sometimes["gone"] += len(summary.counted.gone)
    run = summary.counted.run
    for what, query in (
        ("gap opened", "SELECT count(*) AS n FROM gaps WHERE run = ?"),
        ("gap healed", "SELECT count(*) AS n FROM gaps WHERE closed_run = ?"),
        ("redirect", "SELECT count(*) AS n FROM captures WHERE run = ? AND kind = 'redirect'"),
        ("refused", "SELECT count(*) AS n FROM captures WHERE run = ? AND kind = 'rejected'"),
        ("list turned again", "SELECT count(*) AS n FROM run_sources WHERE run = ? AND pages > 2 AND unseen = 0"),
    ):
        told.sometimes[what] += nights.rows(query, run)[0]["n"]


def play_all(scenarios: Iterable[Scenario], folder: Path) -> Told:
    """These scenarios, AT_ONCE to an archive."""
    told, left = Told(), list(scenarios)
    while left:
        batch, left = left[:AT_ONCE], left[AT_ONCE:]
        told.add(play(batch, folder / f"seeds-{batch[0].seed}"))
        print(f"{told.papers} papers, {told.nights} nights", file=sys.stderr, flush=True)
    return told


def main(arguments: list[str]) -> int:
    """Plays seeds and prints what was seen: ``python -m tests.faults.property 1 20``.

    ``--single`` plays each kind of fault alone, too. Ends with 1 where something was lost, false or not told.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("first", type=int)
    parser.add_argument("last", type=int)
    parser.add_argument("--single", action="store_true", help="each kind of fault alone, too")
    parser.add_argument("--show", action="store_true", help="print the scenarios")
    options = parser.parse_args(arguments)
    scenarios = [make_scenario(seed) for seed in range(options.first, options.last + 1)]
    if options.single:
        scenarios += [*single_faults(1), *single_faults(2)]
    if options.show:
        for scenario in scenarios:
            print(json.dumps(asdict(scenario), indent=1))
        return 0
    began = time.process_time()
    with tempfile.TemporaryDirectory(prefix="property-") as folder:
        told = play_all(scenarios, Path(folder))
    print(json.dumps(vars(told), indent=1, ensure_ascii=False))
    print(f"{time.process_time() - began:.0f} s of CPU in this process", file=sys.stderr)
    return 1 if told.silent or told.lost or told.junk or told.false_alarms else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
