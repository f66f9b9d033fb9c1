"""Secure connections: certificates are verified, except where a site file makes an exception for its own host."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from OpenSSL import SSL
from twisted.web.iweb import IPolicyForHTTPS
from zope.interface import implementer

from scraper.fetch.hosts import HostTable
from scraper.fetch.scrapy_internals import ClientContextFactory, set_tls_option
from scraper.text.sentence import Sentence

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

_OP_LEGACY_SERVER_CONNECT = 0x4  # OpenSSL: go on although the server cannot renegotiate securely (RFC 5746)


@implementer(IPolicyForHTTPS)
class HostCertificates:
    """Which certificates and old servers are accepted, host by host. Each use of an exception is counted."""

    def __init__(self, crawler: Crawler, table: HostTable) -> None:
        self._stats = crawler.stats
        self._table = table
        self._strict = ClientContextFactory.from_crawler(crawler)
        self._lenient = ClientContextFactory(verify_certificates=False)

    def creatorForNetloc(self, hostname: bytes, port: int) -> Any:  # noqa: N802 - the interface's name
        """See ``IPolicyForHTTPS``."""
        host = hostname.decode("ascii")
        rule = self._table.rule(host)
        if rule.any_certificate:
            self._stats.inc_value(f"tls/expired_certificate/{host}")
            return self._lenient.creatorForNetloc(hostname, port)
        creator = self._strict.creatorForNetloc(hostname, port)
        if rule.legacy_tls:
            self._stats.inc_value(f"tls/legacy_tls/{host}")
            set_tls_option(creator, _OP_LEGACY_SERVER_CONNECT)
        return creator


def tls_failure(error: BaseException) -> str | None:
    """What OpenSSL says was wrong, if a download failed for that reason; else None."""
    causes = [error.__cause__, *(failure.value for failure in getattr(error.__cause__, "reasons", ()))]
    for cause in causes:
        if isinstance(cause, SSL.Error):
            said = [str(part[-1]) for part in (cause.args[0] if cause.args else []) if part]
            return ", ".join(said) or Sentence("the server ended the handshake")
        if type(cause).__module__.startswith("service_identity"):
            return Sentence("the certificate is for another host")
    return None
