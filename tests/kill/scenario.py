"""What a scenario of the kill test is: a small world whose durable parts can be copied, compared and gone on with."""

from pathlib import Path
from typing import Protocol

from tomada.ports.instruments import Boundary

START = "start"
"""The mark of what every try begins with."""
LATE = 60
"""Seconds after the death until a delayed effect takes place: within settle_time."""
DIARY = ("table run", "table audit")
"""Parts that tell what happened. No flow reads them: what it does next does not hang on them."""


class Scenario(Protocol):
    """One small world: a folder, and what else it has, such as remotes in another process."""

    def make(self, folder: Path) -> None:
        """Make the world in this folder, once; every try has its own copy of it in the same place."""
        ...

    def keep(self, mark: str) -> None:
        """Keep what is not in the folder, as it is now, under this mark."""
        ...

    def begin(self, mark: str) -> None:
        """Begin a try with what was kept under this mark; the folder is as it was then."""
        ...

    def durable(self) -> dict[str, str]:
        """Return all that outlives a process, on both sides, the time included: part → digest."""
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

    def delay_effect(self, request: str) -> None:
        """Let this write, which is about to be sent, take place only ``LATE`` seconds after its connection died."""
        ...

    def state(self) -> object:
        """Both sides as they are at the end, comparable with ``==``."""
        ...

    def close(self) -> None:
        """Let go of what all tries share."""
        ...
