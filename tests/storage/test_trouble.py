"""Databases that cannot be used: each has its sentence, and none loses anything. Every error is a real one."""

import resource
import signal
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, make_url

from tests.postgres import PostgresServer
from tests.storage.conftest import Place, opened
from tests.storage.factories import make_order
from tests.storage.processes import other
from tomada.errors import ConfigurationError, TomadaError, TransientError
from tomada.ports.records import StoreRecord
from tomada.storage.database import SqlDatabase, create_database, open_database
from tomada.storage.engines import make_engine
from tomada.storage.trouble import of_file, shown

on_sqlite = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
on_postgres = pytest.mark.parametrize("kind", ["postgresql"], indirect=True)


def failing(place: Place, attempt: Any = open_database) -> TomadaError:
    with pytest.raises(TomadaError) as caught:
        attempt(place.url, place.key)
    return caught.value


def elsewhere(place: Place, **changes: Any) -> Place:
    """The same place by another address."""
    url = make_url(place.url).set(**changes).render_as_string(hide_password=False)
    return Place(place.kind, url, place.key, place.folder)


def fill(database: SqlDatabase, store: StoreRecord, orders: int) -> None:
    with database.begin() as tx:
        tx.orders.save([make_order(store.id, str(number), payload="x" * 3000) for number in range(orders)])


@on_sqlite
def test_a_file_that_is_no_database(place: Place) -> None:
    path = place.folder / "tomada.db"
    path.write_bytes(b"something else, and long enough to be looked at" * 100)
    before = path.read_bytes()
    for attempt in (open_database, create_database):
        error = failing(place, attempt)
        assert (error.code, error.exit_code) == ("database.not_ours", 2)
        assert str(path) in error.message
    assert path.read_bytes() == before


@on_sqlite
def test_a_damaged_file(database: SqlDatabase, place: Place, store: StoreRecord) -> None:
    fill(database, store, 200)
    database.dispose()
    path = place.folder / "tomada.db"
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\xa5" * (len(content) - 4096))
    error = failing(place)
    assert (error.code, error.exit_code) == ("database.damaged", 2)
    assert "backup" in error.hint


@on_sqlite
def test_a_file_that_was_cut_off(database: SqlDatabase, place: Place, store: StoreRecord) -> None:
    fill(database, store, 200)
    database.dispose()
    path = place.folder / "tomada.db"
    with path.open("rb+") as stream:
        stream.truncate(path.stat().st_size // 2)
    with pytest.raises(ConfigurationError) as caught, opened(place) as cut, cut.read() as tx:
        tx.orders.select()
    assert caught.value.code == "database.damaged"


@on_sqlite
def test_a_folder_in_place_of_the_file(place: Place) -> None:
    (place.folder / "tomada.db").unlink()
    (place.folder / "tomada.db").mkdir()
    assert failing(place).code == "database.missing"
    assert failing(place, create_database).code == "database.path"


@on_sqlite
def test_a_file_that_may_only_be_read(place: Place) -> None:
    """By SQLite's own word for it, as root may write any file."""
    path = place.folder / "tomada.db"
    url = f"sqlite:///file:{path}?mode=ro&uri=true"
    engine = make_engine(url)
    database = SqlDatabase(engine, None, None)
    with pytest.raises(ConfigurationError) as caught, database.begin() as tx:
        tx.progress.set_cursor(1, "orders", "c")
    engine.dispose()
    assert (caught.value.code, caught.value.exit_code) == ("database.path", 2)
    assert "may only be read" in caught.value.message


@on_sqlite
def test_a_file_that_another_program_holds(database: SqlDatabase, place: Place, store: StoreRecord) -> None:
    hurried = Place(place.kind, place.url + "?timeout=0.05", place.key, place.folder)
    with other("exclusive", str(place.folder / "tomada.db")) as process, opened(hurried) as waiting:
        assert process.said == "held"
        with pytest.raises(TransientError) as caught:
            fill(waiting, store, 1)
        assert caught.value.code == "database.locked"
        process.go_on()
        fill(waiting, store, 1)


def limit_pages(connection: sqlite3.Connection, _record: object) -> None:
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages + 3}")


@on_sqlite
def test_a_full_disk_loses_nothing_and_goes_on_when_there_is_room(
    database: SqlDatabase, place: Place, store: StoreRecord
) -> None:
    fill(database, store, 5)
    with opened(place) as small:
        small.dispose()
        event.listen(small.engine, "connect", limit_pages)
        with pytest.raises(TransientError) as caught, small.begin() as tx:
            tx.orders.save([make_order(store.id, f"n{number}", payload="x" * 3000) for number in range(50)])
        assert (caught.value.code, caught.value.exit_code) == ("database.full", 4)
        with small.read() as tx:
            assert len(tx.orders.select()) == 5
        event.remove(small.engine, "connect", limit_pages)
        small.dispose()
        with small.begin() as tx:
            tx.orders.save([make_order(store.id, f"n{number}", payload="x" * 3000) for number in range(50)])
        with small.read() as tx:
            assert len(tx.orders.select()) == 55


