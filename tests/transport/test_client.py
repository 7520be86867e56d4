"""The guarded client against a real server on loopback: what is retried, what not, how failures read."""

import gzip
import logging
import random
import socket
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.transport.support import Handler, Loopback, ManualClock, Received, reply, reset
from tomada.errors import (
    ConfigurationError,
    EffectUnknown,
    QuotaExceeded,
    RemoteContractChanged,
    TomadaError,
    TransientError,
    UnusableError,
)
from tomada.spi import QuotaLimit
from tomada.transport.client import open_client
from tomada.transport.clock import SystemClock
from tomada.transport.quota import Limiter

SAFE = {"safe": True}
SECRET = "t0k3n-of-the-store"


class Bench:
    """Clients with a clock that does not wait, and the boundaries that were passed."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.boundaries: list[str] = []

    @contextmanager
    def client(self, **options: Any) -> Iterator[httpx.Client]:
        defaults: dict[str, Any] = {
            "clock": self.clock,
            "limiter": None,
            "refusal": lambda status, headers, body: 0.0 if status == 429 else None,
            "deadline": None,
            "boundary": self.boundaries.append,
            "secrets": lambda: [SECRET],
            "timeout": 5.0,
            "jitter": lambda: 1.0,
        }
        with closing(open_client(**defaults | options)) as client:
            yield client


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.fixture
def serve() -> Iterator[Callable[[Handler], Loopback]]:
    servers: list[Loopback] = []

    def start(handler: Handler) -> Loopback:
        servers.append(Loopback(handler))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


Serve = Callable[[Handler], Loopback]


def failing(times: int, fault: Handler) -> Handler:
    """Do ``fault`` for the first requests, then answer."""

    def handle(connection: socket.socket, received: Received) -> None:
        if received.number < times:
            fault(connection, received)
        else:
            reply(connection, 200, b'{"ok": true}')

    return handle


def truncated(connection: socket.socket, received: Received) -> None:
    connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"half":')
    connection.shutdown(socket.SHUT_RDWR)


def truncated_chunks(connection: socket.socket, received: Received) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{}  \n\r\n")
    connection.shutdown(socket.SHUT_RDWR)


def hung_up(connection: socket.socket, received: Received) -> None:
    connection.shutdown(socket.SHUT_RDWR)


def gibberish(connection: socket.socket, received: Received) -> None:
    connection.sendall(b"SSH-2.0-OpenSSH\r\n\r\n")


def silent(connection: socket.socket, received: Received) -> None:
    """Say nothing until the client gives up."""
    connection.recv(1)


def bad_gzip(connection: socket.socket, received: Received) -> None:
    reply(connection, 200, b"this is not gzip", "Content-Encoding: gzip")


def broken(connection: socket.socket, received: Received) -> None:
    reset(connection)


def server_error(connection: socket.socket, received: Received) -> None:
    reply(connection, 503, b"down")


def refused(connection: socket.socket, received: Received) -> None:
    reply(connection, 429, b"slow down")


FAULTS = [truncated, truncated_chunks, hung_up, gibberish, silent, bad_gzip, broken]


class TestRetry:
    """A request is repeated only where it says that it is safe."""

    @pytest.mark.parametrize("fault", [*FAULTS, server_error, refused])
    def test_a_safe_request_gets_over_two_faults(self, bench: Bench, serve: Serve, fault: Handler) -> None:
        server = serve(failing(2, fault))
        with bench.client(timeout=0.2) as client:
            assert client.post(f"{server.url}/search", extensions=SAFE).json() == {"ok": True}
        assert len(server.received) == 3
        expected = [60, 60] if fault is refused else [0.5, 1.0]
        assert bench.clock.slept == expected

    @pytest.mark.parametrize("fault", FAULTS)
    def test_a_safe_request_that_fails_three_times_is_transient(
        self, bench: Bench, serve: Serve, fault: Handler
    ) -> None:
        server = serve(failing(9, fault))
        with bench.client(timeout=0.1) as client, pytest.raises(TransientError) as caught:
            client.get(f"{server.url}/orders", extensions=SAFE)
        assert type(caught.value) is TransientError
        assert caught.value.code == "http.no_answer"
        assert len(server.received) == 3

    @pytest.mark.parametrize("fault", FAULTS)
    @pytest.mark.parametrize("method", ["GET", "POST"])
    def test_an_unsafe_request_is_sent_once_and_its_effect_is_unknown(
        self, bench: Bench, serve: Serve, fault: Handler, method: str
    ) -> None:
        server = serve(failing(9, fault))
        with bench.client(timeout=0.1) as client, pytest.raises(EffectUnknown) as caught:
            client.request(method, f"{server.url}/auth/refresh", content=b"x" if method == "POST" else None)
        assert caught.value.code == "http.effect_unknown"
        assert len(server.received) == 1
        assert bench.clock.slept == []

    def test_a_server_error_is_returned_to_a_writer_and_raised_for_a_reader(
        self, bench: Bench, serve: Serve
    ) -> None:
        server = serve(failing(9, server_error))
        with bench.client() as client:
            assert client.post(f"{server.url}/orders", content=b"{}").status_code == 503
            with pytest.raises(TransientError) as caught:
                client.get(f"{server.url}/orders", extensions=SAFE)
        assert (caught.value.code, len(server.received)) == ("http.status", 4)

    def test_other_statuses_are_returned_at_once(self, bench: Bench, serve: Serve) -> None:
        server = serve(lambda connection, received: reply(connection, 404, b"none"))
        with bench.client() as client:
            assert client.get(f"{server.url}/x", extensions=SAFE).text == "none"
        assert len(server.received) == 1

    def test_the_wait_is_what_the_remote_asked_for_if_it_is_longer(self, bench: Bench, serve: Serve) -> None:
        moment = (bench.clock.time + timedelta(seconds=40)).strftime("%a, %d %b %Y %H:%M:%S GMT")
        headers = ["Retry-After: 20", f"Retry-After: {moment}", "Retry-After: soon"]
        server = serve(
            lambda connection, received: (
                reply(connection, 503, b"", headers[received.number])
                if received.number < 3
                else reply(connection)
            )
        )
        with bench.client(attempts=4) as client:
            client.get(server.url, extensions=SAFE)
        assert bench.clock.slept == [20, 20, 2.0]

    def test_a_wait_of_minutes_is_left_to_the_caller(self, bench: Bench, serve: Serve) -> None:
        server = serve(lambda connection, received: reply(connection, 503, b"", "Retry-After: 3600"))
        with bench.client() as client, pytest.raises(TransientError) as caught:
            client.get(server.url, extensions=SAFE)
        assert (caught.value.retry_after, bench.clock.slept) == (3600, [])

    def test_the_backoff_varies_by_at_most_half(self, bench: Bench, serve: Serve) -> None:
        server = serve(failing(9, server_error))
        chance = random.Random(5).random
        with bench.client(attempts=7, backoff=1.0, jitter=chance) as client, pytest.raises(TransientError):
            client.get(server.url, extensions=SAFE)
        assert all(2**n / 2 <= slept <= 2**n for n, slept in enumerate(bench.clock.slept[:5]))
        assert bench.clock.slept[5] <= 30
        assert len(set(bench.clock.slept)) == 6

    def test_a_body_that_comes_from_a_generator_is_sent_again_whole(self, bench: Bench, serve: Serve) -> None:
        server = serve(failing(1, broken))
        with bench.client() as client:
            client.post(
                server.url, content=iter([b"a" * 10, b"b"]), headers={"Content-Length": "11"}, extensions=SAFE
            )
        assert [received.body for received in server.received] == [b"aaaaaaaaaab"] * 2

    def test_no_connection_means_that_nothing_was_sent(self, bench: Bench) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        with bench.client() as client, pytest.raises(TransientError) as caught:
            client.post(f"http://127.0.0.1:{port}/orders", content=b"{}")
        assert type(caught.value) is TransientError
        assert caught.value.code == "http.connect"
        assert bench.clock.slept == []

    def test_a_connection_that_the_server_closed_while_idle_is_not_used(
        self, bench: Bench, serve: Serve
    ) -> None:
        def one_each(connection: socket.socket, received: Received) -> None:
            reply(connection)
            connection.shutdown(socket.SHUT_RDWR)

        server = serve(one_each)
        with bench.client() as client:
            for _order in range(3):
                assert client.post(server.url, content=b"{}").status_code == 200
                time.sleep(0.02)
        assert len(server.received) == 3


class TestDeadline:
    """Nothing is begun after the deadline, and nothing waits beyond it."""

    def test_after_it_nothing_is_sent(self, bench: Bench, serve: Serve) -> None:
        server = serve(failing(0, broken))
        with bench.client(deadline=bench.clock.time) as client, pytest.raises(TransientError) as caught:
            client.get(server.url, extensions=SAFE)
        assert (caught.value.code, server.received, bench.boundaries) == ("http.deadline", [], [])

    def test_a_retry_that_would_pass_it_is_not_waited_for(self, bench: Bench, serve: Serve) -> None:
        server = serve(failing(9, server_error))
        deadline = bench.clock.time + timedelta(seconds=0.7)
        with bench.client(deadline=deadline) as client, pytest.raises(TransientError) as caught:
            client.get(server.url, extensions=SAFE)
        assert (caught.value.code, len(server.received)) == ("http.status", 2)

    def test_a_slow_answer_ends_with_it(self, bench: Bench, serve: Serve) -> None:
        server = serve(silent)
        clock, started = SystemClock(), time.monotonic()
        deadline = clock.now() + timedelta(seconds=0.2)
        with bench.client(clock=clock, deadline=deadline) as client, pytest.raises(EffectUnknown):
            client.post(server.url)
        assert time.monotonic() - started < 2

    @pytest.mark.parametrize(("extensions", "expected"), [(SAFE, TransientError), ({}, EffectUnknown)])
    def test_an_answer_that_drips_ends_with_it(
        self, bench: Bench, serve: Serve, extensions: dict[str, bool], expected: type[TransientError]
    ) -> None:
        def drip(connection: socket.socket, received: Received) -> None:
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
            for _byte in range(1000):
                connection.sendall(b".")
                time.sleep(0.02)

        server, clock, started = serve(drip), SystemClock(), time.monotonic()
        deadline = clock.now() + timedelta(seconds=0.3)
        with bench.client(clock=clock, deadline=deadline) as client, pytest.raises(TransientError) as caught:
            client.get(server.url, extensions=extensions)
        assert type(caught.value) is expected
        assert time.monotonic() - started < 2


class TestQuota:
    """Q1: a slot for each attempt; a refusal blocks everybody."""

    @pytest.fixture
    def limiter(self, tmp_path: Path, bench: Bench) -> Iterator[Limiter]:
        limits = [QuotaLimit("minute", 2, 60.0)]
        with closing(Limiter(tmp_path / "quota.db", "k", limits, 1.0, bench.clock)) as limiter:
            yield limiter

    def test_every_attempt_takes_a_slot(self, bench: Bench, serve: Serve, limiter: Limiter) -> None:
        server = serve(failing(2, server_error))
        with bench.client(limiter=limiter) as client:
            client.get(server.url, extensions=SAFE)
        assert len(server.received) == 3
        assert sum(bench.clock.slept) == pytest.approx(60, abs=0.2)

    @pytest.mark.parametrize(("answer", "seconds"), [(0.0, 60.0), (7.5, 7.5)])
    def test_a_refusal_blocks_everybody(
        self, bench: Bench, serve: Serve, limiter: Limiter, answer: float, seconds: float
    ) -> None:
        server = serve(failing(9, refused))
        options = {"limiter": limiter, "refusal": lambda *_answer: answer}
        with bench.client(**options) as client, pytest.raises(QuotaExceeded) as caught:
            client.post(server.url)
        assert caught.value.retry_after == seconds
        assert limiter.waiting_until() == bench.clock.time + timedelta(seconds=seconds)
        assert len(server.received) == 1

    def test_a_refusal_with_status_200_is_told_by_its_body(self, bench: Bench, serve: Serve) -> None:
        server = serve(failing(1, lambda connection, received: reply(connection, 200, b"code 6")))
        with bench.client(refusal=lambda status, headers, body: 3.0 if body == b"code 6" else None) as client:
            assert client.post(server.url, extensions=SAFE).json() == {"ok": True}
        assert bench.clock.slept == [3.0]

    def test_a_reader_that_is_refused_three_times_is_told(self, bench: Bench, serve: Serve) -> None:
        server = serve(failing(9, refused))
        with bench.client() as client, pytest.raises(QuotaExceeded):
            client.get(server.url, extensions=SAFE)
        assert len(server.received) == 3

    def test_no_slot_before_the_deadline_sends_nothing(
        self, bench: Bench, serve: Serve, limiter: Limiter
    ) -> None:
        server = serve(failing(0, broken))
        with bench.client(limiter=limiter, deadline=bench.clock.time + timedelta(seconds=30)) as client:
            client.get(server.url)
            client.get(server.url)
            with pytest.raises(TransientError) as caught:
                client.get(server.url, extensions=SAFE)
        assert (caught.value.code, len(server.received)) == ("quota.deadline", 2)


class TestBoundaries:
    """Before and after each request, whatever becomes of it; the name holds no query."""

    @pytest.mark.parametrize("fault", [truncated, broken, server_error, refused])
    def test_each_attempt_has_two(self, bench: Bench, serve: Serve, fault: Handler) -> None:
        server = serve(failing(1, fault))
        with bench.client(timeout=0.2) as client:
            client.get(f"{server.url}/orders/7?access_token={SECRET}", extensions=SAFE)
        one = ["request.before GET 127.0.0.1/orders/7", "request.after GET 127.0.0.1/orders/7"]
        assert bench.boundaries == one * 2

    def test_before_is_before_sending_and_after_is_after_reading(self, bench: Bench, serve: Serve) -> None:
        server = serve(lambda connection, received: reply(connection))
        seen: list[tuple[str, int]] = []
        observe = lambda name: seen.append((name.split()[0], len(server.received)))  # noqa: E731 - two uses of one line
        with bench.client(boundary=observe) as client:
            client.get(server.url)
        assert seen == [("request.before", 0), ("request.after", 1)]


class TestAnswers:
    """Whole, decompressed, limited."""

    def test_a_compressed_body_arrives_plain(self, bench: Bench, serve: Serve) -> None:
        packed = gzip.compress(b'{"a": "\xc3\xa7"}')
        server = serve(
            lambda connection, received: reply(
                connection, 200, packed, "Content-Encoding: gzip", "X-Limit-Api: 60"
            )
        )
        with bench.client() as client:
            answer = client.get(server.url)
        assert answer.json() == {"a": "ç"}
        assert answer.headers["x-limit-api"] == "60"
        assert answer.headers["content-length"] == str(len(answer.content))

    def test_a_stream_can_be_read_too(self, bench: Bench, serve: Serve) -> None:
        server = serve(lambda connection, received: reply(connection, 200, b"a,b\n1,2\n"))
        with bench.client() as client, client.stream("GET", server.url) as answer:
            assert list(answer.iter_lines()) == ["a,b", "1,2"]

    @pytest.mark.parametrize(("extensions", "expected"), [(SAFE, UnusableError), ({}, EffectUnknown)])
    def test_a_bomb_is_stopped(
        self, bench: Bench, serve: Serve, extensions: dict[str, bool], expected: type[Exception]
    ) -> None:
        bomb = gzip.compress(bytes(5_000_000))
        server = serve(lambda connection, received: reply(connection, 200, bomb, "Content-Encoding: gzip"))
        with bench.client(max_body=1_000_000) as client, pytest.raises(expected):
            client.get(server.url, extensions=extensions)
        assert len(server.received) == 1

    def test_a_head_request_keeps_its_length(self, bench: Bench, serve: Serve) -> None:
        def head(connection: socket.socket, received: Received) -> None:
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 123\r\n\r\n")

        server = serve(head)
        with bench.client() as client:
            assert client.head(server.url).headers["content-length"] == "123"


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
