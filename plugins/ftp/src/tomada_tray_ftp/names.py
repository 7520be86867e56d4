"""The names of files: what they say, and which of them are safe to use (contract 9.3, X2)."""

import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

_PATTERN = re.compile(
    r"(PED|STL|STE|PRD|NFE|MST|MFR|MCN)_(\d{1,10})_(\d{14})_(\d{6})\.(csv|txt|xml)", re.ASCII
)
_SAFE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@+ -]{0,119}", re.ASCII)
_UNFINISHED = (".tmp", ".part", ".filepart", ".writing", ".ctl")
READABLE = (".csv", ".txt", ".xml")
LAST_NUMBER = 999_999


@dataclass(frozen=True, slots=True)
class FileName:
    """What a name of the contract says; ``written`` is ``YYYYMMDDHHMMSS`` by the writer's clock."""

    kind: str
    store: str
    written: str
    number: int
    ending: str

    def __str__(self) -> str:
        return f"{self.kind}_{self.store}_{self.written}_{self.number:06d}.{self.ending}"


def parsed(name: str) -> FileName | None:
    """Return what a name says; None for one that is not the contract's."""
    match = _PATTERN.fullmatch(name)
    if match is None:
        return None
    kind, store, written, number, ending = match.groups()
    return FileName(kind, store, written, int(number), ending)


def new_name(kind: str, store: str, at: datetime, zone: ZoneInfo, number: int, ending: str) -> str:
    """Return the name of a file that is written now."""
    return str(FileName(kind, store, at.astimezone(zone).strftime("%Y%m%d%H%M%S"), number, ending))


def following(number: int) -> int:
    """Return the number after ``number``; after the last one they begin again."""
    return number % LAST_NUMBER + 1


def is_safe(name: str) -> bool:
    """Tell whether a name can be used as it is: plain letters, no path in it, not too long."""
    return bool(_SAFE.fullmatch(name)) and not name.endswith((".", " ")) and ".." not in name


def is_finished(name: str) -> bool:
    """Tell whether a name belongs to a file that its writer has published."""
    return not name.startswith(".") and not name.lower().endswith(_UNFINISHED)


def order_of(name: str) -> tuple[str, int, str]:
    """Sort by the time and the number that a name tells; names of others come first."""
    found = parsed(name)
    return (found.written, found.number, name) if found else ("", 0, name)


def numbered(name: str, number: int) -> str:
    """Return a name that ends differently: ``a.csv`` → ``a_2.csv``; the first is the name itself."""
    if number < 2:
        return name
    stem, dot, ending = name.rpartition(".")
    return f"{stem}_{number}{dot}{ending}" if dot else f"{name}_{number}"
