"""Runs commands: here, and as a user does in a process of its own."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tomada.cli import run
from tomada.ports.options import StoreOptions
from tomada.runner import FLOWS

SCRIPT = "import sys; from tomada.cli import main; main()"


def here(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Run a command in this process and return its exit code, stdout and stderr."""
    code = run(words)
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def nothing_in(store: str) -> str:
    """Return what a sync prints that found nothing to do in any flow."""
    return "".join(f"{store} · {flow}: nothing to do\n" for flow in usual())


def usual() -> list[str]:
    """The flows of a store that nobody has switched anything on for."""
    return [name for name, flow in FLOWS.items() if not flow.is_off(StoreOptions())]


def apart(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own, in English unless the environment says otherwise."""
    variables = {**os.environ, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", **environment}
    return subprocess.run(
        [sys.executable, "-c", SCRIPT, *words], capture_output=True, text=True, env=variables, timeout=60
    )


def started(source: str, *words: str) -> subprocess.Popen[str]:
    """Start a command that ctrl-C can interrupt, also where whoever runs the tests is not to be interrupted."""
    return subprocess.Popen(
        [sys.executable, "-c", source, *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "LANG": "C.UTF-8"},
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def with_extension(folder: Path, source: str, *, name: str = "extra") -> dict[str, str]:
    """Install an extension into a folder and return the environment that sees it."""
    info = folder / f"tomada_{name}-1.2.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: tomada-{name}\nVersion: 1.2\n")
    (info / "entry_points.txt").write_text(
        f"[tomada.extensions]\n{name} = tomada_{name}_extension:extension\n"
    )
    (folder / f"tomada_{name}_extension.py").write_text(source)
    return {"PYTHONPATH": os.pathsep.join([str(folder), *filter(None, [os.environ.get("PYTHONPATH")])])}
