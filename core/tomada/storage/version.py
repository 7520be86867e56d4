"""Which version a database has, cheaply: Alembic is loaded only to change it."""

from sqlalchemy import Connection, inspect, text

from tomada.errors import ConfigurationError
from tomada.i18n import _

HEAD = "0002"
KNOWN = ("0001", "0002")


def current_version(connection: Connection) -> str | None:
    """Return the version of the database, or None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    return None if version is None else str(version)


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
