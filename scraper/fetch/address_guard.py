"""The guard of addresses: no page, redirect, feed or name server can turn a crawl against a private host.

At every hop, after the name is resolved, the guard judges the address and port of the connection about to be made.
The only exceptions are the ``host:port`` pairs in a site's own ``[fetch] allow``.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IHostnameResolver, IHostResolution, IResolutionReceiver
from zope.interface import implementer

from scraper.addresses import DEFAULT_PORTS, endpoint
from scraper.fetch.certificates import HostCertificates, tls_failure
from scraper.fetch.host_queues import HostDownloader
from scraper.fetch.hosts import HostTable
from scraper.fetch.limits import MAX_HEADERS
from scraper.fetch.outcomes import Refused
from scraper.fetch.places import Places
from scraper.fetch.scrapy_internals import AnswerTooLong, bound_answers, connect_by, remember_host_names
from scraper.text.sentence import Sentence

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

_REFUSED_NETWORKS = tuple(
    ipaddress.ip_network(network)
    for network in (
        "192.88.99.0/24",  # 6to4 relays
        "::/96",  # IPv4-compatible
        "::ffff:0:0/96",  # IPv4-mapped
        "64:ff9b::/96",  # translated to IPv4
        "64:ff9b:1::/48",
        "2001::/32",  # Teredo
        "2002::/16",  # 6to4
        "fec0::/10",  # site-local
    )
)
"""Networks that ``ipaddress.is_global`` accepts, or may accept, although they lead elsewhere."""

_NUMERIC_LABEL = re.compile(r"(?:\d+|0x[0-9a-f]*)\.?$", re.I)


def refused_address(address: str) -> str | None:
    """Why ``address`` (an IP address) does not belong to the public web, or None if it does."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return Sentence("{address} is not an address", address=address)
    if parsed.is_multicast or parsed.is_reserved or not parsed.is_global:
        return Sentence("{address} is not a global address", address=address)
    if any(parsed in network for network in _REFUSED_NETWORKS if network.version == parsed.version):
        return Sentence("{address} can lead to a private address", address=address)
    return None


def refused_host(host: str) -> str | None:
    """Why ``host`` is refused for its spelling alone: a number that is no plain address, a private literal."""
    literal = host.strip("[]").partition("%")[0]
    try:
        ipaddress.ip_address(literal)
    except ValueError:
        # A host whose last label is a number is an IPv4 address in an old spelling: 127.1, 2130706433, 0x7f.1.
        if _NUMERIC_LABEL.fullmatch(host.rstrip(".").rpartition(".")[2]):
            return Sentence("{host} is an address in disguise", host=host)
        return None
    return refused_address(literal)


def refusal(table: HostTable, site: str | None, url: str) -> tuple[str, str] | None:
    """The outcome and detail with which a request of ``site`` for ``url`` is refused before any name is resolved."""
    try:
        host, port = endpoint(url)
    except ValueError as error:
        return "scheme", str(error)
    if (host, port) in table.allowed.get(site or "", frozenset()):
        return None
    if not table.contact:
        return "no-contact", Sentence("{host} is on the open web, and no contact address is set", host=host)
    why = refused_host(host)
    if why is None and (host, port) in table.all_allowed:
        why = Sentence("{host}:{port} is for another site alone", host=host, port=port)
    if why is None and port not in DEFAULT_PORTS.values() and (host, port) not in table.ports:
        why = Sentence("port {port} is not one of the web's, nor of the site's home", port=port)
    return ("refused-address", why) if why else None


def refused_resolution(table: HostTable, host: str, port: int, addresses: Sequence[str]) -> str | None:
    """Why no connection may be made to the addresses that ``host`` was resolved to, or None.

    One bad address among good ones refuses all. Without a contact, even an allowed host must be on this machine.
    """
    if (host, port) in table.all_allowed:
        away = [a for a in addresses if not ipaddress.ip_address(a).is_loopback]
        return (
            Sentence("{host} leads to {address}, and no contact address is set", host=host, address=away[0])
            if away and not table.contact
            else None
        )
    return next((why for why in map(refused_address, addresses) if why), None)


