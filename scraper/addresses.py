"""Compares web addresses. Only this module decides when two addresses, or their hosts, are the same."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urldefrag, urlsplit

DEFAULT_PORTS = {"http": 80, "https": 443}


def endpoint(url: str) -> tuple[str, int]:
    """Host and port that a request for ``url`` connects to. Raises ValueError for an address without them."""
    parts = urlsplit(url)
    port = parts.port or DEFAULT_PORTS.get(parts.scheme)
    if not parts.hostname or port is None:
        raise ValueError(f"{url}: neither http nor https")
    return parts.hostname, port


def is_loopback(url: str) -> bool:
    """Whether the address itself names this machine. No name is resolved."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def without_www(host: str) -> str:
    """``host`` (or ``host:port``) in lower case and without ``www.``, which is mostly the same server."""
    return host.lower().removeprefix("www.")


def without_default_port(url: str) -> str:
    """``url`` without the port that its scheme implies (``:80``, ``:443``). Web archives often store that port."""
    try:
        parts = urlsplit(url)
        is_default = parts.port is not None and parts.port == DEFAULT_PORTS.get(parts.scheme)
    except ValueError:
        return url
    return parts._replace(netloc=parts.netloc.rpartition(":")[0]).geturl() if is_default else url


@lru_cache(maxsize=1024)
def comparable(url: str) -> str:
    """An address for comparison: without fragment, with scheme and host in lower case, and always with a path."""
    parts = urlsplit(urldefrag(url).url)
    return parts._replace(scheme=parts.scheme.lower(), netloc=parts.netloc.lower(), path=parts.path or "/").geturl()


def same_address(one: str, other: str) -> bool:
    """Whether two addresses differ at most in ``http``/``https``, ``www.`` and a last slash."""
    return _loosely(one) == _loosely(other)


def _loosely(url: str) -> tuple[str, str, str]:
    parts = urlsplit(url)
    return without_www(parts.netloc), parts.path.rstrip("/"), parts.query
