"""The property: what an answer proved is in the archive, or the night's report names the site.

An oracle reads every answer that the papers gave. A link that was shown, and whose article is not in the archive,
must be told that night, unless the article's own address said that it is not there. No night leaves words that the
paper never printed for that article; an earlier version of its words may stand. Once the truth is served again,
archive and truth are equal within seven nights.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from flows.outcome.night_summary import NightSummary
from tests.faults.forked import forked_crawls
from tests.faults.generated_paper import GeneratedPaper
from tests.faults.lying import code_of
from tests.faults.nights import Nights
from tests.faults.oracle import Difference, differences
from tests.faults.scenario import Scenario, make_scenario, single_faults

AT_ONCE = 20
"""Papers in one archive and run: sites are judged each by itself."""


SOMETIMES = (
    "wrong answer", "site named", "code 0", "code 2", "code 8", "re-check", "edit", "gone", "refused", "redirect",
    "gap opened", "gap healed", "list turned again", "healed later", "unchanged", "redirect chain",
    "cookie sent back", "robots forbade", "waiting", "moved", "published late",
)  # fmt: skip
"""What must happen at least ten times in a run, or the run proves nothing."""

WAYS = Path(__file__).with_name("ways.tsv")
"""For each way in which an article can fail to arrive: what was said. Written by a run of torture."""


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
    ways: dict[str, list[str]] = field(default_factory=dict)  # fault to what was said of it, where it was alone

    def add(self, other: Told) -> None:
        """Takes in what others have seen."""
        for name in ("papers", "nights", "good_nights", "unshown"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in ("silent", "lost", "junk", "false_alarms"):
            getattr(self, name).extend(getattr(other, name))
        self.sometimes += other.sometimes
        self.ways |= other.ways


def play(scenarios: Sequence[Scenario], folder: Path, *, until_equal: bool = False) -> Told:
    """All nights of some papers in one archive; with ``until_equal`` a paper leaves once nothing is due any more."""
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
            if not nights.papers:
                break
            for paper in papers.values():
                paper.begin(night)
            with forked_crawls():
                summary = nights.run(night, processes=1)
            _count(told, nights, summary)
            for name, paper in papers.items():
                if name not in nights.papers:
                    continue
                judge_paper(told, nights, name, paper, night, summary)
                is_equal = until_equal and night > paper.scenario.last_bad and not _is_due(nights, name, paper)
                if is_equal or night == paper.scenario.nights:
                    del nights.papers[name]
    finally:
        for paper in papers.values():
            paper.stop()
    return told


def _is_due(nights: Nights, name: str, paper: GeneratedPaper) -> bool:
    return any(each.is_due for each in differences(nights, name, paper))


def judge_paper(
    told: Told, nights: Nights, name: str, paper: GeneratedPaper, night: int, summary: NightSummary
) -> None:
    told.nights += 1
    named = name in summary.failures or name in {finding.site for finding in summary.findings}
    told_of = named and bool(summary.exit_code)
    found = differences(nights, name, paper)
    where = f"seed {paper.scenario.seed}, night {night}: "
    told.junk += [where + each.said for each in found if each.is_junk]
    told.silent += [where + each.said for each in found if each.is_proved and not told_of]
    if paper.aged and not told_of:
        told.silent.append(f"{where}a list was days old")
    told.unshown += sum(not each.is_proved for each in found)
    if night == paper.scenario.nights:
        told.lost += [where + each.said for each in found if each.is_due]
        told.sometimes["moved"] += sum(story.moved for story in paper.all_stories())
        told.sometimes["published late"] += sum(each.minutes >= 1440 for each in paper.scenario.articles)
    if not paper.wrong and not found and night > 1:
        told.good_nights += 1
        if named:
            said = summary.failures.get(name) or [f.detail for f in summary.findings if f.site == name]
            told.false_alarms.append(f"{where}{said}")
    _note_way(told, name, paper, night, summary, found)
    missing = {each.said for each in found if each.said.endswith("is missing")}
    told.sometimes["healed later"] += len(paper.missing - missing)
    paper.missing = missing
    told.sometimes["site named"] += named
    told.sometimes[f"code {code_of(summary, name)}"] += 1
    told.sometimes["wrong answer"] += bool(paper.wrong)
    told.sometimes += paper.met


def _note_way(
    told: Told, name: str, paper: GeneratedPaper, night: int, summary: NightSummary, found: list[Difference]
) -> None:
    """For a paper with one fault: what the night of the fault said, and the night on which all was there again."""
    if len(paper.scenario.faults) != 1:
        return
    fault = paper.scenario.faults[0]
    way = told.ways.setdefault(f"{fault.target}\t{fault.kind}\t{fault.place}\t{fault.night}", [])
    if night == fault.night:
        kinds = [finding.kind for finding in summary.findings if finding.site == name]
        if name in summary.failures:
            kinds.append(summary.failures[name].kind)
        missing = sum(each.said.endswith("is missing") for each in found)
        way[:] = [str(missing), str(code_of(summary, name)), ", ".join(dict.fromkeys(kinds)) or "-", "-"]
    if way and night >= fault.night and way[3] == "-" and not any(each.is_due for each in found):
        way[3] = str(night - fault.night)


def write_ways(ways: dict[str, list[str]]) -> None:
    """Keeps what was said, for docs/reliability.md."""
    lines = ["\t".join([fault, *said]) for fault, said in sorted(ways.items())]
    WAYS.write_text("\n".join(lines) + "\n", encoding="utf-8")


def seeds(papers: int) -> list[Scenario]:
    """The scenarios of the first seeds."""
    return [make_scenario(seed) for seed in range(1, papers + 1)]


def _count(told: Told, nights: Nights, summary: NightSummary) -> None:
    told.sometimes["re-check"] += summary.counted.requests_by_kind["rechecks"]
    told.sometimes["edit"] += summary.counted.edited
    told.sometimes["gone"] += len(summary.counted.gone)
    told.sometimes["waiting"] += summary.counted.waiting
    run = summary.counted.run
    for what, query in (
        ("gap opened", "SELECT count(*) AS n FROM gaps WHERE run = ?"),
        ("gap healed", "SELECT count(*) AS n FROM gaps WHERE closed_run = ?"),
        ("redirect", "SELECT count(*) AS n FROM captures WHERE run = ? AND kind = 'redirect'"),
        ("refused", "SELECT count(*) AS n FROM captures WHERE run = ? AND kind = 'rejected'"),
        ("robots forbade", "SELECT count(*) AS n FROM captures WHERE run = ? AND outcome = 'robots'"),
        ("unchanged", "SELECT count(*) AS n FROM captures WHERE run = ? AND kind = 'unchanged'"),
        ("list turned again", "SELECT count(*) AS n FROM run_sources WHERE run = ? AND pages > 2 AND unseen = 0"),
    ):
        told.sometimes[what] += nights.rows(query, run)[0]["n"]


def play_all(scenarios: Iterable[Scenario], folder: Path, kept: Path | None = None) -> Told:
    """These scenarios, AT_ONCE to an archive. In ``kept`` what was seen of each batch outlives a run broken off."""
    told, left = Told(), list(scenarios)
    while left:
        batch, left = left[:AT_ONCE], left[AT_ONCE:]
        name = f"papers-{batch[0].seed}-{batch[-1].seed}"
        file = kept / f"{name}.json" if kept is not None else None
        if file is not None and file.exists():
            seen = Told(**json.loads(file.read_text(encoding="utf-8")))
            seen.sometimes = Counter(seen.sometimes)
        else:
            seen = play(batch, folder / name)
            shutil.rmtree(folder / name)
            if file is not None:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(json.dumps(vars(seen), ensure_ascii=False), encoding="utf-8")
        told.add(seen)
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
    scenarios = seeds(options.last)[options.first - 1 :]
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
