"""How many requests a remote admits: a sliding window, a daily count and a number of requests at a time."""

from collections import deque
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Literal

from tomada_sandbox.clock import BRASILIA

Refusal = Literal["window", "day", "concurrency"]
"""Why a request was refused for quota."""


@dataclass
class Tally:
    """What one endpoint was asked: requests that arrived, and those of them refused for quota."""

    requests: int = 0
    refused: int = 0


@dataclass
class Quota:
    """The limits of one account or store; None lifts a limit.

    ``limit`` requests within any ``window`` seconds, ``daily`` requests a day that begins at midnight in
    Brasília, ``concurrency`` requests at a time. A refused request counts towards no limit. Time is the
    virtual clock's.
    """

    limit: int | None = None
    window: float = 60.0
    daily: int | None = None
    concurrency: int | None = None
    tallies: dict[str, Tally] = field(default_factory=dict)
    _admitted: deque[float] = field(default_factory=deque)
    _day: date | None = None
    _today: int = 0
    _in_flight: int = 0

    def fresh(self) -> "Quota":
        """Return a quota with the same limits and no history."""
        return Quota(self.limit, self.window, self.daily, self.concurrency)

    def admit(self, endpoint: str, now: datetime) -> Refusal | None:
        """Count a request that arrives at ``now``; return why it is refused, or None and it is in flight."""
        tally = self.tallies.setdefault(endpoint, Tally())
        tally.requests += 1
        refusal = self._check(now)
        if refusal is not None:
            tally.refused += 1
            return refusal
        if self.limit is not None:
            self._admitted.append(now.timestamp())
        self._today += 1
        self._in_flight += 1
        return None

    def leave(self) -> None:
        """A request that was admitted is over."""
        self._in_flight -= 1

    def refused_by_fault(self, endpoint: str) -> None:
        """Count a request that a fault refused in the remote's own way."""
        self.tallies[endpoint].refused += 1

    def totals(self) -> Tally:
        """Add up all endpoints."""
        tallies = self.tallies.values()
        return Tally(sum(t.requests for t in tallies), sum(t.refused for t in tallies))

    def state(self) -> dict[str, object]:
        """Return limits and counters for inspection."""
        return {
            "limit": self.limit,
            "window": self.window,
            "daily": self.daily,
            "concurrency": self.concurrency,
            "total": vars(self.totals()),
            "endpoints": {name: vars(replace(tally)) for name, tally in self.tallies.items()},
        }

    def _check(self, now: datetime) -> Refusal | None:
        if self.concurrency is not None and self._in_flight >= self.concurrency:
            return "concurrency"
        if self.limit is not None:
            horizon = now.timestamp() - self.window
            while self._admitted and self._admitted[0] <= horizon:
                self._admitted.popleft()
            if len(self._admitted) >= self.limit:
                return "window"
        if self.daily is not None:
            today = now.astimezone(BRASILIA).date()
            if today != self._day:
                self._day, self._today = today, 0
            if self._today >= self.daily:
                return "day"
        return None
