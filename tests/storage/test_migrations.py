"""Making a database, bringing it to our version, and what is refused."""

import shutil
import sqlite3
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from tests.storage.conftest import Place, opened
from tests.storage.factories import make_erp
from tomada.errors import ConfigurationError
from tomada.storage import database as making
from tomada.storage import migrate, version
from tomada.storage.database import create_database, open_database, version_of
from tomada.storage.engines import WRITING, make_engine
from tomada.storage.tables import METADATA


def execute(url: str, *statements: str) -> None:
    engine = make_engine(url)
    with engine.connect().execution_options(**WRITING) as connection, connection.begin():
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


def refused(place: Place) -> list[ConfigurationError]:
    """The errors of opening and of making it; nothing is written by either."""
    errors = []
    for attempt in (open_database, create_database):
        with pytest.raises(ConfigurationError) as caught:
            attempt(place.url, place.key)
        assert caught.value.exit_code == 2
        errors.append(caught.value)
    return errors


def test_from_nothing_it_makes_exactly_our_tables(empty: Place) -> None:
    create_database(empty.url, empty.key)
    engine = make_engine(empty.url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, METADATA) == []
    engine.dispose()
    with opened(empty) as database, database.begin() as tx:
        tx.erps.save(make_erp("conta"))


def test_repeated_it_changes_nothing(empty: Place) -> None:
    for _ in range(3):
        create_database(empty.url, empty.key)
        with opened(empty) as database, database.begin() as tx:
            if not tx.erps.all():
                tx.erps.save(make_erp("conta"))
    with opened(empty) as database, database.read() as tx:
        assert len(tx.erps.all()) == 1
    assert version_of(make_engine(empty.url)) == version.HEAD


def test_a_database_of_the_first_version_keeps_its_rows_and_gets_our_tables(empty: Place) -> None:
    engine = make_engine(empty.url)
    with engine.connect().execution_options(**WRITING) as connection, connection.begin():
        scripts = migrate.config()
        scripts.attributes["connection"] = connection
        command.upgrade(scripts, "0001")
        account = {"name": "conta", "driver": "tiny-v2", "base_url": "https://a.example/", "options": "{}"}
        connection.execute(
            text(
                "INSERT INTO erp (name, driver, base_url, options) VALUES (:name, :driver, :base_url, :options)"
            ),
            account,
        )
    create_database(empty.url, empty.key)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
    engine.dispose()
    with opened(empty) as database, database.read() as tx:
        assert [erp.name for erp in tx.erps.all()] == ["conta"]


def test_the_scripts_end_at_the_version_that_the_code_names() -> None:
    scripts = ScriptDirectory.from_config(migrate.config())
    assert scripts.get_current_head() == version.HEAD
    assert {script.revision for script in scripts.walk_revisions()} == set(version.KNOWN)


def test_an_upgrade_that_stops_in_the_middle_leaves_nothing(
    empty: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(making, "upsert", stop)
        with pytest.raises(KeyboardInterrupt):
            create_database(empty.url, empty.key)
    assert version_of(make_engine(empty.url)) is None
    create_database(empty.url, empty.key)
    with opened(empty):
        pass


def test_a_newer_version_is_refused_and_kept(place: Place) -> None:
    execute(place.url, "UPDATE alembic_version SET version_num = '9999'")
    for error in refused(place):
        assert error.code == "database.newer"
        assert (
            error.message
            == f"The database has version 9999, which is newer than this Tomada ({version.HEAD})."
        )
    assert version_of(make_engine(place.url)) == "9999"


def test_an_older_version_says_how_to_go_on(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = version.HEAD
    monkeypatch.setattr(version, "HEAD", "9998")
    with pytest.raises(ConfigurationError) as caught:
        open_database(place.url, place.key)
    assert caught.value.code == "database.old"
    assert caught.value.message == f"The database has version {ours}, this Tomada needs 9998."
    assert caught.value.hint == "Run: tomada db upgrade"


def test_an_empty_database_is_the_oldest_version(empty: Place) -> None:
    if empty.kind == "sqlite":
        (empty.folder / "tomada.db").touch()
    with pytest.raises(ConfigurationError) as caught:
        open_database(empty.url, empty.key)
    assert (caught.value.code, caught.value.hint) == ("database.old", "Run: tomada db upgrade")
    create_database(empty.url, empty.key)
    with opened(empty):
        pass


@pytest.mark.parametrize(
    "statements",
    [
        ["CREATE TABLE customers (id INTEGER)"],
        ["CREATE TABLE customers (id INTEGER)", "CREATE TABLE alembic_version (version_num VARCHAR(32))"],
        ["CREATE TABLE meta (id INTEGER)"],
    ],
)
def test_a_database_of_another_program_is_refused(empty: Place, statements: list[str]) -> None:
    execute(empty.url, *statements)
    for error in refused(empty):
        assert error.code == "database.not_ours"


def test_a_file_of_another_program_is_left_as_it_was(tmp_path: Path, key: bytes) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE customers (id INTEGER)")
    connection.close()
    before = path.read_bytes()
    assert [error.code for error in refused(Place("sqlite", f"sqlite:///{path}", key, tmp_path))] == [
        "database.not_ours"
    ] * 2
    assert path.read_bytes() == before


def test_a_missing_file_is_not_made_by_opening(tmp_path: Path, key: bytes) -> None:
    path = tmp_path / "folder" / "tomada.db"
    with pytest.raises(ConfigurationError) as caught:
        open_database(f"sqlite:///{path}", key)
    assert caught.value.code == "database.missing"
    assert str(path) in caught.value.message
    assert not path.parent.exists()
    create_database(f"sqlite:///{path}", key)
    assert path.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_copy_that_lost_wal_gets_it_back(place: Place) -> None:
    copy = place.folder / "copy.db"
    with sqlite3.connect(place.folder / "tomada.db") as connection:
        connection.execute("VACUUM INTO ?", (str(copy),))
    connection.close()
    shutil.move(copy, place.folder / "tomada.db")
    with opened(place) as database, database.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"


def test_tables_without_a_canary_do_not_open(place: Place) -> None:
    execute(place.url, "DELETE FROM meta")
    with pytest.raises(ConfigurationError) as caught:
        open_database(place.url, place.key)
    assert caught.value.code == "key.wrong"


def test_a_database_that_lost_its_version_is_damaged(place: Place) -> None:
    execute(place.url, "DELETE FROM alembic_version")
    for error in refused(place):
        assert error.code == "database.damaged"
