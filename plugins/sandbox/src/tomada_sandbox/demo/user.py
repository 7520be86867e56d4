"""The user of the demo: runs the real ``tomada`` in processes of their own."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tomada.errors import InternalError
from tomada_sandbox.client import Json
from tomada_sandbox.demo.narrator import Narrator
from tomada_sandbox.sentences import _, current

_TAIL = 2000
_MEGA = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended: its exit code, what it printed, seconds, and peak memory in MB (0: not known)."""

    code: int
    text: str
    seconds: float
    megabytes: int


class User:
    """Somebody with a data folder of their own; nothing of the real user's settings reaches the commands."""

    def __init__(self, environment: Mapping[str, str], narrator: Narrator) -> None:
        own = {name: text for name, text in os.environ.items() if not name.startswith("TOMADA_")}
        spoken = "pt_BR.UTF-8" if current() == "pt_BR" else "C.UTF-8"
        self._environment = {**own, "LC_ALL": spoken, "PYTHONUTF8": "1", "NO_COLOR": "1", **environment}
        self._narrator = narrator

    def does(self, *words: str, codes: Sequence[int] = (0,), last: int | None = None) -> Done:
        """Run a command and show it with what it prints (or its last lines); ``codes`` are expected.

        Raises ``InternalError`` when it ends with another code.
        """
        self._narrator.command(words)
        done = self._run(words, codes, both=True)
        self._narrator.output(done.text, last)
        return done

    def asks(self, *words: str) -> Json:
        """Run a command unseen and return what it prints as JSON. Raises ``InternalError`` as ``does``."""
        done = self._run((*words, "--json"), (0,), both=False)
        found: Json = json.loads(done.text)
        return found

    def _run(self, words: Sequence[str], codes: Sequence[int], *, both: bool) -> Done:
        began = time.monotonic()
        child = subprocess.Popen(
            [sys.executable, "-P", "-m", "tomada", *words],
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT if both else subprocess.DEVNULL,
            encoding="utf-8",
        )
        with child:
            assert child.stdout is not None
            text = child.stdout.read()
            megabytes = _wait(child)
        if child.returncode not in codes:
            raise InternalError(
                "demo.command",
                _("tomada {command} ended with code {code}.").format(
                    command=" ".join(words[:2]), code=child.returncode
                ),
                text[-_TAIL:],
            )
        return Done(child.returncode, text, time.monotonic() - began, megabytes)


def _wait(child: "subprocess.Popen[str]") -> int:
    """Wait for a child and return its peak memory in MB; 0 where the system does not tell it per child."""
    if not hasattr(os, "wait4"):
        child.wait()
        return 0
    _pid, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    # Kilobytes everywhere but on macOS, which tells bytes.
    return round(usage.ru_maxrss / (_MEGA if sys.platform == "darwin" else 1024))
