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


@pytest.mark.parametrize(("words", "limit"), [(["--help"], 0.15), (["capabilities"], 0.3)])
def test_start_up_costs_little_cpu_time(words: list[str], limit: float) -> None:
    source = f"from tomada.cli import run; raise SystemExit(run({words!r}))"
    environment = {**os.environ, "LANG": "C.UTF-8"}
    best = float("inf")
    for _attempt in range(5):  # the least is what the command costs; the rest is the machine
        before = getrusage(RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-c", source], stdout=subprocess.DEVNULL, check=True, env=environment)
        after = getrusage(RUSAGE_CHILDREN)
        best = min(best, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert best < limit
