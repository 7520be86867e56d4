"""Bringing a database to our version with Alembic; its scripts are part of the package."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from tomada.storage.version import HEAD, KNOWN, check_version, current_version


def config() -> Config:
    """Return Alembic's configuration; there is no ini file."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return made


def upgrade(connection: Connection) -> None:
    """Bring the database to our version, inside the caller's transaction.

    Raises ``ConfigurationError`` for one of a newer version and for one that is not ours.
    """
    version = current_version(connection)
    if version is not None and version not in KNOWN:
        check_version(connection)
    if version != HEAD:
        made = config()
        made.attributes["connection"] = connection
        command.upgrade(made, "head")
