"""FTP, FTPS and SFTP against real servers: the same results, and the same errors for what goes wrong (X1)."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from tests.ftp import foreign
from tests.ftp.fakes import FakeContext, FakeServer
from tests.ftp.stage import PROTOCOLS
from tomada.errors import AuthenticationError, TransientError
from tomada_sandbox.client import SandboxClient
from tomada_tray_ftp.session import connect
from tomada_tray_ftp.settings import Settings, split_address
from tomada_tray_ftp.transport import MissingError, RefusedError, Transport

_names = count(1)


class Server:
    """The servers of one store of the sandbox."""

    def __init__(self, sandbox: SandboxClient, name: str) -> None:
        self._sandbox, self._name = sandbox, name
        sandbox.create_store(name)
        self.told = foreign.serving(self.files("open"))
        self.root = Path(self.told["folder"])

    def files(self, action: str, **details: Any) -> dict[str, Any]:
        foreign.check(action)
        return self._sandbox.files(self._name, action, **details)

    def later(self, seconds: float) -> None:
        self._sandbox.advance(seconds)

    def settings(self, protocol: str, **changes: Any) -> Settings:
        values = {
            "server_url": self.told["addresses"][protocol],
            "user": self.told["user"],
            "password": SecretStr(self.told["password"]),
            "host_key": self.told["host_key"],
            "ca_file": self.told["ca_file"],
            "timeout": 10,
        }
        return Settings(**{**values, **changes})


@pytest.fixture
def server(files_url: str) -> Iterator[Server]:
    with SandboxClient(files_url) as sandbox:
        yield Server(sandbox, f"transporte-{next(_names)}")


@pytest.fixture(params=PROTOCOLS)
def transport(request: pytest.FixtureRequest, server: Server) -> Iterator[Transport]:
    made = connect("loja", server.settings(request.param))
    yield made
    made.close()


def content_of(transport: Transport, path: str) -> bytes:
    pieces: list[bytes] = []
    transport.read(path, pieces.append)
    return b"".join(pieces)


def test_files_come_and_go(transport: Transport, server: Server) -> None:
    content = bytes(range(256)) * 3000
    transport.make_folder("pedidos/erro")
    transport.write("pedidos/a.csv", [content[:70_000], content[70_000:]])
    assert transport.size("pedidos/a.csv") == len(content)
    assert content_of(transport, "pedidos/a.csv") == content
    transport.rename("pedidos/a.csv", "pedidos/erro/b.csv")
    assert [(entry.name, entry.size) for entry in transport.listing("pedidos/erro")] == [
        ("b.csv", len(content))
    ]
    assert (transport.listing("pedidos"), transport.size("pedidos/a.csv")) == ([], None)
    transport.delete("pedidos/erro/b.csv")
    assert transport.listing("pedidos/erro") == []


def test_x2_links_and_folders_are_no_files(transport: Transport, server: Server) -> None:
    (server.root / "pedidos/link.csv").symlink_to("/etc/passwd")
    (server.root / "pedidos/dir.csv").mkdir()
    (server.root / "pedidos/ok.csv").write_bytes(b"1")
    for entry in transport.listing("pedidos"):
        if (
            entry.name != "ok.csv"
        ):  # FTP's list may follow a link; the server then keeps what is outside to itself
            assert entry.name == "link.csv"
            with pytest.raises((MissingError, RefusedError)):
                content_of(transport, "pedidos/link.csv")


def test_a_change_shows_in_the_listing(transport: Transport, server: Server) -> None:
    path = server.root / "pedidos/a.csv"
    path.write_bytes(b"1")
    before = transport.listing("pedidos")
    assert transport.listing("pedidos") == before
    path.write_bytes(b"22")
    assert transport.listing("pedidos") != before


def test_what_is_not_there(transport: Transport) -> None:
    for call in (
        lambda: transport.listing("nada"),
        lambda: content_of(transport, "pedidos/nada.csv"),
        lambda: transport.rename("pedidos/nada.csv", "pedidos/b.csv"),
    ):
        with pytest.raises(MissingError):
            call()
    with pytest.raises((MissingError, RefusedError)):  # vsftpd does not say why
        transport.write("nada/a.csv", [b"1"])
    assert transport.size("pedidos/nada.csv") is None
    with pytest.raises(MissingError):
        transport.listing("nada")
    transport.write("pedidos/a.csv", [b"12"])
    assert transport.size("pedidos/a.csv") == 2


def test_what_is_refused(transport: Transport, server: Server) -> None:
    (server.root / "pedidos/a.csv").write_bytes(b"1")
    server.files("trouble", kind="refuse", call="read", path="a.csv")
    with pytest.raises(RefusedError):
        content_of(transport, "pedidos/a.csv")
    server.files("trouble", kind="refuse", call="rename")
    with pytest.raises(RefusedError):
        transport.rename("pedidos/a.csv", "pedidos/b.csv")
    assert content_of(transport, "pedidos/a.csv") == b"1"
    with pytest.raises(RefusedError):
        transport.make_folder("pedidos")


# The standard library forgets a TLS socket whose connection is reset before its handshake.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("place", [0, 1, 100_000])
def test_a_transfer_that_is_cut_off(transport: Transport, server: Server, place: int) -> None:
    (server.root / "pedidos/a.csv").write_bytes(b"x" * 300_000)
    server.files("trouble", kind="cut_read", path="a.csv", bytes=place)
    with pytest.raises(TransientError):
        content_of(transport, "pedidos/a.csv")


def test_an_upload_that_is_cut_off(transport: Transport, server: Server) -> None:
    server.files("trouble", kind="cut_write", bytes=1000)
    with pytest.raises(TransientError):
        transport.write("pedidos/a.csv", [b"x" * 100_000] * 20)


def test_a_listing_that_changes_while_it_is_used(transport: Transport, server: Server) -> None:
    for name in ("a.csv", "b.csv"):
        (server.root / "pedidos" / name).write_bytes(b"x" * 10)
    server.files("trouble", kind="unlisted", path="a.csv")
    assert [entry.name for entry in transport.listing("pedidos")] == ["b.csv"]
    server.files("trouble", kind="stale_list", path="b.csv", bytes=4)
    assert {entry.name: entry.size for entry in transport.listing("pedidos")} == {"a.csv": 10, "b.csv": 6}
    server.files("trouble", kind="vanish", call="read", path="a.csv")
    with pytest.raises(MissingError):
        content_of(transport, "pedidos/a.csv")
    assert content_of(transport, "pedidos/a.csv") == b"x" * 10


def test_a_rename_onto_another_writers_file_or_one_that_takes_effect_late(
    transport: Transport, server: Server
) -> None:
    (server.root / "pedidos/a.csv").write_bytes(b"1")
    server.files("trouble", kind="taken")
    with pytest.raises(RefusedError):
        transport.rename("pedidos/a.csv", "pedidos/b.csv")
    assert content_of(transport, "pedidos/b.csv") == b"outro\r\n"
    server.files("trouble", kind="overwritten")
    transport.rename("pedidos/a.csv", "pedidos/c.csv")
    assert content_of(transport, "pedidos/c.csv") == b"1"
    server.files("trouble", kind="late", seconds=60)
    with pytest.raises(TransientError):
        transport.rename("pedidos/c.csv", "pedidos/d.csv")
    assert server.files("state")["late"]
    assert (server.root / "pedidos/c.csv").exists()
    server.later(61)
    assert server.files("state")["late"] == []
    assert (server.root / "pedidos/d.csv").exists()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # see above
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_server_that_is_too_slow(server: Server, protocol: str) -> None:
    (server.root / "pedidos/a.csv").write_bytes(b"1")
    server.files("trouble", kind="slow", call="read", seconds=0.6)
    transport = connect("loja", server.settings(protocol, timeout=0.3))
    with pytest.raises(TransientError):
        content_of(transport, "pedidos/a.csv")
    transport.close()


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_x1_a_wrong_password(server: Server, protocol: str) -> None:
    with pytest.raises(AuthenticationError) as caught:
        connect("loja", server.settings(protocol, password=SecretStr("wrong-password")))
    assert caught.value.code == "ftp.login"
    assert "wrong-password" not in f"{caught.value.message}{caught.value.hint}"


def test_x1_an_unknown_certificate(server: Server) -> None:
    with pytest.raises(AuthenticationError) as caught:
        connect("loja", server.settings("ftps", ca_file=""))
    assert caught.value.code == "ftp.certificate"
    connect("loja", server.settings("ftps", ca_file="", verify_tls=False)).close()


def test_x1_an_unknown_a_changed_and_a_known_host_key(server: Server, tmp_path: Path) -> None:
    known = tmp_path / "known_hosts"
    open_settings = server.settings("sftp", host_key="", known_hosts=str(known))
    with pytest.raises(AuthenticationError) as caught:
        connect("loja", open_settings)
    assert caught.value.code == "ftp.host_key_unknown"
    assert server.told["host_key"] in caught.value.message
    with pytest.raises(AuthenticationError) as caught:
        connect("loja", server.settings("sftp", host_key="SHA256:" + "A" * 43))
    assert caught.value.code == "ftp.host_key_changed"
    _protocol, host, port, _folder = split_address(server.told["addresses"]["sftp"])
    known.write_text(f"[{host}]:{port} {server.told['public_key']}\n")
    connect("loja", open_settings).close()


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_nobody_listens(server: Server, protocol: str) -> None:
    with pytest.raises(TransientError):
        connect("loja", server.settings(protocol, server_url=f"{protocol}://127.0.0.1:1"))


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # see above
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_o3_cut_at_every_thousandth_byte_a_file_comes_and_goes_whole_or_not_at_all(
    server: Server, tmp_path: Path, protocol: str
) -> None:
    content = bytes(range(256)) * 40
    (server.root / "pedidos/a.csv").write_bytes(content)
    settings = server.settings(protocol)
    ctx = FakeContext(FakeServer(), tmp_path / "work", **settings.model_dump())
    session = ctx.session
    for place in range(0, len(content), 1000):
        server.files("trouble", kind="cut_read", path="a.csv", bytes=place)
        copy = session.download("pedidos/a.csv", 1 << 20)
        assert copy.path.read_bytes() == content
        server.files("trouble", kind="cut_write", path="b", bytes=place)
        with pytest.raises(TransientError):
            session.publish(f"pedidos/b{place}.csv", content)
        assert not (server.root / f"pedidos/b{place}.csv").exists()
        session.publish(f"pedidos/b{place}.csv", content)
        assert (server.root / f"pedidos/b{place}.csv").read_bytes() == content
    session.close()
