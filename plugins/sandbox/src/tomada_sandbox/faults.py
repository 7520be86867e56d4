"""Faults by rule: which requests go wrong, how, and how often. The same seed gives the same faults."""

import random
import re
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from typing import Any


class FaultKind(StrEnum):
    """What goes wrong. The parameters are those of ``FaultRule.params``.

    ``refuse_429``: refused for quota in the remote's own way, no effect. ``error_before`` and
    ``error_after``: a server error (``status``, 502) before or after the effect. ``late_effect``: the
    connection dies at once, the effect takes place ``seconds`` (60) later by the virtual clock.
    ``reset_before`` and ``reset_after``: a TCP reset before or after the effect. ``timeout``: the effect
    takes place, unless ``effect`` is false, and the answer comes after ``seconds`` (30) of real time; with
    ``close`` the connection closes then, without an answer. ``truncated``: the effect takes place, the body
    ends after the share ``keep`` (0.5); with ``whole`` the length says that this is all. ``expired_token``:
    the remote takes the credential for expired. ``shift_pages``: a list has moved on by ``rows`` (1: came in
    before this page, so rows come twice; -1: left, so rows are skipped) when the request is read.
    ``equal_timestamps``: while the rule stands, what the remote dates is cut to whole ``seconds`` (60).
    """

    REFUSE_429 = "refuse_429"
    ERROR_BEFORE = "error_before"
    ERROR_AFTER = "error_after"
    LATE_EFFECT = "late_effect"
    RESET_BEFORE = "reset_before"
    RESET_AFTER = "reset_after"
    TIMEOUT = "timeout"
    TRUNCATED = "truncated"
    EXPIRED_TOKEN = "expired_token"
    SHIFT_PAGES = "shift_pages"
    EQUAL_TIMESTAMPS = "equal_timestamps"


@dataclass
class FaultRule:
    """One rule. All conditions that are set must hold.

    ``remote`` (a pattern for the whole ``kind/name``), ``endpoint`` (the name that the journal shows),
    ``method`` and ``path`` (a pattern found anywhere in the path below the remote's address) say which
    requests match. Of those, the first ``skip`` are spared, then it fires on each ``every``-th, with
    ``probability`` drawn from ``seed``, at most ``times`` times (None: always).
    """

    kind: FaultKind
    remote: str | None = None
    endpoint: str | None = None
    method: str | None = None
    path: str | None = None
    times: int | None = 1
    every: int = 1
    skip: int = 0
    probability: float = 1.0
    seed: int = 0
    params: dict[str, Any] = field(default_factory=dict)
    seen: int = 0
    fired: int = 0

    def __post_init__(self) -> None:
        self.kind = FaultKind(self.kind)
        self._random = random.Random(self.seed)
        self._remote = None if self.remote is None else re.compile(self.remote)
        self._path = None if self.path is None else re.compile(self.path)
        if self.every < 1:
            raise ValueError("every must be at least 1")

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "FaultRule":
        """Build a rule from a JSON object; raises ``ValueError`` for an unknown key or kind."""
        known = {f.name for f in fields(cls)} - {"seen", "fired"}
        if unknown := set(data) - known:
            raise ValueError(f"unknown keys of a fault rule: {', '.join(sorted(unknown))}")
        if "kind" not in data:
            raise ValueError("a fault rule needs a kind")
        return cls(**data)

    def state(self) -> dict[str, object]:
        """Return the rule with its counters."""
        return asdict(self)

    def concerns(self, remote: str) -> bool:
        """Tell whether the rule may fire at this remote."""
        return self._remote is None or self._remote.fullmatch(remote) is not None

    def fires(self, remote: str, method: str, endpoint: str, path: str) -> bool:
        """Count a request if it matches, and tell whether the rule fires on it."""
        if self.times is not None and self.fired >= self.times:
            return False
        if self.endpoint is not None and self.endpoint != endpoint:
            return False
        if self.method is not None and self.method.upper() != method:
            return False
        if not self.concerns(remote) or (self._path is not None and self._path.search(path) is None):
            return False
        self.seen += 1
        turn = self.seen - self.skip
        if turn < 1 or turn % self.every or self._random.random() >= self.probability:
            return False
        self.fired += 1
        return True


class Faults:
    """The rules in force; the first that fires decides."""

    def __init__(self) -> None:
        self.rules: list[FaultRule] = []

    def add(self, rule: FaultRule) -> None:
        """Put a rule behind those in force."""
        self.rules.append(rule)

    def clear(self, remote: str | None = None) -> None:
        """Take back all rules, or those whose ``remote`` is this very pattern."""
        self.rules = [] if remote is None else [rule for rule in self.rules if rule.remote != remote]

    def pick(self, remote: str, method: str, endpoint: str, path: str) -> FaultRule | None:
        """Return the rule that fires on this request."""
        for rule in self.rules:
            if rule.kind is not FaultKind.EQUAL_TIMESTAMPS and rule.fires(remote, method, endpoint, path):
                return rule
        return None

    def grain(self, remote: str) -> float | None:
        """Return the seconds to which this remote's timestamps are cut, None for exact ones."""
        for rule in self.rules:
            if rule.kind is FaultKind.EQUAL_TIMESTAMPS and rule.concerns(remote):
                return float(rule.params.get("seconds", 60))
        return None
