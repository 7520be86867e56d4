"""Engines: how each database connects, and how its transactions begin.

Writing transactions come one after the other on both databases, so that what one has read still holds when it
commits and none is refused for having met another. Reading ones see one picture and cannot write.
"""

import os
import socket
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry

from tomada.errors import ConfigurationError
from tomada.i18n import _

BUSY_SECONDS = 15
"""How long a transaction waits for another one; ``timeout`` in the URL of SQLite, ``lock_timeout`` of PostgreSQL."""
_KIND = "tomada_transaction"
WRITING = {_KIND: "write"}
READING = {_KIND: "read"}
OUTSIDE = {_KIND: "none"}
"""No transaction: each statement takes effect by itself."""

_WRITER = 0x746F6D616461
"""The advisory lock of writing transactions: "tomada" in ASCII."""
_ALIVE_SECONDS = 60
"""How often an idle connection shows life: it may hold a lock for hours, and firewalls drop silent ones."""


def make_engine(url: str) -> Engine:
    """Make an engine for SQLite or PostgreSQL; nothing is opened yet.

    Raises ``ConfigurationError`` for what is no URL of such a database, and when PostgreSQL's driver is missing.
    """
    try:
        parsed = make_url(url)
        make = {"sqlite": _sqlite, "postgresql": _postgres}.get(parsed.get_backend_name())
        if make is None:
            raise ConfigurationError("database.kind", _("The database must be SQLite or PostgreSQL."))
        return make(parsed)
    except (ArgumentError, ValueError) as error:
        # The text is not shown: it may hold a password.
        raise ConfigurationError(
            "database.url",
            _("The address of the database cannot be understood."),
            _("It looks like this: postgresql://user@host/name"),
        ) from error
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            "database.driver",
            _("PostgreSQL needs the package {package}.").format(package=error.name),
            "pip install 'tomada[postgres]'",
        ) from error


def keep_wal(engine: Engine) -> None:
    """Put an SQLite file into WAL mode; it stays so, but a copy made by SQLite's own means may have lost it."""
    if engine.dialect.name == "sqlite":
        with engine.connect().execution_options(**OUTSIDE) as connection:
            connection.exec_driver_sql("PRAGMA journal_mode = WAL")


def _sqlite(url: URL) -> Engine:
    waiting = {} if "timeout" in url.query else {"timeout": BUSY_SECONDS}
    engine = create_engine(url.set(drivername="sqlite"), connect_args=waiting, hide_parameters=True)
    event.listen(engine, "connect", _connected_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _connected_sqlite(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # transactions are begun by us alone
    cursor = connection.cursor()
    for pragma in ("synchronous = FULL", "foreign_keys = ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    kind = _kind(connection)
    if kind != "none":
        # A reader that became a writer later could be refused at once by another writer: say it from the start.
        writes = kind == "write"
        if connection.info.get(_KIND) != kind:  # a connection is mostly used for the same kind again
            connection.exec_driver_sql(f"PRAGMA query_only = {'OFF' if writes else 'ON'}")
            connection.info[_KIND] = kind
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _postgres(url: URL) -> Engine:
    alive: dict[str, Any] = {"keepalives_idle": _ALIVE_SECONDS}
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        isolation_level="READ COMMITTED",
        connect_args={name: value for name, value in alive.items() if name not in url.query},
        hide_parameters=True,
    )
    event.listen(engine, "connect", _connected_postgres)
    event.listen(engine, "begin", _begin_postgres)
    return engine


def _connected_postgres(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    connection.autocommit = True
    cursor = connection.cursor()
    cursor.execute(
        "SELECT set_config('application_name', %s, false), CASE current_setting('lock_timeout')"
        " WHEN '0' THEN set_config('lock_timeout', %s, false) END",
        (f"process {os.getpid()} on {socket.gethostname()[:40]}", f"{BUSY_SECONDS}s"),
    )
    cursor.close()
    connection.autocommit = False


def _begin_postgres(connection: Connection) -> None:
    kind = _kind(connection)
    if kind == "write":
        # Each later statement sees what was committed before it, and nobody else commits until we are done.
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITER})")
    elif kind == "read":
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


def _kind(connection: Connection) -> str:
    return str(connection.get_execution_options().get(_KIND, "read"))
