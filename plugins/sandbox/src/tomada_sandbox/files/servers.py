"""All file servers of one sandbox, with the certificate and the key that they show."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tomada_sandbox.files.ftp_server import FtpServers
from tomada_sandbox.files.sftp_server import SftpServer
from tomada_sandbox.files.troubles import Troubles


class Servers:
    """FTP, FTPS and SFTP on loopback, each on a free port."""

    def __init__(self, folder: Path) -> None:
        self._authority = folder / "authority.pem"
        identity = folder / "identity.pem"
        certificate, key = _certificate()
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


def _certificate() -> tuple[bytes, bytes]:
    """Return a self-signed certificate for loopback and its key, in PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=3650))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return certificate.public_bytes(serialization.Encoding.PEM), private
