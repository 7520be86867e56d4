"""Commands of ``tomada`` in processes of their own, some of which pause where a test wants them to.

A pause is a boundary of transport or storage (``ports.instruments``) or the moment in which a lock turns out to be
taken; a pipe says that it was reached and another one lets the process go on, so that nothing depends on time.
"""

import json
import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

ROOT = Path(__file__).parents[2]
LOCK = "lock"
"""The pause of a process that has to wait for a lock: reported, and then it waits."""


class Done(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it printed with ``--json``."""
        return json.loads(self.out)


class Command:
    """``tomada WORDS`` in this home; with ``pause`` it stops at the first boundary whose name has that text."""

    def __init__(self, home: Path, *words: str, pause: str = "") -> None:
        reached, self._tell_reached = os.pipe()
        self._reached = os.fdopen(reached, "rb")
        variables = {**os.environ, "TOMADA_HOME": str(home), "LANGUAGE": "en", "PYTHONPATH": str(ROOT)}
        variables |= {"PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.e2e.commands", str(self._tell_reached), pause, *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=variables,
            pass_fds=[self._tell_reached],
        )
        os.close(self._tell_reached)

    def wait_for_pause(self) -> None:
        """Return when the pause is reached; fails if the command ends without it."""
        if self._reached.read(1) != b"!":
            raise AssertionError(f"the pause was not reached: {self.process.communicate()}")

    def go_on(self) -> Done:
        """Let it run to its end."""
        out, err = self.process.communicate("go on\n", timeout=60)
        return Done(self.process.returncode, out, err)

    def kill(self) -> None:
        """Let it die where it stands."""
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._reached.close()
        if self.process.poll() is None:
            self.kill()


def run(home: Path, *words: str) -> Done:
    """Run a command from its beginning to its end."""
    with Command(home, *words) as command:
        return command.go_on()


def main() -> None:
    """Run the command that ``Command`` started."""
    from tomada import cli
    from tomada.app import opening
    from tomada.storage import locks

    tell_reached, pause, *words = sys.argv[1:]
    told = False

    def report() -> None:
        nonlocal told
        if not told:
            told = True
            os.write(int(tell_reached), b"!")

    def boundary(name: str) -> None:
        if pause and pause in name and not told:
            report()
            sys.stdin.readline()

    def take(handle: int, _take: Any = locks._flock) -> bool:
        taken: bool = _take(handle)
        if not taken and pause == LOCK:
            report()
        return taken

    opening.Installation = partial(opening.Installation, boundary=boundary)
    locks._flock = take
    sys.argv[1:] = words
    cli.main()


if __name__ == "__main__":
    main()
