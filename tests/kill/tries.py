"""The tries of one scenario: a run that is watched, deaths, and going on after them."""

import os
import random
import shutil
import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.kill.scenario import DIARY, LATE, START, Scenario
from tomada.ports.instruments import Boundary, no_boundary

SYNCS = 5
"""At most so many runs, with the clock moved on between them, lead to the final state."""
IMPATIENT = 30
"""Seconds between the runs that come while an effect is still under way: more than two searches are apart."""
STEP = 101
"""Seconds between other runs: more than settle_time and the gap between two searches."""
RECORDED = 2
"""Runs whose boundaries are enumerated: the one that works, and one that does what had to be repeated."""

Digests = dict[str, str]
World = tuple[tuple[str, str], ...]
"""Digests but those of the diary."""


@dataclass
class Recording:
    """What happened when nothing died: boundaries are numbered from 1, in the order in which they were met.

    ``durable`` is what a death at each would have left. ``copies`` are the boundaries of which a copy was kept: one
    for each different world; ``copy_of`` says which of them stands for each boundary. ``expected`` is where it led.
    """

    names: list[str] = field(default_factory=list)
    durable: list[Digests] = field(default_factory=list)
    copies: list[int] = field(default_factory=list)
    copy_of: dict[int, int] = field(default_factory=dict)
    expected: object = None

    def steps(self) -> list[str]:
        """Return the names of the boundaries between which and the next one anything durable changed."""
        pairs = zip(self.durable, self.durable[1:], strict=False)
        return [name for name, (one, other) in zip(self.names, pairs, strict=False) if one != other]


class Tries:
    """The tries, each in a fresh copy of a world."""

    def __init__(self, scenario: Scenario, root: Path) -> None:
        self._scenario = scenario
        self._folder, self._copies = root / "world", root / "copies"
        self._proven: dict[World, int] = {}
        """How many more runs, with the clock moved on between them, led from a world to the end."""
        scenario.make(self._folder)
        self._keep(START)

    def _keep(self, mark: str) -> None:
        shutil.copytree(self._folder, self._copies / mark)
        self._scenario.keep(mark)

    def _begin(self, mark: str) -> None:
        shutil.rmtree(self._folder)
        shutil.copytree(self._copies / mark, self._folder)
        self._scenario.begin(mark)

    def _recorded_runs(self, boundary: Boundary) -> None:
        random.seed(0)  # pauses between attempts vary, and the clock with them
        for _ in range(RECORDED):
            self._scenario.run(boundary)
            self._scenario.move_clock(STEP)

    def undisturbed(self) -> Recording:
        """Run without a death in another process, and copy the world at each boundary where it is another one."""
        recording = Recording()
        seen: dict[str, int] = {}
        self._begin(START)
        for number, name in enumerate(watched(self._recorded_runs), 1):
            durable = self._scenario.durable()
            recording.names.append(name)
            recording.durable.append(durable)
            first = seen.setdefault(repr(sorted(durable.items())), number)
            recording.copy_of[number] = first
            if first == number:
                self._keep(str(number))
                recording.copies.append(number)
        recording.expected = self._end()
        return recording

    def names_and_end(self) -> tuple[list[str], object]:
        """Return the boundaries of a run without a death, and the state to which it leads."""
        names: list[str] = []
        self._begin(START)
        self._recorded_runs(names.append)
        return names, self._end()

    def _end(self) -> object:
        for _ in range(SYNCS - RECORDED):
            self._scenario.run(no_boundary)
            self._scenario.move_clock(STEP)
        return self._scenario.state()

    def forget(self) -> None:
        """Take nothing for proven any more: the flows are other ones now."""
        self._proven.clear()

    def from_copy(self, number: int, expected: object) -> object:
        """Go on from what a death at this boundary leaves, and return the state that was reached."""
        self._begin(str(number))
        return self._gone_on(expected)

    def after_death(self, boundary: Boundary) -> Digests:
        """Run in a process that ``boundary`` kills, and return what is left."""
        self._begin(START)
        self._die(boundary)
        return self._scenario.durable()

    def killed(self, boundary: Boundary, expected: object) -> object:
        """Run in a process that ``boundary`` kills, go on, and return the state that was reached."""
        self._begin(START)
        self._die(boundary)
        return self._gone_on(expected)

    def killed_late(self, names: Sequence[str], number: int, expected: object) -> object:
        """Die after the write before which this boundary stands; its effect comes after the death."""
        self._begin(START)
        self._die(killer(names[: number + 1], self._scenario.delay_effect))
        for _ in range(LATE // IMPATIENT):
            self._scenario.run(no_boundary)
            self._scenario.move_clock(IMPATIENT)
        return self._gone_on(expected)

    def _die(self, boundary: Boundary) -> None:
        child = os.fork()
        if child == 0:
            _child(lambda: self._recorded_runs(boundary))
        _, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status) or os.WTERMSIG(status) != signal.SIGKILL:
            raise RuntimeError(f"nothing died ({status})")

    def _gone_on(self, expected: object) -> object:
        """Run until the expected state is reached, and once more; return the state after it.

        A world from which an earlier try came there is not run on: both go on alike.
        """
        passed: list[World] = []
        for done in range(1, SYNCS + 1):  # the first one at once
            self._scenario.run(no_boundary)
            passed.append(self._world())
            if done + self._proven.get(passed[-1], SYNCS) <= SYNCS:
                return self._came_there(passed, self._proven[passed[-1]], expected)
            self._scenario.move_clock(STEP)
            if self._scenario.state() == expected:
                break
        self._scenario.run(no_boundary)
        found = self._scenario.state()
        return self._came_there(passed, 0, expected) if found == expected else found

    def _came_there(self, passed: Sequence[World], more: int, expected: object) -> object:
        for back, world in enumerate(reversed(passed)):
            self._proven.setdefault(world, more + back)
        return expected

    def _world(self) -> World:
        parts = self._scenario.durable().items()
        return tuple(sorted((part, value) for part, value in parts if part not in DIARY))


