"""What the guarded client does not follow, does not call and does not show: redirections, addresses, secrets."""

import logging
import socket
import traceback
from typing import Any

import httpx
import pytest

from tests.transport.bench import SAFE, SECRET, Bench, Serve, broken, failing, refused, server_error, silent
from tests.transport.support import Handler, Received, reply
from tomada.errors import (
    ConfigurationError,
    RemoteContractChanged,
    TomadaError,
    TransientError,
)


class TestRedirects:
    """Followed for safe requests of a client that asks for it, never for others."""

    @staticmethod
    def moved(connection: socket.socket, received: Received) -> None:
        if received.line.startswith(("GET /old", "POST /old")):
            reply(connection, 307, b"", "Location: /new")
        elif "/loop" in received.line:
            reply(connection, 302, b"", "Location: /loop")
        else:
            reply(connection, 200, b"new")

    def test_only_a_safe_request_is_sent_on(self, bench: Bench, serve: Serve) -> None:
        server = serve(self.moved)
        with bench.client(follow_redirects=True) as client:
            assert client.get(f"{server.url}/old", extensions=SAFE).text == "new"
            assert client.get(f"{server.url}/old").status_code == 307
            assert client.post(f"{server.url}/old", follow_redirects=True).status_code == 307
        assert len(server.received) == 4

    def test_not_followed_by_default(self, bench: Bench, serve: Serve) -> None:
        server = serve(self.moved)
        with bench.client() as client:
            assert client.get(f"{server.url}/old", extensions=SAFE).status_code == 307

    def test_a_loop_ends(self, bench: Bench, serve: Serve) -> None:
        server = serve(self.moved)
        with bench.client(follow_redirects=True) as client, pytest.raises(RemoteContractChanged):
            client.get(f"{server.url}/loop", extensions=SAFE)


class TestAddresses:
    """Wrong addresses and headers get a sentence, and nothing is sent."""

    @pytest.mark.parametrize(
        "url",
        ["loja.example/web_api", "ftp://127.0.0.1/x", "http://127.0.0.1:port/", "http://a\nb/", "https://"],
    )
    def test_not_an_address(self, bench: Bench, url: str) -> None:
        with bench.client() as client, pytest.raises(ConfigurationError) as caught:
            client.post(url)
        assert caught.value.code == "http.address"

    @pytest.mark.parametrize("host", ["a..b", "a" * 70 + ".example", "loja.example:99999"])
    def test_a_host_that_no_resolver_takes(self, bench: Bench, host: str) -> None:
        with bench.client() as client, pytest.raises(TomadaError) as caught:
            client.get(f"http://{host}/x?token={SECRET}", extensions=SAFE)
        assert caught.value.code in ("http.address", "http.connect")
        assert SECRET not in caught.value.message

    @pytest.mark.parametrize(
        "values",
        [
            {"headers": {"x-token": "pasted ã"}},
            {"params": {"token": "\udce3"}},
            {"data": {"token": "\udce3"}},
        ],
    )
    def test_a_character_that_cannot_be_sent(self, bench: Bench, values: dict[str, Any]) -> None:
        with bench.client() as client, pytest.raises(ConfigurationError) as caught:
            client.request("POST", "http://127.0.0.1:1/", **values)
        assert caught.value.code == "http.text"
        assert "again" in caught.value.hint

    def test_a_character_that_cannot_be_sent_in_every_request(self, bench: Bench) -> None:
        with pytest.raises(ConfigurationError) as caught, bench.client(headers={"x-token": "pasted ã"}):
            pass
        assert caught.value.code == "http.text"

    def test_a_base_address_that_is_none(self, bench: Bench) -> None:
        with pytest.raises(ConfigurationError), bench.client(base_url="http://127.0.0.1:port/"):
            pass

    @pytest.mark.parametrize("value", ["abc\n", "abc\r\nX: 1", " abc"])
    def test_a_pasted_line_break_in_a_header(self, bench: Bench, serve: Serve, value: str) -> None:
        server = serve(failing(0, broken))
        with bench.client(headers={"X-Key": value}) as client, pytest.raises(ConfigurationError) as caught:
            client.get(server.url)
        assert "abc" not in f"{caught.value}{caught.value.hint}"
        assert server.received == []

    def test_options_that_would_go_around_the_guard_are_refused(self, bench: Bench) -> None:
        with pytest.raises(TypeError, match="mounts"), bench.client(mounts={}):
            pass

    def test_a_transport_for_tests_stands_behind_the_guard(self, bench: Bench) -> None:
        inner = httpx.MockTransport(
            lambda request: httpx.Response(200, json={"q": request.url.query.decode()})
        )
        with bench.client(transport=inner, base_url="https://loja.example/web_api") as client:
            assert client.get("/orders", params={"page": 2}).json() == {"q": "page=2"}
        assert bench.boundaries[0] == "request.before GET loja.example/web_api/orders"


class TestSecrecy:
    """X1: no secret and no personal data in a log or an error, ours or httpx's."""

    @pytest.mark.parametrize("fault", [broken, server_error, refused, silent])
    def test_nothing_leaks(
        self, bench: Bench, serve: Serve, fault: Handler, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        server, errors = serve(failing(9, fault)), list[str]()
        # Bound outside the call, as a traceback of Python 3.13 shows every line of the failing statement.
        private = {"access_token": "unlisted", "cpf": "52998224725", "nome": "Maria", "page": 3}
        with bench.client(timeout=0.1, headers={"Authorization": f"Bearer {SECRET}"}) as client:
            for extensions in (SAFE, {}):
                try:
                    client.get(f"{server.url}/{SECRET}/orders", params=private, extensions=extensions)
                except TransientError as error:
                    errors.append(f"{error!r} {error.hint} {''.join(traceback.format_exception(error))}")
        written = caplog.text + "".join(errors)
        assert "page=3" in written
        for hidden in (SECRET, "unlisted", "52998224725", "Maria"):
            assert hidden not in written

    def test_the_log_names_method_address_status_and_duration(
        self, bench: Bench, serve: Serve, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG, "tomada.http")
        server = serve(lambda connection, received: reply(connection, 404))
        with bench.client() as client:
            client.get(f"{server.url}/orders?page=1")
        (record,) = caplog.records
        assert record.getMessage().startswith(f"GET {server.url}/orders?page=1: 404, ")
        assert record.getMessage().endswith(" ms")
