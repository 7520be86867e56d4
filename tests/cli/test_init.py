"""``tomada init``: made once, found again, and never a new key for an old database."""

import json
import os
from pathlib import Path

import pytest

from tests.cli.running import here
from tomada.storage.crypto import KEY_VARIABLE, encode_key, new_key


def init(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    code, out, err = here(capsys, "init", "--json")
    assert (code, err) == (0, "")
    return dict(json.loads(out)["installation"])


def test_it_makes_folder_key_and_database_and_says_where(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = here(capsys, "init")
    assert (code, err) == (0, "")
    for place in (home, home / "tomada.db", home.parent / "key"):
        assert place.exists()
        assert str(place) in out
    assert "Back the key up" in out
    assert (home.parent / "key").stat().st_mode & 0o777 == 0o600
    assert (home.parent / "key").read_text().strip() not in out


def test_repeated_it_changes_nothing(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = init(capsys)
    key = (home.parent / "key").read_text()
    again = init(capsys)
    assert (first["key_made"], first["database_made"]) == (True, True)
    assert (again["key_made"], again["database_made"]) == (False, False)
    assert (home.parent / "key").read_text() == key
    assert "there already" in here(capsys, "init")[1]


def test_a_key_in_the_environment_is_used(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, encode_key(new_key()))
    made = init(capsys)
    assert (made["key_place"], made["key"], made["key_made"]) == ("environment", KEY_VARIABLE, False)
    assert not (home.parent / "key").exists()


def test_the_keyring_comes_before_a_file(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TOMADA_KEY_FILE")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home.parent / "config"))
    kept: dict[tuple[str, str], str] = {}
    monkeypatch.setattr("keyring.set_password", lambda where, name, text: kept.update({(where, name): text}))
    monkeypatch.setattr("keyring.get_password", lambda where, name: kept.get((where, name)))
    made = init(capsys)
    assert made["key_place"] == "keyring"
    assert "keyring get tomada" in str(made["backup"])
    assert len(kept) == 1
    assert not (home.parent / "config").exists()
    (home / "tomada.db").unlink()  # a new installation says how to see the key
    assert f"To see it: {made['backup']}" in here(capsys, "init")[1]


def test_a_keyring_that_forgets_is_not_trusted(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TOMADA_KEY_FILE")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home.parent / "config"))
    monkeypatch.setattr("keyring.set_password", lambda *_: None)
    monkeypatch.setattr("keyring.get_password", lambda *_: None)
    made = init(capsys)
    assert made["key_place"] == "file"
    assert Path(str(made["key"])).is_file()


def test_a_database_whose_key_is_gone_gets_no_new_one(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    init(capsys)
    (home.parent / "key").unlink()
    code, _, err = here(capsys, "init")
    assert code == 2
    assert "no key to it" in err
    assert not (home.parent / "key").exists()


def test_another_key_is_refused(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    init(capsys)
    (home.parent / "key").write_text(encode_key(new_key()))
    code, _, err = here(capsys, "init")
    assert code == 2
    assert "does not fit" in err


def test_a_file_that_is_no_database(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home.mkdir()
    (home / "tomada.db").write_bytes(b"something else, and long enough to be looked at" * 100)
    code, _, err = here(capsys, "init")
    assert code == 2
    assert "is not a database" in err


@pytest.mark.skipif(os.name != "posix", reason="a file cannot stand in for a folder elsewhere")
def test_a_folder_that_cannot_be_made(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (home.parent / "file").write_text("")
    monkeypatch.setenv("TOMADA_HOME", str(home.parent / "file" / "home"))
    code, _, err = here(capsys, "init")
    assert code == 2
    assert "cannot be made" in err
