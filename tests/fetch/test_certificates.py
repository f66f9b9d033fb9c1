import datetime
import socket
import ssl
import threading
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from OpenSSL import SSL
from scrapy.core.downloader.contextfactory import _get_creator_context
from scrapy.statscollectors import StatsCollector
from scrapy.utils.test import get_crawler

from scraper.fetch.certificates import HostCertificates
from scraper.fetch.hosts import HostRule, HostTable

from .conftest import Crawler, Loopback, listing, page


def expired_certificate(folder: Path) -> Path:
    """A certificate for localhost that ended in 2021, with its key, made now."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC))
        .not_valid_after(datetime.datetime(2021, 1, 1, tzinfo=datetime.UTC))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "expired.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return path


def test_an_expired_certificate_is_refused_but_where_the_site_file_says_so(
    crawler: Crawler, site: Loopback, tmp_path: Path
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(expired_certificate(tmp_path))
    site.server.socket = context.wrap_socket(site.server.socket, server_side=True)
    site.pages["/xd/"] = page(listing(1))
    home = f'"https://localhost:{site.port}/"'
    fetch = f'delay = 0\nallow = ["localhost:{site.port}"]\n'
    crawler.write_site(site, home=home, fetch=fetch)
    refused = crawler.run()
    assert site.log == []
    source = f"https://localhost:{site.port}/xd/"
    assert refused.outcomes()[source] == "tls"
    detail = next(c.detail for c in refused.captures if c.url == source)
    assert detail is not None
    assert "certificate verify failed" in detail
    crawler.write_site(site, home=home, fetch=f"{fetch}expired_certificate = true\n")
    accepted = crawler.run()
    assert len(site.log) == 3
    assert accepted.stats["tls/expired_certificate/localhost"] >= 1


def old_server(ready: threading.Event, port: list[int]) -> None:
    """Answers one ClientHello as a server from before RFC 5746: a ServerHello of TLS 1.2 without extensions."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(10)
        port.append(listener.getsockname()[1])
        ready.set()
        connection, _ = listener.accept()
        with connection:
            connection.recv(65536)
            hello = b"\x03\x03" + bytes(32) + b"\x00" + b"\xc0\x2f" + b"\x00"  # ECDHE-RSA-AES128-GCM-SHA256
            handshake = b"\x02" + len(hello).to_bytes(3, "big") + hello
            connection.sendall(b"\x16\x03\x03" + len(handshake).to_bytes(2, "big") + handshake)
            connection.shutdown(socket.SHUT_WR)
            connection.recv(65536)


@pytest.mark.parametrize("legacy", [False, True])
def test_an_old_server_is_refused_but_for_the_host_that_needs_it(legacy: bool) -> None:
    crawler: Any = get_crawler(settings_dict={"DOWNLOAD_VERIFY_CERTIFICATES": True})
    crawler.stats = StatsCollector(crawler)
    table = HostTable(rules={"baoapbac.vn": HostRule(legacy_tls=legacy)})
    certificates = HostCertificates(crawler, table)
    for host, accepted in (("baoapbac.vn", legacy), ("khac.vn", False)):
        ready, port = threading.Event(), list[int]()
        server = threading.Thread(target=old_server, args=(ready, port))
        server.start()
        ready.wait(10)
        context = _get_creator_context(certificates.creatorForNetloc(host.encode(), 443))
        with socket.create_connection(("127.0.0.1", port[0]), timeout=None) as plain:
            secure = SSL.Connection(context, plain)
            secure.set_connect_state()
            with pytest.raises(SSL.Error) as refused:  # the server says no more than its hello
                secure.do_handshake()
        server.join(10)
        assert ("unsafe legacy renegotiation disabled" in str(refused.value)) is not accepted
    assert ("tls/legacy_tls/baoapbac.vn" in crawler.stats.get_stats()) is legacy
