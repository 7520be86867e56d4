"""The guarded client against a real server on loopback: what is retried, what not, how failures read."""

import gzip
import random
import socket
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from tests.transport.bench import (
    FAULTS,
    SAFE,
    SECRET,
    Bench,
    Serve,
    broken,
    failing,
    refused,
    server_error,
    silent,
    truncated,
)
from tests.transport.support import Handler, Received, reply
from tomada.errors import (
    EffectUnknown,
    QuotaExceeded,
    TransientError,
    UnusableError,
)
from tomada.spi import QuotaLimit
from tomada.transport.clock import SystemClock
from tomada.transport.quota import Limiter


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
