"""Which statuses a store was told of an order, whichever flow told them: each is told once (T2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tomada.domain.order_status import Delivery, StatusUpdate
from tomada.domain.shipment import Shipment
from tomada.ports.publications import PublicationRecord, PublicationState
from tomada.ports.storage import Transaction

STATUSES, DELIVERIES, TRACKING = "statuses", "deliveries", "tracking"
MODELS: dict[str, type[StatusUpdate] | type[Delivery] | type[Shipment]] = {
    STATUSES: StatusUpdate,
    DELIVERIES: Delivery,
    TRACKING: Shipment,
}
"""The flows that tell statuses, and what they tell."""

_MAYBE = (PublicationState.SENT, PublicationState.UNKNOWN, PublicationState.SUBMITTED)


@dataclass(frozen=True, slots=True)
class Told:
    """The statuses that a store was told of one order, by its ids of them, the oldest of each flow first.

    ``waiting`` are those of which nobody knows: the send got no answer. The time is when it ended.
    """

    known: tuple[str, ...] = ()
    waiting: tuple[tuple[str, datetime | None], ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """Every status that the buyer may have been e-mailed."""
        return tuple(dict.fromkeys([*self.known, *(status for status, _ended in self.waiting)]))

    def unanswered_at(self, status: str) -> datetime | None:
        """When a send of this status ended without an answer; None: its outcome is known, or it was never sent."""
        if status in self.known:
            return None
        return next((ended for waiting, ended in self.waiting if waiting == status), None)


def told_by(flow: str, publication: PublicationRecord | None) -> Told:
    """Return what one flow has told."""
    if publication is None:
        return Told()
    before, accepted = _statuses(flow, publication.value)
    before_pending, pending = _statuses(flow, publication.pending)
    known = (*before, *accepted, *before_pending)  # which were told, whatever becomes of the value that waits
    waits = pending if publication.state in _MAYBE else ()
    return Told(tuple(dict.fromkeys(known)), tuple((status, publication.ended_at) for status in waits))


def told_by_others(tx: Transaction, store_id: int, flow: str, keys: Sequence[str]) -> dict[str, Told]:
    """Return what the other flows have told of these orders (by the store's id), of each that they told anything."""
    found: dict[str, Told] = {}
    for other in MODELS:
        if other == flow:
            continue
        for key, publication in tx.publications.find(store_id, other, keys).items():
            told, before = told_by(other, publication), found.get(key, Told())
            found[key] = Told((*before.known, *told.known), (*before.waiting, *told.waiting))
    return found


def _statuses(flow: str, text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What was told before a value, and its own status; both may be nothing."""
    if not text:
        return (), ()
    value = MODELS[flow].model_validate_json(text)
    before = () if isinstance(value, Delivery) else value.told
    return before, (value.status,) if value.status else ()
