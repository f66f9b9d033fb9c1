"""The generated pages are those of this commit, and the check tells when they are not."""

from __future__ import annotations

import re
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import click
import pytest

from flows.cli import tinkhoi
from scraper.sites import load_sites
from scraper.sites.reference import party_bodies, provinces
from scraper.store import open_archive
from scraper.store.meanings import told

DOCS = Path(__file__).resolve().parents[1] / "docs"


@pytest.fixture
def generate() -> ModuleType:
    spec = spec_from_file_location("generate", DOCS / "generate.py")
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_pages_of_this_commit_are_not_stale(generate: ModuleType) -> None:
    assert generate.main(["--check"]) == 0


def test_a_stale_page_is_named_and_written_again(
    generate: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(generate, "HERE", tmp_path)
    monkeypatch.setattr(generate, "PAGES", {"one.md": lambda: "right\n"})
    (tmp_path / "one.md").write_text("edited by hand\n", encoding="utf-8")
    assert generate.main(["--check"]) == 1
    assert "docs/one.md is stale" in capsys.readouterr().out
    assert (tmp_path / "one.md").read_text(encoding="utf-8") == "edited by hand\n"
    assert generate.main([]) == 0
    assert (tmp_path / "one.md").read_text(encoding="utf-8") == "right\n"
    assert generate.main(["--check"]) == 0


def test_the_page_of_sites_tells_every_site_province_and_body(generate: ModuleType) -> None:
    page = generate.sites_page()
    lines = page.splitlines()
    for site in load_sites().values():
        row = next(line for line in lines if line.startswith(f"| [{site.id}]({site.home})"))
        assert site.family in row and site.status in row and site.province in row
    coverage = lines[lines.index("## Coverage of the 63 provinces of before 1 July 2025") :]
    for province in provinces():
        assert any(line.startswith(f"| {province.name_before} | {province.name_now} | ") for line in coverage)
    for body in party_bodies():
        assert f"| {body.name} | {body.kind} | {body.province} |" in page
    assert "website Đảng bộ Khối" in page


def test_the_page_of_sites_names_each_kind_in_the_order_of_watching(generate: ModuleType) -> None:
    headings = [line for line in generate.sites_page().splitlines() if line.startswith("## ")]
    assert [h.split(",")[0] for h in headings[:5]] == [
        "## Bloc sites",
        "## Newspapers",
        "## Broadcasters",
        "## Committees' portals",
        "## Government",
    ]


def test_what_could_be_markup_is_printed_as_it_is(generate: ModuleType) -> None:
    page = generate.sites_page()
    assert "&lt;slug>" in page
    assert "<slug>" not in page


def test_every_column_of_the_archive_has_a_meaning_and_no_meaning_is_left_over(
    generate: ModuleType, tmp_path: Path
) -> None:
    meanings = told()
    with open_archive(tmp_path / "tinkhoi.db") as archive:
        columns = {
            (row[0], row[1])
            for row in archive.rows(
                "SELECT each.name, info.name FROM sqlite_schema AS each, pragma_table_info(each.name) AS info"
                " WHERE each.type IN ('table', 'view')"
                " AND each.name NOT LIKE 'articles\\_%' ESCAPE '\\' AND each.name NOT LIKE '%sqlite\\_%' ESCAPE '\\'"
            )
        }
    page = generate.fields_page()
    for table, column in columns:
        section = page.partition(f"\n### {table}\n")[2].partition("\n### ")[0]
        assert f"| `{column}` | " in section, (table, column)
        assert generate.documented(table, column).endswith((".", ".)"))
    assert meanings["meanings"].keys() == {table for table, _ in columns}
    own = {(table, column) for table in meanings.keys() - {"meanings", "everywhere"} for column in meanings[table]}
    assert own <= columns
    assert meanings["everywhere"].keys() <= {column for _, column in columns - own}


def test_a_column_without_a_meaning_stops_the_page(generate: ModuleType) -> None:
    with pytest.raises(KeyError, match=r"articles\.colour"):
        generate.documented("articles", "colour")


def test_every_command_and_option_is_documented(generate: ModuleType) -> None:
    page = generate.cli_page()
    for name, command in every_command(tinkhoi, "tinkhoi"):
        section = page.partition(f"### {name}\n")[2].partition("\n### ")[0].partition("\n## ")[0]
        assert section, name
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert f"`{parameter.opts[0]}" in section or f"`{parameter.opts[0]}" in page[:1500], (name, parameter)
            else:
                word = parameter.metavar or str(parameter.name).upper()
                assert word in section.partition("```sh\n")[2].partition("\n```")[0].split(" "), (name, parameter)


def every_command(command: click.Command, name: str) -> list[tuple[str, click.Command]]:
    if not isinstance(command, click.Group):
        return [(name, command)]
    return [found for each, child in command.commands.items() for found in every_command(child, f"{name} {each}")]


def test_a_command_without_help_stops_the_page(generate: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    silent = click.Command("date", params=[click.Option(["--quietly"])], help="Reads.")
    monkeypatch.setitem(tinkhoi.commands, "date", silent)
    with pytest.raises(ValueError, match="--quietly"):
        generate.cli_page()
    monkeypatch.setitem(tinkhoi.commands, "newer", silent)
    with pytest.raises(ValueError, match="newer"):
        generate.cli_page()


def test_the_index_names_every_page() -> None:
    pages = {path.name for path in DOCS.glob("*.md")} - {"README.md"}
    linked = set(re.findall(r"\]\(([^)#]+)\)", (DOCS / "README.md").read_text(encoding="utf-8")))
    assert pages <= linked
    assert [link for link in linked if not (DOCS / link).exists()] == []


def test_the_index_counts_the_steps_to_a_new_site() -> None:
    steps = re.findall(r"^\d+\. \*\*", (DOCS / "add_a_site.md").read_text(encoding="utf-8"), re.M)
    word = ("four", "five", "six", "seven")[len(steps) - 4]
    assert f"in {word} steps" in (DOCS / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["home.png", "trend.png"])
def test_a_picture_of_the_readme_is_small_and_shown_before_the_first_command(name: str) -> None:
    picture = (DOCS / name).read_bytes()
    assert picture.startswith(b"\x89PNG") and len(picture) < 300_000
    for page in ("README.md", "README.vi.md"):
        text = (DOCS.parent / page).read_text(encoding="utf-8")
        assert f"docs/{name}" in text.partition("make demo")[0]
