"""What the files of a crawl's sites say about their hosts, put together for the queue and the address guard."""

from __future__ import annotations

from collections.abc import Sequence

from scraper.addresses import DEFAULT_PORTS, endpoint
from scraper.fetch.hosts import HostRule, HostTable, queue_of
from scraper.sites import Site


def host_table(sites: Sequence[Site], *, contact: bool) -> HostTable:
    """What the files of ``sites`` say about their hosts. Raises ValueError for an address that is not of the web."""
    rules: dict[str, HostRule] = {}
    ports: set[tuple[str, int]] = set()
    allowed: dict[str, frozenset[tuple[str, int]]] = {}
    for site in sites:
        fetch = site.fetch
        rule = HostRule(
            delay=fetch.delay,
            max_requests=fetch.max_requests,
            legacy_tls=fetch.legacy_tls,
            any_certificate=fetch.expired_certificate,
        )
        own = [f"http://{netloc}/" for netloc in site.netlocs]
        for url in [*own, site.home, *site.feeds, *site.sitemaps, *site.sections]:
            host, port = endpoint(url)
            queue = queue_of(host)
            named = rules.get(queue)
            rules[queue] = rule if named is None else named.merged(rule)
            if site.owns(url) and port not in DEFAULT_PORTS.values():
                ports.add((host, port))
        allowed[site.id] = frozenset(endpoint(f"http://{pair}/") for pair in fetch.allow)
    return HostTable(rules=rules, ports=frozenset(ports), allowed=allowed, contact=contact)
