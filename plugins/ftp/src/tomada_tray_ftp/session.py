"""The way to one store's files: every call in a step, reconnecting, with local copies of what was read."""

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from tomada.errors import ConfigurationError, EffectUnknown, TransientError
from tomada.spi import Context
from tomada_tray_ftp.names import is_safe, order_of
from tomada_tray_ftp.sentences import _
from tomada_tray_ftp.settings import Settings, split_address
from tomada_tray_ftp.transport import Entry, MissingError, RefusedError, Transport

Result = TypeVar("Result")
_READINGS = 2
PASSING = ".tmp"
"""The end of the name under which a file is written before it is published."""


class TooLargeError(Exception):
    """A file is larger than the settings allow."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A local copy of a file as it was read."""

    path: Path
    size: int
    sha256: str


class FileSession:
    """Reads and writes at one store's server. Nothing is sent before the first call."""

    def __init__(self, ctx: Context, work: Path) -> None:
        self._ctx = ctx
        self._work = work
        self._settings: Settings = ctx.settings
        self._transport: Transport | None = None
        self._made = 0
        self._copies: dict[str, Copy] = {}

    def close(self) -> None:
        """End the connection."""
        if self._transport is not None:
            self._transport.close()
            self._transport = None

    def listing(self, folder: str) -> list[Entry]:
        """Return the files of a folder whose names are safe, the oldest first.

        Raises ``MissingError`` and ``RefusedError``.
        """
        found = self._reading("list", lambda transport: transport.listing(self._path(folder)))
        taken = [entry for entry in found if is_safe(entry.name)]
        if len(taken) < len(found):
            self._ctx.log.warning("names refused", folder=folder, count=len(found) - len(taken))
        return sorted(taken, key=lambda entry: order_of(entry.name))

    def download(self, path: str, most: int) -> Copy:
        """Return a local copy; raises ``TooLargeError`` besides, without reading on."""
        self._made += 1
        local = self._work / f"copy-{self._made}"

        def read(transport: Transport) -> Copy:
            digest, size = hashlib.sha256(), 0
            with local.open("wb") as file:

                def take(piece: bytes) -> None:
                    nonlocal size
                    size += len(piece)
                    if size > most:
                        raise TooLargeError
                    digest.update(piece)
                    file.write(piece)

                transport.read(self._path(path), take)
            return Copy(local, size, digest.hexdigest())

        try:
            return self._reading("get", read)
        except TooLargeError:
            self.close()  # what is still under way on this connection is of no use
            raise

    def small(self, path: str, most: int = 1 << 20) -> bytes:
        """Return the content of a small file."""
        copy = self.download(path, most)
        try:
            return copy.path.read_bytes()
        finally:
            copy.path.unlink()

    def keep(self, copy: Copy) -> None:
        """Keep a copy until the end of the session, to be found by its hash."""
        self._copies[copy.sha256] = copy

    def kept(self, sha256: str) -> Copy | None:
        """Return a copy that was kept."""
        return self._copies.get(sha256)

    def drop(self, copy: Copy) -> None:
        """Delete a copy that is of no use any more."""
        self._copies.pop(copy.sha256, None)
        copy.path.unlink(missing_ok=True)

    def size(self, path: str) -> int | None:
        """Return the size of a file, None when it is not there."""
        return self._reading("size", lambda transport: transport.size(self._path(path)))

    def publish(self, path: str, content: bytes) -> None:
        """Write a file under a passing name, check its size and rename it, as a reader takes whole files only.

        The name must be free. Raises ``RefusedError``; ``TransientError`` when nothing was published, and
        ``EffectUnknown`` when that cannot be found out.
        """
        passing = f"{path}{PASSING}"
        self._writing("put", lambda transport: transport.write(self._path(passing), [content]))
        if self.size(passing) != len(content):
            raise TransientError("ftp.cut", _("A file did not arrive whole; it is sent again later."))
        try:
            self.move(passing, path)
        except EffectUnknown:
            raise
        except TransientError:
            self._take_back(passing)
            raise
        except RefusedError:
            with suppress(MissingError, RefusedError):
                self.delete(passing)
            raise

    def _take_back(self, passing: str) -> None:
        """Delete a file that could not be renamed: a server that is only late would rename it after we gave up."""
        try:
            self.delete(passing)
        except (MissingError, RefusedError, TransientError) as error:
            code, message = "ftp.rename_unknown", _("It is not known whether the store got a file.")
            raise EffectUnknown(code, message) from error

    def move(self, source: str, target: str) -> None:
        """Rename a file; a connection that ends meanwhile is looked after.

        Raises ``MissingError``, ``RefusedError``, ``TransientError`` (it did not happen) and ``EffectUnknown``.
        """
        try:
            self._writing("rename", lambda it: it.rename(self._path(source), self._path(target)))
        except TransientError as error:
            if self._there(source) or not self._there(target):
                raise TransientError(error.code, error.message, error.hint) from None

    def make_folder(self, path: str) -> None:
        """Make a folder with those above it; one that is there is left as it is."""
        parts = path.split("/")
        for count in range(1, len(parts) + 1):
            part = "/".join(parts[:count])
            try:
                self._make_one(self._path(part))
            except (RefusedError, MissingError):
                continue

    def _make_one(self, path: str) -> None:
        self._writing("mkdir", lambda transport: transport.make_folder(path))

    def delete(self, path: str) -> None:
        """Delete a file."""
        self._writing("delete", lambda transport: transport.delete(self._path(path)))

    def _there(self, path: str) -> bool:
        try:
            return self.size(path) is not None
        except TransientError as error:
            raise EffectUnknown(error.code, error.message, error.hint) from None

    def _reading(self, name: str, read: Callable[[Transport], Result]) -> Result:
        """Read; a connection that ended is made anew once."""
        for left in range(_READINGS, 0, -1):
            try:
                with self._ctx.step(f"ftp.{name}"):
                    return read(self._connected())
            except TransientError:
                self.close()
                if left == 1:
                    raise
        raise AssertionError("the loop returns or raises")

    def _writing(self, name: str, write: Callable[[Transport], Result]) -> Result:
        try:
            with self._ctx.step(f"ftp.{name}"):
                return write(self._connected())
        except TransientError:
            self.close()
            raise

    def _path(self, path: str) -> str:
        base = split_address(self._settings.server_url)[3]
        return f"{base}/{path}" if base else path

    def _connected(self) -> Transport:
        if self._transport is None:
            self._transport = connect(self._ctx.store, self._settings)
        return self._transport


