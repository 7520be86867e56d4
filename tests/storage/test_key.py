"""The key: where it is looked for, in which order, and what is refused (X1)."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keyring.errors import NoKeyringError

from tomada.errors import ConfigurationError
from tomada.storage.crypto import (
    KEY_VARIABLE,
    KEYRING_SERVICE,
    decode_key,
    encode_key,
    load_key,
    new_key,
    save_key,
    save_key_in_keyring,
)

Ring = dict[tuple[str, str], str]


@pytest.fixture(autouse=True)
def ring(monkeypatch: pytest.MonkeyPatch) -> Ring:
    """A keyring that is only a dictionary, and no key in the environment."""
    kept: Ring = {}
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    monkeypatch.setattr("keyring.set_password", lambda where, name, text: kept.update({(where, name): text}))
    monkeypatch.setattr("keyring.get_password", lambda where, name: kept.get((where, name)))
    return kept


def no_keyring(*_: object) -> None:
    raise NoKeyringError


def refusal(file: Path) -> ConfigurationError:
    with pytest.raises(ConfigurationError) as caught:
        load_key(file, "name")
    assert caught.value.exit_code == 2
    return caught.value


@settings(derandomize=True)
@given(st.binary(min_size=32, max_size=32))
def test_a_key_as_text_is_the_same_key(key: bytes) -> None:
    assert decode_key(encode_key(key)) == key
    assert decode_key(f"  {encode_key(key)}\n") == key


def test_the_environment_comes_before_the_file_and_the_file_before_the_keyring(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_environment, in_file, in_keyring = new_key(), new_key(), new_key()
    file = tmp_path / "folder" / "key"
    save_key_in_keyring(in_keyring, "name")
    assert load_key(file, "name") == in_keyring
    save_key(in_file, file)
    assert load_key(file, "name") == in_file
    monkeypatch.setenv(KEY_VARIABLE, encode_key(in_environment))
    assert load_key(file, "name") == in_environment


def test_a_key_of_another_installation_is_not_taken(tmp_path: Path, ring: Ring) -> None:
    save_key_in_keyring(new_key(), "other")
    assert list(ring) == [(KEYRING_SERVICE, "other")]
    assert refusal(tmp_path / "key").code == "key.missing"


def test_a_key_file_is_its_owner_s_alone_and_never_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "folder" / "key"
    save_key(new_key(), file)
    before = file.read_bytes()
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    with pytest.raises(FileExistsError):
        save_key(new_key(), file)
    assert file.read_bytes() == before


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666])
def test_a_key_file_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "key"
    save_key(new_key(), file)
    file.chmod(mode)
    error = refusal(file)
    assert (error.code, error.hint) == ("key.open", f"chmod 600 {file}")


@pytest.mark.parametrize("content", [b"", b"too short", b"\xff\xfe" * 20, b"A" * 45, "ção".encode() * 11])
def test_what_is_no_key_is_refused_and_not_shown(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "key"
    file.touch(0o600)
    file.write_bytes(content)
    error = refusal(file)
    assert error.code == "key.form"
    assert error.message == "The key is not 32 bytes in base64."


def test_a_key_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "key").mkdir(0o700)
    error = refusal(tmp_path / "key")
    assert error.code == "key.path"
    assert str(tmp_path / "key") in error.message


def test_a_system_without_a_keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("keyring.get_password", no_keyring)
    monkeypatch.setattr("keyring.set_password", no_keyring)
    assert refusal(tmp_path / "key").code == "key.missing"
    with pytest.raises(ConfigurationError) as caught:
        save_key_in_keyring(new_key(), "name")
    assert caught.value.code == "key.keyring"
