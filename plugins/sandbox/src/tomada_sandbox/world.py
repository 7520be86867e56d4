"""Everything that exists in one sandbox: its remotes, its clock, and the effects that are still to come."""

import heapq
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TypeVar, cast

from tomada_sandbox.clock import VirtualClock
from tomada_sandbox.faults import Faults
from tomada_sandbox.journal import Journal
from tomada_sandbox.remote import Remote

R = TypeVar("R", bound=Remote)


class World:
    """The accounts and stores by kind and name.

    Only the server's event loop touches it, so nothing is locked.

    There are no timers: an effect that takes place later is dated, and applied by ``settle`` at the next
    request or inspection, at its own moment.
    """

    def __init__(self, clock: VirtualClock | None = None) -> None:
        self.clock = clock or VirtualClock()
        self.faults = Faults()
        self.journal = Journal()
        self.remotes: dict[tuple[str, str], Remote] = {}
        self._pending: list[tuple[datetime, int, Callable[[], object]]] = []
        self._numbers = count()
        self._moment: datetime | None = None

    def add(self, remote: R) -> R:
        """Take in a remote; raises ``ValueError`` if its kind has that name already."""
        if (remote.kind, remote.name) in self.remotes:
            raise ValueError(f"there is already a {remote.key}")
        self.remotes[remote.kind, remote.name] = remote
        return remote

    def get(self, type_: type[R], name: str) -> R:
        """Return the remote of a type by name; raises ``LookupError`` if there is none."""
        return cast(R, self.find(type_.kind, name))

    def find(self, kind: str, name: str) -> Remote:
        """Return a remote by kind and name; raises ``LookupError`` if there is none."""
        remote = self.remotes.get((kind, name))
        if remote is None:
            raise LookupError(f"there is no {kind}/{name}")
        return remote

    def clone(self, kind: str, template: str, name: str) -> Remote:
        """Copy a remote under a new name, so that a test has one of its own.

        Raises as ``get`` and ``add`` do.
        """
        return self.add(self.find(kind, template).clone(name))

    def now(self) -> datetime:
        """Return the virtual time in UTC; while a late effect is applied, the moment it was due."""
        return self._moment or self.clock.now()

    def time_at(self, remote: Remote) -> datetime:
        """Return the time by a remote's own clock, which may be wrong."""
        return self.now() + remote.ahead

    def stamp(self, remote: Remote) -> datetime:
        """Return the time that a remote writes on what it stores: its own, cut by ``equal_timestamps``."""
        now = self.time_at(remote)
        grain = self.faults.grain(remote.key)
        if grain is None:
            return now
        seconds = now.timestamp()
        return datetime.fromtimestamp(seconds - seconds % grain, UTC)

    def later(self, seconds: float, effect: Callable[[], object]) -> None:
        """Have an effect take place ``seconds`` from now, by the virtual clock."""
        due = self.now() + timedelta(seconds=seconds)
        heapq.heappush(self._pending, (due, next(self._numbers), effect))

    def settle(self) -> None:
        """Apply the effects that are due, in the order of their moments."""
        while self._pending and self._pending[0][0] <= self.clock.now():
            self._moment, _, effect = heapq.heappop(self._pending)
            try:
                effect()
            finally:
                self._moment = None

    @property
    def pending(self) -> int:
        """How many effects are still to come."""
        return len(self._pending)
