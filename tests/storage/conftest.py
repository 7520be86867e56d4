"""One suite over both databases."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.postgres import PostgresServer
from tests.storage.factories import make_erp, make_store
from tomada.ports.records import StoreRecord
from tomada.storage.crypto import new_key
from tomada.storage.database import SqlDatabase, create_database, open_database, sqlite_url

KINDS = ("sqlite", "postgresql")
TEMPLATE = "tomada_template"


@dataclass(frozen=True)
class Place:
    """Where a database lies, and its key."""

    kind: str
    url: str
    key: bytes
    folder: Path


@pytest.fixture(scope="session")
def key() -> bytes:
    return new_key()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory, key: bytes) -> Path:
    """A migrated, empty file to copy: Alembic runs once."""
    path = tmp_path_factory.mktemp("storage") / "tomada.db"
    create_database(sqlite_url(path), key)
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres: PostgresServer, key: bytes) -> str:
    """The name of a migrated, empty database to copy."""
    postgres.run(f"CREATE DATABASE {TEMPLATE}")
    create_database(postgres.url(TEMPLATE), key)
    return TEMPLATE


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def empty(kind: str, key: bytes, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Place]:
    """A place with no table in it; for SQLite not even a file."""
    if kind == "sqlite":
        yield Place(kind, sqlite_url(tmp_path / "tomada.db"), key, tmp_path)
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    with server.database() as name:
        yield Place(kind, server.url(name), key, tmp_path)


@pytest.fixture
def place(kind: str, key: bytes, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Place]:
    """A place with a fresh database in it."""
    if kind == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "tomada.db")
        yield Place(kind, sqlite_url(tmp_path / "tomada.db"), key, tmp_path)
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    with server.database(request.getfixturevalue("postgres_template")) as name:
        yield Place(kind, server.url(name), key, tmp_path)


@contextmanager
def opened(place: Place, **options: object) -> Iterator[SqlDatabase]:
    """Open a place once more, as another process would."""
    database = open_database(place.url, place.key, **options)
    try:
        yield database
    finally:
        database.dispose()


@pytest.fixture
def database(place: Place) -> Iterator[SqlDatabase]:
    with opened(place) as found:
        yield found


MakeStore = Callable[[str], StoreRecord]


@pytest.fixture
def add_store(database: SqlDatabase) -> MakeStore:
    """Save stores of one ERP account."""

    def add(name: str) -> StoreRecord:
        with database.begin() as tx:
            account = tx.erps.by_name("conta") or tx.erps.save(make_erp("conta"))
            return tx.stores.save(make_store(name, account.id))

    return add


@pytest.fixture
def store(add_store: MakeStore) -> StoreRecord:
    return add_store("loja")
