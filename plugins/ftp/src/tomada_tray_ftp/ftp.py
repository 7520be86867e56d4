"""FTP and FTPS by the standard library."""

import contextlib
import ftplib
import re
import socket
import ssl
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from tomada.errors import AuthenticationError, TransientError
from tomada_tray_ftp.sentences import _
from tomada_tray_ftp.settings import Settings
from tomada_tray_ftp.transport import CHUNK, Entry, MissingError, RefusedError, cut_off, login_refused

_LIST_LINE = re.compile(r"([-dl])\S{9}\S*\s+\d+\s+\S+\s+\S+\s+(\d+)\s+(\w{3}\s+\d+\s+[\d:]+)\s(.+)")
_UNKNOWN_COMMAND = ("500", "501", "502", "504")
_MOST_ENTRIES = 100_000


class _TlsSocket(ssl.SSLSocket):
    def unwrap(self) -> socket.socket:
        """End TLS; many servers just close the data connection, whose bytes are counted anyway."""
        try:
            return super().unwrap()
        except (OSError, ValueError):
            return self


class _FtpTls(ftplib.FTP_TLS):
    """FTPS whose data connections carry the session of the control connection on, as servers demand (522)."""

    reuse = True
    implicit = False

    def connect(self, *arguments: Any, **options: Any) -> str:  # noqa: ANN401 - as the standard library has it
        if not self.implicit:
            return super().connect(*arguments, **options)
        host, port, timeout = arguments
        self.host = host
        raw = socket.create_connection((host, port), timeout)
        self.af = raw.family
        self.sock = self.context.wrap_socket(raw, server_hostname=host)
        self.file = self.sock.makefile("r", encoding=self.encoding)
        self.timeout = timeout
        self.welcome = self.getresp()
        return self.welcome

    def ntransfercmd(self, cmd: str, rest: int | str | None = None) -> tuple[socket.socket, int | None]:
        connection, size = ftplib.FTP.ntransfercmd(self, cmd, rest)  # noqa: S321 - FTPS
        session = self.sock.session if self.reuse and isinstance(self.sock, ssl.SSLSocket) else None
        try:
            return self.context.wrap_socket(connection, server_hostname=self.host, session=session), size
        except BaseException:
            connection.close()
            raise


