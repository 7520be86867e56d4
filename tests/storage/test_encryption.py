"""X1, X3: what is secret or personal cannot be read in the bytes of the database."""

import pytest

from tests.postgres import PostgresServer
from tests.storage.conftest import Place, opened
from tests.storage.factories import make_order
from tomada.errors import ConfigurationError
from tomada.ports.records import StoreRecord
from tomada.storage.crypto import Cipher, encode_key, new_key
from tomada.storage.database import SqlDatabase, open_database

PLANTED = {
    "name": "Fulana Ângela de Tal",
    "document": "11144477735",
    "email": "fulana@example.com",
    "token": "tok-3f2a9c",
}


def plant(database: SqlDatabase, store: StoreRecord) -> None:
    """Save all of it, and change it, so that old pages are there too."""
    payload = f'{{"name": "{PLANTED["name"]}", "doc": "{PLANTED["document"]}", "mail": "{PLANTED["email"]}"}}'
    record = make_order(
        store.id,
        "1",
        payload=payload,
        document_hash=database.hash(PLANTED["document"]),
        email_hash=database.hash(PLANTED["email"]),
    )
    for version in ("1", "2"):
        record.version = version
        with database.begin() as tx:
            tx.orders.save([record])
            tx.secrets.write(f"store:{store.id}", {"access": PLANTED["token"], "version": version})


def leaks(content: bytes, key: bytes) -> list[str]:
    words = [*PLANTED.values(), encode_key(key).strip("=\n")]
    return [word for word in words if word.encode() in content or word.encode("utf-16-le") in content]


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_x1_nothing_is_readable_in_the_files_of_sqlite(
    database: SqlDatabase, place: Place, store: StoreRecord
) -> None:
    plant(database, store)
    files = {path.name: path.read_bytes() for path in place.folder.rglob("*") if path.is_file()}
    assert b"A ENVIAR" in files["tomada.db-wal"], "the log holds what was written"
    assert leaks(b"".join(files.values()), place.key) == []
    database.dispose()
    assert b"A ENVIAR" in (place.folder / "tomada.db").read_bytes()
    assert leaks((place.folder / "tomada.db").read_bytes(), place.key) == []


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
def test_x1_nothing_is_readable_in_the_files_of_postgresql(
    database: SqlDatabase, place: Place, store: StoreRecord, postgres: PostgresServer
) -> None:
    plant(database, store)
    postgres.run("CHECKPOINT")
    found = [path.read_bytes() for path in (postgres.folder / "data").rglob("*") if path.is_file()]
    assert any(b"A ENVIAR" in content for content in found)
    assert [leaks(content, place.key) for content in found if leaks(content, place.key)] == []


def test_the_same_text_is_never_the_same_box(key: bytes) -> None:
    cipher = Cipher(key)
    boxes = {cipher.encrypt("x") for _ in range(50)}
    assert len(boxes) == 50
    assert {cipher.decrypt(box) for box in boxes} == {"x"}


@pytest.mark.parametrize("change", ["flip", "cut", "none"])
def test_a_box_that_was_changed_is_not_opened(key: bytes, change: str) -> None:
    cipher = Cipher(key)
    box = bytearray(cipher.encrypt("secret"))
    box[-1] ^= 1
    damaged = {"flip": bytes(box), "cut": bytes(box[:5]), "none": b""}[change]
    with pytest.raises(ConfigurationError) as caught:
        cipher.decrypt(damaged)
    assert caught.value.code == "key.wrong"


def test_another_key_opens_neither_the_database_nor_a_box(
    database: SqlDatabase, place: Place, store: StoreRecord
) -> None:
    plant(database, store)
    with pytest.raises(ConfigurationError) as caught:
        open_database(place.url, new_key())
    assert (caught.value.code, caught.value.exit_code) == ("key.wrong", 2)
    with opened(place) as again, again.read() as tx:
        assert tx.secrets.read(f"store:{store.id}")["access"] == PLANTED["token"]


def test_x3_a_person_is_found_by_keyed_hashes(key: bytes) -> None:
    cipher = Cipher(key)
    document = PLANTED["document"]
    assert cipher.hash(document) == Cipher(key).hash(document)
    assert cipher.hash(document) != Cipher(new_key()).hash(document)
    assert cipher.hash(document) != cipher.hash(document + "0")
    assert len(cipher.hash(document)) == 64
    assert cipher.hash("") == ""
