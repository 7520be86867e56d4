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
_STILL = struct.Struct("<qq")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class VirtualClock:
    """Real time plus an offset that only a test or a demo moves.

    The file holds the offset in microseconds as a little-endian signed 64-bit integer; every process that has
    it mapped sees a change at once. Without a path the offset belongs to this process alone.

    A clock that stands still is a file of twice that size: behind the offset, the microseconds since 1970 to which
    the offset is added instead of to real time. A test whose every step must come again in the same order needs it.
    """

    def __init__(self, path: str | Path | None = None) -> None:
        self.path = None if path is None else Path(path)
        if self.path is None:
            self._memory: mmap.mmap = mmap.mmap(-1, _OFFSET.size)
        else:
            with self.path.open("r+b") as file:
                self._memory = mmap.mmap(file.fileno(), 0)

    @classmethod
    def create(cls, path: str | Path, *, still: bool = False) -> Self:
        """Write a clock file with offset zero and open it; an existing file is set back to zero.

        ``still``: its time begins now, and only ``advance`` moves it.
        """
        began = (datetime.now(UTC) - _EPOCH) // _MICROSECOND
        Path(path).write_bytes(_STILL.pack(0, began) if still else _OFFSET.pack(0))
        return cls(path)

    @classmethod
    def from_environment(cls) -> Self:
        """Open the clock that ``TOMADA_CLOCK`` names, or a private one when it is not set."""
        return cls(os.environ.get(ENVIRONMENT) or None)

    @property
    def offset(self) -> timedelta:
        """How far this clock is ahead of real time, or of the time at which it stands still."""
        (microseconds,) = _OFFSET.unpack_from(self._memory)
        return timedelta(microseconds=microseconds)

    def now(self) -> datetime:
        """Return the virtual time, aware, in UTC."""
        if len(self._memory) < _STILL.size:
            return datetime.now(UTC) + self.offset
        _offset, began = _STILL.unpack_from(self._memory)
        return _EPOCH + timedelta(microseconds=began) + self.offset

    def advance(self, seconds: float) -> datetime:
        """Move the clock by ``seconds`` for every process that shares it and return the new time."""
        moved = self.offset + timedelta(seconds=seconds)
        _OFFSET.pack_into(self._memory, 0, moved // _MICROSECOND)
        return self.now()

    def close(self) -> None:
        """Unmap the file; the clock cannot be read afterwards."""
        self._memory.close()
