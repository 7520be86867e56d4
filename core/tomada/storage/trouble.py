"""Errors of the database in the words of ``tomada.errors``, in one place."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL
from sqlalchemy.exc import DatabaseError, OperationalError, SQLAlchemyError

from tomada.errors import ConfigurationError, InternalError, TomadaError, TransientError
from tomada.i18n import N_, _

_UPGRADE = N_("Run: tomada db upgrade")
_TABLE: tuple[tuple[str, type[TomadaError], str, str, str], ...] = (
    (
        "database is locked",
        TransientError,
        "database.locked",
        N_("Another program holds the database {where}."),
        N_("Close what has it open, or run it again later."),
    ),
    (
        "disk is full",
        TransientError,
        "database.full",
        N_("The disk of {where} is full."),
        N_("Make room; nothing is lost."),
    ),
    (
        "not a database",
        ConfigurationError,
        "database.not_ours",
        N_("{where} is not a database."),
        N_("Name another one, or move this file away and run: tomada init"),
    ),
    (
        "malformed",
        ConfigurationError,
        "database.damaged",
        N_("{where} is damaged."),
        N_("Restore it from a backup."),
    ),
    (
        "unable to open",
        ConfigurationError,
        "database.path",
        N_("{where} cannot be opened."),
        N_("Look at the folder's rights."),
    ),
    (
        "readonly database",
        ConfigurationError,
        "database.path",
        N_("{where} may only be read."),
        N_("Look at its rights."),
    ),
    ("no such table", ConfigurationError, "database.old", N_("{where} is not up to date."), _UPGRADE),
    (
        "does not exist",
        ConfigurationError,
        "database.old",
        N_("{where} is not up to date, or not there."),
        _UPGRADE,
    ),
    ("authentication failed", ConfigurationError, "database.login", N_("{where} refuses the login."), ""),
)


@contextmanager
def translate(url: URL) -> Iterator[None]:
    """Turn what SQLAlchemy raises inside into our errors; no value and no password is shown."""
    try:
        yield
    except SQLAlchemyError as error:
        where = (
            url.database if url.get_backend_name() == "sqlite" else url.render_as_string(hide_password=True)
        )
        raise _translated(error, where or "") from error


def _translated(error: SQLAlchemyError, where: str) -> TomadaError:
    text = str(getattr(error, "orig", None) or error).lower()
    if isinstance(error, DatabaseError):
        for part, kind, code, sentence, hint in _TABLE:
            if part in text:
                return kind(code, _(sentence).format(where=where), _(hint))
    if isinstance(error, OperationalError):
        return TransientError(
            "database.unreachable", _("The database {where} does not answer.").format(where=where)
        )
    return InternalError(
        "database.error", _("The database refused a statement ({kind}).").format(kind=type(error).__name__)
    )
