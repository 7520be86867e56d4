"""An open database and its transactions (``ports.storage.Database``); how one is made."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, select

from tomada.errors import ConfigurationError
from tomada.i18n import _
from tomada.ports.instruments import Boundary, no_boundary
from tomada.storage import tables
from tomada.storage.crypto import Cipher, wrong_key
from tomada.storage.engines import READING, WRITING, keep_wal, make_engine
from tomada.storage.locks import FileLocks, PostgresLocks
from tomada.storage.makeup_repository import SqlMakeups
from tomada.storage.order_repositories import SqlHolds, SqlIntents, SqlOrders
from tomada.storage.progress_repositories import SqlAudit, SqlConfirmations, SqlContacts, SqlProgress, SqlRuns
from tomada.storage.publication_repositories import SqlListings, SqlPublications
from tomada.storage.rows import upsert
from tomada.storage.settings_repositories import SqlErps, SqlLinks, SqlMappings, SqlSecrets, SqlStores
from tomada.storage.stock_repositories import SqlErpNews, SqlFeeds, SqlLedger, SqlStocks
from tomada.storage.trouble import translate
from tomada.storage.version import check_version, current_version

CANARY = "canary"


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
        self.makeups = SqlMakeups(connection)
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
            self.engine.connect().execution_options(**WRITING) as connection,
            connection.begin() as transaction,
        ):
            yield SqlTransaction(connection, self._cipher)
            self._boundary("commit.before")
            transaction.commit()
        self._boundary("commit.after")

    @contextmanager
    def read(self) -> Iterator[SqlTransaction]:
        """Open a transaction that only reads."""
        with (
            translate(self.engine.url),
            self.engine.connect().execution_options(**READING) as connection,
        ):
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


def open_database(url: str, key: bytes, boundary: Boundary = no_boundary) -> SqlDatabase:
    """Open a database of exactly our version with its key.

    Raises ``ConfigurationError`` for one that is missing, older, newer, not ours or made with another key, and
    ``TransientError`` for one that is locked or cannot be reached.
    """
    engine = make_engine(url)
    cipher = Cipher(key)
    require_file(engine)
    try:
        with translate(engine.url), engine.connect() as connection:
            check_version(connection)
            canary = _canary(connection)
            connection.rollback()
            keep_wal(engine)
        if canary is None or cipher.decrypt(canary) != CANARY:
            raise wrong_key()
    except BaseException:
        engine.dispose()
        raise
    return SqlDatabase(engine, cipher, _locks(engine), boundary)


def create_database(url: str, key: bytes) -> None:
    """Create a database, or bring an older one to our version, and put the key's canary into a new one.

    All of it is one transaction. Raises ``ConfigurationError`` for one that is newer or not ours.
    """
    from tomada.storage.migrate import upgrade

    engine = make_engine(url)
    if engine.dialect.name == "sqlite":
        Path(engine.url.database or "").parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with translate(engine.url):
            with engine.connect().execution_options(**WRITING) as connection, connection.begin():
                upgrade(connection)
                if _canary(connection) is None:
                    row = {"name": CANARY, "value": Cipher(key).encrypt(CANARY)}
                    upsert(connection, tables.table_of(tables.Meta), [row])
            keep_wal(engine)
    finally:
        engine.dispose()


def version_of(engine: Engine) -> str | None:
    """Return the version of a database, or None for an empty one; raises as ``open_database`` does."""
    require_file(engine)
    try:
        with translate(engine.url), engine.connect() as connection:
            return current_version(connection)
    finally:
        engine.dispose()


def has_file(engine: Engine) -> bool:
    """Tell whether an SQLite file is there, as SQLite would make it; PostgreSQL itself says what it lacks."""
    return engine.dialect.name != "sqlite" or Path(engine.url.database or "").is_file()


def require_file(engine: Engine) -> None:
    """Raise ``ConfigurationError`` where ``has_file`` says no."""
    if not has_file(engine):
        path = engine.url.database
        raise ConfigurationError(
            "database.missing",
            _("Tomada is not set up yet: there is no database at {path}.").format(path=path),
            _("Run: tomada init"),
        )


def _canary(connection: Connection) -> bytes | None:
    meta = tables.table_of(tables.Meta)
    return connection.execute(select(meta.c.value).where(meta.c.name == CANARY)).scalar_one_or_none()


def _locks(engine: Engine) -> FileLocks | PostgresLocks:
    if engine.dialect.name == "sqlite":
        return FileLocks(Path(engine.url.database or "").parent / "locks")
    return PostgresLocks(engine)
