"""What all servers of one run stand on: a folder to serve, users of their own, a certificate and a host key.

Users are added while the servers run: each store of the sandbox has its own, who sees the store's folder only.
"""

import os
import socket
import warnings
from dataclasses import dataclass
from pathlib import Path

import paramiko

from tests.foreign.debian import libraries, library_path
from tomada_sandbox.files.certificate import made_certificate


@dataclass(frozen=True, slots=True)
class Ground:
    """Where the packages were unpacked, and the files that the servers are set up with."""

    packages: Path
    folder: Path
    served: Path
    host_key: paramiko.PKey

    @property
    def libraries(self) -> Path:
        """The folder of the packages' libraries."""
        return libraries(self.packages)

    @property
    def identity(self) -> Path:
        """Key and certificate for TLS."""
        return self.folder / "identity.pem"

    @property
    def authority(self) -> Path:
        """The certificate alone."""
        return self.folder / "authority.pem"

    @property
    def host_key_file(self) -> Path:
        """The key for SSH."""
        return self.folder / "host_key"

    @property
    def users(self) -> Path:
        """What stands for the machine's own list of users, with hashed passwords."""
        return self.folder / "users"

    @property
    def passwords(self) -> Path:
        """The users' passwords as the module of PAM reads them that stands for the machine's own."""
        return self.folder / "passwords"

    @property
    def groups(self) -> Path:
        """What stands for the machine's own list of groups."""
        return self.folder / "groups"

    @property
    def empty(self) -> Path:
        """A folder without anything in it, for processes without rights."""
        return self.folder / "empty"

    def environment(self) -> dict[str, str]:
        """Return what lets a server find its libraries, and our users instead of the machine's.

        The wrappers are made for tests of servers (cwrap); without them users would have to be added to the machine.
        """
        return os.environ | {
            "LD_LIBRARY_PATH": library_path(self.packages),
            "LD_PRELOAD": f"{self.libraries}/libnss_wrapper.so {self.libraries}/libpam_wrapper.so",
            "NSS_WRAPPER_PASSWD": str(self.users),
            "NSS_WRAPPER_GROUP": str(self.groups),
            "PAM_WRAPPER": "1",
            "PAM_WRAPPER_SERVICE_DIR": str(self.folder / "pam"),
        }


def prepared(packages: Path, folder: Path) -> Ground:
    """Write all that the servers need into a new folder."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # paramiko's key of this kind rests on what its library is giving up
        host_key = paramiko.ECDSAKey.generate()
    ground = Ground(packages, folder, folder / "served", host_key)
    for made in (folder, ground.served, ground.empty, folder / "pam"):
        made.mkdir()
    certificate, key = made_certificate()
    ground.authority.write_bytes(certificate)
    _secret(ground.identity, key + certificate)
    host_key.write_private_key_file(str(ground.host_key_file))
    _secret(ground.users, _users(ground).encode())
    ground.groups.write_text("root:x:0:\nnogroup:x:65534:\n")
    _secret(ground.passwords, b"")
    rule = f"{ground.libraries}/pam_wrapper/pam_matrix.so passdb={ground.passwords}"
    for service in ("vsftpd", "other"):
        rules = [f"{kind} required {rule}\n" for kind in ("auth", "account", "password", "session")]
        (folder / "pam" / service).write_text("".join(rules))
    return ground


def free_port() -> int:
    """Return a port of loopback on which nobody listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def _users(ground: Ground) -> str:
    """Return the users that servers expect to be there."""
    nobody = f"65534::{ground.empty}:/usr/sbin/nologin"
    return (
        f"root:x:0:0::/root:/bin/sh\nsshd:x:65533:{nobody}\nftp:x:65532:{nobody}\nnobody:x:65534:{nobody}\n"
    )


def _secret(path: Path, content: bytes) -> None:
    path.touch(0o600)
    path.write_bytes(content)
