"""What goes wrong at the file servers of a store, on demand; the calls that it saw."""

import re
import threading
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

Kind = Literal["cut_read", "cut_write", "refuse", "full", "wrong_size"]
Call = tuple[str, str]


@dataclass
class Trouble:
    """One rule, for at most ``times`` calls.

    ``cut_read`` and ``cut_write`` end the connection after ``bytes``; ``refuse`` denies a call (``call``: list, read,
    write, rename, mkdir, delete); ``full`` takes ``bytes`` and then has no space; ``wrong_size`` tells a size that is
    too small. ``path`` is a pattern found anywhere in the path.
    """

    kind: Kind
    call: str = ""
    path: str = ""
    bytes: int = 0
    times: int = 1
    fired: int = 0

    def __post_init__(self) -> None:
        if self.kind not in get_args(Kind):
            raise ValueError(f"kind must be one of {get_args(Kind)}")
        re.compile(self.path)


@dataclass
class Troubles:
    """The rules of one store, and its calls in their order; threads of servers share it."""

    rules: list[Trouble] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    lock: Any = field(default_factory=threading.Lock)

    def saw(self, call: str, path: str) -> None:
        """Note a call."""
        with self.lock:
            self.calls.append((call, path))

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
