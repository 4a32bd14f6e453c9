"""Both clients: certificates and proxies, those of the environment included; the key goes to nobody else."""

import ssl
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Final

import attrs
import pytest

pytest.importorskip("cryptography", reason="allowed: cryptography is not installed")

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from juspay_webhooks import ConfigurationError, Misconfigured, OutcomeUnknown
from juspay_webhooks.testing import FakeJuspay
from juspay_webhooks.testing.fake import SlowBody, SlowHeaders
from tests.order_status.clients.both import ONCE, Async, Sync
from tests.order_status.clients.conftest import Way
from tests.order_status.clients.servers import Relay, Script, Tunnel

CERTIFICATES: Final = {Sync: "REQUESTS_CA_BUNDLE", Async: "SSL_CERT_FILE"}
"""Way to ask -> name in the environment of a file with certificates to trust."""

SECRET: Final = "proxy_password_0123456789"


@attrs.frozen
class Certificate:
    """A certificate that nobody signed but its owner."""

    path: Path
    """File with the key and the certificate."""

    server: ssl.SSLContext
    """What a server speaks with."""


def certificate(directory: Path, address: str) -> Certificate:
    """Make a certificate for an address, valid for an hour."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    form = serialization.PrivateFormat.PKCS8
    private = key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    path = directory / f"{address}.pem"
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(path)
    return Certificate(path, server)


@pytest.fixture(autouse=True)
def _no_certificates(monkeypatch: pytest.MonkeyPatch) -> None:
    """Trust what the packages bring, whatever the environment of the machine says."""
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(name="good")
def _good(tmp_path: Path) -> Certificate:
    """Make a certificate for where the relay listens."""
    return certificate(tmp_path, "127.0.0.1")


# --- Certificates ---


def test_a_certificate_that_nobody_knows(way: Way, juspay: FakeJuspay, good: Certificate) -> None:
    """A server that signed for itself gets no question, and an operator must act."""
    with Relay(juspay.url, good.server) as relay, way(relay.url) as asking:
        with pytest.raises(Misconfigured, match="not secure"):
            asking.fetch("shop-1001")
        with pytest.raises(Misconfigured, match="not secure"):
            asking.poll("shop-1001")

    assert ((), []) == (juspay.requests, asking.pauses)


def test_a_certificate_of_another(
    way: Way, juspay: FakeJuspay, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A certificate that is trusted and stands for another address lets nothing through."""
    other = certificate(tmp_path, "127.0.0.2")
    monkeypatch.setenv(CERTIFICATES[way], str(other.path))
    with (
        Relay(juspay.url, other.server) as relay,
        way(relay.url) as asking,
        pytest.raises(Misconfigured, match="not secure"),
    ):
        asking.fetch("shop-1001")

    assert () == juspay.requests


