"""Locks that all processes share and that die with their holder."""

import re
from pathlib import Path

import pytest

from tests.postgres import PostgresServer
from tests.storage.conftest import Place, opened
from tests.storage.processes import other
from tomada.errors import ConfigurationError, TransientError
from tomada.storage import locks
from tomada.storage.crypto import encode_key
from tomada.storage.database import SqlDatabase

NAME = "run:1:orders"


def test_a_lock_is_taken_once_and_free_afterwards(database: SqlDatabase, place: Place) -> None:
    with opened(place) as second:
        with database.lock(NAME) as first:
            assert first
            for again in (database, second):
                with again.lock(NAME) as taken:
                    assert not taken
                with again.lock("run:2:orders") as taken:
                    assert taken
            with second.lock(NAME) as taken:
                assert not taken, "who was refused has not freed it"
        with second.lock(NAME) as taken:
            assert taken


def test_an_exception_frees_the_lock_and_goes_through(database: SqlDatabase) -> None:
    with pytest.raises(KeyError), database.lock(NAME):
        raise KeyError
    with database.lock(NAME) as taken:
        assert taken


def test_two_processes_share_locks_and_say_who_has_it(database: SqlDatabase, place: Place) -> None:
    with other("lock", place.url, encode_key(place.key), NAME) as process:
        assert process.said == "taken"
        with database.lock(NAME) as taken:
            assert not taken
        said = database.holder(NAME)
        assert re.fullmatch(rf"process {process.pid}\b.*, since \d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d UTC", said)
        with other("lock", place.url, encode_key(place.key), NAME) as third:
            assert third.said == "busy"
        process.go_on()
        with database.lock(NAME, wait=True) as taken:
            assert taken
    assert database.holder("never taken") == ""


def test_a_lock_dies_with_a_killed_holder(database: SqlDatabase, place: Place) -> None:
    with other("lock", place.url, encode_key(place.key), NAME) as process:
        assert process.said == "taken"
        process.kill()
    with database.lock(NAME, wait=True) as taken:
        assert taken


def test_a_forked_child_neither_has_the_lock_nor_frees_it(database: SqlDatabase, place: Place) -> None:
    with other("fork", place.url, encode_key(place.key), NAME) as process:
        assert process.said == "kept"
        with database.lock(NAME) as taken:
            assert not taken


def test_waiting_takes_the_lock_when_its_holder_lets_go(database: SqlDatabase, place: Place) -> None:
    with other("lock", place.url, encode_key(place.key), NAME) as process:
        assert process.process.stdin
        process.process.stdin.write("\n")
        process.process.stdin.flush()
        with database.lock(NAME, wait=True) as taken:
            assert taken


def test_waiting_ends_with_a_transient_error(
    database: SqlDatabase, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "PATIENCE", -1.0)
    with opened(place) as second, second.lock(NAME):
        with pytest.raises(TransientError) as caught, database.lock(NAME, wait=True):
            pass
        assert (caught.value.code, caught.value.exit_code) == ("lock.busy", 4)
    with database.lock(NAME, wait=True) as taken:
        assert taken


def test_a_folder_for_locks_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "locks").write_text("in the way")
    with pytest.raises(ConfigurationError) as caught, locks.FileLocks(tmp_path / "locks").lock(NAME):
        pass
    assert caught.value.code == "database.path"
    assert str(tmp_path / "locks") in caught.value.message


def test_two_databases_of_one_server_do_not_share_locks(
    postgres: PostgresServer, postgres_template: str, key: bytes, tmp_path: Path
) -> None:
    with postgres.database(postgres_template) as one, postgres.database(postgres_template) as two:
        places = [Place("postgresql", postgres.url(name), key, tmp_path) for name in (one, two)]
        with opened(places[0]) as first, opened(places[1]) as second, first.lock(NAME) as taken:
            assert taken
            assert second.holder(NAME) == ""
            with second.lock(NAME) as also:
                assert also


def test_a_lock_whose_connection_died_is_free_and_harms_nobody(
    postgres: PostgresServer, postgres_template: str, key: bytes, tmp_path: Path
) -> None:
    with (
        postgres.database(postgres_template) as name,
        opened(Place("postgresql", postgres.url(name), key, tmp_path)) as database,
    ):
        with database.lock(NAME) as taken:
            assert taken
            postgres.run(
                f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{name}'"
            )
        with database.lock(NAME, wait=True) as taken:
            assert taken


def test_a_server_that_does_not_answer_is_a_transient_error(tmp_path: Path, key: bytes) -> None:
    from tomada.storage.engines import make_engine

    nowhere = locks.PostgresLocks(make_engine(f"postgresql://ana@/x?host={tmp_path}"))
    with pytest.raises(TransientError), nowhere.lock(NAME):
        pass
    with pytest.raises(TransientError):
        nowhere.holder(NAME)
