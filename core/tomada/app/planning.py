"""What a sync would do, shown and never stored: the store is read, the ERP is asked, and nothing is written there."""

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal

from tomada.app.person import actor
from tomada.bootstrap import Installation
from tomada.flows.holds.reasons import hold_sentence, rest_sentence
from tomada.flows.orders.decide import Decision
from tomada.flows.orders.flow import plan_orders
from tomada.flows.orders.ingest import ingest_orders
from tomada.i18n import _
from tomada.ports.records import OrderRecord, StoreRecord
from tomada.ports.runner import Listener

REQUESTS = {"create": 2, "status": 2}
"""Requests to the ERP that carrying out a change costs at least: a create is a search and a write, a status a read
and a write. Products and contacts that planning looked up are looked up again if they are not remembered."""


@dataclass(frozen=True, slots=True)
class Change:
    """What would become of one order.

    ``kind``: create, status, hold, ignore, wait, manual or none. ``sentence`` says why or as what, in the user's
    language. ``total`` is in BRL, None for an order that could not be read.
    """

    order: str
    number: str
    kind: str
    sentence: str
    total: Decimal | None


@dataclass(slots=True)
class Plan:
    """The changes of one store; ``requests`` is the least that carrying them out costs at the ERP.

    ``per_minute`` is how many the account grants Tomada a minute, None without a limit.
    """

    store: str
    changes: list[Change] = field(default_factory=list)
    requests: int = 0
    per_minute: float | None = None

    @property
    def counts(self) -> dict[str, int]:
        """Kind → how many."""
        return dict(Counter(change.kind for change in self.changes))

    @property
    def minutes(self) -> float | None:
        """How long the requests take at the account's quota; None without a limit."""
        return self.requests / self.per_minute if self.per_minute else None


def plan_store(installation: Installation, store: StoreRecord, listener: Listener) -> Plan:
    """Read the store, as this record has it, and decide about every order that is due.

    The record may not be active yet, or have another ``since``. What was read is committed, as a sync would; nothing
    is written at the store or the ERP. Raises ``TransientError`` while a sync of it runs.
    """
    assert store.since is not None, "the caller says from when orders come in"
    with installation.reading(store, actor(), listener) as ctx:
        ingest_orders(ctx)
        changes = [_change(record, decision) for record, decision in plan_orders(ctx)]
    requests = sum(REQUESTS.get(change.kind, 0) for change in changes)
    return Plan(store.name, changes, requests, installation.erp_requests_per_minute(ctx.account))


def _change(record: OrderRecord, decision: Decision) -> Change:
    return Change(record.remote_id, record.number, decision.kind, _sentence(decision), record.total)


def _sentence(decision: Decision) -> str:
    if decision.draft:
        return _("create it in the ERP as {status}").format(status=decision.draft.status.value)
    if decision.status:
        return _("set the ERP order to {status}").format(status=decision.status.value)
    if decision.problems:
        return " ".join(hold_sentence(problem.code, problem.details) for problem in decision.problems)
    return rest_sentence(decision.reason, decision.details)
