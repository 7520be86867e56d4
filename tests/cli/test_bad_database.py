"""A database that cannot be used: a clear sentence, the right exit code, no traceback, and nothing lost."""

import json
import os
import pwd
import resource
import shutil
import signal
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from tests.cli.connecting import Remotes, activate
from tests.cli.running import here, nothing_in
from tests.postgres import PostgresServer
from tests.storage.factories import make_erp, make_store
from tests.storage.processes import other
from tomada.app.opening import opened, store_named
from tomada.ports.records import StoreState
from tomada.storage.crypto import KEY_VARIABLE, decode_key, encode_key, new_key
from tomada.storage.database import open_database, sqlite_url
from tomada.storage.version import HEAD

Capture = pytest.CaptureFixture[str]
Damage = Callable[[Path], None]
READING = (
    ["store", "list"],
    ["holds", "list"],
    ["orders", "list"],
    ["sync", "--all"],
    ["store", "show", "loja"],
)
EVERY = (*READING, ["init"], ["db", "upgrade"], ["store", "pause", "loja"])
PLANTED = "tok-3f2a9c"


@pytest.fixture
def installed(home: Path, capsys: Capture) -> Path:
    """An installation with a store and a secret in it; the path of its database."""
    assert here(capsys, "init")[0] == 0
    key = decode_key((home.parent / "key").read_text())
    database = open_database(sqlite_url(home / "tomada.db"), key)
    with database.begin() as tx:
        account = tx.erps.save(make_erp("conta"))
        store = tx.stores.save(make_store("loja", account.id))
        tx.secrets.write(f"store:{store.id}", {"token": PLANTED})
    database.dispose()
    return home / "tomada.db"


def fails(capsys: Capture, words: list[str], code: int, error: str) -> str:
    """Run a command in all its ways; return the sentence."""
    found, out, err = here(capsys, *words, "--json")
    assert (found, err) == (code, ""), words
    told = json.loads(out)["error"]
    assert told["code"] == error
    found, out, err = here(capsys, *words)
    assert (found, out) == (code, "")
    assert err.startswith(f"Error: {told['message']}\n")
    assert "Traceback" not in err
    assert PLANTED not in err
    found, out, err = here(capsys, *words, "-vv")
    assert found == code
    assert "Traceback" in err
    assert PLANTED not in err
    return f"{told['message']} {told['hint']}"


def still_there(home: Path, state: StoreState = StoreState.ACTIVE) -> bool:
    with opened(home) as installation:
        store = store_named(installation, "loja")
        with installation.database.read() as tx:
            return store.state is state and tx.secrets.read(f"store:{store.id}") == {"token": PLANTED}


def set_version(path: Path, version: str) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (version,))
    connection.close()


@pytest.mark.parametrize("words", EVERY, ids=" ".join)
def test_a_newer_version_is_named_with_the_way_out(
    installed: Path, home: Path, capsys: Capture, words: list[str]
) -> None:
    set_version(installed, "9999")
    told = fails(capsys, words, 2, "database.newer")
    assert told == (
        f"The database has version 9999, which is newer than this Tomada ({HEAD}). "
        "Install the newer Tomada again, or restore a backup from before it."
    )
    set_version(installed, HEAD)
    assert still_there(home)


def test_a_newer_version_in_portuguese(installed: Path, capsys: Capture) -> None:
    set_version(installed, "9999")
    code, _, err = here(capsys, "store", "list", "--lang", "pt")
    assert code == 2
    assert err.startswith("Erro: ")
    assert "mais nova" in err


@pytest.mark.parametrize("words", READING, ids=" ".join)
def test_an_old_version_says_db_upgrade_and_that_helps(home: Path, capsys: Capture, words: list[str]) -> None:
    """The oldest version is an empty database."""
    assert here(capsys, "init")[0] == 0
    for path in home.glob("tomada.db*"):
        path.unlink()
    (home / "tomada.db").touch()
    assert fails(capsys, words, 2, "database.old").endswith("Run: tomada db upgrade")
    code, out, _ = here(capsys, "db", "upgrade", "--json")
    assert code == 0
    assert {name: json.loads(out)[name] for name in ("before", "after")} == {"before": "0", "after": HEAD}
    assert here(capsys, "store", "list")[0] == 0


