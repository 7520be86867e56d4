"""Opening a database, and its transactions (``ports.storage.Database``)."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, make_url, select
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from tomada.errors import ConfigurationError
from tomada.i18n import _
from tomada.ports.instruments import Boundary, no_boundary
from tomada.storage import tables
from tomada.storage.crypto import Cipher, wrong_key
from tomada.storage.locks import FileLocks, PostgresLocks
from tomada.storage.order_repositories import SqlHolds, SqlIntents, SqlOrders
from tomada.storage.progress_repositories import SqlAudit, SqlConfirmations, SqlContacts, SqlProgress, SqlRuns
from tomada.storage.publication_repositories import SqlListings, SqlPublications
from tomada.storage.rows import upsert
from tomada.storage.settings_repositories import SqlErps, SqlLinks, SqlMappings, SqlSecrets, SqlStores
from tomada.storage.stock_repositories import SqlErpNews, SqlFeeds, SqlLedger, SqlStocks
from tomada.storage.trouble import translate
from tomada.storage.version import check_version

BUSY_SECONDS = 15
CANARY = "canary"
WRITE = "tomada_write"


class SqlTransaction:
    """``ports.storage.Transaction`` over one connection."""

    def __init__(self, connection: Connection, cipher: Cipher) -> None:
        self.erps = SqlErps(connection)
        self.stores = SqlStores(connection)
        self.orders = SqlOrders(connection, cipher)
        self.intents = SqlIntents(connection)
        self.holds = SqlHolds(connection)
        self.mappings = SqlMappings(connection)
        self.links = SqlLinks(connection)
        self.contacts = SqlContacts(connection)
        self.publications = SqlPublications(connection, cipher)
        self.stocks = SqlStocks(connection)
        self.ledger = SqlLedger(connection)
        self.listings = SqlListings(connection)
        self.feeds = SqlFeeds(connection)
        self.erp_news = SqlErpNews(connection)
        self.progress = SqlProgress(connection)
        self.confirmations = SqlConfirmations(connection)
        self.runs = SqlRuns(connection)
        self.audit = SqlAudit(connection)
        self.secrets = SqlSecrets(connection, cipher)


class SqlDatabase:
    """An open database. Forking is safe after ``dispose``."""

    def __init__(
        self,
        engine: Engine,
        cipher: Cipher,
        locks: FileLocks | PostgresLocks,
        boundary: Boundary = no_boundary,
    ) -> None:
        self.engine = engine
        self._cipher = cipher
        self._locks = locks
        self._boundary = boundary

    @contextmanager
    def begin(self) -> Iterator[SqlTransaction]:
        """Open a transaction that may write: committed at the end, rolled back on any exception."""
        with (
            translate(self.engine.url),
            self.engine.connect().execution_options(**{WRITE: True}) as connection,
            connection.begin() as transaction,
        ):
            yield SqlTransaction(connection, self._cipher)
            self._boundary("commit.before")
            transaction.commit()
        self._boundary("commit.after")

    @contextmanager
    def read(self) -> Iterator[SqlTransaction]:
        """Open a transaction that only reads."""
        with translate(self.engine.url), self.engine.connect() as connection:
            try:
                yield SqlTransaction(connection, self._cipher)
            finally:
                connection.rollback()

    def hash(self, value: str) -> str:
        """Return the keyed hash of a document or an e-mail address."""
        return self._cipher.hash(value)

    def lock(self, name: str, *, wait: bool = False) -> AbstractContextManager[bool]:
        """Take a lock that all processes share and that dies with its holder."""
        return self._locks.lock(name, wait=wait)

    def holder(self, name: str) -> str:
        """Say who has the lock."""
        return self._locks.holder(name)

    def dispose(self) -> None:
        """Close all connections; the next transaction opens new ones."""
        self.engine.dispose()


def sqlite_url(path: Path) -> str:
    """Return the URL of an SQLite file."""
    return f"sqlite:///{path}"


def make_engine(url: str) -> Engine:
    """Make an engine: SQLite in WAL with full synchronisation, or PostgreSQL."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        return create_engine(parsed.set(drivername="postgresql+psycopg"), isolation_level="REPEATABLE READ")
    if parsed.get_backend_name() != "sqlite":
        raise ConfigurationError("database.kind", _("The database must be SQLite or PostgreSQL."))
    engine = create_engine(parsed, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)
    return engine


def _configure(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # transactions are begun by us alone
    cursor = connection.cursor()
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    # A reader that became a writer later could be refused at once by another writer: say it from the start.
    immediate = connection.get_execution_options().get(WRITE)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def open_database(url: str, key: bytes, boundary: Boundary = no_boundary) -> SqlDatabase:
    """Open a database of exactly our version with its key.

    Raises ``ConfigurationError`` for one that is missing, older, newer, not ours or made with another key, and
    ``TransientError`` for one that is locked or cannot be reached.
    """
    engine = make_engine(url)
    cipher = Cipher(key)
    path = engine.url.database
    if engine.dialect.name == "sqlite" and not Path(path or "").is_file():
        raise ConfigurationError(
            "database.missing", _("There is no database at {path}.").format(path=path), _("Run: tomada init")
        )
    with translate(engine.url), engine.connect() as connection:
        check_version(connection)
        meta = tables.table_of(tables.Meta)
        canary = connection.execute(select(meta.c.value).where(meta.c.name == CANARY)).scalar_one_or_none()
        connection.rollback()
    if canary is None or cipher.decrypt(canary) != CANARY:
        raise wrong_key()
    return SqlDatabase(engine, cipher, _locks(engine), boundary)


def create_database(url: str, key: bytes) -> None:
    """Create a database, or bring an older one to our version, and put the key's canary into a new one."""
    from tomada.storage.migrate import upgrade

    engine = make_engine(url)
    if engine.dialect.name == "sqlite":
        Path(engine.url.database or "").parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with translate(engine.url):
        upgrade(engine)
        meta = tables.table_of(tables.Meta)
        with engine.connect().execution_options(**{WRITE: True}) as connection, connection.begin():
            if (
                connection.execute(select(meta.c.value).where(meta.c.name == CANARY)).scalar_one_or_none()
                is None
            ):
                upsert(connection, meta, [{"name": CANARY, "value": Cipher(key).encrypt(CANARY)}])
    engine.dispose()


def _locks(engine: Engine) -> FileLocks | PostgresLocks:
    if engine.dialect.name == "sqlite":
        return FileLocks(Path(engine.url.database or "").parent / "locks")
    return PostgresLocks(engine)
