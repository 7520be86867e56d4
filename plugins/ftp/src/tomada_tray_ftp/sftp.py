"""SFTP by paramiko; the server's key is verified before anything secret is sent."""

import base64
import contextlib
import hashlib
import io
import socket
import stat
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import paramiko

from tomada.errors import AuthenticationError, ConfigurationError, TransientError
from tomada_tray_ftp.sentences import _
from tomada_tray_ftp.settings import Settings
from tomada_tray_ftp.transport import CHUNK, Entry, MissingError, RefusedError, cut_off, login_refused


def fingerprint(key: paramiko.PKey) -> str:
    """Return ``SHA256:…`` of a key, as ssh shows it."""
    digest = base64.b64encode(hashlib.sha256(key.asbytes()).digest()).decode()
    return f"SHA256:{digest.rstrip('=')}"


class SftpTransport:
    """``Transport`` over one SSH connection."""

    def __init__(self, host: str, port: int, settings: Settings) -> None:
        """Connect, verify the server's key and log in."""
        known = known_keys(host, port, settings)
        with _translated():
            self._ssh = _connected(host, port, settings, known)
        try:
            with _translated():
                verify(self._ssh.get_remote_server_key(), settings, known)
                self._log_in(settings)
                client = paramiko.SFTPClient.from_transport(self._ssh)
            if client is None:
                raise cut_off()
            self._client = client
            channel = self._client.get_channel()
            if channel is not None:
                channel.settimeout(settings.timeout)
        except BaseException:
            self.close()
            raise

    def listing(self, folder: str) -> list[Entry]:
        """See ``Transport``."""
        with self._closing():
            found = self._client.listdir_attr(folder)
        return [
            Entry(each.filename, each.st_size or 0, str(each.st_mtime or ""))
            for each in found
            if stat.S_ISREG(each.st_mode or 0)
        ]

    def read(self, path: str, take: Callable[[bytes], object]) -> None:
        """See ``Transport``.

        One request after another: what paramiko reads ahead runs in a thread that cannot tell us of a connection
        that died.
        """
        with self._closing(), self._client.open(path, "rb") as file:
            while piece := file.read(CHUNK):
                take(piece)

    def write(self, path: str, pieces: Iterable[bytes]) -> None:
        """See ``Transport``."""
        with self._closing(), self._client.open(path, "wb") as file:
            for piece in pieces:
                file.write(piece)

    def size(self, path: str) -> int | None:
        """See ``Transport``."""
        try:
            with self._closing():
                size: int | None = self._client.lstat(path).st_size
                return size
        except (MissingError, RefusedError):
            return None

    def rename(self, source: str, target: str) -> None:
        """See ``Transport``."""
        with self._closing():
            self._client.rename(source, target)

    def make_folder(self, path: str) -> None:
        """See ``Transport``."""
        with self._closing():
            self._client.mkdir(path)

    def delete(self, path: str) -> None:
        """See ``Transport``."""
        with self._closing():
            self._client.remove(path)

    def close(self) -> None:
        """See ``Transport``."""
        with contextlib.suppress(Exception):
            self._ssh.close()
            self._ssh.join(1)

    def _log_in(self, settings: Settings) -> None:
        text = settings.private_key.get_secret_value()
        try:
            if text:
                self._ssh.auth_publickey(settings.user, _private_key(text))
            else:
                self._ssh.auth_password(settings.user, settings.password.get_secret_value())
        except paramiko.AuthenticationException:
            raise login_refused() from None

    @contextlib.contextmanager
    def _closing(self) -> Iterator[None]:
        try:
            with _translated():
                yield
        except TransientError:
            self.close()
            raise


def server_key(host: str, port: int, settings: Settings) -> tuple[str, bool]:
    """Return the fingerprint that a server shows, and whether it is the one that we expect of it."""
    known = known_keys(host, port, settings)
    with _translated():
        ssh = _connected(host, port, settings, known)
        try:
            key = ssh.get_remote_server_key()
            return fingerprint(key), any(key == each for each in known)
        finally:
            ssh.close()
            ssh.join(1)


def known_keys(host: str, port: int, settings: Settings) -> list[paramiko.PKey]:
    """Return the keys that the file of known hosts has for a server."""
    path = Path(settings.known_hosts).expanduser()
    keys = paramiko.HostKeys()
    try:
        keys.load(str(path))
    except OSError:
        return []
    name = host if port == 22 else f"[{host}]:{port}"
    return list((keys.lookup(name) or {}).values())


def verify(key: paramiko.PKey, settings: Settings, known: list[paramiko.PKey]) -> None:
    """Raise ``AuthenticationError`` for a key that is neither the pinned one nor, without a pin, a known one."""
    shown = fingerprint(key)
    if settings.host_key:
        if settings.host_key == shown:
            return
    elif any(key == each for each in known):
        return
    expected = settings.host_key or ", ".join(map(fingerprint, known))
    if not expected:
        raise AuthenticationError(
            "ftp.host_key_unknown",
            _("Nobody has confirmed the file server's key {key} yet.").format(key=shown),
            _("Ask the store for its fingerprint, then run `tomada store set STORE host_key={key}`.").format(
                key=shown
            ),
        )
    raise AuthenticationError(
        "ftp.host_key_changed",
        _("The file server shows the key {key}, not {expected}: somebody may be in between.").format(
            key=shown, expected=expected
        ),
        _(
            "Ask the store whether its key was changed; nothing was sent. Then run `tomada store set STORE host_key=…`."
        ),
    )


def _connected(host: str, port: int, settings: Settings, known: list[paramiko.PKey]) -> paramiko.Transport:
    raw = socket.create_connection((host, port), settings.timeout)
    try:
        ssh = paramiko.Transport(raw)
        ssh.banner_timeout = ssh.auth_timeout = settings.timeout
        if known and not settings.host_key:
            options = ssh.get_security_options()
            names = {key.get_name() for key in known}
            wanted = [
                each for each in options.key_types if each in names or ("ssh-rsa" in names and "rsa" in each)
            ]
            options.key_types = tuple(wanted) or options.key_types
        ssh.start_client(timeout=settings.timeout)
    except BaseException:
        raw.close()
        raise
    return ssh


def _private_key(text: str) -> paramiko.PKey:
    for kind in (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey):
        try:
            return kind.from_private_key(io.StringIO(text))
        except (paramiko.SSHException, ValueError, IndexError):
            continue
    raise ConfigurationError(
        "ftp.private_key",
        _("The private key cannot be read; it must be an Ed25519, ECDSA or RSA key without a passphrase."),
    )


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise MissingError from None
    except PermissionError:
        raise RefusedError("permission") from None
    except (TimeoutError, ConnectionError, socket.gaierror, EOFError, paramiko.SSHException):
        raise cut_off() from None
    except OSError as error:
        # SFTP's own failures carry no number; what the network raises does.
        raise (cut_off() if error.errno else RefusedError("failure")) from None
