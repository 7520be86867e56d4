"""What a Tiny account and a Tray store have in common: a name, a quota and a state that can be copied."""

import pickle
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from datetime import timedelta
from typing import ClassVar, Self

from tomada_sandbox.quota import Quota


@dataclass
class Remote(ABC):
    """One account or store. Its address is ``/<kind>/<name>/…``; everything in it must be picklable.

    ``latency`` is how many real seconds each of its answers takes.
    """

    kind: ClassVar[str]

    name: str
    quota: Quota = field(default_factory=Quota, kw_only=True)
    latency: float = field(default=0.0, kw_only=True)

    @property
    def key(self) -> str:
        """``<kind>/<name>``, as in its address, in fault rules and in the journal."""
        return f"{self.kind}/{self.name}"

    @property
    def ahead(self) -> timedelta:
        """How far its own clock is ahead of the sandbox's."""
        return timedelta(0)

    @abstractmethod
    def state(self) -> dict[str, object]:
        """Return everything that is in it, for inspection: only what JSON knows, decimals as strings."""

    def clone(self, name: str) -> Self:
        """Return a copy under another name, with the same limits and no history of requests."""
        copy: Self = pickle.loads(pickle.dumps(self, pickle.HIGHEST_PROTOCOL))  # far quicker than deepcopy
        copy.name = name
        copy.quota = self.quota.fresh()
        return copy