def connect(store: str, settings: Settings) -> Transport:
    """Connect and log in; raises ``ConfigurationError`` for settings that are missing."""
    missing = missing_settings(settings)
    if missing:
        raise ConfigurationError(
            "ftp.not_configured",
            _("The store {store} lacks: {missing}.").format(store=store, missing=", ".join(missing)),
            _("Run `tomada store authorize {store}`.").format(store=store),
        )
    protocol, host, port, _folder = split_address(settings.server_url)
    if protocol == "sftp":
        from tomada_tray_ftp.sftp import SftpTransport

        return SftpTransport(host, port, settings)
    from tomada_tray_ftp.ftp import FtpTransport

    return FtpTransport(protocol, host, port, settings)


def missing_settings(settings: Settings) -> list[str]:
    """Return the names of the settings without which nothing can be read."""
    given = {"server_url": settings.server_url, "user": settings.user}
    missing = [name for name, value in given.items() if not value]
    if not settings.password.get_secret_value() and not settings.private_key.get_secret_value():
        missing.append("password")
    return missing


@contextmanager
def open_session(ctx: Context) -> Iterator[FileSession]:
    """Yield the store's session; what it copied is deleted afterwards."""
    with tempfile.TemporaryDirectory(prefix="tomada-ftp-") as work:
        session = FileSession(ctx, Path(work))
        try:
            yield session
        finally:
            session.close()
