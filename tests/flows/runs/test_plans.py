"""Sites divided into shards, and the plan that each shard's crawl is started with."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from flows.runs.plans import shards, write_plans
from flows.runs.request import NightRequest
from flows.storage.folder import DataFolder
from flows.storage.settings import Settings
from scraper.fetch.plan import CrawlPlan
from scraper.sites import Site


def site(name: str, home: str, *hosts: str) -> Site:
    return Site(id=name, name=name, kind="newspaper", province="Tiền Giang", family="apbac", home=home, hosts=hosts)


def test_sites_that_share_a_host_stay_together() -> None:
    sites = [
        site("a", "https://a.vn/"),
        site("b", "https://b.vn/"),
        site("c", "https://c.vn/", "a.vn", "m.a.vn"),
        site("d", "https://m.a.vn/"),
        site("e", "https://a.vn/x/"),
    ]
    parts = shards(sites, 4)
    whole = {frozenset(s.id for s in part) for part in parts}
    assert frozenset({"a", "c", "d", "e"}) in whole
    assert sorted(s.id for part in parts for s in part) == ["a", "b", "c", "d", "e"]


def test_shards_are_of_like_size_and_never_empty() -> None:
    sites = [site(f"s{n}", f"https://s{n}.vn/") for n in range(10)]
    assert sorted(len(part) for part in shards(sites, 3)) == [3, 3, 4]
    assert [len(part) for part in shards(sites[:1], 8)] == [1]


def test_shards_are_of_like_work_where_it_is_known() -> None:
    sites = [site(f"s{n}", f"https://s{n}.vn/") for n in range(40)]
    work = {f"s{n}": 1000.0 / (n + 1) for n in range(39)}  # a few large papers, many small ones; one is new
    parts = shards(sites, 4, work)
    loads = [sum(work.get(one.id, 50.0) for one in part) for part in parts]
    assert sorted(one.id for part in parts for one in part) == sorted(one.id for one in sites)
    assert max(loads) / (sum(loads) / len(loads)) < 1.05
    assert max(len(part) for part in parts) > 10  # by number they would be ten each


def test_a_chain_of_shared_hosts_is_one_group_whatever_their_order() -> None:
    sites = [site(f"s{n}", f"https://h{n}.vn/", f"h{n + 1}.vn") for n in (4, 0, 2, 1, 3)]
    (part,) = shards(sites, 4)
    assert [one.id for one in part] == ["s4", "s0", "s2", "s1", "s3"]


def test_thousands_of_sites_are_divided_evenly() -> None:
    hosts = [f"h{n}.vn" for n in range(5000)]
    sites = [site(f"s{n}", f"https://{host}/") for n, host in enumerate(hosts)]
    assert sorted(map(len, shards(sites, 64))) == [78] * 56 + [79] * 8


def test_each_shard_has_a_plan_with_what_was_asked_of_its_own_sites(tmp_path: Path) -> None:
    data = DataFolder(root=tmp_path)
    data.save_settings(Settings(contact="toi@example.vn"))
    sites = [site("a", "https://a.vn/"), site("b", "https://b.vn/"), site("c", "https://c.vn/", "b.vn")]
    request = NightRequest(data=data, limit=7, full=True, processes=2)
    back = {"a": date(2024, 7, 1)}
    files = write_plans(request, sites, run="20261124T183000Z-00ff", folder=tmp_path, back=back, seconds=3600)
    plans = [CrawlPlan.read(file) for file in files]
    assert [set(plan.sites) for plan in plans] == [{"b", "c"}, {"a"}]
    assert [plan.back for plan in plans] == [{}, back]
    assert [plan.captures.name for plan in plans] == [f"20261124T183000Z-00ff-{n}.warc.gz" for n in (1, 2)]
    assert {(plan.limit, plan.full, plan.seconds, plan.contact) for plan in plans} == {
        (7, True, 3600, "toi@example.vn")
    }
