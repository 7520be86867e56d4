"""Runs the enumeration of a scenario in a process of its own, which has one thread and may fork."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


def run_program(module: str, *arguments: str) -> dict[str, Any]:
    """Run a module and return the JSON object that it prints last; it must end well."""
    return _told(_start(module, *arguments))


def enumerate_kills(*scenario: str, processes: int = 1) -> dict[str, Any]:
    """Return the summary that ``tests.kill.enumerate`` prints; the tries are shared out among processes."""
    parts = [f"{part}/{processes}" for part in range(processes)]
    started = [_start("tests.kill.enumerate", part, *scenario) for part in parts]
    summary, *others = [_told(process) for process in started]
    for other in others:
        assert other == summary, "every process found the same boundaries and the same end"
    figures = {name: len(summary[name]) for name in ("boundaries", "copies", "kinds", "late")}
    print(f"{' '.join(scenario)}: {figures}")
    return summary


def _start(module: str, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def _told(process: subprocess.Popen[str]) -> dict[str, Any]:
    with process:
        try:
            out, errors = process.communicate(timeout=560)
        finally:
            process.kill()
    assert process.returncode == 0, errors[-4000:]
    told: dict[str, Any] = json.loads(out.splitlines()[-1])
    return told


def check_each_was_a_place_to_die(summary: dict[str, Any]) -> None:
    """Check that one of the worlds that were gone on with stands for each boundary, and which steps changed any."""
    names = summary["boundaries"]
    for before, after in (("request.before", "request.after"), ("commit.before", "commit.after")):
        assert sum(name.startswith(before) for name in names) == sum(name.startswith(after) for name in names)
    assert sorted(number for number, _ in summary["copy_of"]) == list(range(1, len(names) + 1))
    assert {copy for _, copy in summary["copy_of"]} == set(summary["copies"])


def changed_by_other_than(summary: dict[str, Any], *kinds: str) -> list[str]:
    """Return the steps that changed anything durable and are no commit, no write and none of these."""
    writes = set(summary["late"])
    return [
        name
        for name in summary["steps"]
        if name != "commit.before" and name not in writes and not any(kind in name for kind in kinds)
    ]
