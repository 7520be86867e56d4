"""The sandbox as a child process, for the demo, benchmarks and tests that fork or kill."""

import json
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

_STOP_SECONDS = 5.0


class SandboxProcess:
    """Runs ``python -m tomada_sandbox``; the child also ends when this process does, however it dies."""

    def __init__(self, clock_path: str | Path | None = None, port: int = 0) -> None:
        self._command = [sys.executable, "-m", "tomada_sandbox", "--until-stdin-closes", "--port", str(port)]
        if clock_path is not None:
            self._command += ["--clock", str(clock_path)]
        self._child: subprocess.Popen[str] | None = None
        self.url = ""

    def start(self) -> Self:
        """Start the child and return once it answers requests; raises ``RuntimeError`` if it ends instead."""
        self._child = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        assert self._child.stdout is not None
        ready = self._child.stdout.readline()
        if not ready:
            code = self._child.wait()
            self.stop()
            raise RuntimeError(f"the sandbox ended with code {code} before it was ready")
        self.url = json.loads(ready)["url"]
        return self

    def stop(self) -> None:
        """End the child and wait for it."""
        child, self._child = self._child, None
        if child is None:
            return
        child.terminate()
        try:
            child.communicate(timeout=_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.communicate()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