def replace(path: Path) -> None:
    path.write_bytes(b"something else, and long enough to be looked at" * 100)


def make_foreign(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE customers (id INTEGER)")
    connection.close()


def damage(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\xa5" * (len(content) - 4096))


@pytest.mark.parametrize("words", EVERY, ids=" ".join)
@pytest.mark.parametrize(
    ("change", "error", "sentence"),
    [
        (replace, "database.not_ours", "is not a database"),
        (make_foreign, "database.not_ours", "belongs to another program"),
        (damage, "database.damaged", "Restore it from a backup"),
    ],
)
def test_a_file_that_is_not_ours_or_damaged_stays_as_it_is(
    installed: Path, capsys: Capture, words: list[str], change: Damage, error: str, sentence: str
) -> None:
    change(installed)
    before = installed.read_bytes()
    assert sentence in fails(capsys, words, 2, error)
    assert installed.read_bytes() == before


@pytest.mark.parametrize("words", [*READING, ["db", "upgrade"]], ids=" ".join)
def test_no_database_says_init(installed: Path, capsys: Capture, words: list[str]) -> None:
    installed.unlink()
    assert fails(capsys, words, 2, "database.missing").endswith("Run: tomada init")
    assert not installed.exists()


@pytest.mark.parametrize("words", READING, ids=" ".join)
def test_a_wrong_key_is_said(installed: Path, home: Path, capsys: Capture, words: list[str]) -> None:
    right = (home.parent / "key").read_text()
    (home.parent / "key").write_text(encode_key(new_key()))
    fails(capsys, words, 2, "key.wrong")
    (home.parent / "key").write_text(right)
    assert still_there(home)


def test_doctor_says_what_ails_the_database(installed: Path, capsys: Capture) -> None:
    damage(installed)
    code, out, err = here(capsys, "doctor", "--json")
    assert (code, err) == (3, "")
    steps = {step["name"]: step for step in json.loads(out)["steps"]}
    assert steps["database"]["state"] == "failed"
    assert "is damaged" in steps["database"]["message"]


WRITING = (["store", "pause", "loja"], ["init"], ["db", "upgrade"])


@pytest.mark.parametrize("words", WRITING, ids=" ".join)
def test_a_locked_database_is_transient_and_free_again_later(
    installed: Path, home: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    """How long is waited stands in the address."""
    monkeypatch.setenv("TOMADA_DATABASE", f"{sqlite_url(installed)}?timeout=0.05")
    with other("exclusive", str(installed)) as process:
        assert process.said == "held"
        assert "Another program holds" in fails(capsys, words, 4, "database.locked")
        assert here(capsys, "store", "list")[0] == 0, "who only reads does not wait"
        assert still_there(home)
        process.go_on()
    assert here(capsys, *words)[0] == 0


def no_room(connection: sqlite3.Connection, _record: object) -> None:
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {max(pages, 1)}")


LONG = ["map", "set", "loja", "channel", "X" * 30_000, "site"]


def test_a_full_disk_is_transient_and_nothing_is_lost(installed: Path, home: Path, capsys: Capture) -> None:
    event.listen(Engine, "connect", no_room)
    try:
        assert "is full" in fails(capsys, LONG, 4, "database.full")
        assert still_there(home)
    finally:
        event.remove(Engine, "connect", no_room)
    assert here(capsys, *LONG)[0] == 0
    assert still_there(home)


@contextmanager
def small_files(size: int) -> Iterator[None]:
    """No file that this process writes grows beyond so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


@pytest.mark.parametrize("words", [["store", "pause", "loja"], LONG], ids=["store pause", "map set"])
def test_a_disk_that_refuses_to_write_is_transient_and_nothing_is_lost(
    installed: Path, home: Path, capsys: Capture, words: list[str]
) -> None:
    with small_files(4096):
        told = fails(capsys, words, 4, "database.disk")
    assert "nothing that was saved is lost" in told
    assert still_there(home)
    assert here(capsys, *words)[0] == 0


def test_a_first_installation_on_a_full_disk_can_be_repeated(home: Path, capsys: Capture) -> None:
    with small_files(8192):
        assert fails(capsys, ["init"], 4, "database.disk")
    assert here(capsys, "init")[0] == 0
    assert here(capsys, "store", "list")[0] == 0


@pytest.fixture
def shared_folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A data folder that other users reach, as root may write everywhere and cannot test what may not be written."""
    folder = Path(tempfile.mkdtemp(dir="/tmp"))
    folder.chmod(0o755)
    monkeypatch.setenv("TOMADA_HOME", str(folder))
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


@contextmanager
def without_rights() -> Iterator[None]:
    """Run as an ordinary user."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(pwd.getpwnam("nobody").pw_uid)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.parametrize("words", [["store", "pause", "loja"], ["store", "list"]], ids=" ".join)
def test_a_database_that_may_not_be_written_is_said(
    installed: Path, shared_folder: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, (installed.parent.parent / "key").read_text().strip())
    path = shared_folder / "tomada.db"
    shutil.copy(installed, path)
    here(capsys, *words)  # what is imported late is read before the rights are gone
    shutil.copy(installed, path)
    for one in shared_folder.glob("tomada.db*"):
        one.chmod(0o444)
    shared_folder.chmod(0o555)
    with without_rights():
        told = fails(capsys, words, 2, "database.path")
    assert str(path) in told
    shared_folder.chmod(0o755)
    path.chmod(0o644)
    assert still_there(shared_folder)


@pytest.mark.parametrize(
    ("address", "error"),
    [
        (f"mysql://root:{PLANTED}@host/x", "database.kind"),
        (f"nonsense {PLANTED}", "database.url"),
        (f"postgresql://ana:{PLANTED}@127.0.0.1:port/x", "database.url"),
    ],
)
def test_x1_an_address_that_is_none_is_said_and_not_shown(
    installed: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch, address: str, error: str
) -> None:
    monkeypatch.setenv("TOMADA_DATABASE", address)
    for words in EVERY:
        fails(capsys, words, 2, error)


@pytest.mark.usefixtures("installed")
def test_postgresql_without_its_driver_says_what_to_install(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOMADA_DATABASE", "postgresql://ana@127.0.0.1/x")
    monkeypatch.setitem(sys.modules, "psycopg", None)
    assert "pip install" in fails(capsys, ["store", "list"], 2, "database.driver")


@pytest.mark.usefixtures("installed")
def test_x1_postgresql_that_does_not_answer_is_transient_and_shows_no_password(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOMADA_DATABASE", f"postgresql://ana:{PLANTED}@/x?host={tmp_path}&password={PLANTED}")
    for words in EVERY:
        assert "does not answer" in fails(capsys, words, 4, "database.unreachable")


@pytest.mark.usefixtures("installed")
def test_postgresql_that_refuses_is_said(
    postgres: PostgresServer, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOMADA_DATABASE", postgres.url("nowhere"))
    assert "nowhere" in fails(capsys, ["init"], 2, "database.missing")
    monkeypatch.setenv("TOMADA_DATABASE", postgres.url("postgres", user="stranger"))
    assert "stranger" in fails(capsys, ["store", "list"], 2, "database.login")


def test_all_of_it_works_on_postgresql(
    home: Path,
    postgres: PostgresServer,
    remotes: Remotes,
    tmp_path: Path,
    capsys: Capture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with postgres.database() as name:
        monkeypatch.setenv("TOMADA_DATABASE", postgres.url(name))
        fails(capsys, ["store", "list"], 2, "key.missing")
        assert here(capsys, "init")[0] == 0
        assert here(capsys, *remotes.erp_words())[0] == 0
        activate(remotes, tmp_path, capsys, "loja")
        remotes.place("loja")
        remotes.place("loja", shipping="Drone")
        assert here(capsys, "sync", "loja")[0] == 1, "one is newly held"
        assert here(capsys, "map", "set", "loja", "shipping", "Drone", "T")[0] == 0
        assert here(capsys, "sync", "loja")[0] == 0
        assert here(capsys, "sync", "loja", "stock", "--yes")[0] == 0
        assert here(capsys, "sync", "loja") == (0, nothing_in("loja"), "")
        assert len(remotes.in_erp()) == 2
        assert here(capsys, "doctor")[0] == 0
        assert here(capsys, "store", "remove", "loja", "--yes")[0] == 0
    assert not (home / "tomada.db").exists()
