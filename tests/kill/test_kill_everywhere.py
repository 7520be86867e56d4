"""Killed at every boundary and run again: nothing doubled, nothing lost (O2, O3, DESIGN 9.1)."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def enumerate_kills(*scenario: str) -> dict[str, object]:
    """Run the enumeration of a scenario and return its summary."""
    command = [sys.executable, "-m", "tests.kill.enumerate", *scenario]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=280, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    summary: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return summary


@pytest.mark.parametrize("platform", ["paged", "todo", "folder"])
def test_killed_anywhere_with_a_fake_platform(platform: str) -> None:
    summary = enumerate_kills("tests.kill.fakes:FakesScenario", platform)
    print(f"{platform}: {summary['boundaries']} boundaries, {summary['kills']} kills")
    assert int(str(summary["boundaries"])) > 60
    assert summary["expected"]["erp"] == [  # type: ignore[index]
        ["label-a", "1", "92.00"],
        ["label-a", "3", "92.00"],
        ["label-b", "1", "92.00"],
        ["label-b", "3", "92.00"],
    ]


def test_killed_anywhere_over_tray_rest() -> None:
    summary = enumerate_kills("tests.kill.rest:RestScenario")
    print(f"tray-rest: {summary['boundaries']} boundaries, {summary['kills']} kills")
    assert int(str(summary["boundaries"])) > 80
    assert [row[:2] for row in summary["expected"]["erp"]] == [  # type: ignore[index]
        ["label-a", "1001"],
        ["label-a", "1003"],
        ["label-b", "1001"],
        ["label-b", "1003"],
    ]
