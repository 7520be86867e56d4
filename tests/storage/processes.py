"""Other processes that hold something of a database."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]


class Other:
    """A running ``tests.storage.holder`` and its first word."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout
        self.process = process
        self.pid = process.pid
        self.said = process.stdout.readline().strip()

    def go_on(self) -> None:
        """Let it go on, and wait for its end."""
        _out, err = self.process.communicate("\n", timeout=60)
        assert self.process.returncode == 0, err

    def kill(self) -> None:
        """Kill it with SIGKILL."""
        self.process.kill()
        self.process.wait()


@contextmanager
def other(*words: str) -> Iterator[Other]:
    """Start a process and wait for its first word; it is ended at the end."""
    command = [sys.executable, "-m", "tests.storage.holder", *words]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as process:
        try:
            yield Other(process)
        finally:
            process.kill()
