import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from twisted.internet.address import IPv4Address

from scraper.fetch.address_guard import GuardedResolver, refusal, refused_address, refused_host
from scraper.fetch.hosts import HostRule, HostTable

from .conftest import Crawler, Loopback, listing, page, redirect

OPEN = HostTable(
    rules={"baoapbac.vn": HostRule()},
    ports=frozenset({("portal.vn", 8080)}),
    allowed={"demo": frozenset({("127.0.0.1", 8080), ("demo.local", 80)})},
    contact=True,
)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "198.18.0.1", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "192.88.99.1",
        "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1", "64:ff9b:1::1",
        "2002:7f00:1::", "2001::1", "2001:db8::1", "fe80::1", "fc00::1", "fec0::1", "ff02::1", "ff0e::1", "not one",
    ],
)  # fmt: skip
def test_addresses_that_are_not_the_open_web_are_refused(address: str) -> None:
    assert refused_address(address) is not None


@pytest.mark.parametrize("address", ["8.8.8.8", "113.160.0.1", "2400:cb00::1"])
def test_global_addresses_are_let_through(address: str) -> None:
    assert refused_address(address) is None


@pytest.mark.parametrize(
    "host",
    ["2130706433", "0x7f000001", "127.1", "0177.0.0.1", "0x7f.1", "127.0.0.1.", "134744072", "10.0.0.1", "[::1]"],
)
def test_addresses_in_other_spellings_are_refused(host: str) -> None:
    assert refused_host(host) is not None


@pytest.mark.parametrize("host", ["baoapbac.vn", "8.8.8.8", "abc0x.vn", "localhost", "1.bao2.vn"])
def test_names_are_judged_only_after_they_are_resolved(host: str) -> None:
    assert refused_host(host) is None


@pytest.mark.parametrize(
    ("site", "url", "outcome"),
    [
        ("ab", "https://baoapbac.vn/x", None),
        ("ab", "http://baoapbac.vn:80/x", None),
        ("ab", "http://baoapbac.vn:8080/x", "refused-address"),
        ("ab", "http://portal.vn:8080/x", None),
        ("ab", "http://portal.vn:8081/x", "refused-address"),
        ("demo", "http://127.0.0.1:8080/x", None),
        ("demo", "http://127.0.0.1:8081/x", "refused-address"),
        ("demo", "http://demo.local/x", None),
        ("ab", "http://127.0.0.1:8080/x", "refused-address"),
        ("ab", "http://demo.local/x", "refused-address"),
        (None, "http://127.0.0.1:8080/x", "refused-address"),
        ("ab", "file:///etc/passwd", "scheme"),
        ("ab", "http://baoapbac.vn:99999/x", "scheme"),
    ],
)
def test_host_and_port_are_judged_before_any_name_is_resolved(
    site: str | None, url: str, outcome: str | None
) -> None:
    judged = refusal(OPEN, site, url)
    assert (judged and judged[0]) == outcome


def test_without_a_contact_only_allowed_hosts_are_asked() -> None:
    table = HostTable(allowed={"demo": frozenset({("127.0.0.1", 8080)})}, contact=False)
    assert refusal(table, "demo", "http://127.0.0.1:8080/") is None
    judged = refusal(table, "demo", "https://baoapbac.vn/")
    assert judged is not None
    assert judged[0] == "no-contact"


