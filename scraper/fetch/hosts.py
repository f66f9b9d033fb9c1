"""What the site files of a crawl say about the hosts that it may send requests to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from scraper.addresses import without_www


@dataclass(frozen=True, slots=True, kw_only=True)
class HostRule:
    """How one host is treated. If two site files name a host, the gentler value of each setting holds for both."""

    delay: float = 2.0  # seconds between two requests
    max_requests: int = 3000  # a run
    legacy_tls: bool = False  # a server without secure renegotiation (RFC 5746) is accepted
    any_certificate: bool = False  # a certificate that is not valid is accepted

    def merged(self, other: HostRule) -> HostRule:
        """The rule for a host that two site files name."""
        return HostRule(
            delay=max(self.delay, other.delay),
            max_requests=min(self.max_requests, other.max_requests),
            legacy_tls=self.legacy_tls or other.legacy_tls,
            any_certificate=self.any_certificate or other.any_certificate,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class HostTable:
    """The hosts of a crawl: a rule for each, and the exceptions of the address guard."""

    rules: Mapping[str, HostRule] = field(default_factory=dict)  # by host, without ``www.``
    ports: frozenset[tuple[str, int]] = frozenset()  # hosts whose site files name a port of their own
    allowed: Mapping[str, frozenset[tuple[str, int]]] = field(default_factory=dict)  # by site: private addresses
    contact: bool = False  # whether people who run the servers can write to us

    def rule(self, host: str) -> HostRule:
        """The rule for ``host``. A host that no site file names gets the default rule."""
        return self.rules.get(queue_of(host), HostRule())

    @property
    def all_allowed(self) -> frozenset[tuple[str, int]]:
        """Every host and port that some site file exempts from the guard."""
        return frozenset().union(*self.allowed.values())


def queue_of(host: str) -> str:
    """The name of the queue in which a host's requests wait. ``www.`` is mostly the same server."""
    return without_www(host)
