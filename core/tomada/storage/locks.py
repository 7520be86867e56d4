"""Locks that all processes share and that die with their holder: files beside SQLite, or PostgreSQL's own."""

import fcntl
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import Protocol

from sqlalchemy import Engine, text

from tomada.errors import TransientError
from tomada.i18n import _

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
        self._folder.mkdir(parents=True, exist_ok=True)
        # Opened anew each time: the lock belongs to the open file, so a forked child that has not opened it is out.
        handle = os.open(self._path(name), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            taken = _patiently(lambda: _flock(handle), name, wait=wait)
            if taken:
                os.ftruncate(handle, 0)
                os.pwrite(handle, _me().encode(), 0)
            yield taken
        finally:
            os.close(handle)

    def holder(self, name: str) -> str:
        """Who wrote its name into the lock's file last."""
        try:
            return self._path(name).read_text()
        except OSError:
            return ""

    def _path(self, name: str) -> Path:
        return self._folder / (re.sub(r"[^A-Za-z0-9.-]", "_", name) + ".lock")


class PostgresLocks:
    """Advisory locks on a connection of their own, which ends with its process."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @contextmanager
    def lock(self, name: str, *, wait: bool = False) -> Iterator[bool]:
        """Take the lock, or yield False when somebody has it; with ``wait``, wait for it."""
        key = _key(name)
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            query = text("SELECT pg_try_advisory_lock(:key)")
            taken = _patiently(
                lambda: bool(connection.execute(query, {"key": key}).scalar()), name, wait=wait
            )
            try:
                yield taken
            finally:
                if taken:
                    connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": key})

    def holder(self, name: str) -> str:
        """The backend that has the lock."""
        key = _key(name) & 0xFFFFFFFFFFFFFFFF
        query = text(
            "SELECT a.backend_start FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
            " WHERE l.locktype = 'advisory' AND l.granted AND l.classid = :high AND l.objid = :low"
        )
        with self._engine.connect() as connection:
            found = connection.execute(query, {"high": key >> 32, "low": key & 0xFFFFFFFF}).scalar()
        return str(found or "")


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


def _me() -> str:
    return f"process {os.getpid()}, since {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC"


def _key(name: str) -> int:
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), signed=True)