class FakeNames:
    """Stands for the reactor's resolver: every name leads where the test says."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = addresses

    def resolveHostName(self, receiver: Any, host: str, port: int, *_: Any) -> None:  # noqa: N802
        receiver.resolutionBegan(None)
        for address in self.addresses:
            receiver.addressResolved(IPv4Address("TCP", address, port))
        receiver.resolutionComplete()


class Receiver:
    def __init__(self) -> None:
        self.addresses: list[str] = []
        self.complete = False

    def resolutionBegan(self, _: Any) -> None:  # noqa: N802
        pass

    def addressResolved(self, address: Any) -> None:  # noqa: N802
        self.addresses.append(address.host)

    def resolutionComplete(self) -> None:  # noqa: N802
        self.complete = True


@pytest.mark.parametrize(
    ("host", "port", "leads_to", "connects_to"),
    [
        ("baoapbac.vn", 443, ["113.160.0.1"], ["113.160.0.1"]),
        ("baoapbac.vn", 443, ["127.0.0.1"], []),
        ("baoapbac.vn", 443, ["113.160.0.1", "10.0.0.7"], []),
        ("baoapbac.vn", 443, ["169.254.169.254"], []),
        ("demo.local", 80, ["127.0.0.1"], ["127.0.0.1"]),
        ("demo.local", 81, ["127.0.0.1"], []),
        ("baoapbac.vn", 443, [], []),
    ],
)
def test_a_name_is_judged_by_where_it_leads(
    host: str, port: int, leads_to: list[str], connects_to: list[str]
) -> None:
    guard = GuardedResolver(FakeNames(*leads_to), OPEN)
    receiver = Receiver()
    guard.resolveHostName(receiver, host, port)
    assert receiver.complete
    assert receiver.addresses == connects_to
    assert bool(guard.refused) == (leads_to != connects_to)


def test_an_allowed_name_that_leads_away_needs_a_contact() -> None:
    guard = GuardedResolver(FakeNames("113.160.0.1"), HostTable(allowed=OPEN.allowed, contact=False))
    receiver = Receiver()
    guard.resolveHostName(receiver, "demo.local", 80)
    assert receiver.addresses == []


def test_no_spelling_and_no_redirect_reaches_another_port(
    crawler: Crawler, loopback: Callable[[], Loopback], tmp_path: Path
) -> None:
    """The site file itself names the canary as its own, so that nothing but the guard stands before it."""
    site, canary = loopback(), loopback()
    port = canary.port
    spellings = [
        "127.0.0.1", "localhost", "2130706433", "0x7f000001", "127.1", "0177.0.0.1", "[::1]", "[::ffff:127.0.0.1]",
    ]  # fmt: skip
    urls = [f"http://{spelling}:{port}/xd/202407/bai-{n}-{900_000 + n}/" for n, spelling in enumerate(spellings)]
    links = "".join(f'<li><a href="{url}">Bài số {n}</a></li>' for n, url in enumerate(urls))
    site.pages["/robots.txt"] = redirect(f"{canary.url}/robots.txt")
    crawler.write_site(site, hosts=str([f"{spelling}:{port}" for spelling in spellings]).replace("'", '"'))
    crawl = crawler.run(contact="mailto:toi@example.vn")
    assert canary.log == []
    assert crawl.outcomes()[f"{site.url}/xd/"] == "refused-address"
    site.pages["/robots.txt"] = page("", 404)
    site.pages["/xd/"] = page(f"<ul>{links}</ul>" + listing(1))
    crawl = crawler.run(contact="mailto:toi@example.vn")
    assert canary.log == []
    refused = {url for url, outcome in crawl.outcomes().items() if outcome == "refused-address"}
    assert refused >= set(urls)
    assert "(+mailto:toi@example.vn)" in dict(site.headers)["/xd/"]["user-agent"]


def test_scrapy_itself_lists_and_crawls_the_sites(crawler: Crawler, site: Loopback, tmp_path: Path) -> None:
    site.pages["/xd/"] = page(listing(1, 2))
    crawler.write_site(site)
    environment = {
        "TINKHOI_SITES": str(tmp_path / "sites"),
        "TINKHOI_DATA": str(tmp_path / "data"),
        "PATH": "/usr/bin",
    }
    repository = Path(__file__).resolve().parents[2]

    def scrapy(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "scrapy", *arguments]
        return subprocess.run(
            command, cwd=repository, env=environment, capture_output=True, text=True, timeout=60, check=False
        )

    assert "bao" in scrapy("list").stdout.splitlines()
    assert scrapy("crawl", "bao", "-a", "limit=1").returncode == 0
    assert site.paths() == ["/robots.txt", "/xd/", "/xd/202407/bai-1-900001/"]
    assert len(list((tmp_path / "data" / "captures").glob("bao-*.warc.gz"))) == 1
    assert scrapy("crawl", "no-such-site").returncode == 1
