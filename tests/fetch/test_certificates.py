import datetime
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from flows.runs.night import run_night
from flows.runs.request import NightRequest
from flows.storage.folder import DataFolder
from flows.storage.settings import Settings
from scraper.store import open_reader

from .conftest import Crawler, Loopback, listing, page

GNUTLS = shutil.which("gnutls-serv", path="/usr/bin:/usr/sbin:/usr/local/bin")
"""A real TLS server that can be told to be one from before RFC 5746."""


def certificate(folder: Path, ends: datetime.datetime) -> Path:
    """A certificate for this machine that is its own issuer, with its key, made now."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC))
        .not_valid_after(ends)
        .add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


def in_the_record(crawler: Crawler, *sites: str) -> dict[str, str | None]:
    """What a whole night's row of each site says beside its verdict."""
    data = DataFolder(root=crawler.folder / "data", extra_sites=(crawler.folder / "sites",))
    data.save_settings(Settings(contact="a@b.vn"))
    night = run_night(NightRequest(data=data, sites=sites, trigger="manual"))
    with open_reader(data.database) as archive:
        return dict(map(tuple, archive.rows("SELECT site, reason FROM run_sites WHERE run = ?", (night.run,))))


def test_an_expired_certificate_is_refused_but_where_the_site_file_says_so(
    crawler: Crawler, site: Loopback, tmp_path: Path
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(tmp_path, datetime.datetime(2021, 1, 1, tzinfo=datetime.UTC)))
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
    assert in_the_record(crawler, "bao") == {"bao": "accepted by its site file: expired_certificate of localhost"}


@pytest.fixture
def old_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The port of a server that cannot renegotiate securely; its certificate is good, in this process's eyes."""
    if GNUTLS is None:
        pytest.skip("gnutls-serv is not installed (Debian's gnutls-bin)")
    pem = certificate(tmp_path, datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=1))
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    priority = "NORMAL:-VERS-ALL:+VERS-TLS1.2:%DISABLE_SAFE_RENEGOTIATION"
    keys = (f"--x509keyfile={pem}", f"--x509certfile={pem}")
    server = subprocess.Popen(
        [GNUTLS, "--http", "--disable-client-cert", f"--port={port}", f"--priority={priority}", *keys],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(lambda: socket.create_connection(("127.0.0.1", port), timeout=1).close())
        yield port
    finally:
        server.kill()
        server.wait(10)


def wait_for(connect: Callable[[], None]) -> None:
    """Returns once ``connect`` is not refused; raises what it raises after ten seconds."""
    until = time.monotonic() + 10
    while True:
        try:
            return connect()
        except ConnectionRefusedError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)


def test_an_old_server_is_refused_but_for_the_host_that_needs_it(
    crawler: Crawler, site: Loopback, old_server: int
) -> None:
    sources = {}
    for name, host, exception in (("can", "localhost", "legacy_tls = true"), ("khong", "127.0.0.1", "")):
        fetch = f'delay = 0\nallow = ["{host}:{old_server}"]\n{exception}\n'
        crawler.write_site(site, name, home=f'"https://{host}:{old_server}/"', fetch=fetch)
        sources[name] = f"https://{host}:{old_server}/xd/"
    crawl = crawler.run("can", "khong")
    assert (sources["can"], 200) in crawl.statuses()
    assert crawl.outcomes()[sources["khong"]] == "tls"
    detail = next(c.detail for c in crawl.captures if c.url == sources["khong"])
    assert detail is not None
    assert "unsafe legacy renegotiation disabled" in detail
    assert [name for name in crawl.stats if name.startswith("tls/")] == ["tls/legacy_tls/localhost"]
    record = in_the_record(crawler, "can", "khong")
    assert record["can"] == "accepted by its site file: legacy_tls of localhost"
    assert record["khong"] == f"{sources['khong']}: tls"
