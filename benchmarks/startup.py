"""The CPU time of commands that do next to nothing: what a user feels, and every cron job pays."""

import statistics
from dataclasses import dataclass

from benchmarks.claims import Claim, table
from benchmarks.processes import run

LIMITS = {"--help": 0.15, "capabilities": 0.3}
"""Words of the command to seconds of CPU time."""


@dataclass(frozen=True, slots=True)
class Start:
    """A command and the CPU time of each of its runs, in seconds."""

    words: str
    cpu: list[float]

    @property
    def median(self) -> float:
        """The median of the runs."""
        return statistics.median(self.cpu)


def measure(runs: int) -> list[Start]:
    """Run each command so many times, in turn; one more run before compiles what is not compiled yet."""
    times: dict[str, list[float]] = {words: [] for words in LIMITS}
    for number in range(runs + 1):
        for words in LIMITS:
            taken = run("-P", "-m", "tomada", words)
            if number:
                times[words].append(taken.cpu)
    return [Start(words, cpu) for words, cpu in times.items()]


def claims(measured: list[Start]) -> list[Claim]:
    """Judge the figures."""
    return [
        Claim(
            f"tomada {each.words} under {LIMITS[each.words]} s of CPU time",
            f"{each.median:.3f} s",
            each.median < LIMITS[each.words],
        )
        for each in measured
    ]


def show(measured: list[Start]) -> None:
    """Print the table."""
    rows = [
        (f"tomada {each.words}", f"{each.median:.3f}", f"{min(each.cpu):.3f}", f"{max(each.cpu):.3f}")
        for each in measured
    ]
    table("CPU time of a start, in seconds", ("", "median", "least", "most"), rows)
