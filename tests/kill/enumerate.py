"""Kill a process at every boundary of a scenario, run it again, and look at both sides.

Runs as a program of its own (``python -m tests.kill.enumerate 0/1 SCENARIO``): it has one thread, so that it may
fork, and it forks from a warm process. Boundaries are found by running the scenario once with a recorder in transport
and storage. With ``0/2`` it does the first half of the tries.

What a killed process leaves is what stood on disk and at the remotes at that moment: so the world is copied at each
boundary of that one run, and each different copy is gone on with. That a real SIGKILL leaves the same is proven for
each kind of boundary; and before each write a process is killed whose request takes effect after its death.
"""

import gc
import importlib
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.kill.scenario import Scenario
from tests.kill.tries import Tries, killer


def enumerate_boundaries(scenario: Scenario, root: Path, part: int, parts: int) -> Iterator[str]:
    """Run this part of everything and yield one line for each try that ended otherwise than it should."""
    tries = Tries(scenario, root)
    recording = tries.undisturbed()
    names, expected = recording.names, recording.expected
    gc.freeze()

    def mine(numbers: Sequence[int]) -> Sequence[int]:
        return numbers[len(numbers) * part // parts : len(numbers) * (part + 1) // parts]

    def problem(number: int, how: str, found: object) -> Iterator[str]:
        if found != expected:
            shown = json.dumps(found, default=str)[:2000]
            yield f"{how} at {number} ({names[number - 1]}): {shown}"

    for number in mine(recording.copies):
        yield from problem(number, "died", tries.from_copy(number, expected))
    kinds = {_kind(name): number for number, name in reversed(list(enumerate(names, 1)))}
    for number in mine(sorted(kinds.values())):
        left = tries.after_death(killer(names[:number]))
        if left != recording.durable[number - 1]:
            parts = [part for part, value in recording.durable[number - 1].items() if left.get(part) != value]
            yield f"a real death at {number} ({names[number - 1]}) leaves another world: {parts}"
    writes = [number for number, name in enumerate(names, 1) if scenario.is_write(name)]
    for number in mine(writes):
        yield from problem(number, "died before a late effect", tries.killed_late(names, number, expected))
    summary = {
        "boundaries": names,
        "copies": recording.copies,
        "copy_of": list(recording.copy_of.items()),
        "steps": recording.steps(),
        "kinds": list(kinds),
        "late": [names[number - 1] for number in writes],
        "expected": expected,
    }
    print(json.dumps(summary, default=str))


def _kind(name: str) -> str:
    """What a boundary has in common with others: before or after what, and whose."""
    return "/".join(name.split("/")[:2])


def main() -> int:
    """Enumerate one scenario, named ``module:factory`` with its arguments; print problems and a summary."""
    part, parts = map(int, sys.argv[1].split("/"))
    module, _, factory = sys.argv[2].partition(":")
    scenario: Scenario = getattr(importlib.import_module(module), factory)(*sys.argv[3:])
    with tempfile.TemporaryDirectory() as root:
        try:
            problems = list(enumerate_boundaries(scenario, Path(root), part, parts))
        finally:
            scenario.close()
    print("\n".join(problems), file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
