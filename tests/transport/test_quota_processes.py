"""Q1 with real processes against a real server that counts a sliding window."""

import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import tomada
from tests.transport.support import Loopback, Received, reply

REQUESTS, WINDOW, SECONDS = 60, 1.5, 4.5

WORKER = f"""
import sys, time
from pathlib import Path
from tomada.errors import QuotaExceeded
from tomada.ports.instruments import no_boundary
from tomada.spi import QuotaLimit
from tomada.transport.client import open_client
from tomada.transport.clock import SystemClock
from tomada.transport.quota import Limiter

clock = SystemClock()
limiter = Limiter(Path(sys.argv[1]), "credential", [QuotaLimit("window", {REQUESTS}, {WINDOW})], 1.0, clock)
client = open_client(clock=clock, limiter=limiter, deadline=None, boundary=no_boundary, secrets=lambda: (),
                     refusal=lambda status, headers, body: 0 if status == 429 else None)
client.get(sys.argv[2] + "/warm")
sys.stdin.readline()
end = time.monotonic() + {SECONDS}
while time.monotonic() < end:
    client.get(sys.argv[2] + "/work")
client.close()
limiter.close()
"""


class Counter:
    """Refuses with 429 what is over the limit within any window."""

    def __init__(self) -> None:
        self.times: list[float] = []
        self.refusals = 0
        self._lock = threading.Lock()

    def __call__(self, connection: socket.socket, received: Received) -> None:
        with self._lock:
            now = time.monotonic()
            self.times.append(now)
            refused = sum(other > now - WINDOW for other in self.times[-2 * REQUESTS :]) > REQUESTS
            self.refusals += refused
        time.sleep(0.004)
        reply(connection, 429 if refused else 200)


def test_two_processes_use_the_share_together_and_are_never_refused(tmp_path: Path) -> None:
    counter = Counter()
    server = Loopback(counter)
    package = str(Path(tomada.__path__[0]).parent)
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", WORKER, str(tmp_path / "quota.db"), server.url],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={"PYTHONPATH": package},
        )
        for _worker in range(2)
    ]
    try:
        while len(counter.times) < 2:
            time.sleep(0.02)
            assert all(worker.poll() is None for worker in workers), "a worker died early"
        for worker in workers:
            assert worker.stdin
            worker.stdin.write("go\n")
            worker.stdin.flush()
        for worker in workers:
            _out, err = worker.communicate(timeout=30)
            assert worker.returncode == 0, err
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
        server.close()
    assert counter.refusals == 0
    assert len(counter.times) >= 0.9 * REQUESTS * SECONDS / WINDOW
    print(f"{len(counter.times)} of {REQUESTS * SECONDS / WINDOW:.0f} plus the first burst")
