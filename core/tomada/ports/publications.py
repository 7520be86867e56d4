"""What a store was told, and what it is being told: the intents and the sent values of everything that goes out."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class PublicationState(StrEnum):
    """``settled``: nothing is under way. ``sent``: on its way, or killed there. ``unknown``: no answer came.

    ``submitted``: the store answers later. ``rejected``: the store refused ``pending``; it is sent again only when
    it becomes another value, or a person asks for it.
    """

    SETTLED = "settled"
    SENT = "sent"
    UNKNOWN = "unknown"
    SUBMITTED = "submitted"
    REJECTED = "rejected"


@dataclass(slots=True)
class PublicationRecord:
    """One item of one flow of a store; identity: (store_id, flow, key).

    ``value`` is the JSON of what the store accepted last, at ``sent_at``; empty when nothing was. A value that was
    never sent (``sent_at`` None) is what the store itself said that it has, at ``ended_at``. ``pending`` is the
    JSON of what is under way or was refused. ``ended_at``: when the attempt ended, which settle_time counts from;
    for ``sent`` the time of sending plus the timeout. ``code``, ``message`` and ``field`` are of the last refusal.
    ``dirty``: the ERP's side changed, so the item has to be planned.
    """

    store_id: int
    flow: str
    key: str
    value: str = ""
    sent_at: datetime | None = None
    state: PublicationState = PublicationState.SETTLED
    pending: str = ""
    attempts: int = 0
    ended_at: datetime | None = None
    ticket: str = ""
    code: str = ""
    message: str = ""
    field: str = ""
    dirty: bool = False
