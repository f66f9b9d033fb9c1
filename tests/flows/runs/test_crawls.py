from __future__ import annotations

from pathlib import Path

import pytest

from flows.runs.crawls import CrawlEnd, is_loopback, shards
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


@pytest.mark.parametrize(
    ("exit_code", "stats", "says"),
    [
        (0, {"finish_reason": "finished"}, None),
        (3, {"finish_reason": "finished"}, "no space left"),
        (0, {}, "before it could say how"),
        (0, {"finish_reason": "shutdown"}, "ended early: shutdown"),
        (0, {"finish_reason": "finished", "spider_exceptions/ValueError": 2}, "the spider failed 2 times"),
    ],
)
def test_a_crawl_is_judged_by_its_statistics(exit_code: int, stats: dict[str, object], says: str | None) -> None:
    failure = CrawlEnd(plan=Path("p"), exit_code=exit_code, stats=stats, log=Path("p.log")).failure
    if says is None:
        assert failure is None
    else:
        assert failure is not None and says in failure


@pytest.mark.parametrize(
    ("url", "loopback"),
    [
        ("http://127.0.0.1:8000/", True),
        ("http://localhost/", True),
        ("http://[::1]:80/", True),
        ("http://127.evil.example/", False),
        ("https://baoapbac.vn/", False),
    ],
)
def test_loopback_is_told_without_resolving(url: str, loopback: bool) -> None:
    assert is_loopback(url) is loopback