@implementer(IHostnameResolver)
class GuardedResolver:
    """Resolves names as the reactor did before, but gives no address that the guard refuses."""

    def __init__(self, resolver: Any, table: HostTable) -> None:
        self._resolver = resolver
        self.table = table
        self.refused: dict[tuple[str, int], str] = {}

    def resolveHostName(  # noqa: N802 - the interface's name
        self,
        resolutionReceiver: Any,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Any = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> Any:
        """See ``IHostnameResolver``. A refused name resolves to nothing."""
        judge = _Judge(self, resolutionReceiver, hostName, portNumber)
        return self._resolver.resolveHostName(judge, hostName, portNumber, addressTypes, transportSemantics)


@implementer(IResolutionReceiver)
class _Judge:
    def __init__(self, guard: GuardedResolver, receiver: Any, host: str, port: int) -> None:
        self._guard = guard
        self._receiver = receiver
        self._where = host, port
        self._addresses: list[IPv4Address | IPv6Address] = []

    def resolutionBegan(self, resolution: IHostResolution) -> None:  # noqa: N802
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: IPv4Address | IPv6Address) -> None:  # noqa: N802
        self._addresses.append(address)

    def resolutionComplete(self) -> None:  # noqa: N802
        why = refused_resolution(self._guard.table, *self._where, [str(a.host) for a in self._addresses])
        if why:
            self._guard.refused[self._where] = why
        else:
            for address in self._addresses:
                self._receiver.addressResolved(address)
        self._receiver.resolutionComplete()


def install_guard(table: HostTable) -> GuardedResolver:
    """The process's one guard, set between the reactor and its resolver."""
    from twisted.internet import reactor

    installed = cast(Any, reactor).nameResolver
    if isinstance(installed, GuardedResolver):
        installed.table = table
        return installed
    guard = GuardedResolver(installed, table)
    cast(Any, reactor).installNameResolver(guard)
    return guard


class GuardedHandler(HTTP11DownloadHandler):
    """Scrapy's HTTP/1.1 handler behind the guard, with certificates judged host by host.

    Every request passes here when it is sent, so what was last decided about a host also holds for waiting requests.
    """

    lazy = True

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._places = Places(crawler)
        self._table = cast(HostTable, crawler.settings["TINKHOI_HOSTS"] or HostTable())
        remember_host_names()
        connect_by(self, HostCertificates(crawler, self._table))
        bound_answers(self, head=MAX_HEADERS, whole=MAX_HEADERS + 2 * crawler.settings.getint("DOWNLOAD_MAXSIZE"))

    async def download_request(self, request: Request) -> Response:
        """The answer to ``request``. Raises Refused if it must not be sent, or Scrapy's download errors."""
        await self._places.take(request)
        try:
            return await self._exchange(request)
        finally:
            self._places.leave(request)

    async def _exchange(self, request: Request) -> Response:
        downloader = cast(HostDownloader, self._crawler.engine.downloader)
        refused = downloader.refusal(request)
        if refused is not None:
            raise refused
        judged = refusal(self._table, request.meta.get("site"), request.url)
        if judged is not None:
            raise Refused(*judged)
        guard = install_guard(self._table)
        where = endpoint(request.url)
        silent = False
        downloader.begin(request)
        try:
            return await super().download_request(request)
        except CannotResolveHostError as error:
            why = guard.refused.pop(where, None)
            silent = why is None
            if why is not None:
                raise Refused("refused-address", why) from error
            raise
        except DownloadFailedError as error:
            silent = True
            why = tls_failure(error)
            if why is not None:
                raise Refused("tls", why) from error
            _refuse_too_long(error)
            raise
        except ResponseDataLossError as error:
            _refuse_too_long(error)
            raise
        except (DownloadTimeoutError, DownloadConnectionRefusedError):
            silent = True
            raise
        finally:
            downloader.end(request, silent=silent)


def _refuse_too_long(error: Exception) -> None:
    """Raises Refused if the download was ended because the answer was too long."""
    for failure in getattr(error.__cause__, "reasons", ()):
        if isinstance(failure.value, AnswerTooLong):
            raise Refused("too-large", str(failure.value)) from error
