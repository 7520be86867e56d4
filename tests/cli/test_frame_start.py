"""Start-up is a feature: the help imports nothing heavy and no command."""

import json
import os
import subprocess
import sys
from resource import RUSAGE_CHILDREN, getrusage

import pytest

from tests.cli.running import apart
from tomada.cli.commands import COMMANDS

HEAVY = {
    "pydantic", "zeep", "paramiko", "sqlalchemy", "sqlmodel", "httpx", "rich", "pluggy", "importlib.metadata",
    "tomada.spi", "tomada.domain", "tomada.app", "tomada.host.registry",
}  # fmt: skip

LOADED = """
import json, sys
{action}
print(json.dumps(sorted(sys.modules)), file=sys.stderr)
"""

ACTIONS = {
    "import": "import tomada.cli",
    "help": "from tomada.cli import run; assert run(['--help']) == 0",
    "version": "from tomada.cli import run; assert run(['--version']) == 0",
    "unknown": "from tomada.cli import run; assert run(['nonsense', '--json']) == 2",
}


@pytest.mark.parametrize("action", ACTIONS)
def test_nothing_heavy_is_imported(action: str) -> None:
    source = LOADED.format(action=ACTIONS[action])
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True)
    loaded = set(json.loads(done.stderr))
    assert not loaded & HEAVY
    assert not loaded & {entry.target.partition(":")[0] for entry in COMMANDS.values()}


def test_help_names_every_command_of_the_core() -> None:
    shown = apart("--help").stdout
    assert all(f"\n  {name} " in shown for name in COMMANDS)


@pytest.mark.parametrize(
    ("words", "libraries", "ratio"),
    [(["--help"], "click", 4), (["capabilities"], "click, pluggy, pydantic.main", 7)],
)
def test_start_up_costs_little_more_than_the_libraries(words: list[str], libraries: str, ratio: int) -> None:
    command = f"from tomada.cli import run; raise SystemExit(run({words!r}))"
    ours, theirs = least_cpu_times(command, f"import {libraries}")
    assert ours < ratio * theirs


def least_cpu_times(*sources: str) -> list[float]:
    """Return the seconds of each, run in turn: the least is what it costs, the rest is the machine."""
    environment = {**os.environ, "LANG": "C.UTF-8"}
    best = [float("inf")] * len(sources)
    for _attempt in range(5):
        for index, source in enumerate(sources):
            before = getrusage(RUSAGE_CHILDREN)
            subprocess.run(
                [sys.executable, "-c", source], stdout=subprocess.DEVNULL, check=True, env=environment
            )
            after = getrusage(RUSAGE_CHILDREN)
            spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            best[index] = min(best[index], spent)
    return best
