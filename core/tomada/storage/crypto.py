"""The key: where it is kept, and what is done with it (X1, X3)."""

import base64
import hmac
import os
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tomada.errors import ConfigurationError
from tomada.i18n import _

KEY_VARIABLE = "TOMADA_KEY"
KEY_FILE_VARIABLE = "TOMADA_KEY_FILE"
KEYRING_SERVICE = "tomada"
_KEY_BYTES = 32
_NONCE_BYTES = 12


class Cipher:
    """Encrypts texts (AES-256-GCM) and makes keyed hashes (HMAC-SHA256) from one key."""

    def __init__(self, key: bytes) -> None:
        self._box = AESGCM(_derive(key, b"encrypt"))
        self._mac = _derive(key, b"hash")

    def encrypt(self, text: str) -> bytes:
        """Return a box that only this key opens."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._box.encrypt(nonce, text.encode(), None)

    def decrypt(self, box: bytes) -> str:
        """Open a box; raises ``ConfigurationError`` when it was made with another key."""
        try:
            return self._box.decrypt(box[:_NONCE_BYTES], box[_NONCE_BYTES:], None).decode()
        except (InvalidTag, ValueError):  # the second for what is too short to be a box
            raise wrong_key() from None

    def hash(self, value: str) -> str:
        """Return the keyed hash of a value, 64 hexadecimal digits; empty for an empty one."""
        return hmac.new(self._mac, value.encode(), sha256).hexdigest() if value else ""


def wrong_key() -> ConfigurationError:
    """Make the error of a database that was written with another key."""
    return ConfigurationError(
        "key.wrong",
        _("The key does not fit this database."),
        _("Give the key that the database was made with, in {variable} or its key file.").format(
            variable=KEY_VARIABLE
        ),
    )


def _derive(key: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), _KEY_BYTES, salt=None, info=b"tomada " + purpose).derive(key)


def new_key() -> bytes:
    """Make a key."""
    return os.urandom(_KEY_BYTES)


def encode_key(key: bytes) -> str:
    """Return a key as text, as ``TOMADA_KEY`` takes it."""
    return base64.urlsafe_b64encode(key).decode()


def decode_key(text: str) -> bytes:
    """Read a key from text; raises ``ConfigurationError`` when it is none."""
    try:
        key = base64.urlsafe_b64decode(text.strip())
    except ValueError:
        key = b""
    if len(key) != _KEY_BYTES:
        raise ConfigurationError("key.form", _("The key is not 32 bytes in base64."))
    return key


def load_key(file: Path, name: str) -> bytes:
    """Return the key from ``TOMADA_KEY``, else from ``file``, else from the system's keyring under ``name``.

    Raises ``ConfigurationError`` when there is none, or when others may read the file.
    """
    if os.environ.get(KEY_VARIABLE):
        return decode_key(os.environ[KEY_VARIABLE])
    if file.exists():
        if file.stat().st_mode & 0o077:
            raise ConfigurationError(
                "key.open",
                _("Others may read the key file {file}.").format(file=file),
                _("chmod 600 {file}").format(file=file),
            )
        return decode_key(_read(file))
    stored = _from_keyring(name)
    if stored:
        return decode_key(stored)
    raise ConfigurationError(
        "key.missing",
        _("There is no key: neither {variable}, nor {file}, nor in the system's keyring.").format(
            variable=KEY_VARIABLE, file=file
        ),
        _("Run `tomada init` for a new installation, or bring the key of this one back."),
    )


def _read(file: Path) -> str:
    try:
        return file.read_bytes().decode("ascii", "replace")
    except OSError as error:
        raise ConfigurationError(
            "key.path",
            _("The key file {file} cannot be read: {reason}.").format(file=file, reason=error.strerror),
        ) from error


def save_key(key: bytes, file: Path) -> None:
    """Write a key file that only its owner may read; never overwrites one."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as stream:
        stream.write(encode_key(key) + "\n")


def save_key_in_keyring(key: bytes, name: str) -> None:
    """Put a key into the system's keyring; raises ``ConfigurationError`` where there is none."""
    import keyring
    from keyring.errors import KeyringError

    try:
        keyring.set_password(KEYRING_SERVICE, name, encode_key(key))
    except KeyringError as error:
        raise ConfigurationError(
            "key.keyring", _("The system has no usable keyring."), _("Leave the key in a file instead.")
        ) from error


def _from_keyring(name: str) -> str | None:
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(KEYRING_SERVICE, name)
    except KeyringError:
        return None