def killer(names: Sequence[str], before_last: Callable[[str], None] | None = None) -> Boundary:
    """Return a boundary that kills this process at the last of these names, which must come in this order.

    ``before_last`` is called at the one before it, with its name.
    """
    passed = 0

    def boundary(name: str) -> None:
        nonlocal passed
        if name != names[passed]:
            raise RuntimeError(f"boundary {passed + 1} is {name}, not {names[passed]}")
        passed += 1
        if passed == len(names):
            os.kill(os.getpid(), signal.SIGKILL)
        elif before_last and passed == len(names) - 1:
            before_last(name)

    return boundary


def watched(run: Callable[[Boundary], None]) -> Iterator[str]:
    """Run in another process and yield each boundary; that process stands still there until the next is asked for.

    Whoever watches is another process, as closing a file here would take away the locks that SQLite has on it.
    """
    told, tell = os.pipe()
    wait, go_on = os.pipe()

    def boundary(name: str) -> None:
        os.write(tell, f"{name}\n".encode())
        os.read(wait, 1)

    child = os.fork()
    if child == 0:
        _child(lambda: run(boundary))
    os.close(tell)
    os.close(wait)
    try:
        with os.fdopen(told) as names:
            for name in names:
                yield name.removesuffix("\n")
                os.write(go_on, b".")
    finally:
        with suppress(ProcessLookupError):
            if sys.exception():
                os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        os.close(go_on)
    if status:
        raise RuntimeError(f"the run that nothing disturbs ended with {status}")


def _child(run: Callable[[], None]) -> None:
    """Run, and end this process without returning to what the parent was doing."""
    code = 9
    try:
        run()
        code = 0
    except BaseException:
        traceback.print_exc()
    os._exit(code)