def test_a_certificate_of_the_environment(
    way: Way, juspay: FakeJuspay, good: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file of certificates that the environment names is used, for TLS of several answers over one connection."""
    monkeypatch.setenv(CERTIFICATES[way], str(good.path))
    with Relay(juspay.url, good.server) as relay, way(relay.url) as asking:
        assert "shop-1001" == asking.fetch("shop-1001").order_id
        assert "shop-1001" == asking.fetch("shop-1001").order_id
        assert 1 == relay.total


@pytest.mark.parametrize("fault", [SlowHeaders(0.1), SlowBody(0.1)], ids=str)
def test_time_is_bounded_over_tls(
    fault: SlowHeaders | SlowBody, way: Way, juspay: FakeJuspay, good: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that dribbles over TLS is left when the time is up."""
    juspay.fail_next(fault)
    monkeypatch.setenv(CERTIFICATES[way], str(good.path))
    with (
        Relay(juspay.url, good.server) as relay,
        way(relay.url, timeout=0.5, retry=ONCE) as asking,
        pytest.raises(OutcomeUnknown, match="took too long"),
    ):
        asking.fetch("shop-1001")


def test_a_server_without_tls(way: Way, juspay: FakeJuspay) -> None:
    """A server that does not speak TLS is no matter of another attempt."""
    with way(juspay.url.replace("http:", "https:")) as asking, pytest.raises(Misconfigured, match="not secure"):
        asking.fetch("shop-1001")

    assert ((), []) == (juspay.requests, asking.pauses)


def test_a_server_that_ends_the_handshake(way: Way) -> None:
    """A connection that breaks off while TLS begins may well stand at the next attempt."""
    with Script() as script, way(script.url.replace("http:", "https:")) as asking:
        with pytest.raises(OutcomeUnknown, match="broke off"):
            asking.fetch("shop-1001")

        assert ([0.5, 1.0, 2.0], 4) == (asking.pauses, script.total)


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_file_of_certificates_that_is_not_usable(
    content: str | None, way: Way, juspay: FakeJuspay, good: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error says that it is a matter of configuration: when the client is made, or at the first question."""
    path = good.path.with_name("other.pem")
    if content is not None:
        path.write_text(content, encoding="utf-8")
    monkeypatch.setenv(CERTIFICATES[way], str(path))
    with (
        Relay(juspay.url, good.server) as relay,
        way(relay.url) as asking,
        pytest.raises((ConfigurationError, Misconfigured), match="certificate"),
    ):
        asking.fetch("shop-1001")

    assert () == juspay.requests


# --- Proxies ---

NOBODY: Final = "http://localhost:9"
"""Where nobody listens; a proxy would go there."""


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"])
def test_a_proxy_of_the_environment(name: str, way: Way, juspay: FakeJuspay, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy that the environment names gets the question; it is looked up once."""
    monkeypatch.setenv(name, juspay.url)
    with way(NOBODY) as asking:
        asking.fetch("shop-1001")
        monkeypatch.delenv(name)
        asking.fetch("shop-1001")

    assert [f"{NOBODY}/orders/shop-1001"] * 2 == [asked.path for asked in juspay.requests]


@pytest.mark.parametrize("name", ["NO_PROXY", "no_proxy"])
def test_a_host_without_a_proxy(name: str, way: Way, juspay: FakeJuspay, monkeypatch: pytest.MonkeyPatch) -> None:
    """A host that the environment excepts is asked directly."""
    monkeypatch.setenv("HTTP_PROXY", juspay.url)
    monkeypatch.setenv(name, "localhost")
    with way(NOBODY, retry=ONCE) as asking, pytest.raises(OutcomeUnknown, match="connection failed"):
        asking.fetch("shop-1001")

    assert () == juspay.requests


@pytest.mark.parametrize("fault", [SlowHeaders(0.1), SlowBody(0.1)], ids=str)
def test_time_is_bounded_behind_a_proxy(
    fault: SlowHeaders | SlowBody, way: Way, juspay: FakeJuspay, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy that dribbles is left when the time is up."""
    juspay.fail_next(fault)
    monkeypatch.setenv("HTTP_PROXY", juspay.url)
    with (
        way(NOBODY, timeout=0.3, retry=ONCE) as asking,
        pytest.raises(OutcomeUnknown, match="took too long"),
    ):
        asking.fetch("shop-1001")


def test_a_tunnel(way: Way, juspay: FakeJuspay, good: Certificate, monkeypatch: pytest.MonkeyPatch) -> None:
    """Over TLS a proxy opens a tunnel, which is kept, and in which the time is bounded as without it."""
    monkeypatch.setenv(CERTIFICATES[way], str(good.path))
    with Relay(juspay.url, good.server) as relay, Tunnel() as tunnel:
        monkeypatch.setenv("HTTPS_PROXY", tunnel.url)
        with way(relay.url, timeout=1.0, retry=ONCE) as asking:
            found = [asking.fetch("shop-1001").order_id for _ in range(3)]
            juspay.fail_next(SlowHeaders(0.1))
            with pytest.raises(OutcomeUnknown, match="took too long"):
                asking.fetch("shop-1001")

    assert ["shop-1001"] * 3 == found
    assert (1, 1) == (tunnel.total, relay.total)


def test_a_proxy_that_refuses(way: Way, juspay: FakeJuspay, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy that opens no tunnel is named; the key never gets to it."""
    monkeypatch.setenv("HTTPS_PROXY", juspay.url.replace("//", f"//user:{SECRET}@"))
    with way("https://api.juspay.in", retry=ONCE) as asking, pytest.raises(OutcomeUnknown, match="proxy") as caught:
        asking.fetch("shop-1001")

    assert ["CONNECT"] == [asked.method for asked in juspay.requests]
    assert "authorization" not in juspay.requests[0].headers
    assert SECRET not in str(caught.value)


PROXIES: Final[Mapping[str, str]] = {
    "no host": f"http://user:{SECRET}@",
    "no address": f"http://user:{SECRET}@[::1",
    "no port": f"http://user:{SECRET}@localhost:port",
    "another scheme": f"ftp://user:{SECRET}@localhost:1",
    "socks, which is not installed": f"socks5://user:{SECRET}@localhost:1",
}


@pytest.mark.parametrize("name", PROXIES)
def test_a_proxy_that_is_not_usable(name: str, way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error says that it is a matter of configuration, and not the proxy's password."""
    monkeypatch.setenv("HTTPS_PROXY", PROXIES[name])
    with (
        way("https://127.0.0.1:9", retry=ONCE) as asking,
        pytest.raises((ConfigurationError, Misconfigured, OutcomeUnknown), match=r"proxy|connection failed") as caught,
    ):
        asking.fetch("shop-1001")

    assert SECRET not in str(caught.value)
    assert None is caught.value.__context__
