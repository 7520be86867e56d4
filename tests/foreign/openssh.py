"""OpenSSH: SFTP by the server that most have."""

from tests.foreign.ground import Ground, free_port
from tests.foreign.running import Peer

PACKAGES = ("openssh-server", "openssh-sftp-server", "libnss-wrapper", "libpam-wrapper")


def peers(ground: Ground) -> list[Peer]:
    """Return one server, set up.

    The part that serves files is a program of its own here: within the server's own process the wrapper of users
    would go on using a file that the server has closed. It begins in the user's own folder.
    """
    port = free_port()
    path = ground.folder / "sshd.conf"
    path.write_text(
        f"""\
ListenAddress 127.0.0.1
Port {port}
HostKey {ground.host_key_file}
PidFile {ground.folder}/sshd.pid
UsePAM no
PasswordAuthentication yes
KbdInteractiveAuthentication no
PermitRootLogin yes
StrictModes no
Subsystem sftp {ground.packages}/usr/lib/openssh/sftp-server
ForceCommand {ground.packages}/usr/lib/openssh/sftp-server
"""
    )
    command = [str(ground.packages / "usr/sbin/sshd"), "-D", "-e", "-f", str(path)]
    return [Peer("sshd", command, {"sftp": port})]
