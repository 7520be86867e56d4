"""Transactions: all or nothing, one writer at a time, one picture for who reads."""

import traceback

import pytest

from tests.storage.conftest import MakeStore, Place, opened
from tests.storage.factories import make_audit, make_erp, make_order, make_store
from tests.storage.processes import other
from tomada.errors import ConfigurationError, InternalError, TransientError
from tomada.ports.records import StoreRecord
from tomada.storage.crypto import encode_key
from tomada.storage.database import SqlDatabase

OWNER = "store:1"


def secrets(database: SqlDatabase) -> dict[str, str]:
    with database.read() as tx:
        return tx.secrets.read(OWNER)


def write(database: SqlDatabase, **values: str) -> None:
    with database.begin() as tx:
        tx.secrets.write(OWNER, values)


def write_and_fail(database: SqlDatabase, error: type[BaseException]) -> None:
    with database.begin() as tx:
        tx.secrets.write(OWNER, {"gone": "2"})
        tx.erps.save(make_erp("gone"))
        raise error


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_any_exception_rolls_back_everything(database: SqlDatabase, error: type[BaseException]) -> None:
    write(database, kept="1")
    with pytest.raises(error):
        write_and_fail(database, error)
    assert secrets(database) == {"kept": "1"}
    write(database, after="3")
    assert secrets(database) == {"after": "3"}


def test_a_statement_that_fails_rolls_back_what_was_before_it(
    database: SqlDatabase, store: StoreRecord
) -> None:
    def write_twice() -> None:
        with database.begin() as tx:
            tx.secrets.write(OWNER, {"gone": "2"})
            tx.stores.save(make_store(store.name, store.erp_id))

    with pytest.raises(InternalError) as caught:
        write_twice()
    assert caught.value.code == "database.error"
    assert secrets(database) == {}


def test_x1_no_trace_of_a_failed_statement_shows_values(database: SqlDatabase, store: StoreRecord) -> None:
    planted = "111.444.777-35"
    with pytest.raises(InternalError) as caught, database.begin() as tx:
        tx.orders.save([make_order(99999, "1", status_name=planted)])
    shown = "".join(traceback.format_exception(caught.value))
    assert "FOREIGN KEY" in shown.upper()
    assert planted not in shown


def test_a_transaction_that_reads_cannot_write(database: SqlDatabase) -> None:
    with pytest.raises(ConfigurationError), database.read() as tx:
        tx.secrets.write(OWNER, {"a": "1"})
    assert secrets(database) == {}
    write(database, b="2")
    assert secrets(database) == {"b": "2"}


def test_who_reads_sees_one_picture_while_others_write(database: SqlDatabase, place: Place) -> None:
    write(database, a="1")
    with opened(place) as second, database.read() as tx:
        assert tx.secrets.read(OWNER) == {"a": "1"}
        write(second, a="2")
        assert tx.secrets.read(OWNER) == {"a": "1"}
    assert secrets(database) == {"a": "2"}


def test_nothing_is_seen_before_the_commit(database: SqlDatabase, place: Place) -> None:
    with opened(place) as second:
        with database.begin() as tx:
            tx.secrets.write(OWNER, {"a": "1"})
            assert tx.secrets.read(OWNER) == {"a": "1"}
            assert secrets(second) == {}
        assert secrets(second) == {"a": "1"}


def test_processes_that_read_then_write_lose_nothing_and_none_is_refused(
    database: SqlDatabase, place: Place
) -> None:
    """A lost update, or a refusal because two met, would leave the count short."""
    times, words = 60, ("count", place.url, encode_key(place.key), "60")
    with database.begin() as tx:
        tx.secrets.write("count", {"value": "0"})
    with other(*words) as one, other(*words) as two:
        assert one.process.stdin
        one.process.stdin.write("\n")
        one.process.stdin.flush()
        two.go_on()
        one.process.communicate(timeout=60)
        assert one.process.returncode == 0
    with database.read() as tx:
        assert tx.secrets.read("count") == {"value": str(2 * times)}


def test_a_writer_killed_in_the_middle_leaves_nothing_and_stops_nobody(
    database: SqlDatabase, place: Place
) -> None:
    with other("write", place.url, encode_key(place.key)) as process:
        assert process.said == "writing"
        process.kill()
    write(database, whole="1")
    assert secrets(database) == {"whole": "1"}


def test_who_waits_too_long_for_another_writer_gets_a_transient_error(place: Place) -> None:
    """How long is a setting in the address."""
    short = "?timeout=0.05" if place.kind == "sqlite" else "&options=-c%20lock_timeout%3D50"
    hurried = Place(place.kind, place.url + short, place.key, place.folder)
    with opened(place) as slow, opened(hurried) as quick:
        with slow.begin() as tx:
            tx.secrets.write(OWNER, {"a": "1"})
            assert secrets(quick) == {}, "who only reads does not wait"
            with pytest.raises(TransientError) as caught:
                write(quick, b="2")
        assert (caught.value.code, caught.value.exit_code) == ("database.locked", 4)
        write(quick, b="2")
        assert secrets(slow) == {"b": "2"}


def test_boundaries_stand_around_each_commit_and_nowhere_else(place: Place) -> None:
    passed: list[tuple[str, bool]] = []
    with opened(place) as watcher:

        def boundary(name: str) -> None:
            passed.append((name, bool(secrets(watcher))))

        with opened(place, boundary=boundary) as database:
            assert secrets(database) == {}
            with pytest.raises(ValueError):
                write_and_fail(database, ValueError)
            assert passed == []
            write(database, a="1")
            assert passed == [("commit.before", False), ("commit.after", True)]


def test_a_database_that_was_let_go_of_opens_anew(database: SqlDatabase, add_store: MakeStore) -> None:
    store = add_store("a")
    database.dispose()
    with database.begin() as tx:
        tx.audit.add([make_audit(store.id, "1", "order.seen")])
    with database.read() as tx:
        assert len(tx.audit.story(store.id, "1")) == 1


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_every_sqlite_connection_is_in_wal_and_syncs_fully(database: SqlDatabase, place: Place) -> None:
    with opened(place) as second:
        for one in (database, second):
            with one.engine.connect() as connection:
                settings = {
                    name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                    for name in ("journal_mode", "synchronous", "foreign_keys")
                }
            assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
