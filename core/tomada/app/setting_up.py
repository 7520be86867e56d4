"""Making an installation: the data folder, the key and the database; repeated, it changes nothing."""

import os
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from tomada.bootstrap import Places
from tomada.errors import ConfigurationError
from tomada.i18n import _
from tomada.storage.crypto import (
    KEY_FILE_VARIABLE,
    KEY_VARIABLE,
    KEYRING_SERVICE,
    load_key,
    new_key,
    save_key,
    save_key_in_keyring,
)
from tomada.storage.database import create_database, has_file, open_database, version_of
from tomada.storage.engines import make_engine
from tomada.storage.trouble import shown


class KeyPlace(StrEnum):
    """Where the key is kept."""

    ENVIRONMENT = "environment"
    FILE = "file"
    KEYRING = "keyring"


@dataclass(frozen=True, slots=True)
class Installed:
    """Where everything lies, and what was made just now; ``key`` is a place, never the key itself.

    ``backup`` is the command that shows a key of the keyring, empty for the other places.
    """

    home: Path
    database: str
    database_made: bool
    key_place: KeyPlace
    key: str
    key_made: bool
    backup: str = ""


def is_set_up(home: Path | None) -> bool:
    """Tell whether there is a database already."""
    return _has_database(Places(home).database_url)


def set_up(home: Path | None) -> Installed:
    """Make what is missing. An existing key is used, and an older database brought to our version.

    Raises ``ConfigurationError`` for a database whose key is missing or wrong, and for a newer one.
    """
    places = Places(home)
    exists = _has_database(places.database_url)
    key, made = _key(places, exists=exists)
    _make_folder(places.home)
    create_database(places.database_url, key)
    open_database(places.database_url, key).dispose()
    place, where, backup = _place_of_key(places)
    database = shown(make_engine(places.database_url).url)
    return Installed(places.home, database, not exists, place, where, made, backup)


def _has_database(url: str) -> bool:
    engine = make_engine(url)
    return has_file(engine) and version_of(engine) is not None


def _key(places: Places, *, exists: bool) -> tuple[bytes, bool]:
    try:
        return load_key(places.key_file, places.key_name), False
    except ConfigurationError as error:
        if error.code != "key.missing":
            raise
        if exists:
            raise ConfigurationError(
                error.code,
                _("There is a database, but no key to it."),
                _("Bring its key back, in {variable} or {file}; nothing in it can be read without.").format(
                    variable=KEY_VARIABLE, file=places.key_file
                ),
            ) from None
    key = new_key()
    _keep(key, places)
    return key, True


def _keep(key: bytes, places: Places) -> None:
    """Put a new key into the keyring, else into a file; some keyrings forget at once what they are given."""
    if not os.environ.get(KEY_FILE_VARIABLE):
        try:
            save_key_in_keyring(key, places.key_name)
            if load_key(places.key_file, places.key_name) == key:
                return
        except ConfigurationError:
            pass
    try:
        save_key(key, places.key_file)
    except OSError as error:
        raise _cannot_write(places.key_file, error) from None


def _make_folder(home: Path) -> None:
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise _cannot_write(home, error) from None


def _cannot_write(path: Path, error: OSError) -> ConfigurationError:
    return ConfigurationError(
        "init.path",
        _("{path} cannot be made: {reason}.").format(path=path, reason=error.strerror),
        _("Choose another data folder with --home, or another key file with {variable}.").format(
            variable=KEY_FILE_VARIABLE
        ),
    )


def _place_of_key(places: Places) -> tuple[KeyPlace, str, str]:
    if os.environ.get(KEY_VARIABLE):
        return KeyPlace.ENVIRONMENT, KEY_VARIABLE, ""
    if places.key_file.exists():
        return KeyPlace.FILE, str(places.key_file), ""
    backup = f"python -m keyring get {KEYRING_SERVICE} {places.key_name}"
    return KeyPlace.KEYRING, f"{KEYRING_SERVICE}/{places.key_name}", backup
