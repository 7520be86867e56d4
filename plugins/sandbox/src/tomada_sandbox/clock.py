"""One virtual clock for several processes: an offset in a memory-mapped file of eight bytes."""

import mmap
import os
import struct
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Self

ENVIRONMENT = "TOMADA_CLOCK"
"""Environment variable that names the clock file for processes that follow it."""

BRASILIA = timezone(timedelta(hours=-3), "America/Sao_Paulo")
"""Local time of both remotes. Brazil has had no daylight saving time since 2019."""

_OFFSET = struct.Struct("<q")


class VirtualClock:
    """Real time plus an offset that only a test or a demo moves.

    The file holds the offset in microseconds as a little-endian signed 64-bit integer; every process that has
    it mapped sees a change at once. Without a path the offset belongs to this process alone.
    """

    def __init__(self, path: str | Path | None = None) -> None:
        self.path = None if path is None else Path(path)
        if self.path is None:
            self._memory: mmap.mmap = mmap.mmap(-1, _OFFSET.size)
        else:
            with self.path.open("r+b") as file:
                self._memory = mmap.mmap(file.fileno(), _OFFSET.size)

    @classmethod
    def create(cls, path: str | Path) -> Self:
        """Write a clock file with offset zero and open it; an existing file is set back to zero."""
        Path(path).write_bytes(_OFFSET.pack(0))
        return cls(path)

    @classmethod
    def from_environment(cls) -> Self:
        """Open the clock that ``TOMADA_CLOCK`` names, or a private one when it is not set."""
        return cls(os.environ.get(ENVIRONMENT) or None)

    @property
    def offset(self) -> timedelta:
        """How far this clock is ahead of real time."""
        (microseconds,) = _OFFSET.unpack_from(self._memory)
        return timedelta(microseconds=microseconds)

    def now(self) -> datetime:
        """Return the virtual time, aware, in UTC."""
        return datetime.now(UTC) + self.offset

    def advance(self, seconds: float) -> datetime:
        """Move the clock by ``seconds`` for every process that shares it and return the new time."""
        moved = self.offset + timedelta(seconds=seconds)
        _OFFSET.pack_into(self._memory, 0, moved // timedelta(microseconds=1))
        return self.now()

    def close(self) -> None:
        """Unmap the file; the clock cannot be read afterwards."""
        self._memory.close()
