# ruff: noqa: ANN401 - the servers' libraries have no types
"""FTP and FTPS servers, one thread for both; every store is a user with its own root."""

import errno
import logging
import os
import socket
import sys
import threading
from pathlib import Path
from typing import Any

from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.filesystems import AbstractedFS
from pyftpdlib.handlers import DTPHandler, FTPHandler, TLS_DTPHandler, TLS_FTPHandler
from pyftpdlib.ioloop import IOLoop
from pyftpdlib.servers import FTPServer

from tomada_sandbox.files.troubles import CutOffError, Troubles

logging.getLogger("pyftpdlib").addHandler(logging.NullHandler())
logging.getLogger("pyftpdlib").propagate = False

Stores = dict[str, Troubles]


class _File:
    """A file whose transfer may end early."""

    def __init__(self, file: Any, troubles: Troubles, call: str, path: str) -> None:
        self._file, self._left, self.name, self.closed = file, None, file.name, False
        self._full = False
        rule = troubles.fires("cut_read" if call == "read" else "cut_write", call, path)
        full = None if rule or call == "read" else troubles.fires("full", call, path)
        struck = rule or full
        if struck:
            self._left, self._full = struck.bytes, bool(full)

    def read(self, size: int) -> bytes:
        return self._passed(self._file.read(size if self._left is None else min(size, self._left)), size)

    def write(self, content: bytes) -> None:
        self._file.write(self._passed(content, len(content) + 1))

    def _passed(self, content: bytes, wanted: int) -> bytes:
        if self._left is None:
            return content
        if not self._left and wanted:
            if self._full:
                raise OSError(errno.ENOSPC, "No space left on device")
            raise CutOffError
        content = content[: self._left]
        self._left -= len(content)
        return content

    def close(self) -> None:
        self._file.close()
        self.closed = True

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


class _Folder(AbstractedFS):
    """The store's root; calls are noted and go wrong by rule. Renaming overwrites, as with many servers."""

    _listing = False

    @property
    def troubles(self) -> Troubles:
        return self.cmd_channel.stores[self.cmd_channel.username]

    def _short(self, path: str) -> str:
        return str(Path(path).relative_to(self.root)) if path.startswith(self.root) else path

    def _asked(self, call: str, path: str) -> str:
        short = self._short(path)
        self.troubles.saw(call, short)
        return short

    def open(self, filename: str, mode: str) -> Any:
        call = "read" if "r" in mode else "write"
        short = self._asked(call, filename)
        return _File(super().open(filename, mode), self.troubles, call, short)

    def listdir(self, path: str) -> list[str]:
        short = self._asked("list", path)
        return self.troubles.listed(short, super().listdir(path))

    def format_mlsx(self, *arguments: Any, **options: Any) -> Any:
        self._listing = True
        try:
            yield from super().format_mlsx(*arguments, **options)
        finally:
            self._listing = False

    def stat(self, path: str) -> Any:
        found = super().stat(path)
        if not self._listing:
            return found
        size = self.troubles.listed_size(self._short(path), found.st_size)
        return os.stat_result((*found[:6], size, *found[7:]))

    def mkdir(self, path: str) -> None:
        self._asked("mkdir", path)
        super().mkdir(path)

    def remove(self, path: str) -> None:
        self._asked("delete", path)
        super().remove(path)

    def rename(self, src: str, dst: str) -> None:
        short = self._asked("rename", src)
        self.troubles.rename(short, self._short(dst), overwrites=True)

    def getsize(self, path: str) -> int:
        return self.troubles.size(path, super().getsize(path))


def _is_cut_off() -> bool:
    return isinstance(sys.exc_info()[1], CutOffError)


def _reset(channel: Any) -> None:
    """Let a connection end with a reset."""
    channel.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


def _end(channel: Any) -> None:
    _reset(channel)
    channel.close()


class _CuttingData:
    """A data connection that takes its control connection with it when it is cut off."""

    cmd_channel: Any

    def handle_error(self) -> None:
        if _is_cut_off():
            _reset(self)
            _end(self.cmd_channel)
            return
        super().handle_error()  # type: ignore[misc]  # pyftpdlib has no types


class _CuttingControl:
    """A control connection that may be cut off."""

    def handle_error(self) -> None:
        if _is_cut_off():
            _end(self)
            return
        super().handle_error()  # type: ignore[misc]  # pyftpdlib has no types


class _Dtp(_CuttingData, DTPHandler):
    pass


class _TlsDtp(_CuttingData, TLS_DTPHandler):
    pass


class FtpServers:
    """One FTP and one FTPS server on loopback."""

    def __init__(self, certificate: Path) -> None:
        self._authorizer = DummyAuthorizer()
        self.stores: Stores = {}
        self._loop = IOLoop()
        self._stopped = threading.Event()
        self._servers = [
            FTPServer(("127.0.0.1", 0), self._handler(FTPHandler, _Dtp), self._loop),
            FTPServer(("127.0.0.1", 0), self._handler(TLS_FTPHandler, _TlsDtp, certificate), self._loop),
        ]
        self.ports = {
            name: server.socket.getsockname()[1]
            for name, server in zip(("ftp", "ftps"), self._servers, strict=True)
        }
        self._thread = threading.Thread(target=self._serve, name="tomada-sandbox-ftp", daemon=True)
        self._thread.start()

    def add(self, name: str, password: str, root: Path, troubles: Troubles) -> None:
        """Let a store in."""
        self.stores[name] = troubles
        self._authorizer.add_user(name, password, str(root), perm="elradfmwMT")

    def close(self) -> None:
        """Stop serving and end the connections."""
        self._stopped.set()
        self._thread.join()
        for server in self._servers:
            server.close_all()

    def _serve(self) -> None:
        while not self._stopped.is_set():
            self._loop.loop(0.02, blocking=False)

    def _handler(self, base: type, data: type, certificate: Path | None = None) -> type:
        options: dict[str, Any] = {
            "authorizer": self._authorizer,
            "abstracted_fs": _Folder,
            "dtp_handler": data,
            "stores": self.stores,
            "use_sendfile": False,
            "auth_failed_timeout": 0,
            "banner": "Loja",
        }
        if certificate:
            options |= {"certfile": str(certificate), "tls_control_required": True, "tls_data_required": True}
        return type(f"_{base.__name__}", (_CuttingControl, base), options)
