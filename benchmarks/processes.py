"""Commands in processes of their own, and what each took."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_MEGA = 1024 * 1024
_TAIL = 2000


@dataclass(frozen=True, slots=True)
class Taken:
    """What a command printed and took: seconds, seconds of CPU, and its peak memory in MB.

    The system lets a child begin with its parent's peak, so the process that measures has to stay small.
    """

    text: str
    seconds: float
    cpu: float
    megabytes: float


class Command:
    """A command that is under way. ``words`` follow the interpreter; ``codes`` are the exit codes expected."""

    def __init__(
        self, words: Sequence[str], environment: Mapping[str, str] | None = None, codes: Sequence[int] = (0,)
    ) -> None:
        self._words, self._codes = words, codes
        self._began = time.perf_counter()
        self._child = subprocess.Popen(
            [sys.executable, *words],
            cwd=ROOT,
            env={**_clean(), **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )

    def runs(self) -> bool:
        """Tell whether it has not ended yet."""
        return os.waitid(os.P_PID, self._child.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None

    def kill(self) -> Taken:
        """Kill it at once, or let it be when it has ended."""
        os.kill(self._child.pid, signal.SIGKILL)  # Popen.kill would wait for one that has ended, untimed
        return self._taken((*self._codes, -signal.SIGKILL))

    def end(self) -> Taken:
        """Wait for the end; raises ``RuntimeError`` for another exit code."""
        return self._taken(self._codes)

    def _taken(self, codes: Sequence[int]) -> Taken:
        with self._child as child:
            assert child.stdout is not None
            assert child.stderr is not None
            text, errors = child.stdout.read(), child.stderr.read()
            _pid, status, usage = os.wait4(child.pid, 0)
            seconds = time.perf_counter() - self._began
            child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode not in codes:
            shown = " ".join(self._words[:5])
            raise RuntimeError(f"{shown} … ended with {child.returncode}: {(errors or text)[-_TAIL:]}")
        # Kilobytes everywhere but on macOS, which tells bytes.
        megabytes = usage.ru_maxrss / (_MEGA if sys.platform == "darwin" else 1024)
        return Taken(text, seconds, usage.ru_utime + usage.ru_stime, megabytes)


def run(*words: str, environment: Mapping[str, str] | None = None, codes: Sequence[int] = (0,)) -> Taken:
    """Run a command to its end; raises ``RuntimeError`` as ``Command.end`` does."""
    return Command(words, environment, codes).end()


def _clean() -> dict[str, str]:
    """Nothing of the user's own installation, and English, reaches a command that is measured."""
    own = {name: text for name, text in os.environ.items() if not name.startswith("TOMADA_")}
    return {**own, "LC_ALL": "C.UTF-8", "PYTHONUTF8": "1", "NO_COLOR": "1"}
