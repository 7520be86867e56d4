"""``make foreign-servers``: the suites of two plugins against servers that others wrote.

The exchange of files runs against vsftpd and OpenSSH, then against ProFTPD; the web service against nuSOAP under PHP.
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
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from tests.foreign import nusoap, openssh, proftpd, vsftpd
from tests.foreign.debian import UnavailableError, library_path, unpacked
from tests.foreign.ground import Ground, prepared
from tests.foreign.running import Peer, running
from tests.ftp.foreign import VARIABLE as FILE_SERVERS
from tests.soap.foreign import VARIABLE as WEB_SERVICE
from tomada_tray_ftp.sftp import fingerprint

FILE_LINES: Sequence[Sequence[ModuleType]] = ((vsftpd, openssh), (proftpd,))
"""Which file servers stand together, so that each protocol is spoken by one of them."""
NAMES = {
    vsftpd: ("vsftpd",),
    proftpd: ("proftpd-core",),
    openssh: ("openssh-server",),
    nusoap: ("libnusoap-php", "php-cli"),
}
OWN_SERVICE_ONLY = ("tests/soap/test_kill.py", "tests/soap/test_benchmark.py")
"""They time or fork the sandbox's own web service."""


@dataclass(frozen=True, slots=True)
class Line:
    """A suite and the servers that it runs against."""

    peers: Sequence[Peer]
    environment: Mapping[str, str]
    folder: Path
    tests: Sequence[str]
    told: Mapping[str, str]


def main(arguments: Sequence[str]) -> int:
    """Return 0 when all passed or nothing can run here."""
    with tempfile.TemporaryDirectory(prefix="tomada-foreign-") as name:
        folder = Path(name)
        print("Unpacking the servers' packages …", flush=True)
        packages = folder / "packages"
        try:
            versions = unpacked([each.PACKAGES for each in NAMES], packages)
        except UnavailableError as error:
            print(f"Not run: {error}.")
            return 0
        ended = {}
        for number, modules in enumerate((*FILE_LINES, (nusoap,)), 1):
            title = " and ".join(f"{name} {versions[name]}" for each in modules for name in NAMES[each])
            print(f"\n{title}", flush=True)
            place = folder / f"line-{number}"
            line = _web_service(packages, place) if nusoap in modules else _files(modules, packages, place)
            ended[title] = _ran(line, arguments)
    print("\nIn all:")
    for title, code in ended.items():
        print(f"  {title}: {'passed' if code == 0 else f'failed (pytest ended with {code})'}; servers ended")
    return int(any(ended.values()))


def _files(modules: Sequence[ModuleType], packages: Path, folder: Path) -> Line:
    ground = prepared(packages, folder)
    peers = [peer for each in modules for peer in each.peers(ground)]
    told = folder / "told.json"
    told.write_text(json.dumps(_told(ground, {k: v for peer in peers for k, v in peer.ports.items()})))
    told.chmod(0o600)
    reached = {FILE_SERVERS: str(told), "TMPDIR": str(ground.served)}
    return Line(peers, ground.environment(), folder, ("tests/ftp",), reached)


def _web_service(packages: Path, folder: Path) -> Line:
    folder.mkdir()
    peer = nusoap.peer(packages, folder)
    environment = os.environ | {"LD_LIBRARY_PATH": library_path(packages)}
    tests = ("tests/soap", *(f"--ignore={path}" for path in OWN_SERVICE_ONLY))
    return Line([peer], environment, folder, tests, {WEB_SERVICE: f"http://127.0.0.1:{peer.ports['http']}"})


def _ran(line: Line, arguments: Sequence[str]) -> int:
    """Run the suite against the servers of one line; return how pytest ended."""
    with running(line.peers, line.environment, line.folder):
        command = [sys.executable, "-m", "pytest", "-q", "-rs", "-n", "2", "--dist", "loadfile"]
        ended = subprocess.run([*command, *line.tests, *arguments], env=os.environ | line.told, check=False)
    if ended.returncode:
        for log in sorted(line.folder.glob("*.log")):
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
