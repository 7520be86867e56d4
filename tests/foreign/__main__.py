"""``make foreign-servers``: the suite of the exchange of files against vsftpd and OpenSSH, then against ProFTPD.

Prints what ran and how it ended, or why it did not run; arguments go to pytest. Nothing is installed on the machine:
the packages are unpacked into a folder that is deleted, and the servers listen on loopback only.
"""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType

from tests.foreign import openssh, proftpd, vsftpd
from tests.foreign.debian import UnavailableError, unpacked
from tests.foreign.ground import Ground, prepared
from tests.foreign.running import running
from tests.ftp.foreign import VARIABLE
from tomada_tray_ftp.sftp import fingerprint

LINES: Sequence[Sequence[ModuleType]] = ((vsftpd, openssh), (proftpd,))
"""Which servers stand together, so that each protocol is spoken by one of them."""
NAMES = {vsftpd: "vsftpd", proftpd: "proftpd-core", openssh: "openssh-server"}


def main(arguments: Sequence[str]) -> int:
    """Return 0 when all passed or nothing can run here."""
    with tempfile.TemporaryDirectory(prefix="tomada-foreign-") as name:
        folder = Path(name)
        print("Unpacking the servers' packages …", flush=True)
        try:
            versions = unpacked([each.PACKAGES for each in NAMES], folder / "packages")
        except UnavailableError as error:
            print(f"Not run: {error}.")
            return 0
        ended = {}
        for number, modules in enumerate(LINES, 1):
            title = " and ".join(f"{NAMES[each]} {versions[NAMES[each]]}" for each in modules)
            print(f"\n{title}", flush=True)
            ended[title] = _ran(modules, prepared(folder / "packages", folder / f"line-{number}"), arguments)
    print("\nIn all:")
    for title, code in ended.items():
        print(f"  {title}: {'passed' if code == 0 else f'failed (pytest ended with {code})'}; servers ended")
    return int(any(ended.values()))


def _ran(modules: Sequence[ModuleType], ground: Ground, arguments: Sequence[str]) -> int:
    """Run the suite against the servers of one line; return how pytest ended."""
    peers = [peer for each in modules for peer in each.peers(ground)]
    told = ground.folder / "told.json"
    told.write_text(json.dumps(_told(ground, {k: v for peer in peers for k, v in peer.ports.items()})))
    told.chmod(0o600)
    with running(peers, ground.environment(), ground.folder):
        command = [sys.executable, "-m", "pytest", "-q", "-rs", "-n", "2", "--dist", "loadfile"]
        environment = os.environ | {VARIABLE: str(told), "TMPDIR": str(ground.served)}
        ended = subprocess.run([*command, "tests/ftp", *arguments], env=environment, check=False)
    if ended.returncode:
        for log in sorted(ground.folder.glob("*.log")):
            print(f"\n{log.name}:\n" + "".join(log.read_text(errors="replace").splitlines(True)[-20:]))
    return ended.returncode


def _told(ground: Ground, ports: Mapping[str, int]) -> dict[str, object]:
    return {
        "users": str(ground.users),
        "passwords": str(ground.passwords),
        "addresses": {protocol: f"{protocol}://127.0.0.1:{port}" for protocol, port in ports.items()},
        "host_key": fingerprint(ground.host_key),
        "public_key": f"{ground.host_key.get_name()} {ground.host_key.get_base64()}",
        "ca_file": str(ground.authority),
    }


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main(sys.argv[1:]))
