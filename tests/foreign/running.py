"""Servers as processes: started, waited for until they listen, and ended by their id."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

LONGEST = 1800
"""Seconds after which a server ends by itself, whatever became of us."""
_STARTING = 20
_ENDING = 10


@dataclass(frozen=True, slots=True)
class Peer:
    """One server: its command, and the port on which it speaks each protocol."""

    name: str
    command: Sequence[str]
    ports: Mapping[str, int]


@contextlib.contextmanager
def running(peers: Sequence[Peer], environment: Mapping[str, str], folder: Path) -> Iterator[None]:
    """Run servers; their output goes to a file each. Raises ``RuntimeError`` for one that does not listen."""
    processes: list[subprocess.Popen[bytes]] = []
    try:
        for peer in peers:
            log = folder / f"{peer.name}.log"
            with log.open("wb") as output:
                process = subprocess.Popen(
                    ["timeout", str(LONGEST), *peer.command],
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            processes.append(process)
            for port in peer.ports.values():
                _wait(port, process, log)
        yield
    finally:
        for process in processes:
            _end(process)


def _wait(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + _STARTING
    while process.poll() is None and time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise RuntimeError(f"{log.stem} does not listen; it said:\n{log.read_text(errors='replace')}")


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a server with the processes of its sessions."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(_ENDING)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
