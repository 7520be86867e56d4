"""Forms of dates and times as ``strftime`` writes them, each read by a pattern that is made once.

``datetime.strptime`` reads the same in some ten times the time, which counts where a file has 200,000 dates.
"""

import re
from datetime import datetime

_PARTS = {
    "%Y": ("year", r"\d{4}"),
    "%y": ("year", r"\d{2}"),
    "%m": ("month", r"1[0-2]|0?[1-9]"),
    "%d": ("day", r"3[01]|[12]\d|0?[1-9]"),
    "%H": ("hour", r"2[0-3]|[01]?\d"),
    "%M": ("minute", r"[0-5]?\d"),
    "%S": ("second", r"[0-5]?\d"),
}
_PIVOT = 69
"""Years of two digits before this one are of this century, as POSIX has it."""


class TimeForm:
    """One form, such as ``%d/%m/%Y``; raises ``ValueError`` for one with other marks, or with a mark twice."""

    def __init__(self, form: str) -> None:
        pieces = re.split(r"(%.?)", form)
        names = [_PARTS[piece][0] for piece in pieces[1::2] if piece in _PARTS]
        if len(names) < len(pieces) // 2 or len(set(names)) < len(names):
            raise ValueError(form)
        self._names = names
        self._order = [
            (names.index(name) if name in names else -1, first)
            for name, first in (
                ("year", 1900),
                ("month", 1),
                ("day", 1),
                ("hour", 0),
                ("minute", 0),
                ("second", 0),
            )
        ]
        self._short = "%y" in pieces
        texts = [f"({_PARTS[piece][1]})" if piece in _PARTS else re.escape(piece) for piece in pieces]
        self._pattern = re.compile("".join(texts), re.ASCII)

    def has(self, *names: str) -> bool:
        """Tell whether it has all these parts: year, month, day, hour, minute, second."""
        return set(names) <= set(self._names)

    def read(self, text: str) -> datetime | None:
        """Return the time without zone that a text says, in 1900 where it tells no year; None for any other text."""
        match = self._pattern.fullmatch(text)
        if match is None:
            return None
        texts = match.groups()
        year, *rest = [int(texts[place]) if place >= 0 else first for place, first in self._order]
        if self._short:
            year += 2000 if year < _PIVOT else 1900
        try:
            return datetime(year, *rest)  # type: ignore[arg-type]  # noqa: DTZ001 - it has no zone
        except ValueError:  # 31 February
            return None
