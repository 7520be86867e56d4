"""What goes wrong at the file servers of a store, on demand; the calls that it saw."""

import errno
import re
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal, get_args

Kind = Literal[
    "cut_read",
    "cut_write",
    "refuse",
    "full",
    "wrong_size",
    "vanish",
    "unlisted",
    "stale_list",
    "slow",
    "overwritten",
    "taken",
    "late",
]
Call = tuple[str, str]
OTHERS = b"outro\r\n"
"""What another writer has put under a name that we wanted."""


class CutOffError(Exception):
    """The connection is to end here."""


@dataclass
class Trouble:
    """One rule, for at most ``times`` calls.

    ``cut_read`` and ``cut_write`` end the connection after ``bytes``; ``refuse`` denies a call (``call``: list, read,
    write, rename, mkdir, delete); ``full`` takes ``bytes`` and then has no space; ``wrong_size`` tells a size that is
    too small. A listing that changes while it is used: ``vanish`` does not find a file that was listed, ``unlisted``
    leaves files out of a listing, ``stale_list`` lists the size that they had ``bytes`` ago. ``slow`` answers a call
    after ``seconds`` of real time, in which its server does nothing else. Another's file takes the new name before a
    ``rename``: ``overwritten`` puts ours in its place, ``taken`` refuses. ``late`` ends the connection at once, and the
    rename takes place ``seconds`` later by the virtual clock. ``path`` is a pattern found anywhere in the path.
    """

    kind: Kind
    call: str = ""
    path: str = ""
    bytes: int = 0
    seconds: float = 60
    times: int = 1
    fired: int = 0

    def __post_init__(self) -> None:
        if self.kind not in get_args(Kind):
            raise ValueError(f"kind must be one of {get_args(Kind)}")
        re.compile(self.path)


@dataclass
class Troubles:
    """The rules of one store, and its calls in their order; threads of servers share it.

    ``root`` is the store's folder, ``now`` the time by which late effects are due.
    """

    root: Path
    now: Callable[[], datetime]
    rules: list[Trouble] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    late: list[tuple[datetime, str, str]] = field(default_factory=list)
    """Renames that are still to take place: when, from, to."""
    lock: Any = field(default_factory=threading.Lock)

    def copy(self, root: Path) -> "Troubles":
        """Return the same rules, and effects still to come, for a copy of the folder."""
        with self.lock:
            rules = [Trouble(**asdict(rule)) for rule in self.rules]
            return Troubles(root, self.now, rules, late=list(self.late))

    def saw(self, call: str, path: str) -> None:
        """Note a call, and let it be refused, slow or without its file by rule."""
        self.settle()
        with self.lock:
            self.calls.append((call, path))
        if rule := self.fires("slow", call, path):
            time.sleep(rule.seconds)
        if self.fires("vanish", call, path):
            raise FileNotFoundError(errno.ENOENT, "No such file or directory")
        if self.fires("refuse", call, path):
            raise PermissionError(errno.EACCES, "Permission denied")

    def listed(self, path: str, names: list[str]) -> list[str]:
        """Return what of a folder is listed."""
        return [name for name in names if not self.fires("unlisted", "list", f"{path}/{name}")]

    def listed_size(self, path: str, size: int) -> int:
        """Return the size that a listing tells of a file."""
        rule = self.fires("stale_list", "list", path)
        return max(0, size - rule.bytes) if rule else size

    def size(self, path: str, size: int) -> int:
        """Return the size that is told of a file when it is asked for."""
        return size - 1 if self.fires("wrong_size", "size", path) else size

    def rename(self, source: str, target: str, *, overwrites: bool) -> None:
        """Rename a file as a server does that overwrites, or that refuses a name which is taken.

        Raises ``FileExistsError``, and ``CutOffError`` when the effect is to come later.
        """
        if rule := self.fires("late", "rename", source):
            with self.lock:
                self.late.append((self.now() + timedelta(seconds=rule.seconds), source, target))
            raise CutOffError
        for kind in ("overwritten", "taken"):
            if self.fires(kind, "rename", source):
                (self.root / target).write_bytes(OTHERS)
                overwrites = kind == "overwritten"
        if not overwrites and (self.root / target).exists():
            raise FileExistsError(errno.EEXIST, "File exists")
        (self.root / source).replace(self.root / target)

    def settle(self) -> None:
        """Let the renames that are due take place; one that is not possible any more is none."""
        with self.lock:
            due = [one for one in self.late if one[0] <= self.now()]
            self.late = [one for one in self.late if one not in due]
            for _at, source, target in due:
                if (self.root / source).exists():
                    (self.root / source).replace(self.root / target)

    def state(self) -> dict[str, object]:
        """Return the rules with their counters, and what is still to come."""
        with self.lock:
            late = [[at.isoformat(), source, target] for at, source, target in self.late]
            return {"rules": [asdict(rule) for rule in self.rules], "late": late}

    def fires(self, kind: Kind, call: str, path: str) -> Trouble | None:
        """Return the rule of this kind that strikes a call, and count it."""
        with self.lock:
            for rule in self.rules:
                if rule.kind != kind or rule.fired >= rule.times or rule.call not in ("", call):
                    continue
                if re.search(rule.path, path):
                    rule.fired += 1
                    return rule
        return None
