"""Runs the enumeration of a scenario in a process of its own, which has one thread and may fork."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


def enumerate_kills(*scenario: str) -> dict[str, Any]:
    """Return the summary: ``boundaries`` (their names in order), ``kills``, and the ``expected`` state."""
    command = [sys.executable, "-m", "tests.kill.enumerate", *scenario]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=560, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    summary: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    print(f"{' '.join(scenario)}: {len(summary['boundaries'])} boundaries, {summary['kills']} kills")
    return summary
