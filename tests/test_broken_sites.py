"""A site file that cannot be used costs its own site alone, whatever is wrong with it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scraper.pages import pages_of
from scraper.sites import Site, SiteError, by_netloc, load_sites, read_site
from scraper.sites.families import FAMILIES, FIELDS
from scraper.spiders.host_table import host_table

GOOD: dict[str, Any] = {
    "name": "Báo thử",
    "kind": "newspaper",
    "province": "Tiền Giang",
    "family": "described",
    "home": "https://bao.example/",
    "sections": ["/tin/"],
    "feeds": ["/rss/"],
    "sitemaps": ["/sitemap.xml"],
    "hosts": ["m.bao.example"],
    "path": "/",
    "status": "live",
    "expect": 3.5,
    "date_order": "dmy",
    "select.body": ".noi-dung",
    "fetch.delay": 2.0,
    "fetch.recheck_days": [1, 3],
    "fetch.max_pages": 5,
    "fetch.encoding": "utf-8",
    "fetch.allow": ["127.0.0.1:8080"],
}
ODD: tuple[Any, ...] = (
    "", " ", "x", "/", "//", "http://", "http://[::1", "https://bao.example:99999/", "bao.example/tin", "\u0000",
    0, -1, 10**40, 1.5, True, [], [1], [""], [[]], ["bao.example:x"], "p >", ":has(", "ngày",
)  # fmt: skip


def toml(values: dict[str, Any]) -> str:
    """The values as a site file: JSON writes its strings, numbers and lists as TOML does."""
    return "\n".join(f"{name} = {json.dumps(value)}" for name, value in values.items()) + "\n"


def written(folder: Path, values: dict[str, Any]) -> Path:
    path = folder / "thu.toml"
    path.write_text(toml(values), encoding="utf-8")
    return path


def use(site: Site) -> None:
    """What every night does with a site before it asks for anything."""
    pages = pages_of(site)
    pages.key(site.home)
    pages.list_page("<html><a href='/tin/a-1234567.html'>Một bài báo thử</a></html>", site.home)
    assert site.owns(site.home) or site.path != "/"
    by_netloc([site])
    host_table([site], contact=True)
    "Đảng".encode().decode(site.fetch.encoding or "utf-8", "replace")


@pytest.mark.parametrize("field", GOOD)
def test_any_value_of_any_field_is_either_refused_by_name_or_can_be_used(tmp_path: Path, field: str) -> None:
    refused = 0
    for odd in ODD:
        path = written(tmp_path, GOOD | {field: odd})
        try:
            site = read_site(path)
        except SiteError as error:
            refused += 1
            assert str(error).startswith(f"{path}: ")
            assert field.partition(".")[2] in str(error) or field in str(error), (odd, str(error))
            assert "\n" not in str(error)
        else:
            use(site)
    assert refused >= 3


@pytest.mark.parametrize(
    "text", [b"\xff\xfe", b"name = ", b"a = " + b"[" * 2000, b"x = 99999-99-99", b'name = "a"\nname = "b"']
)
def test_what_is_no_toml_is_refused_with_the_file_s_name(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "thu.toml"
    path.write_bytes(text)
    with pytest.raises(SiteError, match="cannot be read as TOML"):
        read_site(path)


def test_a_file_that_an_editor_began_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "thu.toml"
    path.write_text(toml(GOOD), encoding="utf-8-sig")
    assert read_site(path).name == "Báo thử"


def test_broken_files_stand_beside_the_good_ones_and_hide_what_they_would_replace(tmp_path: Path) -> None:
    good, bad = tmp_path / "good", tmp_path / "bad"
    for folder in (good, bad):
        folder.mkdir()
    written(good, GOOD)
    (bad / "thu.toml").write_text("name = 1", encoding="utf-8")
    (bad / "baoapbac.toml").mkdir()
    sites = load_sites([good, bad])
    assert set(sites.broken) == {"thu", "baoapbac"}
    assert set(sites) == set(load_sites()) - {"baoapbac"}
    with pytest.raises(SiteError, match=r"thu\.toml: name: Input should be a valid string"):
        sites.named("thu")
    with pytest.raises(SiteError, match="unknown site 'nosuch'"):
        sites.named("nosuch")
    assert load_sites([bad, good])["thu"].name == "Báo thử"


@pytest.mark.parametrize("family", FAMILIES)
def test_a_selector_is_either_heeded_or_refused_in_every_family(tmp_path: Path, family: str) -> None:
    takes = []
    values = {name: value for name, value in GOOD.items() if name != "select.body"} | {"family": family}
    for field in FIELDS:
        try:
            site = read_site(written(tmp_path, values | {f"select.{field}": ".x"}))
        except SiteError as error:
            assert f"select.{field}" in str(error)
            assert repr(family) in str(error)
        else:
            takes.append(field)
            assert pages_of(site).select == {field: ".x"}
    with pytest.raises(SiteError, match=r"select: no field 'titel'"):
        read_site(written(tmp_path, values | {"select.titel": "h1"}))
    assert takes == [] if family == "apbac" else "body" in takes


@pytest.mark.parametrize("family", ["nukeviet", "generic", "described"])
def test_the_list_of_a_site_is_every_part_that_its_selector_names_in_every_family(
    tmp_path: Path, family: str
) -> None:
    values = {k: v for k, v in GOOD.items() if k != "select.body"} | {"family": family, "select.list": ".tin"}
    pages = pages_of(read_site(written(tmp_path, values)))
    links = {
        "nukeviet": "/news/tin-tuc/hoi-nghi-chi-bo-{}.html",
        "generic": "/tin/hoi-nghi-tong-ket-chi-bo-{}.html",
        "described": "/tin/hoi-nghi-{}.html",
    }[family]
    items = "".join(
        f"<div class='{box}'><h3><a href='{links.format(number)}'>Hội nghị tổng kết chi bộ {number}</a></h3></div>"
        for box, number in (("tin", 12345678), ("khac", 22345678), ("tin", 32345678))
    )
    shown = pages.list_page(f"<html><body><div>{items}</div></body></html>", "https://bao.example/tin/")
    assert [entry.url.rpartition("-")[2] for entry in shown.entries] == ["12345678.html", "32345678.html"]
    assert pages.list_page("<html><body></body></html>", "https://bao.example/tin/").entries == ()
