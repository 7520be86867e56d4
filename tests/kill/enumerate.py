"""Kill a process at every boundary of a scenario, run it again, and look at both sides.

Runs as a program of its own (``python -m tests.kill.enumerate SCENARIO``): it has one thread, so that it may fork,
and it forks from a warm process, so that hundreds of kills take seconds. Boundaries are found by running the
scenario once with a recorder in transport and storage.
"""

import gc
import importlib
import json
import os
import shutil
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

from tomada.ports.instruments import Boundary, no_boundary

SYNCS = 5
"""At most so many runs, with the clock moved on between them, lead to the final state."""
RECORDED = 2
"""Runs whose boundaries are enumerated: the one that works, and one that finds nothing to do."""


class Scenario(Protocol):
    """One small world that can be made again and again."""

    def prepare(self, folder: Path) -> None:
        """Make a fresh world in this folder."""
        ...

    def run(self, folder: Path, boundary: Boundary) -> None:
        """Sync everything once, in this process."""
        ...

    def move_clock(self, folder: Path) -> None:
        """Let enough time pass for what waits."""
        ...

    def delay_effect(self, folder: Path, boundary: str) -> bool:
        """Let the write that is about to be sent take place late, after its connection died; False for a read."""
        ...

    def state(self, folder: Path) -> object:
        """Both sides as they are at the end, comparable with ``==``."""
        ...

    def close(self) -> None:
        """Let go of what all tries share."""
        ...


def killer(at: int, strike: Callable[[str], bool]) -> Boundary:
    """A boundary that kills this process at its n-th call, if ``strike(name)`` agrees; else at the next one."""
    passed = 0
    armed = False

    def boundary(name: str) -> None:
        nonlocal passed, armed
        passed += 1
        if armed or passed == at:
            armed = True
            if strike(name):
                os.kill(os.getpid(), signal.SIGKILL)

    return boundary


def enumerate_boundaries(scenario: Scenario, root: Path) -> Iterator[str]:
    """Run everything and yield one line for each try that ended otherwise than it should."""
    plain = root / "plain"
    names: list[str] = []
    scenario.prepare(plain)
    for _ in range(RECORDED):
        scenario.run(plain, names.append)
        scenario.move_clock(plain)
    for _ in range(SYNCS):
        scenario.run(plain, no_boundary)
        scenario.move_clock(plain)
    expected = scenario.state(plain)
    gc.freeze()
    kills = 0
    for late in (False, True):
        for number, name in enumerate(names, 1):
            folder = root / f"try-{late}-{number}"
            scenario.prepare(folder)
            if not _killed(scenario, folder, number, late):
                continue
            kills += 1
            found = _settled(scenario, folder, expected)
            shutil.rmtree(folder)
            if found != expected:
                yield f"killed at {number} ({name}), late={late}: {json.dumps(found, default=str)[:2000]}"
    print(json.dumps({"boundaries": len(names), "kills": kills, "expected": expected}, default=str))


def _settled(scenario: Scenario, folder: Path, expected: object) -> object:
    """Run until the expected state is there, and once more to see that it stays."""
    for _ in range(SYNCS):
        scenario.move_clock(folder)
        scenario.run(folder, no_boundary)
        if scenario.state(folder) == expected:
            break
    scenario.move_clock(folder)
    scenario.run(folder, no_boundary)
    return scenario.state(folder)


def _killed(scenario: Scenario, folder: Path, number: int, late: bool) -> bool:
    """Run in a child that is killed at a boundary; False when the try does not apply."""

    def strike(name: str) -> bool:
        if not late:
            return True
        if name.startswith("request.before"):
            if not scenario.delay_effect(folder, name):
                os._exit(7)
            return False
        if name.startswith("request.after"):
            return True
        os._exit(7)

    child = os.fork()
    if child == 0:
        try:
            boundary = killer(number, strike)
            for _ in range(RECORDED):
                scenario.run(folder, boundary)
                scenario.move_clock(folder)
        except BaseException:
            traceback.print_exc()
            os._exit(8)
        os._exit(9)
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status) == 7:
        return False
    if not os.WIFSIGNALED(status):
        raise RuntimeError(f"boundary {number} was not reached ({status})")
    return True


def main() -> int:
    """Enumerate one scenario, named ``module:factory`` with its arguments; print problems and a summary."""
    module, _, factory = sys.argv[1].partition(":")
    scenario: Scenario = getattr(importlib.import_module(module), factory)(*sys.argv[2:])
    with tempfile.TemporaryDirectory() as root:
        try:
            problems = list(enumerate_boundaries(scenario, Path(root)))
        finally:
            scenario.close()
    print("\n".join(problems), file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
