import datetime
import ssl
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
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


@pytest.mark.parametrize(("legacy", "allowed"), [(True, True), (False, False)])
def test_an_old_server_is_accepted_only_for_the_host_that_needs_it(legacy: bool, allowed: bool) -> None:
    crawler: Any = get_crawler(settings_dict={"DOWNLOAD_VERIFY_CERTIFICATES": True})
    crawler.stats = StatsCollector(crawler)
    table = HostTable(rules={"baoapbac.vn": HostRule(legacy_tls=legacy)})
    certificates = HostCertificates(crawler, table)
    for host, expected in (("baoapbac.vn", allowed), ("www.baoapbac.vn", allowed), ("khac.vn", False)):
        context = _get_creator_context(certificates.creatorForNetloc(host.encode(), 443))
        assert bool(context.set_options(0) & 0x4) is expected
    assert ("tls/legacy_tls/baoapbac.vn" in crawler.stats.get_stats()) is allowed
