"""The site files and the tables beside them: every one loads, is short, and says where it comes from."""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import combinations
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import soupsieve
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper.sites import SiteError, Status, load_sites, read_site
from scraper.sites.families import FAMILIES, PLAIN, check_selectors
from scraper.sites.reference import party_bodies, provinces, sites_of_province, successor
from scraper.sites.site import BUILT_IN

FILES = sorted(BUILT_IN.glob("*.toml"))
SITES = load_sites()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_site_file_is_short_names_its_evidence_and_loads(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    site = read_site(path)
    assert len(lines) <= 22
    assert lines[0].startswith("# ")  # how what follows is known
    assert max(map(len, lines)) <= 118
    assert site.family in FAMILIES
    assert site.province in {p.name_before for p in provinces()}
    assert any(line.startswith("checked = ") for line in lines)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_site_file_is_named_after_its_host(path: Path) -> None:
    host = (urlsplit(SITES[path.stem].home).hostname or "").removeprefix("www.")
    ending = next(e for e in (".com.vn", ".org.vn", ".vn") if host.endswith(e))
    label, _, part = path.stem.partition("-")
    assert label == host.removesuffix(ending)
    assert part in SITES[path.stem].path.strip("/").split("/")


def test_nothing_that_was_not_checked_is_crawled_at_night() -> None:
    assert [s.id for s in SITES.values() if s.status is Status.LIVE and s.checked == "unverified"] == []


def test_every_province_of_before_the_merger_has_a_newspaper() -> None:
    covered = {s.province for s in SITES.values() if s.kind == "newspaper"}
    assert covered == {p.name_before for p in provinces()}


def test_a_site_that_moved_says_where_to() -> None:
    moved = {s.id: s.moved_to for s in SITES.values() if s.status is Status.MOVED}
    assert moved["baoapbac"] == "baodongthap"
    assert SITES["baoapbac"].since == date(2025, 8, 1)
    assert moved["baophuyen"] == "phuyen.baodaklak"
    assert moved["baodongkhoi"] == "dongkhoi.baovinhlong"
    assert moved["baobacninh"] == "baobacninhtv"
    for target in moved.values():
        assert target is not None
        assert target in SITES or urlsplit(target).scheme in {"http", "https"}


def test_the_seed_paper_alone_is_allowed_an_old_handshake() -> None:
    assert [s.id for s in SITES.values() if s.fetch.legacy_tls] == ["baoapbac"]


def test_two_sites_share_a_host_only_in_parts_that_do_not_meet() -> None:
    for one, other in combinations(SITES.values(), 2):
        if one.netlocs & other.netlocs:
            assert not one.path.startswith(other.path), (one.id, other.id)
            assert not other.path.startswith(one.path), (one.id, other.id)


def test_every_address_of_a_site_is_its_own_and_can_be_requested() -> None:
    for site in SITES.values():
        for address in (site.home, *site.sections, *site.feeds, *site.sitemaps):
            assert site.owns(address), (site.id, address)
            assert address.isascii(), (site.id, address)


def test_a_site_on_a_shared_host_owns_its_part_alone() -> None:
    site = SITES["dangcongsan-dongthap"]
    assert site.owns("https://dangcongsan.vn/dongthap/tin-tuc/a.html")
    assert site.owns("https://www.dangcongsan.vn/dongthap/")
    assert not site.owns("https://dangcongsan.vn/tinhuylaichau/Lists/Xaydungdang/View.aspx")
    assert not site.owns("https://dangcongsan.vn/")
    assert SITES["baoapbac"].owns("http://www.baoapbac.vn")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('kind = "blog"', "kind"),
        ("sektions = []", "sektions"),
        ('home = "baoapbac.vn"', "home"),
        ('status = "asleep"', "status"),
        ("[fetch]\ndelay = -1", "fetch.delay"),
    ],
)
def test_a_wrong_site_file_names_the_file_and_the_field(tmp_path: Path, line: str, says: str) -> None:
    key = line.partition(" ")[0]
    good = [x for x in FILES[0].read_text(encoding="utf-8").splitlines() if not x.startswith(f"{key} =")]
    file = tmp_path / "mine.toml"
    file.write_text("\n".join([*good, line]), encoding="utf-8")
    with pytest.raises(SiteError, match=says) as error:
        read_site(file)
    assert str(file) in str(error.value)


def test_a_user_s_file_replaces_ours_of_the_same_id(tmp_path: Path) -> None:
    ours = (BUILT_IN / "baoapbac.toml").read_text(encoding="utf-8")
    (tmp_path / "baoapbac.toml").write_text(ours.replace('"moved"', '"live"'), encoding="utf-8")
    sites = load_sites([tmp_path])
    assert sites["baoapbac"].status is Status.LIVE
    assert len(sites) == len(SITES)
    with pytest.raises(SiteError, match="no such folder"):
        load_sites([tmp_path / "not-there"])


