"""Clients of the guarded transport with a clock that does not wait, and servers that fail as they are told."""

import socket
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import httpx

from tests.transport.support import Handler, Loopback, ManualClock, Received, reply, reset
from tomada.transport.client import open_client

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
