"""vsftpd: one that speaks FTP, and one that demands TLS whose session the data connections carry on."""

from pathlib import Path

from tests.foreign.ground import Ground, free_port
from tests.foreign.running import Peer

PACKAGES = ("vsftpd", "libnss-wrapper", "libpam-wrapper")


def peers(ground: Ground) -> list[Peer]:
    """Return both, set up."""
    return [_peer(ground, "ftp", "NO"), _peer(ground, "ftps", "YES")]


def _peer(ground: Ground, protocol: str, tls: str) -> Peer:
    port = free_port()
    settings = {
        "listen": "YES",
        "listen_address": "127.0.0.1",
        "listen_port": port,
        "background": "NO",
        "anonymous_enable": "NO",
        "local_enable": "YES",
        "chroot_local_user": "YES",
        "allow_writeable_chroot": "YES",
        "write_enable": "YES",
        "pam_service_name": "vsftpd",
        "secure_chroot_dir": ground.empty,
        "nopriv_user": "nobody",
        "ssl_enable": tls,
        "force_local_logins_ssl": tls,
        "force_local_data_ssl": tls,
        "require_ssl_reuse": "YES",
        "ssl_ciphers": "HIGH",
        "rsa_cert_file": ground.identity,
    }
    path: Path = ground.folder / f"vsftpd-{protocol}.conf"
    path.write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
    command = [str(ground.packages / "usr/sbin/vsftpd"), str(path)]
    return Peer(f"vsftpd-{protocol}", command, {protocol: port})
