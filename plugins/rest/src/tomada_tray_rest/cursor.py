"""How far the orders of a store are covered."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Cursor:
    """Everything placed since ``since`` and modified up to ``modified`` is covered.

    Its text ends with a digest: a damaged time would look like any other, and what lies before it be lost.
    """

    since: datetime
    modified: datetime

    @classmethod
    def parse(cls, kept: str | None) -> "Cursor | None":
        """Return the cursor of a checkpoint; None when there is none of ours, or a damaged one.

        A store without a cursor is read from the beginning, which loses nothing.
        """
        since, _bar, rest = (kept or "").partition("|")
        covered = moment_of(since), moment_of(rest.partition("|")[0])
        if covered[0] is None or covered[1] is None:
            return None
        cursor = cls(covered[0], covered[1])
        return cursor if str(cursor) == kept else None

    def __str__(self) -> str:
        times = f"{self.since.astimezone(UTC).isoformat()}|{self.modified.astimezone(UTC).isoformat()}"
        return f"{times}|{hashlib.sha256(times.encode()).hexdigest()[:8]}"


def moment_of(kept: str | None) -> datetime | None:
    """Return a time that was kept as text (aware); None for a text that is none."""
    try:
        moment = datetime.fromisoformat(kept or "")
    except ValueError:
        return None
    return moment if moment.tzinfo and 1 < moment.year < 9999 else None
