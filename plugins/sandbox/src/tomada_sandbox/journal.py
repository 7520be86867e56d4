"""The order of events at the remotes, so that a test can tell what came before what."""

from collections import deque
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal

Event = Literal["received", "refused", "applied", "answered", "fault"]
"""``received``: a request arrived; ``refused``: for quota; ``applied``: its handler ran (also late);
``answered``: a whole answer left; ``fault``: a rule fired."""

_CAPACITY = 200_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One event. ``detail`` holds the ids that the handler noted, a status, or the kind of a fault."""

    number: int
    at: datetime
    event: Event
    remote: str
    method: str
    endpoint: str
    detail: dict[str, object]

    def state(self) -> dict[str, object]:
        """Return the entry for inspection, its time as ISO 8601."""
        return asdict(self) | {"at": self.at.isoformat()}


class Journal:
    """The last events, oldest first, numbered from 1 without gaps."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=_CAPACITY)
        self._count = 0

    def write(
        self, at: datetime, event: Event, remote: str, method: str, endpoint: str, detail: dict[str, object]
    ) -> None:
        """Append an event."""
        self._count += 1
        self._entries.append(Entry(self._count, at, event, remote, method, endpoint, detail))

    @property
    def last(self) -> int:
        """The number of the last event, 0 before the first."""
        return self._count

    def read(self, since: int = 0, remote: str | None = None) -> list[Entry]:
        """Return the entries with a number above ``since``, of one remote (``kind/name``) or of all."""
        return [e for e in self._entries if e.number > since and (remote is None or e.remote == remote)]