def test_sixty_three_provinces_became_thirty_four() -> None:
    before = [p.name_before for p in provinces()]
    assert len(before) == len(set(before)) == 63
    now = Counter(p.name_now for p in provinces())
    assert len(now) == 34
    unmerged = {name for name, parts in now.items() if parts == 1}
    assert unmerged == {
        *("Hà Nội", "Huế", "Lai Châu", "Điện Biên", "Sơn La", "Lạng Sơn"),
        *("Quảng Ninh", "Thanh Hóa", "Nghệ An", "Hà Tĩnh", "Cao Bằng"),
    }
    assert {name for name, parts in now.items() if parts == 3} == {
        *("Phú Thọ", "Ninh Bình", "Lâm Đồng", "TP. Hồ Chí Minh", "Cần Thơ", "Vĩnh Long")
    }


@pytest.mark.parametrize(
    ("now", "before"),
    [
        ("Đồng Tháp", {"Tiền Giang", "Đồng Tháp"}),
        ("Lâm Đồng", {"Đắk Nông", "Bình Thuận", "Lâm Đồng"}),
        ("TP. Hồ Chí Minh", {"Bà Rịa - Vũng Tàu", "Bình Dương", "TP. Hồ Chí Minh"}),
        ("Gia Lai", {"Bình Định", "Gia Lai"}),
        ("Tây Ninh", {"Long An", "Tây Ninh"}),
        ("Huế", {"Thừa Thiên Huế"}),
    ],
)
def test_what_a_province_of_today_is_made_of(now: str, before: set[str]) -> None:
    assert {p.name_before for p in provinces() if p.name_now == now} == before


def test_a_province_changed_when_it_merged() -> None:
    days = {p.name_before: p.changed_on for p in provinces()}
    assert days["Tiền Giang"] == days["Đồng Tháp"] == date(2025, 7, 1)
    assert days["Thừa Thiên Huế"] == date(2025, 1, 1)
    assert days["Lai Châu"] is None
    merged = {p.name_now for p in provinces() if p.changed_on == date(2025, 7, 1)}
    assert len(merged) == 23
    assert all(p.source for p in provinces())


def test_sites_are_found_by_either_name_of_their_province() -> None:
    old = {s.id for s in sites_of_province("tien giang", SITES.values())}
    new = {s.id for s in sites_of_province("Tỉnh Đồng Tháp", SITES.values())}
    assert {"baoapbac", "thtg", "tuyengiaotiengiang"} == old
    assert old < new
    assert "baodongthap" in new - old
    assert sites_of_province("Sài Gòn", SITES.values()) == []


def test_the_successor_of_a_site_is_the_last_that_is_known() -> None:
    assert successor(SITES["baoapbac"], SITES) is SITES["baodongthap"]
    assert successor(SITES["thtg"], SITES) is SITES["thtg"]
    moved = {"status": Status.MOVED}
    elsewhere = SITES["thtg"].model_copy(update=moved | {"moved_to": "https://thtg.example/"})
    assert successor(elsewhere, SITES) is elsewhere
    one, other = (SITES["thtg"].model_copy(update=moved | {"id": id_, "moved_to": to}) for id_, to in ("ab", "ba"))
    assert successor(one, {"a": one, "b": other}) is other, "two that name each other have no end"


def test_a_party_body_has_a_source_and_a_known_province_and_successor() -> None:
    bodies = party_bodies()
    names = [b.name for b in bodies]
    assert len(names) == len(set(names))
    assert {b.province for b in bodies} <= {p.name_before for p in provinces()}
    for body in bodies:
        assert body.source
        for later in (body.succeeded_by or "").split("; "):
            assert not later or later in names
        if body.founded and body.ended:
            assert body.founded < body.ended


def test_what_is_known_of_the_blocs() -> None:
    bodies = {b.name: b for b in party_bodies()}
    seed = bodies["Đảng bộ Khối Cơ quan và Doanh nghiệp tỉnh Tiền Giang"]
    assert (seed.kind, seed.province, seed.ended) == ("bloc", "Tiền Giang", None)
    assert seed.succeeded_by == "Đảng bộ các cơ quan Đảng tỉnh Tiền Giang; Đảng bộ Ủy ban nhân dân tỉnh Tiền Giang"
    assert bodies["Đảng bộ Khối Cơ quan và Doanh nghiệp tỉnh Bình Định"].ended == date(2025, 2, 7)
    assert bodies["Đảng bộ Khối Cơ quan và Doanh nghiệp tỉnh Thanh Hóa"].ended == date(2025, 2, 11)
    assert {b.kind for b in bodies.values()} == {"bloc", "successor", "committee"}


@settings(deadline=None)
@given(st.from_regex(PLAIN, fullmatch=True))
def test_a_selector_that_is_not_compiled_to_be_checked_is_css(selector: str) -> None:
    soupsieve.compile(selector)
    check_selectors("select.title", [selector])


@pytest.mark.parametrize(
    "selector", ["h1..title", "div >", "> p", "a,,b", "p:first", "h1 $", "[class", "#1", "a >> b"]
)
def test_a_selector_that_is_no_css_is_refused(selector: str) -> None:
    with pytest.raises(ValueError, match="not a CSS selector"):
        check_selectors("select.title", [selector])
