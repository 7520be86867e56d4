"""Errors of the database and of its folder in the words of ``tomada.errors``, in one place."""

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL
from sqlalchemy.exc import DatabaseError, OperationalError, SQLAlchemyError

from tomada.errors import ConfigurationError, InternalError, TomadaError, TransientError
from tomada.i18n import N_, _

_Trouble = tuple[type[TomadaError], str, str, str]
"""Kind, code, sentence and hint of an error."""

_LOCKED: _Trouble = (
    TransientError,
    "database.locked",
    N_("Another program holds the database {where}."),
    N_("Close what has it open, or run it again later."),
)
_FULL: _Trouble = (
    TransientError,
    "database.full",
    N_("The disk of {where} is full."),
    N_("Make room; nothing is lost."),
)
_DISK: _Trouble = (
    TransientError,
    "database.disk",
    N_("The disk of {where} fails to read or to write."),
    N_("Look at the disk and its limits, and run it again; nothing that was saved is lost."),
)
_NO_DATABASE: _Trouble = (
    ConfigurationError,
    "database.not_ours",
    N_("{where} is not a database."),
    N_("Name another one, or move this file away and run: tomada init"),
)
_DAMAGED: _Trouble = (
    ConfigurationError,
    "database.damaged",
    N_("{where} is damaged."),
    N_("Restore it from a backup."),
)
_PATH: _Trouble = (
    ConfigurationError,
    "database.path",
    N_("{where} cannot be opened."),
    N_("Look at the folder's rights."),
)
_READ_ONLY: _Trouble = (
    ConfigurationError,
    "database.path",
    N_("{where} may only be read."),
    N_("Look at its rights."),
)
_RIGHTS: _Trouble = (
    ConfigurationError,
    "database.rights",
    N_("The login has too few rights in {where}."),
    N_("It must own the tables, or may create them."),
)
_OLD: _Trouble = (
    ConfigurationError,
    "database.old",
    N_("{where} is not up to date."),
    N_("Run: tomada db upgrade"),
)
_ABSENT: _Trouble = (
    ConfigurationError,
    "database.missing",
    N_("The server has no database {where}."),
    N_("Create it there, or name another one."),
)
_LOGIN: _Trouble = (
    ConfigurationError,
    "database.login",
    N_("{where} refuses the login."),
    N_("Look at the user and the password in its address."),
)

# What SQLite says, and PostgreSQL when it refuses a connection: there is no code then.
_BY_TEXT = (
    (r"database is locked", _LOCKED),
    (r"disk is full", _FULL),
    (r"disk i/o error", _DISK),
    (r"not a database", _NO_DATABASE),
    (r"malformed", _DAMAGED),
    (r"unable to open", _PATH),
    (r"readonly database", _READ_ONLY),
    (r"no such (table|column)", _OLD),
    (r'fatal: +database ".*" does not exist', _ABSENT),
    (r'role ".*" does not exist|authentication failed|no password supplied|pg_hba\.conf', _LOGIN),
)
_BY_STATE = {
    "25006": _READ_ONLY,
    "40001": _LOCKED,
    "40P01": _LOCKED,
    "42501": _RIGHTS,
    "42703": _OLD,
    "42P01": _OLD,
    "53100": _FULL,
    "55P03": _LOCKED,
    "58030": _DISK,
    "XX001": _DAMAGED,
    "XX002": _DAMAGED,
}


@contextmanager
def translate(url: URL) -> Iterator[None]:
    """Turn what SQLAlchemy raises inside into our errors; no value and no password is shown."""
    try:
        yield
    except SQLAlchemyError as error:
        raise _translated(error, shown(url)) from error


def shown(url: URL) -> str:
    """Return a database's address as people may see it: the path of a file, or without password and options."""
    if url.get_backend_name() == "sqlite":
        return url.database or ""
    return url.set(drivername="postgresql", query={}).render_as_string(hide_password=True)


def damaged(url: URL) -> TomadaError:
    """Return our error for a database that lost something that it cannot be without."""
    return _made(_DAMAGED, shown(url))


def of_file(error: OSError, path: Path) -> TomadaError:
    """Return our error for a file or folder beside the database that cannot be used."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return _made(_FULL, str(path))
    return ConfigurationError(
        "database.path",
        _("{where} cannot be used: {reason}.").format(where=path, reason=error.strerror),
        _("Look at the folder's rights."),
    )


def _translated(error: SQLAlchemyError, where: str) -> TomadaError:
    cause = getattr(error, "orig", None)
    if isinstance(error, DatabaseError):
        found = _BY_STATE.get(getattr(cause, "sqlstate", None) or "")
        if found:
            return _made(found, where)
        for pattern, trouble in _BY_TEXT:
            if re.search(pattern, str(cause).lower()):
                return _made(trouble, where)
    if isinstance(error, OperationalError):
        return TransientError(
            "database.unreachable", _("The database {where} does not answer.").format(where=where)
        )
    return InternalError(
        "database.error", _("The database refused a statement ({kind}).").format(kind=type(error).__name__)
    )


def _made(trouble: _Trouble, where: str) -> TomadaError:
    kind, code, sentence, hint = trouble
    return kind(code, _(sentence).format(where=where), _(hint))
