"""ProFTPD: FTP, FTPS (which demands that data connections carry the TLS session on) and, by its mod_sftp, SFTP."""

from tests.foreign.ground import Ground, free_port
from tests.foreign.running import Peer

PACKAGES = ("proftpd-core", "proftpd-mod-crypto", "libnss-wrapper", "libpam-wrapper")


def peers(ground: Ground) -> list[Peer]:
    """Return one server that listens on three ports, set up."""
    ports = {protocol: free_port() for protocol in ("ftp", "ftps", "sftp")}
    path = ground.folder / "proftpd.conf"
    path.write_text(
        f"""\
ModulePath {ground.packages}/usr/lib/proftpd
LoadModule mod_tls.c
LoadModule mod_sftp.c
ServerType standalone
DefaultAddress 127.0.0.1
UseIPv6 off
UseReverseDNS off
SocketBindTight on
Port {ports["ftp"]}
User root
Group root
AuthOrder mod_auth_file.c
AuthUserFile {ground.users}
AuthGroupFile {ground.groups}
PidFile {ground.folder}/proftpd.pid
ScoreboardFile {ground.folder}/proftpd.score
SystemLog {ground.folder}/proftpd-system.log
TransferLog none
WtmpLog off
<Global>
  DefaultRoot ~
  AllowOverwrite on
  RootLogin on
  RequireValidShell off
  UseFtpUsers off
</Global>
<VirtualHost 127.0.0.1>
  Port {ports["ftps"]}
  TLSEngine on
  TLSRequired on
  TLSECCertificateFile {ground.authority}
  TLSECCertificateKeyFile {ground.identity}
  TLSLog {ground.folder}/proftpd-tls.log
</VirtualHost>
<VirtualHost 127.0.0.1>
  Port {ports["sftp"]}
  SFTPEngine on
  SFTPHostKey {ground.host_key_file}
  SFTPAuthMethods password
  SFTPLog {ground.folder}/proftpd-sftp.log
</VirtualHost>
"""
    )
    command = [str(ground.packages / "usr/sbin/proftpd"), "--nodaemon", "--config", str(path)]
    return [Peer("proftpd", command, ports)]
