"""How a flow is told to run, and what it reports."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from tomada.errors import TomadaError
from tomada.ports.records import RunState


@dataclass(frozen=True, slots=True)
class ProgressNote:
    """Something to show while a flow works: ``stage`` is a stable word, ``total`` None while it is unknown."""

    store: str
    flow: str
    stage: str
    done: int
    total: int | None = None


Listener = Callable[[ProgressNote], None]


@dataclass(slots=True)
class FlowResult:
    """What one run did.

    ``counts``: word → number (``seen``, ``created``, ``unchanged``, ``held``, ``newly_held``, ``ignored``,
    ``waiting`` …). ``error`` is what stopped the run early, None when it went through. ``message`` says why a
    run was skipped.
    """

    store: str
    flow: str
    state: RunState
    counts: dict[str, int] = field(default_factory=dict)
    error: TomadaError | None = None
    run_id: int = 0
    message: str = ""


class Runner(Protocol):
    """Runs flows: embedded here and now, or handed to a cluster."""

    def run(
        self,
        store: str,
        flows: tuple[str, ...],
        actor: str,
        listener: Listener,
        *,
        began_at: datetime | None = None,
        confirmed: bool = False,
    ) -> list[FlowResult]:
        """Run these flows (all when empty) of one store, and return one result a flow, in order.

        A flow that the store's platform does not offer has no result. ``began_at`` is when the sync began that
        these runs are a part of (None: now); ``confirmed`` says that a person has seen the plan (S7, G1).
        """
        ...