class FtpTransport:
    """``Transport`` over one FTP or FTPS connection, in binary and passive mode."""

    def __init__(self, protocol: str, host: str, port: int, settings: Settings) -> None:
        """Connect and log in."""
        self._mlsd = True
        self._ftp = _made(protocol, settings)
        self._ftp.encoding = settings.path_encoding
        with self._translated():
            self._ftp.connect(host, port, settings.timeout)
            try:
                self._ftp.login(settings.user, settings.password.get_secret_value())
            except ftplib.error_perm:
                self.close()
                raise login_refused() from None
            if isinstance(self._ftp, ftplib.FTP_TLS):
                self._ftp.prot_p()
            self._ftp.voidcmd("TYPE I")

    def listing(self, folder: str) -> list[Entry]:
        """See ``Transport``."""
        with self._translated():
            if self._mlsd:
                try:
                    return self._by_mlsd(folder)
                except ftplib.error_perm as error:
                    if str(error)[:3] not in _UNKNOWN_COMMAND:
                        raise
                    self._mlsd = False
            return self._by_list(folder)

    def read(self, path: str, take: Callable[[bytes], object]) -> None:
        """See ``Transport``."""
        with self._translated():
            self._ftp.retrbinary(f"RETR {path}", take, CHUNK)

    def write(self, path: str, pieces: Iterable[bytes]) -> None:
        """See ``Transport``."""
        with self._translated(), self._ftp.transfercmd(f"STOR {path}") as connection:
            for piece in pieces:
                connection.sendall(piece)
            if isinstance(connection, ssl.SSLSocket):
                connection.unwrap()
            connection.close()
            self._ftp.voidresp()

    def size(self, path: str) -> int | None:
        """See ``Transport``."""
        try:
            with self._translated():
                return self._ftp.size(path)
        except MissingError:
            return None
        except RefusedError as error:
            if str(error) not in _UNKNOWN_COMMAND:
                return None
        folder, _slash, name = path.rpartition("/")
        return next((entry.size for entry in self.listing(folder) if entry.name == name), None)

    def rename(self, source: str, target: str) -> None:
        """See ``Transport``."""
        with self._translated():
            self._ftp.rename(source, target)

    def make_folder(self, path: str) -> None:
        """See ``Transport``."""
        with self._translated():
            self._ftp.mkd(path)

    def delete(self, path: str) -> None:
        """See ``Transport``."""
        with self._translated():
            self._ftp.delete(path)

    def close(self) -> None:
        """See ``Transport``."""
        with contextlib.suppress(Exception):
            self._ftp.close()

    def _by_mlsd(self, folder: str) -> list[Entry]:
        lines: list[str] = []
        self._lines(f"MLSD {folder}", lines)
        found = []
        for line in lines:
            facts, _space, name = line.partition(" ")
            told = dict(fact.lower().partition("=")[::2] for fact in facts.split(";") if fact)
            if told.get("type") == "file" and told.get("size", "").isdigit():
                found.append(Entry(name, int(told["size"]), told.get("modify", "")))
        return found

    def _by_list(self, folder: str) -> list[Entry]:
        """Read the folder's lines as most servers write them.

        Some (vsftpd) list nothing of a folder that is not there, so an empty one is entered to see whether it is.
        """
        lines: list[str] = []
        self._lines(f"LIST {folder}", lines)
        if not lines:
            home = self._ftp.pwd()
            self._ftp.cwd(folder)
            self._ftp.cwd(home)
        matches = [match for line in lines if (match := _LIST_LINE.fullmatch(line))]
        return [Entry(match[4], int(match[2]), match[3]) for match in matches if match[1] == "-"]

    def _lines(self, command: str, lines: list[str]) -> None:
        try:
            self._ftp.retrlines(command, _limited(lines))
        except ftplib.error_perm:
            self._ftp.voidcmd("TYPE I")
            raise
        self._ftp.voidcmd("TYPE I")  # lists come in ASCII mode, in which SIZE is refused

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except ssl.SSLCertVerificationError:
            self.close()
            raise AuthenticationError(
                "ftp.certificate",
                _("The file server's certificate cannot be trusted."),
                _("Name the authority: `tomada store set STORE ca_file=…`."),
            ) from None
        except ftplib.error_perm as error:
            text = str(error)
            if text.startswith("550") and not re.search(
                "denied|permission|exist(s|ing)|full|space", text, re.IGNORECASE
            ):
                raise MissingError from None
            if text.startswith("530"):
                raise login_refused() from None
            raise RefusedError(text[:3]) from None
        except ftplib.error_temp as error:
            if str(error).startswith("452"):
                raise RefusedError("452") from None
            self.close()
            raise cut_off() from None
        except (OSError, EOFError, ftplib.Error, UnicodeError):
            self.close()
            raise cut_off() from None
        except TransientError:
            self.close()
            raise


def _limited(lines: list[str]) -> Callable[[str], None]:
    def take(line: str) -> None:
        if len(lines) >= _MOST_ENTRIES:
            raise ftplib.error_proto("the list does not end")  # noqa: S321 - an error
        lines.append(line)

    return take


def _made(protocol: str, settings: Settings) -> ftplib.FTP:
    if protocol == "ftp":
        return ftplib.FTP()  # noqa: S321 - see the import
    context = ssl.create_default_context()
    if settings.ca_file:
        context.load_verify_locations(settings.ca_file)
    if not settings.verify_tls:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    context.sslsocket_class = _TlsSocket
    made = _FtpTls(context=context)
    made.reuse, made.implicit = settings.tls_session_reuse, protocol == "ftps-implicit"
    return made
