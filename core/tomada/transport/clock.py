"""The sources of time: the system's, and a virtual one that several processes share.

The virtual clock is a file of 8 bytes: a little-endian signed integer, the microseconds that are added to the
real time. Whoever plays the remotes makes it; only tests and demos move it.
"""

import mmap
import os
import struct
import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from tomada.errors import ConfigurationError
from tomada.i18n import _
from tomada.spi.context import Clock

ENVIRONMENT = "TOMADA_CLOCK"

_OFFSET = struct.Struct("<q")
_NAP = 0.02


class SystemClock:
    """The time of this machine."""

    def now(self) -> datetime:
        """Return the present as an aware UTC time."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Wait; nothing for a negative number of seconds."""
        time.sleep(max(0.0, seconds))


class SharedClock:
    """Real time plus the offset in a file that exists already; every process with the file sees one time."""

    def __init__(self, path: Path) -> None:
        """Open the file; raise ``ConfigurationError`` if it is missing or is not a clock."""
        try:
            with path.open("rb") as file:
                if os.fstat(file.fileno()).st_size != _OFFSET.size:
                    raise ConfigurationError(
                        "clock.file", _("{path} is not the file of a virtual clock.").format(path=path)
                    )
                self._offset = mmap.mmap(file.fileno(), _OFFSET.size, access=mmap.ACCESS_READ)
        except OSError as error:
            raise ConfigurationError(
                "clock.file",
                _("The virtual clock {path} cannot be opened: {reason}.").format(
                    path=path, reason=error.strerror
                ),
                _("What moves that clock has ended: start it again, or unset TOMADA_CLOCK."),
            ) from error

    def now(self) -> datetime:
        """Return the present as an aware UTC time."""
        (offset,) = _OFFSET.unpack(self._offset[: _OFFSET.size])
        return datetime.now(UTC) + timedelta(microseconds=offset)

    def sleep(self, seconds: float) -> None:
        """Wait until the virtual time has passed: in reality, or because somebody moved the clock."""
        end = self.now() + timedelta(seconds=seconds)
        while (left := (end - self.now()).total_seconds()) > 0:
            time.sleep(min(left, _NAP))


def clock_from_environment(remotes: Iterable[str]) -> Clock:
    """Return the clock that ``TOMADA_CLOCK`` names, or the system's.

    ``remotes`` are the base URLs (or hosts) of everything the process will talk to. A virtual time would be
    wrong at a real remote, so the variable is refused unless all of them are on loopback.
    """
    path = os.environ.get(ENVIRONMENT)
    if not path:
        return SystemClock()
    for remote in remotes:
        if not is_loopback(remote):
            raise ConfigurationError(
                "clock.remote",
                _("{variable} is set, but {host} is a real remote.").format(
                    variable=ENVIRONMENT, host=_host(remote) or remote
                ),
                _("Unset {variable}; a virtual clock is for local sandboxes only.").format(
                    variable=ENVIRONMENT
                ),
            )
    return SharedClock(Path(path))


def is_loopback(remote: str) -> bool:
    """Tell whether a URL or a host (with or without port) is on this machine's loopback."""
    host = _host(remote)
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _host(remote: str) -> str:
    try:
        return urlsplit(remote if "://" in remote else f"//{remote}").hostname or ""
    except ValueError:
        return ""
