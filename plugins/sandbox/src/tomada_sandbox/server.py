"""The sandbox as a server on loopback, in this process; ``__main__`` makes it a process of its own."""

import socket
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount

from tomada_sandbox import control
from tomada_sandbox.clock import VirtualClock
from tomada_sandbox.connection import BreakableProtocol
from tomada_sandbox.exchange import RemoteApp
from tomada_sandbox.files.face import FilesFace
from tomada_sandbox.tiny.face import TinyFace
from tomada_sandbox.tray import routes as tray
from tomada_sandbox.world import World

_READY_SECONDS = 10.0


def application(world: World, files: FilesFace) -> Starlette:
    """Build the ASGI application: ``/tiny/<account>/…``, ``/tray/<store>/…`` and ``/_sandbox/…``."""
    tiny = TinyFace()
    creators: control.Creators = {"tiny": tiny.create, "tray": tray.create}
    routes: list[BaseRoute] = [Mount("/tiny", app=RemoteApp(world, tiny)), *tray.routes(world)]
    return Starlette(routes=[*routes, Mount("/_sandbox", routes=control.routes(world, creators, files))])


class SandboxServer:
    """A sandbox that listens on 127.0.0.1, served by a thread of this process.

    ``port`` 0 takes a free one. ``clock_path`` names a clock file (see ``VirtualClock``) shared with other
    processes; it is created when missing. ``world`` may be read and changed directly only while no request is
    under way; the control API has no such limit.
    """

    def __init__(self, clock_path: str | Path | None = None, port: int = 0) -> None:
        if clock_path is not None and not Path(clock_path).exists():
            VirtualClock.create(clock_path)
        self.world = World(VirtualClock(clock_path))
        self._files = FilesFace(self.world)
        self._port = port
        self._socket: socket.socket | None = None
        self._thread: threading.Thread | None = None
        self._server: uvicorn.Server | None = None

    @property
    def url(self) -> str:
        """The sandbox's address, without a slash at its end; raises ``RuntimeError`` when it is stopped."""
        if self._socket is None:
            raise RuntimeError("the sandbox is not running")
        host, port = self._socket.getsockname()
        return f"http://{host}:{port}"

    def start(self) -> Self:
        """Listen and return once requests are answered; raises ``OSError`` if the port is taken."""
        self._socket = socket.create_server(("127.0.0.1", self._port), backlog=256)
        config = uvicorn.Config(
            application(self.world, self._files),
            http=BreakableProtocol,
            ws="none",
            loop="asyncio",
            lifespan="off",
            log_level="error",
            access_log=False,
            server_header=False,
            date_header=False,
            timeout_keep_alive=600,
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._socket]}, name="tomada-sandbox", daemon=True
        )
        self._thread.start()
        deadline = time.monotonic() + _READY_SECONDS
        while not self._server.started:
            if not self._thread.is_alive() or time.monotonic() > deadline:
                raise RuntimeError("the sandbox did not start")
            time.sleep(0.005)
        return self

    def stop(self) -> None:
        """Stop listening, end the connections and wait for the thread."""
        if self._server is None or self._thread is None or self._socket is None:
            return
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()
        self._files.close()
        self._server = self._thread = self._socket = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
