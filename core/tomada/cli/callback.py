"""The browser's way back: a loopback address that waits for it, or the same address pasted by a person."""

import os
import select
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic

from tomada.i18n import _

_NAP = 0.1
_LONGEST = 8192


class Callback:
    """Where the browser is sent to: ``address``; what came back is got with ``wait``."""

    def __init__(self, address: str, returned: "SimpleQueue[str]") -> None:
        self.address = address
        self._returned = returned
        self._listening = _readable_stdin()

    def wait(self, seconds: float) -> str | None:
        """Return the whole address that the browser came back to, or a pasted line; None when nothing came."""
        end = monotonic() + seconds
        while monotonic() < end:
            try:
                return self._returned.get(timeout=_NAP)
            except Empty:
                pasted = self._pasted()
                if pasted:
                    return pasted
        return None

    def _pasted(self) -> str:
        if not self._listening or not select.select([sys.stdin], [], [], 0)[0]:
            return ""
        line = sys.stdin.readline()
        self._listening = line != ""  # the end of the input is no answer
        return line.strip()


@contextmanager
def callback() -> Iterator[Callback]:
    """Listen on loopback, on a free port, until the end of the block."""
    returned: SimpleQueue[str] = SimpleQueue()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path, mark, query = self.path.partition("?")
            if path != "/" or not query or len(self.path) > _LONGEST:
                self.send_error(404)
                return
            page = _page().encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)
            returned.put(f"{address}{mark}{query}")

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: the address holds the authorisation code (X1)."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    address = f"http://127.0.0.1:{server.server_port}/"
    thread = Thread(target=server.serve_forever, args=(_NAP,), daemon=True)
    thread.start()
    try:
        yield Callback(address, returned)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _readable_stdin() -> bool:
    """Tell whether a line may be waited for beside the browser; Windows can wait for sockets only."""
    try:
        return os.name == "posix" and sys.stdin.fileno() >= 0
    except (AttributeError, OSError, ValueError):
        return False


def _page() -> str:
    told = _("Thank you. You may close this window and go back to Tomada.")
    return f"<!doctype html><meta charset=utf-8><title>Tomada</title><p>{told}</p>"
