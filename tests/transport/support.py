"""A scripted server on loopback and a clock that only moves when somebody sleeps."""

import socket
import ssl
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tomada.transport.clock import SharedClock

Handler = Callable[[socket.socket, "Received"], None]


class Received:
    """One request as it came: number (from 0), request line, headers and body."""

    def __init__(self, number: int, head: str, body: bytes) -> None:
        self.number = number
        self.line, *rows = head.split("\r\n")
        self.headers = dict(row.lower().split(": ", 1) for row in rows if row)
        self.body = body


class Loopback:
    """Answers each request with ``handler``; a handler that closes the socket ends the connection."""

    def __init__(self, handler: Handler, context: ssl.SSLContext | None = None) -> None:
        self.received: list[Received] = []
        self._handler = handler
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._lock = threading.Lock()
        scheme = "https" if context else "http"
        self.url = f"{scheme}://127.0.0.1:{self._listener.getsockname()[1]}"
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._open:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()
        for thread in self._threads:
            thread.join(2)

    def _accept(self) -> None:
        while True:
            try:
                connection, _address = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError, ssl.SSLError):
            if self._context:
                connection = self._context.wrap_socket(connection, server_side=True)
            self._open.append(connection)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while (received := self._receive(connection)) is not None:
                self._handler(connection, received)

    def _receive(self, connection: socket.socket) -> Received | None:
        data = b""
        while b"\r\n\r\n" not in data:
            chunk = connection.recv(65536)
            if not chunk:
                return None
            data += chunk
        head, body = data.split(b"\r\n\r\n", 1)
        with self._lock:
            received = Received(len(self.received), head.decode(), body)
            self.received.append(received)
        while len(received.body) < int(received.headers.get("content-length", "0")):
            received.body += connection.recv(65536)
        return received


def reply(connection: socket.socket, status: int = 200, body: bytes = b"{}", *headers: str) -> None:
    """Send a whole answer in one piece."""
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", *headers]
    connection.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + body)


def reset(connection: socket.socket) -> None:
    """End the connection with a TCP reset."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    connection.close()


class ManualClock:
    """Stands still; ``sleep`` moves it on and is remembered."""

    def __init__(self, start: datetime = datetime(2026, 3, 2, 12, tzinfo=UTC)) -> None:
        self.time = start
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += timedelta(seconds=max(0.0, seconds))


def make_clock(path: Path) -> SharedClock:
    """Make the file of a virtual clock that shows the real time, and open it."""
    path.write_bytes(struct.pack("<q", 0))
    return SharedClock(path)


def move_clock(path: Path, seconds: float) -> None:
    """Move the virtual clock on for every process."""
    with path.open("r+b") as file:
        offset = struct.unpack("<q", file.read())[0] + round(seconds * 1_000_000)
        file.seek(0)
        file.write(struct.pack("<q", offset))
