"""All file servers of one sandbox, with the certificate and the key that they show."""

from pathlib import Path

from tomada_sandbox.files.certificate import made_certificate
from tomada_sandbox.files.ftp_server import FtpServers
from tomada_sandbox.files.sftp_server import SftpServer
from tomada_sandbox.files.troubles import Troubles


class Servers:
    """FTP, FTPS and SFTP on loopback, each on a free port."""

    def __init__(self, folder: Path) -> None:
        self._authority = folder / "authority.pem"
        identity = folder / "identity.pem"
        certificate, key = made_certificate()
        self._authority.write_bytes(certificate)
        identity.write_bytes(key + certificate)
        identity.chmod(0o600)
        self._ftp = FtpServers(identity)
        self._sftp = SftpServer()

    def add(self, name: str, password: str, root: Path, troubles: Troubles) -> None:
        """Let a store in at all of them."""
        self._ftp.add(name, password, root, troubles)
        self._sftp.add(name, password, root, troubles)

    def told(self) -> dict[str, object]:
        """Return the addresses, the file of the certificate and the fingerprint of the SSH key."""
        ports = {**self._ftp.ports, "sftp": self._sftp.port}
        addresses = {name: f"{name}://127.0.0.1:{port}" for name, port in ports.items()}
        keys = {"host_key": self._sftp.fingerprint, "public_key": self._sftp.public_key}
        return {"addresses": addresses, "ca_file": str(self._authority), **keys}

    def close(self) -> None:
        """Stop all."""
        self._ftp.close()
        self._sftp.close()
