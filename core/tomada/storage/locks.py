"""Locks that all processes share and that die with their holder: files beside SQLite, or PostgreSQL's own."""

import fcntl
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from tomada.errors import TransientError
from tomada.i18n import _
from tomada.storage.engines import OUTSIDE
from tomada.storage.trouble import of_file, translate

PATIENCE = 120.0
"""Seconds after which waiting for a lock is given up: longer than any token refresh."""
_NAP = 0.02


class FileLocks:
    """One file a lock, taken with flock; a second taking in the same process is refused too."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def lock(self, name: str, *, wait: bool = False) -> Iterator[bool]:
        """Take the lock, or yield False when somebody has it; with ``wait``, wait for it."""
        # Opened anew each time: the lock belongs to the open file, so a forked child that has not opened it is out.
        handle = self._open(self._path(name))
        try:
            taken = _patiently(lambda: _flock(handle), name, wait=wait)
            if taken:
                _sign(handle)
            yield taken
        finally:
            os.close(handle)

    def holder(self, name: str) -> str:
        """Who wrote its name into the lock's file last."""
        try:
            return self._path(name).read_text()
        except OSError:
            return ""

    def _open(self, path: Path) -> int:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise of_file(error, path) from error

    def _path(self, name: str) -> Path:
        return self._folder / (re.sub(r"[^A-Za-z0-9.-]", "_", name) + ".lock")


class PostgresLocks:
    """Advisory locks on a connection of their own, which ends with its process."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @contextmanager
    def lock(self, name: str, *, wait: bool = False) -> Iterator[bool]:
        """Take the lock, or yield False when somebody has it; with ``wait``, wait for it."""
        query = text("SELECT pg_try_advisory_lock(:key)").bindparams(key=_key(name))
        with self._connected() as connection:
            with translate(self._engine.url):
                taken = _patiently(lambda: bool(connection.execute(query).scalar()), name, wait=wait)
            try:
                yield taken
            finally:
                if taken:
                    _unlock(connection, _key(name))

    def holder(self, name: str) -> str:
        """The process that has the lock; its connection was last busy when it took it."""
        key = _key(name) & 0xFFFFFFFFFFFFFFFF
        query = text(
            "SELECT a.application_name, a.state_change FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
            " JOIN pg_database d ON d.oid = l.database AND d.datname = current_database()"
            " WHERE l.locktype = 'advisory' AND l.granted"
            " AND l.classid = :high AND l.objid = :low AND l.objsubid = 1"
        )
        with translate(self._engine.url), self._engine.connect() as connection:
            found = connection.execute(query, {"high": key >> 32, "low": key & 0xFFFFFFFF}).one_or_none()
        return f"{found.application_name}, since {_text(found.state_change)}" if found else ""

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        with translate(self._engine.url):
            connection = self._engine.connect()
        try:
            yield connection.execution_options(isolation_level="AUTOCOMMIT", **OUTSIDE)
        finally:
            connection.close()


def _unlock(connection: Connection, key: int) -> None:
    try:
        connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": key})
    except SQLAlchemyError:
        connection.invalidate()  # it died, and its lock with it


def _patiently(attempt: "_Attempt", name: str, *, wait: bool) -> bool:
    end = time.monotonic() + PATIENCE
    while not attempt():
        if not wait:
            return False
        if time.monotonic() > end:
            raise TransientError(
                "lock.busy", _("Another process holds {name} for too long.").format(name=name)
            )
        time.sleep(_NAP)
    return True


class _Attempt(Protocol):
    def __call__(self) -> bool: ...


def _flock(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _sign(handle: int) -> None:
    with suppress(OSError):  # a full disk: the name is for messages only
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"process {os.getpid()}, since {_text(datetime.now(UTC))}".encode(), 0)


def _text(time: datetime) -> str:
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def _key(name: str) -> int:
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), signed=True)
