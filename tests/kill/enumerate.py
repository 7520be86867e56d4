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
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

from tomada.ports.instruments import Boundary, no_boundary

SYNCS = 5
"""At most so many runs, with the clock moved on between them, lead to the final state."""
IMPATIENT = 15
"""Seconds between the runs that come while an effect is still under way: more than two searches are apart."""
STEP = 101
"""Seconds between other runs: more than settle_time and the gap between two searches."""
LATE = 60
"""Seconds after the death until a delayed effect takes place: within settle_time."""
RECORDED = 2
"""Runs whose boundaries are enumerated: the one that works, and one that does what had to be repeated."""


class Scenario(Protocol):
    """One small world, all of it below one folder but what ``begin`` makes anew for each try."""

    def make(self, folder: Path) -> None:
        """Make the world in this folder, once; every try begins with a copy of it in the same place."""
        ...

    def begin(self) -> None:
        """Begin a try."""
        ...

    def run(self, boundary: Boundary) -> None:
        """Sync everything once, in this process."""
        ...

    def move_clock(self, seconds: float) -> None:
        """Let time pass, for both sides."""
        ...

    def is_write(self, request: str) -> bool:
        """Tell whether the request before which this boundary stands changes something at a remote."""
        ...

    def is_read(self, boundary: str) -> bool:
        """Tell whether all is durably the same at this boundary and at the next one, which is then not tried."""
        ...

    def delay_effect(self, request: str) -> None:
        """Let this write, which is about to be sent, take place only ``LATE`` seconds after its connection died."""
        ...

    def state(self) -> object:
        """Both sides as they are at the end, comparable with ``==``."""
        ...

    def close(self) -> None:
        """Let go of what all tries share."""
        ...


class Tries:
    """The tries of one scenario, each in a fresh copy of its world."""

    def __init__(self, scenario: Scenario, root: Path) -> None:
        self._scenario = scenario
        self._folder, self._template = root / "world", root / "template"
        scenario.make(self._folder)
        shutil.copytree(self._folder, self._template)

    def _begin(self) -> None:
        shutil.rmtree(self._folder)
        shutil.copytree(self._template, self._folder)
        self._scenario.begin()

    def undisturbed(self) -> tuple[list[str], object]:
        """Return the names of all boundaries, and the state to which the scenario leads when nothing dies."""
        names: list[str] = []
        self._begin()
        for run in range(SYNCS):
            self._scenario.run(names.append if run < RECORDED else no_boundary)
            self._scenario.move_clock(STEP)
        return names, self._scenario.state()

    def killed(self, names: Sequence[str], number: int, *, late: bool, expected: object) -> object:
        """Die at a boundary, run again, and return the state that was reached.

        With ``late`` the boundary stands before a write: it is sent, and its effect comes after the death. Raise
        ``RuntimeError`` when the boundaries up to there are not those with these names.
        """
        self._begin()
        self._die(names[: number + late], late=late)
        if late:
            for _ in range(LATE // IMPATIENT):
                self._scenario.run(no_boundary)
                self._scenario.move_clock(IMPATIENT)
        for _ in range(SYNCS):  # the first one at once
            self._scenario.run(no_boundary)
            self._scenario.move_clock(STEP)
            if self._scenario.state() == expected:
                break
        self._scenario.run(no_boundary)
        return self._scenario.state()

    def _die(self, names: Sequence[str], *, late: bool) -> None:
        child = os.fork()
        if child == 0:
            try:
                boundary = self._killer(names, late=late)
                for _ in range(RECORDED):
                    self._scenario.run(boundary)
                    self._scenario.move_clock(STEP)
            except BaseException:
                traceback.print_exc()
            os._exit(9)
        _, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status) or os.WTERMSIG(status) != signal.SIGKILL:
            raise RuntimeError(f"boundary {len(names)} was not reached ({status})")

    def _killer(self, names: Sequence[str], *, late: bool) -> Boundary:
        """Return a boundary that kills this process at the last of these names; ``late``: of the write before it."""
        passed = 0

        def boundary(name: str) -> None:
            nonlocal passed
            if name != names[passed]:
                raise RuntimeError(f"boundary {passed + 1} is {name}, not {names[passed]}")
            passed += 1
            if passed == len(names):
                os.kill(os.getpid(), signal.SIGKILL)
            elif late and passed == len(names) - 1:
                self._scenario.delay_effect(name)

        return boundary


def _places(scenario: Scenario, names: Sequence[str]) -> list[int]:
    """Return the numbers of the boundaries, but those at which nothing durable differs from the one before."""
    return [
        number
        for number in range(1, len(names) + 1)
        if number == 1 or not scenario.is_read(names[number - 2])
    ]


def enumerate_boundaries(scenario: Scenario, root: Path) -> Iterator[str]:
    """Run everything and yield one line for each try that ended otherwise than it should."""
    tries = Tries(scenario, root)
    names, expected = tries.undisturbed()
    gc.freeze()
    kills = [(number, False) for number in _places(scenario, names)]
    kills += [(number, True) for number, name in enumerate(names, 1) if scenario.is_write(name)]
    for number, late in kills:
        found = tries.killed(names, number, late=late, expected=expected)
        if found != expected:
            shown = json.dumps(found, default=str)[:2000]
            yield f"killed at {number} ({names[number - 1]}), late={late}: {shown}"
    print(json.dumps({"boundaries": names, "kills": len(kills), "expected": expected}, default=str))


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