@pytest.fixture
def file_limit() -> Iterator[None]:
    """No file of this process grows beyond 400 KB."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    signal.signal(signal.SIGXFSZ, handler)


@on_sqlite
@pytest.mark.usefixtures("file_limit")
def test_a_disk_that_refuses_to_write_loses_nothing(
    database: SqlDatabase, place: Place, store: StoreRecord
) -> None:
    fill(database, store, 5)
    with pytest.raises(TransientError) as caught, database.begin() as tx:
        tx.orders.save([make_order(store.id, f"n{number}", payload="x" * 3000) for number in range(300)])
    assert (caught.value.code, caught.value.exit_code) == ("database.disk", 4)
    with database.read() as tx:
        assert len(tx.orders.select()) == 5


@on_postgres
def test_a_server_that_is_not_there(place: Place, tmp_path: Path) -> None:
    error = failing(elsewhere(place, query={"host": str(tmp_path)}))
    assert (error.code, error.exit_code) == ("database.unreachable", 4)


@on_postgres
def test_a_server_without_this_database(place: Place) -> None:
    for attempt in (open_database, create_database):
        error = failing(elsewhere(place, database="elsewhere"), attempt)
        assert (error.code, error.exit_code) == ("database.missing", 2)
        assert "elsewhere" in error.message


@on_postgres
def test_a_login_that_is_refused_shows_no_password(place: Place) -> None:
    error = failing(elsewhere(place, username="stranger", password="s3cret"))
    assert (error.code, error.exit_code) == ("database.login", 2)
    assert "stranger" in error.message
    assert "s3cret" not in f"{error.message} {error.hint}"


@on_postgres
def test_a_login_with_too_few_rights(empty: Place, postgres: PostgresServer) -> None:
    database = str(make_url(empty.url).database)
    postgres.run("CREATE ROLE guest LOGIN")
    try:
        postgres.run("REVOKE CREATE ON SCHEMA public FROM PUBLIC", database)
        error = failing(elsewhere(empty, username="guest"), create_database)
        assert (error.code, error.exit_code) == ("database.rights", 2)
    finally:
        postgres.run("DROP ROLE guest")


@on_postgres
def test_a_server_that_only_reads(place: Place, store: StoreRecord) -> None:
    replica = Place(
        place.kind, f"{place.url}&options=-c%20default_transaction_read_only%3Don", place.key, place.folder
    )
    with opened(replica) as database:
        with pytest.raises(ConfigurationError) as caught:
            fill(database, store, 1)
        assert "may only be read" in caught.value.message


@on_postgres
def test_a_table_that_is_gone(database: SqlDatabase, place: Place, postgres: PostgresServer) -> None:
    postgres.run("DROP TABLE hold", str(make_url(place.url).database))
    with pytest.raises(ConfigurationError) as caught, database.read() as tx:
        tx.holds.select()
    assert (caught.value.code, caught.value.hint) == ("database.old", "Run: tomada db upgrade")


@on_postgres
def test_a_connection_that_dies_is_transient_and_the_next_one_works(
    database: SqlDatabase, place: Place, store: StoreRecord, postgres: PostgresServer
) -> None:
    name = make_url(place.url).database
    kill = f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{name}'"

    def write_and_die() -> None:
        with database.begin() as tx:
            tx.orders.save([make_order(store.id, "lost")])
            postgres.run(kill)

    with pytest.raises(TransientError) as caught:
        write_and_die()
    assert caught.value.code == "database.unreachable"
    fill(database, store, 2)
    with database.read() as tx:
        assert sorted(record.remote_id for record in tx.orders.select()) == ["0", "1"]


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("mysql://root:s3cret@host/tomada", "database.kind"),
        ("nonsense s3cret", "database.url"),
        ("postgresql://ana:s3cret@host:port/tomada", "database.url"),
        ("sqlite:///s3cret.db?timeout=soon", "database.url"),
    ],
)
def test_an_address_that_is_none(address: str, code: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        make_engine(address)
    assert caught.value.code == code
    assert "s3cret" not in caught.value.message + caught.value.hint


def test_a_driver_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(ConfigurationError) as caught:
        make_engine("postgresql://ana@host/tomada")
    assert caught.value.code == "database.driver"
    assert caught.value.hint == "pip install 'tomada[postgres]'"


def test_an_address_is_shown_without_password_and_options() -> None:
    url = make_url("postgresql+psycopg://ana:s3cret@host:5432/tomada?password=s3cret")
    assert shown(url) == "postgresql://ana:***@host:5432/tomada"
    assert shown(make_url("sqlite:////data/tomada.db?timeout=1")) == "/data/tomada.db"


def test_a_full_disk_beside_the_database_is_transient() -> None:
    with pytest.raises(OSError) as caught:
        Path("/dev/full").write_text("x")
    error = of_file(caught.value, Path("/data/locks"))
    assert (error.code, error.exit_code) == ("database.full", 4)
