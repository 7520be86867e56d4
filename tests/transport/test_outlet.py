"""TLS is verified by default (X1) and set up only where it is needed; proxies of the environment are used."""

import ipaddress
import ssl
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.transport.support import Loopback, reply
from tomada.errors import TransientError, UnusableError
from tomada.ports.instruments import no_boundary
from tomada.transport import outlet
from tomada.transport.client import open_client
from tomada.transport.clock import SystemClock


def client(**options: Any) -> httpx.Client:
    return open_client(
        clock=SystemClock(),
        limiter=None,
        refusal=None,
        deadline=None,
        boundary=no_boundary,
        secrets=lambda: (),
        **{"timeout": 5.0} | options,
    )


def self_signed(folder: Path) -> Path:
    """Write a certificate for 127.0.0.1 with its key into one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "loopback")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    return self_signed(tmp_path)


@pytest.fixture
def secure(certificate: Path) -> Iterator[Loopback]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with closing(Loopback(lambda connection, received: reply(connection), context)) as server:
        yield server


@pytest.fixture
def plain() -> Iterator[Loopback]:
    with closing(Loopback(lambda connection, received: reply(connection))) as server:
        yield server


@pytest.mark.parametrize("extensions", [{}, {"safe": True}])
def test_an_unknown_authority_is_refused_at_once(secure: Loopback, extensions: dict[str, bool]) -> None:
    with client() as session, pytest.raises(UnusableError) as caught:
        session.post(secure.url, extensions=extensions)
    assert caught.value.code == "http.certificate"
    assert "self-signed" in caught.value.message
    assert secure.received == []


def test_an_authority_of_ones_own_is_accepted(secure: Loopback, certificate: Path) -> None:
    with client(verify=ssl.create_default_context(cafile=certificate)) as session:
        assert session.get(secure.url).status_code == 200


def test_a_certificate_of_another_host_is_refused(secure: Loopback, certificate: Path) -> None:
    trusted = ssl.create_default_context(cafile=certificate)
    with client(verify=trusted) as session, pytest.raises(UnusableError, match="localhost"):
        session.get(secure.url.replace("127.0.0.1", "localhost"))


def test_verification_can_only_be_switched_off_by_saying_so(secure: Loopback) -> None:
    with client(verify=False) as session:
        assert session.get(secure.url).status_code == 200


def test_tls_to_a_plain_port_makes_no_connection(plain: Loopback) -> None:
    with client(timeout=0.2) as session, pytest.raises(TransientError) as caught:
        session.post(plain.url.replace("http:", "https:"))
    assert caught.value.code == "http.connect"


def test_plain_http_loads_no_authorities(plain: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_context(*, verify: bool) -> ssl.SSLContext:
        raise AssertionError("not needed")

    monkeypatch.setattr(outlet, "_context", no_context)
    with client() as session:
        assert session.get(plain.url).status_code == 200


def test_the_context_is_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[bool] = []

    def create(verify: bool) -> ssl.SSLContext:
        made.append(verify)
        return ssl.create_default_context()

    monkeypatch.setattr(httpx, "create_ssl_context", create)
    outlet._context.cache_clear()
    for _client in range(3):
        with client() as session, pytest.raises(TransientError):
            session.get("https://127.0.0.1:1/")
    outlet._context.cache_clear()
    assert made == [True]


class TestProxy:
    """The environment's proxies, but never for loopback."""

    @pytest.fixture(autouse=True)
    def no_other_proxies(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in (
            "http_proxy",
            "HTTP_PROXY",
            "https_proxy",
            "HTTPS_PROXY",
            "all_proxy",
            "ALL_PROXY",
            "no_proxy",
        ):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)

    @pytest.mark.parametrize("scheme", ["http://", ""])
    def test_used(self, plain: Loopback, monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
        monkeypatch.setenv("http_proxy", plain.url.replace("http://", scheme))
        with client() as session:
            assert session.get("http://loja.invalid/web_api").status_code == 200
        assert plain.received[0].line == "GET http://loja.invalid/web_api HTTP/1.1"

    def test_not_for_loopback_nor_for_named_hosts(
        self, plain: Loopback, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
        monkeypatch.setenv("no_proxy", "loja.invalid")
        with client() as session:
            assert session.get(plain.url).status_code == 200
            with pytest.raises(TransientError) as caught:
                session.get("http://loja.invalid/")
        assert caught.value.code == "http.connect"

    def test_a_proxy_that_refuses_is_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with closing(Loopback(lambda connection, received: reply(connection, 407))) as server:
            monkeypatch.setenv("https_proxy", server.url)
            with client() as session, pytest.raises(TransientError) as caught:
                session.post("https://loja.invalid/")
        assert caught.value.code == "http.proxy"

    def test_an_option_of_the_client_wins(self, plain: Loopback) -> None:
        with client(proxy=plain.url, trust_env=False) as session:
            assert session.get("http://loja.invalid/x").status_code == 200
