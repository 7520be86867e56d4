"""Bringing a database to our version with Alembic; its scripts are part of the package."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

from tomada.storage.version import HEAD, KNOWN, check_version, current_version


def config() -> Config:
    """Return Alembic's configuration; there is no ini file."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return made


def upgrade(engine: Engine) -> None:
    """Bring the database to our version; one of a newer version is refused with ``ConfigurationError``."""
    with engine.connect() as connection:
        version = current_version(connection)
        if version is not None and version not in KNOWN:
            check_version(connection)
        connection.rollback()
    if version != HEAD:
        with engine.connect().execution_options(tomada_write=True) as connection, connection.begin():
            made = config()
            made.attributes["connection"] = connection
            command.upgrade(made, "head")
