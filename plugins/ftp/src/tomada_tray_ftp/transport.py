"""What the plugin asks of a file server, whatever the protocol."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from tomada.errors import AuthenticationError, TransientError
from tomada_tray_ftp.sentences import _

CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class Entry:
    """A regular file in a folder; ``modified`` is whatever the server says of its time, to be compared only."""

    name: str
    size: int
    modified: str = ""


class MissingError(Exception):
    """The server has no such file or folder."""


class RefusedError(Exception):
    """The server refuses a call: no permission, no space, a name that is taken. Its text may follow."""


class Transport(Protocol):
    """One connection. Every method raises ``MissingError``, ``RefusedError`` or ``TransientError``.

    After a ``TransientError`` the connection is of no use any more.
    """

    def listing(self, folder: str) -> list[Entry]:
        """Return the regular files of a folder; links and folders are left out."""
        ...

    def read(self, path: str, take: Callable[[bytes], object]) -> None:
        """Hand a file over piece by piece."""
        ...

    def write(self, path: str, pieces: Iterable[bytes]) -> None:
        """Write a file, replacing one of that name."""
        ...

    def size(self, path: str) -> int | None:
        """Return the size of a file; None when there is none of that name."""
        ...

    def rename(self, source: str, target: str) -> None:
        """Rename a file; some servers overwrite one that has the new name, others refuse."""
        ...

    def make_folder(self, path: str) -> None:
        """Make one folder."""
        ...

    def delete(self, path: str) -> None:
        """Delete a file."""
        ...

    def close(self) -> None:
        """End the connection; never raises."""
        ...


def cut_off() -> TransientError:
    """Return the error of a connection that ended or stayed silent."""
    return TransientError(
        "ftp.connection",
        _("The connection to the file server failed."),
        _("Nothing is lost: run the same command again later."),
    )


def login_refused() -> AuthenticationError:
    """Return the error of a login that the server does not take."""
    return AuthenticationError(
        "ftp.login",
        _("The file server does not accept the user or the password."),
        _("Correct them: `tomada store set STORE user=… password=…`."),
    )
