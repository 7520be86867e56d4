"""Which version a database has, cheaply: Alembic is loaded only to change it."""

from sqlalchemy import Connection, inspect, text

from tomada.errors import ConfigurationError
from tomada.i18n import _
from tomada.storage.trouble import damaged

HEAD = "0007"
KNOWN = ("0001", "0002", "0003", "0004", "0005", "0006", "0007")
_OURS = {"alembic_version", "meta"}


def current_version(connection: Connection) -> str | None:
    """Return the version of the database, or None for an empty one.

    Raises ``ConfigurationError`` for one with tables that are not ours, and for one that lost its version.
    """
    tables = set(inspect(connection).get_table_names())
    if not tables:
        return None
    if not tables >= _OURS:
        raise ConfigurationError(
            "database.not_ours",
            _("The database belongs to another program."),
            _("Name an empty one, or one that `tomada init` made."),
        )
    version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    if version is None:
        raise damaged(connection.engine.url)
    return str(version)


def check_version(connection: Connection) -> None:
    """Raise ``ConfigurationError`` unless the database has exactly our version."""
    version = current_version(connection)
    if version == HEAD:
        return
    if version is None or version in KNOWN:
        raise ConfigurationError(
            "database.old",
            _("The database has version {version}, this Tomada needs {head}.").format(
                version=version or "0", head=HEAD
            ),
            _("Run: tomada db upgrade"),
        )
    raise ConfigurationError(
        "database.newer",
        _("The database has version {version}, which is newer than this Tomada ({head}).").format(
            version=version, head=HEAD
        ),
        _("Install the newer Tomada again, or restore a backup from before it."),
    )
