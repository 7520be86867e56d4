"""What passes between the core and a plugin while orders are read and confirmed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from dataclasses import field as attribute
from datetime import datetime
from enum import StrEnum

from tomada.domain.order import Order, OrderStatusChange


@dataclass(frozen=True, slots=True)
class Known:
    """The version and the status code of an order that the core has committed."""

    version: str
    status: str


@dataclass(frozen=True, slots=True)
class OrderQuery:
    """What ``orders_fetch`` is asked for.

    ``since``: orders placed earlier are of no interest (aware UTC). ``cursor``: what the last committed
    ``Checkpoint`` carried, None at the first time. ``known(remote_id)`` tells what is committed of an order, so
    that no request is spent on a detail that cannot have changed; None when nothing is, or when the version was
    too young to be trusted.
    """

    since: datetime
    cursor: str | None
    known: Callable[[str], Known | None]


@dataclass(frozen=True, slots=True)
class Fetched:
    """One order, or a change of its status alone.

    ``version`` changes whenever anything of the order changes; ``modified_at`` is the remote's time (aware).
    ``settled`` is False when the version is younger than two seconds by the remote's clock: it is then not taken
    as known. ``receipt`` is opaque: what ``orders_confirm`` will need.
    """

    value: Order | OrderStatusChange
    version: str
    modified_at: datetime
    receipt: str | None = None
    settled: bool = True


@dataclass(frozen=True, slots=True)
class Rejected:
    """An order that cannot be read: the item is kept as a hold, its neighbours go on.

    ``code`` is stable (``bad_decimal``), ``message`` one sentence without personal data, ``field`` the remote's
    name of what is wrong, ``raw`` the remote's text as it came (kept encrypted). ``version`` as in ``Fetched``,
    empty when the remote has none: an equal version is not read again.
    """

    remote_id: str
    code: str
    message: str
    field: str = ""
    raw: str = attribute(default="", repr=False)
    version: str = ""
    receipt: str | None = None


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Everything yielded before is covered by ``cursor``; stored with those items or later, never earlier."""

    cursor: str


OrderEvent = Fetched | Rejected | Checkpoint


class Disposition(StrEnum):
    """What became of one item of a receipt."""

    IMPORTED = "imported"
    HELD = "held"
    REJECTED = "rejected"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class Confirmed:
    """One item of a confirmation: its remote id, what became of it, and why if it was not imported."""

    key: str
    disposition: Disposition
    code: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Tells the store that everything of a receipt is ours now.

    ``final`` is False when an item of it will be confirmed again, with what became of its hold.
    """

    receipt: str
    items: Iterator[Confirmed]
    final: bool


@dataclass(frozen=True, slots=True)
class CodeEntry:
    """One entry of a store's own list (statuses, shipping methods …): a code, its label, whether it is in use.

    ``type`` is a ``StoreStatusType`` value for statuses, else empty.
    """

    code: str
    label: str
    active: bool = True
    type: str = ""
