"""How far the orders of a store are covered."""

from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Cursor:
    """Everything placed since ``since`` and modified up to ``modified`` is covered."""

    since: datetime
    modified: datetime

    @classmethod
    def parse(cls, kept: str | None) -> "Cursor | None":
        """Return the cursor of a checkpoint; None when there is none of ours."""
        if not kept:
            return None
        try:
            since, modified = (datetime.fromisoformat(part) for part in kept.split("|"))
        except ValueError:  # written by another platform before the store moved (A5)
            return None
        return cls(since, modified)

    def __str__(self) -> str:
        return f"{self.since.astimezone(UTC).isoformat()}|{self.modified.astimezone(UTC).isoformat()}"
